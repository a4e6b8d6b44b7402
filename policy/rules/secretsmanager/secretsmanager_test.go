package secretsmanager

import (
	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
)

const rotationType = "aws:secretsmanager/secretRotation:SecretRotation"

// rotating is a secret with a rotation.
func rotating(rules any) []*graph.Resource {
	return []*graph.Resource{
		Resource(inspect.SecretType, "password", Inputs{}),
		Resource(rotationType, "rotation", Inputs{"secretId": Ref(inspect.SecretType, "password", "arn"), "rotationLambdaArn": "arn:x", "rotationRules": rules}),
	}
}

func secretWith(inputs Inputs) []*graph.Resource {
	return []*graph.Resource{Resource(inspect.SecretType, "password", inputs)}
}

var secretsmanagerFixtures = map[string]Fixture{
	"SM-1": {
		Satisfied: []Example{
			{About: "every month", Resources: rotating(Inputs{"automaticallyAfterDays": 30})},
			{About: "every quarter", Resources: rotating(Inputs{"automaticallyAfterDays": 90})},
			{About: "at a rate", Resources: rotating(Inputs{"scheduleExpression": "rate(12 hours)"})},
			{About: "on a day of the month", Resources: rotating(Inputs{"scheduleExpression": "cron(0 16 1 * ? *)"})},
			{About: "by its name", Resources: []*graph.Resource{
				Resource(inspect.SecretType, "password", Inputs{"name": "app/prod/password"}),
				Resource(rotationType, "rotation", Inputs{"secretId": "app/prod/password", "rotationRules": Inputs{"automaticallyAfterDays": 30}}),
			}},
		},
		Violated: []Example{
			{About: "none", Property: "SecretRotation", Resources: secretWith(Inputs{})},
			{About: "another secret's", Property: "SecretRotation", Resources: []*graph.Resource{
				Resource(inspect.SecretType, "password", Inputs{}), Resource(rotationType, "rotation", Inputs{"secretId": "arn:x", "rotationRules": Inputs{"automaticallyAfterDays": 30}}),
			}},
			{About: "another region's of that name", Property: "SecretRotation", Resources: []*graph.Resource{
				Resource(inspect.SecretType, "password", Inputs{"name": "app"}),
				InRegion("us-west-2", Resource(rotationType, "rotation", Inputs{"secretId": "app", "rotationRules": Inputs{"automaticallyAfterDays": 30}})),
			}},
			{About: "too rarely", Property: "rotationRules.automaticallyAfterDays", Resources: rotating(Inputs{"automaticallyAfterDays": 91})},
			{About: "at too low a rate", Property: "rotationRules.scheduleExpression", Resources: rotating(Inputs{"scheduleExpression": "rate(120 days)"})},
			{About: "twice a year", Property: "rotationRules.scheduleExpression", Resources: rotating(Inputs{"scheduleExpression": "cron(0 16 1 1,7 ? *)"})},
			{About: "for one year", Property: "rotationRules.scheduleExpression", Resources: rotating(Inputs{"scheduleExpression": "cron(0 16 1 * ? 2026)"})},
			{About: "no schedule", Property: "rotationRules.automaticallyAfterDays", Resources: rotating(Inputs{"duration": "2h"})},
			{About: "no rules", Property: "rotationRules.automaticallyAfterDays", Resources: rotating(nil)},
			{About: "a schedule that is none", Property: "rotationRules.scheduleExpression", Resources: rotating(Inputs{"scheduleExpression": "monthly"})},
		},
		Undecided: []Example{
			{About: "whose is not known", Resources: []*graph.Resource{
				Resource(inspect.SecretType, "password", Inputs{}), Resource(rotationType, "rotation", Inputs{"secretId": Unknown, "rotationRules": Inputs{"automaticallyAfterDays": 30}}),
			}},
			{About: "rules not known", Resources: rotating(Unknown)},
			{About: "days not known", Resources: rotating(Inputs{"automaticallyAfterDays": Unknown})},
		},
	},
	"SM-2": {
		Satisfied: []Example{
			{About: "a key of the stack", Resources: secretWith(Inputs{"kmsKeyId": Ref(inspect.KeyType, "secrets", "arn")})},
			{About: "with a replica", Resources: secretWith(Inputs{"kmsKeyId": "arn:x", "replicas": []any{Inputs{"region": "us-west-2", "kmsKeyId": "arn:y"}}})},
			{About: "a key not made yet", Resources: []*graph.Resource{
				Resource(inspect.KeyType, "secrets", Inputs{}), DependingOn(Resource(inspect.SecretType, "password", Inputs{"kmsKeyId": Unknown}), "kmsKeyId", URN(inspect.KeyType, "secrets")),
			}},
		},
		Violated: []Example{
			{About: "none", Property: "kmsKeyId", Resources: secretWith(Inputs{})},
			{About: "AWS's", Property: "kmsKeyId", Resources: secretWith(Inputs{"kmsKeyId": "alias/aws/secretsmanager"})},
			{About: "AWS's by its ARN", Property: "kmsKeyId", Resources: secretWith(Inputs{"kmsKeyId": "arn:aws:kms:us-east-1:111122223333:alias/aws/secretsmanager"})},
			{About: "a replica without", Property: "replicas[0].kmsKeyId", Resources: secretWith(Inputs{"kmsKeyId": "arn:x", "replicas": []any{Inputs{"region": "us-west-2"}}})},
			{About: "a second replica under AWS's", Property: "replicas[1].kmsKeyId", Resources: secretWith(Inputs{"kmsKeyId": "arn:x", "replicas": []any{
				Inputs{"region": "us-west-2", "kmsKeyId": "arn:y"}, Inputs{"region": "us-east-2", "kmsKeyId": "alias/aws/secretsmanager"},
			}})},
		},
		Undecided: []Example{
			{About: "not known", Resources: secretWith(Inputs{"kmsKeyId": Unknown})},
			{About: "a replica's not known", Resources: secretWith(Inputs{"kmsKeyId": "arn:x", "replicas": []any{Inputs{"region": "us-west-2", "kmsKeyId": Unknown}}})},
		},
	},
}

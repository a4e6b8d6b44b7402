package policy

import "github.com/carebase/carebase/graph"

const rotationType = "aws:secretsmanager/secretRotation:SecretRotation"

// rotating is a secret with a rotation.
func rotating(rules any) []*graph.Resource {
	return []*graph.Resource{
		res(secretType, "password", in{}),
		res(rotationType, "rotation", in{"secretId": ref(secretType, "password", "arn"), "rotationLambdaArn": "arn:x", "rotationRules": rules}),
	}
}

func secretWith(inputs in) []*graph.Resource {
	return []*graph.Resource{res(secretType, "password", inputs)}
}

var secretsmanagerFixtures = map[string]fixture{
	"SM-1": {
		satisfied: []example{
			{about: "every month", resources: rotating(in{"automaticallyAfterDays": 30})},
			{about: "every quarter", resources: rotating(in{"automaticallyAfterDays": 90})},
			{about: "at a rate", resources: rotating(in{"scheduleExpression": "rate(12 hours)"})},
			{about: "on a day of the month", resources: rotating(in{"scheduleExpression": "cron(0 16 1 * ? *)"})},
			{about: "by its name", resources: []*graph.Resource{
				res(secretType, "password", in{"name": "app/prod/password"}),
				res(rotationType, "rotation", in{"secretId": "app/prod/password", "rotationRules": in{"automaticallyAfterDays": 30}}),
			}},
		},
		violated: []example{
			{about: "none", property: "SecretRotation", resources: secretWith(in{})},
			{about: "another secret's", property: "SecretRotation", resources: []*graph.Resource{
				res(secretType, "password", in{}), res(rotationType, "rotation", in{"secretId": "arn:x", "rotationRules": in{"automaticallyAfterDays": 30}}),
			}},
			{about: "another region's of that name", property: "SecretRotation", resources: []*graph.Resource{
				res(secretType, "password", in{"name": "app"}),
				inRegion("us-west-2", res(rotationType, "rotation", in{"secretId": "app", "rotationRules": in{"automaticallyAfterDays": 30}})),
			}},
			{about: "too rarely", property: "rotationRules.automaticallyAfterDays", resources: rotating(in{"automaticallyAfterDays": 91})},
			{about: "at too low a rate", property: "rotationRules.scheduleExpression", resources: rotating(in{"scheduleExpression": "rate(120 days)"})},
			{about: "twice a year", property: "rotationRules.scheduleExpression", resources: rotating(in{"scheduleExpression": "cron(0 16 1 1,7 ? *)"})},
			{about: "for one year", property: "rotationRules.scheduleExpression", resources: rotating(in{"scheduleExpression": "cron(0 16 1 * ? 2026)"})},
			{about: "no schedule", property: "rotationRules.automaticallyAfterDays", resources: rotating(in{"duration": "2h"})},
			{about: "no rules", property: "rotationRules.automaticallyAfterDays", resources: rotating(nil)},
			{about: "a schedule that is none", property: "rotationRules.scheduleExpression", resources: rotating(in{"scheduleExpression": "monthly"})},
		},
		undecided: []example{
			{about: "whose is not known", resources: []*graph.Resource{
				res(secretType, "password", in{}), res(rotationType, "rotation", in{"secretId": unknown, "rotationRules": in{"automaticallyAfterDays": 30}}),
			}},
			{about: "rules not known", resources: rotating(unknown)},
			{about: "days not known", resources: rotating(in{"automaticallyAfterDays": unknown})},
		},
	},
	"SM-2": {
		satisfied: []example{
			{about: "a key of the stack", resources: secretWith(in{"kmsKeyId": ref(keyType, "secrets", "arn")})},
			{about: "with a replica", resources: secretWith(in{"kmsKeyId": "arn:x", "replicas": []any{in{"region": "us-west-2", "kmsKeyId": "arn:y"}}})},
			{about: "a key not made yet", resources: []*graph.Resource{
				res(keyType, "secrets", in{}), waitsFor(res(secretType, "password", in{"kmsKeyId": unknown}), "kmsKeyId", urnOf(keyType, "secrets")),
			}},
		},
		violated: []example{
			{about: "none", property: "kmsKeyId", resources: secretWith(in{})},
			{about: "AWS's", property: "kmsKeyId", resources: secretWith(in{"kmsKeyId": "alias/aws/secretsmanager"})},
			{about: "AWS's by its ARN", property: "kmsKeyId", resources: secretWith(in{"kmsKeyId": "arn:aws:kms:us-east-1:111122223333:alias/aws/secretsmanager"})},
			{about: "a replica without", property: "replicas[0].kmsKeyId", resources: secretWith(in{"kmsKeyId": "arn:x", "replicas": []any{in{"region": "us-west-2"}}})},
			{about: "a second replica under AWS's", property: "replicas[1].kmsKeyId", resources: secretWith(in{"kmsKeyId": "arn:x", "replicas": []any{
				in{"region": "us-west-2", "kmsKeyId": "arn:y"}, in{"region": "us-east-2", "kmsKeyId": "alias/aws/secretsmanager"},
			}})},
		},
		undecided: []example{
			{about: "not known", resources: secretWith(in{"kmsKeyId": unknown})},
			{about: "a replica's not known", resources: secretWith(in{"kmsKeyId": "arn:x", "replicas": []any{in{"region": "us-west-2", "kmsKeyId": unknown}}})},
		},
	},
}

// waitsFor says which resource a value that is not known yet will come from.
func waitsFor(r *graph.Resource, property string, urns ...string) *graph.Resource {
	r.PropertyDependencies[property] = urns
	return r
}

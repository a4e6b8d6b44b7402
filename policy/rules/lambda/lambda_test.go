package lambda

import (
	"maps"

	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

const functionURLType = "aws:lambda/functionUrl:FunctionUrl"

var lambdaFixtures = map[string]Fixture{
	"FN-1": {
		Satisfied: []Example{
			{About: "a queue", Resources: Resources(function(Inputs{"deadLetterConfig": Inputs{"targetArn": "arn:q"}}))},
			{About: "a destination", Resources: Resources(function(Inputs{}), Resource(inspect.InvokeConfigType, "config", Inputs{
				"functionName": Ref(inspect.FunctionType, "function", "name"), "destinationConfig": Inputs{"onFailure": Inputs{"destination": "arn:q"}}}))},
			{About: "a destination, whatever the queue", Resources: Resources(function(Inputs{"deadLetterConfig": Unknown}), Resource(inspect.InvokeConfigType, "config", Inputs{
				"functionName": Ref(inspect.FunctionType, "function", "name"), "destinationConfig": Inputs{"onFailure": Inputs{"destination": "arn:q"}}}))},
			{About: "a destination, deployed", Resources: Resources(WithOutputs(function(Inputs{}), Inputs{"id": "files", "arn": "arn:f"}), Resource(inspect.InvokeConfigType, "config", Inputs{
				"functionName": "files", "destinationConfig": Inputs{"onFailure": Inputs{"destination": "arn:q"}}}))},
			{About: "beside one at CloudFront's edge", Resources: append(atEdge(Inputs{}), function(Inputs{"deadLetterConfig": Inputs{"targetArn": "arn:q"}}))},
		},
		Violated: []Example{
			{About: "none", Property: "deadLetterConfig.targetArn", Resources: Resources(function(Inputs{}))},
			{About: "another's destination", Property: "deadLetterConfig.targetArn", Resources: Resources(function(Inputs{}), Resource(inspect.InvokeConfigType, "config", Inputs{
				"functionName": "other", "destinationConfig": Inputs{"onFailure": Inputs{"destination": "arn:q"}}}))},
			{About: "a destination for what went well", Property: "deadLetterConfig.targetArn", Resources: Resources(function(Inputs{}), Resource(inspect.InvokeConfigType, "config", Inputs{
				"functionName": Ref(inspect.FunctionType, "function", "name"), "destinationConfig": Inputs{"onSuccess": Inputs{"destination": "arn:q"}}}))},
			{About: "at nobody's edge", Property: "deadLetterConfig.targetArn", Resources: Resources(function(Inputs{}), examples.Cdn(Inputs{"defaultCacheBehavior": Inputs{}}))},
		},
		Undecided: []Example{{About: "not known", Resources: Resources(function(Inputs{"deadLetterConfig": Inputs{"targetArn": Unknown}}))}},
	},
	"FN-2": {
		Satisfied: []Example{
			{About: "a limit", Resources: Resources(function(Inputs{"reservedConcurrentExecutions": 10}))},
			{About: "at its queue", Resources: Resources(function(Inputs{}), feeding("queue", Inputs{"scalingConfig": Inputs{"maximumConcurrency": 5}}))},
			{About: "beside one at CloudFront's edge", Resources: append(atEdge(Inputs{}), function(Inputs{"reservedConcurrentExecutions": 1}))},
		},
		Violated: []Example{
			{About: "not set", Property: "reservedConcurrentExecutions", Resources: Resources(function(Inputs{}))},
			{About: "none", Property: "reservedConcurrentExecutions", Resources: Resources(function(Inputs{"reservedConcurrentExecutions": -1}))},
			{About: "stopped", Property: "reservedConcurrentExecutions", Resources: Resources(function(Inputs{"reservedConcurrentExecutions": 0}))},
			{About: "stopped, whatever its queue", Property: "reservedConcurrentExecutions", Resources: Resources(
				function(Inputs{"reservedConcurrentExecutions": 0}), feeding("queue", Inputs{"scalingConfig": Inputs{"maximumConcurrency": 5}}))},
			{About: "not at its queue", Property: "reservedConcurrentExecutions", Resources: Resources(function(Inputs{}), feeding("queue", Inputs{}))},
			{About: "not at all its queues", Property: "reservedConcurrentExecutions", Resources: Resources(
				function(Inputs{}), feeding("queue", Inputs{"scalingConfig": Inputs{"maximumConcurrency": 5}}), feeding("other", Inputs{}))},
			{About: "not where others invoke it", Property: "reservedConcurrentExecutions", Resources: Resources(
				function(Inputs{}), feeding("queue", Inputs{"scalingConfig": Inputs{"maximumConcurrency": 5}}),
				Resource(permissionType, "permission", Inputs{"function": Ref(inspect.FunctionType, "function", "name"), "principal": "sns.amazonaws.com"}))},
		},
		Undecided: []Example{{About: "not known", Resources: Resources(function(Inputs{"reservedConcurrentExecutions": Unknown}))}},
	},
	"FN-3": {
		Satisfied: []Example{
			{About: "inside", Resources: Resources(function(Inputs{"vpcConfig": Inputs{"subnetIds": []any{"subnet-1"}, "securityGroupIds": []any{"sg-1"}}}))},
			{About: "beside one at CloudFront's edge", Resources: append(
				atEdge(Inputs{}), function(Inputs{"vpcConfig": Inputs{"subnetIds": []any{"subnet-1"}, "securityGroupIds": []any{"sg-1"}}}))},
			{About: "beside one at CloudFront's edge, deployed", Resources: Resources(
				function(Inputs{"vpcConfig": Inputs{"subnetIds": []any{"subnet-1"}, "securityGroupIds": []any{"sg-1"}}}),
				WithOutputs(Resource(inspect.FunctionType, "edge", Inputs{}), Inputs{"arn": "arn:aws:lambda:us-east-1:123456789012:function:edge"}),
				examples.Cdn(Inputs{"defaultCacheBehavior": Inputs{"lambdaFunctionAssociations": []any{Inputs{"lambdaArn": "arn:aws:lambda:us-east-1:123456789012:function:edge:3"}}}}))},
		},
		Violated: []Example{
			{About: "not set", Property: "vpcConfig.subnetIds", Resources: Resources(function(Inputs{}))},
			{About: "no subnets", Property: "vpcConfig.subnetIds", Resources: Resources(function(Inputs{"vpcConfig": Inputs{"subnetIds": []any{}, "securityGroupIds": []any{"sg-1"}}}))},
			{About: "no security group", Property: "vpcConfig.securityGroupIds", Resources: Resources(function(Inputs{"vpcConfig": Inputs{"subnetIds": []any{"subnet-1"}}}))},
		},
		Undecided: []Example{{About: "not known", Resources: Resources(function(Inputs{"vpcConfig": Unknown}))}},
	},
	"FN-4": {
		Satisfied: []Example{
			{About: "a service for a resource", Resources: Resources(permitting(Inputs{"principal": "events.amazonaws.com", "sourceArn": "arn:r"}))},
			{About: "a service for an account", Resources: Resources(permitting(Inputs{"principal": "logs.us-east-1.amazonaws.com", "sourceAccount": "123456789012"}))},
			{About: "S3 for an account", Resources: Resources(permitting(Inputs{"principal": "s3.amazonaws.com", "sourceArn": "arn:b", "sourceAccount": "123456789012"}))},
			{About: "an account, and a role", Resources: Resources(
				permitting(Inputs{"principal": "123456789012"}), Resource(permissionType, "role", Inputs{"principal": "arn:aws:iam::123456789012:role/r"}))},
			{About: "a role of a service", Resources: Resources(permitting(Inputs{"principal": "arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/r"}))},
			{About: "an organisation", Resources: Resources(permitting(Inputs{"principal": "*", "principalOrgId": "o-1"}))},
		},
		Violated: []Example{
			{About: "everybody", Property: "principal", Resources: Resources(permitting(Inputs{"principal": "*"}))},
			{About: "everybody by the function's URL", Property: "principal", Resources: Resources(permitting(Inputs{"principal": "*", "functionUrlAuthType": "NONE"}))},
			{About: "a service for anybody", Property: "sourceArn", Resources: Resources(permitting(Inputs{"principal": "apigateway.amazonaws.com"}))},
			{About: "a service for anything", Property: "sourceArn", Resources: Resources(permitting(Inputs{"principal": "sns.amazonaws.com", "sourceArn": "*"}))},
			{About: "S3 for a bucket that may change hands", Property: "sourceAccount", Resources: Resources(permitting(Inputs{"principal": "s3.amazonaws.com", "sourceArn": "arn:b"}))},
		},
		Undecided: []Example{
			{About: "not known", Resources: Resources(permitting(Inputs{"principal": Unknown}))},
			{About: "for whom not known", Resources: Resources(permitting(Inputs{"principal": "events.amazonaws.com", "sourceArn": Unknown}))},
		},
	},
	"FN-5": {
		Satisfied: []Example{{About: "by IAM", Resources: Resources(Resource(functionURLType, "url", Inputs{"authorizationType": "AWS_IAM"}))}},
		Violated: []Example{
			{About: "for everybody", Property: "authorizationType", Resources: Resources(Resource(functionURLType, "url", Inputs{"authorizationType": "NONE"}))},
			{About: "not set", Property: "authorizationType", Resources: Resources(Resource(functionURLType, "url", Inputs{}))},
		},
		Undecided: []Example{{About: "not known", Resources: Resources(Resource(functionURLType, "url", Inputs{"authorizationType": Unknown}))}},
	},
	"X-FN-ENV": {
		Satisfied: []Example{
			{About: "under a key", Resources: Resources(function(Inputs{"environment": Inputs{"variables": Inputs{"A": "b"}}, "kmsKeyArn": examples.KeyArn}))},
			{About: "under a key, if there is any", Resources: Resources(function(Inputs{"environment": Unknown, "kmsKeyArn": examples.KeyArn}))},
			{About: "beside one without", Resources: Resources(
				function(Inputs{"environment": Inputs{"variables": Inputs{"A": "b"}}, "kmsKeyArn": examples.KeyArn}), Resource(inspect.FunctionType, "plain", Inputs{"environment": Inputs{"variables": Inputs{}}}))},
		},
		Violated: []Example{
			{About: "AWS's key", Property: "kmsKeyArn", Resources: Resources(function(Inputs{"environment": Inputs{"variables": Inputs{"A": "b"}}}))},
			{About: "AWS's key, named", Property: "kmsKeyArn", Resources: Resources(function(Inputs{"environment": Inputs{"variables": Inputs{"A": Secret("b")}}, "kmsKeyArn": "alias/aws/lambda"}))},
		},
		Undecided: []Example{
			{About: "not known whether there is any", Resources: Resources(function(Inputs{"environment": Unknown}))},
			{About: "key not known", Resources: Resources(function(Inputs{"environment": Inputs{"variables": Inputs{"A": "b"}}, "kmsKeyArn": Unknown}))},
		},
	},
}

func function(inputs Inputs) *graph.Resource {
	return Resource(inspect.FunctionType, "function", inputs)
}

// feeding is a source of events for the function.
func feeding(name string, inputs Inputs) *graph.Resource {
	all := Inputs{"functionName": Ref(inspect.FunctionType, "function", "arn"), "eventSourceArn": "arn:" + name}
	maps.Copy(all, inputs)
	return Resource(inspect.EventSourceType, name, all)
}

func permitting(inputs Inputs) *graph.Resource { return Resource(permissionType, "permission", inputs) }

// atEdge is a function that a distribution runs.
func atEdge(inputs Inputs) []*graph.Resource {
	return Resources(Resource(inspect.FunctionType, "edge", inputs), examples.Cdn(Inputs{"orderedCacheBehaviors": []any{
		Inputs{"lambdaFunctionAssociations": []any{Inputs{"eventType": "viewer-request", "lambdaArn": Ref(inspect.FunctionType, "edge", "qualifiedArn")}}}}}))
}

package policy

import (
	"maps"

	"github.com/carebase/carebase/graph"
)

const functionURLType = "aws:lambda/functionUrl:FunctionUrl"

var lambdaFixtures = map[string]fixture{
	"FN-1": {
		satisfied: []example{
			{about: "a queue", resources: these(function(in{"deadLetterConfig": in{"targetArn": "arn:q"}}))},
			{about: "a destination", resources: these(function(in{}), res(invokeConfigType, "config", in{
				"functionName": ref(functionType, "function", "name"), "destinationConfig": in{"onFailure": in{"destination": "arn:q"}}}))},
			{about: "a destination, whatever the queue", resources: these(function(in{"deadLetterConfig": unknown}), res(invokeConfigType, "config", in{
				"functionName": ref(functionType, "function", "name"), "destinationConfig": in{"onFailure": in{"destination": "arn:q"}}}))},
			{about: "a destination, deployed", resources: these(deployed(function(in{}), in{"id": "files", "arn": "arn:f"}), res(invokeConfigType, "config", in{
				"functionName": "files", "destinationConfig": in{"onFailure": in{"destination": "arn:q"}}}))},
			{about: "beside one at CloudFront's edge", resources: append(atEdge(in{}), function(in{"deadLetterConfig": in{"targetArn": "arn:q"}}))},
		},
		violated: []example{
			{about: "none", property: "deadLetterConfig.targetArn", resources: these(function(in{}))},
			{about: "another's destination", property: "deadLetterConfig.targetArn", resources: these(function(in{}), res(invokeConfigType, "config", in{
				"functionName": "other", "destinationConfig": in{"onFailure": in{"destination": "arn:q"}}}))},
			{about: "a destination for what went well", property: "deadLetterConfig.targetArn", resources: these(function(in{}), res(invokeConfigType, "config", in{
				"functionName": ref(functionType, "function", "name"), "destinationConfig": in{"onSuccess": in{"destination": "arn:q"}}}))},
			{about: "at nobody's edge", property: "deadLetterConfig.targetArn", resources: these(function(in{}), cdn(in{"defaultCacheBehavior": in{}}))},
		},
		undecided: []example{{about: "not known", resources: these(function(in{"deadLetterConfig": in{"targetArn": unknown}}))}},
	},
	"FN-2": {
		satisfied: []example{
			{about: "a limit", resources: these(function(in{"reservedConcurrentExecutions": 10}))},
			{about: "at its queue", resources: these(function(in{}), feeding("queue", in{"scalingConfig": in{"maximumConcurrency": 5}}))},
			{about: "beside one at CloudFront's edge", resources: append(atEdge(in{}), function(in{"reservedConcurrentExecutions": 1}))},
		},
		violated: []example{
			{about: "not set", property: "reservedConcurrentExecutions", resources: these(function(in{}))},
			{about: "none", property: "reservedConcurrentExecutions", resources: these(function(in{"reservedConcurrentExecutions": -1}))},
			{about: "stopped", property: "reservedConcurrentExecutions", resources: these(function(in{"reservedConcurrentExecutions": 0}))},
			{about: "stopped, whatever its queue", property: "reservedConcurrentExecutions", resources: these(
				function(in{"reservedConcurrentExecutions": 0}), feeding("queue", in{"scalingConfig": in{"maximumConcurrency": 5}}))},
			{about: "not at its queue", property: "reservedConcurrentExecutions", resources: these(function(in{}), feeding("queue", in{}))},
			{about: "not at all its queues", property: "reservedConcurrentExecutions", resources: these(
				function(in{}), feeding("queue", in{"scalingConfig": in{"maximumConcurrency": 5}}), feeding("other", in{}))},
			{about: "not where others invoke it", property: "reservedConcurrentExecutions", resources: these(
				function(in{}), feeding("queue", in{"scalingConfig": in{"maximumConcurrency": 5}}),
				res(permissionType, "permission", in{"function": ref(functionType, "function", "name"), "principal": "sns.amazonaws.com"}))},
		},
		undecided: []example{{about: "not known", resources: these(function(in{"reservedConcurrentExecutions": unknown}))}},
	},
	"FN-3": {
		satisfied: []example{
			{about: "inside", resources: these(function(in{"vpcConfig": in{"subnetIds": []any{"subnet-1"}, "securityGroupIds": []any{"sg-1"}}}))},
			{about: "beside one at CloudFront's edge", resources: append(
				atEdge(in{}), function(in{"vpcConfig": in{"subnetIds": []any{"subnet-1"}, "securityGroupIds": []any{"sg-1"}}}))},
			{about: "beside one at CloudFront's edge, deployed", resources: these(
				function(in{"vpcConfig": in{"subnetIds": []any{"subnet-1"}, "securityGroupIds": []any{"sg-1"}}}),
				deployed(res(functionType, "edge", in{}), in{"arn": "arn:aws:lambda:us-east-1:123456789012:function:edge"}),
				cdn(in{"defaultCacheBehavior": in{"lambdaFunctionAssociations": []any{in{"lambdaArn": "arn:aws:lambda:us-east-1:123456789012:function:edge:3"}}}}))},
		},
		violated: []example{
			{about: "not set", property: "vpcConfig.subnetIds", resources: these(function(in{}))},
			{about: "no subnets", property: "vpcConfig.subnetIds", resources: these(function(in{"vpcConfig": in{"subnetIds": []any{}, "securityGroupIds": []any{"sg-1"}}}))},
			{about: "no security group", property: "vpcConfig.securityGroupIds", resources: these(function(in{"vpcConfig": in{"subnetIds": []any{"subnet-1"}}}))},
		},
		undecided: []example{{about: "not known", resources: these(function(in{"vpcConfig": unknown}))}},
	},
	"FN-4": {
		satisfied: []example{
			{about: "a service for a resource", resources: these(permitting(in{"principal": "events.amazonaws.com", "sourceArn": "arn:r"}))},
			{about: "a service for an account", resources: these(permitting(in{"principal": "logs.us-east-1.amazonaws.com", "sourceAccount": "123456789012"}))},
			{about: "S3 for an account", resources: these(permitting(in{"principal": "s3.amazonaws.com", "sourceArn": "arn:b", "sourceAccount": "123456789012"}))},
			{about: "an account, and a role", resources: these(
				permitting(in{"principal": "123456789012"}), res(permissionType, "role", in{"principal": "arn:aws:iam::123456789012:role/r"}))},
			{about: "a role of a service", resources: these(permitting(in{"principal": "arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/r"}))},
			{about: "an organisation", resources: these(permitting(in{"principal": "*", "principalOrgId": "o-1"}))},
		},
		violated: []example{
			{about: "everybody", property: "principal", resources: these(permitting(in{"principal": "*"}))},
			{about: "everybody by the function's URL", property: "principal", resources: these(permitting(in{"principal": "*", "functionUrlAuthType": "NONE"}))},
			{about: "a service for anybody", property: "sourceArn", resources: these(permitting(in{"principal": "apigateway.amazonaws.com"}))},
			{about: "a service for anything", property: "sourceArn", resources: these(permitting(in{"principal": "sns.amazonaws.com", "sourceArn": "*"}))},
			{about: "S3 for a bucket that may change hands", property: "sourceAccount", resources: these(permitting(in{"principal": "s3.amazonaws.com", "sourceArn": "arn:b"}))},
		},
		undecided: []example{
			{about: "not known", resources: these(permitting(in{"principal": unknown}))},
			{about: "for whom not known", resources: these(permitting(in{"principal": "events.amazonaws.com", "sourceArn": unknown}))},
		},
	},
	"FN-5": {
		satisfied: []example{{about: "by IAM", resources: these(res(functionURLType, "url", in{"authorizationType": "AWS_IAM"}))}},
		violated: []example{
			{about: "for everybody", property: "authorizationType", resources: these(res(functionURLType, "url", in{"authorizationType": "NONE"}))},
			{about: "not set", property: "authorizationType", resources: these(res(functionURLType, "url", in{}))},
		},
		undecided: []example{{about: "not known", resources: these(res(functionURLType, "url", in{"authorizationType": unknown}))}},
	},
	"X-FN-ENV": {
		satisfied: []example{
			{about: "under a key", resources: these(function(in{"environment": in{"variables": in{"A": "b"}}, "kmsKeyArn": keyArn}))},
			{about: "under a key, if there is any", resources: these(function(in{"environment": unknown, "kmsKeyArn": keyArn}))},
			{about: "beside one without", resources: these(
				function(in{"environment": in{"variables": in{"A": "b"}}, "kmsKeyArn": keyArn}), res(functionType, "plain", in{"environment": in{"variables": in{}}}))},
		},
		violated: []example{
			{about: "AWS's key", property: "kmsKeyArn", resources: these(function(in{"environment": in{"variables": in{"A": "b"}}}))},
			{about: "AWS's key, named", property: "kmsKeyArn", resources: these(function(in{"environment": in{"variables": in{"A": secret("b")}}, "kmsKeyArn": "alias/aws/lambda"}))},
		},
		undecided: []example{
			{about: "not known whether there is any", resources: these(function(in{"environment": unknown}))},
			{about: "key not known", resources: these(function(in{"environment": in{"variables": in{"A": "b"}}, "kmsKeyArn": unknown}))},
		},
	},
}

func function(inputs in) *graph.Resource { return res(functionType, "function", inputs) }

// feeding is a source of events for the function.
func feeding(name string, inputs in) *graph.Resource {
	all := in{"functionName": ref(functionType, "function", "arn"), "eventSourceArn": "arn:" + name}
	maps.Copy(all, inputs)
	return res(eventSourceType, name, all)
}

func permitting(inputs in) *graph.Resource { return res(permissionType, "permission", inputs) }

// atEdge is a function that a distribution runs.
func atEdge(inputs in) []*graph.Resource {
	return these(res(functionType, "edge", inputs), cdn(in{"orderedCacheBehaviors": []any{
		in{"lambdaFunctionAssociations": []any{in{"eventType": "viewer-request", "lambdaArn": ref(functionType, "edge", "qualifiedArn")}}}}}))
}

package policy

import (
	"maps"

	"github.com/carebase/carebase/graph"
)

var sqsFixtures = map[string]fixture{
	"X-SQS-KMS": {
		satisfied: []example{
			{about: "a key of this stack", resources: these(res(kmsKey, "data", in{}), work(in{"kmsMasterKeyId": ref(kmsKey, "data", "arn")}))},
			{about: "a key elsewhere", resources: these(work(in{"kmsMasterKeyId": keyArn}))},
		},
		violated: []example{
			{about: "none", property: "kmsMasterKeyId", resources: these(work(in{}))},
			{about: "SQS's own", property: "kmsMasterKeyId", resources: these(work(in{"sqsManagedSseEnabled": true}))},
			{about: "AWS's key", property: "kmsMasterKeyId", resources: these(work(in{"kmsMasterKeyId": "alias/aws/sqs"}))},
		},
		undecided: []example{{about: "not known", resources: these(work(in{"kmsMasterKeyId": unknown}))}},
	},
	"X-SQS-TLS": {
		satisfied: []example{
			{about: "a queue", resources: guarded(denial(in{}))},
			{about: "one statement", resources: guardedBy(asJSON(in{"Statement": denial(in{})}))},
			{about: "a document that Pulumi writes", resources: guardedBy(in{"Statement": []any{denial(in{})}})},
			{about: "the principal as AWS", resources: guarded(denial(in{"Principal": in{"AWS": "*"}}))},
			{about: "a list of principals", resources: guarded(denial(in{"Principal": in{"AWS": []any{"*"}}}))},
			{about: "a list of actions", resources: guarded(denial(in{"Action": []any{"SQS:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"}}))},
			{about: "every action", resources: guarded(denial(in{"Action": "*"}))},
			{about: "every action but one", resources: guarded(denial(in{"Action": nil, "NotAction": "sqs:GetQueueUrl"}))},
			{about: "a false that is no text", resources: guarded(denial(in{"Condition": in{"Bool": in{"aws:SecureTransport": false}}}))},
			{about: "a list of values, if it is there", resources: guarded(denial(in{"Condition": in{"BoolIfExists": in{"aws:SecureTransport": []any{"false"}}}}))},
			{about: "every resource", resources: guarded(denial(in{"Resource": "*"}))},
			{about: "a list of resources", resources: guarded(denial(in{"Resource": []any{"arn:aws:sqs:us-east-1:123456789012:other", ref(queueType, "work", "arn")}}))},
			{about: "after another statement", resources: guarded(in{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}, denial(in{}))},
			{about: "written in the queue", resources: these(work(in{"name": "work", "policy": asJSON(in{"Statement": []any{
				denial(in{"Resource": "arn:aws:sqs:us-east-1:123456789012:work"})}})}))},
			{about: "written in the queue, of which a plan knows the ARN by reference", resources: these(
				deployed(work(in{"name": "work", "policy": asJSON(in{"Statement": []any{denial(in{"Resource": "arn:aws:sqs:us-east-1:123456789012:work"})}})}),
					in{"arn": ref(queueType, "work", "arn")}))},
			{about: "deployed", resources: these(
				deployed(work(in{}), in{"id": "https://sqs/work", "arn": "arn:aws:sqs:us-east-1:123456789012:work"}),
				res(queuePolicyType, "policy", in{"queueUrl": "https://sqs/work", "policy": asJSON(in{"Statement": []any{
					denial(in{"Resource": "arn:aws:sqs:us-east-1:123456789012:work"})}})}))},
			{about: "a topic", resources: these(res(topicType, "topic", in{}), res(topicPolicyType, "policy", in{
				"arn": ref(topicType, "topic", "arn"), "policy": asJSON(in{"Statement": []any{
					denial(in{"Action": "sns:Publish", "Resource": ref(topicType, "topic", "arn")})}})}))},
		},
		violated: []example{
			{about: "no policy", property: "QueuePolicy", resources: these(work(in{}))},
			{about: "no policy of a topic", property: "TopicPolicy", resources: these(res(topicType, "topic", in{}))},
			{about: "another's policy", property: "QueuePolicy", resources: these(work(in{}), res(queuePolicyType, "policy", in{
				"queueUrl": "https://sqs/other", "policy": asJSON(in{"Statement": []any{denial(in{})}})}))},
			{about: "a policy of its own that replaces the one in the queue", property: "policy", resources: these(
				work(in{"policy": asJSON(in{"Statement": []any{denial(in{"Resource": "*"})}})}),
				res(queuePolicyType, "policy", in{"queueUrl": ref(queueType, "work", "url"), "policy": asJSON(in{"Statement": []any{}})}))},
			{about: "no document", property: "policy", resources: guardedBy("work")},
			{about: "no statement", property: "policy", resources: guarded()},
			{about: "allowed", property: "policy", resources: guarded(denial(in{"Effect": "Allow"}))},
			{about: "denied to one", property: "policy", resources: guarded(denial(in{"Principal": in{"AWS": "123456789012"}}))},
			{about: "sending only", property: "policy", resources: guarded(denial(in{"Action": "sqs:SendMessage"}))},
			{about: "every action but the one that matters", property: "policy", resources: guarded(denial(in{"Action": nil, "NotAction": "sqs:Receive*"}))},
			{about: "no condition", property: "policy", resources: guarded(denial(in{"Condition": nil}))},
			{about: "another operator", property: "policy", resources: guarded(denial(in{"Condition": in{"Null": in{"aws:SecureTransport": "false"}}}))},
			{about: "another condition", property: "policy", resources: guarded(denial(in{"Condition": in{"Bool": in{"aws:ViaAWSService": "false"}}}))},
			{about: "the other way round", property: "policy", resources: guarded(denial(in{"Condition": in{"Bool": in{"aws:SecureTransport": "true"}}}))},
			{about: "a second condition", property: "policy", resources: guarded(denial(in{"Condition": in{
				"Bool": in{"aws:SecureTransport": "false"}, "IpAddress": in{"aws:SourceIp": "10.0.0.0/8"}}}))},
			{about: "another's resource", property: "policy", resources: guarded(denial(in{"Resource": "arn:aws:sqs:us-east-1:123456789012:other"}))},
			{about: "another's resource, with a name", property: "policy", resources: these(work(in{"name": "work", "policy": asJSON(in{"Statement": []any{
				denial(in{"Resource": "arn:aws:sqs:us-east-1:123456789012:other"})}})}))},
			{about: "another queue of the stack", property: "policy", resources: append(
				guarded(denial(in{"Resource": ref(queueType, "other", "arn")})), res(queueType, "other", in{}))},
			{about: "another's resource, deployed", property: "policy", resources: these(
				deployed(work(in{}), in{"id": "https://sqs/work", "arn": "arn:aws:sqs:us-east-1:123456789012:work"}),
				res(queuePolicyType, "policy", in{"queueUrl": "https://sqs/work", "policy": asJSON(in{"Statement": []any{
					denial(in{"Resource": "arn:aws:sqs:us-east-1:123456789012:other"})}})}))},
		},
		undecided: []example{{about: "not known", resources: guardedBy(unknown)}},
	},
	"X-SQS-DLQ": {
		satisfied: []example{
			{about: "a queue for what fails", resources: these(
				work(in{"redrivePolicy": redrive(ref(queueType, "dead", "arn"))}), res(queueType, "dead", in{}))},
			{about: "elsewhere", resources: these(work(in{"redrivePolicy": redrive("arn:q")}))},
			{about: "by a policy of its own", resources: these(work(in{}), res(queueType, "dead", in{}), res(redriveType, "redrive", in{
				"queueUrl": ref(queueType, "work", "id"), "redrivePolicy": redrive(ref(queueType, "dead", "arn"))}))},
			{about: "deployed", resources: these(
				work(in{"redrivePolicy": redrive("arn:dead")}), deployed(res(queueType, "dead", in{}), in{"arn": "arn:dead"}))},
			{about: "what others gave up", resources: append(giversUp(), work(in{"redrivePolicy": redrive("arn:q")}))},
		},
		violated: []example{
			{about: "none", property: "redrivePolicy", resources: these(work(in{}))},
			{about: "without a target", property: "redrivePolicy", resources: these(work(in{"redrivePolicy": asJSON(in{"maxReceiveCount": 5})}))},
			{about: "no JSON", property: "redrivePolicy", resources: these(work(in{"redrivePolicy": "dead"}))},
			{about: "beside one that has some, nothing", property: "redrivePolicy", resources: these(
				work(in{"redrivePolicy": redrive(ref(queueType, "dead", "arn"))}), res(queueType, "dead", in{}), res(queueType, "other", in{}))},
			{about: "another's policy", property: "redrivePolicy", resources: these(work(in{}), res(redriveType, "redrive", in{
				"queueUrl": "https://sqs/other", "redrivePolicy": redrive("arn:q")}))},
			{about: "a policy of its own without a target", property: "redrivePolicy", resources: these(work(in{}), res(redriveType, "redrive", in{
				"queueUrl": ref(queueType, "work", "id"), "redrivePolicy": asJSON(in{"maxReceiveCount": 5})}))},
			{about: "work that a schedule sends", property: "redrivePolicy", resources: these(work(in{}),
				res(eventScheduleType, "schedule", in{"target": in{"arn": ref(queueType, "work", "arn")}}))},
			{about: "work that a function sends when all went well", property: "redrivePolicy", resources: these(work(in{}),
				res(invokeConfigType, "config", in{"destinationConfig": in{"onSuccess": in{"destination": ref(queueType, "work", "arn")}}}))},
		},
		undecided: []example{{about: "not known", resources: these(work(in{"redrivePolicy": unknown}))}},
	},
}

func work(inputs in) *graph.Resource { return res(queueType, "work", inputs) }

// denial is the statement that is wanted, but for these members.
func denial(members in) in {
	all := in{
		"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": ref(queueType, "work", "arn"),
		"Condition": in{"Bool": in{"aws:SecureTransport": "false"}},
	}
	maps.Copy(all, members)
	for member, value := range all {
		if value == nil {
			delete(all, member)
		}
	}
	return all
}

// guarded is a queue with a policy of these statements.
func guarded(statements ...in) []*graph.Resource {
	return guardedBy(asJSON(in{"Version": "2012-10-17", "Statement": append([]in{}, statements...)}))
}

func guardedBy(policy any) []*graph.Resource {
	return these(work(in{}), res(queuePolicyType, "policy", in{"queueUrl": ref(queueType, "work", "url"), "policy": policy}))
}

func redrive(target string) string {
	return asJSON(in{"deadLetterTargetArn": target, "maxReceiveCount": 5})
}

// giversUp are all that can have a queue for their failures, each with one that needs no other.
func giversUp() []*graph.Resource {
	failed := func(name string) string { return ref(queueType, name, "arn") }
	all := these(
		res(subscriptionType, "subscription", in{"redrivePolicy": redrive(failed("a"))}),
		res(functionType, "function", in{"deadLetterConfig": in{"targetArn": failed("b")}}),
		res(invokeConfigType, "config", in{"destinationConfig": in{"onFailure": in{"destination": failed("c")}}}),
		res(eventSourceType, "stream", in{"destinationConfig": in{"onFailure": in{"destinationArn": failed("d")}}}),
		res(eventTargetType, "target", in{"deadLetterConfig": in{"arn": failed("e")}}),
		res(eventScheduleType, "schedule", in{"target": in{"deadLetterConfig": in{"arn": failed("f")}}}),
	)
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		all = append(all, res(queueType, name, in{}))
	}
	return all
}

package sqs

import (
	"maps"

	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

var sqsFixtures = map[string]Fixture{
	"X-SQS-KMS": {
		Satisfied: []Example{
			{About: "a key of this stack", Resources: Resources(Resource(examples.KmsKey, "data", Inputs{}), work(Inputs{"kmsMasterKeyId": Ref(examples.KmsKey, "data", "arn")}))},
			{About: "a key elsewhere", Resources: Resources(work(Inputs{"kmsMasterKeyId": examples.KeyArn}))},
		},
		Violated: []Example{
			{About: "none", Property: "kmsMasterKeyId", Resources: Resources(work(Inputs{}))},
			{About: "SQS's own", Property: "kmsMasterKeyId", Resources: Resources(work(Inputs{"sqsManagedSseEnabled": true}))},
			{About: "AWS's key", Property: "kmsMasterKeyId", Resources: Resources(work(Inputs{"kmsMasterKeyId": "alias/aws/sqs"}))},
		},
		Undecided: []Example{{About: "not known", Resources: Resources(work(Inputs{"kmsMasterKeyId": Unknown}))}},
	},
	"X-SQS-TLS": {
		Satisfied: []Example{
			{About: "a queue", Resources: guarded(denial(Inputs{}))},
			{About: "one statement", Resources: guardedBy(JSON(Inputs{"Statement": denial(Inputs{})}))},
			{About: "a document that Pulumi writes", Resources: guardedBy(Inputs{"Statement": []any{denial(Inputs{})}})},
			{About: "the principal as AWS", Resources: guarded(denial(Inputs{"Principal": Inputs{"AWS": "*"}}))},
			{About: "a list of principals", Resources: guarded(denial(Inputs{"Principal": Inputs{"AWS": []any{"*"}}}))},
			{About: "a list of actions", Resources: guarded(denial(Inputs{"Action": []any{"SQS:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"}}))},
			{About: "every action", Resources: guarded(denial(Inputs{"Action": "*"}))},
			{About: "every action but one", Resources: guarded(denial(Inputs{"Action": nil, "NotAction": "sqs:GetQueueUrl"}))},
			{About: "a false that is no text", Resources: guarded(denial(Inputs{"Condition": Inputs{"Bool": Inputs{"aws:SecureTransport": false}}}))},
			{About: "a list of values, if it is there", Resources: guarded(denial(Inputs{"Condition": Inputs{"BoolIfExists": Inputs{"aws:SecureTransport": []any{"false"}}}}))},
			{About: "every resource", Resources: guarded(denial(Inputs{"Resource": "*"}))},
			{About: "a list of resources", Resources: guarded(denial(Inputs{"Resource": []any{"arn:aws:sqs:us-east-1:123456789012:other", Ref(queueType, "work", "arn")}}))},
			{About: "after another statement", Resources: guarded(Inputs{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}, denial(Inputs{}))},
			{About: "written in the queue", Resources: Resources(work(Inputs{"name": "work", "policy": JSON(Inputs{"Statement": []any{
				denial(Inputs{"Resource": "arn:aws:sqs:us-east-1:123456789012:work"})}})}))},
			{About: "written in the queue, of which a plan knows the ARN by reference", Resources: Resources(
				WithOutputs(work(Inputs{"name": "work", "policy": JSON(Inputs{"Statement": []any{denial(Inputs{"Resource": "arn:aws:sqs:us-east-1:123456789012:work"})}})}),
					Inputs{"arn": Ref(queueType, "work", "arn")}))},
			{About: "deployed", Resources: Resources(
				WithOutputs(work(Inputs{}), Inputs{"id": "https://sqs/work", "arn": "arn:aws:sqs:us-east-1:123456789012:work"}),
				Resource(queuePolicyType, "policy", Inputs{"queueUrl": "https://sqs/work", "policy": JSON(Inputs{"Statement": []any{
					denial(Inputs{"Resource": "arn:aws:sqs:us-east-1:123456789012:work"})}})}))},
			{About: "a topic", Resources: Resources(Resource(inspect.TopicType, "topic", Inputs{}), Resource(topicPolicyType, "policy", Inputs{
				"arn": Ref(inspect.TopicType, "topic", "arn"), "policy": JSON(Inputs{"Statement": []any{
					denial(Inputs{"Action": "sns:Publish", "Resource": Ref(inspect.TopicType, "topic", "arn")})}})}))},
		},
		Violated: []Example{
			{About: "no policy", Property: "QueuePolicy", Resources: Resources(work(Inputs{}))},
			{About: "no policy of a topic", Property: "TopicPolicy", Resources: Resources(Resource(inspect.TopicType, "topic", Inputs{}))},
			{About: "another's policy", Property: "QueuePolicy", Resources: Resources(work(Inputs{}), Resource(queuePolicyType, "policy", Inputs{
				"queueUrl": "https://sqs/other", "policy": JSON(Inputs{"Statement": []any{denial(Inputs{})}})}))},
			{About: "a policy of its own that replaces the one in the queue", Property: "policy", Resources: Resources(
				work(Inputs{"policy": JSON(Inputs{"Statement": []any{denial(Inputs{"Resource": "*"})}})}),
				Resource(queuePolicyType, "policy", Inputs{"queueUrl": Ref(queueType, "work", "url"), "policy": JSON(Inputs{"Statement": []any{}})}))},
			{About: "no document", Property: "policy", Resources: guardedBy("work")},
			{About: "no statement", Property: "policy", Resources: guarded()},
			{About: "allowed", Property: "policy", Resources: guarded(denial(Inputs{"Effect": "Allow"}))},
			{About: "denied to one", Property: "policy", Resources: guarded(denial(Inputs{"Principal": Inputs{"AWS": "123456789012"}}))},
			{About: "sending only", Property: "policy", Resources: guarded(denial(Inputs{"Action": "sqs:SendMessage"}))},
			{About: "every action but the one that matters", Property: "policy", Resources: guarded(denial(Inputs{"Action": nil, "NotAction": "sqs:Receive*"}))},
			{About: "no condition", Property: "policy", Resources: guarded(denial(Inputs{"Condition": nil}))},
			{About: "another operator", Property: "policy", Resources: guarded(denial(Inputs{"Condition": Inputs{"Null": Inputs{"aws:SecureTransport": "false"}}}))},
			{About: "another condition", Property: "policy", Resources: guarded(denial(Inputs{"Condition": Inputs{"Bool": Inputs{"aws:ViaAWSService": "false"}}}))},
			{About: "the other way round", Property: "policy", Resources: guarded(denial(Inputs{"Condition": Inputs{"Bool": Inputs{"aws:SecureTransport": "true"}}}))},
			{About: "a second condition", Property: "policy", Resources: guarded(denial(Inputs{"Condition": Inputs{
				"Bool": Inputs{"aws:SecureTransport": "false"}, "IpAddress": Inputs{"aws:SourceIp": "10.0.0.0/8"}}}))},
			{About: "another's resource", Property: "policy", Resources: guarded(denial(Inputs{"Resource": "arn:aws:sqs:us-east-1:123456789012:other"}))},
			{About: "another's resource, with a name", Property: "policy", Resources: Resources(work(Inputs{"name": "work", "policy": JSON(Inputs{"Statement": []any{
				denial(Inputs{"Resource": "arn:aws:sqs:us-east-1:123456789012:other"})}})}))},
			{About: "another queue of the stack", Property: "policy", Resources: append(
				guarded(denial(Inputs{"Resource": Ref(queueType, "other", "arn")})), Resource(queueType, "other", Inputs{}))},
			{About: "another's resource, deployed", Property: "policy", Resources: Resources(
				WithOutputs(work(Inputs{}), Inputs{"id": "https://sqs/work", "arn": "arn:aws:sqs:us-east-1:123456789012:work"}),
				Resource(queuePolicyType, "policy", Inputs{"queueUrl": "https://sqs/work", "policy": JSON(Inputs{"Statement": []any{
					denial(Inputs{"Resource": "arn:aws:sqs:us-east-1:123456789012:other"})}})}))},
		},
		Undecided: []Example{{About: "not known", Resources: guardedBy(Unknown)}},
	},
	"X-SQS-DLQ": {
		Satisfied: []Example{
			{About: "a queue for what fails", Resources: Resources(
				work(Inputs{"redrivePolicy": redrive(Ref(queueType, "dead", "arn"))}), Resource(queueType, "dead", Inputs{}))},
			{About: "elsewhere", Resources: Resources(work(Inputs{"redrivePolicy": redrive("arn:q")}))},
			{About: "by a policy of its own", Resources: Resources(work(Inputs{}), Resource(queueType, "dead", Inputs{}), Resource(redriveType, "redrive", Inputs{
				"queueUrl": Ref(queueType, "work", "id"), "redrivePolicy": redrive(Ref(queueType, "dead", "arn"))}))},
			{About: "deployed", Resources: Resources(
				work(Inputs{"redrivePolicy": redrive("arn:dead")}), WithOutputs(Resource(queueType, "dead", Inputs{}), Inputs{"arn": "arn:dead"}))},
			{About: "what others gave up", Resources: append(giversUp(), work(Inputs{"redrivePolicy": redrive("arn:q")}))},
		},
		Violated: []Example{
			{About: "none", Property: "redrivePolicy", Resources: Resources(work(Inputs{}))},
			{About: "without a target", Property: "redrivePolicy", Resources: Resources(work(Inputs{"redrivePolicy": JSON(Inputs{"maxReceiveCount": 5})}))},
			{About: "no JSON", Property: "redrivePolicy", Resources: Resources(work(Inputs{"redrivePolicy": "dead"}))},
			{About: "beside one that has some, nothing", Property: "redrivePolicy", Resources: Resources(
				work(Inputs{"redrivePolicy": redrive(Ref(queueType, "dead", "arn"))}), Resource(queueType, "dead", Inputs{}), Resource(queueType, "other", Inputs{}))},
			{About: "another's policy", Property: "redrivePolicy", Resources: Resources(work(Inputs{}), Resource(redriveType, "redrive", Inputs{
				"queueUrl": "https://sqs/other", "redrivePolicy": redrive("arn:q")}))},
			{About: "a policy of its own without a target", Property: "redrivePolicy", Resources: Resources(work(Inputs{}), Resource(redriveType, "redrive", Inputs{
				"queueUrl": Ref(queueType, "work", "id"), "redrivePolicy": JSON(Inputs{"maxReceiveCount": 5})}))},
			{About: "work that a schedule sends", Property: "redrivePolicy", Resources: Resources(work(Inputs{}),
				Resource(inspect.EventScheduleType, "schedule", Inputs{"target": Inputs{"arn": Ref(queueType, "work", "arn")}}))},
			{About: "work that a function sends when all went well", Property: "redrivePolicy", Resources: Resources(work(Inputs{}),
				Resource(inspect.InvokeConfigType, "config", Inputs{"destinationConfig": Inputs{"onSuccess": Inputs{"destination": Ref(queueType, "work", "arn")}}}))},
		},
		Undecided: []Example{{About: "not known", Resources: Resources(work(Inputs{"redrivePolicy": Unknown}))}},
	},
}

func work(inputs Inputs) *graph.Resource { return Resource(queueType, "work", inputs) }

// denial is the statement that is wanted, but for these members.
func denial(members Inputs) Inputs {
	all := Inputs{
		"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": Ref(queueType, "work", "arn"),
		"Condition": Inputs{"Bool": Inputs{"aws:SecureTransport": "false"}},
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
func guarded(statements ...Inputs) []*graph.Resource {
	return guardedBy(JSON(Inputs{"Version": "2012-10-17", "Statement": append([]Inputs{}, statements...)}))
}

func guardedBy(document any) []*graph.Resource {
	return Resources(work(Inputs{}), Resource(queuePolicyType, "policy", Inputs{"queueUrl": Ref(queueType, "work", "url"), "policy": document}))
}

func redrive(target string) string {
	return JSON(Inputs{"deadLetterTargetArn": target, "maxReceiveCount": 5})
}

// giversUp are all that can have a queue for their failures, each with one that needs no other.
func giversUp() []*graph.Resource {
	failed := func(name string) string { return Ref(queueType, name, "arn") }
	all := Resources(
		Resource(inspect.SubscriptionType, "subscription", Inputs{"redrivePolicy": redrive(failed("a"))}),
		Resource(inspect.FunctionType, "function", Inputs{"deadLetterConfig": Inputs{"targetArn": failed("b")}}),
		Resource(inspect.InvokeConfigType, "config", Inputs{"destinationConfig": Inputs{"onFailure": Inputs{"destination": failed("c")}}}),
		Resource(inspect.EventSourceType, "stream", Inputs{"destinationConfig": Inputs{"onFailure": Inputs{"destinationArn": failed("d")}}}),
		Resource(inspect.EventTargetType, "target", Inputs{"deadLetterConfig": Inputs{"arn": failed("e")}}),
		Resource(inspect.EventScheduleType, "schedule", Inputs{"target": Inputs{"deadLetterConfig": Inputs{"arn": failed("f")}}}),
	)
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		all = append(all, Resource(queueType, name, Inputs{}))
	}
	return all
}

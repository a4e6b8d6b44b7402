package keys

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/policydoc"
)

// useThrough admits whoever in this account the named services of this region have already authorised, but only
// through those services, the way AWS's own managed keys do. So a role that may create an encrypted database or
// read a secret needs no permission on the key and cannot decrypt anything with it by itself.
//
// The principal is everybody, and the two conditions are all that narrows it: every user and role of this account, whose
// IAM policies need not mention the key. What each may do through the service is what IAM allows it of the service.
//
// S3, SQS, SNS and Lambda are left out on purpose: their readers need a permission on the key besides the one
// on the bucket, queue, topic or function.
// https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
func useThrough(id caller.Identity, services ...string) policydoc.Statement {
	return policydoc.Statement{
		Sid:        "UseThroughService",
		Effect:     policydoc.Allow,
		Principals: policydoc.AWS(pulumi.String("*")),
		Actions:    []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"},
		Resources:  everyKey,
		Conditions: throughService(id, services),
	}
}

// grantThrough admits the grants by which a service goes on using the key after the request that began it, for
// the life of a database or volume. Only the service may make them, never a person.
func grantThrough(id caller.Identity, services ...string) policydoc.Statement {
	return policydoc.Statement{
		Sid:        "GrantThroughService",
		Effect:     policydoc.Allow,
		Principals: policydoc.AWS(pulumi.String("*")),
		Actions:    []string{"kms:CreateGrant"},
		Resources:  everyKey,
		Conditions: append(throughService(id, services), policydoc.Condition{
			Test:   "Bool",
			Key:    "kms:GrantIsForAWSResource",
			Values: pulumi.StringArray{pulumi.String("true")},
		}),
	}
}

func throughService(id caller.Identity, services []string) []policydoc.Condition {
	names := make(pulumi.StringArray, len(services))
	for i, service := range services {
		names[i] = pulumi.Sprintf("%s.%s.amazonaws.com", service, id.Region)
	}
	return []policydoc.Condition{
		{Test: "StringEquals", Key: "kms:CallerAccount", Values: pulumi.StringArray{id.Account}},
		{Test: "StringEquals", Key: "kms:ViaService", Values: names},
	}
}

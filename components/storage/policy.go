package storage

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/policydoc"
)

// bucketPolicy comes last: S3 aborts a policy and a public access block that arrive together, and who waits for the
// policy finds everything else in place.
func (b *builder) bucketPolicy() (*s3.BucketPolicy, error) {
	document := policydoc.Document{Statements: append(b.grants(), b.denials()...)}
	return s3.NewBucketPolicy(b.ctx, b.name+"-policy", &s3.BucketPolicyArgs{
		Bucket: b.id(),
		Policy: document.JSON(),
	}, b.options(pulumi.DependsOn(b.parts))...)
}

// grants to AWS services. People and tasks get theirs from IAM.
func (b *builder) grants() []policydoc.Statement {
	switch b.args.Purpose {
	case Frontend:
		return b.cloudFrontGrants()
	case Logs:
		return b.logDeliveryGrants()
	case Audit:
		return b.trailGrants()
	default:
		return nil
	}
}

// denials hold for everyone, root included.
func (b *builder) denials() []policydoc.Statement {
	statements := []policydoc.Statement{
		b.deny("DenyPlainHTTP", "s3:*", condition("Bool", "aws:SecureTransport", "false")),
		b.deny("DenyOldTLS", "s3:*", condition("NumericLessThan", "s3:TlsVersion", "1.2")),
	}
	if b.fixed.thatKeyOnly {
		// The bucket's default applies only to uploads that ask for nothing else. (A missing key ARN is "not equal".)
		statements = append(statements,
			b.deny("DenyOtherEncryption", "s3:PutObject",
				condition("Null", "s3:x-amz-server-side-encryption", "false"),
				policydoc.Condition{
					Test: "StringNotEquals", Key: "s3:x-amz-server-side-encryption-aws-kms-key-id",
					Values: pulumi.StringArray{b.args.KeyArn},
				}),
			// A key the uploader brings is a key the owner may not have: the way to hold a bucket to ransom.
			b.deny("DenyUploadersKeys", "s3:PutObject",
				condition("Null", "s3:x-amz-server-side-encryption-customer-algorithm", "false")))
	}
	if b.fixed.objectLock && b.lockMode() == governance && !b.args.ForceDestroy {
		statements = append(statements, b.deny("DenyLockBypass", "s3:BypassGovernanceRetention"))
	}
	return statements
}

func (b *builder) deny(sid, action string, conditions ...policydoc.Condition) policydoc.Statement {
	return policydoc.Statement{
		Sid: sid, Effect: policydoc.Deny, Principals: policydoc.Anyone(), Actions: []string{action},
		Resources:  pulumi.StringArray{b.bucket.Arn, b.objects(pulumi.String(""))},
		Conditions: conditions,
	}
}

func condition(test, key, value string) policydoc.Condition {
	return policydoc.Condition{Test: test, Key: key, Values: pulumi.StringArray{pulumi.String(value)}}
}

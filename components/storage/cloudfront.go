package storage

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/policydoc"
)

// cloudFrontGrants let the account's distributions read. Not one distribution: its ARN is known only after it was
// created with this bucket as its origin. The account is in that ARN, which is all that AWS documents CloudFront to send.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
func (b *builder) cloudFrontGrants() []policydoc.Statement {
	id := caller.Look(b.ctx, b.component)
	read := func(sid, action string, resource pulumi.StringInput) policydoc.Statement {
		return policydoc.Statement{
			Sid: sid, Effect: policydoc.Allow, Principals: policydoc.Service("cloudfront.amazonaws.com"),
			Actions: []string{action}, Resources: pulumi.StringArray{resource},
			Conditions: []policydoc.Condition{
				fromSource(pulumi.Sprintf("arn:%s:cloudfront::%s:distribution/*", id.Partition, id.Account)),
			},
		}
	}
	return []policydoc.Statement{
		read("AllowCloudFrontRead", "s3:GetObject", b.objects(pulumi.String(""))),
		read("AllowCloudFrontList", "s3:ListBucket", b.bucket.Arn), // a missing key is then 404 and not 403
	}
}

// fromAccount and fromSource each keep a service from acting on this bucket for somebody else (the confused deputy).
func fromAccount(id caller.Identity) policydoc.Condition {
	return policydoc.Condition{Test: "StringEquals", Key: "aws:SourceAccount", Values: pulumi.StringArray{id.Account}}
}

func fromSource(arn pulumi.StringInput) policydoc.Condition {
	return policydoc.Condition{Test: "ArnLike", Key: "aws:SourceArn", Values: pulumi.StringArray{arn}}
}

package storage

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/policydoc"
)

// trailGrants let the trails of this account and region write. A trail's ARN holds the account, so aws:SourceArn covers
// what aws:SourceAccount would; and not one trail's ARN, because a trail can only be created once it may write here.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
func (b *builder) trailGrants() []policydoc.Statement {
	const trail = "cloudtrail.amazonaws.com"
	id := caller.Look(b.ctx, b.component)
	ours := fromSource(id.Arn("cloudtrail", pulumi.String("trail/*")))
	return []policydoc.Statement{
		b.look("AllowTrailCheck", trail, []string{"s3:GetBucketAcl"}, ours),
		b.write("AllowTrail", trail, pulumi.Sprintf("AWSLogs/%s/", id.Account), ours, ownerKeepsControl),
	}
}

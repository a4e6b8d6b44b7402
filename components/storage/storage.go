// Package storage builds one S3 bucket for one purpose: the web application's files, the patients' documents, logs,
// backups or the audit trail. The purpose decides everything that must not be a choice; see [Purpose].
//
// Every bucket is private (all four public access blocks, ACLs disabled), versioned, encrypted, readable only over
// TLS 1.2 or later, cleaned up by a lifecycle, and logs each request to it (but a log bucket's own: that would feed
// itself). It carries the controls S3-1 and S3-3 to S3-8 and S3-10 to S3-13 of the catalogue, and X-PROTECT: 45 CFR
// 164.312(a)(1), (a)(2)(iv), (b), (c)(1), (e)(1); 164.308(a)(7)(ii)(A); 164.310(d)(2)(iv); 164.316(b)(2)(i).
//
// A second bucket in another region and a [Replication] to it keep a copy of every object there.
//
// What it cannot do, on purpose: serve the public without CloudFront, hold ACLs, accept plain HTTP, be unversioned,
// or expire a patient's document. The log bucket is encrypted with Amazon's key (SSE-S3) and not with the customer's:
// load balancers and S3 itself deliver logs to no other kind of bucket.
//
// Replaced by AWS rather than changed: a bucket whose name changes, or that moves between a purpose with object lock
// (Backups, Audit) and one without. Args.Protect makes the engine refuse that. Everything else is updated in place.
package storage

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Bucket is the component. Its outputs come once the bucket is complete, its policy included, so that whatever takes
// one of them (a load balancer's logs, a trail, another bucket's access logs) finds the bucket ready to be written.
type Bucket struct {
	pulumi.ResourceState

	Name               pulumi.StringOutput `pulumi:"name"`               // physical name, which is also the ID
	Arn                pulumi.StringOutput `pulumi:"arn"`                // arn:<partition>:s3:::<name>
	RegionalDomainName pulumi.StringOutput `pulumi:"regionalDomainName"` // <name>.s3.<region>.amazonaws.com, CloudFront's origin

	policy *s3.BucketPolicy

	// What a replication has to know.
	purpose    Purpose
	bucketName string
	key        pulumi.StringInput
}

// New registers the bucket and everything that makes it safe.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Bucket, error) {
	if err := args.validate(name); err != nil {
		return nil, err
	}
	c := &Bucket{purpose: args.Purpose, bucketName: args.BucketName, key: args.KeyArn}
	if err := ctx.RegisterComponentResource("carebase:storage:Bucket", name, c, opts...); err != nil {
		return nil, err
	}
	b := &builder{ctx: ctx, component: c, name: name, args: args, fixed: purposes[args.Purpose]}
	if err := b.createBucket(); err != nil {
		return nil, err
	}
	for _, part := range []func() error{
		b.publicAccessBlock, b.ownership, b.versioning, b.encryption, b.lifecycle, b.accessLogs, b.objectLock, b.events,
	} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	policy, err := b.bucketPolicy()
	if err != nil {
		return nil, err
	}

	c.policy = policy
	c.Name = c.once(b.bucket.Bucket)
	c.Arn = c.once(b.bucket.Arn)
	c.RegionalDomainName = c.once(b.bucket.BucketRegionalDomainName)
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{
		"name": c.Name, "arn": c.Arn, "regionalDomainName": c.RegionalDomainName,
	})
}

// Ready is what to wait for (pulumi.DependsOn) where something needs the complete bucket without naming it.
func (c *Bucket) Ready() []pulumi.Resource { return []pulumi.Resource{c.policy} }

// once holds an output back until the policy, the last part, is in place. It waits for the policy's bucket, which is
// known in a preview, so what is known of the output stays known.
func (c *Bucket) once(output pulumi.StringOutput) pulumi.StringOutput {
	return pulumi.All(output, c.policy.Bucket).ApplyT(func(both []any) string {
		return both[0].(string)
	}).(pulumi.StringOutput)
}

// Package keys makes the customer-managed KMS keys of a stack: one for each class of data it holds.
//
//   - data: databases, caches, volumes, buckets of files, container images (ECR), queues, topics, the environment of
//     functions.
//   - logs: CloudWatch log groups, CloudTrail, AWS Config, and the buckets logs are delivered to.
//   - secrets: AWS Secrets Manager, with the password RDS manages for a database's master user.
//   - backups: AWS Backup vaults, the bucket of backups, exports of database snapshots.
//   - frontend: the bucket of the web front end, and nothing else: CloudFront, which publishes it, decrypts with this key
//     and with no other (control X-KMS-PUBLIC).
//
// One key a class keeps who may read what apart: whoever may read logs cannot read a backup.
//
// Every key rotates each year (45 CFR 164.312(a)(2)(iv)), takes the longest waiting time AWS has, 30 days, to be
// deleted (164.308(a)(1)(ii)(B)), and has a policy (see policy.go) that admits this account through IAM and the
// AWS services of its class, each only on this account's behalf (164.312(a)(1)).
//
// It cannot tell who in the account may use a key: that is decided by the IAM policies of the components that
// use it. MultiRegion makes replicas in other regions possible; see [Replicas]. Disks of Fargate tasks are under a key of
// AWS's: they take no multi-region key, so none of these is offered to them.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-create-storage-key.html
package keys

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
)

// deletionWindowDays is the longest AWS allows (7 to 30).
const deletionWindowDays = 30

// rotationPeriodDays is how often new key material is made; what was encrypted before stays readable.
const rotationPeriodDays = 365

// Keys holds one key for each class of data.
type Keys struct {
	pulumi.ResourceState

	Data     Key
	Logs     Key
	Secrets  Key
	Backups  Key
	Frontend Key

	DataArn     pulumi.StringOutput `pulumi:"dataArn"`
	LogsArn     pulumi.StringOutput `pulumi:"logsArn"`
	SecretsArn  pulumi.StringOutput `pulumi:"secretsArn"`
	BackupsArn  pulumi.StringOutput `pulumi:"backupsArn"`
	FrontendArn pulumi.StringOutput `pulumi:"frontendArn"`

	multiRegion bool
}

// A Key of one class.
type Key struct {
	Arn pulumi.StringOutput // arn:aws:kms:<region>:<account>:key/<id>
	ID  pulumi.StringOutput // the key's id: a UUID, or mrk-… where it is multi-region
}

// New makes the keys and an alias for each.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Keys, error) {
	if err := args.validate(name); err != nil {
		return nil, err
	}
	k := &Keys{multiRegion: args.MultiRegion}
	if err := ctx.RegisterComponentResource("carebase:keys:Keys", name, k, opts...); err != nil {
		return nil, err
	}

	id := caller.Look(ctx, k)
	for _, one := range []struct {
		class Class
		key   *Key
	}{
		{Data, &k.Data}, {Logs, &k.Logs}, {Secrets, &k.Secrets}, {Backups, &k.Backups}, {Frontend, &k.Frontend},
	} {
		made, err := newKey(ctx, k, name, one.class, id, args)
		if err != nil {
			return nil, err
		}
		*one.key = made
	}

	k.DataArn, k.LogsArn, k.SecretsArn, k.BackupsArn, k.FrontendArn = k.Data.Arn, k.Logs.Arn, k.Secrets.Arn, k.Backups.Arn, k.Frontend.Arn
	return k, ctx.RegisterResourceOutputs(k, pulumi.Map{
		"dataArn":     k.DataArn,
		"logsArn":     k.LogsArn,
		"secretsArn":  k.SecretsArn,
		"backupsArn":  k.BackupsArn,
		"frontendArn": k.FrontendArn,
	})
}

func newKey(ctx *pulumi.Context, parent *Keys, name string, class Class, id caller.Identity, args *Args) (Key, error) {
	logical := name + "-" + string(class)
	key, err := kms.NewKey(ctx, logical, &kms.KeyArgs{
		Description:          pulumi.String(args.AliasPrefix + ": " + class.holds()),
		EnableKeyRotation:    pulumi.Bool(true),
		RotationPeriodInDays: pulumi.Int(rotationPeriodDays),
		DeletionWindowInDays: pulumi.Int(deletionWindowDays),
		MultiRegion:          pulumi.Bool(args.MultiRegion),
		Policy:               policy(class, id, args.FrontendUnderData),
	}, pulumi.Parent(parent), pulumi.Protect(args.Protect), pulumi.RetainOnDelete(args.Protect))
	if err != nil {
		return Key{}, err
	}
	return Key{Arn: key.Arn, ID: key.KeyId}, newAlias(ctx, parent, logical, args.AliasPrefix, class, key.KeyId)
}

// newAlias makes the physical name people and scripts know a key by.
func newAlias(
	ctx *pulumi.Context, parent pulumi.Resource, logical, prefix string, class Class, key pulumi.StringInput,
) error {
	_, err := kms.NewAlias(ctx, logical+"-alias", &kms.AliasArgs{
		Name:        pulumi.String("alias/" + prefix + "-" + string(class)),
		TargetKeyId: key,
	}, pulumi.Parent(parent))
	return err
}

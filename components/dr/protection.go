// Package dr protects a stack against the loss of its region: it keeps a copy of everything that cannot be made anew in a
// recovery region, encrypted there under replicas of the stack's own keys, and has the switch by which people send
// traffic there.
//
//   - keys: a replica of each, with the policy of its class.
//   - buckets: a twin of each, of the same purpose and with the same guarantees, replicated within fifteen minutes.
//   - databases: automated backups, snapshots and transaction logs. A replica is the recovery stack's own (components/database).
//   - backups: a locked vault that copies go to.
//   - images: repositories of the same name, and the registry's replication.
//   - secrets: SecretReplica says where their replicas go; Secrets Manager makes them.
//
// All of it belongs to the protected stack, because it receives data from the day it exists, and because nothing in the
// primary region may be needed on the day of the disaster. The recovery stack finds it by the protected stack's outputs.
//
// It carries S3-9, X-BK-XR and X-RDS-DR: 45 CFR 164.308(a)(7)(ii)(A) and (B). Taking it away from a protected stack is
// refused by the engine: the copies are as protected as what they are copies of.
//
// It cannot copy what was there before it: images and objects that are older are copied once by hand (docs/operations.md).
package dr

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/backup"
	"github.com/carebase/carebase/components/keys"
	"github.com/carebase/carebase/components/observability"
	"github.com/carebase/carebase/components/secrets"
	"github.com/carebase/carebase/components/service"
	"github.com/carebase/carebase/components/storage"
)

// Protection is the component.
type Protection struct {
	pulumi.ResourceState

	// Keys of the recovery region.
	Keys *keys.Replicas

	TopicArn  pulumi.StringOutput `pulumi:"topicArn"`  // receives failures in the recovery region
	VaultName pulumi.StringOutput `pulumi:"vaultName"` // that copies of backups go to
	VaultArn  pulumi.StringOutput `pulumi:"vaultArn"`
	// SwitchAlarmName is the alarm of the recovery region that is in alarm while the switch is engaged.
	SwitchAlarmName pulumi.StringOutput `pulumi:"switchAlarmName"`
	// SwitchHealthCheckID is the Route 53 health check that is healthy while the switch is not engaged.
	SwitchHealthCheckID pulumi.StringOutput `pulumi:"switchHealthCheckId"`

	name string
	args *Args
	logs *storage.Bucket
}

// New registers everything that stands by itself. What copies one of the stack's resources is added by the methods, once
// that exists.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Protection, error) {
	if err := args.check(name); err != nil {
		return nil, err
	}
	c := &Protection{name: name, args: args}
	if err := ctx.RegisterComponentResource("carebase:dr:Protection", name, c, opts...); err != nil {
		return nil, err
	}
	for _, part := range []func(*pulumi.Context) error{c.newKeys, c.newTopic, c.newLogBucket, c.newVault, c.newImageReplication, c.newSwitch} {
		if err := part(ctx); err != nil {
			return nil, err
		}
	}
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{
		"topicArn": c.TopicArn, "vaultName": c.VaultName, "vaultArn": c.VaultArn,
		"switchAlarmName": c.SwitchAlarmName, "switchHealthCheckId": c.SwitchHealthCheckID,
	})
}

func (c *Protection) newKeys(ctx *pulumi.Context) (err error) {
	c.Keys, err = keys.NewReplicas(ctx, c.name+"-keys", &keys.ReplicasArgs{
		Of: c.args.Keys, AliasPrefix: c.args.NamePrefix, FrontendUnderData: c.args.FrontendUnderData, Protect: c.args.Protect,
	}, pulumi.Parent(c))
	return err
}

func (c *Protection) newTopic(ctx *pulumi.Context) error {
	topic, err := observability.NewTopic(ctx, c.name+"-alerts", &observability.TopicArgs{
		Name: c.args.NamePrefix + "-alerts", KeyArn: c.Keys.DataArn, Emails: c.args.Emails, HTTPS: c.args.HTTPS,
	}, pulumi.Parent(c))
	if err != nil {
		return err
	}
	c.TopicArn = topic.Arn
	return nil
}

func (c *Protection) newVault(ctx *pulumi.Context) error {
	vault, err := backup.New(ctx, c.name+"-backup", &backup.Args{
		VaultName:          c.args.NamePrefix,
		KeyArn:             c.Keys.BackupsArn,
		LockMinDays:        c.args.LockMinDays,
		LockMaxDays:        c.args.LockMaxDays,
		LockChangeableDays: c.args.LockChangeableDays,
		AlarmTopicArn:      c.TopicArn,
		Protect:            c.args.Protect,
		ForceDestroy:       !c.args.Protect,
	}, pulumi.Parent(c))
	if err != nil {
		return err
	}
	c.VaultName, c.VaultArn = vault.VaultName, vault.VaultArn
	return nil
}

func (c *Protection) newImageReplication(ctx *pulumi.Context) error {
	if len(c.args.ImagePrefixes) == 0 {
		return nil
	}
	_, err := service.NewImageReplication(ctx, c.name+"-images", &service.ImageReplicationArgs{
		Region: c.args.Region, RepositoryPrefixes: c.args.ImagePrefixes,
	}, pulumi.Parent(c), pulumi.Providers(c.args.Primary))
	return err
}

// SecretReplica is where the stack's secrets have their replicas.
func (c *Protection) SecretReplica() secrets.Replica {
	return secrets.Replica{Region: c.args.Region, KeyArn: c.Keys.SecretsArn}
}

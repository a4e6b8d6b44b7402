package keys

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/internal/caller"
)

// ReplicasArgs of the replicas of a stack's keys.
type ReplicasArgs struct {
	// Of are the keys to replicate: multi-region keys of another region.
	Of *Keys
	// Classes to replicate. Default: all.
	Classes []Class
	// AliasPrefix as in Args: aliases belong to their region, so it may be the same.
	AliasPrefix string
	// FrontendUnderData as in Args, for the bucket in the replicas' region.
	FrontendUnderData string
	// Protect keeps the replicas as Args.Protect keeps the keys.
	Protect bool
}

// Replicas holds a replica of each of a stack's keys in another region: the same key material under an ARN of that
// region, so that what is copied there is encrypted there and can be read there when the first region is gone.
//
// By default all classes are replicated. Data, secrets, backups and frontend encrypt the copies themselves: databases, files, images,
// secrets, backups. Logs encrypts the copy of the trail, and the log groups of whatever runs there later, which must have
// their key before the first line is written.
//
// Rotation and material are the primary's. Policies are not: each replica has the policy of its class for its own region.
type Replicas struct {
	pulumi.ResourceState

	DataArn     pulumi.StringOutput `pulumi:"dataArn"`
	LogsArn     pulumi.StringOutput `pulumi:"logsArn"`
	SecretsArn  pulumi.StringOutput `pulumi:"secretsArn"`
	BackupsArn  pulumi.StringOutput `pulumi:"backupsArn"`
	FrontendArn pulumi.StringOutput `pulumi:"frontendArn"`
}

func (a *ReplicasArgs) validate(name string) error {
	p := arg.Check("key replicas", name)
	if p.Require("Args", a != nil, "the replicas' arguments"); a == nil {
		return p.Err()
	}
	p.Require("Of", a.Of != nil, "the keys to replicate")
	if a.Of != nil && !a.Of.multiRegion {
		p.Add("Of", "(keys of one region)", "keys made with MultiRegion")
	}
	checkAliasPrefix(p, a.AliasPrefix)
	checkFrontendBucket(p, a.FrontendUnderData)
	return p.Err()
}

// NewReplicas makes a replica of each key, with an alias, under a provider of the other region.
func NewReplicas(ctx *pulumi.Context, name string, args *ReplicasArgs, opts ...pulumi.ResourceOption) (*Replicas, error) {
	if err := args.validate(name); err != nil {
		return nil, err
	}
	r := &Replicas{}
	if err := ctx.RegisterComponentResource("carebase:keys:Replicas", name, r, opts...); err != nil {
		return nil, err
	}
	id := caller.Look(ctx, r)
	outputs := pulumi.Map{}
	for _, replicated := range []struct {
		class Class
		of    Key
		arn   *pulumi.StringOutput
	}{
		{Data, args.Of.Data, &r.DataArn}, {Logs, args.Of.Logs, &r.LogsArn},
		{Secrets, args.Of.Secrets, &r.SecretsArn}, {Backups, args.Of.Backups, &r.BackupsArn},
		{Frontend, args.Of.Frontend, &r.FrontendArn},
	} {
		if len(args.Classes) > 0 && !slices.Contains(args.Classes, replicated.class) {
			continue
		}
		replica, err := newReplica(ctx, r, name, replicated.class, replicated.of, id, args)
		if err != nil {
			return nil, err
		}
		*replicated.arn = replica.Arn
		outputs[string(replicated.class)+"Arn"] = replica.Arn
	}
	return r, ctx.RegisterResourceOutputs(r, outputs)
}

func newReplica(
	ctx *pulumi.Context, parent *Replicas, name string, class Class, of Key, id caller.Identity, args *ReplicasArgs,
) (*kms.ReplicaKey, error) {
	logical := name + "-" + string(class)
	replica, err := kms.NewReplicaKey(ctx, logical, &kms.ReplicaKeyArgs{
		Description:          pulumi.String(args.AliasPrefix + ": " + class.holds()),
		PrimaryKeyArn:        of.Arn,
		DeletionWindowInDays: pulumi.Int(deletionWindowDays),
		Policy:               policy(class, id, args.FrontendUnderData),
	}, pulumi.Parent(parent), pulumi.Protect(args.Protect), pulumi.RetainOnDelete(args.Protect))
	if err != nil {
		return nil, err
	}
	return replica, newAlias(ctx, parent, logical, args.AliasPrefix, class, replica.KeyId)
}

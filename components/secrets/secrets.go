// Package secrets makes the secrets of a stack in AWS Secrets Manager.
//
// Each is encrypted under a customer-managed key (control SM-2, 45 CFR 164.312(a)(2)(iv)), has a resource policy
// that denies other accounts and connections without TLS (164.312(a)(1), 164.312(e)(1)), a recovery window, and
// on request replicas in other regions, each under a key of its own. Package components/rotation rotates secrets.
//
// A secret may come without a value. Then its value is put out of band, by a person or a task with
// secretsmanager:PutSecretValue, and never passes through the program or its state. A value that is given is
// in the state, encrypted.
//
// It cannot see whether a secret without a value ever got one.
package secrets

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/secretsmanager"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
)

// Secrets is a set of secrets with one key, one naming pattern and one recovery window.
type Secrets struct {
	pulumi.ResourceState

	// Arns by the secret's key: its Name, or Service/Name where it has a service. They end in the six characters
	// that Secrets Manager adds, so a policy or task definition can name exactly this secret.
	Arns pulumi.StringMapOutput `pulumi:"arns"`

	name string
	arns map[string]pulumi.StringOutput
}

// New makes the secrets.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Secrets, error) {
	if err := args.validate(name); err != nil {
		return nil, err
	}
	s := &Secrets{name: name, arns: map[string]pulumi.StringOutput{}}
	if err := ctx.RegisterComponentResource("carebase:secrets:Secrets", name, s, opts...); err != nil {
		return nil, err
	}

	policy := resourcePolicy(caller.Look(ctx, s))
	all := pulumi.StringMap{}
	for _, one := range args.Secrets {
		arn, err := s.add(ctx, args, one, policy)
		if err != nil {
			return nil, err
		}
		s.arns[one.key()], all[one.key()] = arn, arn
	}

	s.Arns = all.ToStringMapOutput()
	return s, ctx.RegisterResourceOutputs(s, pulumi.Map{"arns": s.Arns})
}

// Arn of the secret with that key: its Name, or Service/Name where it has a service. For a key that does not
// exist the output fails, and with it whatever uses it.
func (s *Secrets) Arn(key string) pulumi.StringOutput {
	if arn, ok := s.arns[key]; ok {
		return arn
	}
	known := strings.Join(slices.Sorted(maps.Keys(s.arns)), ", ")
	return pulumi.String("").ToStringOutput().ApplyT(func(string) (string, error) {
		return "", fmt.Errorf("secrets %q has no secret %q: it has %s", s.name, key, known)
	}).(pulumi.StringOutput)
}

// add registers a secret and what hangs on it.
func (s *Secrets) add(ctx *pulumi.Context, args *Args, one Secret, policy pulumi.StringInput) (pulumi.StringOutput, error) {
	none := pulumi.StringOutput{}
	logical := one.logicalName(s.name)
	secret, err := secretsmanager.NewSecret(ctx, logical, &secretsmanager.SecretArgs{
		Name:                 pulumi.String(args.physicalName(one)),
		Description:          pulumi.String(one.Description),
		KmsKeyId:             args.KeyArn,
		RecoveryWindowInDays: pulumi.Int(args.RecoveryWindowDays),
		Replicas:             replicas(args.Replicas),
	}, pulumi.Parent(s), pulumi.Protect(args.Protect))
	if err != nil {
		return none, err
	}

	guard, err := secretsmanager.NewSecretPolicy(ctx, logical+policySuffix, &secretsmanager.SecretPolicyArgs{
		SecretArn:         secret.Arn,
		Policy:            policy,
		BlockPublicPolicy: pulumi.Bool(true),
	}, pulumi.Parent(s))
	if err != nil {
		return none, err
	}

	if one.Value != nil {
		// The SDK marks SecretString as a secret, and a test holds it to that. After the policy, so that there is no
		// moment at which the value is there and its guard is not.
		_, err := secretsmanager.NewSecretVersion(ctx, logical+versionSuffix, &secretsmanager.SecretVersionArgs{
			SecretId:     secret.Arn,
			SecretString: one.Value,
		}, pulumi.Parent(s), pulumi.DependsOn([]pulumi.Resource{guard}))
		if err != nil {
			return none, err
		}
	}
	return secret.Arn, nil
}

func replicas(wanted []Replica) secretsmanager.SecretReplicaArray {
	var made secretsmanager.SecretReplicaArray
	for _, r := range wanted {
		made = append(made, secretsmanager.SecretReplicaArgs{
			Region:   pulumi.String(r.Region),
			KmsKeyId: r.KeyArn,
		})
	}
	return made
}

// Package rotation rotates secrets of a stack: the Lambda function functions/rotation, and for each secret a schedule in AWS
// Secrets Manager (control SM-1, 45 CFR 164.308(a)(4)(ii)(B)).
//
// The function has what every function has (components/function: FN-1 to FN-5, X-FN-ENV). It may read and write exactly the
// secrets that it rotates, read the database's master secret, and change exactly the cache users whose passwords rotate. It
// connects to the interface endpoints, the database and the cache, and to nothing else. Only one invocation runs at a time.
//
// No secret rotates when the stack is deployed: the database's roles may not exist yet, and services read the values in the form
// that they have. docs/operations.md says how to start the first rotation.
//
// A secret that a third party issues cannot rotate by itself. The function reports its age every day, and an alarm reminds a
// person to change it.
//
// What the package deliberately cannot do: rotate less often than every 90 days; restart the tasks that read a secret when they started. Such tasks can sign in until the second rotation after their start.
package rotation

import (
	"cmp"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/secretsmanager"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/function"
	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/role"
	"github.com/carebase/carebase/functions/archive"
	"github.com/carebase/carebase/functions/rotation/config"
)

// Rotation is the function with the schedules of its secrets.
type Rotation struct {
	pulumi.ResourceState

	FunctionArn     pulumi.StringOutput `pulumi:"functionArn"`
	FunctionName    pulumi.StringOutput `pulumi:"functionName"`
	SecurityGroupID pulumi.StringOutput `pulumi:"securityGroupId"` // for the peers' ingress rules
	DeadLetterName  pulumi.StringOutput `pulumi:"deadLetterName"`  // for an alarm

	name     string
	args     *Args
	function *function.Function
}

const (
	memoryMiB = 256
	// timeoutSeconds covers a change of an ElastiCache user, which takes about two minutes, and attempts to connect during a
	// failover of the database.
	timeoutSeconds = 300
	// concurrency of one means that steps of different secrets never change the database at the same time. Secrets Manager's
	// invocations wait in Lambda's queue.
	concurrency = 1

	httpsPort = 443
)

// New makes the function and schedules the rotations.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Rotation, error) {
	if err := args.check(name); err != nil {
		return nil, err
	}
	if !ctx.RunningWithMocks() { // the plan needs no archive
		if err := archive.Missing(args.Archive); err != nil {
			return nil, err
		}
	}
	sorted := *args
	sorted.Secrets = slices.SortedFunc(slices.Values(args.Secrets), func(a, b Secret) int { return cmp.Compare(a.Name, b.Name) })
	sorted.ByHand = slices.SortedFunc(slices.Values(args.ByHand), func(a, b ByHand) int { return cmp.Compare(a.Name, b.Name) })
	r := &Rotation{name: name, args: &sorted}
	if err := ctx.RegisterComponentResource("carebase:rotation:Rotation", name, r, opts...); err != nil {
		return nil, err
	}
	if err := r.newFunction(ctx); err != nil {
		return nil, err
	}
	if err := r.newPeers(ctx); err != nil {
		return nil, err
	}
	if err := r.newSchedules(ctx); err != nil {
		return nil, err
	}
	if err := r.newReminders(ctx); err != nil {
		return nil, err
	}
	r.FunctionArn, r.FunctionName = r.function.Arn, r.function.Name
	r.SecurityGroupID, r.DeadLetterName = r.function.SecurityGroupID, r.function.DeadLetterName
	return r, ctx.RegisterResourceOutputs(r, pulumi.Map{
		"functionArn": r.FunctionArn, "functionName": r.FunctionName,
		"securityGroupId": r.SecurityGroupID, "deadLetterName": r.DeadLetterName,
	})
}

func (r *Rotation) newFunction(ctx *pulumi.Context) (err error) {
	r.function, err = function.New(ctx, r.name+"-lambda", &function.Args{
		FunctionName:        r.args.FunctionName,
		Description:         "Rotates secrets of the database, the cache and the services",
		Code:                function.Code{Archive: pulumi.NewFileArchive(r.args.Archive)},
		MemoryMiB:           memoryMiB,
		TimeoutSeconds:      timeoutSeconds,
		ReservedConcurrency: concurrency,
		Environment:         map[string]pulumi.StringInput{config.Variable: r.configuration()},
		Policy:              r.permissions(caller.Look(ctx, r)),
		VpcID:               r.args.VpcID,
		SubnetIDs:           r.args.SubnetIDs,
		KeyArn:              r.args.KeyArn,
		LogsKeyArn:          r.args.LogsKeyArn,
		LogRetentionDays:    r.args.LogRetentionDays,
		RotatesSecrets:      true,
		Schedules:           r.schedules(),
	}, pulumi.Parent(r))
	return err
}

// newPeers lets the function connect to what it needs, and to nothing else.
func (r *Rotation) newPeers(ctx *pulumi.Context) error {
	if err := r.function.AllowTo(ctx, "endpoints", r.args.EndpointSecurityGroupID, httpsPort); err != nil {
		return err
	}
	if d := r.args.Database; d != nil {
		if err := r.function.AllowTo(ctx, "database", d.SecurityGroupID, d.Port); err != nil {
			return err
		}
	}
	if c := r.args.Cache; c != nil {
		return r.function.AllowTo(ctx, "cache", c.SecurityGroupID, c.Port)
	}
	return nil
}

// newSchedules enables rotation. RotateImmediately is false: see the package's comment. Secrets Manager then tests the function,
// which changes nothing.
func (r *Rotation) newSchedules(ctx *pulumi.Context) error {
	for _, secret := range r.args.Secrets {
		_, err := secretsmanager.NewSecretRotation(ctx, r.name+"-secret-"+secret.Name, &secretsmanager.SecretRotationArgs{
			SecretId:          secret.Arn,
			RotationLambdaArn: r.function.Arn,
			RotateImmediately: pulumi.Bool(false),
			RotationRules: &secretsmanager.SecretRotationRotationRulesArgs{
				AutomaticallyAfterDays: pulumi.Int(r.args.AfterDays),
			},
		}, pulumi.Parent(r))
		if err != nil {
			return err
		}
	}
	return nil
}

// permissions are what the function's code may do.
func (r *Rotation) permissions(id caller.Identity) []function.Statement {
	var rotated, users pulumi.StringArray
	for _, secret := range r.args.Secrets {
		rotated = append(rotated, secret.Arn)
		if secret.Strategy == config.CacheUser {
			users = append(users, id.Arn("elasticache", pulumi.String("user:"+secret.UserID)))
		}
	}
	var statements []function.Statement
	if len(rotated) > 0 {
		statements = append(statements,
			role.Allow("RotateSecrets", rotated, "secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue",
				"secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"),
			role.Through(role.Allow("UseKeyOfSecrets", pulumi.StringArray{r.args.SecretsKeyArn}, "kms:Decrypt", "kms:GenerateDataKey"),
				"secretsmanager", id.Region))
	}
	if len(r.args.ByHand) > 0 {
		statements = append(statements, r.agePermission())
	}
	if d := r.args.Database; d != nil && d.MasterSecretArn != nil {
		statements = append(statements, role.Allow("ReadMasterSecret", pulumi.StringArray{d.MasterSecretArn}, "secretsmanager:GetSecretValue"))
	}
	if len(users) > 0 {
		statements = append(statements, role.Allow("ChangeCacheUsers", users, "elasticache:DescribeUsers", "elasticache:ModifyUser"))
	}
	return statements
}

// configuration is the value of the function's environment variable.
func (r *Rotation) configuration() pulumi.StringOutput {
	// What only the deployment knows, in this order: the database's address and master secret, the cache's address, the ARNs
	// of Secrets, the ARNs of ByHand.
	known := func(in pulumi.StringInput) pulumi.StringInput {
		if in == nil {
			return pulumi.String("")
		}
		return in
	}
	inputs := pulumi.StringArray{pulumi.String(""), pulumi.String(""), pulumi.String("")}
	if d := r.args.Database; d != nil {
		inputs[0], inputs[1] = d.Address, known(d.MasterSecretArn)
	}
	if c := r.args.Cache; c != nil {
		inputs[2] = c.Address
	}
	for _, secret := range r.args.Secrets {
		inputs = append(inputs, secret.Arn)
	}
	for _, secret := range r.args.ByHand {
		inputs = append(inputs, secret.Arn)
	}
	shape := r.args.shape()
	return inputs.ToStringArrayOutput().ApplyT(func(texts []string) (string, error) {
		c := config.Config{Secrets: map[string]config.Secret{}, ByHand: texts[3+len(r.args.Secrets):]}
		if shape.Database != nil {
			database := *shape.Database
			database.Host, database.MasterSecret = texts[0], texts[1]
			c.Database = &database
		}
		if shape.Cache != nil {
			cache := *shape.Cache
			cache.Host = texts[2]
			c.Cache = &cache
		}
		for i, secret := range r.args.Secrets {
			arn := texts[3+i]
			c.Secrets[arn] = secret.setting()
			if secret.Strategy == config.DatabaseMaster {
				c.Database.MasterSecret = arn
			}
		}
		return c.Encode()
	}).(pulumi.StringOutput)
}

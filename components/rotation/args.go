package rotation

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/functions/rotation/config"
)

// Args of a Rotation.
type Args struct {
	// FunctionName is the function's physical name: see limits.FunctionName. Changing it replaces the function.
	FunctionName string

	// Archive is the path of the function's archive, relative to the folder that the program runs in, such as
	// "../functions/dist/rotation.zip". `go run ./functions/build` makes it. A plan does not read it.
	Archive string

	// Secrets are the secrets that rotate: all of one region, encrypted under SecretsKeyArn. Their order does not matter.
	Secrets []Secret

	// ByHand are secrets that a third party issues. A person changes them at least every 90 days; an alarm reminds the topic
	// AlarmTopicArn after 80 days. Such a secret needs an exception to control SM-1.
	ByHand        []ByHand
	AlarmTopicArn pulumi.StringInput // required with ByHand

	// AfterDays is the time between two rotations of a secret: 1 to 90 days (control SM-1).
	AfterDays int

	Database *Database // required for the strategies DatabaseRole and DatabaseMaster
	Cache    *Cache    // required for the strategy CacheUser

	// VpcID and SubnetIDs are the VPC and its private subnets. EndpointSecurityGroupID is the security group of the VPC's
	// interface endpoints, among which must be secretsmanager, and elasticache for the strategy CacheUser. This group must
	// admit the function's security group on port 443.
	VpcID                   pulumi.StringInput
	SubnetIDs               pulumi.StringArrayInput
	EndpointSecurityGroupID pulumi.StringInput

	// SecretsKeyArn is the KMS key of the secrets, and of the secret in which RDS keeps the master password.
	SecretsKeyArn pulumi.StringInput
	// KeyArn is the KMS key of the function's environment and dead-letter queue. LogsKeyArn is that of the log group.
	KeyArn     pulumi.StringInput
	LogsKeyArn pulumi.StringInput
	// LogRetentionDays is one of loggroup.RetentionDays.
	LogRetentionDays int
}

// A Secret that rotates.
type Secret struct {
	// Name is part of the logical name of the rotation: letters, digits and "_+=.@-".
	Name string
	Arn  pulumi.StringInput
	// Strategy says how the secret rotates. At most one secret has config.DatabaseMaster.
	Strategy config.Strategy
	// User is the database role (not its clone), the master user, or the cache user. Empty for config.RandomKey.
	User string
	// UserID is the ElastiCache user's ID, for config.CacheUser.
	UserID string
}

// ByHand is a secret that only a person can change.
type ByHand struct {
	// Name is part of the logical name of the alarm: letters, digits and "_+=.@-".
	Name string
	Arn  pulumi.StringInput
}

// A Database whose users rotate. Its security group must admit the function's security group.
type Database struct {
	Address         pulumi.StringInput // the host name in the certificate
	Port            int
	Name            string // of the database in the instance: see limits.DatabaseName
	SecurityGroupID pulumi.StringInput
	// MasterSecretArn is the secret in which RDS keeps the master user's name and password. Unset where one of Args.Secrets has
	// the strategy config.DatabaseMaster: that secret is the master secret.
	MasterSecretArn pulumi.StringInput
}

// A Cache whose users rotate. Its security group must admit the function's security group.
type Cache struct {
	Address         pulumi.StringInput // the primary endpoint
	Port            int
	SecurityGroupID pulumi.StringInput
}

// mostDays is the longest time between two rotations: control SM-1. reminderDays is the age at which the alarm of a secret of
// ByHand goes off.
const (
	mostDays     = 90
	reminderDays = 80
)

func (args *Args) check(name string) error {
	p := arg.Check("rotation", name)
	if args == nil {
		p.Require("Args", false, "a *rotation.Args")
		return p.Err()
	}
	p.Match("FunctionName", args.FunctionName, limits.FunctionName, limits.FunctionNameRule)
	p.Require("Archive", args.Archive != "", "the path of the function's archive")
	p.Between("AfterDays", args.AfterDays, 1, mostDays)
	args.checkSecrets(p)
	args.checkStores(p)
	p.Require("VpcID", args.VpcID != nil, "the ID of the VPC")
	p.Require("SubnetIDs", args.SubnetIDs != nil, "the IDs of private subnets")
	p.Require("EndpointSecurityGroupID", args.EndpointSecurityGroupID != nil, "the ID of the interface endpoints' security group")
	for argument, key := range map[string]pulumi.StringInput{"SecretsKeyArn": args.SecretsKeyArn, "KeyArn": args.KeyArn, "LogsKeyArn": args.LogsKeyArn} {
		p.Require(argument, key != nil, "the ARN of a KMS key (see components/keys)")
	}
	return p.Err()
}

func (args *Args) checkSecrets(p *arg.Problems) {
	p.Require("Secrets", len(args.Secrets)+len(args.ByHand) > 0, "at least one secret")
	seen, masters := map[string]bool{}, 0
	for i, secret := range args.Secrets {
		at := fmt.Sprintf("Secrets[%d]", i)
		p.Match(at+".Name", secret.Name, limits.SecretPart, limits.SecretPartRule)
		if seen[secret.Name] {
			p.Add(at+".Name", secret.Name, "a name that no other secret has")
		}
		seen[secret.Name] = true
		p.Require(at+".Arn", secret.Arn != nil, "the ARN of a secret")
		for _, problem := range args.shape().Problems(secret.setting()) {
			p.Add(at, secret.Name, problem)
		}
		if secret.Strategy == config.DatabaseMaster {
			masters++
		}
	}
	for i, secret := range args.ByHand {
		at := fmt.Sprintf("ByHand[%d]", i)
		p.Match(at+".Name", secret.Name, limits.SecretPart, limits.SecretPartRule)
		if seen[secret.Name] {
			p.Add(at+".Name", secret.Name, "a name that no other secret has")
		}
		seen[secret.Name] = true
		p.Require(at+".Arn", secret.Arn != nil, "the ARN of a secret")
	}
	p.Require("AlarmTopicArn", len(args.ByHand) == 0 || args.AlarmTopicArn != nil, "the ARN of the topic for alarms")
	if masters > 1 {
		p.Add("Secrets", fmt.Sprintf("%d secrets with the strategy %s", masters, config.DatabaseMaster), "one at most")
	}
	if d := args.Database; d != nil && (d.MasterSecretArn != nil) == (masters > 0) {
		p.Add("Database.MasterSecretArn", fmt.Sprintf("given: %t", d.MasterSecretArn != nil),
			fmt.Sprintf("the ARN of the master secret, or one of Secrets with the strategy %s, and not both", config.DatabaseMaster))
	}
}

func (args *Args) checkStores(p *arg.Problems) {
	if d := args.Database; d != nil {
		p.Require("Database.Address", d.Address != nil, "the host name of the database")
		p.Between("Database.Port", d.Port, 1, 65535)
		if !limits.DatabaseName(d.Name) {
			p.Add("Database.Name", d.Name, limits.DatabaseNameRule)
		}
		p.Require("Database.SecurityGroupID", d.SecurityGroupID != nil, "the ID of the database's security group")
	}
	if c := args.Cache; c != nil {
		p.Require("Cache.Address", c.Address != nil, "the host name of the cache")
		p.Between("Cache.Port", c.Port, 1, 65535)
		p.Require("Cache.SecurityGroupID", c.SecurityGroupID != nil, "the ID of the cache's security group")
	}
}

// shape is the configuration without what only the deployment knows.
func (args *Args) shape() config.Config {
	c := config.Config{}
	if args.Database != nil {
		c.Database = &config.Database{Port: args.Database.Port, Name: args.Database.Name}
	}
	if args.Cache != nil {
		c.Cache = &config.Cache{Port: args.Cache.Port}
	}
	return c
}

func (s Secret) setting() config.Secret {
	return config.Secret{Strategy: s.Strategy, User: s.User, UserID: s.UserID}
}

package database

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// fixedAtCreation are inputs that AWS can change only by replacing the instance, which must never happen, or not at all,
// such as the key of Performance Insights.
var fixedAtCreation = []string{"dbName", "kmsKeyId", "performanceInsightsKmsKeyId", "username"}

// common is what the instance and its replicas have alike, all of it guarantees. Changes are carried out at once and not
// in the maintenance window, so that what an update reported as done is done; when to run it is up to its operator.
func (c *Database) common(args *Args, s shared, identifier, class string) *rds.InstanceArgs {
	return &rds.InstanceArgs{
		Identifier:          pulumi.String(identifier),
		InstanceClass:       pulumi.String(class),
		ApplyImmediately:    pulumi.Bool(true),
		Port:                pulumi.Int(port),
		ParameterGroupName:  s.parameterGroup.Name,
		VpcSecurityGroupIds: pulumi.StringArray{s.securityGroup.ID()},
		PubliclyAccessible:  pulumi.Bool(false),

		StorageEncrypted:    pulumi.Bool(true),
		StorageType:         pulumi.String("gp3"),
		MaxAllocatedStorage: pulumi.Int(args.MaxAllocatedStorageGiB),

		CaCertIdentifier:                 pulumi.String("rds-ca-rsa2048-g1"),
		IamDatabaseAuthenticationEnabled: pulumi.Bool(true),

		AutoMinorVersionUpgrade: pulumi.Bool(true),
		MaintenanceWindow:       pulumi.String(args.MaintenanceWindow),
		CopyTagsToSnapshot:      pulumi.Bool(true),
		DeletionProtection:      pulumi.Bool(args.DeletionProtection),

		EnabledCloudwatchLogsExports: pulumi.ToStringArray(exported),
		MonitoringInterval:           pulumi.Int(60),
		MonitoringRoleArn:            s.monitoring.Arn,
		// RDS has Performance Insights for every instance class of PostgreSQL, db.t4g.micro too. Seven days cost nothing.
		PerformanceInsightsEnabled:         pulumi.Bool(true),
		PerformanceInsightsKmsKeyId:        args.KeyArn,
		PerformanceInsightsRetentionPeriod: pulumi.Int(7),
	}
}

// newInstance registers the instance. AllocatedStorage needs no ignoreChanges: with storage autoscaling on, the provider
// ignores that RDS has grown the storage beyond it.
func (c *Database) newInstance(ctx *pulumi.Context, args *Args, s shared, subnets *rds.SubnetGroup) (*rds.Instance, error) {
	logs, err := c.newLogGroups(ctx, args, c.name, args.Identifier)
	if err != nil {
		return nil, err
	}
	in := c.common(args, s, args.Identifier, args.InstanceClass)
	in.DbSubnetGroupName = subnets.Name
	in.KmsKeyId = args.KeyArn
	if args.Recovery != nil {
		args.Recovery.shape(in, args)
	} else {
		args.begin(in)
	}
	return rds.NewInstance(ctx, c.name+"-instance", in, pulumi.Parent(c), pulumi.DependsOn(append(logs, s.monitoringMay)),
		pulumi.IgnoreChanges(fixedAtCreation), pulumi.Protect(args.Protect), pulumi.RetainOnDelete(args.Protect), waits)
}

// waits are how long the provider waits for RDS. Its own are 40 minutes for a creation, in which the first copy of a large
// database to another region does not arrive, and 80 for a change, in which a standby may not be made.
var waits = pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "24h", Update: "3h", Delete: "1h"})

// From stripedGiB on RDS spreads a gp3 volume of PostgreSQL over four, which have that many operations and MiB a second at
// no charge. Growing over it in one step has to name them: the provider would send what the smaller volume had, and RDS
// refuses that. Below it RDS takes neither.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage
const (
	stripedGiB        = 400
	stripedIOPS       = 12000
	stripedThroughput = 500
)

// begin gives what makes an empty database.
func (args *Args) begin(in *rds.InstanceArgs) {
	in.Engine, in.EngineVersion = pulumi.String("postgres"), pulumi.String(args.EngineVersion)
	in.DbName, in.Username = pulumi.String(args.DatabaseName), pulumi.String(args.MasterUsername)
	in.AllocatedStorage = pulumi.Int(args.AllocatedStorageGiB)
	if args.AllocatedStorageGiB >= stripedGiB {
		in.Iops, in.StorageThroughput = pulumi.Int(stripedIOPS), pulumi.Int(stripedThroughput)
	}
	in.MultiAz = pulumi.Bool(args.MultiAZ)
	args.keepBackups(in)

	// The provider takes one of the two, and refuses both even where one is false.
	if args.MasterPassword == nil {
		in.ManageMasterUserPassword, in.MasterUserSecretKmsKeyId = pulumi.Bool(true), args.SecretKeyArn
	} else {
		in.Password = pulumi.ToSecret(args.MasterPassword).(pulumi.StringOutput)
	}
	args.keepFinally(in)
}

// keepBackups turns automated backups on. Without BackupRetentionPeriod the provider sends 0, which turns them off.
func (args *Args) keepBackups(in *rds.InstanceArgs) {
	in.BackupRetentionPeriod, in.BackupWindow = pulumi.Int(args.BackupRetentionDays), pulumi.String(args.BackupWindow)
}

// keepFinally says what is kept when the instance is deleted.
func (args *Args) keepFinally(in *rds.InstanceArgs) {
	if args.FinalSnapshotName == "" {
		in.SkipFinalSnapshot, in.DeleteAutomatedBackups = pulumi.Bool(true), pulumi.Bool(true)
	} else {
		in.SkipFinalSnapshot, in.DeleteAutomatedBackups = pulumi.Bool(false), pulumi.Bool(false)
		in.FinalSnapshotIdentifier = pulumi.String(args.FinalSnapshotName)
	}
}

// masterSecretArn is that of the secret that RDS keeps. A preview of an instance that is yet to hand its password over to
// RDS says that there is none: in truth it is not known before the update.
func masterSecretArn(ctx *pulumi.Context, args *Args, instance *rds.Instance) pulumi.StringOutput {
	if args.MasterPassword != nil || args.Recovery != nil {
		return pulumi.String("").ToStringOutput()
	}
	return instance.MasterUserSecrets.ApplyT(func(secrets []rds.InstanceMasterUserSecret) pulumi.StringOutput {
		switch {
		case len(secrets) > 0 && secrets[0].SecretArn != nil:
			return pulumi.String(*secrets[0].SecretArn).ToStringOutput()
		case ctx.DryRun():
			return pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) string { return "" }).(pulumi.StringOutput)
		}
		return pulumi.String("").ToStringOutput()
	}).(pulumi.StringOutput)
}

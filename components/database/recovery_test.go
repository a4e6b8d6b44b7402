package database

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/plan"
)

const sourceArn = "arn:aws:rds:us-east-1:123456789012:db:careconnect-prod-db"

// copied is production's database in the recovery region.
func copied(phase Phase) func() *Args {
	return func() *Args {
		a := production()
		a.Identifier, a.FinalSnapshotName = "careconnect-dr-db", "careconnect-dr-final"
		a.MasterUsername, a.SecretKeyArn, a.AllocatedStorageGiB = "", nil, 0
		a.Recovery = &Recovery{SourceArn: pulumi.String(sourceArn), Phase: phase}
		return a
	}
}

var phases = []Phase{Following, Promoted, Independent}

// what RDS hears of in every phase: anything else that a phase adds is in TestPhases.
func followed() map[string]any {
	return map[string]any{
		"identifier": "careconnect-dr-db", "instanceClass": "db.r6g.large", "applyImmediately": true,
		"autoMinorVersionUpgrade": true,
		"storageEncrypted":        true, "kmsKeyId": "arn:key/data", "storageType": "gp3", "maxAllocatedStorage": 1000.0,
		"publiclyAccessible": false, "port": 5432.0,
		"dbSubnetGroupName": "${database-subnets.name}", "vpcSecurityGroupIds": []any{"${database-security-group.id}"},
		"parameterGroupName": "${database-parameters.name}",
		"caCertIdentifier":   "rds-ca-rsa2048-g1", "iamDatabaseAuthenticationEnabled": true,
		"backupRetentionPeriod": 30.0, "backupWindow": "03:00-04:00",
		"maintenanceWindow": "sun:04:00-sun:05:00", "copyTagsToSnapshot": true, "deletionProtection": true,
		"enabledCloudwatchLogsExports": []any{"postgresql", "upgrade"},
		"monitoringInterval":           60.0, "monitoringRoleArn": "${database-monitoring.arn}",
		"performanceInsightsEnabled": true, "performanceInsightsKmsKeyId": "arn:key/data", "performanceInsightsRetentionPeriod": 7.0,
	}
}

// Every input in every phase. The update that promotes takes the source away and changes nothing else that RDS hears of; the
// one after it turns the standby on. Backups are on throughout.
func TestPhases(t *testing.T) {
	replica := map[string]any{"replicateSourceDb": sourceArn, "skipFinalSnapshot": true}
	finally := map[string]any{"skipFinalSnapshot": false, "finalSnapshotIdentifier": "careconnect-dr-final", "deleteAutomatedBackups": false}
	standby := map[string]any{"multiAz": true}
	for phase, adds := range map[Phase][]map[string]any{
		Following: {replica}, Promoted: {finally}, Independent: {finally, standby},
	} {
		want := followed()
		for _, more := range adds {
			for input, value := range more {
				want[input] = value
			}
		}
		assert.Equal(t, want, componenttest.Input(t, instance(t, copied(phase)()), ""), phase)
	}
}

// In no phase is the instance another resource, nor anything around it.
func TestPhasesReplaceNothing(t *testing.T) {
	var before []string
	for _, phase := range phases {
		g := planned(t, copied(phase)())
		var now []string
		for _, r := range g.Resources {
			now = append(now, r.URN)
		}
		i := componenttest.Find(t, g, instanceType, "database-instance")
		assert.Equal(t, fixedAtCreation, i.IgnoreChanges, "%s: a change of these would replace the database", phase)
		assert.True(t, i.Protect && i.RetainOnDelete, phase)
		if before != nil {
			assert.Equal(t, before, now, phase)
		}
		before = now
	}
}

// A stack without anything to keep: nothing is kept at the end, whatever the phase.
func TestPhasesWithoutFinalSnapshot(t *testing.T) {
	for _, phase := range phases {
		args := copied(phase)()
		args.DeletionProtection, args.FinalSnapshotName, args.Protect = false, "", false
		i := instance(t, args)
		assert.Equal(t, true, componenttest.Input(t, i, "skipFinalSnapshot"), phase)
		assert.Nil(t, componenttest.Input(t, i, "finalSnapshotIdentifier"), phase)
	}
}

func TestRecoveryRules(t *testing.T) {
	for _, phase := range phases {
		args := func() *Args {
			a := copied(phase)()
			a.Recovery.SourceArn = pulumi.String("arn:aws:rds:eu-west-1:123456789012:db:source") // neither of the two regions
			return a
		}
		componenttest.AssertRegion(t, build(args))
		componenttest.AssertOptionsStay(t, build(args))
		componenttest.AssertStable(t, build(args))
		assert.Equal(t, map[string]int{
			"carebase:database:Database": 1, "aws:rds/subnetGroup:SubnetGroup": 1, "aws:ec2/securityGroup:SecurityGroup": 1,
			"aws:rds/parameterGroup:ParameterGroup": 1, "aws:iam/role:Role": 1, "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 1,
			logGroupType: 2, instanceType: 1,
		}, componenttest.Counts(planned(t, copied(phase)())), phase)
	}
}

func TestRecoveryOutputs(t *testing.T) {
	var name, secret string
	componenttest.Plan(t, "us-west-2", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		db, err := New(ctx, "database", copied(Following)(), opts...)
		if err != nil {
			return err
		}
		ctx.Export("seen", pulumi.All(db.Name, db.MasterSecretArn).ApplyT(func(both []any) string {
			name, secret = both[0].(string), both[1].(string)
			return name
		}))
		return nil
	})
	assert.Equal(t, "careconnect", name)
	assert.Empty(t, secret, "a replica has its source's password")
}

func TestRecoveryIsRefused(t *testing.T) {
	for problem, change := range map[string]func(*Args){
		"Recovery.SourceArn is missing":                                    func(a *Args) { a.Recovery.SourceArn = nil },
		`Recovery.Phase = "": allowed is following, promoted, independent`: func(a *Args) { a.Recovery.Phase = "" },
		`Recovery.Phase = "active"`:                                        func(a *Args) { a.Recovery.Phase = "active" },
		`MasterUsername = "me": allowed is none with Recovery`:             func(a *Args) { a.MasterUsername = "me" },
		`MasterPassword = "(given)": allowed is none with Recovery`:        func(a *Args) { a.MasterPassword = pulumi.String("x") },
		`SecretKeyArn = "(given)": allowed is none with Recovery`:          func(a *Args) { a.SecretKeyArn = pulumi.String("x") },
		"AllocatedStorageGiB = 100: allowed is none with Recovery":         func(a *Args) { a.AllocatedStorageGiB = 100 },
		"ReadReplicas = 1: allowed is none with Recovery": func(a *Args) {
			a.ReadReplicas = []Replica{{"a", "db.t4g.medium"}}
			a.MasterPassword = pulumi.String("x")
		},
		"MaxAllocatedStorageGiB = 19: allowed is 20 to 65536": func(a *Args) { a.MaxAllocatedStorageGiB = 19 },
		"SlotWALGiB = 0":                 func(a *Args) { a.SlotWALGiB = 0 },
		"MaxAllocatedStorageGiB = 65537": func(a *Args) { a.MaxAllocatedStorageGiB = 65537 },
		"BackupRetentionDays = 6":        func(a *Args) { a.BackupRetentionDays = 6 },
		`DatabaseName = ""`:              func(a *Args) { a.DatabaseName = "" },
		"FinalSnapshotName = \"\": allowed is a name, where DeletionProtection": func(a *Args) { a.FinalSnapshotName = "" },
	} {
		args := copied(Following)()
		change(args)
		assert.Contains(t, refused(t, args), problem)
	}
}

// A copy of a large database takes hours to come from another region, and so does a standby.
func TestTheProviderWaitsForLargeDatabases(t *testing.T) {
	for name, args := range map[string]func() *Args{"copied": copied(Following), "of its own": production} {
		_, options := componenttest.Options(t, "us-west-2", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			_, err := New(ctx, "database", args(), opts...)
			return err
		})
		assert.Equal(t, &pulumi.CustomTimeouts{Create: "24h", Update: "3h", Delete: "1h"}, options["database-instance"].CustomTimeouts, name)
	}
}

func backupReplication() *BackupReplicationArgs {
	return &BackupReplicationArgs{SourceArn: pulumi.String(sourceArn), KeyArn: pulumi.String("arn:key/data"), RetentionDays: 30, Protect: true}
}

func TestBackupReplication(t *testing.T) {
	const typ = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
	for _, protect := range []bool{true, false} {
		g, options := componenttest.Options(t, "us-west-2", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			args := backupReplication()
			args.Protect = protect
			_, err := NewBackupReplication(ctx, "copies", args, opts...)
			return err
		})
		assert.Equal(t, map[string]int{"carebase:database:BackupReplication": 1, typ: 1}, componenttest.Counts(g))
		componenttest.AssertTree(t, g, "carebase:database:BackupReplication", "copies")
		r := componenttest.Find(t, g, typ, "copies-automated-backups")
		assert.Equal(t, map[string]any{"sourceDbInstanceArn": sourceArn, "kmsKeyId": "arn:key/data", "retentionPeriod": 30.0}, componenttest.Input(t, r, ""))
		assert.Equal(t, []string{"kmsKeyId", "retentionPeriod"}, r.IgnoreChanges, "a change of these would end the replication")
		assert.Equal(t, protect, r.Protect)
		assert.Equal(t, protect, r.RetainOnDelete)
		assert.True(t, options[r.Name].DeleteBeforeReplace, "an instance is replicated once")
	}
	build := func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		args := backupReplication()
		args.SourceArn = pulumi.String("arn:source")
		_, err := NewBackupReplication(ctx, name, args, opts...)
		return err
	}
	componenttest.AssertRegion(t, build)
	componenttest.AssertOptionsStay(t, build)
	componenttest.AssertStable(t, build)
}

func TestBackupReplicationIsRefused(t *testing.T) {
	for problem, change := range map[string]func() *BackupReplicationArgs{
		"Args is missing":                        func() *BackupReplicationArgs { return nil },
		"SourceArn is missing":                   func() *BackupReplicationArgs { a := backupReplication(); a.SourceArn = nil; return a },
		"KeyArn is missing":                      func() *BackupReplicationArgs { a := backupReplication(); a.KeyArn = nil; return a },
		"RetentionDays = 0: allowed is 1 to 35":  func() *BackupReplicationArgs { a := backupReplication(); a.RetentionDays = 0; return a },
		"RetentionDays = 36: allowed is 1 to 35": func() *BackupReplicationArgs { a := backupReplication(); a.RetentionDays = 36; return a },
	} {
		err := componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			_, err := NewBackupReplication(ctx, "copies", change(), opts...)
			return err
		})
		assert.ErrorContains(t, err, problem)
	}
}

// The two sides as a stack has them: an instance in one region, its copy and its backups' copies in the other.
func TestTwoRegions(t *testing.T) {
	g, err := plan.Run(plan.Program{Project: "careconnect", Stack: "test", Run: func(ctx *pulumi.Context) error {
		east, err := componenttest.Providers(ctx, "us-east-1", "-east")
		if err != nil {
			return err
		}
		west, err := componenttest.Providers(ctx, "us-west-2", "-west")
		if err != nil {
			return err
		}
		args := production()
		args.MasterPassword = pulumi.String("not to be seen")
		source, err := New(ctx, "source", args, east...)
		if err != nil {
			return err
		}
		following := copied(Following)()
		following.Recovery.SourceArn = source.InstanceArn
		if _, err := New(ctx, "database", following, west...); err != nil {
			return err
		}
		copies := backupReplication()
		copies.SourceArn = source.InstanceArn
		_, err = NewBackupReplication(ctx, "copies", copies, west...)
		return err
	}})
	require.NoError(t, err)
	replica := componenttest.Find(t, g, instanceType, "database-instance")
	assert.Equal(t, "us-west-2", replica.Region)
	assert.Equal(t, "${source-instance.arn}", componenttest.Input(t, replica, "replicateSourceDb"), "a source in another region is named by ARN")
	for _, r := range g.Resources {
		if r != componenttest.Find(t, g, instanceType, "source-instance") {
			assert.False(t, componenttest.IsSecret(r, "password"), "%s has the password", r.Name)
		}
	}
}

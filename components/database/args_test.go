package database

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/componenttest"
)

func refused(t *testing.T, args *Args) string {
	t.Helper()
	return componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := New(ctx, "database", args, opts...)
		return err
	}).Error()
}

func TestArgumentsAreRefused(t *testing.T) {
	for _, c := range []struct {
		problem string
		change  func(*Args)
	}{
		{"VpcID is missing", func(a *Args) { a.VpcID = nil }},
		{"SubnetIDs is missing", func(a *Args) { a.SubnetIDs = nil }},
		{"KeyArn is missing", func(a *Args) { a.KeyArn = nil }},
		{"SecretKeyArn is missing", func(a *Args) { a.SecretKeyArn = nil }},
		{"LogsKeyArn is missing", func(a *Args) { a.LogsKeyArn = nil }},
		{`Identifier = ""`, func(a *Args) { a.Identifier = "" }},
		{`Identifier = "Prod"`, func(a *Args) { a.Identifier = "Prod" }},
		{`Identifier = "a--b"`, func(a *Args) { a.Identifier = "a--b" }},
		{`Identifier = "a-"`, func(a *Args) { a.Identifier = "a-" }},
		{"at most 63 characters", func(a *Args) { a.Identifier = strings.Repeat("a", 64) }},
		{`InstanceClass = "r6g.large"`, func(a *Args) { a.InstanceClass = "r6g.large" }},
		{`EngineVersion = "14"`, func(a *Args) { a.EngineVersion = "14" }},
		{`EngineVersion = "16.4"`, func(a *Args) { a.EngineVersion = "16.4" }},
		{`DatabaseName = "care-connect"`, func(a *Args) { a.DatabaseName = "care-connect" }},
		{`DatabaseName = "CareConnect"`, func(a *Args) { a.DatabaseName = "CareConnect" }},
		{"1 to 54", func(a *Args) { a.DatabaseName = strings.Repeat("a", 55) }},
		{`DatabaseName = "postgres"`, func(a *Args) { a.DatabaseName = "postgres" }},
		{`MasterUsername = ""`, func(a *Args) { a.MasterUsername = "" }},
		{`MasterUsername = "admin"`, func(a *Args) { a.MasterUsername = "admin" }},
		{`MasterUsername = "user"`, func(a *Args) { a.MasterUsername = "user" }},
		{`MasterUsername = "rdsadmin"`, func(a *Args) { a.MasterUsername = "rdsadmin" }},
		{`MasterUsername = "pg_monitor"`, func(a *Args) { a.MasterUsername = "pg_monitor" }},
		{"a name other than those of the roles", func(a *Args) { a.MasterUsername = "careconnect_app" }},
		{"AllocatedStorageGiB = 19: allowed is 20 to 65536", func(a *Args) { a.AllocatedStorageGiB = 19 }},
		{"AllocatedStorageGiB = 65537", func(a *Args) { a.AllocatedStorageGiB = 65537 }},
		{"MaxAllocatedStorageGiB = 109: allowed is 110 ", func(a *Args) { a.MaxAllocatedStorageGiB = 109 }},
		{"MaxAllocatedStorageGiB = 0: allowed is 24 ", func(a *Args) { a.AllocatedStorageGiB, a.MaxAllocatedStorageGiB = 21, 0 }},
		{"MaxAllocatedStorageGiB = 65537", func(a *Args) { a.MaxAllocatedStorageGiB = 65537 }},
		{"SlotWALGiB = 0: allowed is 1 to 50", func(a *Args) { a.SlotWALGiB = 0 }},
		{"SlotWALGiB = 51", func(a *Args) { a.SlotWALGiB = 51 }},
		{"BackupRetentionDays = 6: allowed is 7 to 35", func(a *Args) { a.BackupRetentionDays = 6 }},
		{"BackupRetentionDays = 36", func(a *Args) { a.BackupRetentionDays = 36 }},
		{`BackupWindow = "3am"`, func(a *Args) { a.BackupWindow = "3am" }},
		{`BackupWindow = "03:00-03:29"`, func(a *Args) { a.BackupWindow = "03:00-03:29" }},
		{`MaintenanceWindow = "Sun:04:00-Sun:05:00"`, func(a *Args) { a.MaintenanceWindow = "Sun:04:00-Sun:05:00" }},
		{`MaintenanceWindow = "sun:04:00-sun:04:20"`, func(a *Args) { a.MaintenanceWindow = "sun:04:00-sun:04:20" }},
		{"a window apart from BackupWindow (03:00-04:00)", func(a *Args) { a.MaintenanceWindow = "sun:03:30-sun:04:30" }},
		{`FinalSnapshotName = "final--snapshot"`, func(a *Args) { a.FinalSnapshotName = "final--snapshot" }},
		{`FinalSnapshotName = "1final"`, func(a *Args) { a.FinalSnapshotName = "1final" }},
		{"at most 255", func(a *Args) { a.FinalSnapshotName = strings.Repeat("a", 256) }},
		{"a name, where DeletionProtection is on", func(a *Args) { a.FinalSnapshotName = "" }},
		{"LogRetentionDays = 0", func(a *Args) { a.LogRetentionDays = 0 }},
		{"LogRetentionDays = 100", func(a *Args) { a.LogRetentionDays = 100 }},
		{"MasterPassword is missing", func(a *Args) { a.ReadReplicas = []Replica{{"a", "db.t4g.medium"}} }},
	} {
		t.Run(c.problem, func(t *testing.T) {
			args := production()
			c.change(args)
			assert.Contains(t, refused(t, args), c.problem)
		})
	}
}

func TestReplicasAreRefused(t *testing.T) {
	for problem, replicas := range map[string][]Replica{
		`ReadReplicas[0].Name = ""`:                          {{"", "db.t4g.medium"}},
		`ReadReplicas[0].Name = "A"`:                         {{"A", "db.t4g.medium"}},
		`ReadReplicas[1].InstanceClass = ""`:                 {{"a", "db.t4g.medium"}, {"b", ""}},
		`ReadReplicas[1].Name = "a": allowed is a name that`: {{"a", "db.t4g.medium"}, {"a", "db.t4g.medium"}},
		"an identifier of at most 63 characters":             {{strings.Repeat("a", 44), "db.t4g.medium"}},
	} {
		args := replicated()
		args.ReadReplicas = replicas
		assert.Contains(t, refused(t, args), problem)
	}
	args := replicated()
	args.ReadReplicas = nil
	for i := range 16 {
		args.ReadReplicas = append(args.ReadReplicas, Replica{fmt.Sprintf("r%d", i), "db.t4g.medium"})
	}
	assert.Contains(t, refused(t, args), "ReadReplicas = 16: allowed is at most 15")
}

func TestNoArgumentsAtAll(t *testing.T) {
	assert.Equal(t, `database "database": Args is missing: it takes the arguments of a database`, refused(t, nil))
	// Every argument without which nothing works is named at once.
	message := refused(t, &Args{})
	for _, argument := range []string{"VpcID", "SubnetIDs", "KeyArn", "SecretKeyArn", "LogsKeyArn", "Identifier", "InstanceClass",
		"EngineVersion", "DatabaseName", "MasterUsername", "AllocatedStorageGiB", "BackupRetentionDays", "BackupWindow",
		"MaintenanceWindow", "LogRetentionDays"} {
		assert.Contains(t, message, argument)
	}
}

func TestArgumentsAreAccepted(t *testing.T) {
	for name, change := range map[string]func(*Args){
		"shortest retention":       func(a *Args) { a.BackupRetentionDays = 7 },
		"longest retention":        func(a *Args) { a.BackupRetentionDays = 35 },
		"smallest storage":         func(a *Args) { a.AllocatedStorageGiB, a.MaxAllocatedStorageGiB, a.SlotWALGiB = 20, 22, 10 },
		"largest storage":          func(a *Args) { a.MaxAllocatedStorageGiB = 65536 },
		"windows of half an hour":  func(a *Args) { a.BackupWindow, a.MaintenanceWindow = "23:45-00:15", "mon:00:15-mon:00:45" },
		"longest identifier":       func(a *Args) { a.Identifier = strings.Repeat("a", 63) },
		"longest name":             func(a *Args) { a.DatabaseName = strings.Repeat("a", 54) },
		"postgres as master user":  func(a *Args) { a.MasterUsername = "postgres" },
		"nothing kept":             func(a *Args) { a.DeletionProtection, a.FinalSnapshotName = false, "" },
		"six years of logs":        func(a *Args) { a.LogRetentionDays = 2192 },
		"a class with a long name": func(a *Args) { a.InstanceClass = "db.x2iedn.32xlarge" },
	} {
		args := production()
		change(args)
		require.NoError(t, args.check("database"), name)
	}
	require.NoError(t, production().check("database"))
	require.NoError(t, development().check("database"))
	require.NoError(t, replicated().check("database"))
}

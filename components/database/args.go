package database

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/database/roles"
	"github.com/carebase/carebase/components/database/window"
	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/components/loggroup"
)

// Args of a database. What has no default is required.
type Args struct {
	VpcID     pulumi.StringInput
	SubnetIDs pulumi.StringArrayInput // isolated subnets in at least two zones

	// KeyArn is the KMS key of storage, backups and Performance Insights; SecretKeyArn that of the master password's
	// secret; LogsKeyArn that of the log groups. They are key ARNs, not aliases: RDS hands back the key, and an alias
	// would differ from it for ever. The instance keeps the key it was created with.
	KeyArn       pulumi.StringInput
	SecretKeyArn pulumi.StringInput
	LogsKeyArn   pulumi.StringInput

	// Identifier of the instance, e.g. "clinic-prod-db": lower-case letters, digits and single hyphens, at most 63.
	// Log groups, alarms and the recovery region name the instance by it. A change renames the instance in place.
	Identifier    string
	InstanceClass string // e.g. "db.r6g.large"
	// EngineVersion is PostgreSQL's major version: "15", "16" or "17". RDS chooses the minor one and upgrades it.
	EngineVersion string

	// DatabaseName and MasterUsername are fixed at creation: later changes are not carried out, as AWS could follow only
	// by replacing the instance. A database with Recovery has its source's: DatabaseName says what that is called, and
	// MasterUsername, MasterPassword, SecretKeyArn and AllocatedStorageGiB are left out.
	DatabaseName   string // lower-case letters, digits and _, at most 54 characters: role names are made of it
	MasterUsername string // lower-case letters, digits and _, at most 63 characters, not a reserved word
	// MasterPassword is unset wherever the instance has no replica, here or in another region: RDS then makes, keeps and
	// rotates the password in Secrets Manager, and no program ever sees it. AWS cannot replicate from such an instance
	// (all engines but SQL Server), so one with replicas takes a secret, which the stack's state holds encrypted.
	MasterPassword pulumi.StringInput

	AllocatedStorageGiB int // 20 to 65536, to begin with
	// MaxAllocatedStorageGiB is how far storage grows by itself, to 65536: at least a tenth more than AllocatedStorageGiB,
	// or AWS does not start growing it.
	MaxAllocatedStorageGiB int

	// SlotWALGiB is how much of the write-ahead log a replica that is behind, here or in another region, makes the instance
	// keep (max_slot_wal_keep_size): 1 to half of AllocatedStorageGiB. Past it the replica is lost and has to be made anew;
	// without it a replica that has stopped fills the source's storage, and the source stops too.
	// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.Replication.ReadReplicas.Mechanisms-versions.html
	SlotWALGiB int
	// LogSlowStatements logs every statement that takes two seconds, with its text and so with the values that are written
	// in it: for synthetic data only. Performance Insights and pg_stat_statements show slow statements everywhere.
	LogSlowStatements bool

	MultiAZ             bool   // a synchronous standby in a second zone, 45 CFR 164.308(a)(7)(i)
	BackupRetentionDays int    // 7 to 35: how far back point-in-time recovery goes
	BackupWindow        string // daily, UTC, "hh:mm-hh:mm", at least 30 minutes
	MaintenanceWindow   string // weekly, UTC, "ddd:hh:mm-ddd:hh:mm", at least 30 minutes, apart from BackupWindow

	DeletionProtection bool // AWS refuses to delete the instance
	// FinalSnapshotName is the snapshot taken when the instance is deleted; its automated backups stay as well. Empty:
	// nothing is kept, which is for synthetic data only and not to be had with DeletionProtection.
	FinalSnapshotName string
	// Protect makes Pulumi refuse to delete or replace the instances, and leave the instance and the logs where they are
	// when they go out of the program.
	Protect bool

	// LogRetentionDays of the exported logs: one of loggroup.RetentionDays, such as 30, 365 or 2192 (six years,
	// 45 CFR 164.316(b)(2)(i)).
	LogRetentionDays int

	// Recovery makes the whole database a copy, in this region, of one in another region; nil where it is itself the
	// source of its data.
	Recovery *Recovery

	ReadReplicas []Replica // at most 15, in this region; they need MasterPassword, and no Recovery
	// EventsTopicArn is an SNS topic for RDS events: failovers, failures, low storage. Optional.
	EventsTopicArn pulumi.StringInput
}

// Replica of the database that takes read-only connections. DeletionProtection and Protect hold for it as well: before
// one is taken out of the program, somebody has to turn them off for it.
type Replica struct {
	Name          string // unique; its identifier is <Identifier>-<Name>
	InstanceClass string // e.g. "db.r6g.large"
}

var (
	identifier    = limits.Hyphenated
	instanceClass = limits.DatabaseClass
	snapshotName  = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*)?$`)
)

const (
	maxIdentifier  = 63
	maxReplicas    = 15
	shortestWindow = limits.DatabaseWindow

	leastStorageGiB = limits.LeastStorageGiB
	maxStorageGiB   = limits.MostStorageGiB
)

func (a *Args) check(name string) error {
	p := arg.Check("database", name)
	if a == nil {
		p.Require("Args", false, "the arguments of a database")
		return p.Err()
	}
	p.Require("VpcID", a.VpcID != nil, "the ID of the VPC (see components/network)")
	p.Require("SubnetIDs", a.SubnetIDs != nil, "the IDs of isolated subnets (see components/network)")
	p.Require("KeyArn", a.KeyArn != nil, "a KMS key ARN for storage (see components/keys)")
	p.Require("LogsKeyArn", a.LogsKeyArn != nil, "a KMS key ARN for log groups (see components/keys)")
	p.OneOf("EngineVersion", a.EngineVersion, limits.PostgresVersions...)
	p.Match("InstanceClass", a.InstanceClass, instanceClass, "an RDS instance class such as db.r6g.large")
	checkIdentifier(p, "Identifier", a.Identifier, a.Identifier)
	a.checkNames(p)
	a.checkStorage(p)
	if a.Recovery == nil {
		p.Require("SecretKeyArn", a.SecretKeyArn != nil, "a KMS key ARN for the master password's secret (see components/keys)")
		a.checkMasterUser(p)
	} else {
		a.checkRecovery(p)
	}
	a.checkBackups(p)
	if !loggroup.ValidRetention(a.LogRetentionDays) {
		p.Add("LogRetentionDays", a.LogRetentionDays, loggroup.RetentionRule)
	}
	a.checkReplicas(p)
	return p.Err()
}

func (a *Args) checkNames(p *arg.Problems) {
	if !limits.DatabaseName(a.DatabaseName) {
		p.Add("DatabaseName", a.DatabaseName, limits.DatabaseNameRule)
	}
}

func (a *Args) checkMasterUser(p *arg.Problems) {
	switch ours := roles.Of(a.DatabaseName).All(); {
	case !limits.MasterUsername(a.MasterUsername):
		p.Add("MasterUsername", a.MasterUsername, limits.MasterUsernameRule)
	case slices.Contains(ours, a.MasterUsername):
		p.Add("MasterUsername", a.MasterUsername, "a name other than those of the roles "+fmt.Sprint(ours))
	}
}

func (a *Args) checkStorage(p *arg.Problems) {
	if a.Recovery != nil {
		p.Between("SlotWALGiB", a.SlotWALGiB, 1, maxStorageGiB/2) // how much storage the source has is not known here
		p.Between("MaxAllocatedStorageGiB", a.MaxAllocatedStorageGiB, leastStorageGiB, maxStorageGiB)
		return
	}
	p.Between("AllocatedStorageGiB", a.AllocatedStorageGiB, leastStorageGiB, maxStorageGiB)
	p.Between("SlotWALGiB", a.SlotWALGiB, 1, max(1, a.AllocatedStorageGiB/2))
	if least := limits.LeastMaxStorageGiB(a.AllocatedStorageGiB); a.MaxAllocatedStorageGiB < least || a.MaxAllocatedStorageGiB > maxStorageGiB {
		p.Add("MaxAllocatedStorageGiB", a.MaxAllocatedStorageGiB,
			fmt.Sprintf("%d (a tenth more than AllocatedStorageGiB) to %d", least, maxStorageGiB))
	}
}

func (a *Args) checkBackups(p *arg.Problems) {
	p.Between("BackupRetentionDays", a.BackupRetentionDays, limits.LeastDatabaseBackupDays, limits.MostBackupDays)
	backup, err := window.Daily(a.BackupWindow)
	if err != nil || backup.Minutes() < shortestWindow {
		p.Add("BackupWindow", a.BackupWindow, "hh:mm-hh:mm in UTC, at least 30 minutes")
	}
	maintenance, err := window.Weekly(a.MaintenanceWindow)
	if err != nil || maintenance.Minutes() < shortestWindow {
		p.Add("MaintenanceWindow", a.MaintenanceWindow, "ddd:hh:mm-ddd:hh:mm in UTC, lower case, at least 30 minutes")
	} else if maintenance.Overlaps(backup) {
		p.Add("MaintenanceWindow", a.MaintenanceWindow, fmt.Sprintf("a window apart from BackupWindow (%s)", a.BackupWindow))
	}
	p.Match("FinalSnapshotName", a.FinalSnapshotName, snapshotName, "letters, digits and single hyphens, a letter first; or nothing")
	if len(a.FinalSnapshotName) > 255 {
		p.Add("FinalSnapshotName", a.FinalSnapshotName, "at most 255 characters")
	}
	if a.DeletionProtection && a.FinalSnapshotName == "" {
		p.Add("FinalSnapshotName", a.FinalSnapshotName, "a name, where DeletionProtection is on")
	}
}

func (a *Args) checkReplicas(p *arg.Problems) {
	if len(a.ReadReplicas) > maxReplicas {
		p.Add("ReadReplicas", len(a.ReadReplicas), fmt.Sprintf("at most %d", maxReplicas))
	}
	if len(a.ReadReplicas) > 0 {
		p.Require("MasterPassword", a.MasterPassword != nil,
			"a secret, where there are ReadReplicas: AWS cannot replicate from an instance whose password RDS manages")
	}
	seen := map[string]bool{}
	for i, r := range a.ReadReplicas {
		at := fmt.Sprintf("ReadReplicas[%d]", i)
		checkIdentifier(p, at+".Name", r.Name, a.replicaIdentifier(r))
		p.Match(at+".InstanceClass", r.InstanceClass, instanceClass, "an RDS instance class such as db.r6g.large")
		if seen[r.Name] {
			p.Add(at+".Name", r.Name, "a name that no other replica has")
		}
		seen[r.Name] = true
	}
}

// checkIdentifier checks a value that is, or is part of, an instance's identifier.
func checkIdentifier(p *arg.Problems, argument, value, whole string) {
	p.Match(argument, value, identifier, "lower-case letters, digits and single hyphens, a letter first")
	if len(whole) > maxIdentifier {
		p.Add(argument, value, fmt.Sprintf("an identifier of at most %d characters (%s)", maxIdentifier, whole))
	}
}

func (a *Args) replicaIdentifier(r Replica) string { return a.Identifier + "-" + r.Name }

package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var rdsControls = []*Control{
	{
		ID: "RDS-1", Service: "RDS", Kind: Relation, Severity: High,
		Title:     "Storage encrypted with CMK",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(2)(ii)"},
		Config:    []string{"rds-storage-encrypted"},
		Nag:       []string{"RDSStorageEncrypted"},
		Prowler:   []string{"rds_instance_storage_encrypted"},
		Why:       "Patients' records, their backups and their replicas are readable to whoever gets hold of the storage, unless the account's own key guards them.",
		check:     storageEncrypted,
	},
	{
		ID: "RDS-2", Service: "RDS", Kind: Relation, Severity: High, Applies: ProductionOnly,
		Title:     "Multi-AZ",
		Citations: []string{"164.308(a)(7)(i)", "164.308(a)(7)(ii)(C)"},
		Config:    []string{"rds-multi-az-support", "rds-cluster-multi-az-enabled"},
		Nag:       []string{"RDSMultiAZSupport"},
		Prowler:   []string{"rds_instance_multi_az"},
		Why:       "A database in one zone takes the system down with it, for as long as a restore from backup takes.",
		check:     standbyInAnotherZone,
	},
	{
		ID: "RDS-3", Service: "RDS", Kind: Property, Severity: High,
		Title:     "Automated backups on",
		Citations: []string{"164.308(a)(7)(i)", "164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)"},
		Config:    []string{"db-instance-backup-enabled"},
		Nag:       []string{"RDSInstanceBackupEnabled"},
		Prowler:   []string{"rds_instance_backup_enabled"},
		Why:       "Without automated backups there is no way back to the moment before a mistake; a week is what it takes to notice one.",
		check: eachWhere(databases, isPrimary,
			atLeast("backupRetentionPeriod", 7, "set careconnect:database.backupRetentionDays to 7 or more, 35 at most")),
	},
	{
		ID: "RDS-4", Service: "RDS", Kind: Property, Severity: High, Applies: WherePHI,
		Title:     "Deletion protection",
		Citations: []string{"164.308(a)(7)(i)", "164.308(a)(7)(ii)(C)"},
		Config:    []string{"rds-cluster-deletion-protection-enabled"},
		Nag:       []string{"RDSInstanceDeletionProtectionEnabled"},
		Why:       "Without it one wrong call deletes the database.",
		check: each(databases,
			isTrue("deletionProtection", "set careconnect:database.deletionProtection: true")),
	},
	{
		ID: "RDS-5", Service: "RDS", Kind: Property, Severity: Critical,
		Title:     "Not publicly accessible",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)", "164.312(e)(1)"},
		Config:    []string{"rds-instance-public-access-check"},
		Nag:       []string{"RDSInstancePublicAccess"},
		Prowler:   []string{"rds_instance_no_public_access"},
		Why:       "A database with a public address has only its passwords left between patient data and everyone.",
		check: each(of(dbInstanceType, dbMemberType),
			notTrue("publiclyAccessible", "set publiclyAccessible: false; components/database does")),
	},
	{
		ID: "RDS-6", Service: "RDS", Kind: Relation, Severity: High,
		Title:     "Logs exported to CloudWatch",
		Citations: []string{"164.308(a)(3)(ii)(A)", "164.308(a)(5)(ii)(C)"},
		Config:    []string{"rds-logging-enabled"},
		Nag:       []string{"RDSLoggingEnabled"},
		Prowler:   []string{"rds_instance_integration_cloudwatch_logs"},
		Why:       "Logs that stay in the instance are gone after days, and with it; who signed in and what was refused is then unknown.",
		check:     logsExported,
	},
	{
		ID: "RDS-7", Service: "RDS", Kind: Property, Severity: Medium,
		Title:     "Automatic minor version upgrade",
		Citations: []string{"164.308(a)(5)(ii)(A)"},
		Config:    []string{"rds-automatic-minor-version-upgrade-enabled"},
		Nag:       []string{"RDSAutomaticMinorVersionUpgradeEnabled"},
		Why:       "Minor versions carry the security fixes; a database that waits for somebody to install them has known holes.",
		check: each(of(dbInstanceType, dbMemberType), expectation{
			"autoMinorVersionUpgrade", "true, or not set", "take autoMinorVersionUpgrade: false out: it is on by default",
			func(_ *Resource, v Value) bool { return v.Unset() || v.True() },
		}),
	},
	{
		ID: "RDS-8", Service: "RDS", Kind: Relation, Severity: Low,
		Title:     "Enhanced monitoring",
		Citations: []string{"164.312(b)"},
		Config:    []string{"rds-enhanced-monitoring-enabled"},
		Nag:       []string{"RDSEnhancedMonitoringEnabled"},
		Why:       "Without the operating system's own measurements nobody can tell what a slow or a misused database was busy with.",
		check:     enhancedMonitoring,
	},
	{
		ID: "RDS-9", Service: "RDS", Kind: Relation, Severity: High, Applies: WherePHI,
		Title:     "In an AWS Backup plan",
		Citations: []string{"164.308(a)(7)(i)", "164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)"},
		Config:    []string{"rds-in-backup-plan"},
		Nag:       []string{"RDSInBackupPlan"},
		Why:       "Automated backups end after 35 days and can be deleted with the database; those of AWS Backup are kept for years, under a lock.",
		check:     databasesBackedUp,
	},
	{
		ID: "RDS-10", Service: "RDS", Kind: Relation, Severity: High,
		Title:     "Snapshots encrypted",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(2)(ii)"},
		Config:    []string{"rds-snapshot-encrypted"},
		Why:       "A snapshot is the whole database; a copy in another region is encrypted with nothing but the key that it is given there.",
		check:     snapshotsEncrypted,
	},
	{
		ID: "RDS-11", Service: "RDS", Kind: Property, Severity: Critical,
		Title:     "Snapshots not public",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)", "164.312(e)(1)"},
		Config:    []string{"rds-snapshots-public-prohibited"},
		Prowler:   []string{"rds_snapshots_public_access"},
		Why:       "Whoever has an AWS account can restore a public snapshot and read all of it.",
		check:     snapshotsPrivate,
	},
	{
		ID: "RDS-12", Service: "RDS", Kind: Relation, Severity: Medium,
		Title:     "IAM database authentication",
		Citations: []string{"164.308(a)(3)(ii)(A)", "164.308(a)(4)(i)"},
		Why:       "Without it everybody signs in by a password that is shared, does not expire and names no person.",
		check:     signInByIAM,
	},
	{
		ID: "X-RDS-TLS", Service: "RDS", Kind: Relation, Severity: High,
		Title:     "TLS forced",
		Citations: []string{"164.312(e)(1)", "164.312(e)(2)(ii)"},
		Analogy:   true,
		Why:       "A server that also takes plain connections gets them from the first client that is set up wrong, passwords and patient data included.",
		check:     tlsForced,
	},
	{
		ID: "X-RDS-PGAUDIT", Service: "RDS", Kind: Relation, Severity: High,
		Title:     "Statement audit logging (pgaudit)",
		Citations: []string{"164.312(b)"},
		Analogy:   true,
		Why:       "PostgreSQL by itself does not record who read or changed which rows.",
		check:     statementsAudited,
	},
	{
		ID: "X-RDS-FINAL", Service: "RDS", Kind: Property, Severity: High, Applies: WherePHI,
		Title:     "Final snapshot kept",
		Citations: []string{"164.308(a)(7)(ii)(A)", "164.310(d)(2)(iv)"},
		Analogy:   true,
		Why:       "A database deleted without a final snapshot is gone, and its automated backups soon after.",
		check: eachWhere(databases, isPrimary,
			notTrue("skipFinalSnapshot", "set careconnect:database.finalSnapshot: true"),
			expectation{
				"finalSnapshotIdentifier", "a name that is the same in every run", "set finalSnapshotIdentifier to a fixed name: one with a date is a change in every run",
				func(_ *Resource, v Value) bool { return !v.Unset() && !timestamp.MatchString(v.Text()) },
			}),
	},
	{
		ID: "X-RDS-PI", Service: "RDS", Kind: Relation, Severity: Medium,
		Title:     "Performance Insights encrypted",
		Citations: []string{"164.312(a)(2)(iv)"},
		Analogy:   true,
		Why:       "Performance Insights keeps the text of statements, in which there may be patient data.",
		check:     insightsEncrypted,
	},
	{
		ID: "X-RDS-DR", Service: "RDS", Kind: Relation, Severity: High, Applies: WherePHI,
		Title:     "Cross-region replica or backup replication",
		Citations: []string{"164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(C)"},
		Analogy:   true,
		Why:       "When the region is lost, what has been written since the last copy that left it is lost too.",
		check:     replicatedElsewhere,
	},
}

const (
	dbInstanceType  = "aws:rds/instance:Instance"
	dbClusterType   = "aws:rds/cluster:Cluster"
	dbMemberType    = "aws:rds/clusterInstance:ClusterInstance"
	dbSnapshotType  = "aws:rds/snapshot:Snapshot"
	dbSnapCopyType  = "aws:rds/snapshotCopy:SnapshotCopy"
	dbReplicateType = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"

	clusterSnapshotType = "aws:rds/clusterSnapshot:ClusterSnapshot"
	clusterSnapCopyType = "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy"
)

// databases are instances, and clusters, which have members.
var databases = of(dbInstanceType, dbClusterType)

// timestamp is a date, a date and time, or seconds since 1970, in a name.
var timestamp = regexp.MustCompile(`(19|20)[0-9]{2}-?[01][0-9]-?[0-3][0-9]|[0-9]{10,}`)

func storageEncrypted(s *Stack, report *Report) {
	const fix = "set storageEncrypted: true and kmsKeyId to the data key of components/keys; what exists has to be restored from an encrypted copy"
	encrypted, key := isTrue("storageEncrypted", fix), customerKey("kmsKeyId", fix)
	asSource := expectation{"storageEncrypted", "as its source", fix, func(_ *Resource, v Value) bool { return !v.False() }}
	for _, r := range s.Of(databases...) {
		source := replicaOf(r)
		switch {
		case s.inherits(r) && s.meant(source, dbInstanceType) != nil:
			r.expect(report, asSource)
		case s.inherits(r):
			r.expect(report, encrypted)
		case source.Unknown() && s.meant(source, databases...) == nil && r.At("kmsKeyId").Unset():
			report.Undecided(r, source.Path(), "a source in the same region, or "+key.want)
		case r.Type == dbInstanceType && !source.Unset():
			r.expect(report, key) // a replica from another region is encrypted where it has a key, whatever else it says
		default:
			r.expect(report, encrypted, key)
		}
	}
}

func standbyInAnotherZone(s *Stack, report *Report) {
	const fix = "set careconnect:database.multiAz: true"
	for _, r := range s.Of(dbInstanceType) {
		if isPrimary(r) {
			r.expect(report, isTrue("multiAz", fix))
		}
	}
	for _, r := range s.Of(dbClusterType) {
		// A Multi-AZ cluster, which names its members' class, and Aurora Serverless v1 need no members to be told.
		whole := !r.At("dbClusterInstanceClass").Unset() || r.At("engineMode").Text() == "serverless"
		if isPrimary(r) && (whole || s.judgeMembers(report, r)) {
			report.Pass(r)
		}
	}
}

// judgeMembers wants a second member in another zone. AWS spreads those that do not say where they are.
func (s *Stack) judgeMembers(report *Report, cluster *Resource) bool {
	const want = "two members or more in different zones"
	const fix = "give the cluster a second ClusterInstance, and leave the zone to AWS"
	members := s.Pointing(cluster, dbMemberType, "clusterIdentifier")
	if len(members) < 2 {
		report.Fail(cluster, shortName(dbMemberType), fmt.Sprint(len(members)), want, fix)
		return false
	}
	first := members[0].At("availabilityZone")
	for _, member := range members[1:] {
		zone := member.At("availabilityZone")
		switch {
		case zone.Unknown() || first.Unknown():
			report.Undecided(cluster, "availabilityZone", want)
			return false
		case zone.Unset() || zone.Text() != first.Text():
			return true
		}
	}
	report.Fail(cluster, "availabilityZone", "all in "+first.Show(), want, fix)
	return false
}

// ofMember is a member's value, or, where it has none, its cluster's; any other resource's own.
func (s *Stack) ofMember(r *Resource, path string) Value {
	own := r.At(path)
	if !own.Unset() {
		return own
	}
	if cluster := s.meant(r.At("clusterIdentifier"), dbClusterType); cluster != nil {
		return cluster.At(path)
	}
	return own
}

// exportedLogs are what AWS can export, by the beginning of the engine's name; the longer beginning first.
// https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-9
var exportedLogs = []struct {
	engine string
	logs   []string
}{
	{"postgres", []string{"postgresql", "upgrade"}},
	{"aurora-postgresql", []string{"postgresql"}},
	{"mysql", []string{"audit", "error", "general", "slowquery"}},
	{"mariadb", []string{"audit", "error", "general", "slowquery"}},
	{"aurora", []string{"audit", "error", "general", "slowquery"}},
	{"oracle", []string{"alert", "audit", "listener", "trace"}},
	{"sqlserver-ex", []string{"error"}}, // Express has no agent
	{"sqlserver", []string{"agent", "error"}},
	{"db2", []string{"diag.log", "notify.log"}},
}

func logsExported(s *Stack, report *Report) {
	const path, fix = "enabledCloudwatchLogsExports", "export all of the engine's logs; components/database exports postgresql and upgrade"
	for _, r := range s.Of(databases...) {
		engine := s.engine(r)
		if engine == "" {
			report.Undecided(r, "engine", "an engine, which decides about its logs")
			continue
		}
		for _, one := range exportedLogs {
			if strings.HasPrefix(engine, one.engine) {
				r.expect(report, contains(path, fix, one.logs...))
				break
			}
		}
	}
}

func enhancedMonitoring(s *Stack, report *Report) {
	const fix = "set monitoringInterval: 60 and monitoringRoleArn; components/database does"
	often, role := atLeast("", 1, fix), isSet("", fix)
	for _, r := range s.Of(dbInstanceType, dbMemberType, dbClusterType) {
		if r.Type == dbClusterType && r.At("dbClusterInstanceClass").Unset() {
			continue // its members have it
		}
		good := often.judge(report, r, s.ofMember(r, "monitoringInterval"))
		if role.judge(report, r, s.ofMember(r, "monitoringRoleArn")) && good {
			report.Pass(r)
		}
	}
}

// databasesBackedUp leaves replicas out: what is in them is backed up at their source.
func databasesBackedUp(s *Stack, report *Report) {
	const want = "in a selection of AWS Backup of its region"
	arns := map[string]string{dbInstanceType: "rds:db:", dbClusterType: "rds:cluster:"}
	for _, r := range s.Of(databases...) {
		if !isPrimary(r) {
			continue
		}
		switch s.selected(r, arns[r.Type]) {
		case Compliant:
			report.Pass(r)
		case Undecidable:
			report.Undecided(r, "tags", want)
		default:
			report.Fail(r, "tags", r.At("tags").Show(), want,
				"give it the tag that the backup plan's selection asks for: components/backup takes what is tagged Backup = <vault>")
		}
	}
}

// signInByIAM leaves out the engines that have no such sign-in.
func signInByIAM(s *Stack, report *Report) {
	for _, r := range s.Of(databases...) {
		engine := s.engine(r)
		if slices.ContainsFunc([]string{"oracle", "sqlserver", "db2", "custom"}, func(none string) bool {
			return strings.HasPrefix(engine, none)
		}) {
			continue
		}
		r.expect(report, isTrue("iamDatabaseAuthenticationEnabled",
			"set iamDatabaseAuthenticationEnabled: true; components/database does"))
	}
}

func insightsEncrypted(s *Stack, report *Report) {
	key := customerKey("", "set performanceInsightsKmsKeyId to the data key of components/keys; AWS fixes it when Performance Insights is first switched on")
	for _, r := range s.Of(dbInstanceType, dbClusterType, dbMemberType) {
		on, with := s.ofMember(r, "performanceInsightsEnabled"), s.ofMember(r, "performanceInsightsKmsKeyId")
		switch {
		case on.Unset() || on.False():
		case on.Unknown() && with.Unset():
			report.Undecided(r, on.Path(), key.want)
		case key.judge(report, r, with):
			report.Pass(r)
		}
	}
}

package rds

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const (
	dbMemberType        = "aws:rds/clusterInstance:ClusterInstance"
	dbSnapshotType      = "aws:rds/snapshot:Snapshot"
	dbSnapCopyType      = "aws:rds/snapshotCopy:SnapshotCopy"
	dbReplicateType     = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
	clusterSnapshotType = "aws:rds/clusterSnapshot:ClusterSnapshot"
	clusterSnapCopyType = "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy"
)

// databases are instances, and clusters, which have members.
var databases = []string{inspect.DbInstanceType, inspect.DbClusterType}

// timestamp is a date, a date and time, or seconds since 1970, in a name.
var timestamp = regexp.MustCompile(`(19|20)[0-9]{2}-?[01][0-9]-?[0-3][0-9]|[0-9]{10,}`)

func storageEncrypted(s *inspect.Stack, report *policy.Report) {
	const fix = "set storageEncrypted: true and kmsKeyId to the data key of components/keys; what exists has to be restored from an encrypted copy"
	encrypted, key := policy.IsTrue("storageEncrypted", fix), policy.CustomerKey("kmsKeyId", fix)
	asSource := policy.Expectation{Path: "storageEncrypted", Want: "as its source", Fix: fix, Holds: func(v inspect.Value) bool { return !v.False() }}
	for _, r := range s.Of(databases...) {
		source := replicaOf(r)
		switch {
		case inherits(s, r) && s.Resolve(source, inspect.DbInstanceType) != nil:
			report.Expect(r, asSource)
		case inherits(s, r):
			report.Expect(r, encrypted)
		case source.Unknown() && s.Resolve(source, databases...) == nil && r.At("kmsKeyId").Unset():
			report.Undecided(r, source.Path(), "a source in the same region, or "+key.Want)
		case r.Type == inspect.DbInstanceType && !source.Unset():
			report.Expect(r, key) // a replica from another region is encrypted where it has a key, whatever else it says
		default:
			report.Expect(r, encrypted, key)
		}
	}
}

func standbyInAnotherZone(s *inspect.Stack, report *policy.Report) {
	const fix = "enable Multi-AZ"
	for _, r := range s.Of(inspect.DbInstanceType) {
		if isPrimary(r) {
			report.Expect(r, policy.IsTrue("multiAz", fix))
		}
	}
	for _, r := range s.Of(inspect.DbClusterType) {
		// A Multi-AZ cluster, which names its members' class, and Aurora Serverless v1 need no members to be told.
		whole := !r.At("dbClusterInstanceClass").Unset() || r.At("engineMode").Text() == "serverless"
		if isPrimary(r) && (whole || judgeMembers(s, report, r)) {
			report.Pass(r)
		}
	}
}

// judgeMembers wants a second member in another zone. AWS spreads those that do not say where they are.
func judgeMembers(s *inspect.Stack, report *policy.Report, cluster *inspect.Resource) bool {
	const want = "two members or more in different zones"
	const fix = "give the cluster a second ClusterInstance, and leave the zone to AWS"
	members := s.Pointing(cluster, dbMemberType, "clusterIdentifier")
	if len(members) < 2 {
		report.Fail(cluster, inspect.ShortName(dbMemberType), fmt.Sprint(len(members)), want, fix)
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
func ofMember(s *inspect.Stack, r *inspect.Resource, path string) inspect.Value {
	own := r.At(path)
	if !own.Unset() {
		return own
	}
	if cluster := s.Resolve(r.At("clusterIdentifier"), inspect.DbClusterType); cluster != nil {
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

func logsExported(s *inspect.Stack, report *policy.Report) {
	const path, fix = "enabledCloudwatchLogsExports", "export all of the engine's logs; components/database exports postgresql and upgrade"
	for _, r := range s.Of(databases...) {
		engine := engine(s, r)
		if engine == "" {
			report.Undecided(r, "engine", "an engine, which decides about its logs")
			continue
		}
		for _, one := range exportedLogs {
			if strings.HasPrefix(engine, one.engine) {
				report.Expect(r, policy.Contains(path, fix, one.logs...))
				break
			}
		}
	}
}

func enhancedMonitoring(s *inspect.Stack, report *policy.Report) {
	const fix = "set monitoringInterval: 60 and monitoringRoleArn; components/database does"
	often, role := policy.AtLeast("", 1, fix), policy.IsSet("", fix)
	for _, r := range s.Of(inspect.DbInstanceType, dbMemberType, inspect.DbClusterType) {
		if r.Type == inspect.DbClusterType && r.At("dbClusterInstanceClass").Unset() {
			continue // its members have it
		}
		good := often.Judge(report, r, ofMember(s, r, "monitoringInterval"))
		if role.Judge(report, r, ofMember(s, r, "monitoringRoleArn")) && good {
			report.Pass(r)
		}
	}
}

// databasesBackedUp leaves replicas out: what is in them is backed up at their source.
func databasesBackedUp(s *inspect.Stack, report *policy.Report) {
	const want = "in a selection of AWS Backup of its region"
	arns := map[string]string{inspect.DbInstanceType: "rds:db:", inspect.DbClusterType: "rds:cluster:"}
	for _, r := range s.Of(databases...) {
		if !isPrimary(r) {
			continue
		}
		switch s.Selected(r, arns[r.Type]) {
		case inspect.Yes:
			report.Pass(r)
		case inspect.Unknown:
			report.Undecided(r, "tags", want)
		default:
			report.Fail(r, "tags", r.At("tags").Show(), want,
				"give it the tag that the backup plan's selection asks for: components/backup takes what is tagged Backup = <vault>")
		}
	}
}

// signInByIAM leaves out the engines that have no such sign-in.
func signInByIAM(s *inspect.Stack, report *policy.Report) {
	for _, r := range s.Of(databases...) {
		engine := engine(s, r)
		if slices.ContainsFunc([]string{"oracle", "sqlserver", "db2", "custom"}, func(none string) bool {
			return strings.HasPrefix(engine, none)
		}) {
			continue
		}
		report.Expect(r, policy.IsTrue("iamDatabaseAuthenticationEnabled",
			"set iamDatabaseAuthenticationEnabled: true; components/database does"))
	}
}

func insightsEncrypted(s *inspect.Stack, report *policy.Report) {
	key := policy.CustomerKey("", "set performanceInsightsKmsKeyId to the data key of components/keys; AWS fixes it when Performance Insights is first switched on")
	for _, r := range s.Of(inspect.DbInstanceType, inspect.DbClusterType, dbMemberType) {
		on, with := ofMember(s, r, "performanceInsightsEnabled"), ofMember(s, r, "performanceInsightsKmsKeyId")
		switch {
		case on.Unset() || on.False():
		case on.Unknown() && with.Unset():
			report.Undecided(r, on.Path(), key.Want)
		case key.Judge(report, r, with):
			report.Pass(r)
		}
	}
}

package tests

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/edge"
	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/catalogue"
	"github.com/carebase/carebase/stacks"
	"github.com/carebase/carebase/stacks/settings/decode"
	"github.com/carebase/carebase/tests/route53"
)

// The recovery stack's phases, as settings.
var phases = map[string]string{
	"standby": `"active":false`,
	"step 1":  `"active":true,"activatedAt":"2026-11-21T17:00:00Z"`,
	"step 2":  `"active":true,"activatedAt":"2026-11-21T17:00:00Z","promoted":true`,
}

// in plans the recovery stack in a phase; with a cold cache, as it is where warmCache is left out.
func in(t *testing.T, phase string, cold ...bool) *graph.Graph {
	t.Helper()
	p := frozen.program(t, "dr")
	config := maps.Clone(p.Config)
	config["careconnect:recovery"] = fmt.Sprintf(`{"primaryStack":"organization/careconnect/prod","primaryRegion":"us-east-1","primaryEnvironment":"prod","warmCache":%t,%s}`,
		!slices.Contains(cold, true), phases[phase])
	p.Config = config
	p.Run = stacks.Program(decode.Config{Project: "careconnect", Values: config, Encrypted: p.Secrets})
	g, err := plan.Run(p)
	require.NoError(t, err)
	return g
}

// step is what one update does: what it makes, takes away, and changes, with the inputs that differ.
type step struct {
	made, gone []string
	changed    map[string][]string
}

func between(before, after *graph.Graph) step {
	s := step{changed: map[string][]string{}}
	for _, r := range after.Resources {
		if before.Lookup(r.URN) == nil {
			s.made = append(s.made, r.Name)
		}
	}
	for _, r := range before.Resources {
		now := after.Lookup(r.URN)
		if now == nil {
			s.gone = append(s.gone, r.Name)
			continue
		}
		differ := map[string]bool{}
		was, is := r.Readable(), now.Readable()
		for key := range was {
			differ[key] = fmt.Sprint(was[key]) != fmt.Sprint(is[key])
		}
		for key := range is {
			differ[key] = fmt.Sprint(was[key]) != fmt.Sprint(is[key])
		}
		if !slices.Equal(r.IgnoreChanges, now.IgnoreChanges) {
			differ["(ignoreChanges)"] = true
		}
		maps.DeleteFunc(differ, func(_ string, yes bool) bool { return !yes })
		if len(differ) > 0 {
			s.changed[r.Name] = slices.Sorted(maps.Keys(differ))
		}
	}
	slices.Sort(s.made)
	slices.Sort(s.gone)
	return s
}

// What each of the two steps of an activation does, to the input: a preview on the day shows this and no more.
func TestActivationStepByStep(t *testing.T) {
	standby, first, second := in(t, "standby"), in(t, "step 1"), in(t, "step 2")
	assert.Equal(t, step{
		made: []string{"alarms-service-backend-tasks", "alarms-target-backend-none-healthy"},
		// What is on its own has no lag, and no copies come from a region that is left.
		gone: []string{"alarms-copies-database-missing", "alarms-copies-files-missing", "alarms-replica-recovery-lag", "alarms-replica-recovery-stopped"},
		changed: map[string][]string{
			"dashboard-dashboard": {"dashboardBody"},
			"database-instance":   {"deleteAutomatedBackups", "finalSnapshotIdentifier", "replicateSourceDb", "skipFinalSnapshot"},
			"backend-service":     {"desiredCount"},
			"backend-scaling":     {"minCapacity", "suspendedState"},
		},
	}, between(standby, first))
	assert.Equal(t, step{changed: map[string][]string{
		"database-instance": {"multiAz"},
		"backup-selection":  {"resources"},
		"backend-service":   {"(ignoreChanges)"}, // autoscaling decides from now on
	}}, between(first, second))

	service := func(g *graph.Graph) (any, any, any) {
		r, target := byName(t, g, "backend-service"), byName(t, g, "backend-scaling").Readable()
		return r.Readable()["desiredCount"], target["minCapacity"], target["maxCapacity"]
	}
	for _, c := range []struct {
		g                    *graph.Graph
		desired, least, most float64
	}{{standby, 0, 0, 10}, {first, 3, 2, 10}, {second, 3, 2, 10}} {
		desired, least, most := service(c.g)
		assert.Equal(t, []any{c.desired, c.least, c.most}, []any{desired, least, most})
	}
	database := byName(t, second, "database-instance").Readable()
	assert.Equal(t, true, database["multiAz"])
	assert.Equal(t, 30.0, database["backupRetentionPeriod"])
}

// With a cold cache the first step makes it, and tells the services where it is.
func TestAColdCacheIsMadeByTheActivation(t *testing.T) {
	cold, warm := between(in(t, "standby", true), in(t, "step 1", true)), between(in(t, "standby"), in(t, "step 1"))
	alarms := []string{
		"alarms-cache-001-cpu", "alarms-cache-001-evictions", "alarms-cache-001-memory",
		"alarms-cache-002-cpu", "alarms-cache-002-evictions", "alarms-cache-002-memory", "alarms-cache-failover",
	}
	assert.Equal(t, slices.Concat(alarms, warm.made, []string{"cache-nodes"}), cold.made)
	assert.Equal(t, warm.gone, cold.gone)
	warm.changed["backend-definition"] = []string{"containerDefinitions"}
	assert.Equal(t, warm.changed, cold.changed)
	assert.Equal(t, step{changed: map[string][]string{}}, between(in(t, "step 2"), in(t, "step 2", true)), "once active they are the same")
}

// New nodes of a cache, new databases and load balancers get names, and tasks that are registered addresses, from the
// control plane of Route 53: it is in us-east-1 (AWS Fault Isolation Boundaries, Global services). What serves on the day needs
// none of that.
func TestActivationNeedsNoNewNames(t *testing.T) {
	standby := in(t, "standby")
	for _, phase := range []string{"step 1", "step 2"} {
		for _, name := range between(standby, in(t, phase)).made {
			assert.Equal(t, "aws:cloudwatch/metricAlarm:MetricAlarm", byName(t, in(t, phase), name).Type, name)
		}
	}
	assert.Empty(t, standby.OfType("aws:servicediscovery/service:Service"))
	assert.NotContains(t, byName(t, standby, "backend-service").Readable(), "serviceRegistries")
	assert.Contains(t, byName(t, frozen.planned(t, "prod"), "backend-service").Readable(), "serviceRegistries")
}

func byName(t *testing.T, g *graph.Graph, name string) *graph.Resource {
	t.Helper()
	for _, r := range g.Resources {
		if r.Name == name {
			return r
		}
	}
	require.Failf(t, "not there", name)
	return nil
}

// elsewhere are the types that AWS manages in us-east-1 for all regions, or once for the account.
var elsewhere = regexp.MustCompile(`^aws:(iam|route53|cloudfront|budgets|organizations|globalaccelerator|shield)/`)

// On the day of the disaster nothing may be asked of what AWS runs in the lost region: not to change it, and, as engine
// and provider ask at the start of each update, not to look at it either.
func TestActivationTouchesNothingElsewhere(t *testing.T) {
	standby := in(t, "standby")
	for _, phase := range []string{"step 1", "step 2"} {
		active := in(t, phase)
		done := between(standby, active)
		touched := append(slices.Clone(done.made), done.gone...)
		touched = slices.AppendSeq(touched, maps.Keys(done.changed))
		require.NotEmpty(t, touched)
		for _, name := range touched {
			for _, g := range []*graph.Graph{standby, active} {
				for _, r := range g.Resources {
					if r.Name == name {
						assert.NotRegexpf(t, elsewhere, r.Type, "%s: %s", phase, name)
						if r.Custom {
							assert.Equalf(t, "us-west-2", r.Region, "%s: %s", phase, name)
						}
						if scope, ok := r.Readable()["scope"]; ok {
							assert.NotEqualf(t, "CLOUDFRONT", scope, "%s: %s", phase, name)
						}
					}
				}
			}
		}
		for _, provider := range active.Resources {
			if provider.IsProvider() {
				assert.Equalf(t, "us-west-2", provider.Region, "%s: provider %s asks another region who it is", phase, provider.Name)
			}
		}
	}
	// The loop above checked something: the stack has resources of IAM and of Route 53.
	counts := map[string]int{}
	for _, r := range standby.Resources {
		if found := elsewhere.FindStringSubmatch(r.Type); found != nil {
			counts[found[1]]++
		}
	}
	assert.Greater(t, counts["iam"], 10)
	assert.Equal(t, 5, counts["route53"])
}

// No step replaces or deletes what holds data or is protected. An input that AWS cannot change would.
func TestActivationReplacesNothingThatHoldsData(t *testing.T) {
	standby := in(t, "standby")
	for _, phase := range []string{"step 1", "step 2"} {
		active := in(t, phase)
		for _, r := range standby.Resources {
			if r.Protect {
				require.NotNilf(t, active.Lookup(r.URN), "%s takes %s away", phase, r.Name)
			}
		}
		before, after := byName(t, standby, "database-instance"), byName(t, active, "database-instance")
		assert.Equal(t, before.URN, after.URN)
		for _, fixed := range []string{"identifier", "kmsKeyId", "storageEncrypted", "engine", "dbName", "username", "dbSubnetGroupName", "availabilityZone"} {
			assert.Equalf(t, before.Readable()[fixed], after.Readable()[fixed], "%s: %s", phase, fixed)
		}
	}
	assert.Equal(t, "careconnect-dr", byName(t, in(t, "step 1"), "cache-nodes").Readable()["replicationGroupId"], "the policies have named it before")
}

// A failback makes the stack stand by again. The engine refuses to take away what is protected, but for the cache, which
// the tool releases; and ElastiCache a final snapshot under a name that the failback before has taken.
func TestStandingByAgainIsNotRefused(t *testing.T) {
	active, standby := in(t, "step 2", true), in(t, "standby", true)
	var protected []string
	for _, name := range between(active, standby).gone {
		r := byName(t, active, name)
		if r.Protect {
			protected = append(protected, name)
		}
		assert.Empty(t, r.Readable()["finalSnapshotIdentifier"], name)
	}
	assert.Equal(t, []string{"cache-nodes"}, protected)
}

// The services' permissions speak of a cache that is not there yet.
func TestPermissionsAreCompleteBeforeActivation(t *testing.T) {
	policy := fmt.Sprint(byName(t, in(t, "standby", true), "backend-task-policy").Readable()["policy"])
	assert.Contains(t, policy, "arn:aws:elasticache:us-west-2:123456789012:replicationgroup:careconnect-dr")
}

// The replica is under this region's key, and follows the primary's instance.
func TestReplicaFollowsThePrimary(t *testing.T) {
	replica := byName(t, in(t, "standby"), "database-instance").Readable()
	assert.Equal(t, "arn:aws:rds:us-east-1:123456789012:db:${primary.outputs.recovery.databaseIdentifier}", replica["replicateSourceDb"])
	assert.Equal(t, "${primary.outputs.recovery.dataKeyArn}", replica["kmsKeyId"])
	assert.Nil(t, replica["password"])
	lag := byName(t, in(t, "standby"), "alarms-replica-recovery-lag").Readable()
	set := frozen.settings(t, "dr")
	assert.Equal(t, float64(set.Objectives.ReplicaLagMinutes*60), lag["threshold"])
	assert.Equal(t, []any{60.0, 5.0, "breaching"}, []any{lag["period"], lag["evaluationPeriods"], lag["treatMissingData"]})
}

// What the primary backs up, once a day, is missed where its copies go.
func TestCopiesThatDoNotComeAreNoticed(t *testing.T) {
	copied := byName(t, frozen.planned(t, "prod"), "backup-selection").Readable()["resources"]
	assert.Equal(t, []any{"${database-instance.arn}", "${files-bucket.arn}"}, copied)
	for name, kind := range map[string]string{"database": "RDS", "files": "S3"} {
		alarm := byName(t, in(t, "standby"), "alarms-copies-"+name+"-missing").Readable()
		assert.Equal(t, map[string]any{"BackupVaultName": "${primary.outputs.recovery.vaultName}", "ResourceType": kind}, alarm["dimensions"])
		assert.Equal(t, []any{43200.0, 3.0, "breaching"}, []any{alarm["period"], alarm["evaluationPeriods"], alarm["treatMissingData"]})
	}
}

// Every vault that production copies backups to is restored from, in its region: by the recovery stack, which has subnets
// there, and for each type of what is copied. (X-BK-TEST sees one stack at a time.)
func TestCopiesOfBackupsAreRestored(t *testing.T) {
	types := map[string]string{"aws:rds/instance:Instance": "RDS", "aws:s3/bucket:Bucket": "S3"}
	prod, standby := frozen.planned(t, "prod"), in(t, "standby")
	var copied []string
	for _, resource := range byName(t, prod, "backup-selection").Readable()["resources"].([]any) {
		logical := strings.TrimSuffix(strings.TrimPrefix(resource.(string), "${"), ".arn}")
		copied = append(copied, types[byName(t, prod, logical).Type])
	}
	require.ElementsMatch(t, []string{"RDS", "S3"}, copied)
	destinations := 0
	for _, rule := range byName(t, prod, "backup-plan").Readable()["rules"].([]any) {
		for _, action := range rule.(map[string]any)["copyActions"].([]any) {
			destinations++
			assert.Equal(t, "${recovery-backup-vault.arn}", action.(map[string]any)["destinationVaultArn"])
		}
	}
	assert.Equal(t, 3, destinations, "daily, weekly, monthly")
	assert.Equal(t, byName(t, prod, "recovery-backup-vault").Region, byName(t, standby, "backup-restore-test").Region)

	test := byName(t, standby, "backup-restore-test").Readable()
	included := test["recoveryPointSelection"].(map[string]any)["includeVaults"]
	assert.Equal(t, []any{"${backup-vault.arn}", "arn:aws:backup:us-west-2:123456789012:backup-vault:${primary.outputs.recovery.vaultName}"}, included)
	var tested []string
	for _, selection := range standby.OfType("aws:backup/restoreTestingSelection:RestoreTestingSelection") {
		assert.Equal(t, test["name"], selection.Readable()["restoreTestingPlanName"])
		assert.Equal(t, []any{"*"}, selection.Readable()["protectedResourceArns"], "copies keep the ARN of what they were made of, in the other region")
		tested = append(tested, selection.Readable()["protectedResourceType"].(string))
	}
	assert.ElementsMatch(t, copied, tested)
	for _, phase := range []string{"step 1", "step 2"} {
		assert.Equal(t, test, byName(t, in(t, phase), "backup-restore-test").Readable(), phase)
	}
}

// Every bucket that S3 copies between the regions has an alarm on how far the copy is behind, in the region that it
// arrives in, and one on what failed, in the region that it comes from: nowhere else is there such a metric.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/repl-metrics.html
func TestCopiesOfBucketsAreWatchedOnBothSides(t *testing.T) {
	prod, standby := frozen.planned(t, "prod"), in(t, "standby")
	nameOf := func(reference any) any { // of a bucket that either stack refers to
		logical, _, _ := strings.Cut(strings.TrimPrefix(reference.(string), "${"), ".arn}")
		if output, ok := strings.CutPrefix(logical, "primary.outputs.recovery."); ok {
			logical = "recovery-" + strings.TrimSuffix(output, "Bucket}") + "-bucket"
		}
		if !slices.ContainsFunc(prod.Resources, func(r *graph.Resource) bool { return r.Name == logical }) {
			return reference
		}
		return byName(t, prod, logical).Readable()["bucket"]
	}
	type copied struct{ source, destination any }
	want := map[string]map[string][]copied{"us-east-1": {}, "us-west-2": {}} // by region and metric
	for _, r := range prod.OfType("aws:s3/bucketReplicationConfig:BucketReplicationConfig") {
		from, to := "us-east-1", "us-west-2"
		if r.Region == to {
			from, to = to, from
		}
		rule := r.Readable()["rules"].([]any)[0].(map[string]any)
		one := copied{nameOf(r.Readable()["bucket"]), nameOf(rule["destination"].(map[string]any)["bucket"])}
		want[from]["OperationsFailedReplication"] = append(want[from]["OperationsFailedReplication"], one)
		if from == "us-east-1" {
			want[to]["ReplicationLatency"] = append(want[to]["ReplicationLatency"], one)
		}
	}
	require.Len(t, want["us-east-1"]["OperationsFailedReplication"], 4, "frontend, files, backups and evidence")
	require.Len(t, want["us-west-2"]["OperationsFailedReplication"], 1, "files, back")
	found := map[string]map[string][]copied{"us-east-1": {}, "us-west-2": {}}
	for _, g := range []*graph.Graph{prod, standby} {
		for _, r := range g.OfType("aws:cloudwatch/metricAlarm:MetricAlarm") {
			alarm := r.Readable()
			if alarm["namespace"] != "AWS/S3" {
				continue
			}
			metric := alarm["metricName"].(string)
			dimensions := alarm["dimensions"].(map[string]any)
			assert.Equal(t, "all-objects", dimensions["RuleId"], r.Name)
			assert.Len(t, dimensions, 3, r.Name)
			found[r.Region][metric] = append(found[r.Region][metric], copied{nameOf(dimensions["SourceBucket"]), nameOf(dimensions["DestinationBucket"])})
			assert.Equal(t, []any{"notBreaching", "GreaterThanThreshold"}, []any{alarm["treatMissingData"], alarm["comparisonOperator"]}, r.Name)
		}
	}
	for region, metrics := range want {
		for metric, pairs := range metrics {
			assert.ElementsMatch(t, pairs, found[region][metric], "%s in %s", metric, region)
			delete(found[region], metric)
		}
		assert.Empty(t, found[region], region)
	}
}

// Settings that must be equal in both stacks, so that the recovery stack can replace the primary.
func TestRecoveryAgreesWithThePrimary(t *testing.T) {
	primary, recovery := settingsOf(t, "prod"), settingsOf(t, "dr")
	assert.Equal(t, primary.Domain, recovery.Domain)
	assert.Equal(t, primary.AccountID, recovery.AccountID, "certificates and records are proved and shared within one account")
	assert.Equal(t, primary.Environment, recovery.Recovery.PrimaryEnvironment)
	assert.Equal(t, primary.Region, recovery.Recovery.PrimaryRegion)
	assert.Equal(t, primary.Database, recovery.Database)
	assert.Equal(t, primary.Cache, recovery.Cache)
	assert.Equal(t, primary.Secrets, recovery.Secrets)
	assert.Equal(t, primary.Logs, recovery.Logs)
	assert.Equal(t, primary.Edge.APIPaths, recovery.Edge.APIPaths)
	assert.Equal(t, primary.Edge.HealthCheckPath, recovery.Edge.HealthCheckPath)
	if primary.Protected() {
		assert.Equal(t, primary.Protection.Region, recovery.Region)
		assert.Equal(t, primary.Objectives, recovery.Objectives)
		assert.True(t, primary.Protection.Replica)
	}
	require.Equal(t, len(primary.Services), len(recovery.Services))
	for i, one := range primary.Services {
		other := recovery.Services[i]
		assert.Equal(t, "prod", other.Environment["ENVIRONMENT"])
		one.Environment, other.Environment = maps.Clone(one.Environment), maps.Clone(other.Environment)
		delete(one.Environment, "ENVIRONMENT")
		delete(other.Environment, "ENVIRONMENT")
		assert.Equal(t, one, other)
	}
}

// The records of both stacks, together, in every state of the world.
func TestWhereTrafficGoes(t *testing.T) {
	const domain = "careconnect.example.com"
	zone := route53.Of(with(t, "prod", replica), in(t, "step 2"))
	for _, c := range []struct {
		primaryUp, switched, recoveryUp bool
		want                            string
	}{
		{true, false, true, "prod"},
		{true, false, false, "prod"},
		{false, false, true, "dr"},    // by itself
		{false, false, false, "prod"}, // there is nothing better
		{true, true, true, "dr"},      // by order
		{true, true, false, "dr"},     // the switch holds, though it is not up yet
		{false, true, true, "dr"},
		{false, true, false, "dr"},
	} {
		t.Run(fmt.Sprintf("primary up %t, switched %t, recovery up %t", c.primaryUp, c.switched, c.recoveryUp), func(t *testing.T) {
			alias, stack, err := zone.Answer(edge.OriginName(domain), route53.World{Alarm: c.switched, Up: map[string]bool{
				edge.PrimaryOrigin(domain): c.primaryUp, edge.RecoveryOrigin(domain): c.recoveryUp,
			}})
			require.NoError(t, err)
			assert.Equal(t, c.want, stack)
			assert.Equal(t, "${edge-alb.dnsName}", alias)
		})
	}
	// Both health checks look at the same alarm, in the region that is not lost.
	var alarms []any
	for _, r := range with(t, "prod", replica).OfType("aws:route53/healthCheck:HealthCheck") {
		if inputs := r.Readable(); inputs["type"] == "CLOUDWATCH_METRIC" {
			alarms = append(alarms, inputs["cloudwatchAlarmRegion"])
			assert.NotEqual(t, true, inputs["invertHealthcheck"])
		}
	}
	assert.Equal(t, []any{"us-west-2"}, alarms)
	engaged := byName(t, in(t, "standby"), "edge-switch-engaged").Readable()
	assert.Equal(t, "${primary.outputs.recovery.switchAlarmName}", engaged["cloudwatchAlarmName"])
	assert.Equal(t, "us-west-2", engaged["cloudwatchAlarmRegion"])
	assert.Equal(t, true, engaged["invertHealthcheck"])
}

// CloudFront is in one stack, and the records of a name are in the same zone.
func TestOneDistributionServesBoth(t *testing.T) {
	assert.Empty(t, slices.DeleteFunc(slices.Clone(in(t, "step 2").Resources), func(r *graph.Resource) bool {
		return !strings.HasPrefix(r.Type, "aws:cloudfront/")
	}))
	for _, r := range in(t, "standby").OfType("aws:route53/record:Record") {
		assert.Equal(t, "${primary.outputs.recovery.zoneId}", r.Readable()["zoneId"], r.Name)
	}
}

// Every phase satisfies every control, or the settings say why not; what changes with the phase is listed here.
func TestPhasesAgainstTheCatalogue(t *testing.T) {
	for phase, want := range map[string][]string{
		"standby": nil,
		// Until the second step, some minutes later.
		"step 1": {"RDS-2", "RDS-9", "X-RDS-DR"},
		// While the recovery region serves there is no third region to replicate to.
		"step 2": {"X-RDS-DR"},
	} {
		assert.Equal(t, want, unexcepted(t, in(t, phase), exceptions(t, "dr")), phase)
	}
}

// lacking are the controls that production satisfies and the recovery stack, serving in its place, does not, each with the
// reason. Where the control is violated rather than about nothing in the stack, Pulumi.dr.yaml says the same to an assessor.
var lacking = map[string]string{
	"CF-1": theDistribution, "CF-2": theDistribution, "X-CF-CSP": theDistribution, "X-CF-ERRORS": theDistribution, "X-CF-ORIGIN": theDistribution, "X-CF-TLS": theDistribution, "X-CF-WAF": theDistribution,
	"KMS-1": theCopies, "KMS-2": theCopies, "X-KMS-POLICY": theCopies, "SM-2": theCopies, "S3-9": theCopies, "S3-12": theCopies, "X-ECR": theCopies,
	"X-KMS-PUBLIC": theCopies, "X-R53-LAST": "the switch's health check is production's, like its publisher",
	"RDS-10":   theCopies, // of automated backups
	"S3-2":     "a setting of the whole account, which S3 applies in every region; production's stack makes it",
	"IAM-6":    "a setting of the whole account; production's stack makes it",
	"X-BK-XR":  "there is no third region until the failback",
	"X-RDS-DR": "there is no third region until the failback",
}

// untilProtected are lacking only until the step protect of a failover, some minutes after the promotion.
var untilProtected = []string{"RDS-2", "RDS-3", "RDS-9"}

const (
	theDistribution = "one distribution serves both sides; it is production's, and serves on without its control plane"
	theCopies       = "keys, buckets, secrets and repositories of this region are production's copies: its stack makes them, with the same guarantees"
)

// What production guarantees, the side that serves in its place guarantees as well, or there is a reason.
func TestTheSideThatServesGuaranteesWhatProductionDoes(t *testing.T) {
	outcomes := func(g *graph.Graph) map[string]policy.Outcome {
		result, err := catalogue.Audit(g, policy.Options{Now: time.Now()})
		require.NoError(t, err)
		found := map[string]policy.Outcome{}
		for _, control := range result.Controls {
			found[control.Control.ID] = control.Outcome
		}
		return found
	}
	prod := outcomes(frozen.planned(t, "prod"))
	for _, phase := range []string{"step 1", "step 2"} {
		serving := outcomes(in(t, phase))
		for _, id := range slices.Sorted(maps.Keys(prod)) {
			if prod[id] != policy.Compliant || serving[id] == policy.Compliant || phase == "step 1" && slices.Contains(untilProtected, id) {
				continue
			}
			assert.NotEmptyf(t, lacking[id], "%s: production satisfies %s, the recovery stack that serves is %s", phase, id, serving[id])
		}
		for id := range lacking {
			assert.Truef(t, prod[id] == policy.Compliant && serving[id] != policy.Compliant, "%s: %s is not lacking: take it out of the list", phase, id)
		}
	}
}

const theGlobalMetrics = "AWS publishes it in us-east-1 only, where production's alarm is; the canary asks for the site from the recovery region"

// unwatched are the metrics and events that production has an alarm on and the recovery stack, serving, has not.
var unwatched = map[string]string{
	"Carebase/Recovery FailoverSwitch": "production's stack has the switch and its alarm, in the recovery region",
	"AWS/CloudFront 4xxErrorRate":      theGlobalMetrics, "AWS/CloudFront 5xxErrorRate": theGlobalMetrics,
	"AWS/Route53 HealthCheckStatus": theGlobalMetrics, "AWS/WAFV2 BlockedRequests": theGlobalMetrics,
	"AWS/RDS OldestReplicationSlotLag": "nothing replicates from the side that serves until the failback",
	"AWS/RDS TransactionLogsDiskUsage": "nothing replicates from the side that serves until the failback",
}

// The recovery stack, while it serves, reports every event that production reports: by its trail, from AWS Backup, from findings.
func TestTheSideThatServesHearsWhatProductionDoes(t *testing.T) {
	heard := func(g *graph.Graph) map[string]string {
		found := map[string]string{}
		for _, alarm := range g.OfType("aws:cloudwatch/metricAlarm:MetricAlarm") {
			in := alarm.Readable()
			namespace, _ := in["namespace"].(string)
			if strings.HasPrefix(namespace, "/") {
				namespace = "the trail"
			}
			found[fmt.Sprint(namespace, " ", in["metricName"])] = alarm.Name
		}
		for _, rule := range g.OfType("aws:cloudwatch/eventRule:EventRule") {
			pattern, _ := rule.Readable()["eventPattern"].(map[string]any)
			found[fmt.Sprint(pattern["source"], " ", pattern["detail-type"])] = rule.Name
		}
		return found
	}
	prod, serving := heard(frozen.planned(t, "prod")), heard(in(t, "step 2"))
	for _, event := range slices.Sorted(maps.Keys(prod)) {
		if _, hears := serving[event]; !hears {
			assert.NotEmptyf(t, unwatched[event], "%s (%s): the recovery stack that serves does not hear of it", event, prod[event])
		}
	}
	for event := range unwatched {
		_, hears := serving[event]
		assert.Truef(t, prod[event] != "" && !hears, "%s: take it out of the list", event)
	}
}

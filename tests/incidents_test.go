package tests

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/observability/detection"
	"github.com/carebase/carebase/graph"
)

// A reading is what a metric can be: its range, and what it is while all is well.
type reading struct {
	least, most float64
	well        behaviour
}

func always(value float64) behaviour { return func(int) (float64, bool) { return value, true } }
func never(int) (float64, bool)      { return 0, false }

// daily is one data point a day.
func daily(value float64) behaviour {
	return func(minute int) (float64, bool) { return value, ((minute%1440)+1440)%1440 == 0 }
}

// from is what a metric does once the incident has begun: in minute 0.
func from(well, then behaviour) behaviour {
	return func(minute int) (float64, bool) {
		if minute < 0 {
			return well(minute)
		}
		return then(minute)
	}
}

const many = 1e12

// readings of every metric that an alarm of a stack watches. The counts of Sum are for a minute.
var readings = map[string]reading{
	"AWS/ApplicationELB HTTPCode_ELB_5XX_Count":      {0, many, never},
	"AWS/ApplicationELB HTTPCode_Target_5XX_Count":   {0, many, never},
	"AWS/ApplicationELB HealthyHostCount":            {0, 1000, always(3)},
	"AWS/ApplicationELB TargetResponseTime":          {0, 3600, always(0.2)},
	"AWS/ApplicationELB UnHealthyHostCount":          {0, 1000, always(0)},
	"AWS/Backup NumberOfRecoveryPointsCompleted":     {0, many, daily(1)},
	"AWS/CertificateManager DaysToExpiry":            {0, 395, always(200)},
	"AWS/CloudFront 4xxErrorRate":                    {0, 100, always(2)},
	"AWS/CloudFront 5xxErrorRate":                    {0, 100, always(0)},
	"AWS/ECS CPUUtilization":                         {0, 100, always(30)},
	"AWS/ECS MemoryUtilization":                      {0, 100, always(50)},
	"AWS/ElastiCache DatabaseMemoryUsagePercentage":  {0, 100, always(40)},
	"AWS/ElastiCache EngineCPUUtilization":           {0, 100, always(10)},
	"AWS/ElastiCache Evictions":                      {0, many, always(0)},
	"AWS/ElastiCache IsMaster":                       {0, 1, always(0)},
	"AWS/NATGateway ErrorPortAllocation":             {0, many, always(0)},
	"AWS/RDS CPUUtilization":                         {0, 100, always(30)},
	"AWS/RDS DatabaseConnections":                    {0, 10000, always(40)},
	"AWS/RDS FreeStorageSpace":                       {0, many, always(5e11)},
	"AWS/RDS FreeableMemory":                         {0, many, always(6e11)},
	"AWS/Events TriggeredRules":                      {0, many, daily(1)},
	"AWS/RDS OldestReplicationSlotLag":               {0, many, always(1e6)},
	"AWS/RDS TransactionLogsDiskUsage":               {0, many, always(1e9)},
	"AWS/RDS ReplicaLag":                             {-1, many, always(1)},
	"AWS/Route53 HealthCheckStatus":                  {0, 1, always(1)},
	"AWS/S3 OperationsFailedReplication":             {0, many, never},
	"AWS/S3 ReplicationLatency":                      {0, many, always(5)},
	"AWS/WAFV2 BlockedRequests":                      {0, many, always(3)},
	"Carebase/Canary Up":                             {0, 1, always(1)},
	"Carebase/Recovery FailoverSwitch":               {0, 1, always(0)},
	"ECS/ContainerInsights RunningTaskCount":         {0, 1000, always(3)},
	"/cloudtrail/careconnect-prod (the trail's log)": {0, many, never},
}

func readingOf(m watchMetric) (reading, bool) {
	if strings.HasPrefix(m.namespace, "/cloudtrail/") {
		return readings["/cloudtrail/careconnect-prod (the trail's log)"], true
	}
	r, ok := readings[m.namespace+" "+m.name]
	return r, ok
}

// An effect is what an incident does to a metric. Where holds a part of the dimensions, if only some of the metrics of that
// name are concerned.
type effect struct {
	metric, where string
	then          behaviour
}

// An incident is what metrics and events do, and what must come of it.
type incident struct {
	name    string
	lost    string // a region whose alarms and rules are lost with it
	effects []effect
	events  []map[string]any
	pages   bool          // somebody is woken
	within  time.Duration // until the first person is notified
}

func (i incident) behaviour(m watchMetric) behaviour {
	r, _ := readingOf(m)
	for _, e := range i.effects {
		if (e.metric == m.namespace+" "+m.name || e.metric == m.name) && strings.Contains(m.dimensions, e.where) {
			return from(r.well, e.then)
		}
	}
	return r.well
}

func siteDown(more ...effect) []effect {
	return append([]effect{
		{metric: "Carebase/Canary Up", then: always(0)}, {metric: "HealthCheckStatus", where: "edge-health-check", then: always(0)},
	}, more...)
}

type object = map[string]any

func ecs(kind string, detail object, resource string) object {
	return object{"source": "aws.ecs", "detail-type": kind, "detail": detail, "resources": []any{resource}, "region": "us-east-1"}
}

const (
	prodCluster = "arn:aws:ecs:us-east-1:123456789012:cluster/careconnect-prod"
	prodService = "arn:aws:ecs:us-east-1:123456789012:service/careconnect-prod/backend"
)

func stopped(code, reason string, exits ...any) object {
	var containers []any
	for _, exit := range exits {
		containers = append(containers, object{"exitCode": exit})
	}
	return ecs("ECS Task State Change", object{
		"clusterArn": prodCluster, "lastStatus": "STOPPED", "stopCode": code, "stoppedReason": reason, "containers": containers,
	}, "task")
}

func backupEvent(kind string, detail object) object {
	return object{"source": "aws.backup", "detail-type": kind, "detail": detail, "region": "us-east-1"}
}

// incidents that production must not pass over in silence.
var incidents = []incident{
	{name: "the site is down from outside", effects: siteDown(effect{metric: "5xxErrorRate", then: always(100)}), pages: true, within: detection.Delay()},
	{name: "the primary region is lost", lost: "us-east-1", effects: []effect{
		{metric: "Carebase/Canary Up", then: always(0)}, {metric: "ReplicaLag", then: never}, {metric: "ReplicationLatency", then: never},
	}, pages: true, within: detection.Delay()},
	{name: "the API answers with server errors", effects: []effect{
		{metric: "HTTPCode_Target_5XX_Count", then: always(20)}, {metric: "5xxErrorRate", then: always(10)},
	}, pages: true, within: 15 * time.Minute},
	{name: "the front end's bucket is empty", effects: []effect{
		{metric: "4xxErrorRate", then: always(80)}, {metric: "Carebase/Canary Up", then: always(0)},
	}, pages: true, within: 15 * time.Minute},
	{name: "a page without content", effects: []effect{{metric: "Carebase/Canary Up", then: always(0)}}, pages: true, within: detection.Delay()},
	{name: "the front end answers for the API", effects: []effect{{metric: "Carebase/Canary Up", then: always(0)}}, pages: true, within: detection.Delay()},
	{name: "the canary itself is dead", effects: []effect{{metric: "Carebase/Canary Up", then: never}}, pages: true, within: 15 * time.Minute},
	{name: "a release is rolled back", events: []object{
		ecs("ECS Deployment State Change", object{"eventName": "SERVICE_DEPLOYMENT_FAILED"}, prodService),
	}, within: 5 * time.Minute},
	{name: "a release whose image cannot be had", events: []object{stopped("TaskFailedToStart", "CannotPullContainerError: no such image")}, within: 5 * time.Minute},
	{name: "tasks crash again and again", effects: []effect{{metric: "RunningTaskCount", then: always(0)}, {metric: "HealthyHostCount", then: never}},
		events: []object{stopped("EssentialContainerExited", "Essential container in task exited", 1.)}, pages: true, within: 15 * time.Minute},
	{name: "tasks run out of memory", events: []object{stopped("EssentialContainerExited", "OutOfMemoryError", 0., 137.)}, within: 5 * time.Minute},
	{name: "tasks fail their health check", events: []object{stopped("ServiceSchedulerInitiated", "Task failed ELB health checks in (target-group x)")}, within: 5 * time.Minute},
	{name: "a job fails", events: []object{stopped("EssentialContainerExited", "Essential container in task exited", 1.)}, within: 5 * time.Minute},
	{name: "tasks cannot be placed", events: []object{
		ecs("ECS Service Action", object{"clusterArn": prodCluster, "eventType": "ERROR", "eventName": "SERVICE_TASK_PLACEMENT_FAILURE"}, "service"),
	}, within: 5 * time.Minute},
	{name: "no task is healthy", effects: []effect{{metric: "HealthyHostCount", then: always(0)}, {metric: "UnHealthyHostCount", then: always(3)}}, pages: true, within: 10 * time.Minute},
	{name: "the database is down", effects: []effect{
		{metric: "AWS/RDS CPUUtilization", then: never}, {metric: "DatabaseConnections", then: never}, {metric: "FreeStorageSpace", then: never},
		{metric: "HTTPCode_Target_5XX_Count", then: always(60)},
	}, pages: true, within: 15 * time.Minute},
	{name: "the database fails over", events: []object{{"source": "rds", "category": "failover"}}, within: 5 * time.Minute},
	{name: "the database's storage fills", effects: []effect{{metric: "FreeStorageSpace", then: always(1e9)}}, pages: true, within: 20 * time.Minute},
	{name: "the database's connections run out", effects: []effect{{metric: "DatabaseConnections", then: always(1500)}}, within: 20 * time.Minute},
	{name: "the replica falls behind", effects: []effect{{metric: "ReplicaLag", then: always(3600)}}, pages: true, within: 30 * time.Minute},
	{name: "replication stops", effects: []effect{{metric: "ReplicaLag", then: always(-1)}}, pages: true, within: 30 * time.Minute},
	{name: "a replica makes the primary keep its log", effects: []effect{{metric: "OldestReplicationSlotLag", then: always(1.5e10)}}, pages: true, within: 30 * time.Minute},
	{name: "an abandoned slot fills the disk", effects: []effect{{metric: "TransactionLogsDiskUsage", then: always(1.9e10)}}, pages: true, within: 30 * time.Minute},
	{name: "the recovery region is lost", lost: "us-west-2", effects: []effect{{metric: "OldestReplicationSlotLag", then: always(1.5e10)}}, pages: true, within: 30 * time.Minute},
	{name: "nobody publishes the failover switch", effects: []effect{{metric: "FailoverSwitch", then: never}}, within: 30 * time.Minute},
	{name: "the role for emergencies is used", effects: []effect{{metric: "break-glass-use", then: always(1)}}, pages: true, within: 15 * time.Minute},
	{name: "no restore test runs", effects: []effect{{metric: "TriggeredRules", then: never}}, within: 9 * 24 * time.Hour},
	{name: "the replica is gone", effects: []effect{{metric: "ReplicaLag", then: never}}, pages: true, within: 30 * time.Minute},
	{name: "the cache fails over", effects: []effect{{metric: "IsMaster", where: "-002", then: always(1)}}, within: 10 * time.Minute},
	{name: "the cache is full", effects: []effect{{metric: "Evictions", then: always(50)}}, within: 20 * time.Minute},
	{name: "a cache node is gone", effects: []effect{{metric: "EngineCPUUtilization", where: "-001", then: never}}, within: 30 * time.Minute},
	{name: "a certificate is not renewed", effects: []effect{{metric: "DaysToExpiry", then: always(29)}},
		events: []object{{"source": "aws.acm", "detail-type": "ACM Certificate Renewal Action Required"}}, within: 5 * time.Minute},
	{name: "backups fail", events: []object{backupEvent("Backup Job State Change", object{"backupVaultArn": "${backup-vault.arn}", "state": "FAILED"})}, within: 5 * time.Minute},
	{name: "copies of backups fail", effects: []effect{{metric: "NumberOfRecoveryPointsCompleted", then: never}},
		events: []object{backupEvent("Copy Job State Change", object{"sourceBackupVaultArn": "${backup-vault.arn}", "state": "FAILED"})}, within: 5 * time.Minute},
	{name: "copies of backups stop", effects: []effect{{metric: "NumberOfRecoveryPointsCompleted", then: never}}, within: 3 * 24 * time.Hour},
	{name: "a restore test fails", events: []object{backupEvent("Restore Job State Change", object{"iamRoleArn": "${backup-restore-role.arn}", "status": "FAILED"})}, within: 5 * time.Minute},
	{name: "a bucket is not replicated", effects: []effect{{metric: "OperationsFailedReplication", then: always(1)}}, within: 15 * time.Minute},
	{name: "a bucket's copy falls behind", effects: []effect{{metric: "ReplicationLatency", then: always(3600)}}, within: 15 * time.Minute},
	{name: "the firewall blocks everybody", effects: siteDown(
		effect{metric: "4xxErrorRate", then: always(100)}, effect{metric: "BlockedRequests", then: always(100)}), pages: true, within: detection.Delay()},
	{name: "a denial of service", effects: []effect{{metric: "BlockedRequests", then: always(1e5)}}, within: 15 * time.Minute},
	{name: "a NAT gateway is gone", effects: []effect{{metric: "ErrorPortAllocation", then: never}}, within: 30 * time.Minute},
	{name: "credentials are abused", events: []object{{"source": "aws.guardduty", "detail-type": "GuardDuty Finding", "detail": object{"severity": 8.}}}, pages: true, within: 5 * time.Minute},
	{name: "the root user signs in", effects: []effect{{metric: "root-use", then: always(1)}}, pages: true, within: 15 * time.Minute},
	{name: "a key is going to be deleted", effects: []effect{{metric: "key-loss", then: always(1)}}, pages: true, within: 15 * time.Minute},
	{name: "the trail is stopped", effects: []effect{{metric: "trail-changes", then: always(1)}}, pages: true, within: 15 * time.Minute},
	{name: "backups are deleted", effects: []effect{{metric: "backup-loss", then: always(1)}}, pages: true, within: 15 * time.Minute},
	{name: "a bucket becomes public", events: []object{{"source": "aws.securityhub", "detail-type": "Security Hub Findings - Imported", "detail": object{"findings": []any{
		object{"ProductName": "Security Hub", "RecordState": "ACTIVE", "Severity": object{"Label": "CRITICAL"}, "Workflow": object{"Status": "NEW"}},
	}}}}, within: 5 * time.Minute},
	{name: "an intruder starts machines", events: []object{{"source": "budget", "type": "ACTUAL", "percent": 91., "after": 12 * time.Hour}}, within: 24 * time.Hour},
	{name: "AWS has a problem", events: []object{{"source": "aws.health", "detail-type": "AWS Health Event", "detail": object{"eventTypeCategory": "issue"}}}, within: 5 * time.Minute},
	{name: "an image is vulnerable", events: []object{{"source": "aws.inspector2", "detail-type": "Inspector2 Scan", "detail": object{"finding-severity-counts": object{"CRITICAL": 1.}}}}, within: 5 * time.Minute},
	{name: "a secret is not rotated", events: []object{{"source": "aws.secretsmanager", "detail-type": "AWS Service Event via CloudTrail", "detail": object{"eventName": "RotationFailed"}}}, within: 5 * time.Minute},
	{name: "the failover switch is engaged by mistake", effects: []effect{
		{metric: "FailoverSwitch", then: always(1)}, {metric: "HealthCheckStatus", where: "edge-origin-check", then: always(0)},
	}, pages: true, within: 10 * time.Minute},
	{name: "requests are slow", effects: []effect{{metric: "TargetResponseTime", then: always(5)}}, within: 20 * time.Minute},
	{name: "tasks are overloaded", effects: []effect{{metric: "AWS/ECS CPUUtilization", then: always(99)}}, within: 20 * time.Minute},
	{name: "memory leaks", effects: []effect{{metric: "AWS/ECS MemoryUtilization", then: always(95)}}, within: 20 * time.Minute},
}

// production is the primary and its recovery stack.
func production(t testing.TB) watchWorld {
	t.Helper()
	return watchedBy(t, map[string]*graph.Graph{"prod": frozen.planned(t, "prod"), "dr": frozen.planned(t, "dr")})
}

// shortfalls of a world in an incident: nobody is notified, nobody is paged, or the page comes too late.
func (w watchWorld) shortfalls(i incident) []string {
	all := w.tell(i)
	if len(all) == 0 {
		return []string{"nobody is told"}
	}
	first := slices.MinFunc(all, func(a, b notification) int { return int(a.within - b.within) })
	var found []string
	if first.within > i.within {
		found = append(found, fmt.Sprintf("the first is told after %s, by %s; %s at the latest", first.within, first.by, i.within))
	}
	if i.pages && !slices.ContainsFunc(all, func(one notification) bool { return one.pages && one.within <= i.within }) {
		found = append(found, "nobody is woken in time")
	}
	return found
}

func TestNoIncidentIsSilent(t *testing.T) {
	require.GreaterOrEqual(t, len(incidents), 20)
	world := production(t)
	for _, i := range incidents {
		assert.Empty(t, world.shortfalls(i), i.name)
		for _, told := range world.tell(i) {
			t.Logf("%s: %s tells %v within %s (page: %v)", i.name, told.by, told.who, told.within, told.pages)
		}
	}
}

// Whatever is the only one to tell of an incident is missed: the table would notice that it is gone.
func TestTheTableNoticesWhatIsMissing(t *testing.T) {
	world := production(t)
	only := map[string]string{} // incident by what alone tells of it
	for _, i := range incidents {
		if all := world.tell(i); len(all) == 1 {
			only[all[0].by] = i.name
		}
	}
	assert.GreaterOrEqual(t, len(only), 10, "few are watched by one thing alone: does the table still say much?")
	for by, name := range only {
		without := world
		without.alarms = slices.DeleteFunc(slices.Clone(world.alarms), func(a watchAlarm) bool { return a.stack+": "+a.name == by })
		without.rules = slices.DeleteFunc(slices.Clone(world.rules), func(r watchRule) bool { return r.stack+": "+r.name == by })
		require.Equal(t, len(world.alarms)+len(world.rules)-1, len(without.alarms)+len(without.rules), by)
		at := slices.IndexFunc(incidents, func(i incident) bool { return i.name == name })
		assert.Equal(t, []string{"nobody is told"}, without.shortfalls(incidents[at]), "%s without %s", name, by)
	}
	for _, i := range incidents {
		deaf := world
		deaf.subscriptions = nil
		deaf.rules = slices.Clone(world.rules)
		for at := range deaf.rules {
			deaf.rules[at].emails = nil
		}
		assert.Equal(t, []string{"nobody is told"}, deaf.shortfalls(i), "%s without subscribers", i.name)
	}
}

// Every alarm of every stack stays quiet while all is well, and goes off for something that can happen.
func TestEveryAlarmCanGoOffAndIsQuietWhileAllIsWell(t *testing.T) {
	plans := map[string]*graph.Graph{}
	for _, stack := range all {
		plans[stack] = planned(t, stack)
	}
	for _, phase := range []string{"step 1", "step 2"} {
		plans["dr, "+phase] = in(t, phase)
	}
	alarms := watchedBy(t, plans).alarms
	require.Greater(t, len(alarms), 150)
	for _, a := range alarms {
		name := a.stack + ": " + a.name
		assert.Contains(t, []string{"PAGE", "NOTICE"}, a.severity, name)
		well := map[watchMetric]behaviour{}
		bad := map[watchMetric]behaviour{}
		for _, m := range a.metrics {
			r, known := readingOf(m)
			if !assert.True(t, known, "%s: what can %s %s be? Add a reading", name, m.namespace, m.name) {
				return
			}
			extreme := r.most
			if strings.HasPrefix(a.operator, "Less") {
				extreme = r.least
			}
			well[m], bad[m] = r.well, from(r.well, always(extreme))
		}
		_, rings := a.rings(func(m watchMetric) behaviour { return well[m] })
		assert.False(t, rings, "%s goes off while all is well", name)
		if a.statistic == "SampleCount" { // it is the number of values that tells
			for m := range bad {
				bad[m] = from(well[m], never)
			}
		}
		_, rings = a.rings(func(m watchMetric) behaviour { return bad[m] })
		assert.True(t, rings, "%s cannot go off", name)
		assert.NotEmpty(t, a.topics, name)
	}
}

// Events of ordinary days that are nobody's business.
func TestOrdinaryEventsAreNotTold(t *testing.T) {
	world := production(t)
	for name, event := range map[string]object{
		"a deployment goes well": ecs("ECS Deployment State Change", object{"eventName": "SERVICE_DEPLOYMENT_COMPLETED"}, prodService),
		"a job ends well":        stopped("EssentialContainerExited", "Essential container in task exited", 0.),
		"autoscaling goes down":  stopped("ServiceSchedulerInitiated", "Scaling activity initiated by (deployment x)", 143.),
		"somebody stops a task":  stopped("UserInitiated", "stopped by an operator", 137.),
		"a steady service":       ecs("ECS Service Action", object{"clusterArn": prodCluster, "eventType": "INFO", "eventName": "SERVICE_STEADY_STATE"}, "service"),
		"another cluster's task": ecs("ECS Task State Change", object{"clusterArn": "arn:aws:ecs:us-east-1:123456789012:cluster/other", "lastStatus": "STOPPED", "stopCode": "TaskFailedToStart"}, "task"),
		"a backup ends well":     backupEvent("Backup Job State Change", object{"backupVaultArn": "${backup-vault.arn}", "state": "COMPLETED"}),
		"a low finding":          {"source": "aws.guardduty", "detail-type": "GuardDuty Finding", "detail": object{"severity": 2.}},
	} {
		assert.Empty(t, world.tell(incident{events: []object{event}}), name)
	}
}

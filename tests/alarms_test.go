package tests

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
)

// dataMetrics are the metrics of data stores and their copies that alarms watch. Each says which values are no measurement but
// a message that something is broken, and why silence is no message, where it is none. A metric that is not here has not
// been thought about.
var dataMetrics = map[string]struct {
	sentinels []float64
	quiet     string // why an alarm may take silence for health, or stay as it is; "" if it must go off
}{
	"AWS/RDS CPUUtilization":           {},
	"AWS/RDS DatabaseConnections":      {quiet: "an instance that reports nothing is noticed by its CPU"},
	"AWS/RDS FreeableMemory":           {quiet: "as above"},
	"AWS/RDS FreeStorageSpace":         {quiet: "as above; and an instance whose disk is full stops reporting"},
	"AWS/RDS OldestReplicationSlotLag": {quiet: "as above"},
	"AWS/RDS TransactionLogsDiskUsage": {quiet: "as above"},
	// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Monitoring.html
	"AWS/RDS ReplicaLag":                            {sentinels: []float64{-1}},
	"AWS/ElastiCache EngineCPUUtilization":          {},
	"AWS/ElastiCache DatabaseMemoryUsagePercentage": {quiet: "a node that reports nothing is noticed by its CPU"},
	"AWS/ElastiCache Evictions":                     {quiet: "as above"},
	"AWS/ElastiCache IsMaster":                      {quiet: "as above"},
	"AWS/S3 ReplicationLatency":                     {quiet: "nothing is reported while nothing is written"},
	"AWS/S3 OperationsFailedReplication":            {quiet: "nothing is reported while nothing is written"},
	"AWS/Backup NumberOfRecoveryPointsCompleted":    {},
}

var dataNamespaces = []any{"AWS/RDS", "AWS/ElastiCache", "AWS/S3", "AWS/Backup"}

// watched are the metrics of an alarm, each with its dimensions; more than one where it is a formula.
func watched(alarm map[string]any) (metrics []string, subject string) {
	if alarm["namespace"] != nil {
		return []string{fmt.Sprint(alarm["namespace"], " ", alarm["metricName"])}, fmt.Sprint(alarm["dimensions"])
	}
	for _, query := range alarm["metricQueries"].([]any) {
		if metric, ok := query.(map[string]any)["metric"].(map[string]any); ok {
			metrics = append(metrics, fmt.Sprint(metric["namespace"], " ", metric["metricName"]))
			subject += fmt.Sprint(metric["dimensions"])
		}
	}
	return metrics, subject
}

// goesOff is true for an alarm that a metric with this value all the time would set off.
func goesOff(alarm map[string]any, value float64) bool {
	threshold := alarm["threshold"].(float64)
	switch alarm["comparisonOperator"] {
	case "GreaterThanThreshold":
		return value > threshold
	case "GreaterThanOrEqualToThreshold":
		return value >= threshold
	case "LessThanThreshold":
		return value < threshold
	case "LessThanOrEqualToThreshold":
		return value <= threshold
	}
	return false
}

// everyPlan are the stacks as they are, and the recovery stack in every phase.
func everyPlan(t *testing.T) map[string]*graph.Graph {
	t.Helper()
	plans := map[string]*graph.Graph{}
	for _, stack := range all {
		plans[stack] = planned(t, stack)
	}
	for _, phase := range []string{"standby", "step 1", "step 2"} {
		plans["dr, "+phase] = in(t, phase)
	}
	return plans
}

// A value that means "broken" sets off an alarm, and so does missing data, unless dataMetrics says why missing data is normal.
func TestAlarmsOnDataKnowWhatTheirMetricsSay(t *testing.T) {
	seen := map[string]bool{}
	for stack, g := range everyPlan(t) {
		alarms := g.OfType("aws:cloudwatch/metricAlarm:MetricAlarm")
		require.NotEmpty(t, alarms, stack)
		for _, r := range alarms {
			alarm := r.Readable()
			metrics, subject := watched(alarm)
			for _, metric := range metrics {
				known, ok := dataMetrics[metric]
				if !ok {
					for _, namespace := range dataNamespaces {
						assert.NotContains(t, metric, fmt.Sprint(namespace, " "), "%s: %s: add the metric to dataMetrics", stack, r.Name)
					}
					continue
				}
				seen[metric] = true
				if alarm["treatMissingData"] != "breaching" {
					assert.NotEmpty(t, known.quiet, "%s: %s takes silence for health", stack, r.Name)
				}
				for _, sentinel := range known.sentinels {
					told := false
					for _, other := range alarms {
						others, of := watched(other.Readable())
						told = told || of == subject && fmt.Sprint(others) == fmt.Sprint(metrics) && goesOff(other.Readable(), sentinel)
					}
					assert.True(t, told, "%s: no alarm goes off when %s of %s is %g", stack, metric, subject, sentinel)
				}
			}
		}
	}
	for metric := range dataMetrics {
		assert.True(t, seen[metric], "%s is watched by no alarm: take it out of dataMetrics", metric)
	}
}

// Where a database has a replica somewhere, its source has alarms on what it keeps for the replica, well before the limit at
// which the replica is lost.
func TestSourcesOfReplicasWatchWhatTheyKeep(t *testing.T) {
	sources := 0
	for stack, g := range everyPlan(t) {
		if stack, _, _ = strings.Cut(stack, ","); !settingsOf(t, stack).Replicated() {
			continue
		}
		sources++
		var limit float64
		for _, parameter := range byName(t, g, "database-parameters").Readable()["parameters"].([]any) {
			if p := parameter.(map[string]any); p["name"] == "max_slot_wal_keep_size" {
				_, err := fmt.Sscan(p["value"].(string), &limit)
				require.NoError(t, err)
			}
		}
		require.Positive(t, limit)
		for _, key := range []string{"slot-lag", "transaction-logs"} {
			threshold := byName(t, g, "alarms-database-"+key).Readable()["threshold"].(float64)
			assert.Less(t, threshold, limit*1024*1024, "%s: %s comes when the replica is lost", stack, key)
		}
	}
	require.Positive(t, sources)
}

package cost

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
)

// A Quantity is something that a stack uses a certain amount of in a month, which no plan can tell.
type Quantity struct {
	Key     string
	Default float64
	Unit    string
	About   string
}

// Quantities are all quantities, in the order in which they are shown. The defaults describe a small system: some
// thousand users a day.
var Quantities = []Quantity{
	{Key: "webRequests", Default: 5, Unit: "million requests", About: "requests that arrive from the internet"},
	{Key: "webGB", Default: 50, Unit: "GB", About: "answers sent to the internet"},
	{Key: "loadBalancerUnits", Default: 1, Unit: "LCU", About: "average load of each load balancer in capacity units"},
	{Key: "dnsQueries", Default: 5, Unit: "million queries", About: "DNS queries that are not for an alias record"},
	{Key: "natGB", Default: 50, Unit: "GB", About: "data through NAT gateways"},
	{Key: "endpointGB", Default: 50, Unit: "GB", About: "data through interface endpoints"},
	{Key: "crossRegionGB", Default: 50, Unit: "GB", About: "data replicated to another region"},
	{Key: "filesGB", Default: 100, Unit: "GB", About: "stored in S3 Standard, in each region that has buckets"},
	{Key: "archivedGB", Default: 200, Unit: "GB", About: "stored in S3 Glacier, in each region that has buckets"},
	{Key: "fileWrites", Default: 500, Unit: "thousand requests", About: "writes to S3"},
	{Key: "fileReads", Default: 2000, Unit: "thousand requests", About: "reads from S3"},
	{Key: "backupGB", Default: 50, Unit: "GB", About: "database backups in each region, beyond what is free (the size of the database)"},
	{Key: "cacheBackupGB", Default: 20, Unit: "GB", About: "cache snapshots"},
	{Key: "snapshotGB", Default: 50, Unit: "GB", About: "EBS snapshots"},
	{Key: "restoreTests", Default: 4, Unit: "tests", About: "recovery points that AWS Backup restores to test them"},
	{Key: "imagesGB", Default: 10, Unit: "GB", About: "container images"},
	{Key: "imageScans", Default: 50, Unit: "images", About: "images that Inspector scans for the first time"},
	{Key: "logsGB", Default: 30, Unit: "GB", About: "logs that CloudWatch takes in"},
	{Key: "logsStoredGB", Default: 60, Unit: "GB", About: "logs that CloudWatch keeps"},
	{Key: "insightsMetrics", Default: 100, Unit: "metrics", About: "metrics of Container Insights"},
	{Key: "keyRequests", Default: 100, Unit: "10,000 requests", About: "requests to KMS"},
	{Key: "secretRequests", Default: 10, Unit: "10,000 requests", About: "requests to Secrets Manager"},
	{Key: "configItems", Default: 2000, Unit: "items", About: "changes that AWS Config records"},
	{Key: "ruleEvaluations", Default: 10000, Unit: "evaluations", About: "evaluations of AWS Config rules"},
	{Key: "securityChecks", Default: 10000, Unit: "checks", About: "checks of Security Hub"},
	{Key: "managementEvents", Default: 1, Unit: "million events", About: "API calls that GuardDuty reads"},
	{Key: "flowLogsGB", Default: 10, Unit: "GB", About: "VPC flow logs and DNS logs that GuardDuty reads"},
	{Key: "dataEvents", Default: 10, Unit: "100,000 events", About: "accesses to objects that CloudTrail records and GuardDuty reads"},
	{Key: "messages", Default: 1, Unit: "million messages", About: "messages through SNS, and the same through SQS"},
	{Key: "functionRequests", Default: 1, Unit: "million calls", About: "calls of Lambda functions"},
	{Key: "functionGBSeconds", Default: 50000, Unit: "GB-seconds", About: "memory of Lambda functions × the time they run"},
	{Key: "jobHours", Default: 10, Unit: "hours", About: "time that each task which belongs to no service runs"},
}

// Usage is how much of each quantity a stack uses in a month, by the quantity's key. A quantity that is not in it has its default.
type Usage map[string]float64

// Check returns what is wrong with u: a key that is no quantity's, or an amount that is not a number of 0 or more.
func (u Usage) Check() error {
	var problems []error
	for _, key := range slices.Sorted(maps.Keys(u)) {
		if !slices.ContainsFunc(Quantities, func(q Quantity) bool { return q.Key == key }) {
			problems = append(problems, fmt.Errorf("usage %q is not known; the keys are those that `carebase cost` shows", key))
		}
		if value := u[key]; value < 0 || math.IsNaN(value) || math.IsInf(value, 0) {
			problems = append(problems, fmt.Errorf("usage %s = %v: write a number of 0 or more", key, value))
		}
	}
	return errors.Join(problems...)
}

// of returns the amount of the quantity with that key.
func (u Usage) of(key string) float64 {
	if amount, set := u[key]; set {
		return amount
	}
	for _, q := range Quantities {
		if q.Key == key {
			return q.Default
		}
	}
	panic("no quantity " + key)
}

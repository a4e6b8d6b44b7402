package cache

import (
	"fmt"
	"regexp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/database/window"
	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/components/loggroup"
)

// Args of a cache. What has no default is required.
type Args struct {
	VpcID     pulumi.StringInput
	SubnetIDs pulumi.StringArrayInput // isolated subnets, in as many zones as there are nodes

	// KeyArn is the KMS key of data and snapshots, LogsKeyArn that of the log groups. They are key ARNs, not aliases:
	// AWS hands back the key. The cache keeps the key it was created with.
	KeyArn     pulumi.StringInput
	LogsKeyArn pulumi.StringInput

	NodeType string // e.g. "cache.r6g.large"
	Nodes    int    // 1 to 6: a primary and up to five replicas. With two or more a replica takes over by itself.
	MultiAZ  bool   // nodes in different zones, 45 CFR 164.308(a)(7)(i); needs two nodes

	// UserName of the applications' user, e.g. "clinic-prod": lower-case letters, digits and single hyphens, at most
	// 32. Users belong to the account and region, so it says which system and environment.
	UserName string

	SnapshotRetentionDays int    // 1 to 35; 15 or more where PHI may be cached (control EC-1)
	SnapshotWindow        string // daily, UTC, "hh:mm-hh:mm", at least an hour
	MaintenanceWindow     string // weekly, UTC, "ddd:hh:mm-ddd:hh:mm", at least an hour, apart from SnapshotWindow
	// FinalSnapshotName is the snapshot taken when the cache is deleted. Empty: none.
	FinalSnapshotName string
	// Protect makes Pulumi refuse to delete or replace the replication group, and leave the logs where they are when they
	// go out of the program.
	Protect bool

	// LogGroupPrefix of the log groups, e.g. "/aws/vendedlogs/clinic/prod/cache" for …/slow-log and …/engine-log.
	// AWS lets itself write to log groups by one policy of limited length per account and region, which has all of
	// /aws/vendedlogs/ in it from the start and other groups one by one.
	LogGroupPrefix string
	// LogRetentionDays is one of loggroup.RetentionDays, such as 30, 365 or 2192.
	LogRetentionDays int

	// ReplicationGroupID is the identifier that AWS knows the nodes by, at most 40 lower-case letters, digits and single
	// hyphens; empty, and one is made up. Where it is given the ARN is known before there are nodes, for a policy to name.
	// A change replaces the cache.
	ReplicationGroupID string
	// Standby makes everything but the nodes, which then can be added without a change in IAM. It needs ReplicationGroupID.
	Standby bool
}

var (
	nodeType       = limits.CacheClass
	hyphenated     = limits.Hyphenated
	snapshotName   = regexp.MustCompile(`^([a-z][a-z0-9]*(-[a-z0-9]+)*)?$`)
	logGroupPrefix = limits.Absolute
)

const (
	// maxName keeps the replication group's generated identifier, <name>-nodes-<7 characters>, within AWS's 40.
	maxName         = 40 - len("-nodes-") - 7
	maxGroupID      = 40
	maxUserName     = 40 - len("-default")
	maxLogPrefix    = 512 - len("/engine-log")
	maxSnapshotName = 255
	shortestWindow  = limits.CacheWindow
)

func (a *Args) check(name string) error {
	p := arg.Check("cache", name)
	if name != "" && (!hyphenated.MatchString(name) || len(name) > maxName) {
		p.Add("name", name, fmt.Sprintf("lower-case letters, digits and single hyphens, a letter first, at most %d", maxName))
	}
	if a == nil {
		p.Require("Args", false, "the arguments of a cache")
		return p.Err()
	}
	p.Require("VpcID", a.VpcID != nil, "the ID of the VPC (see components/network)")
	p.Require("SubnetIDs", a.SubnetIDs != nil, "the IDs of isolated subnets (see components/network)")
	p.Require("KeyArn", a.KeyArn != nil, "a KMS key ARN for data and snapshots (see components/keys)")
	p.Require("LogsKeyArn", a.LogsKeyArn != nil, "a KMS key ARN for log groups (see components/keys)")
	p.Match("NodeType", a.NodeType, nodeType, "an ElastiCache node type such as cache.r6g.large")
	p.Between("Nodes", a.Nodes, 1, limits.MostCacheNodes)
	if a.MultiAZ && a.Nodes < 2 {
		p.Add("Nodes", a.Nodes, "at least 2, where MultiAZ is on")
	}
	if !hyphenated.MatchString(a.UserName) || len(a.UserName) > maxUserName || a.UserName == "default" {
		p.Add("UserName", a.UserName, fmt.Sprintf(
			"lower-case letters, digits and single hyphens, a letter first, at most %d, not \"default\"", maxUserName))
	}
	a.checkSnapshots(p)
	if id := a.ReplicationGroupID; id != "" && (!hyphenated.MatchString(id) || len(id) > maxGroupID) {
		p.Add("ReplicationGroupID", id, "lower-case letters, digits and single hyphens, a letter first, at most 40; or nothing")
	}
	if a.Standby && a.ReplicationGroupID == "" {
		p.Add("ReplicationGroupID", "", "an identifier with Standby: policies name it before it exists")
	}
	if !logGroupPrefix.MatchString(a.LogGroupPrefix) || len(a.LogGroupPrefix) > maxLogPrefix {
		p.Add("LogGroupPrefix", a.LogGroupPrefix, "a path such as /aws/vendedlogs/clinic/prod/cache")
	}
	if !loggroup.ValidRetention(a.LogRetentionDays) {
		p.Add("LogRetentionDays", a.LogRetentionDays, loggroup.RetentionRule)
	}
	return p.Err()
}

func (a *Args) checkSnapshots(p *arg.Problems) {
	p.Between("SnapshotRetentionDays", a.SnapshotRetentionDays, limits.LeastCacheSnapshotDays, limits.MostBackupDays)
	snapshot, err := window.Daily(a.SnapshotWindow)
	if err != nil || snapshot.Minutes() < shortestWindow {
		p.Add("SnapshotWindow", a.SnapshotWindow, "hh:mm-hh:mm in UTC, at least 60 minutes")
	}
	maintenance, err := window.Weekly(a.MaintenanceWindow)
	if err != nil || maintenance.Minutes() < shortestWindow {
		p.Add("MaintenanceWindow", a.MaintenanceWindow, "ddd:hh:mm-ddd:hh:mm in UTC, lower case, at least 60 minutes")
	} else if maintenance.Overlaps(snapshot) {
		p.Add("MaintenanceWindow", a.MaintenanceWindow, fmt.Sprintf("a window apart from SnapshotWindow (%s)", a.SnapshotWindow))
	}
	if !snapshotName.MatchString(a.FinalSnapshotName) || len(a.FinalSnapshotName) > maxSnapshotName {
		p.Add("FinalSnapshotName", a.FinalSnapshotName,
			"lower-case letters, digits and single hyphens, a letter first, at most 255; or nothing")
	}
}

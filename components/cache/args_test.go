package cache

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/componenttest"
)

func refused(t *testing.T, name string, args *Args) string {
	t.Helper()
	return componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := New(ctx, name, args, opts...)
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
		{"LogsKeyArn is missing", func(a *Args) { a.LogsKeyArn = nil }},
		{`NodeType = "r6g.large"`, func(a *Args) { a.NodeType = "r6g.large" }},
		{"Nodes = 0: allowed is 1 to 6", func(a *Args) { a.Nodes, a.MultiAZ = 0, false }},
		{"Nodes = 7", func(a *Args) { a.Nodes = 7 }},
		{"Nodes = 1: allowed is at least 2, where MultiAZ is on", func(a *Args) { a.Nodes = 1 }},
		{`UserName = ""`, func(a *Args) { a.UserName = "" }},
		{`UserName = "CareConnect"`, func(a *Args) { a.UserName = "CareConnect" }},
		{`UserName = "care_connect"`, func(a *Args) { a.UserName = "care_connect" }},
		{`UserName = "default"`, func(a *Args) { a.UserName = "default" }},
		{`UserName = "aaaa`, func(a *Args) { a.UserName = strings.Repeat("a", 33) }},
		{"SnapshotRetentionDays = 0: allowed is 1 to 35", func(a *Args) { a.SnapshotRetentionDays = 0 }},
		{"SnapshotRetentionDays = 36", func(a *Args) { a.SnapshotRetentionDays = 36 }},
		{`SnapshotWindow = "3am"`, func(a *Args) { a.SnapshotWindow = "3am" }},
		{`SnapshotWindow = "03:00-03:59"`, func(a *Args) { a.SnapshotWindow = "03:00-03:59" }},
		{`MaintenanceWindow = "sun:04:00-sun:04:59"`, func(a *Args) { a.MaintenanceWindow = "sun:04:00-sun:04:59" }},
		{`MaintenanceWindow = "SUN:04:00-SUN:05:00"`, func(a *Args) { a.MaintenanceWindow = "SUN:04:00-SUN:05:00" }},
		{"a window apart from SnapshotWindow (03:00-04:00)", func(a *Args) { a.MaintenanceWindow = "sun:03:30-sun:04:30" }},
		{`FinalSnapshotName = "Final"`, func(a *Args) { a.FinalSnapshotName = "Final" }},
		{`FinalSnapshotName = "a--b"`, func(a *Args) { a.FinalSnapshotName = "a--b" }},
		{`FinalSnapshotName = "aaaa`, func(a *Args) { a.FinalSnapshotName = strings.Repeat("a", 256) }},
		{`LogGroupPrefix = ""`, func(a *Args) { a.LogGroupPrefix = "" }},
		{`LogGroupPrefix = "cache"`, func(a *Args) { a.LogGroupPrefix = "cache" }},
		{`LogGroupPrefix = "/cache/"`, func(a *Args) { a.LogGroupPrefix = "/cache/" }},
		{`LogGroupPrefix = "/aaaa`, func(a *Args) { a.LogGroupPrefix = "/" + strings.Repeat("a", 501) }},
		{"LogRetentionDays = 0", func(a *Args) { a.LogRetentionDays = 0 }},
		{"LogRetentionDays = 100", func(a *Args) { a.LogRetentionDays = 100 }},
	} {
		t.Run(c.problem, func(t *testing.T) {
			args := production()
			c.change(args)
			assert.Contains(t, refused(t, "cache", args), c.problem)
		})
	}
}

func TestNamesAreRefused(t *testing.T) {
	for _, name := range []string{"Cache", "cache--a", "1cache", strings.Repeat("a", 27)} {
		assert.Contains(t, refused(t, name, production()), `name = "`+name+`"`)
	}
	assert.Contains(t, refused(t, "", production()), "the component has no name")
}

func TestNoArgumentsAtAll(t *testing.T) {
	assert.Equal(t, `cache "cache": Args is missing: it takes the arguments of a cache`, refused(t, "cache", nil))
	message := refused(t, "cache", &Args{})
	for _, argument := range []string{"VpcID", "SubnetIDs", "KeyArn", "LogsKeyArn", "NodeType", "Nodes", "UserName",
		"SnapshotRetentionDays", "SnapshotWindow", "MaintenanceWindow", "LogGroupPrefix", "LogRetentionDays"} {
		assert.Contains(t, message, argument)
	}
}

func TestArgumentsAreAccepted(t *testing.T) {
	for name, change := range map[string]func(*Args){
		"one node":                  func(a *Args) { a.Nodes, a.MultiAZ = 1, false },
		"six nodes":                 func(a *Args) { a.Nodes = 6 },
		"shortest retention":        func(a *Args) { a.SnapshotRetentionDays = 1 },
		"longest retention":         func(a *Args) { a.SnapshotRetentionDays = 35 },
		"longest user name":         func(a *Args) { a.UserName = strings.Repeat("a", 32) },
		"windows one after another": func(a *Args) { a.SnapshotWindow, a.MaintenanceWindow = "23:30-00:30", "mon:00:30-mon:01:30" },
		"no final snapshot":         func(a *Args) { a.FinalSnapshotName = "" },
	} {
		args := production()
		change(args)
		require.NoError(t, args.check("cache"), name)
	}
	require.NoError(t, production().check(strings.Repeat("a", 26)))
	require.NoError(t, staging().check("cache"))
	require.NoError(t, development().check("cache"))
}

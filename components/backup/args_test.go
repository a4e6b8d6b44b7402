package backup_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/backup"
	"github.com/carebase/carebase/componenttest"
)

func refused(t *testing.T, args *backup.Args) string {
	t.Helper()
	return componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := backup.New(ctx, "backup", args, opts...)
		return err
	}).Error()
}

func TestArgumentsAreRefused(t *testing.T) {
	const (
		name    = "2 to 50 letters, digits and hyphens"
		change  = "3 to 36500, or 0 for a lock that can be removed"
		destroy = "false where Protect is true or the lock is irrevocable"
	)
	for title, c := range map[string]struct {
		change func(*backup.Args)
		want   string
	}{
		"no name":                 {func(a *backup.Args) { a.VaultName = "" }, `VaultName = "": allowed is ` + name},
		"short name":              {func(a *backup.Args) { a.VaultName = "a" }, `VaultName = "a": allowed is ` + name},
		"long name":               {func(a *backup.Args) { a.VaultName = strings.Repeat("a", 51) }, "allowed is " + name},
		"underscore":              {func(a *backup.Args) { a.VaultName = "careconnect_prod" }, `VaultName = "careconnect_prod": allowed is ` + name},
		"no key":                  {func(a *backup.Args) { a.KeyArn = nil }, "KeyArn is missing: it takes a KMS key ARN (see components/keys)"},
		"no topic":                {func(a *backup.Args) { a.AlarmTopicArn = nil }, "AlarmTopicArn is missing: it takes an SNS topic ARN: a failure nobody hears of is a loss"},
		"no lock":                 {func(a *backup.Args) { a.LockMinDays = 0 }, "LockMinDays = 0: allowed is 1 to 35"},
		"lock longer than daily":  {func(a *backup.Args) { a.LockMinDays = 36 }, "LockMinDays = 36: allowed is 1 to 35"},
		"shorter than monthly":    {func(a *backup.Args) { a.LockMaxDays = 2556 }, "LockMaxDays = 2556: allowed is 2557 to 36500"},
		"longer than a century":   {func(a *backup.Args) { a.LockMaxDays = 36501 }, "LockMaxDays = 36501: allowed is 2557 to 36500"},
		"too soon irrevocable":    {func(a *backup.Args) { a.LockChangeableDays = 2 }, "LockChangeableDays = 2: allowed is " + change},
		"irrevocable before":      {func(a *backup.Args) { a.LockChangeableDays = -1 }, "LockChangeableDays = -1: allowed is " + change},
		"too late irrevocable":    {func(a *backup.Args) { a.LockChangeableDays = 36501 }, "LockChangeableDays = 36501: allowed is " + change},
		"destroyed but protected": {func(a *backup.Args) { a.ForceDestroy, a.LockChangeableDays = true, 0 }, "ForceDestroy = true: allowed is " + destroy},
		"destroyed but locked":    {func(a *backup.Args) { a.ForceDestroy, a.Protect = true, false }, "ForceDestroy = true: allowed is " + destroy},
		"copies for a month":      {func(a *backup.Args) { a.Plan.CopyDays = 34 }, "Plan.CopyDays = 34: allowed is 35 to 36500"},
		"copies for ever":         {func(a *backup.Args) { a.Plan.CopyDays = 36501 }, "Plan.CopyDays = 36501: allowed is 35 to 36500"},
		"days of no copies":       {func(a *backup.Args) { a.Plan.CopyToVaultArn, a.Plan.CopyDays = nil, 35 }, "Plan.CopyDays = 35: allowed is none without CopyToVaultArn"},
		"test without network":    {func(a *backup.Args) { a.Plan.RestoreTest.VpcID = nil }, "Plan.RestoreTest.VpcID is missing: it takes the ID of the VPC (see components/network)"},
		"test without subnets":    {func(a *backup.Args) { a.Plan.RestoreTest.SubnetIDs = nil }, "Plan.RestoreTest.SubnetIDs is missing: it takes the IDs of isolated subnets (see components/network)"},
	} {
		t.Run(title, func(t *testing.T) {
			got := refused(t, changed(c.change))
			assert.Contains(t, got, `backup "backup": `)
			assert.Contains(t, got, c.want)
			assert.NotContains(t, got, "problems", "only what is wrong is reported")
		})
	}
	assert.Equal(t, `backup "backup": Args is missing: it takes the arguments of a backup`, refused(t, nil))
}

func TestEveryProblemIsReportedAtOnce(t *testing.T) {
	got := refused(t, &backup.Args{LockChangeableDays: 1, ForceDestroy: true, Plan: &backup.Plan{RestoreTest: &backup.RestoreTest{}}})
	assert.True(t, strings.HasPrefix(got, `backup "backup": 9 problems:`), got)
	for _, argument := range []string{
		"VaultName", "KeyArn", "LockMinDays", "LockMaxDays", "LockChangeableDays", "AlarmTopicArn", "ForceDestroy",
		"Plan.RestoreTest.VpcID", "Plan.RestoreTest.SubnetIDs",
	} {
		assert.Contains(t, got, "\n  - "+argument+" ")
	}
}

func TestArgumentsAtTheirLimits(t *testing.T) {
	for title, change := range map[string]func(*backup.Args){
		"shortest name":       func(a *backup.Args) { a.VaultName = "ab" },
		"longest name":        func(a *backup.Args) { a.VaultName = strings.Repeat("a", 50) },
		"loosest lock":        func(a *backup.Args) { a.LockMinDays, a.LockMaxDays = 1, 36500 },
		"tightest lock":       func(a *backup.Args) { a.LockMinDays, a.LockMaxDays = 35, 2557 },
		"soonest irrevocable": func(a *backup.Args) { a.LockChangeableDays = 3 },
		"latest irrevocable":  func(a *backup.Args) { a.LockChangeableDays = 36500 },
		"disposable":          func(a *backup.Args) { a.ForceDestroy, a.LockChangeableDays, a.Protect = true, 0, false },
	} {
		t.Run(title, func(t *testing.T) { planned(t, changed(change)) })
	}
}

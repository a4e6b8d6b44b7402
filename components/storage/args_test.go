package storage_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/storage"
	"github.com/carebase/carebase/componenttest"
)

func refused(t *testing.T, args *storage.Args) string {
	t.Helper()
	return componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := storage.New(ctx, "bucket", args, opts...)
		return err
	}).Error()
}

func TestRefusedArgs(t *testing.T) {
	for _, c := range []struct {
		name    string
		purpose storage.Purpose
		change  func(*storage.Args)
		want    string
	}{
		{"no purpose", storage.Files, func(a *storage.Args) { a.Purpose = "" },
			`Purpose = "": allowed is frontend, files, logs, backups, audit`},
		{"unknown purpose", storage.Files, func(a *storage.Args) { a.Purpose = "public" }, `Purpose = "public"`},
		{"no key", storage.Files, func(a *storage.Args) { a.KeyArn = nil }, "KeyArn is missing"},
		{"no key for the frontend", storage.Frontend, func(a *storage.Args) { a.KeyArn = nil }, "KeyArn is missing"},
		{"no key for backups", storage.Backups, func(a *storage.Args) { a.KeyArn = nil }, "KeyArn is missing"},
		{"no key for audit", storage.Audit, func(a *storage.Args) { a.KeyArn = nil }, "KeyArn is missing"},
		{"a key for logs", storage.Logs, func(a *storage.Args) { a.KeyArn = pulumi.String(keyArn) },
			`KeyArn = "given": allowed is none`},
		{"no log bucket", storage.Files, func(a *storage.Args) { a.LogBucket = nil }, "LogBucket is missing"},
		{"no log bucket for the frontend", storage.Frontend, func(a *storage.Args) { a.LogBucket = nil }, "LogBucket is missing"},
		{"no log bucket for backups", storage.Backups, func(a *storage.Args) { a.LogBucket = nil }, "LogBucket is missing"},
		{"no log bucket for audit", storage.Audit, func(a *storage.Args) { a.LogBucket = nil }, "LogBucket is missing"},
		{"logs that log themselves", storage.Logs, func(a *storage.Args) { a.LogBucket = pulumi.String("logs") },
			`LogBucket = "given": allowed is none`},
		{"no retention", storage.Logs, func(a *storage.Args) { a.RetentionDays = 0 },
			"RetentionDays = 0: allowed is 30 to 3653"},
		{"no retention of deleted documents", storage.Files, func(a *storage.Args) { a.RetentionDays = 0 }, "RetentionDays = 0"},
		{"short retention", storage.Backups, func(a *storage.Args) { a.RetentionDays, a.ObjectLockDays = 29, 1 },
			"RetentionDays = 29: allowed is 30 to 3653"},
		{"long retention", storage.Audit, func(a *storage.Args) { a.RetentionDays = 3654 },
			"RetentionDays = 3654: allowed is 30 to 3653"},
		{"an application that expires", storage.Frontend, func(a *storage.Args) { a.RetentionDays = 30 },
			"RetentionDays = 30: allowed is none"},
		{"no lock on backups", storage.Backups, func(a *storage.Args) { a.ObjectLockDays = 0 },
			"ObjectLockDays = 0: allowed is 1 to 2557"},
		{"no lock on audit", storage.Audit, func(a *storage.Args) { a.ObjectLockDays = 0 }, "ObjectLockDays = 0"},
		{"negative lock", storage.Audit, func(a *storage.Args) { a.ObjectLockDays = -1 }, "ObjectLockDays = -1"},
		{"locked for longer than kept", storage.Audit, func(a *storage.Args) { a.RetentionDays, a.ObjectLockDays = 365, 366 },
			"ObjectLockDays = 366: allowed is 1 to 365"},
		{"a lock on documents", storage.Files, func(a *storage.Args) { a.ObjectLockDays = 30 },
			"ObjectLockDays = 30: allowed is none"},
		{"a lock on logs", storage.Logs, func(a *storage.Args) { a.ObjectLockDays = 30 }, "ObjectLockDays = 30"},
		{"protected and disposable", storage.Files, func(a *storage.Args) { a.Protect, a.ForceDestroy = true, true },
			"ForceDestroy = true: allowed is false where Protect is true"},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := valid(c.purpose)
			c.change(args)
			message := refused(t, args)
			assert.Contains(t, message, c.want)
			assert.NotContains(t, message, "problems", "one problem is reported as several")
		})
	}
}

func TestBucketNames(t *testing.T) {
	for name, allowed := range map[string]bool{
		"":                            false,
		"ab":                          false,
		"abc":                         true,
		strings.Repeat("a", 63):       true,
		strings.Repeat("a", 64):       false,
		"careconnect-prod-files":      true,
		"0-9":                         true,
		"CareConnect-prod-files":      false,
		"careConnect-prod-files":      false,
		"careconnect_prod_files":      false,
		"careconnect.prod.files":      false,
		"192.168.5.4":                 false,
		"-careconnect":                false,
		"careconnect-":                false,
		"care connect":                false,
		"careconnect/files":           false,
		"careconnéct":                 false,
		"careconnect\n":               false,
		"xn--careconnect":             false,
		"sthree-careconnect":          false,
		"amzn-s3-demo-bucket":         false,
		"careconnect-s3alias":         false,
		"careconnect--ol-s3":          false,
		"careconnect--use1-az1--x-s3": false,
		"careconnect--table-s3":       false,
		"careconnect-us-east-1-an":    false,
		"careconnect-plan":            true,
	} {
		t.Run(name, func(t *testing.T) {
			args := valid(storage.Files)
			args.BucketName = name
			if allowed {
				componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
					_, err := storage.New(ctx, "files", args, opts...)
					return err
				})
				return
			}
			assert.Contains(t, refused(t, args), "BucketName = ")
		})
	}
}

func TestEveryProblemAtOnce(t *testing.T) {
	message := refused(t, &storage.Args{
		Purpose: storage.Backups, BucketName: "Backups", RetentionDays: 7, Protect: true, ForceDestroy: true,
	})
	for _, argument := range []string{
		"BucketName", "KeyArn", "LogBucket", "RetentionDays", "ObjectLockDays", "ForceDestroy",
	} {
		assert.Contains(t, message, argument)
	}
	assert.Contains(t, message, `storage "bucket": 6 problems`)
}

func TestNoArgs(t *testing.T) {
	assert.Contains(t, refused(t, nil), "Args is missing")
}

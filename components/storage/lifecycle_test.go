package storage_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/storage"
	"github.com/carebase/carebase/componenttest"
)

func move(age float64, class string) any {
	return map[string]any{"days": age, "storageClass": class}
}

func moveNoncurrent(age float64, class string) any {
	return map[string]any{"noncurrentDays": age, "storageClass": class}
}

func TestLifecycle(t *testing.T) {
	archive := []any{move(30, "STANDARD_IA"), move(90, "GLACIER"), move(365, "DEEP_ARCHIVE")}
	expired := func(days float64) any { return map[string]any{"days": days} }
	markers := map[string]any{"expiredObjectDeleteMarker": true}

	for _, c := range []struct {
		name           string
		purpose        storage.Purpose
		retention      int
		expiration     any
		transitions    any
		noncurrent     float64
		oldTransitions any
	}{
		{
			name: "backups", purpose: storage.Backups, retention: 2557,
			expiration: expired(2557), transitions: archive, noncurrent: 30,
		},
		{
			name: "audit", purpose: storage.Audit, retention: 2557,
			expiration: expired(2557), transitions: archive, noncurrent: 30,
		},
		{
			name: "logs", purpose: storage.Logs, retention: 2557,
			expiration: expired(2557), transitions: archive, noncurrent: 30,
		},
		{
			name: "documents never expire and can always be read at once", purpose: storage.Files, retention: 2557,
			expiration: markers, transitions: []any{move(30, "STANDARD_IA"), move(90, "GLACIER_IR")}, noncurrent: 2557,
			oldTransitions: []any{moveNoncurrent(30, "STANDARD_IA"), moveNoncurrent(90, "GLACIER_IR")},
		},
		{
			name: "documents of a test stack are recoverable for a month", purpose: storage.Files, retention: 30,
			expiration: markers, transitions: []any{move(30, "STANDARD_IA"), move(90, "GLACIER_IR")}, noncurrent: 30,
		},
		{
			name: "the web application stays where it is", purpose: storage.Frontend,
			expiration: markers, noncurrent: 30,
		},
		{
			name: "a month of logs is not worth a move", purpose: storage.Logs, retention: 30,
			expiration: expired(30), noncurrent: 30,
		},
		{
			name: "too short for the first move", purpose: storage.Logs, retention: 59,
			expiration: expired(59), noncurrent: 30,
		},
		{
			name: "just long enough for it", purpose: storage.Logs, retention: 60,
			expiration: expired(60), transitions: archive[:1], noncurrent: 30,
		},
		{
			name: "a year of logs is not worth the deep archive", purpose: storage.Logs, retention: 365,
			expiration: expired(365), transitions: archive[:2], noncurrent: 30,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := plan(t, c.purpose, func(a *storage.Args) {
				a.RetentionDays = c.retention
				a.ObjectLockDays = min(a.ObjectLockDays, c.retention)
			})
			configuration := one(t, g, lifecycle)
			want := map[string]any{
				"id": "all-objects", "status": "Enabled",
				"filter":                         map[string]any{"prefix": ""},
				"abortIncompleteMultipartUpload": map[string]any{"daysAfterInitiation": 7.0},
				"noncurrentVersionExpiration":    map[string]any{"noncurrentDays": c.noncurrent},
				"expiration":                     c.expiration,
			}
			if c.transitions != nil {
				want["transitions"] = c.transitions
			}
			if c.oldTransitions != nil {
				want["noncurrentVersionTransitions"] = c.oldTransitions
			}
			assert.Equal(t, []any{want}, componenttest.Input(t, configuration, "rules"))
			assert.Equal(t, "all_storage_classes_128K",
				componenttest.Input(t, configuration, "transitionDefaultMinimumObjectSize"))
		})
	}
}

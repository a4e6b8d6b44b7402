package backup_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/backup"
	"github.com/carebase/carebase/componenttest"
)

var failures = map[string]map[string]any{
	"backup-backup-failed": {
		"source": []any{"aws.backup"}, "detail-type": []any{"Backup Job State Change"},
		"detail": map[string]any{
			"backupVaultArn": []any{"${backup-vault.arn}"}, "state": []any{"ABORTED", "EXPIRED", "FAILED"},
		},
	},
	"backup-copy-failed": {
		"source": []any{"aws.backup"}, "detail-type": []any{"Copy Job State Change"},
		"detail": map[string]any{"sourceBackupVaultArn": []any{"${backup-vault.arn}"}, "state": []any{"FAILED"}},
	},
	"backup-restore-failed": {
		"source": []any{"aws.backup"}, "detail-type": []any{"Restore Job State Change"},
		"detail": map[string]any{"iamRoleArn": []any{"${backup-restore-role.arn}"}, "status": []any{"ABORTED", "FAILED"}},
	},
}

func TestFailuresAreHeardOf(t *testing.T) {
	for title, c := range map[string]struct {
		change func(*backup.Args)
		want   []string
	}{
		"copied":     {func(*backup.Args) {}, []string{"backup-backup-failed", "backup-copy-failed", "backup-restore-failed"}},
		"one region": {func(a *backup.Args) { a.Plan.CopyToVaultArn = nil }, []string{"backup-backup-failed", "backup-restore-failed"}},
		"vault only": {func(a *backup.Args) { a.Plan = nil }, []string{"backup-restore-failed"}},
	} {
		t.Run(title, func(t *testing.T) {
			g := planned(t, changed(c.change))
			assert.Len(t, g.OfType(targetType), len(c.want))
			for _, name := range c.want {
				rule := componenttest.Find(t, g, eventType, name)
				assert.Equal(t, failures[name], componenttest.JSON(t, rule, "eventPattern"))
				assert.NotEmpty(t, componenttest.Input(t, rule, "description"))
				assert.Nil(t, componenttest.Input(t, rule, "state"))

				target := componenttest.Find(t, g, targetType, name+"-alarm")
				assert.Equal(t, "${"+name+".name}", componenttest.Input(t, target, "rule"))
				assert.Equal(t, alarmTopic, componenttest.Input(t, target, "arn"))
			}
		})
	}
}

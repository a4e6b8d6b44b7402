package cloud

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/failover"
)

// answered opens a region for which answer answers, and returns where its calls are counted, by action.
func answered(t *testing.T, answer func(w http.ResponseWriter, action string)) (*Region, map[string]int) {
	t.Helper()
	calls := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		action := r.FormValue("Action")
		calls[action]++
		answer(w, action)
	}))
	t.Cleanup(server.Close)
	elsewhere(t, server.URL)
	region, err := Open(t.Context(), "us-west-2")
	require.NoError(t, err)
	return region, calls
}

// elsewhere sends what is for AWS to an address.
func elsewhere(t *testing.T, address string) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": address, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "HTTP_PROXY": "", "http_proxy": "",
	} {
		t.Setenv(name, value)
	}
}

func refuse(w http.ResponseWriter, code, message string) {
	w.WriteHeader(http.StatusBadRequest)
	fmt.Fprintf(w, "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>", code, message)
}

// RDS takes no second snapshot of an instance while it takes one, and says so.
func TestASnapshotIsAskedForOnce(t *testing.T) {
	status := ""
	region, calls := answered(t, func(w http.ResponseWriter, action string) {
		switch {
		case action == "CreateDBSnapshot" && status == "":
			status = "creating"
			fmt.Fprint(w, "<CreateDBSnapshotResponse><CreateDBSnapshotResult><DBSnapshot><Status>creating</Status></DBSnapshot></CreateDBSnapshotResult></CreateDBSnapshotResponse>")
		case action == "CreateDBSnapshot":
			refuse(w, "InvalidDBInstanceState", "Instance db is currently backing-up")
		case status == "":
			refuse(w, "DBSnapshotNotFound", "DBSnapshot not found: kept")
		default:
			fmt.Fprintf(w, "<DescribeDBSnapshotsResponse><DescribeDBSnapshotsResult><DBSnapshots><DBSnapshot><Status>%s</Status></DBSnapshot></DBSnapshots></DescribeDBSnapshotsResult></DescribeDBSnapshotsResponse>", status)
		}
	})
	look := func() string {
		got, err := region.Snapshot(t.Context(), "db", "kept")
		require.NoError(t, err)
		return got
	}
	assert.Equal(t, []string{"creating", "creating"}, []string{look(), look()})
	status = "available"
	assert.Equal(t, "available", look())
	assert.Equal(t, 1, calls["CreateDBSnapshot"])
}

func TestASnapshotWaitsForAnInstanceThatIsBusy(t *testing.T) {
	code := "InvalidDBInstanceState"
	region, _ := answered(t, func(w http.ResponseWriter, action string) {
		if action == "DescribeDBSnapshots" {
			refuse(w, "DBSnapshotNotFound", "")
			return
		}
		refuse(w, code, "Instance db is currently backing-up")
	})
	for _, test := range []struct{ code, status, err string }{
		{"InvalidDBInstanceState", "not begun: Instance db is currently backing-up", ""},
		{"DBSnapshotAlreadyExists", "creating", ""},
		{"DBInstanceNotFound", "", "DBInstanceNotFound"},
	} {
		code = test.code
		status, err := region.Snapshot(t.Context(), "db", "kept")
		assert.Equal(t, test.status, status, code)
		if test.err == "" {
			assert.NoError(t, err, code)
		} else {
			assert.ErrorContains(t, err, test.err)
		}
	}
}

func TestTheReplicatedBackupIsTheLatestThatGoesOn(t *testing.T) {
	const arn = "arn:aws:rds:us-east-1:123456789012:db:careconnect-prod-db"
	one := func(name, of, status, until string) string {
		return fmt.Sprintf("<DBInstanceAutomatedBackup><DBInstanceAutomatedBackupsArn>%s</DBInstanceAutomatedBackupsArn><DBInstanceArn>%s</DBInstanceArn>"+
			"<Status>%s</Status><RestoreWindow><LatestTime>%s</LatestTime></RestoreWindow></DBInstanceAutomatedBackup>", name, of, status, until)
	}
	fresh := strings.Replace(one("new", arn, "pending", ""), "<RestoreWindow><LatestTime></LatestTime></RestoreWindow>", "", 1)
	retained := one("kept", arn, "retained", "2026-11-21T04:00:00Z")
	older, newer := one("older", arn, "replicating", "2026-11-21T02:00:00Z"), one("newer", arn, "replicating", "2026-11-21T03:00:00Z")
	other := one("other", arn+"-2", "replicating", "2026-11-21T05:00:00Z")
	for name, test := range map[string]struct {
		there []string
		want  failover.Backup
	}{
		"behind a retained one": {[]string{retained, other, newer}, failover.Backup{Arn: "newer", Status: "replicating", LatestRestorable: time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)}},
		"the latest, first":     {[]string{newer, older, fresh}, failover.Backup{Arn: "newer", Status: "replicating", LatestRestorable: time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)}},
		"the latest, last":      {[]string{fresh, older, newer}, failover.Backup{Arn: "newer", Status: "replicating", LatestRestorable: time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)}},
		"none restorable yet":   {[]string{retained, fresh}, failover.Backup{Arn: "new", Status: "pending"}},
		"only retained":         {[]string{retained, other}, failover.Backup{}},
	} {
		region, _ := answered(t, func(w http.ResponseWriter, _ string) {
			fmt.Fprintf(w, "<DescribeDBInstanceAutomatedBackupsResponse><DescribeDBInstanceAutomatedBackupsResult><DBInstanceAutomatedBackups>%s</DBInstanceAutomatedBackups>"+
				"</DescribeDBInstanceAutomatedBackupsResult></DescribeDBInstanceAutomatedBackupsResponse>", strings.Join(test.there, ""))
		})
		got, err := region.AutomatedBackup(t.Context(), arn)
		if test.want.Arn == "" {
			require.ErrorIs(t, err, failover.ErrNotFound, name)
			continue
		}
		require.NoError(t, err, name)
		assert.Equal(t, test.want, got, name)
	}
}

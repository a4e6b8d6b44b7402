//go:build engine

package failover

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fence stops what runs in a region that was lost when its system was failed over, and answers again.
func fence(t *testing.T, s *system) {
	s.b.cutOff("")
	s.runs(t, east, 3, false)
	code, output := s.run(t, "status", "dr")
	assert.Equal(t, 3, code)
	assert.Contains(t, output, "writing to old data: carebase dr fence dr")
	code, output = s.run(t, "fence", "dr", "--yes")
	require.Zero(t, code, output)
	s.runs(t, east, 0, true)
	s.runs(t, west, 3, false)
	assert.Equal(t, "fenced", s.reported(t, "fence").Outcome)
	_, output = s.run(t, "status", "dr")
	assert.NotContains(t, output, "carebase dr fence dr")
}

// failBack makes the old primary a replica of the recovery, and returns to it.
func failBack(t *testing.T, s *system) {
	old, served := s.database(t, east, primary), s.database(t, west, replica)
	prepare := []string{"ready", "stop-primary", "keep-primary"}
	s.interrupted(t, "failback", prepare, nil)
	s.runKilled(t, false, func() bool { return len(s.databases(t, east)) == 1 && len(s.named(t, east, primary)) == 0 }, "failback", "dr", "--yes", "--resume")
	code, output := s.run(t, "failback", "dr", "--yes", "--resume")
	require.Zero(t, code, output)
	assert.Contains(t, output, "carebase dr failback dr --resume --return")
	prepare = append(prepare, "rebuild-primary")
	assert.Equal(t, prepare, s.done(t, "failback"))

	kept := s.aside(t, primary)
	s.keeps(t, east, kept, aws.ToString(old.DbiResourceId))
	rebuilt := s.database(t, east, primary)
	assert.Equal(t, aws.ToString(served.DBInstanceArn), aws.ToString(rebuilt.ReadReplicaSourceDBInstanceIdentifier))
	assert.Equal(t, aws.ToString(old.KmsKeyId), aws.ToString(rebuilt.KmsKeyId))
	require.NotEqual(t, aws.ToInt32(old.MaxAllocatedStorage), aws.ToInt32(rebuilt.MaxAllocatedStorage), "the update has something to change")
	assert.True(t, aws.ToBool(rebuilt.MultiAZ), "no standby has to be made in the window")
	assert.Equal(t, aws.ToString(old.DBParameterGroups[0].DBParameterGroupName), aws.ToString(rebuilt.DBParameterGroups[0].DBParameterGroupName))
	assert.True(t, s.b.switched(), "people are served on")
	s.runs(t, west, 3, false)

	takeBack(t, s, aws.ToString(rebuilt.DbiResourceId))
	code, output = s.run(t, "failback", "dr", "--yes")
	require.Zero(t, code, output)
	assert.Equal(t, prepare, s.done(t, "failback"))
	s.keeps(t, east, kept, aws.ToString(old.DbiResourceId))
	require.Len(t, s.databases(t, east), 2, "nothing was kept or rebuilt a second time")

	window := []string{"stop-recovery", "follow", "promote-primary", "update-primary", "start-primary", "return", "verify-primary", "keep-recovery", "rebuild-recovery"}
	s.interrupted(t, "failback", window, map[string][]interruption{
		"promote-primary": {{alone: true, when: func() bool { return !follows(s.database(t, east, primary)) }}},
		// While the engine reads the state, and when it has changed the database.
		"update-primary": {
			{when: func() bool { return s.began(t, "failback", "update-primary") && s.locked(t) }},
			{when: func() bool {
				return aws.ToInt32(s.database(t, east, primary).MaxAllocatedStorage) == aws.ToInt32(old.MaxAllocatedStorage)
			}},
		},
		"return":           {{when: func() bool { return !s.b.switched() }}},
		"rebuild-recovery": {{when: func() bool { return len(s.databases(t, west)) == 1 && len(s.named(t, west, replica)) == 0 }}},
	}, "--return")
	s.runKilled(t, true, func() bool { return s.began(t, "failback", "stand-by") && s.locked(t) }, "failback", "dr", "--yes", "--resume", "--return")
	code, output = s.run(t, "failback", "dr", "--yes", "--resume", "--return")
	require.Zero(t, code, output)
	assert.Equal(t, slices.Concat(prepare, window, []string{"stand-by"}), s.done(t, "failback"))
	assert.Equal(t, "failed back", s.reported(t, "failback").Outcome)

	now := s.database(t, east, primary)
	assert.Equal(t, aws.ToString(rebuilt.DbiResourceId), aws.ToString(now.DbiResourceId), "promoted in place")
	assert.False(t, follows(now))
	assert.Equal(t, []any{int32(30), true, true}, []any{aws.ToInt32(now.BackupRetentionPeriod), aws.ToBool(now.MultiAZ), aws.ToBool(now.DeletionProtection)})
	s.keeps(t, east, kept, aws.ToString(old.DbiResourceId))
	s.keeps(t, west, s.aside(t, replica), aws.ToString(served.DbiResourceId))
	assert.Equal(t, aws.ToString(now.DBInstanceArn), aws.ToString(s.database(t, west, replica).ReadReplicaSourceDBInstanceIdentifier))
	assert.False(t, s.b.switched(), "traffic goes to the primary")
	s.published(t, 0)
	s.refusesDeletes(t, false)
	s.runs(t, east, 3, false)
	s.runs(t, west, 0, true)
	outputs := s.dr.Outputs(t)
	assert.Equal(t, []any{false, false}, []any{outputs["active"], outputs["promoted"]})
	_, output = s.run(t, "status", "dr")
	assert.Contains(t, output, "standing by")
	code, output = s.run(t, "fence", "dr", "--yes")
	assert.Equal(t, 1, code)
	assert.Contains(t, output, "is not failed over")
	s.runs(t, east, 3, false)
	unchanged(t, s.prod)
	unchanged(t, s.dr)
}

// takeBack begins the window, finds the primary region lost again, and takes the window back without it. The tool is killed
// while nobody is served, and while it starts the services.
func takeBack(t *testing.T, s *system, rebuilt string) {
	s.interrupted(t, "failback", []string{"stop-recovery"}, nil, "--return")
	s.runs(t, west, 0, true)
	s.b.cutOff(east)
	defer s.b.cutOff("")
	s.runKilled(t, false, func() bool { return s.began(t, "failback", "serve-again") }, "failback", "dr", "--yes", "--abort")
	code, output := s.run(t, "failback", "dr", "--yes", "--resume", "--return")
	assert.Equal(t, 1, code)
	assert.Contains(t, output, "--abort", "it goes in one direction only")
	s.runs(t, west, 0, true)
	began := time.Now()
	code, output = s.run(t, "failback", "dr", "--yes", "--abort")
	require.Zero(t, code, output)
	assert.Empty(t, s.b.calls(east, began, time.Now()), "the region that is lost is not asked")
	assert.Equal(t, "not failed back", s.reported(t, "failback").Outcome)
	s.runs(t, west, 3, false)
	assert.True(t, s.b.switched(), "traffic never left")
	there := s.database(t, east, primary)
	assert.Equal(t, rebuilt, aws.ToString(there.DbiResourceId))
	assert.True(t, follows(there))
}

// aside is the name under which the last failback keeps a database.
func (s *system) aside(t *testing.T, identifier string) string {
	t.Helper()
	return identifier + "-kept-" + s.records(t, "failback")[0].Time.UTC().Format("20060102-150405")
}

// databases of a region by identifier and resource id.
func (s *system) databases(t *testing.T, region string) (list []string) {
	t.Helper()
	answer, err := rds.NewFromConfig(s.e.Config(region)).DescribeDBInstances(t.Context(), &rds.DescribeDBInstancesInput{})
	require.NoError(t, err)
	for _, one := range answer.DBInstances {
		list = append(list, aws.ToString(one.DBInstanceIdentifier)+" "+aws.ToString(one.DbiResourceId))
	}
	slices.Sort(list)
	return list
}

// named finds the databases of a region with that identifier.
func (s *system) named(t *testing.T, region, identifier string) (list []string) {
	t.Helper()
	return slices.DeleteFunc(s.databases(t, region), func(one string) bool { return !strings.HasPrefix(one, identifier+" ") })
}

// keeps asserts that an instance was set aside under that name, with a snapshot of the same name.
func (s *system) keeps(t *testing.T, region, name, resourceID string) {
	t.Helper()
	assert.Equal(t, resourceID, aws.ToString(s.database(t, region, name).DbiResourceId), "it is the same instance")
	answer, err := rds.NewFromConfig(s.e.Config(region)).DescribeDBSnapshots(t.Context(), &rds.DescribeDBSnapshotsInput{DBSnapshotIdentifier: &name})
	require.NoError(t, err)
	require.Len(t, answer.DBSnapshots, 1)
	snapshot := answer.DBSnapshots[0]
	assert.Equal(t, []string{"available", resourceID}, []string{aws.ToString(snapshot.Status), aws.ToString(snapshot.DbiResourceId)})
}

// failOverThere fails over with the primary there: the fence reaches it, and nothing calls it after that.
func failOverThere(t *testing.T, s *system) {
	before := s.database(t, west, replica)
	s.runs(t, east, 3, false)
	code, output := s.run(t, "failover", "dr", "--yes", "--accept", "resolves")
	ended := time.Now()
	require.Zero(t, code, output)
	sealed := s.doneAt(t, "failover", "fence")
	assert.Empty(t, s.b.calls(east, sealed, ended), "after the fence nothing is asked of the primary region, which would answer")
	assert.NotEmpty(t, s.b.calls(east, sealed.Add(-time.Minute), sealed), "the fence reached it")
	s.runs(t, east, 0, true)
	s.active(t, before)
	made := s.reported(t, "failover")
	assert.Equal(t, "failed over", made.Outcome)
	for _, figure := range made.Reached {
		if figure.Name == "RPO" {
			assert.Zero(t, figure.Seconds, figure.Basis)
		}
	}
	assert.Contains(t, fmt.Sprint(made.Facts), "every task in "+east+" was seen STOPPED at")
	unchanged(t, s.dr)
}

//go:build engine

package failover

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// drill restores the replicated backup beside a system that stands by, and takes it down.
func drill(t *testing.T, s *system) {
	type side struct{ databases, groups []string }
	look := func() map[string]side {
		return map[string]side{east: {s.databases(t, east), s.groups(t, east)}, west: {s.databases(t, west), s.groups(t, west)}}
	}
	before, began := look(), time.Now()
	s.interrupted(t, "drill", []string{"find", "isolate", "restore"}, nil)
	code, output := s.run(t, "drill", "dr", "--yes", "--resume")
	ended := time.Now()
	require.Zero(t, code, output)
	assert.Equal(t, []string{"find", "isolate", "restore", "inspect", "tear-down"}, s.done(t, "drill"))
	assert.Equal(t, before, look(), "nothing is left, and what serves is as it was")
	s.runs(t, east, 3, false)
	s.runs(t, west, 0, true)
	assert.Empty(t, s.b.calls(east, began, ended), "nothing is asked of the primary region")
	var changed []string
	for _, one := range s.b.calls(west, began, ended) {
		if !regexp.MustCompile(`[. ](Describe|List|Get)`).MatchString(one) {
			changed = append(changed, one)
		}
	}
	slices.Sort(changed)
	assert.Equal(t, []string{
		"ec2 CreateSecurityGroup", "ec2 DeleteSecurityGroup", "ec2 RevokeSecurityGroupEgress",
		"rds DeleteDBInstance", "rds RestoreDBInstanceToPointInTime",
	}, slices.Compact(changed))
	made := s.reported(t, "drill")
	assert.Equal(t, "drilled", made.Outcome)
	figures := map[string]int64{}
	for _, figure := range made.Reached {
		figures[figure.Name] = figure.Seconds
	}
	assert.InDelta(t, restorable.Seconds(), figures["Age of the copy"], 60)
	assert.Contains(t, figures, "Restore")
	assert.LessOrEqual(t, figures["Restore"], int64(ended.Sub(began).Seconds()))
}

// groups are the ids of a region's security groups.
func (s *system) groups(t *testing.T, region string) (list []string) {
	t.Helper()
	answer, err := ec2.NewFromConfig(s.e.Config(region)).DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{})
	require.NoError(t, err)
	for _, one := range answer.SecurityGroups {
		list = append(list, aws.ToString(one.GroupId))
	}
	slices.Sort(list)
	return list
}

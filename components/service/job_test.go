package service_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/componenttest"
)

func TestJobHasItsChildren(t *testing.T) {
	smallest := map[string]int{
		"carebase:service:Job":                              1,
		"aws:cloudwatch/logGroup:LogGroup":                  1,
		"aws:ec2/securityGroup:SecurityGroup":               1,
		"aws:ecs/taskDefinition:TaskDefinition":             1,
		"aws:iam/role:Role":                                 2,
		"aws:iam/policy:Policy":                             1,
		"aws:iam/rolePolicyAttachment:RolePolicyAttachment": 1,
	}
	assert.Equal(t, smallest, componenttest.Counts(job(t, jobArgs())))

	args := jobArgs()
	args.TaskArgs = withAll(args.TaskArgs)
	full := plus(smallest, map[string]int{
		"aws:iam/policy:Policy":                                   1,
		"aws:iam/rolePolicyAttachment:RolePolicyAttachment":       1,
		"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 1,
	})
	assert.Equal(t, full, componenttest.Counts(job(t, args)))
}

func TestJobRunsItsCommandAndKeepsEveryLine(t *testing.T) {
	container := containers(t, job(t, jobArgs()), "db-init-definition")["db-init"]
	assert.Equal(t, []any{"psql", "-f", "/init.sql"}, container["command"])
	assert.Equal(t, map[string]any{
		"awslogs-group": "/ecs/careconnect-prod/db-init", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "ecs",
		"mode": "blocking",
	}, container["logConfiguration"].(map[string]any)["options"])
	assert.EqualValues(t, 120, container["stopTimeout"])
	assert.Empty(t, container["portMappings"])
	assert.NotContains(t, container, "healthCheck")
}

func TestNothingReachesAJob(t *testing.T) {
	g := planned(t, "db-init", buildJob(jobArgs()))
	assert.Empty(t, g.OfType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"))
	assert.Len(t, g.OfType("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"), 1)
}

func plus(counts, more map[string]int) map[string]int {
	sum := map[string]int{}
	for typ, n := range counts {
		sum[typ] += n
	}
	for typ, n := range more {
		sum[typ] += n
	}
	return sum
}

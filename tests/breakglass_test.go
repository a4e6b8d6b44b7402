package tests

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
)

// A grant is a statement of an identity policy.
type grant struct {
	Effect           string
	Action, Resource any
	Condition        map[string]map[string]any
}

// grantsOf are the statements of a policy of the plan.
func grantsOf(t *testing.T, g *graph.Graph, name string) []grant {
	t.Helper()
	text, err := json.Marshal(byName(t, g, name).Readable()["policy"])
	require.NoError(t, err)
	if text[0] == '"' { // a document that holds references is a text
		var inner string
		require.NoError(t, json.Unmarshal(text, &inner))
		text = []byte(inner)
	}
	var document struct{ Statement []grant }
	require.NoError(t, json.Unmarshal(text, &document))
	return document.Statement
}

func texts(v any) []string {
	if one, ok := v.(string); ok {
		return []string{one}
	}
	var all []string
	for _, text := range v.([]any) {
		all = append(all, text.(string))
	}
	return all
}

// allows is true where one of the statements names the action, by itself or by a pattern.
func allows(statements []grant, action string) bool {
	return slices.ContainsFunc(statements, func(s grant) bool {
		return slices.ContainsFunc(texts(s.Action), func(pattern string) bool {
			return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*") + "$").MatchString(action)
		})
	})
}

// services are the names of failover/cloud's clients in IAM.
var services = map[string]string{
	"acm": "acm", "autoscaling": "application-autoscaling", "applicationautoscaling": "application-autoscaling", "backup": "backup",
	"cloudwatch": "cloudwatch", "ec2": "ec2", "ecr": "ecr", "ecs": "ecs", "loadbalancing": "elasticloadbalancing", "elasticloadbalancingv2": "elasticloadbalancing",
	"rds": "rds", "s3": "s3", "scheduler": "scheduler", "secretsmanager": "secretsmanager", "servicequotas": "servicequotas",
}

// notInAnEmergency are calls of `carebase dr` that the break-glass role may not make, and why nobody needs them on the night.
var notInAnEmergency = map[string]string{
	"ec2:CreateSecurityGroup":            "drill: in working hours, with the usual way in",
	"ec2:DeleteSecurityGroup":            "drill",
	"ec2:RevokeSecurityGroupEgress":      "drill",
	"rds:CreateDBInstanceReadReplica":    "failback: days later, with the usual way in",
	"rds:CreateDBSnapshot":               "failback",
	"rds:DeleteDBInstance":               "drill, which deletes its own copy: the role deletes no data",
	"rds:RebootDBInstance":               "failback",
	"rds:RestoreDBInstanceToPointInTime": "drill",
}

// Every call that failover/cloud makes is allowed to the role for emergencies, or is named above with the reason. A new call
// belongs to one of the two.
func TestBreakGlassMayDoWhatTheToolDoes(t *testing.T) {
	statements := grantsOf(t, frozen.planned(t, "dr"), "break-glass-failover")
	calls := regexp.MustCompile(`\br\.([a-z0-9]+)\.([A-Z][A-Za-z]+)\(|\b([a-z0-9]+)\.New([A-Z][A-Za-z]+)Paginator\(`)
	files, err := filepath.Glob(filepath.Join(repository, "failover", "cloud", "*.go"))
	require.NoError(t, err)
	found := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, match := range calls.FindAllStringSubmatch(string(text), -1) {
			service, known := services[match[1]+match[3]]
			require.Truef(t, known, "%s: client %s has no name in IAM here", file, match[1]+match[3])
			found[service+":"+match[2]+match[4]] = true
		}
	}
	assert.Greater(t, len(found), 20)
	for action := range found {
		if action == "ecr:DescribeImages" || notInAnEmergency[action] == "" {
			assert.Truef(t, allows(statements, action), "%s: neither allowed to the break-glass role nor named as not needed in an emergency", action)
		} else {
			assert.Falsef(t, allows(statements, action), "%s: allowed, though %s", action, notInAnEmergency[action])
		}
	}
	for action := range notInAnEmergency {
		assert.Truef(t, found[action], "%s: nothing calls it", action)
	}
}

// updates are what an update of a resource of a type calls, besides descriptions.
var updates = map[string][]string{
	"aws:appautoscaling/target:Target":                  {"application-autoscaling:RegisterScalableTarget", "application-autoscaling:DescribeScalableTargets"},
	"aws:backup/selection:Selection":                    {"backup:CreateBackupSelection", "backup:DeleteBackupSelection", "backup:GetBackupSelection", "iam:PassRole"},
	"aws:cloudwatch/dashboard:Dashboard":                {"cloudwatch:PutDashboard", "cloudwatch:GetDashboard"},
	"aws:cloudwatch/metricAlarm:MetricAlarm":            {"cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms", "cloudwatch:TagResource", "cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"},
	"aws:ecs/service:Service":                           {"ecs:UpdateService", "ecs:DescribeServices"},
	"aws:ecs/taskDefinition:TaskDefinition":             {"ecs:RegisterTaskDefinition", "ecs:TagResource", "ecs:DescribeTaskDefinition", "iam:PassRole"},
	"aws:elasticache/replicationGroup:ReplicationGroup": {"elasticache:CreateReplicationGroup", "elasticache:AddTagsToResource", "elasticache:DescribeReplicationGroups"},
	"aws:rds/instance:Instance":                         {"rds:PromoteReadReplica", "rds:ModifyDBInstance", "rds:DescribeDBInstances", "rds:ListTagsForResource"},
}

// So is every update of the recovery stack between its phases, with a warm cache and a cold one.
func TestBreakGlassMayUpdateTheStack(t *testing.T) {
	statements := grantsOf(t, frozen.planned(t, "dr"), "break-glass-failover")
	seen := map[string]bool{}
	for _, cold := range []bool{false, true} {
		for _, step := range [][2]string{{"standby", "step 1"}, {"step 1", "step 2"}} {
			before, after := in(t, step[0], cold), in(t, step[1], cold)
			done := between(before, after)
			for _, r := range slices.Concat(before.Resources, after.Resources) {
				_, changed := done.changed[r.Name]
				if !r.Custom || !changed && !slices.Contains(done.made, r.Name) && !slices.Contains(done.gone, r.Name) {
					continue
				}
				needed, known := updates[r.Type]
				require.Truef(t, known, "%s: what an update of a %s calls is not listed here", r.Name, r.Type)
				seen[r.Type] = true
				for _, action := range needed {
					assert.Truef(t, allows(statements, action), "%s, from %s to %s: %s", r.Name, step[0], step[1], action)
				}
			}
		}
	}
	for typ := range updates {
		assert.Truef(t, seen[typ], "%s: no phase touches one", typ)
	}
}

// So is every command of the runbook that goes to the recovery region before the failback.
func TestBreakGlassMayDoWhatTheRunbookSays(t *testing.T) {
	statements := grantsOf(t, frozen.planned(t, "dr"), "break-glass-failover")
	text, err := os.ReadFile(filepath.Join(repository, "docs", "disaster-recovery.md"))
	require.NoError(t, err)
	night, _, found := strings.Cut(string(text), "\n## Failback\n")
	require.True(t, found)
	checked := 0
	for _, match := range regexp.MustCompile(`(?m)\baws ([a-z0-9-]+) ([a-z-]+)([^\n`+"`"+`]*)`).FindAllStringSubmatch(strings.Join(codeIn(night), "\n"), -1) {
		if match[1] == "configure" || strings.Contains(match[3], "us-east-1") {
			continue
		}
		action := match[1] + ":"
		for _, word := range strings.Split(match[2], "-") {
			action += strings.ToUpper(word[:1]) + word[1:]
		}
		checked++
		assert.Truef(t, allows(statements, action), "%s: the break-glass role may not do that", match[0])
	}
	assert.GreaterOrEqual(t, checked, 2)
}

// What the role may pass are this stack's roles, and what it may write is in the recovery region, but for the fence.
func TestBreakGlassIsNarrow(t *testing.T) {
	g := frozen.planned(t, "dr")
	for _, s := range grantsOf(t, g, "break-glass-failover") {
		assert.Equal(t, "Allow", s.Effect)
		for _, action := range texts(s.Action) {
			switch {
			case strings.HasPrefix(action, "iam:"):
				assert.Equal(t, "iam:PassRole", action)
				assert.Contains(t, [][]string{
					{"${backup-job-role.arn}", "${backend-start-role.arn}", "${backend-task-role.arn}"},
					{"arn:aws:iam::123456789012:role/recovery-failover-switch-*"}, // the primary stack's, for its schedule here
				}, readable(g, texts(s.Resource)))
				assert.NotEmpty(t, s.Condition, "to which service it may be passed")
			case regexp.MustCompile(`:(Describe|List|Get)`).MatchString(action) && !strings.HasPrefix(action, "s3:") && !strings.HasPrefix(action, "kms:"):
				assert.NotContains(t, action, "Value", "a look at a secret is not one at its value")
			case slices.Contains(texts(s.Resource), "*"):
				assert.NotEmptyf(t, s.Condition, "%s everywhere", action)
			}
			assert.NotRegexp(t, `^(s3:(GetObjectVersion|DeleteObjectVersion)|secretsmanager:(GetSecretValue|BatchGet)|logs:(Get|Filter|StartQuery)|rds-db:|rds:Delete|kms:(Schedule|Put))`, action)
		}
	}
	denied := grantsOf(t, g, "break-glass-never")
	for _, action := range []string{
		"rds:DeleteDBInstance", "rds:DeleteDBSnapshot", "backup:DeleteRecoveryPoint", "backup:DeleteBackupVault", "s3:DeleteObjectVersion", "s3:DeleteBucket",
		"s3:PutBucketAcl", "s3:PutBucketPublicAccessBlock", "s3:PutBucketVersioning", "kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:PutKeyPolicy", "cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:PutEventSelectors",
		"logs:DeleteLogGroup", "logs:PutRetentionPolicy", "iam:CreateUser", "iam:CreateAccessKey", "iam:AttachRolePolicy", "iam:PutRolePolicy",
		"iam:UpdateAssumeRolePolicy", "secretsmanager:DeleteSecret", "sts:AssumeRole", "config:StopConfigurationRecorder", "guardduty:DeleteDetector",
	} {
		assert.True(t, allows(denied, action), action)
	}
	for _, s := range denied {
		assert.Equal(t, "Deny", s.Effect)
		assert.Equal(t, []string{"*"}, texts(s.Resource))
	}
}

// readable are texts in which references are as a plan shows them.
func readable(g *graph.Graph, all []string) []string {
	found := make([]string, len(all))
	for i, text := range all {
		for _, reference := range graph.References(text) {
			if r := g.Lookup(reference.URN); r != nil {
				text = strings.ReplaceAll(text, reference.Token(), fmt.Sprintf("${%s.%s}", r.Name, reference.Property))
			}
		}
		found[i] = text
	}
	return found
}

// Use of the role sets off an alarm in both regions, so that it is also seen when one region is lost.
func TestUseOfTheBreakGlassRoleAlarmsInBothRegions(t *testing.T) {
	name := byName(t, frozen.planned(t, "dr"), "break-glass-role").Readable()["name"].(string)
	assert.Equal(t, "careconnect-break-glass", name)
	for _, stack := range []string{"prod", "dr"} {
		g := frozen.planned(t, stack)
		assert.Contains(t, byName(t, g, "audit-break-glass-use-filter").Readable()["pattern"], name, stack)
		assert.Equal(t, []any{"${alerts-topic.arn}"}, byName(t, g, "audit-break-glass-use-alarm").Readable()["alarmActions"], stack)
	}
}

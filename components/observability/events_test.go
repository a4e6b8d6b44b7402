package observability_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/componenttest"
)

func TestEventsThatAreToldOf(t *testing.T) {
	g := planned(t, everything())
	arn := "arn:aws:ecs:us-east-1:" + componenttest.Account + ":"
	services, cluster := arn+"service/prod/", arn+"cluster/prod"
	for name, want := range map[string]map[string]any{
		"deployment-failed": {
			"source": []any{"aws.ecs"}, "detail-type": []any{"ECS Deployment State Change"},
			"resources": []any{map[string]any{"prefix": services}},
			"detail":    map[string]any{"eventName": []any{"SERVICE_DEPLOYMENT_FAILED"}},
		},
		"service-impaired": {
			"source": []any{"aws.ecs"}, "detail-type": []any{"ECS Service Action"},
			"detail": map[string]any{"clusterArn": []any{cluster}, "eventType": []any{"WARN", "ERROR"}},
		},
		"task-failed": {
			"source": []any{"aws.ecs"}, "detail-type": []any{"ECS Task State Change"},
			"detail": map[string]any{
				"clusterArn": []any{cluster}, "lastStatus": []any{"STOPPED"},
				"$or": []any{
					map[string]any{"stopCode": []any{"TaskFailedToStart"}},
					map[string]any{
						"stopCode":   []any{"EssentialContainerExited"},
						"containers": map[string]any{"exitCode": []any{map[string]any{"anything-but": 0.0}}},
					},
					map[string]any{"stoppedReason": []any{map[string]any{"prefix": "Task failed"}}},
				},
			},
		},
		"guardduty": {
			"source": []any{"aws.guardduty"}, "detail-type": []any{"GuardDuty Finding"},
			"detail": map[string]any{"severity": []any{map[string]any{"numeric": []any{">=", 4.0}}}},
		},
		"security-hub": {
			"source": []any{"aws.securityhub"}, "detail-type": []any{"Security Hub Findings - Imported"},
			"detail": map[string]any{"findings": map[string]any{
				"ProductName": []any{map[string]any{"anything-but": "GuardDuty"}},
				"RecordState": []any{"ACTIVE"},
				"Severity":    map[string]any{"Label": []any{"HIGH", "CRITICAL"}},
				"Workflow":    map[string]any{"Status": []any{"NEW"}},
			}},
		},
	} {
		rule := componenttest.Find(t, g, ruleType, "alarms-"+name)
		assert.Equal(t, want, componenttest.JSON(t, rule, "eventPattern"), name)
		assert.NotEmpty(t, componenttest.Input(t, rule, "description"))
		assert.Len(t, rule.Inputs.AsMap(), 2, "%s: a rule is on, on the default bus, and named by Pulumi", name)
	}
}

var variable = regexp.MustCompile(`<([a-z]+)>`)

func TestEventsGoToTheTopicInWordsForPeople(t *testing.T) {
	g := planned(t, everything())
	for _, name := range []string{
		"deployment-failed", "service-impaired", "task-failed", "certificate-events", "aws-health", "image-findings", "rotation-failed",
		"guardduty", "security-hub",
	} {
		target := componenttest.Find(t, g, targetType, "alarms-"+name+"-target")
		assert.Equal(t, "${alarms-"+name+".name}", componenttest.Input(t, target, "rule"))
		assert.Equal(t, topicArn, componenttest.Input(t, target, "arn"))
		assert.Nil(t, componenttest.Input(t, target, "roleArn"), "a role makes deliveries to an encrypted topic fail")

		paths, ok := componenttest.Input(t, target, "inputTransformer.inputPaths").(map[string]any)
		require.True(t, ok)
		template, ok := componenttest.Input(t, target, "inputTransformer.inputTemplate").(string)
		require.True(t, ok)
		assert.LessOrEqual(t, len(template), 8192)

		// EventBridge puts JSON where the variables are. What comes out must be JSON, with a value for each.
		used := map[string]bool{}
		message := variable.ReplaceAllStringFunc(template, func(v string) string {
			used[strings.Trim(v, "<>")] = true
			return `{"value":"of \"it\""}`
		})
		var object map[string]any
		require.NoError(t, json.Unmarshal([]byte(message), &object), message)
		assert.NotEmpty(t, object["what"], name)
		assert.NotEmpty(t, object["do"], name)
		assert.Contains(t, []any{"PAGE", "NOTICE"}, object["severity"], name)
		assert.Regexp(t, `^docs/operations\.md#[a-z-]+$`, object["runbook"], name)
		for path := range paths {
			assert.True(t, used[path], "%s: %s is not used", name, path)
		}
		assert.Len(t, used, len(paths), "%s: a variable has no path", name)
	}
}

func TestWhereEventsHaveWhatIsTold(t *testing.T) {
	g := planned(t, everything())
	for name, want := range map[string]map[string]any{
		"guardduty": {
			"account": "$.account", "region": "$.region", "level": "$.detail.severity", "title": "$.detail.title",
			"type": "$.detail.type", "id": "$.detail.id",
		},
		"security-hub": {
			"account": "$.account", "region": "$.region", "level": "$.detail.findings[0].Severity.Label",
			"title": "$.detail.findings[0].Title", "resource": "$.detail.findings[0].Resources[0].Id", "id": "$.detail.findings[0].Id",
		},
	} {
		target := componenttest.Find(t, g, targetType, "alarms-"+name+"-target")
		assert.Equal(t, want, componenttest.Input(t, target, "inputTransformer.inputPaths"), name)
	}
}

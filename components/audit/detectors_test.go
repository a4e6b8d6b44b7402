package audit_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/audit"
	"github.com/carebase/carebase/componenttest"
)

func TestGuardDuty(t *testing.T) {
	g := planned(t, production())
	detector := componenttest.Find(t, g, detectorType, "audit-guardduty")
	assert.Equal(t, true, componenttest.Input(t, detector, "enable"))
	assert.Equal(t, "FIFTEEN_MINUTES", componenttest.Input(t, detector, "findingPublishingFrequency"))
	for name, feature := range map[string]string{
		"s3": "S3_DATA_EVENTS", "rds-sign-in": "RDS_LOGIN_EVENTS", "lambda": "LAMBDA_NETWORK_LOGS", "malware": "EBS_MALWARE_PROTECTION",
	} {
		f := componenttest.Find(t, g, featureType, "audit-guardduty-"+name)
		assert.Equal(t, "${audit-guardduty.id}", componenttest.Input(t, f, "detectorId"))
		assert.Equal(t, feature, componenttest.Input(t, f, "name"))
		assert.Equal(t, "ENABLED", componenttest.Input(t, f, "status"))
	}
	// Written at once, one may be lost: the next depends on the one before.
	order := []string{"s3", "rds-sign-in", "lambda", "malware"}
	for i, name := range order[1:] {
		f := componenttest.Find(t, g, featureType, "audit-guardduty-"+name)
		assert.Contains(t, f.Dependencies, componenttest.Find(t, g, featureType, "audit-guardduty-"+order[i]).URN)
	}
}

func TestSecurityHub(t *testing.T) {
	g := planned(t, production())
	hub := componenttest.Find(t, g, hubType, "audit-security-hub")
	assert.Equal(t, false, componenttest.Input(t, hub, "enableDefaultStandards"))
	assert.Equal(t, true, componenttest.Input(t, hub, "autoEnableControls"))
	assert.Equal(t, "SECURITY_CONTROL", componenttest.Input(t, hub, "controlFindingGenerator"))
	assert.Contains(t, hub.Dependencies, componenttest.Find(t, g, recordingType, "audit-config-recording").URN)

	standard := componenttest.Find(t, g, standardType, "audit-security-hub-standard")
	assert.Equal(t, "arn:aws:securityhub:us-east-1::standards/aws-foundational-security-best-practices/v/1.0.0",
		componenttest.Input(t, standard, "standardsArn"))
	assert.Contains(t, standard.Dependencies, hub.URN)

	g = planned(t, changed(func(a *audit.Args) { a.Config = nil }))
	assert.Empty(t, componenttest.Find(t, g, hubType, "audit-security-hub").Dependencies)
}

// Controls that the design fails for ever are switched off, each with a reason that an assessor reads in Security Hub.
func TestControlsThatTheDesignFailsAreSwitchedOff(t *testing.T) {
	g := planned(t, production())
	seen := map[string]bool{}
	before := componenttest.Find(t, g, standardType, "audit-security-hub-standard")
	for _, deviation := range g.OfType(deviationType) {
		control := componenttest.Input(t, deviation, "securityControlId").(string)
		assert.Regexp(t, `^[A-Z][A-Za-z0-9]+\.[0-9]+$`, control)
		assert.Falsef(t, seen[control], "%s twice", control)
		seen[control] = true
		assert.Equal(t, "audit-security-hub-without-"+strings.ToLower(strings.ReplaceAll(control, ".", "-")), deviation.Name)
		assert.Equal(t, "DISABLED", componenttest.Input(t, deviation, "associationStatus"))
		assert.Equal(t, componenttest.Input(t, before, "standardsArn"), componenttest.Input(t, deviation, "standardsArn"))
		reason := componenttest.Input(t, deviation, "updatedReason").(string)
		assert.GreaterOrEqual(t, len(reason), 20, control)
		assert.LessOrEqual(t, len(reason), 255, control)
	}
	assert.True(t, seen["CloudFront.5"])

	// Security Hub knows CloudFront's controls in us-east-1 only.
	elsewhere := planned(t, changed(func(a *audit.Args) { a.Config.GlobalTypes = false }))
	assert.Len(t, elsewhere.OfType(deviationType), len(seen)-1)
	for _, deviation := range elsewhere.OfType(deviationType) {
		assert.NotEqual(t, "CloudFront.5", componenttest.Input(t, deviation, "securityControlId"))
	}
}

func TestAccessAnalyzer(t *testing.T) {
	analyzer := componenttest.Find(t, planned(t, production()), analyzerType, "audit-access-analyzer")
	assert.Equal(t, "ACCOUNT", componenttest.Input(t, analyzer, "type"))
	assert.Equal(t, "audit-access", componenttest.Input(t, analyzer, "analyzerName"))
}

func TestInspectorScansImagesAndFunctions(t *testing.T) {
	inspector := componenttest.Find(t, planned(t, production()), inspectorType, "audit-inspector")
	assert.Equal(t, []any{"123456789012"}, componenttest.Input(t, inspector, "accountIds"))
	assert.Equal(t, []any{"ECR", "LAMBDA", "LAMBDA_CODE"}, componenttest.Input(t, inspector, "resourceTypes"))
}

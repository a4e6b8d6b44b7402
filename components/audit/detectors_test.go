package audit_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/audit"
	"github.com/carebase/carebase/components/internal/componenttest"
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

func TestAccessAnalyzer(t *testing.T) {
	analyzer := componenttest.Find(t, planned(t, production()), analyzerType, "audit-access-analyzer")
	assert.Equal(t, "ACCOUNT", componenttest.Input(t, analyzer, "type"))
	assert.Equal(t, "audit-access", componenttest.Input(t, analyzer, "analyzerName"))
}

func TestInspectorScansImages(t *testing.T) {
	inspector := componenttest.Find(t, planned(t, production()), inspectorType, "audit-inspector")
	assert.Equal(t, []any{"123456789012"}, componenttest.Input(t, inspector, "accountIds"))
	assert.Equal(t, []any{"ECR"}, componenttest.Input(t, inspector, "resourceTypes"))
}

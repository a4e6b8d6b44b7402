package stacks

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/stacks/settings"
)

// The longest environment that settings may name must leave every physical name within AWS's limit.
func TestTheLongestNamesFitAWSsLimits(t *testing.T) {
	n := names{project: "careconnect", environment: strings.Repeat("e", 28-len("careconnect-")), account: "123456789012"}
	for _, purpose := range []string{"logs", "frontend", "files", "backups", "audit"} {
		assert.LessOrEqual(t, len(n.bucket(purpose)), 63, purpose)
	}
	for _, region := range []string{"us-west-2", "us-gov-west-1", "ap-southeast-1"} {
		assert.LessOrEqual(t, len(n.replica("frontend", region)), 63, region)
	}
	assert.LessOrEqual(t, len(n.database()), 63)
	assert.LessOrEqual(t, len(n.finalSnapshot("cache")), 255)
	assert.LessOrEqual(t, len(n.prefix()), 32, "the cache's user")
	assert.LessOrEqual(t, len(n.cluster()), 200)
	assert.LessOrEqual(t, len(n.repository(settings.RolesJob)), 256)
	assert.LessOrEqual(t, len(n.flowLogs()), 512)
	assert.LessOrEqual(t, len(n.cacheLogs()), 500)
	assert.LessOrEqual(t, len(n.firewallLogs()), len("aws-waf-logs-")+100)
}

func TestNamesAreTheGuides(t *testing.T) {
	n := names{project: "careconnect", environment: "prod", account: "123456789012"}
	assert.Equal(t, "careconnect-prod", n.cluster())
	assert.Equal(t, "careconnect-prod-db", n.database())
	assert.Equal(t, "careconnect-prod-files-123456789012", n.bucket("files"))
	assert.Equal(t, "careconnect-prod/backend", n.repository("backend"))
	assert.Equal(t, "careconnect-prod-db-final", n.finalSnapshot("db"))
}

// The codes are those of AWS's zone IDs, such as usw2-az1. A bucket keeps its name for good.
func TestReplicasAreNamedAfterTheirRegion(t *testing.T) {
	n := names{project: "careconnect", environment: "prod", account: "123456789012"}
	for region, code := range map[string]string{
		"us-east-1": "use1", "us-west-2": "usw2", "eu-central-1": "euc1", "eu-north-1": "eun1", "ap-southeast-1": "apse1",
		"ap-northeast-3": "apne3", "ca-west-1": "caw1", "sa-east-1": "sae1", "us-gov-west-1": "usgw1", "me-south-1": "mes1",
	} {
		assert.Equal(t, "careconnect-prod-files-123456789012-"+code, n.replica("files", region))
	}
}

package repair

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/stretchr/testify/assert"
)

func TestHealthChecksAreToldApart(t *testing.T) {
	endpoint := values{"type": "HTTPS", "fqdn": "careconnect.example.com", "port": number(int32(443)), "resourcePath": "/health"}
	check := func(change func(*types.HealthCheckConfig)) *types.HealthCheckConfig {
		have := &types.HealthCheckConfig{
			Type: types.HealthCheckTypeHttps, FullyQualifiedDomainName: aws.String("careconnect.example.com"), Port: aws.Int32(443),
			ResourcePath: aws.String("/health"),
		}
		change(have)
		return have
	}
	assert.True(t, sameCheck(endpoint, check(func(*types.HealthCheckConfig) {})))
	for name, change := range map[string]func(*types.HealthCheckConfig){
		"type": func(c *types.HealthCheckConfig) { c.Type = types.HealthCheckTypeHttp },
		"name": func(c *types.HealthCheckConfig) {
			c.FullyQualifiedDomainName = aws.String("origin.careconnect.example.com")
		},
		"address": func(c *types.HealthCheckConfig) { c.IPAddress = aws.String("192.0.2.1") },
		"port":    func(c *types.HealthCheckConfig) { c.Port = aws.Int32(8443) },
		"no port": func(c *types.HealthCheckConfig) { c.Port = nil },
		"path":    func(c *types.HealthCheckConfig) { c.ResourcePath = aws.String("/") },
	} {
		assert.False(t, sameCheck(endpoint, check(change)), name)
	}

	// What asks no endpoint has no port, though one may be answered for it.
	assert.True(t, sameCheck(values{"type": "CALCULATED"}, &types.HealthCheckConfig{Type: types.HealthCheckTypeCalculated, Port: aws.Int32(443)}))
	alarm := values{"type": "CLOUDWATCH_METRIC", "cloudwatchAlarmName": "careconnect-prod-failover-switch"}
	on := func(name string) *types.HealthCheckConfig {
		return &types.HealthCheckConfig{Type: types.HealthCheckTypeCloudwatchMetric, AlarmIdentifier: &types.AlarmIdentifier{Name: aws.String(name)}}
	}
	assert.True(t, sameCheck(alarm, on("careconnect-prod-failover-switch")))
	assert.False(t, sameCheck(alarm, on("careconnect-staging-failover-switch")))
}

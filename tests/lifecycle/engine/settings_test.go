package engine

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSettingsAreSetByPath(t *testing.T) {
	s := Settings{"careconnect:services": []any{map[string]any{"cpu": 256}}, "careconnect:audit": map[string]any{}}
	s.Set("services.0.cpu", 512)
	s.Set("audit.trail", true)
	s.Set("phi", false)
	assert.Equal(t, 512, s.Get("services.0.cpu"))
	assert.Equal(t, Settings{
		"careconnect:services": []any{map[string]any{"cpu": 512}},
		"careconnect:audit":    map[string]any{"trail": true},
		"careconnect:phi":      false,
	}, s)
	assert.Panics(t, func() { s.Set("audit.trail.deeper", 1) })
}

func TestAWSItselfIsRefused(t *testing.T) {
	for _, endpoint := range []string{"http://127.0.0.1:5000", "https://localhost.localstack.cloud:4566", "http://moto:5000"} {
		assert.NoError(t, emulated(endpoint), endpoint)
	}
	for _, endpoint := range []string{"", "127.0.0.1:5000", "https://rds.us-east-1.amazonaws.com", "https://S3.AmazonAWS.com.cn", "https://rds.us-east-1.api.aws"} {
		assert.Error(t, emulated(endpoint), endpoint)
	}
}

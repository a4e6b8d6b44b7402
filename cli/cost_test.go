package cli

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCostShowsTheSumsAndTheBudget(t *testing.T) {
	code, stdout, stderr := call("cost", "-C", careconnect, "prod")
	require.Zero(t, code, stderr)
	assert.Regexp(t, `^prod costs about 1,\d{3} USD a month: 1,\d{3} for the resources, \d+ for the assumed usage\n\d+ % of the budget of 6,000 USD \(alerts\.monthlyBudgetUsd\)\n`, stdout)
	assert.Regexp(t, `\n  nat-gateway +us-east-1  2,190 hour +× 0\.045 +98\.55\n`, stdout)

	code, stdout, stderr = call("cost", "-C", careconnect, "prod", "--format", "json")
	require.Zero(t, code, stderr)
	var decoded struct {
		Stack     string
		TotalUSD  float64
		BudgetUSD float64
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &decoded))
	assert.Equal(t, "prod", decoded.Stack)
	assert.InDelta(t, 6000, decoded.BudgetUSD, 0)
	assert.Greater(t, decoded.TotalUSD, 1000.0)
}

func TestCostRefusesAWrongCall(t *testing.T) {
	for wrong, args := range map[string][]string{
		"name one stack":                        {"cost"},
		`--format "xml": allowed is text, json`: {"cost", "prod", "--format", "xml"},
	} {
		code, _, stderr := call(args...)
		assert.Equal(t, exitUsage, code)
		assert.Contains(t, stderr, wrong)
	}
}

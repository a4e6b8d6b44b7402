package stacks

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// refusals are what decoding has against the values, but for all that is missing.
func refusals(t *testing.T, config Config) string {
	t.Helper()
	found := &problems{}
	decode(config, &Settings{}, found)
	var lines []string
	for _, p := range found.found {
		if !strings.Contains(p.Allowed, "is missing") {
			lines = append(lines, p.String())
		}
	}
	return strings.Join(lines, "\n")
}

// The engine gives text, and of secrets the top-level keys. What it cannot tell without the stack's file is refused.
func TestTheEnginesValuesWithoutAFile(t *testing.T) {
	engine := func(key, value string, encrypted ...string) Config {
		config := Config{Values: map[string]string{"careconnect:" + key: value}}
		for _, e := range encrypted {
			config.Encrypted = append(config.Encrypted, "careconnect:"+e)
		}
		return config
	}
	services := func(members string) string { return `[{"name":"backend",` + members + `}]` }
	for _, c := range []struct {
		name   string
		config Config
		want   string // empty: it is taken
	}{
		{"a text of the top level", engine("accountId", "123456789012"), ""},
		{"a boolean of the top level", engine("phi", "true"), ""},
		{"a number for a text", engine("services", services(`"imageTag":1.1`)), `services[0].imageTag = 1.1: allowed is text; YAML takes this for a number: write it in quotes, "1.1"`},
		{"a boolean for a text", engine("services", services(`"environment":{"DEBUG":true}`)), `services[0].environment.DEBUG = true: allowed is text`},
		{"null in a list", engine("alerts", `{"emails":[null],"monthlyBudgetUsd":1}`), "alerts.emails[0]: is empty; it takes text"},
		{"null in a mapping", engine("services", services(`"environment":{"A":null}`)), "services[0].environment.A: is empty"},
		{"null for a boolean", engine("audit", `{"trail":null}`), "audit.trail: is empty; it takes true or false"},
		{"nothing for a section", engine("network", ""), "network: is empty; it takes a mapping of settings"},
		{"the project's default of a section", engine("protection", "{}"), ""},
		{"the project's default of a text", engine("originToken", ""), ""},
		{"a secret", engine("originToken", "a-token-that-nobody-else-has-0123456789", "originToken"), ""},
		{"a secret in plain text", engine("originToken", "hunter2"), "careconnect:originToken: allowed is only an encrypted value"},
		{"something encrypted where no secret is", engine("services", services(`"environment":{"A":"hunter2"}`), "services"), "careconnect:services: something in it is encrypted"},
		{"an encrypted text where no secret is", engine("owner", "hunter2", "owner"), "careconnect:owner: it is encrypted, but it is no secret"},
		{"values of which some are encrypted", engine("secretValues", `{"a":"hunter2","b":"hunter2"}`, "secretValues"), "careconnect:secretValues: something in it is encrypted, and only Pulumi.<stack>.yaml tells what"},
		{"another namespace", Config{Values: map[string]string{"aws:region": "eu-west-1", "carecnnect:protection": "{}", "pulumi:tags": "{}"}},
			"aws:region: nothing reads it: settings are in the namespace careconnect; leave it out, or did you mean careconnect:region?\n" +
				"carecnnect:protection: nothing reads it: settings are in the namespace careconnect; leave it out, or did you mean careconnect:protection?"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := refusals(t, c.config)
			if c.want == "" {
				for key := range c.config.Values {
					assert.NotContains(t, got, key)
				}
			} else {
				assert.Contains(t, got, c.want)
			}
			assert.NotContains(t, got, "hunter2")
		})
	}
}

// What the engine gives must be what the file says, but for what is encrypted there.
func TestTheEnginesValuesAreThoseOfTheFile(t *testing.T) {
	for blinded, value := range map[string]string{
		"dev": "dev", "[secret]": "hunter2", `{"a":"[secret]","b":[1,"[secret]"]}`: `{"b":[1,"x"],"a":"y"}`, "{}": "{}", "": "", "1.5": "1.50",
	} {
		assert.True(t, same(blinded, value), blinded)
	}
	for blinded, value := range map[string]string{
		"dev": "prod", `{"a":1}`: `{"a":2}`, `{"a":"x"}`: `{"a":"[secret]"}`, `[1]`: `[1,2]`, `{}`: `[]`, "": "x",
	} {
		assert.False(t, same(blinded, value), blinded)
	}
}

// No field of Settings is of a type that decoding does not know.
func TestEveryFieldCanBeDecoded(t *testing.T) {
	config := Config{Values: map[string]string{}}
	for key, field := range fieldTypes() {
		if key != "" {
			text, err := json.Marshal(kindOf(field))
			require.NoError(t, err)
			config.Values[fullKey(key)] = string(text)
		}
	}
	assert.NotPanics(t, func() { refusals(t, config) })
}

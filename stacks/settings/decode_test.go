package settings

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/stacks/settings/decode"
)

// refusals returns the problems of decoding, except for missing settings.
func refusals(t *testing.T, config decode.Config) string {
	t.Helper()
	var lines []string
	for _, p := range decode.Into(config, &Settings{}).List() {
		if !strings.Contains(p.Allowed, "is missing") {
			lines = append(lines, p.String())
		}
	}
	return strings.Join(lines, "\n")
}

// The engine gives text, and of secrets the top-level keys. What it cannot tell without the stack's file is refused.
func TestTheEnginesValuesWithoutAFile(t *testing.T) {
	engine := func(key, value string, encrypted ...string) decode.Config {
		config := decode.Config{Project: "careconnect", Values: map[string]string{"careconnect:" + key: value}}
		for _, e := range encrypted {
			config.Encrypted = append(config.Encrypted, "careconnect:"+e)
		}
		return config
	}
	services := func(members string) string { return `[{"name":"backend",` + members + `}]` }
	for _, c := range []struct {
		name   string
		config decode.Config
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
		{"another namespace", decode.Config{Project: "careconnect", Values: map[string]string{"aws:region": "eu-west-1", "carecnnect:protection": "{}", "pulumi:tags": "{}"}},
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

// decode panics for a field whose type it does not know.
func TestEveryFieldCanBeDecoded(t *testing.T) {
	for _, text := range []string{"text", "{}", "[]", `[{}]`, `{"a": "b"}`} {
		config := decode.Config{Project: "careconnect", Values: map[string]string{}}
		for _, key := range Keys() {
			config.Values["careconnect:"+key] = text
		}
		assert.NotPanics(t, func() { refusals(t, config) })
	}
}

// A tag with an error would be found by a stack that has the setting only.
func TestTagsOfSettings(t *testing.T) {
	checked := 0
	var check func(typ reflect.Type)
	check = func(typ reflect.Type) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct {
			return
		}
		for _, field := range reflect.VisibleFields(typ) {
			if field.Tag.Get("setting") == "" {
				continue
			}
			if rule := field.Tag.Get("range"); rule != "" {
				checked++
				lowest, highest := decode.Range(rule)
				assert.Less(t, lowest, highest, field.Name)
			}
			if rule := field.Tag.Get("phi"); rule != "" {
				checked++
				required, _ := decode.PHIRule(rule)
				assert.Regexp(t, "^(true|false|[1-9][0-9]* or more)$", required, field.Name)
				assert.NotEmpty(t, cite(field.Tag.Get("cfr")), field.Name)
			}
			check(field.Type)
		}
	}
	check(reflect.TypeFor[Settings]())
	assert.Greater(t, checked, 25)
}

package cli

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ownExceptions are those that a settings file brings along.
var ownExceptions = regexp.MustCompile(`(?m)^  careconnect:exceptions:.*\n(?:(?:    .*| *#.*|)\n)*`)

// withExceptions is a stack's settings with these exceptions and no others.
func withExceptions(t *testing.T, stack, yaml string) string {
	t.Helper()
	text := ownExceptions.ReplaceAllString(read(t, "Pulumi."+stack+".yaml"), "")
	require.NotContains(t, text, "exceptions")
	return strings.TrimRight(text, "\n") + "\n  careconnect:exceptions:" + yaml + "\n"
}

const goodException = `
    - control: VPC-1
      resource: network-vpc
      reason: The flow logs are written by the landing zone
      owner: network-lead
      expires: "2099-12-31"`

var malformedExceptions = []struct {
	name string
	yaml string
	want []string
}{
	{"no list", " none", []string{"careconnect:exceptions", "a list of mappings"}},
	{"a mapping", " {control: VPC-1}", []string{"careconnect:exceptions", "a list of mappings"}},
	{"texts", " [VPC-1]", []string{"careconnect:exceptions[0]", "a mapping"}},
	{"unknown key", goodException + "\n      until: 2099", []string{"careconnect:exceptions[0].until", "no such setting"}},
	{"misspelt key", strings.Replace(goodException, "reason:", "raeson:", 1),
		[]string{"careconnect:exceptions[0].raeson", "did you mean reason", "careconnect:exceptions[0].reason: is missing"}},
	{"nothing in it", "\n    - {}", []string{
		"exceptions[0].control: is missing", "exceptions[0].resource: is missing", "exceptions[0].reason: is missing",
		"exceptions[0].owner: is missing", "exceptions[0].expires: is missing",
	}},
	{"no such control", strings.Replace(goodException, "VPC-1", "VPC-100", 1), []string{`careconnect:exceptions[0].control = "VPC-100"`, "carebase controls"}},
	{"control in other case", strings.Replace(goodException, "VPC-1", "vpc-1", 1), []string{`careconnect:exceptions[0].control = "vpc-1"`}},
	{"empty resource", strings.Replace(goodException, "network-vpc", `""`, 1), []string{"careconnect:exceptions[0].resource"}},
	{"blank resource", strings.Replace(goodException, "network-vpc", `"  "`, 1), []string{"careconnect:exceptions[0].resource"}},
	{"reason too short", strings.Replace(goodException, "The flow logs are written by the landing zone", "because", 1),
		[]string{`careconnect:exceptions[0].reason = "because"`, "at least 20 characters"}},
	{"reason of blanks", strings.Replace(goodException, "The flow logs are written by the landing zone", `"because                     "`, 1),
		[]string{"careconnect:exceptions[0].reason", "at least 20 characters"}},
	{"a person's address", strings.Replace(goodException, "network-lead", "jane.doe@example.com", 1),
		[]string{`careconnect:exceptions[0].owner = "jane.doe@example.com"`, "a role"}},
	{"no owner", strings.Replace(goodException, "network-lead", `""`, 1), []string{"careconnect:exceptions[0].owner", "a role"}},
	{"owner is a number", strings.Replace(goodException, "network-lead", "7", 1), []string{"careconnect:exceptions[0].owner"}},
	{"no date", strings.Replace(goodException, "2099-12-31", "never", 1), []string{`careconnect:exceptions[0].expires = "never"`, "2027-06-30"}},
	{"no day", strings.Replace(goodException, "2099-12-31", "2099-02-30", 1), []string{`careconnect:exceptions[0].expires = "2099-02-30"`}},
	{"date without quotes", strings.Replace(goodException, `"2099-12-31"`, "2099-12-31", 1), []string{"careconnect:exceptions[0].expires", "in quotes"}},
	{"encrypted", strings.Replace(goodException, "resource: network-vpc", "resource: {secure: v1:abc}", 1), []string{"careconnect:exceptions", "in plain text"}},
	{"twice", goodException + goodException, []string{"careconnect:exceptions[1]", "one exception of network-vpc from VPC-1"}},
	{"wrong in the second", goodException + strings.Replace(goodException, "VPC-1", "VPC-0", 1), []string{"careconnect:exceptions[1].control"}},
}

func TestMalformedExceptionsAreRefusedByName(t *testing.T) {
	for _, m := range malformedExceptions {
		t.Run(m.name, func(t *testing.T) {
			dir := newProject(t, map[string]string{"prod": withExceptions(t, "prod", m.yaml)})
			for _, command := range []string{"plan", "audit"} {
				code, stdout, stderr := call(command, "prod", "-C", dir)
				assert.Equal(t, 1, code, command)
				assert.Empty(t, stdout, command)
				for _, want := range m.want {
					assert.Contains(t, stderr, want, command)
				}
				assert.NotContains(t, stderr, "goroutine")
				assert.NotRegexp(t, `mapstructure|reflect|interface \{\}`, stderr)
			}
		})
	}
}

func TestAnExceptionDoesNotChangeThePlan(t *testing.T) {
	plain := newProject(t, map[string]string{"prod": withExceptions(t, "prod", " []")})
	accepted := newProject(t, map[string]string{"prod": withExceptions(t, "prod", goodException)})
	code, want, stderr := call("plan", "prod", "--json", "-C", plain)
	require.Zero(t, code, stderr)
	code, got, stderr := call("plan", "prod", "--json", "-C", accepted)
	require.Zero(t, code, stderr)
	assert.Equal(t, want, got)
}

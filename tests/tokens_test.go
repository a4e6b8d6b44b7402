package tests

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/stacks"
	"github.com/carebase/carebase/stacks/settings"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// tokens of a stack at one moment of a rotation.
type tokens struct{ sent, also string }

// The steps of docs/operations.md, "The origin's token": prod and dr after each update. CloudFront sends prod's.
var rotation = []struct {
	about    string
	prod, dr tokens
}{
	{"before", tokens{oldToken, ""}, tokens{oldToken, ""}},
	{"the recovery stack accepts the new token", tokens{oldToken, ""}, tokens{oldToken, newToken}},
	{"the primary accepts it", tokens{oldToken, newToken}, tokens{oldToken, newToken}},
	{"CloudFront sends it", tokens{newToken, oldToken}, tokens{oldToken, newToken}},
	{"the primary forgets the old token", tokens{newToken, ""}, tokens{oldToken, newToken}},
	{"the recovery stack forgets it", tokens{newToken, ""}, tokens{newToken, ""}},
}

const (
	oldToken = "old-token-0123456789abcdef0123456789abcdef"
	newToken = "new-token-0123456789abcdef0123456789abcdef"
)

// withTokens plans the stack with these tokens, as an update with them would be.
func withTokens(t *testing.T, stack string, is tokens) *graph.Graph {
	t.Helper()
	p := frozen.program(t, stack)
	config, encrypted := maps.Clone(p.Config), slices.Clone(p.Secrets)
	config["careconnect:originToken"] = is.sent
	if is.also != "" {
		config["careconnect:originTokenAccepted"] = is.also
		encrypted = append(encrypted, "careconnect:originTokenAccepted")
	}
	p.Config, p.Secrets = config, encrypted
	p.Run = stacks.Program(decode.Config{Project: "careconnect", Values: config, Encrypted: encrypted})
	g, err := plan.Run(p)
	require.NoError(t, err)
	return g
}

// at reads an input with its secrets, as AWS would be given it.
func at(t *testing.T, g *graph.Graph, typ, name, input string) any {
	t.Helper()
	for _, r := range g.OfType(typ) {
		if r.Name == name {
			return revealed(r.Inputs.Get(input))
		}
	}
	require.FailNow(t, "the plan has no "+name)
	return nil
}

func revealed(v property.Value) any {
	switch {
	case v.IsArray():
		list := []any{}
		for _, element := range v.AsArray().All {
			list = append(list, revealed(element))
		}
		return list
	case v.IsMap():
		object := map[string]any{}
		for key, element := range v.AsMap().All {
			object[key] = revealed(element)
		}
		return object
	case v.IsBool():
		return v.AsBool()
	case v.IsNumber():
		return v.AsNumber()
	case v.IsString():
		return v.AsString()
	}
	return nil
}

// sends is the token that the distribution adds to requests for the services.
func sends(t *testing.T, prod *graph.Graph) string {
	t.Helper()
	for _, origin := range at(t, prod, "aws:cloudfront/distribution:Distribution", "edge-cdn", "origins").([]any) {
		for _, header := range list(origin.(map[string]any)["customHeaders"]) {
			if header := header.(map[string]any); header["name"] == "x-origin-token" {
				return header["value"].(string)
			}
		}
	}
	require.FailNow(t, "the distribution sends no token")
	return ""
}

func list(v any) []any { found, _ := v.([]any); return found }

// accepts are the tokens that both the firewall of the stack's load balancer and the rule of its service let through.
func accepts(t *testing.T, g *graph.Graph) []string {
	t.Helper()
	rules := at(t, g, "aws:wafv2/webAcl:WebAcl", "edge-alb-web-acl", "rules").([]any)
	statement := rules[0].(map[string]any)["statement"].(map[string]any)
	require.Equal(t, "from-cloudfront", rules[0].(map[string]any)["name"])
	statements := []any{statement}
	if either, two := statement["orStatement"].(map[string]any); two {
		statements = either["statements"].([]any)
	}
	var byFirewall []string
	for _, statement := range statements {
		byFirewall = append(byFirewall, statement.(map[string]any)["byteMatchStatement"].(map[string]any)["searchString"].(string))
	}
	var byRule []string
	for _, condition := range at(t, g, "aws:lb/listenerRule:ListenerRule", "backend-rule", "conditions").([]any) {
		if header, ok := condition.(map[string]any)["httpHeader"].(map[string]any); ok {
			for _, value := range header["values"].([]any) {
				byRule = append(byRule, value.(string))
			}
		}
	}
	assert.ElementsMatch(t, byFirewall, byRule)
	return byRule
}

// At every moment of a rotation each load balancer accepts what CloudFront sends: between two updates, while one is being
// made, when its resources are changed one after the other in any order, and while servers of CloudFront still send what
// they were told before.
func TestTheOriginsTokenIsChangedWithoutAnInterruption(t *testing.T) {
	type state struct {
		sent     string
		accepted map[string][]string
	}
	var states []state
	for _, step := range rotation {
		prod, dr := withTokens(t, "prod", step.prod), withTokens(t, "dr", step.dr)
		states = append(states, state{sends(t, prod), map[string][]string{"prod": accepts(t, prod), "dr": accepts(t, dr)}})
	}
	for i, now := range states {
		before := states[max(0, i-1)]
		for _, sent := range []string{before.sent, now.sent} {
			for _, accepted := range []map[string][]string{before.accepted, now.accepted} {
				for stack, tokens := range accepted {
					assert.Contains(t, tokens, sent, "%s: %s turns CloudFront away", rotation[i].about, stack)
				}
			}
		}
	}
	assert.Equal(t, oldToken, states[0].sent)
	last := states[len(states)-1]
	assert.Equal(t, newToken, last.sent)
	assert.Equal(t, map[string][]string{"prod": {newToken}, "dr": {newToken}}, last.accepted, "the old token is still accepted")
}

// What reads a plan, a state or a log sees no token.
func TestTokensStaySecret(t *testing.T) {
	for _, stack := range []string{"prod", "dr"} {
		g := withTokens(t, stack, tokens{oldToken, newToken})
		text, err := g.JSON()
		require.NoError(t, err)
		for _, token := range []string{oldToken, newToken} {
			assert.NotContains(t, string(text), token, stack)
		}
		for _, r := range g.Resources {
			readable, err := json.Marshal(r.Readable())
			require.NoError(t, err)
			assert.False(t, strings.Contains(string(readable), oldToken) || strings.Contains(string(readable), newToken), r.Name)
		}
	}
}

// Both tokens at once, or one that is nobody's, are refused before anything is changed.
func TestTokensAreTwo(t *testing.T) {
	p := frozen.program(t, "prod")
	p.Config["careconnect:originToken"], p.Config["careconnect:originTokenAccepted"] = oldToken, oldToken
	_, err := settings.Decode("prod", decode.Config{Project: "careconnect", Values: p.Config, Encrypted: append(p.Secrets, "careconnect:originTokenAccepted")})
	assert.ErrorContains(t, err, "another value than originToken")
	_, err = settings.Decode("prod", decode.Config{Project: "careconnect", Values: p.Config, Encrypted: p.Secrets})
	assert.ErrorContains(t, err, "originTokenAccepted: allowed is only an encrypted value")
	p.Config["careconnect:originTokenAccepted"] = "short"
	_, err = settings.Decode("prod", decode.Config{Project: "careconnect", Values: p.Config, Encrypted: append(p.Secrets, "careconnect:originTokenAccepted")})
	assert.ErrorContains(t, err, "32 to 128")
}

package edge_test

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
)

const (
	webAclType  = "aws:wafv2/webAcl:WebAcl"
	loggingType = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
)

// The web ACL is untyped, so nothing but this test holds its shape: the property names are those of pulumi-aws's
// wafv2.WebAclArgs, and every value is what is deployed.
func TestWebAclIsTheGoldenOne(t *testing.T) {
	golden, err := os.ReadFile("testdata/webacl.json")
	require.NoError(t, err)
	acl := componenttest.Find(t, planned(t, production()), webAclType, "edge-web-acl")
	assert.JSONEq(t, string(golden), asJSON(t, acl))
}

// Without countries to block, the rule for them is left out and no other moves.
func TestWebAclWithoutCountries(t *testing.T) {
	full := rules(t, planned(t, production()))
	bare := production()
	bare.BlockedCountries = nil
	delete(full, "geo-block")
	assert.Equal(t, full, rules(t, planned(t, bare)))
	assert.Len(t, full, 5)
}

func TestRateLimitIsTheSetting(t *testing.T) {
	args := production()
	args.RateLimit = 2000
	rule := rules(t, planned(t, args))["rate-limit"].(map[string]any)
	limit := rule["statement"].(map[string]any)["rateBasedStatement"].(map[string]any)["limit"]
	assert.EqualValues(t, 2000, limit)
}

func TestFirewallLog(t *testing.T) {
	g := planned(t, production())
	inputs(t, g, "aws:cloudwatch/logGroup:LogGroup", "edge-web-acl-log", map[string]any{
		"name": "aws-waf-logs-careconnect-prod", "kmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/logs", "retentionInDays": 365.0,
	})
	inputs(t, g, loggingType, "edge-web-acl-logging", map[string]any{
		"resourceArn":           "${edge-web-acl.arn}",
		"logDestinationConfigs": []any{"${edge-web-acl-log.arn}"},
		"redactedFields": []any{
			map[string]any{"singleHeader": map[string]any{"name": "authorization"}},
			map[string]any{"singleHeader": map[string]any{"name": "cookie"}},
			map[string]any{"queryString": map[string]any{}},
		},
	})
}

// The untyped resources ask for the provider release that the typed ones ask for, which is the SDK's.
func TestUntypedResourcesHaveTheVersionOfTheSDK(t *testing.T) {
	gomod, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	sdk := regexp.MustCompile(`pulumi-aws/sdk/v7 v(\S+)`).FindSubmatch(gomod)
	require.NotNil(t, sdk)
	for typ, options := range optionsByType(t) {
		switch typ {
		case webAclType, loggingType, "aws:lb/loadBalancer:LoadBalancer":
			assert.Equal(t, string(sdk[1]), options.Version, typ)
		}
	}
}

// optionsByType are the options that the last resource of each type was registered with.
func optionsByType(t *testing.T) map[string]*pulumi.ResourceOptions {
	t.Helper()
	found := map[string]*pulumi.ResourceOptions{}
	componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		err := ctx.RegisterStackTransformation(func(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
			options, err := pulumi.NewResourceOptions(args.Opts...)
			require.NoError(t, err)
			found[args.Type] = options
			return nil
		})
		if err != nil {
			return err
		}
		_, err = create(ctx, "edge", production(), opts...)
		return err
	})
	require.Contains(t, found, webAclType)
	require.Contains(t, found, loggingType)
	return found
}

func rules(t *testing.T, g *graph.Graph) map[string]any {
	t.Helper()
	named := map[string]any{}
	for _, rule := range componenttest.Input(t, componenttest.Find(t, g, webAclType, "edge-web-acl"), "rules").([]any) {
		named[rule.(map[string]any)["name"].(string)] = rule
	}
	return named
}

func asJSON(t *testing.T, r *graph.Resource) string {
	t.Helper()
	text, err := json.MarshalIndent(componenttest.Input(t, r, ""), "", "  ")
	require.NoError(t, err)
	return string(text)
}

package keys_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/keys"
	"github.com/carebase/carebase/componenttest"
)

// The golden policies are what is deployed: a difference here is a difference in every stack, order included.
func TestPoliciesAreTheGoldenOnes(t *testing.T) {
	g := planned(t, production())
	for _, class := range classes {
		text, ok := componenttest.Input(t, componenttest.Find(t, g, keyType, "keys-"+string(class)), "policy").(string)
		require.True(t, ok)
		golden, err := os.ReadFile("testdata/" + string(class) + ".json")
		require.NoError(t, err)
		assert.Equal(t, string(golden), indented(t, text), class)
	}
}

func indented(t *testing.T, text string) string {
	t.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	require.NoError(t, enc.Encode(json.RawMessage(text)))
	return b.String()
}

type statement struct {
	Sid, Effect string
	Principal   map[string]any
	Action      any
	Resource    any
	Condition   map[string]map[string]any
}

func policyOf(t *testing.T, class keys.Class) []statement {
	t.Helper()
	text := componenttest.Input(t, componenttest.Find(t, planned(t, production()), keyType, "keys-"+string(class)), "policy")
	var policy struct{ Statement []statement }
	require.NoError(t, json.Unmarshal([]byte(text.(string)), &policy))
	return policy.Statement
}

// The rules below hold for whatever the golden files say, so that nobody can regenerate a hole into them.

func TestIAMAdministersEveryKey(t *testing.T) {
	for _, class := range classes {
		first := policyOf(t, class)[0]
		assert.Equal(t, "Allow", first.Effect, class)
		assert.Equal(t, "kms:*", first.Action, class)
		assert.Equal(t, map[string]any{"AWS": "arn:aws:iam::" + componenttest.Account + ":root"}, first.Principal, class)
		assert.Empty(t, first.Condition, class)
	}
}

func TestNobodyElseIsAdmittedWithoutThisAccount(t *testing.T) {
	// The conditions that tell on whose behalf a service or principal asks.
	narrowing := []string{
		"aws:SourceAccount", "aws:SourceArn", "kms:CallerAccount",
		"kms:EncryptionContext:aws:logs:arn", "kms:EncryptionContext:aws:sns:topicArn",
		"kms:EncryptionContext:aws:sqs:arn",
	}
	for _, class := range classes {
		for _, s := range policyOf(t, class)[1:] {
			where := fmt.Sprintf("%s, %s", class, s.Sid)
			narrowed := false
			for _, keysOf := range s.Condition {
				for _, key := range narrowing {
					if value, ok := keysOf[key].(string); ok {
						narrowed = true
						assert.Contains(t, value, componenttest.Account, where)
					}
				}
			}
			assert.True(t, narrowed, "%s: no condition names the account", where)
			assert.NotContains(t, fmt.Sprint(s.Action), "kms:*", where)
			assert.NotContains(t, fmt.Sprint(s.Action), "kms:PutKeyPolicy", where)
			if s.Principal["AWS"] != nil {
				assert.NotEmpty(t, s.Condition["StringEquals"]["kms:CallerAccount"], where)
				assert.NotEmpty(t, s.Condition["StringEquals"]["kms:ViaService"], where)
			}
			if s.Action == "kms:CreateGrant" && s.Principal["AWS"] != nil {
				assert.Equal(t, "true", s.Condition["Bool"]["kms:GrantIsForAWSResource"], where)
			}
		}
	}
}

// Whoever reads or writes an encrypted log group needs the key besides CloudWatch Logs itself: the roles of the trail, of
// flow logs, of tasks and of people, of this account, and none of them but through CloudWatch Logs of this region.
func TestWritersOfLogsUseTheKeyThroughCloudWatchLogsOnly(t *testing.T) {
	var found []statement
	for _, s := range policyOf(t, keys.Logs) {
		if s.Sid == "UseThroughService" {
			found = append(found, s)
		}
	}
	assert.Equal(t, []statement{{
		Sid: "UseThroughService", Effect: "Allow", Principal: map[string]any{"AWS": "*"}, Resource: "*",
		Action: []any{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"},
		Condition: map[string]map[string]any{"StringEquals": {
			"kms:CallerAccount": componenttest.Account, "kms:ViaService": "logs.us-east-1.amazonaws.com",
		}},
	}}, found)
}

// CloudFront decrypts the front end, and nothing that is under another key. While objects of the front end are still under
// the key of data, that key opens their bucket and no other.
func TestCloudFrontDecryptsTheFrontEndAlone(t *testing.T) {
	under := func(bucket string) map[keys.Class][]statement {
		args := production()
		args.FrontendUnderData = bucket
		g := planned(t, args)
		found := map[keys.Class][]statement{}
		for _, class := range classes {
			text := componenttest.Input(t, componenttest.Find(t, g, keyType, "keys-"+string(class)), "policy")
			var policy struct{ Statement []statement }
			require.NoError(t, json.Unmarshal([]byte(text.(string)), &policy))
			for _, s := range policy.Statement {
				if strings.Contains(fmt.Sprint(s.Principal), "cloudfront") {
					found[class] = append(found[class], s)
				}
			}
		}
		return found
	}
	from := map[string]any{"aws:SourceArn": "arn:aws:cloudfront::" + componenttest.Account + ":distribution/*"}
	of := statement{
		Sid: "CloudFront", Effect: "Allow", Principal: map[string]any{"Service": "cloudfront.amazonaws.com"}, Action: "kms:Decrypt", Resource: "*",
		Condition: map[string]map[string]any{"ArnLike": from},
	}
	assert.Equal(t, map[keys.Class][]statement{keys.Frontend: {of}}, under(""))
	narrow := of
	narrow.Condition = map[string]map[string]any{
		"ArnLike":    from,
		"StringLike": {"kms:EncryptionContext:aws:s3:arn": []any{"arn:aws:s3:::careconnect-prod-frontend-1", "arn:aws:s3:::careconnect-prod-frontend-1/*"}},
	}
	assert.Equal(t, map[keys.Class][]statement{keys.Frontend: {of}, keys.Data: {narrow}}, under("careconnect-prod-frontend-1"))
}

// AWS does not support source conditions on EventBridge's use of a topic's key: with one, every event is lost
// and only a metric says so.
func TestEventsCarryNoSourceCondition(t *testing.T) {
	found := 0
	for _, s := range policyOf(t, keys.Data) {
		if !strings.Contains(fmt.Sprint(s.Principal), "events.") {
			continue
		}
		found++
		for test, keysOf := range s.Condition {
			for key := range keysOf {
				assert.NotContains(t, key, "aws:Source", "%s %s", s.Sid, test)
			}
		}
	}
	assert.Equal(t, 2, found, "events to topics, events to queues")
}

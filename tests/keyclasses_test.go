package tests

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/catalogue"
	"github.com/carebase/carebase/stacks"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// encrypted are the kinds of data that each class of key encrypts, by the type of the resource and, of buckets, their purpose.
// One key for two kinds that different people or services may read is a way from one to the other.
var encrypted = map[string][]string{
	"data": {
		"rds/instance:Instance", "rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication",
		"elasticache/replicationGroup:ReplicationGroup", "sns/topic:Topic", "ecr:Repository", "ebs/defaultKmsKey:DefaultKmsKey",
		"lambda/function:Function", "sqs/queue:Queue", "bucket files",
	},
	"logs":     {"cloudwatch/logGroup:LogGroup", "cloudtrail/trail:Trail", "ecs/cluster:Cluster", "cfg/deliveryChannel:DeliveryChannel", "bucket evidence"},
	"secrets":  {"secretsmanager/secret:Secret", "rds/instance:Instance"}, // the master password that RDS keeps
	"backups":  {"backup/vault:Vault", "bucket backups", "backup/restoreTestingSelection:RestoreTestingSelection"},
	"frontend": {"bucket frontend"},
}

var (
	keyOf       = regexp.MustCompile(`\$\{(?:recovery-)?keys-([a-z]+)\.(?:arn|keyId)\}|\$\{primary\.outputs\.recovery\.([a-z]+)KeyArn\}`)
	namesAKey   = regexp.MustCompile(`(?i)kms|^encryption(Key|Configurations?)$`)
	bucketParts = regexp.MustCompile(`^(?:recovery-)?(frontend|files|backups|evidence)(-|$)`)
)

// uses calls visit with every class of key that a property of the value says it is encrypted under.
func uses(name string, value any, visit func(class string)) {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			if namesAKey.MatchString(name) && !namesAKey.MatchString(key) {
				key = name
			}
			uses(key, inner, visit)
		}
	case []any:
		for _, inner := range value {
			uses(name, inner, visit)
		}
	case string:
		if namesAKey.MatchString(name) {
			for _, match := range keyOf.FindAllStringSubmatch(value, -1) {
				visit(match[1] + match[2])
			}
		}
	}
}

// Every key encrypts the kinds of data of its class and no others.
func TestEveryKeyEncryptsItsOwnClass(t *testing.T) {
	for _, stack := range all {
		t.Run(stack, func(t *testing.T) {
			found := map[string]bool{}
			for _, r := range planned(t, stack).Resources {
				kind := strings.TrimPrefix(strings.TrimPrefix(r.Type, "awsx:"), "aws:")
				if strings.HasPrefix(kind, "kms/") || strings.HasPrefix(kind, "iam/") {
					continue
				}
				if part := bucketParts.FindStringSubmatch(r.Name); part != nil && strings.HasPrefix(kind, "s3/") {
					kind = "bucket " + part[1]
				}
				uses("", any(r.Readable()), func(class string) {
					found[class] = true
					assert.Contains(t, encrypted[class], kind, "%s is under the key of %s", r.Name, class)
				})
			}
			want := slices.Sorted(maps.Keys(encrypted))
			if settingsOf(t, stack).IsRecovery() {
				want = []string{"backups", "data", "logs"} // what it encrypts itself: the rest is the primary's, copied
			}
			assert.Equal(t, want, slices.Sorted(maps.Keys(found)))
		})
	}
}

// bridged plans the stack while objects of its front end are still under the key of data.
func bridged(t *testing.T, stack string) *graph.Graph {
	t.Helper()
	p := frozen.program(t, stack)
	var storage map[string]any
	require.NoError(t, json.Unmarshal([]byte(p.Config["careconnect:storage"]), &storage))
	storage["frontendUnderDataKey"] = true
	text, err := json.Marshal(storage)
	require.NoError(t, err)
	p.Config["careconnect:storage"] = string(text)
	p.Run = stacks.Program(decode.Config{Project: "careconnect", Values: p.Config, Encrypted: p.Secrets})
	g, err := plan.Run(p)
	require.NoError(t, err)
	return g
}

// decrypts is what CloudFront may decrypt with the key: every object, those of some buckets, or nothing.
func decrypts(t *testing.T, g *graph.Graph, typ, name string) any {
	t.Helper()
	var document struct{ Statement []map[string]any }
	require.NoError(t, json.Unmarshal([]byte(at(t, g, typ, name, "policy").(string)), &document))
	for _, statement := range document.Statement {
		if strings.Contains(fmt.Sprint(statement["Principal"]), "cloudfront.amazonaws.com") {
			condition := statement["Condition"].(map[string]any)
			require.Contains(t, condition["ArnLike"], "aws:SourceArn")
			if context, narrow := condition["StringLike"].(map[string]any); narrow {
				return context["kms:EncryptionContext:aws:s3:arn"]
			}
			return "everything"
		}
	}
	return nil
}

// The steps of docs/operations.md, "The front end's key". In the first, CloudFront reads objects under either key, and under
// that of data nothing but the front end; afterwards it reads what is under the front end's own.
func TestTheFrontEndMovesToItsOwnKeyWithoutGoingBlank(t *testing.T) {
	const key, replica = "aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey"
	during, after := bridged(t, "prod"), frozen.planned(t, "prod")
	for _, c := range []struct{ typ, prefix, bucket string }{
		{key, "", "arn:aws:s3:::careconnect-prod-frontend-123456789012"},
		{replica, "recovery-", "arn:aws:s3:::careconnect-prod-frontend-123456789012-usw2"},
	} {
		assert.Equal(t, []any{c.bucket, c.bucket + "/*"}, decrypts(t, during, c.typ, c.prefix+"keys-data"))
		assert.Nil(t, decrypts(t, after, c.typ, c.prefix+"keys-data"))
		for _, g := range []*graph.Graph{during, after} {
			assert.Equal(t, "everything", decrypts(t, g, c.typ, c.prefix+"keys-frontend"))
			for _, class := range []string{"logs", "secrets", "backups"} {
				assert.Nil(t, decrypts(t, g, c.typ, c.prefix+"keys-"+class))
			}
			// New objects are under the new key from the first step on: what is copied then stays.
			const encryption = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
			assert.Contains(t, fmt.Sprint(at(t, g, encryption, c.prefix+"frontend-encryption", "rules")), c.prefix+"keys-frontend")
		}
	}

	// As long as it lasts every audit says so.
	result, err := catalogue.Audit(during, policy.Options{Only: []string{"X-KMS-PUBLIC"}})
	require.NoError(t, err)
	var names []string
	for _, finding := range result.Violations(policy.Low) {
		names = append(names, finding.URN[strings.LastIndex(finding.URN, ":")+1:])
	}
	assert.ElementsMatch(t, []string{"keys-data", "recovery-keys-data"}, names)
}

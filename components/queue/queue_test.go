package queue_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/internal/policydoc"
	"github.com/carebase/carebase/components/queue"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/catalogue"
)

const (
	component       = "carebase:queue:Queue"
	queueType       = "aws:sqs/queue:Queue"
	policyType      = "aws:sqs/queuePolicy:QueuePolicy"
	redriveAllow    = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"
	keyArn          = "arn:aws:kms:us-east-1:123456789012:key/data"
	bucketArn       = "arn:aws:s3:::careconnect-prod-files"
	ruleArn         = "arn:aws:events:us-east-1:123456789012:rule/nightly"
	fourteenDays    = 1209600.0
	queueReference  = "${checks-queue.arn}"
	letterReference = "${checks-dead-letter-queue.arn}"
)

// checks are the arguments of a queue as health-monitor has it.
func checks() *queue.Args {
	return &queue.Args{
		KeyArn: pulumi.String(keyArn), QueueName: "health-monitor-checks",
		RetentionSeconds: 86400, VisibilityTimeoutSeconds: 120, MaxReceiveCount: 5,
	}
}

func withPublishers() *queue.Args {
	args := checks()
	args.Publishers = []queue.Publisher{
		{Name: "uploads", Service: queue.S3, SourceArn: pulumi.String(bucketArn)},
		{Name: "nightly", Service: queue.EventBridge, SourceArn: pulumi.String(ruleArn)},
	}
	return args
}

func build(args *queue.Args) func(*pulumi.Context, string, ...pulumi.ResourceOption) error {
	return func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		_, err := queue.New(ctx, name, args, opts...)
		return err
	}
}

func planned(t *testing.T, args *queue.Args) *graph.Graph {
	t.Helper()
	return componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		return build(args)(ctx, "checks", opts...)
	})
}

func inputs(t *testing.T, g *graph.Graph, typ, name string, want map[string]any) {
	t.Helper()
	r := componenttest.Find(t, g, typ, name)
	for path, value := range want {
		assert.Equal(t, value, componenttest.Input(t, r, path), "%s of %s", path, name)
	}
}

func TestQueueWithItsDeadLetterQueue(t *testing.T) {
	g := planned(t, checks())
	assert.Equal(t, map[string]int{component: 1, queueType: 2, policyType: 2, redriveAllow: 1}, componenttest.Counts(g))

	inputs(t, g, queueType, "checks-queue", map[string]any{
		"name": "health-monitor-checks", "fifoQueue": nil, "kmsMasterKeyId": keyArn, "messageRetentionSeconds": 86400.0,
		"visibilityTimeoutSeconds": 120.0, "receiveWaitTimeSeconds": 20.0,
	})
	inputs(t, g, queueType, "checks-dead-letter-queue", map[string]any{
		"name": "health-monitor-checks-dead-letter", "fifoQueue": nil, "kmsMasterKeyId": keyArn,
		"messageRetentionSeconds": fourteenDays, "receiveWaitTimeSeconds": 20.0, "redrivePolicy": nil,
	})
	assert.Equal(t, map[string]any{"deadLetterTargetArn": letterReference, "maxReceiveCount": 5.0},
		componenttest.JSON(t, componenttest.Find(t, g, queueType, "checks-queue"), "redrivePolicy"))

	allow := componenttest.Find(t, g, redriveAllow, "checks-redrive-allow-policy")
	assert.Equal(t, "${checks-dead-letter-queue.url}", componenttest.Input(t, allow, "queueUrl"))
	assert.Equal(t, map[string]any{"redrivePermission": "byQueue", "sourceQueueArns": []any{queueReference}},
		componenttest.JSON(t, allow, "redriveAllowPolicy"))
}

func TestNamesOfQueues(t *testing.T) {
	for name, c := range map[string]struct {
		queueName         string
		fifo              bool
		queue, deadLetter any
		attribute         any
	}{
		"generated":      {"", false, nil, nil, nil},
		"generated FIFO": {"", true, nil, nil, true},
		"fixed":          {"orders", false, "orders", "orders-dead-letter", nil},
		"fixed FIFO":     {"orders", true, "orders.fifo", "orders-dead-letter.fifo", true},
	} {
		t.Run(name, func(t *testing.T) {
			args := checks()
			args.QueueName, args.Fifo = c.queueName, c.fifo
			g := planned(t, args)
			inputs(t, g, queueType, "checks-queue", map[string]any{"name": c.queue, "fifoQueue": c.attribute})
			inputs(t, g, queueType, "checks-dead-letter-queue", map[string]any{"name": c.deadLetter, "fifoQueue": c.attribute})
		})
	}
}

func deny(sid, resource string, condition map[string]any) map[string]any {
	return map[string]any{
		"Sid": sid, "Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": resource, "Condition": condition,
	}
}

func TestBothQueuesRefusePlainHTTPAndOtherAccounts(t *testing.T) {
	g := planned(t, checks())
	for policyName, of := range map[string]string{"checks-policy": "checks-queue", "checks-dead-letter-policy": "checks-dead-letter-queue"} {
		p := componenttest.Find(t, g, policyType, policyName)
		assert.Equal(t, "${"+of+".url}", componenttest.Input(t, p, "queueUrl"))
		arn := "${" + of + ".arn}"
		assert.Equal(t, []any{
			deny("DenyWithoutTLS", arn, map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}}),
			deny("DenyOtherAccounts", arn, map[string]any{
				"StringNotEquals": map[string]any{"aws:PrincipalAccount": componenttest.Account},
				"BoolIfExists":    map[string]any{"aws:PrincipalIsAWSService": "false"},
			}),
		}, componenttest.JSON(t, p, "policy")["Statement"])
	}
}

func TestPublishersSendForTheirSourceOnly(t *testing.T) {
	g := planned(t, withPublishers())
	all := componenttest.JSON(t, componenttest.Find(t, g, policyType, "checks-policy"), "policy")["Statement"].([]any)
	require.Len(t, all, 4)
	assert.Equal(t, map[string]any{
		"Sid": "PublisherNuploads", "Effect": "Allow", "Principal": map[string]any{"Service": "s3.amazonaws.com"},
		"Action": "sqs:SendMessage", "Resource": queueReference,
		"Condition": map[string]any{
			"ArnEquals":    map[string]any{"aws:SourceArn": bucketArn},
			"StringEquals": map[string]any{"aws:SourceAccount": componenttest.Account},
		},
	}, all[2])
	assert.Equal(t, map[string]any{
		"Sid": "PublisherNnightly", "Effect": "Allow", "Principal": map[string]any{"Service": "events.amazonaws.com"},
		"Action": "sqs:SendMessage", "Resource": queueReference,
		"Condition": map[string]any{"ArnEquals": map[string]any{"aws:SourceArn": ruleArn}},
	}, all[3])

	letters := componenttest.JSON(t, componenttest.Find(t, g, policyType, "checks-dead-letter-policy"), "policy")["Statement"].([]any)
	assert.Len(t, letters, 2, "publishers do not send to the dead-letter queue")
}

// Which actions a role gets, and on what.
func TestPermissionsOfProducersAndConsumers(t *testing.T) {
	documents := componenttest.Outputs(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) ([]pulumi.StringOutput, error) {
		q, err := queue.New(ctx, "health-checks", checks(), opts...)
		if err != nil {
			return nil, err
		}
		return []pulumi.StringOutput{
			policydoc.Document{Statements: q.SendStatements()}.JSON(), policydoc.Document{Statements: q.ReceiveStatements()}.JSON(),
		}, nil
	})
	allow := func(sid string, action, resource any) map[string]any {
		return map[string]any{"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource}
	}
	key := func(sid string, action any) map[string]any {
		s := allow(sid, action, keyArn)
		s["Condition"] = map[string]any{"StringEquals": map[string]any{"kms:ViaService": "sqs.us-east-1.amazonaws.com"}}
		return s
	}
	for i, want := range [][]any{
		{
			allow("SendToHealthChecks", []any{"sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"}, "${health-checks-queue.arn}"),
			key("EncryptForHealthChecks", []any{"kms:Decrypt", "kms:GenerateDataKey"}),
		},
		{
			allow("ReceiveFromHealthChecks", []any{
				"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage",
			}, "${health-checks-queue.arn}"),
			key("DecryptFromHealthChecks", "kms:Decrypt"),
		},
	} {
		var document map[string]any
		require.NoError(t, json.Unmarshal([]byte(documents[i].(string)), &document))
		assert.Equal(t, want, document["Statement"])
	}
}

func TestOutputs(t *testing.T) {
	got := componenttest.Outputs(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) ([]pulumi.StringOutput, error) {
		q, err := queue.New(ctx, "checks", checks(), opts...)
		if err != nil {
			return nil, err
		}
		return []pulumi.StringOutput{q.URL, q.Arn, q.Name, q.DeadLetterArn, q.DeadLetterName}, nil
	})
	assert.Equal(t, []any{
		"${checks-queue.url}", queueReference, "health-monitor-checks", letterReference, "health-monitor-checks-dead-letter",
	}, got)
}

// S3 tests its permission to send when a notification is created: what uses the ARN must wait for the policy.
func TestArnWaitsForThePolicy(t *testing.T) {
	g := componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		q, err := queue.New(ctx, "checks", withPublishers(), opts...)
		if err != nil {
			return err
		}
		var user pulumi.CustomResourceState
		return ctx.RegisterResource("test:index/user:User", "user", pulumi.Map{"queue": q.Arn}, &user)
	})
	user := componenttest.Find(t, g, "test:index/user:User", "user")
	assert.Contains(t, user.PropertyDependencies["queue"], componenttest.Find(t, g, policyType, "checks-policy").URN)
}

func deadLetters(t *testing.T, args *queue.DeadLetterArgs) *graph.Graph {
	t.Helper()
	return componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		return buildDeadLetters(args)(ctx, "resize-dead-letters", opts...)
	})
}

func buildDeadLetters(args *queue.DeadLetterArgs) func(*pulumi.Context, string, ...pulumi.ResourceOption) error {
	return func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		_, err := queue.NewDeadLetterQueue(ctx, name, args, opts...)
		return err
	}
}

func TestDeadLetterQueueAlone(t *testing.T) {
	g := deadLetters(t, &queue.DeadLetterArgs{KeyArn: pulumi.String(keyArn), Publishers: []queue.Publisher{
		{Name: "rule", Service: queue.EventBridge, SourceArn: pulumi.String(ruleArn)},
	}})
	assert.Equal(t, map[string]int{"carebase:queue:DeadLetterQueue": 1, queueType: 1, policyType: 1}, componenttest.Counts(g))
	inputs(t, g, queueType, "resize-dead-letters-queue", map[string]any{
		"name": nil, "kmsMasterKeyId": keyArn, "messageRetentionSeconds": fourteenDays, "receiveWaitTimeSeconds": 20.0,
	})
	p := componenttest.Find(t, g, policyType, "resize-dead-letters-policy")
	var sids []any
	for _, s := range componenttest.JSON(t, p, "policy")["Statement"].([]any) {
		sids = append(sids, s.(map[string]any)["Sid"])
	}
	assert.Equal(t, []any{"DenyWithoutTLS", "DenyOtherAccounts", "PublisherNrule"}, sids)

	componenttest.AssertTree(t, g, "carebase:queue:DeadLetterQueue", "resize-dead-letters")
	args := &queue.DeadLetterArgs{KeyArn: pulumi.String("key")}
	componenttest.AssertRegion(t, buildDeadLetters(args))
	componenttest.AssertOptionsStay(t, buildDeadLetters(args))
	componenttest.AssertStable(t, buildDeadLetters(args))

	refused := componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		return buildDeadLetters(&queue.DeadLetterArgs{Publishers: []queue.Publisher{{}}})(ctx, "letters", opts...)
	})
	assert.ErrorContains(t, refused, "KeyArn is missing")
	assert.ErrorContains(t, refused, "Publishers[0].SourceArn is missing")
}

func TestControlsOfQueues(t *testing.T) {
	for name, args := range map[string]*queue.Args{"plain": checks(), "publishers": withPublishers()} {
		result, err := catalogue.Audit(planned(t, args), policy.Options{
			Only: []string{"X-SQS-KMS", "X-SQS-TLS", "X-SQS-DLQ"}, Now: time.Unix(0, 0),
		})
		require.NoError(t, err)
		assert.Empty(t, result.Findings, name)
		for _, control := range result.Controls {
			assert.Equal(t, policy.Compliant, control.Outcome, "%s %s", name, control.Control.ID)
		}
	}
}

func TestRulesOfComponents(t *testing.T) {
	for name, args := range map[string]*queue.Args{"plain": checks(), "publishers": withPublishers()} {
		t.Run(name, func(t *testing.T) {
			componenttest.AssertTree(t, planned(t, args), component, "checks")
			// The publishers' ARNs name the region of the rule.
			args := *args
			args.KeyArn, args.Publishers = pulumi.String("key"), nil
			componenttest.AssertRegion(t, build(&args))
			componenttest.AssertOptionsStay(t, build(&args))
			componenttest.AssertStable(t, build(&args))
		})
	}
}

package observability_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/observability"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
)

func alerts() *observability.TopicArgs {
	return &observability.TopicArgs{
		Name: "careconnect-prod-alerts", KeyArn: pulumi.String(keyArn),
		Emails: []string{"sre@example.com", "oncall@example.com"},
	}
}

func topic(t *testing.T, args *observability.TopicArgs) *graph.Graph {
	t.Helper()
	return componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := observability.NewTopic(ctx, "alerts", args, opts...)
		return err
	})
}

func TestTopicOfEachShape(t *testing.T) {
	nobody := alerts()
	nobody.Emails = nil
	for _, c := range []struct {
		name string
		args *observability.TopicArgs
		want map[string]int
	}{
		{"with subscribers", alerts(), map[string]int{topicComponent: 1, topicType: 1, topicPolicyType: 1, subscriptionType: 2}},
		{"without", nobody, map[string]int{topicComponent: 1, topicType: 1, topicPolicyType: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := topic(t, c.args)
			assert.Equal(t, c.want, componenttest.Counts(g))
			componenttest.AssertTree(t, g, topicComponent, "alerts")
		})
	}
}

func TestTopicIsEncrypted(t *testing.T) {
	inputs(t, topic(t, alerts()), topicType, "alerts-topic", map[string]any{
		"name": "careconnect-prod-alerts", "kmsMasterKeyId": keyArn,
	})
}

func TestTopicPolicy(t *testing.T) {
	policy := componenttest.Find(t, topic(t, alerts()), topicPolicyType, "alerts-policy")
	assert.Equal(t, "${alerts-topic.arn}", componenttest.Input(t, policy, "arn"))
	assert.Equal(t, map[string]any{
		"Version": "2012-10-17",
		"Statement": []any{
			map[string]any{
				"Sid": "DenyWithoutTLS", "Effect": "Deny", "Principal": "*",
				"Action": "sns:Publish", "Resource": "${alerts-topic.arn}",
				"Condition": map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}},
			},
			map[string]any{
				"Sid": "ServicesOfThisAccount", "Effect": "Allow",
				"Principal": map[string]any{"Service": []any{
					"backup.amazonaws.com", "budgets.amazonaws.com", "cloudwatch.amazonaws.com", "events.rds.amazonaws.com",
				}},
				"Action": "sns:Publish", "Resource": "${alerts-topic.arn}",
				"Condition": map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": componenttest.Account}},
			},
			map[string]any{ // no condition: EventBridge would lose every event
				"Sid": "EventBridge", "Effect": "Allow",
				"Principal": map[string]any{"Service": "events.amazonaws.com"},
				"Action":    "sns:Publish", "Resource": "${alerts-topic.arn}",
			},
		},
	}, componenttest.JSON(t, policy, "policy"))
}

func TestSubscribers(t *testing.T) {
	g := topic(t, alerts())
	for _, email := range alerts().Emails {
		inputs(t, g, subscriptionType, "alerts-email-"+email, map[string]any{
			"topic": "${alerts-topic.arn}", "protocol": "email", "endpoint": email,
		})
	}

	// Who else subscribes is nobody's business but his own: the others need not confirm again.
	more := alerts()
	more.Emails = append([]string{"boss@example.com"}, more.Emails...)
	for _, r := range g.OfType(subscriptionType) {
		assert.Equal(t, r.Inputs, componenttest.Find(t, topic(t, more), subscriptionType, r.Name).Inputs)
	}
}

// A receiver by HTTPS receives what pages and nothing else, and its URL, which holds a token, stays a secret.
func TestReceivers(t *testing.T) {
	args := alerts()
	args.HTTPS = []observability.Receiver{{
		Name: "pagerduty", URL: pulumi.ToSecret(pulumi.String("https://events.pagerduty.com/integration/token/enqueue")).(pulumi.StringOutput),
	}}
	g := topic(t, args)
	subscription := componenttest.Find(t, g, subscriptionType, "alerts-https-pagerduty")
	assert.True(t, subscription.Inputs.Get("endpoint").Secret())
	inputs(t, g, subscriptionType, "alerts-https-pagerduty", map[string]any{
		"topic": "${alerts-topic.arn}", "protocol": "https", "endpoint": "https://events.pagerduty.com/integration/token/enqueue", "endpointAutoConfirms": true,
		"filterPolicyScope": "MessageBody",
		"filterPolicy":      `{"$or":[{"AlarmDescription":[{"prefix":"PAGE: "}]},{"severity":["PAGE"]}]}`,
	})
	componenttest.AssertTree(t, g, topicComponent, "alerts")
}

// The Slack channel receives every message, and its members may read alarms and nothing else.
func TestSlack(t *testing.T) {
	args := alerts()
	args.Slack = &observability.SlackChannel{TeamID: "T07EA123LEP", ChannelID: "C07EZ1ABC23"}
	g := topic(t, args)
	inputs(t, g, "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration", "alerts-slack", map[string]any{
		"configurationName": "careconnect-prod-alerts", "slackTeamId": "T07EA123LEP", "slackChannelId": "C07EZ1ABC23",
		"iamRoleArn": "${alerts-slack-role.arn}", "guardrailPolicyArns": []any{"${alerts-slack-policy.arn}"},
		"snsTopicArns": []any{"${alerts-topic.arn}"}, "loggingLevel": "ERROR", "userAuthorizationRequired": true,
	})
	assert.Equal(t, map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
		"Sid": "Look", "Effect": "Allow", "Resource": "*",
		"Action": []any{"cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics", "cloudwatch:ListMetrics"},
	}}}, componenttest.JSON(t, componenttest.Find(t, g, "aws:iam/policy:Policy", "alerts-slack-policy"), "policy"))
	componenttest.AssertTree(t, g, topicComponent, "alerts")
}

// The output ARN depends on the topic's policy, because RDS and Budgets publish to the topic as soon as they are configured with it.
func TestTopicArnWaitsForThePolicy(t *testing.T) {
	g := componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		made, err := observability.NewTopic(ctx, "alerts", alerts(), opts...)
		if err != nil {
			return err
		}
		_, err = sns.NewTopicSubscription(ctx, "user", &sns.TopicSubscriptionArgs{
			Topic: made.Arn, Protocol: pulumi.String("https"), Endpoint: made.Name,
		}, opts...)
		return err
	})
	user := componenttest.Find(t, g, subscriptionType, "user")
	assert.Equal(t, "${alerts-topic.arn}", componenttest.Input(t, user, "topic"))
	assert.Equal(t, "careconnect-prod-alerts", componenttest.Input(t, user, "endpoint"))
	assert.Contains(t, user.PropertyDependencies["topic"], componenttest.Find(t, g, topicPolicyType, "alerts-policy").URN)
}

func TestTopicKeepsTheRules(t *testing.T) {
	rules(t, func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		args := alerts()
		args.KeyArn = pulumi.String("key")
		_, err := observability.NewTopic(ctx, name, args, opts...)
		return err
	})
}

func TestTopicArgumentsAreRefused(t *testing.T) {
	with := func(change func(*observability.TopicArgs)) func(*pulumi.Context, ...pulumi.ResourceOption) error {
		return func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			args := alerts()
			change(args)
			_, err := observability.NewTopic(ctx, "alerts", args, opts...)
			return err
		}
	}
	refused(t, []wrong{
		{"none", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			_, err := observability.NewTopic(ctx, "alerts", nil, opts...)
			return err
		}, []string{`topic "alerts": Args is missing`}},
		{"no name", with(func(a *observability.TopicArgs) { a.Name = "" }), []string{`Name = "": allowed is letters`}},
		{"bad name", with(func(a *observability.TopicArgs) { a.Name = "alerts.fifo" }), []string{`Name = "alerts.fifo"`}},
		{"long name", with(func(a *observability.TopicArgs) { a.Name = strings.Repeat("a", 257) }), []string{"256 at most"}},
		{
			"Slack", with(func(a *observability.TopicArgs) { a.Slack = &observability.SlackChannel{ChannelID: "#alerts"} }),
			[]string{`Slack.TeamID = ""`, `Slack.ChannelID = "#alerts": allowed is a channel's ID such as C07EZ1ABC23`},
		},
		{
			"receivers", with(func(a *observability.TopicArgs) {
				a.HTTPS = []observability.Receiver{{Name: "Pager"}, {Name: "a", URL: pulumi.String("https://a")}, {Name: "a", URL: pulumi.String("https://b")}}
			}),
			[]string{`HTTPS[0].Name = "Pager"`, "HTTPS[0].URL is missing", `HTTPS[2].Name = "a": allowed is each name once`},
		},
		{"no key", with(func(a *observability.TopicArgs) { a.KeyArn = nil }), []string{"KeyArn is missing"}},
		{"no address", with(func(a *observability.TopicArgs) { a.Emails = []string{"sre"} }), []string{`Emails = "sre"`}},
		{
			"address twice", with(func(a *observability.TopicArgs) { a.Emails = []string{"a@b.c", "A@b.c"} }),
			[]string{`Emails = "A@b.c": allowed is each address once`},
		},
		{
			"all at once", with(func(a *observability.TopicArgs) { *a = observability.TopicArgs{Emails: []string{""}} }),
			[]string{"3 problems", "Name", "KeyArn", "Emails"},
		},
	})
	longest := alerts()
	longest.Name = strings.Repeat("a", 256)
	topic(t, longest)
}

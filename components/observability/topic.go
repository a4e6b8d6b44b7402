package observability

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/notice"
	"github.com/carebase/carebase/components/limits"
)

// TopicArgs shape a Topic.
type TopicArgs struct {
	// Name of the topic in AWS, which its subscribers read in every mail: letters, digits, "_" and "-", 256 at most.
	// Changing it replaces the topic, and everybody has to confirm again.
	Name string

	// KeyArn is the customer-managed key under which messages are kept. Its policy admits the services that publish
	// (keys.Keys.Data does).
	KeyArn pulumi.StringInput

	// Emails are told everything, in plain text. None where something else subscribes.
	Emails []string

	// HTTPS are told what pages: a service that wakes people, such as PagerDuty or Opsgenie.
	HTTPS []Receiver

	// Slack is a channel that receives every message. Nil for none.
	Slack *SlackChannel
}

// A Receiver of notifications by HTTPS. It confirms the subscription by itself, and within a minute: PagerDuty and Opsgenie
// do; an endpoint that does not makes the update fail rather than stay unconfirmed and silent.
type Receiver struct {
	Name string // lower-case letters, digits and single hyphens; part of the logical name. Changing it makes a new subscription.
	// URL begins with https://. It holds a token as a rule, so it is best a secret.
	URL pulumi.StringInput
}

// Topic is an encrypted SNS topic for alarms and events.
type Topic struct {
	pulumi.ResourceState

	// Arn comes once the policy is in place, so that nothing publishes before it may.
	Arn  pulumi.StringOutput `pulumi:"arn"`
	Name pulumi.StringOutput `pulumi:"name"`
}

var (
	topicName    = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)
	emailAddress = limits.Email
)

func (a *TopicArgs) validate(name string) error {
	p := arg.Check("topic", name)
	if p.Require("Args", a != nil, "the topic's arguments"); a == nil {
		return p.Err()
	}
	p.Match("Name", a.Name, topicName, `letters, digits, "_" and "-", 256 at most`)
	p.Require("KeyArn", a.KeyArn != nil, "a KMS key ARN (see components/keys)")
	validateEmails(p, a.Emails)
	if a.Slack != nil {
		a.Slack.validate(p)
	}
	names := newDistinct(p, "HTTPS")
	for i, receiver := range a.HTTPS {
		names.check(i, receiver.Name)
		p.Require(fmt.Sprintf("HTTPS[%d].URL", i), receiver.URL != nil, "an address that begins with https://")
	}
	return p.Err()
}

// validateEmails counts addresses that differ only in case as one: AWS would send to it twice.
func validateEmails(p *arg.Problems, emails []string) {
	seen := map[string]bool{}
	for _, email := range emails {
		p.Match("Emails", email, emailAddress, "addresses such as ops@example.com")
		if seen[strings.ToLower(email)] {
			p.Add("Emails", email, "each address once")
		}
		seen[strings.ToLower(email)] = true
	}
}

// NewTopic makes the topic, its policy and its subscriptions.
func NewTopic(ctx *pulumi.Context, name string, args *TopicArgs, opts ...pulumi.ResourceOption) (*Topic, error) {
	if err := args.validate(name); err != nil {
		return nil, err
	}
	t := &Topic{}
	if err := ctx.RegisterComponentResource("carebase:observability:Topic", name, t, opts...); err != nil {
		return nil, err
	}
	topic, err := sns.NewTopic(ctx, name+"-topic", &sns.TopicArgs{
		Name:           pulumi.String(args.Name),
		KmsMasterKeyId: args.KeyArn,
	}, pulumi.Parent(t))
	if err != nil {
		return nil, err
	}
	policy, err := sns.NewTopicPolicy(ctx, name+"-policy", &sns.TopicPolicyArgs{
		Arn:    topic.Arn,
		Policy: topicPolicy(topic.Arn, caller.Look(ctx, t)),
	}, pulumi.Parent(t))
	if err != nil {
		return nil, err
	}
	for _, email := range slices.Sorted(slices.Values(args.Emails)) {
		_, err := sns.NewTopicSubscription(ctx, name+"-email-"+email, &sns.TopicSubscriptionArgs{
			Topic:    topic.Arn,
			Protocol: pulumi.String("email"),
			Endpoint: pulumi.String(email),
		}, pulumi.Parent(t))
		if err != nil {
			return nil, err
		}
	}

	for _, receiver := range args.HTTPS {
		_, err := sns.NewTopicSubscription(ctx, name+"-https-"+receiver.Name, &sns.TopicSubscriptionArgs{
			Topic:                topic.Arn,
			Protocol:             pulumi.String("https"),
			Endpoint:             receiver.URL,
			EndpointAutoConfirms: pulumi.Bool(true),
			FilterPolicyScope:    pulumi.String("MessageBody"),
			FilterPolicy:         pulumi.String(notice.PagesOnly),
		}, pulumi.Parent(t))
		if err != nil {
			return nil, err
		}
	}

	if args.Slack != nil {
		if err := t.newSlack(ctx, name, args, policy.Arn); err != nil {
			return nil, err
		}
	}

	t.Arn, t.Name = policy.Arn, topic.Name
	return t, ctx.RegisterResourceOutputs(t, pulumi.Map{"arn": t.Arn, "name": t.Name})
}

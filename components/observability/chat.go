package observability

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/chatbot"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/policydoc"
	"github.com/carebase/carebase/components/limits"
)

// A SlackChannel gets every notification of a topic, by Amazon Q Developer in chat applications (AWS Chatbot). An account
// has one configuration for a channel: another topic takes another channel. The workspace is authorized by hand, once for an
// account, in that service's console.
// https://docs.aws.amazon.com/chatbot/latest/adminguide/slack-setup.html
type SlackChannel struct {
	TeamID    string // of the workspace, e.g. T07EA123LEP
	ChannelID string // e.g. C07EZ1ABC23
}

func (s *SlackChannel) validate(p *arg.Problems) {
	p.Match("Slack.TeamID", s.TeamID, limits.SlackID, "a workspace's ID such as T07EA123LEP")
	p.Match("Slack.ChannelID", s.ChannelID, limits.SlackID, "a channel's ID such as C07EZ1ABC23")
}

// newSlack connects the channel. People in it may look at alarms and metrics and do nothing else: without a guardrail AWS
// takes AdministratorAccess, which leaves all to the role.
func (t *Topic) newSlack(ctx *pulumi.Context, name string, args *TopicArgs, topic pulumi.StringInput) error {
	id := caller.Look(ctx, t)
	role, err := iam.NewRole(ctx, name+"-slack-role", &iam.RoleArgs{
		Description: pulumi.String("Shows alarms in a channel of Slack."),
		AssumeRolePolicy: policydoc.Document{Statements: []policydoc.Statement{{
			Sid: "Chat", Effect: policydoc.Allow,
			Principals: policydoc.Service("chatbot.amazonaws.com"),
			Actions:    []string{"sts:AssumeRole"},
			Conditions: []policydoc.Condition{
				{Test: "StringEquals", Key: "aws:SourceAccount", Values: pulumi.StringArray{id.Account}},
			},
		}}}.JSON(),
	}, pulumi.Parent(t))
	if err != nil {
		return err
	}
	policy, err := iam.NewPolicy(ctx, name+"-slack-policy", &iam.PolicyArgs{
		Description: pulumi.String("Look at alarms and metrics."),
		Policy: policydoc.Document{Statements: []policydoc.Statement{{
			Sid: "Look", Effect: policydoc.Allow,
			Actions:   []string{"cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics", "cloudwatch:ListMetrics"},
			Resources: pulumi.StringArray{pulumi.String("*")},
		}}}.JSON(),
	}, pulumi.Parent(t))
	if err != nil {
		return err
	}
	may, err := iam.NewRolePolicyAttachment(ctx, name+"-slack-permission", &iam.RolePolicyAttachmentArgs{
		Role: role.Name, PolicyArn: policy.Arn,
	}, pulumi.Parent(t))
	if err != nil {
		return err
	}
	_, err = chatbot.NewSlackChannelConfiguration(ctx, name+"-slack", &chatbot.SlackChannelConfigurationArgs{
		ConfigurationName:         pulumi.String(args.Name),
		SlackTeamId:               pulumi.String(args.Slack.TeamID),
		SlackChannelId:            pulumi.String(args.Slack.ChannelID),
		IamRoleArn:                role.Arn,
		GuardrailPolicyArns:       pulumi.StringArray{policy.Arn},
		SnsTopicArns:              pulumi.StringArray{topic},
		LoggingLevel:              pulumi.String("ERROR"),
		UserAuthorizationRequired: pulumi.Bool(true),
	}, pulumi.Parent(t), pulumi.DependsOn([]pulumi.Resource{may}))
	return err
}

package service

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/internal/pathpattern"
)

// A rule for probes has the priority of its service's rule and this: it may come last, for no other rule takes what has no
// proof. AWS's highest priority is 50000.
const (
	mostPriority  = limits.MostPriority
	probePriority = 25000
)

// newListenerRule sends what is asked for under the paths to the target group: only with the proof, where the listener
// wants one. The service whose path is probed gets a second rule, for the probe alone.
func (args *WebArgs) newListenerRule(
	ctx *pulumi.Context, parent pulumi.Resource, name string, target *lb.TargetGroup,
) (*lb.ListenerRule, error) {
	conditions := lb.ListenerRuleConditionArray{paths(args.Paths...)}
	if proof := args.Listener.Proof; proof != nil {
		values := pulumi.StringArray{pulumi.ToSecret(proof.Value).(pulumi.StringOutput)}
		if proof.AlsoAccepted != nil {
			values = append(values, pulumi.ToSecret(proof.AlsoAccepted).(pulumi.StringOutput))
		}
		conditions = append(conditions, lb.ListenerRuleConditionArgs{HttpHeader: &lb.ListenerRuleConditionHttpHeaderArgs{
			HttpHeaderName: pulumi.String(proof.Header),
			Values:         values,
		}})
	}
	rule, err := args.forward(ctx, parent, name+"-rule", args.Priority, conditions, target)
	if err != nil || !args.isProbed() {
		return rule, err
	}
	probe := args.Listener.Probe
	_, err = args.forward(ctx, parent, name+"-probe-rule", args.Priority+probePriority, lb.ListenerRuleConditionArray{
		paths(probe.Path),
		lb.ListenerRuleConditionArgs{HostHeader: &lb.ListenerRuleConditionHostHeaderArgs{Values: pulumi.ToStringArray([]string{probe.Host})}},
		lb.ListenerRuleConditionArgs{HttpRequestMethod: &lb.ListenerRuleConditionHttpRequestMethodArgs{Values: pulumi.ToStringArray([]string{"GET"})}},
	}, target)
	return rule, err
}

func (args *WebArgs) forward(
	ctx *pulumi.Context, parent pulumi.Resource, name string, priority int, conditions lb.ListenerRuleConditionArray, target *lb.TargetGroup,
) (*lb.ListenerRule, error) {
	return lb.NewListenerRule(ctx, name, &lb.ListenerRuleArgs{
		ListenerArn: args.Listener.Arn,
		Priority:    pulumi.Int(priority),
		Conditions:  conditions,
		Actions: lb.ListenerRuleActionArray{lb.ListenerRuleActionArgs{
			Type: pulumi.String("forward"), TargetGroupArn: target.Arn,
		}},
	}, pulumi.Parent(parent))
}

func paths(patterns ...string) lb.ListenerRuleConditionArgs {
	return lb.ListenerRuleConditionArgs{
		PathPattern: &lb.ListenerRuleConditionPathPatternArgs{Values: pulumi.ToStringArray(patterns)},
	}
}

// isProbed is true where the path that the listener is probed by is one of the service's.
func (args *WebArgs) isProbed() bool {
	return args.Listener.Probe != nil && slices.ContainsFunc(args.Paths, func(pattern string) bool {
		return pathpattern.Matches(pattern, args.Listener.Probe.Path)
	})
}

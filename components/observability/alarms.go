package observability

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/internal/caller"
)

// AlarmsArgs say what there is to watch. All of it is optional, but something there must be.
type AlarmsArgs struct {
	// NamePrefix begins the name of every alarm, e.g. clinic-prod: letters, digits, "_" and "-", 64 at most. The
	// name is the subject of the mail, so it says which environment it is about. Changing it replaces the alarms.
	NamePrefix string

	// TopicArn is where alarms and events go: a topic in the same region that admits CloudWatch and EventBridge (see
	// Topic).
	TopicArn pulumi.StringInput

	System System

	// Certificates that must not expire. A certificate is watched in its own region: CloudFront's in us-east-1.
	Certificates []Certificate

	// ClusterName of ECS: tells of its deployments, services and tasks that fail.
	ClusterName pulumi.StringInput

	// AccountEvents passes on what AWS says of the account in this region: certificates that are not renewed, AWS Health,
	// images with critical vulnerabilities, rotations that failed. They concern the account, not a stack: switch it on in one
	// stack of each account and region.
	AccountEvents bool

	// SecurityFindings passes on what GuardDuty and Security Hub find. Both know accounts, not stacks: switch it on in
	// one stack of each account and region.
	SecurityFindings bool
}

// Alarms watch a system.
type Alarms struct {
	pulumi.ResourceState

	// Names of the alarms in AWS by key, e.g. service-backend-cpu or load-balancer-errors: for deployments that
	// alarms undo.
	Names pulumi.StringMapOutput `pulumi:"names"`
	// Arns of the alarms, those that belong together side by side: for a Dashboard.
	Arns pulumi.StringArrayOutput `pulumi:"arns"`

	name  string
	names map[string]pulumi.StringOutput
}

var namePrefix = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)

func (a *AlarmsArgs) validate(name string) error {
	p := arg.Check("alarms", name)
	if p.Require("Args", a != nil, "the alarms' arguments"); a == nil {
		return p.Err()
	}
	p.Match("NamePrefix", a.NamePrefix, namePrefix, `letters, digits, "_" and "-", a letter or digit first, 64 at most`)
	p.Require("TopicArn", a.TopicArn != nil, "the ARN of a topic in the same region (see Topic)")
	a.System.validate(p)
	names := newDistinct(p, "Certificates")
	for i, c := range a.Certificates {
		names.check(i, c.Name)
		p.Require(fmt.Sprintf("Certificates[%d].Arn", i), c.Arn != nil, "the certificate's ARN")
	}
	p.Require("System", !a.System.empty() || len(a.Certificates) > 0 || a.ClusterName != nil || a.AccountEvents || a.SecurityFindings,
		"something to watch")
	return p.Err()
}

// NewAlarms makes the alarms and the rules for events.
func NewAlarms(ctx *pulumi.Context, name string, args *AlarmsArgs, opts ...pulumi.ResourceOption) (*Alarms, error) {
	if err := args.validate(name); err != nil {
		return nil, err
	}
	c := &Alarms{name: name, names: map[string]pulumi.StringOutput{}}
	if err := ctx.RegisterComponentResource("carebase:observability:Alarms", name, c, opts...); err != nil {
		return nil, err
	}

	alarms := args.System.alarms()
	for _, certificate := range args.Certificates {
		alarms = append(alarms, certificate.alarm())
	}
	names, arns := pulumi.StringMap{}, pulumi.StringArray{}
	for _, a := range alarms {
		made, err := a.register(ctx, c, args)
		if err != nil {
			return nil, err
		}
		c.names[a.key], names[a.key] = made.Name, made.Name
		arns = append(arns, made.Arn)
	}
	if err := c.newRules(ctx, args); err != nil {
		return nil, err
	}

	c.Names, c.Arns = names.ToStringMapOutput(), arns.ToStringArrayOutput()
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{"names": c.Names, "arns": c.Arns})
}

func (c *Alarms) newRules(ctx *pulumi.Context, args *AlarmsArgs) error {
	if args.ClusterName != nil {
		id := caller.Look(ctx, c)
		for _, r := range releases {
			if err := r.register(ctx, c, args.TopicArn, r.of(id, args.ClusterName)); err != nil {
				return err
			}
		}
	}
	var rules []rule
	if args.AccountEvents {
		rules = append(rules, account...)
	}
	if args.SecurityFindings {
		rules = append(rules, guardDuty, securityHub)
	}
	for _, r := range rules {
		if err := r.register(ctx, c, args.TopicArn, pulumi.String(r.pattern)); err != nil {
			return err
		}
	}
	return nil
}

// Name of the alarm with that key in AWS. It comes once the alarm is there. For a key that does not exist the output
// fails, and with it whatever uses it.
func (c *Alarms) Name(key string) pulumi.StringOutput {
	if name, ok := c.names[key]; ok {
		return name
	}
	known := strings.Join(slices.Sorted(maps.Keys(c.names)), ", ")
	return pulumi.String("").ToStringOutput().ApplyT(func(string) (string, error) {
		return "", fmt.Errorf("alarms %q has no alarm %q: it has %s", c.name, key, known)
	}).(pulumi.StringOutput)
}

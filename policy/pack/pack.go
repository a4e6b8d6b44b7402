package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/policyx"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/catalogue"
	"github.com/carebase/carebase/policy/inspect"
)

// version of the pack, as Pulumi shows it beside a violation.
var version = semver.MustParse("0.1.0")

// newPack makes the pack for one stack, whose configuration says whether PHI lives there and which exceptions stand.
func newPack(ctx *pulumi.Context) (policyx.PolicyPack, error) {
	settings, err := readSettings(ctx)
	if err != nil {
		return nil, err
	}
	var policies []policyx.Policy
	graphs := &graphs{project: ctx.Project(), stack: ctx.Stack()}
	for _, control := range catalogue.Controls() {
		if control.Kind == policy.Property {
			policies = append(policies, resourcePolicy(control, settings, graphs))
			continue
		}
		policies = append(policies, stackPolicy(control, settings, graphs))
	}
	// policyx ignores the pack's own level: each policy carries one.
	return policyx.NewPolicyPack("carebase-hipaa", version, settings.level, policies)
}

// settings of the stack that a violation depends on.
type settings struct {
	level      policyx.EnforcementLevel
	exceptions []policy.Exception
	now        time.Time
}

// readSettings takes <project>:phi and <project>:exceptions. A stack that does not say that it is without PHI is
// treated as one with it.
func readSettings(ctx *pulumi.Context) (settings, error) {
	s := settings{level: policyx.EnforcementLevelMandatory, now: time.Now()}
	if phi, _ := ctx.GetConfig(ctx.Project() + ":phi"); phi == "false" {
		s.level = policyx.EnforcementLevelAdvisory
	}
	key := ctx.Project() + ":exceptions"
	if text, set := ctx.GetConfig(key); set && text != "" {
		if err := json.Unmarshal([]byte(text), &s.exceptions); err != nil {
			return settings{}, fmt.Errorf("%s is no list of exceptions: %w", key, err)
		}
	}
	return s, nil
}

func resourcePolicy(control *policy.Control, s settings, graphs *graphs) policyx.Policy {
	return policyx.NewResourceValidationPolicy(control.ID, policyx.ResourceValidationPolicyArgs{
		Description:      describe(control),
		EnforcementLevel: s.level,
		ValidateResource: func(_ context.Context, args policyx.ResourceValidationArgs) error {
			return report(args.Manager, control, s, graphs.one(args.Resource))
		},
	})
}

func stackPolicy(control *policy.Control, s settings, graphs *graphs) policyx.Policy {
	return policyx.NewStackValidationPolicy(control.ID, policyx.StackValidationPolicyArgs{
		Description:      describe(control),
		EnforcementLevel: s.level,
		ValidateStack: func(_ context.Context, args policyx.StackValidationArgs) error {
			return report(args.Manager, control, s, graphs.all(args.Resources))
		},
	})
}

func describe(control *policy.Control) string { return control.Title + ". " + control.Why }

// report says of every violation what `carebase audit` says. What is not known yet in a preview is judged in the update.
func report(to policyx.PolicyManager, control *policy.Control, s settings, stack *inspect.Stack) error {
	result, err := policy.Audit(stack, catalogue.Controls(), policy.Options{Only: []string{control.ID}, Exceptions: s.exceptions, Now: s.now})
	if err != nil {
		return err
	}
	for _, finding := range result.Violations(policy.Low) {
		to.ReportViolation(finding.Message(), finding.URN)
	}
	return nil
}

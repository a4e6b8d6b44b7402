package ec2

import (
	"slices"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const (
	launchTemplateType = "aws:ec2/launchTemplate:LaunchTemplate"
	launchConfigType   = "aws:ec2/launchConfiguration:LaunchConfiguration"
)

var instances = []string{inspect.InstanceType, "aws:ec2/spotInstanceRequest:SpotInstanceRequest"}

// A launch is what decides how a host starts: an instance with the template that fills in what it leaves open, or the
// template or launch configuration of an Auto Scaling group, whose instances no stack lists.
type launch struct {
	*inspect.Resource
	template *inspect.Resource // may be nil
}

// launches are those of the stack. Templates that no group uses are not among them: they may be parts.
func launches(s *inspect.Stack) []launch {
	var found []launch
	for _, r := range s.Of(instances...) {
		found = append(found, launch{r, s.Resolve(r.At("launchTemplate"), launchTemplateType)})
	}
	for _, r := range s.Of(launchTemplateType) {
		if startsGroup(s, r) {
			found = append(found, launch{r, r})
		}
	}
	for _, r := range s.Of(launchConfigType) {
		found = append(found, launch{r, nil})
	}
	return found
}

// startsGroup is true for the template of an Auto Scaling group.
func startsGroup(s *inspect.Stack, template *inspect.Resource) bool {
	return slices.ContainsFunc([]string{"launchTemplate", "mixedInstancesPolicy"}, func(property string) bool {
		return len(s.Pointing(template, inspect.ScalingGroupType, property)) > 0
	})
}

// value is the instance's own, or the template's, which may have it under another path.
func (l launch) value(own, inTemplate string) inspect.Value {
	switch {
	case l.template == nil:
		return l.At(own)
	case l.template == l.Resource:
		return l.At(inTemplate)
	}
	if v := l.At(own); !v.Unset() {
		return v
	}
	if v := l.template.At(inTemplate); !v.Unset() {
		return v
	}
	return l.At(own)
}

// eachLaunch checks every launch of the stack: own is the path in an instance, inTemplate that in a template.
func eachLaunch(own, inTemplate string, e policy.Expectation) func(*inspect.Stack, *policy.Report) {
	return func(s *inspect.Stack, report *policy.Report) {
		for _, l := range launches(s) {
			if e.Judge(report, l.Resource, l.value(own, inTemplate)) {
				report.Pass(l.Resource)
			}
		}
	}
}

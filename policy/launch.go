package policy

import "slices"

const (
	instanceType       = "aws:ec2/instance:Instance"
	launchTemplateType = "aws:ec2/launchTemplate:LaunchTemplate"
	launchConfigType   = "aws:ec2/launchConfiguration:LaunchConfiguration"
	scalingGroupType   = "aws:autoscaling/group:Group"
)

var instances = of(instanceType, "aws:ec2/spotInstanceRequest:SpotInstanceRequest")

// A launch is what decides how a host starts: an instance with the template that fills in what it leaves open, or the
// template or launch configuration of an Auto Scaling group, whose instances no stack lists.
type launch struct {
	*Resource
	template *Resource // may be nil
}

// launches are those of the stack. Templates that no group uses are not among them: they may be parts.
func (s *Stack) launches() []launch {
	var found []launch
	for _, r := range s.Of(instances...) {
		found = append(found, launch{r, s.Referent(r.At("launchTemplate"), launchTemplateType)})
	}
	for _, r := range s.Of(launchTemplateType) {
		if s.startsGroup(r) {
			found = append(found, launch{r, r})
		}
	}
	for _, r := range s.Of(launchConfigType) {
		found = append(found, launch{r, nil})
	}
	return found
}

// startsGroup is true for the template of an Auto Scaling group.
func (s *Stack) startsGroup(template *Resource) bool {
	return slices.ContainsFunc([]string{"launchTemplate", "mixedInstancesPolicy"}, func(property string) bool {
		return len(s.Pointing(template, scalingGroupType, property)) > 0
	})
}

// value is the instance's own, or the template's, which may have it under another path.
func (l launch) value(own, inTemplate string) Value {
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
func eachLaunch(own, inTemplate string, e expectation) func(*Stack, *Report) {
	return func(s *Stack, report *Report) {
		for _, l := range s.launches() {
			if e.judge(report, l.Resource, l.value(own, inTemplate)) {
				report.Pass(l.Resource)
			}
		}
	}
}

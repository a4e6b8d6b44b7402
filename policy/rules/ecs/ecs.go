package ecs

import (
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const (
	ecsClusterType    = "aws:ecs/cluster:Cluster"
	ecsServiceType    = "aws:ecs/service:Service"
	scalingTargetType = "aws:appautoscaling/target:Target"
)

// notHost wants a mode that is not the host's own.
func notHost(path string) policy.Expectation {
	return policy.Expectation{Path: path, Want: "not host", Fix: "take " + path + ": host out; Fargate has awsvpc", Holds: func(v inspect.Value) bool {
		return v.Text() != "host"
	}}
}

func secretsByReference(s *inspect.Stack, report *policy.Report) {
	for _, r := range s.Of(taskDefinitionType) {
		list, good := containers(report, r, noPlainSecrets)
		for _, container := range list {
			good = plainSecrets(s, report, r, container) && good
		}
		if good {
			report.Pass(r)
		}
	}
}

// tasksInTwoZones leaves out services that are switched off, as in a recovery region that waits, and those with a task
// on every host.
func tasksInTwoZones(s *inspect.Stack, report *policy.Report) {
	const fix = "run two tasks or more: the least count of what scales the service, or desiredCount where nothing scales it"
	scaled := map[*inspect.Resource]*inspect.Resource{}
	for _, target := range s.Of(scalingTargetType) {
		if service := s.Resolve(target.At("resourceId"), ecsServiceType); service != nil {
			scaled[service] = target
		}
	}
	for _, r := range s.Of(ecsServiceType) {
		least, most := r.At("desiredCount"), r.At("desiredCount")
		if target := scaled[r]; target != nil {
			least, most = target.At("minCapacity"), target.At("maxCapacity")
		}
		if n, ok := most.Number(); ok && n == 0 || r.At("schedulingStrategy").Text() == "DAEMON" {
			continue
		}
		good := policy.AtLeast("", 2, fix).Judge(report, r, least)
		if judgeZones(s, report, r, r.At("networkConfiguration.subnets")) && good {
			report.Pass(r)
		}
	}
}

// judgeZones wants subnets in two zones. A subnet elsewhere, or one that leaves its zone to AWS, counts as a zone of its
// own. Without subnets the tasks are where the hosts are.
func judgeZones(s *inspect.Stack, report *policy.Report, r *inspect.Resource, subnets inspect.Value) bool {
	const want = "subnets in two zones or more"
	zones := map[string]bool{}
	unknown := false
	for _, subnet := range inspect.Elements(subnets) {
		unknown = unknown || subnet.Unknown()
		found := s.ResolveAll(subnet)
		if len(found) == 0 && !subnet.Unknown() {
			zones[subnet.Text()] = true
		}
		for _, one := range found {
			if one.Type == inspect.SubnetType {
				zones[zoneOf(one)] = true
			}
		}
	}
	switch {
	case len(zones) > 1 || subnets.Unset():
		return true
	case unknown:
		report.Undecided(r, subnets.Path(), want)
	default:
		report.Fail(r, subnets.Path(), subnets.Show(), want, "name the private subnets of two zones; components/network makes one for each")
	}
	return false
}

// zoneOf a subnet; its URN where AWS chooses.
func zoneOf(subnet *inspect.Resource) string {
	for _, path := range []string{"availabilityZone", "availabilityZoneId"} {
		if zone := subnet.At(path).Text(); zone != "" {
			return zone
		}
	}
	return subnet.URN
}

package observability

import (
	"fmt"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
)

// A System is what there is to watch, for Alarms and Dashboard alike. Names in it are for people and for alarms' names:
// lower-case letters, digits and single hyphens, 40 at most, each once among its kind. Renaming one replaces its alarms.
type System struct {
	// HealthChecks of Route 53, Distribution and Firewall have their metrics in us-east-1: name them in a system there.
	HealthChecks []HealthCheck
	Distribution *Distribution
	Firewall     *Firewall
	// Canary asks for the site from this region.
	Canary       *CanaryMetric
	NatGateways  []NatGateway
	Services     []Service
	LoadBalancer *LoadBalancer
	TargetGroups []TargetGroup
	Database     *Database
	Cache        *Cache
	Queues       []Queue
	Replications []Replication // to this region
	Outgoing     []Replication // from this region
	Copies       []Copies
}

const maxWatchedName = 40

func (s System) empty() bool {
	return len(s.HealthChecks)+len(s.NatGateways)+len(s.Services)+len(s.TargetGroups)+len(s.Queues)+
		len(s.Replications)+len(s.Outgoing)+len(s.Copies) == 0 &&
		s.Distribution == nil && s.Firewall == nil && s.Canary == nil &&
		s.LoadBalancer == nil && s.Database == nil && s.Cache == nil
}

func (s System) validate(p *arg.Problems) {
	s.validateOutside(p)
	names := newDistinct(p, "System.Services")
	for i, one := range s.Services {
		names.check(i, one.Name)
		one.validate(p, fmt.Sprintf("System.Services[%d].", i))
	}
	if s.LoadBalancer != nil {
		p.Require("System.LoadBalancer.ArnSuffix", s.LoadBalancer.ArnSuffix != nil, "the end of the load balancer's ARN")
	}
	names = newDistinct(p, "System.TargetGroups")
	for i, one := range s.TargetGroups {
		names.check(i, one.Name)
		one.validate(p, fmt.Sprintf("System.TargetGroups[%d].", i))
	}
	if s.Database != nil {
		s.Database.validate(p)
	}
	if s.Cache != nil {
		s.Cache.validate(p)
	}
	names = newDistinct(p, "System.Queues")
	for i, one := range s.Queues {
		names.check(i, one.Name)
		one.validate(p, fmt.Sprintf("System.Queues[%d].", i))
	}
	names = newDistinct(p, "System.Replications")
	for i, one := range s.Replications {
		names.check(i, one.Name)
		one.validate(p, fmt.Sprintf("System.Replications[%d].", i))
	}
	names = newDistinct(p, "System.Outgoing")
	for i, one := range s.Outgoing {
		names.check(i, one.Name)
		one.validate(p, fmt.Sprintf("System.Outgoing[%d].", i))
	}
	names = newDistinct(p, "System.Copies")
	for i, one := range s.Copies {
		names.check(i, one.Name)
		one.validate(p, fmt.Sprintf("System.Copies[%d].", i))
	}
}

// validateOutside checks what is watched from outside.
func (s System) validateOutside(p *arg.Problems) {
	names := newDistinct(p, "System.HealthChecks")
	for i, check := range s.HealthChecks {
		names.check(i, check.Name)
		check.validate(p, fmt.Sprintf("System.HealthChecks[%d].", i))
	}
	if s.Distribution != nil {
		p.Require("System.Distribution.ID", s.Distribution.ID != nil, "the distribution's ID (see components/edge)")
	}
	if s.Firewall != nil {
		p.Require("System.Firewall.MetricName", s.Firewall.MetricName != "", "the metric name of the web ACL (see components/edge)")
	}
	if s.Canary != nil {
		p.Require("System.Canary.Stack", s.Canary.Stack != "", "the stack's name as the canary publishes it")
	}
	names = newDistinct(p, "System.NatGateways")
	for i, gateway := range s.NatGateways {
		names.check(i, gateway.Name)
		p.Require(fmt.Sprintf("System.NatGateways[%d].ID", i), gateway.ID != nil, "the gateway's ID (see components/network)")
	}
}

// alarms in the order in which a request meets what they watch.
func (s System) alarms() []alarm {
	var all []alarm
	if s.Canary != nil {
		all = append(all, s.Canary.alarm())
	}
	for _, check := range s.HealthChecks {
		all = append(all, check.alarm())
	}
	if s.Distribution != nil {
		all = append(all, s.Distribution.alarms()...)
	}
	if s.Firewall != nil {
		all = append(all, s.Firewall.alarm())
	}
	for _, gateway := range s.NatGateways {
		all = append(all, gateway.alarm())
	}
	if s.LoadBalancer != nil {
		all = append(all, s.LoadBalancer.alarms()...)
	}
	for _, one := range s.TargetGroups {
		all = append(all, one.alarms()...)
	}
	for _, one := range s.Services {
		all = append(all, one.alarms()...)
	}
	if s.Database != nil {
		all = append(all, s.Database.alarms()...)
	}
	if s.Cache != nil {
		all = append(all, s.Cache.alarms()...)
	}
	for _, one := range s.Queues {
		all = append(all, one.alarms()...)
	}
	for _, one := range s.Replications {
		all = append(all, one.latencyAlarm())
	}
	for _, one := range s.Outgoing {
		all = append(all, one.failuresAlarm())
	}
	for _, one := range s.Copies {
		all = append(all, one.alarm())
	}
	return all
}

// distinct checks the names in a list, of which alarms and logical names are made.
type distinct struct {
	p    *arg.Problems
	list string
	seen map[string]bool
}

func newDistinct(p *arg.Problems, list string) *distinct {
	return &distinct{p: p, list: list, seen: map[string]bool{}}
}

func (d *distinct) check(index int, name string) {
	argument := fmt.Sprintf("%s[%d].Name", d.list, index)
	d.p.Match(argument, name, limits.Words, "lower-case letters, digits and single hyphens")
	if len(name) > maxWatchedName {
		d.p.Add(argument, name, fmt.Sprintf("%d characters at most", maxWatchedName))
	}
	if d.seen[name] {
		d.p.Add(argument, name, "each name once")
	}
	d.seen[name] = true
}

package observability

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/observability/detection"
)

// A HealthCheck of Route 53. Its metrics are in us-east-1.
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
type HealthCheck struct {
	Name string // e.g. site
	ID   pulumi.StringInput
	// Meaning of the check being unhealthy, and Remedy: what to do about it. One or two sentences each.
	Meaning, Remedy string
}

func (h HealthCheck) validate(p *arg.Problems, at string) {
	p.Require(at+"ID", h.ID != nil, "the health check's ID (see components/edge)")
	p.Require(at+"Meaning", h.Meaning != "", "what it means that the check is unhealthy")
	p.Require(at+"Remedy", h.Remedy != "", "what to do about it")
}

// alarm goes off on silence, too: an enabled check always has a status.
func (h HealthCheck) alarm() alarm {
	return alarm{
		key:       "health-check-" + h.Name,
		metric:    metric{"AWS/Route53", "HealthCheckStatus", []dimension{{"HealthCheckId", h.ID}}},
		statistic: "Minimum",
		operator:  below, threshold: 1, period: 60, periods: 2,
		Note:    page("health-check-" + h.Name),
		silence: silenceAlarms,
		meaning: h.Meaning,
		remedy:  h.Remedy,
	}
}

// A Firewall is a web ACL of CloudFront. Its metrics are in us-east-1, without the dimension Region.
// https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html
type Firewall struct {
	MetricName string // of the web ACL, in its visibilityConfig
}

// firewallBlocked requests in five minutes are more than the scanners of an ordinary day.
const firewallBlocked = 1000

func (f Firewall) alarm() alarm {
	return alarm{
		key: "firewall-blocked",
		metric: metric{"AWS/WAFV2", "BlockedRequests", []dimension{
			{"WebACL", pulumi.String(f.MetricName)}, {"Rule", pulumi.String("ALL")},
		}},
		statistic: "Sum",
		operator:  above, threshold: firewallBlocked, period: 300, periods: 1,
		Note:    inform("firewall-blocked"),
		silence: silenceIsFine, // nothing is reported while nothing is blocked
		meaning: fmt.Sprintf("The firewall has blocked more than %d requests in five minutes.", firewallBlocked),
		remedy: "Find the rule and the addresses in the firewall's log. An attack: nothing to do while people are served. People who are " +
			"blocked by mistake: let the rule count until it is mended.",
	}
}

// A CanaryMetric is what a Canary publishes: 1 where the site answered as it should, 0 where it did not.
type CanaryMetric struct {
	Stack string // the canary's Args.Stack
}

// Names of the canary's metric.
const (
	CanaryNamespace = "Carebase/Canary"
	canaryUp        = "Up"
	canaryDimension = "Stack"
)

// alarm is the alarm that the recovery time objective depends on. Its figures are in package detection.
func (c CanaryMetric) alarm() alarm {
	return alarm{
		key:       "site-down",
		metric:    metric{CanaryNamespace, canaryUp, []dimension{{canaryDimension, pulumi.String(c.Stack)}}},
		statistic: "Minimum",
		operator:  below, threshold: 1, period: int(detection.Period.Seconds()),
		periods: detection.EvaluationPeriods, datapoints: detection.DatapointsToAlarm,
		Note:    page("site-down"),
		silence: silenceAlarms, // a canary that does not run sees nothing
		meaning: "The site does not answer as it should, seen from the recovery region, or the canary there does not run.",
		remedy: "Open the site yourself. If it is down, look at the alarms of the primary region; if there are none because the region is " +
			"lost, decide on a failover (docs/disaster-recovery.md). If the site is up, read the canary's log.",
	}
}

// globalRegion is where AWS reports on what belongs to no region: Route 53, CloudFront and its firewall.
const globalRegion = "us-east-1"

// outsideWidgets show whether the site answers.
func (s System) outsideWidgets() []widget {
	var widgets []widget
	if s.Canary != nil {
		widgets = append(widgets, widget{
			title: "Canary: the site answers (1)", statistic: "Minimum",
			lines: []line{{metric: s.Canary.alarm().metric, label: "up"}}, limits: []limit{{"alarm below", 1}},
		})
	}
	if len(s.HealthChecks) > 0 {
		checks := widget{title: "Health checks: healthy (1)", statistic: "Minimum", region: globalRegion, limits: []limit{{"alarm below", 1}}}
		for _, check := range s.HealthChecks {
			checks.lines = append(checks.lines, line{metric: check.alarm().metric, label: check.Name})
		}
		widgets = append(widgets, checks)
	}
	if s.Firewall != nil {
		widgets = append(widgets, widget{
			title: "Firewall: blocked requests", statistic: "Sum", region: globalRegion,
			lines: []line{{metric: s.Firewall.alarm().metric, label: "blocked"}}, limits: []limit{{"alarm", firewallBlocked}},
		})
	}
	return widgets
}

func (n NatGateway) widget() widget {
	return widget{
		title: "NAT gateway " + n.Name + ": ports that could not be had", statistic: "Sum",
		lines: []line{{metric: n.alarm().metric, label: "errors"}},
	}
}

// A NatGateway of the network.
type NatGateway struct {
	Name string // of its zone, e.g. us-east-1a
	ID   pulumi.StringInput
}

// alarm goes off on silence, too: a gateway always reports.
// https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html
func (n NatGateway) alarm() alarm {
	return alarm{
		key:       "nat-" + n.Name + "-errors",
		metric:    metric{"AWS/NATGateway", "ErrorPortAllocation", []dimension{{"NatGatewayId", n.ID}}},
		statistic: "Sum",
		operator:  above, threshold: 0, period: 300, periods: 2,
		Note:    inform("nat-errors"),
		silence: silenceAlarms,
		meaning: fmt.Sprintf("The NAT gateway in zone %s has run out of ports, or reports nothing at all.", n.Name),
		remedy: "Nothing behind it reaches the internet. If it is gone, run pulumi up. If it is out of ports, find the task that opens too many " +
			"connections to one address.",
	}
}

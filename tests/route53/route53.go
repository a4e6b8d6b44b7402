// Package route53 answers for names as Route 53 would, from the records and health checks of plans. It knows failover
// records, simple records, and the kinds of health checks that such records have here; anything else is an error, so
// that a test notices what it does not simulate.
//
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-types.html
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-types.html
package route53

import (
	"fmt"
	"strings"

	"github.com/carebase/carebase/graph"
)

const (
	recordType = "aws:route53/record:Record"
	checkType  = "aws:route53/healthCheck:HealthCheck"
)

// World is how things are.
type World struct {
	// Up tells which hosts answer their health path with 200.
	Up map[string]bool
	// Alarm is true while the one alarm that health checks look at is in ALARM.
	Alarm bool
}

// Zone holds the records of several stacks.
type Zone struct{ stacks []*graph.Graph }

// Of the plans of stacks that share a zone.
func Of(stacks ...*graph.Graph) Zone { return Zone{stacks} }

// found is a record with the stack that it is of.
type found struct {
	record map[string]any
	stack  *graph.Graph
}

// Answer is what the name's alias leads to, e.g. ${edge-alb.dnsName}, with the stack that the answer is of.
func (z Zone) Answer(name string, w World) (alias, stack string, err error) {
	var primary, secondary, simple []found
	for _, g := range z.stacks {
		for _, r := range g.OfType(recordType) {
			inputs := r.Readable()
			if inputs["name"] != name || inputs["type"] != "A" {
				continue
			}
			one := found{inputs, g}
			policies, _ := inputs["failoverRoutingPolicies"].([]any)
			switch {
			case len(policies) == 0:
				simple = append(simple, one)
			case policies[0].(map[string]any)["type"] == "PRIMARY":
				primary = append(primary, one)
			default:
				secondary = append(secondary, one)
			}
		}
	}
	switch {
	case len(simple) == 1 && len(primary)+len(secondary) == 0:
		return simple[0].alias()
	case len(simple) > 0 || len(primary) != 1 || len(secondary) > 1:
		return "", "", fmt.Errorf("%s has %d simple, %d primary and %d secondary records: Route 53 refuses that", name, len(simple), len(primary), len(secondary))
	}
	healthy, err := primary[0].healthy(w)
	if err != nil || healthy || len(secondary) == 0 {
		return primary[0].answer(err)
	}
	if secondary[0].record["setIdentifier"] == primary[0].record["setIdentifier"] {
		return "", "", fmt.Errorf("both records of %s have the set identifier %v", name, primary[0].record["setIdentifier"])
	}
	healthy, err = secondary[0].healthy(w)
	if err != nil || healthy {
		return secondary[0].answer(err)
	}
	return primary[0].alias() // of two unhealthy records Route 53 takes the primary
}

func (f found) answer(err error) (string, string, error) {
	if err != nil {
		return "", "", err
	}
	return f.alias()
}

func (f found) alias() (string, string, error) {
	aliases, _ := f.record["aliases"].([]any)
	if len(aliases) != 1 {
		return "", "", fmt.Errorf("%v is no alias", f.record["name"])
	}
	alias := aliases[0].(map[string]any)
	if alias["evaluateTargetHealth"] != false {
		return "", "", fmt.Errorf("%v evaluates the health of its target, which is not simulated", f.record["name"])
	}
	return fmt.Sprint(alias["name"]), f.stack.Stack, nil
}

// healthy is a record's health: its check's, or true without one.
func (f found) healthy(w World) (bool, error) {
	if f.record["healthCheckId"] == nil {
		return true, nil
	}
	return f.check(fmt.Sprint(f.record["healthCheckId"]), w)
}

// check finds a health check by a reference to it and judges it.
func (f found) check(reference string, w World) (bool, error) {
	for _, r := range f.stack.OfType(checkType) {
		if reference == "${"+r.Name+".id}" {
			healthy, err := f.judge(r.Readable(), w)
			return healthy, err
		}
	}
	return false, fmt.Errorf("%s is no health check of %s", reference, f.stack.Stack)
}

func (f found) judge(check map[string]any, w World) (bool, error) {
	healthy := false
	switch kind := check["type"]; kind {
	case "HTTPS":
		healthy = w.Up[fmt.Sprint(check["fqdn"])]
	case "CLOUDWATCH_METRIC":
		healthy = !w.Alarm
	case "CALCULATED":
		count := 0.0
		for _, child := range check["childHealthchecks"].([]any) {
			up, err := f.check(fmt.Sprint(child), w)
			if err != nil {
				return false, err
			}
			if up {
				count++
			}
		}
		healthy = count >= check["childHealthThreshold"].(float64)
	default:
		return false, fmt.Errorf("health checks of type %v are not simulated", kind)
	}
	if check["invertHealthcheck"] == true {
		healthy = !healthy
	}
	return healthy, nil
}

// Hosts that the plans' health checks ask, for a World to speak of all of them.
func (z Zone) Hosts() []string {
	var hosts []string
	for _, g := range z.stacks {
		for _, r := range g.OfType(checkType) {
			if host, ok := r.Readable()["fqdn"].(string); ok && !strings.Contains(host, "${") {
				hosts = append(hosts, host)
			}
		}
	}
	return hosts
}

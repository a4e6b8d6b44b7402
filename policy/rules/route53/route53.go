package route53

import (
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// failoverComplete looks at failover records: the primary one says by a health check when it is down, and for each of
// a pair there is the other.
func failoverComplete(s *inspect.Stack, report *policy.Report) {
	const want = "a PRIMARY and a SECONDARY record of that name and type"
	var records []*inspect.Resource
	sides := map[string]map[string]bool{} // by record set: PRIMARY, SECONDARY
	for _, r := range s.Of("aws:route53/record:Record") {
		if r.At("failoverRoutingPolicies").Unset() {
			continue
		}
		records = append(records, r)
		set := recordSet(s, r)
		if sides[set] == nil {
			sides[set] = map[string]bool{}
		}
		sides[set][r.At("failoverRoutingPolicies[0].type").Text()] = true
	}
	for _, r := range records {
		side := r.At("failoverRoutingPolicies[0].type")
		if side.Unknown() || r.At("name").Unknown() {
			report.Undecided(r, "failoverRoutingPolicies", want)
			continue
		}
		good := side.Text() != "PRIMARY" || judgeHealth(s, report, r)
		if set := sides[recordSet(s, r)]; set[""] {
			good = false
			report.Undecided(r, "failoverRoutingPolicies", want)
		} else if !set["PRIMARY"] || !set["SECONDARY"] {
			good = false
			report.Fail(r, "failoverRoutingPolicies", side.Show()+" alone", want,
				"add the other record of the pair")
		}
		if good {
			report.Pass(r)
		}
	}
}

// recordSet is what Route 53 tells records by: zone, name and type.
func recordSet(s *inspect.Stack, r *inspect.Resource) string {
	zone := r.At("zoneId").Text()
	if own := s.Resolve(r.At("zoneId"), "aws:route53/zone:Zone"); own != nil {
		zone = own.URN
	}
	name := strings.ToLower(strings.TrimSuffix(r.At("name").Text(), "."))
	return zone + "\x00" + name + "\x00" + r.At("type").Text()
}

// judgeHealth wants a health check that is on, or an alias that takes its target's health for its own.
func judgeHealth(s *inspect.Stack, report *policy.Report, r *inspect.Resource) bool {
	const fix = "name the health check of components/edge, or set evaluateTargetHealth on an alias to a load balancer"
	check, alias := r.At("healthCheckId"), r.At("aliases[0].evaluateTargetHealth")
	if check.Unset() && !alias.Unset() {
		return policy.IsTrue("", fix).Judge(report, r, alias)
	}
	if !policy.IsSet("", fix).Judge(report, r, check) {
		return false
	}
	own := s.Resolve(check, "aws:route53/healthCheck:HealthCheck")
	return own == nil || report.Check(own, own, policy.NotTrue("disabled", "enable it: Route 53 takes a disabled check for healthy"))
}

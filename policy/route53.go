package policy

import "strings"

var route53Controls = []*Control{
	{
		ID: "X-R53-HC", Service: "Route 53", Kind: Relation, Severity: Medium,
		Title:     "Failover records with health checks",
		Citations: []string{"164.308(a)(7)(ii)(C)"},
		Analogy:   true,
		Why:       "Without a health check Route 53 keeps sending patients to the site that is down; without a second record there is nowhere else to send them.",
		check:     failoverComplete,
	},
}

// failoverComplete looks at failover records: the primary one says by a health check when it is down, and for each of
// a pair there is the other.
func failoverComplete(s *Stack, report *Report) {
	const want = "a PRIMARY and a SECONDARY record of that name and type"
	var records []*Resource
	sides := map[string]map[string]bool{} // by record set: PRIMARY, SECONDARY
	for _, r := range s.Of("aws:route53/record:Record") {
		if r.At("failoverRoutingPolicies").Unset() {
			continue
		}
		records = append(records, r)
		set := s.recordSet(r)
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
		good := side.Text() != "PRIMARY" || s.judgeHealth(report, r)
		if set := sides[s.recordSet(r)]; set[""] {
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
func (s *Stack) recordSet(r *Resource) string {
	zone := r.At("zoneId").Text()
	if own := s.Referent(r.At("zoneId"), "aws:route53/zone:Zone"); own != nil {
		zone = own.URN
	}
	name := strings.ToLower(strings.TrimSuffix(r.At("name").Text(), "."))
	return zone + "\x00" + name + "\x00" + r.At("type").Text()
}

// judgeHealth wants a health check that is on, or an alias that takes its target's health for its own.
func (s *Stack) judgeHealth(report *Report, r *Resource) bool {
	const fix = "name the health check of components/edge, or set evaluateTargetHealth on an alias to a load balancer"
	check, alias := r.At("healthCheckId"), r.At("aliases[0].evaluateTargetHealth")
	if check.Unset() && !alias.Unset() {
		return isTrue("", fix).judge(report, r, alias)
	}
	if !isSet("", fix).judge(report, r, check) {
		return false
	}
	own := s.Referent(check, "aws:route53/healthCheck:HealthCheck")
	return own == nil || own.check(report, own, notTrue("disabled", "enable it: Route 53 takes a disabled check for healthy"))
}

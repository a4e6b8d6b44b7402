package settings

import (
	"fmt"
	"slices"
	"strings"

	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/internal/csp"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// Edge faces the internet: DNS, certificates, CloudFront, the web ACL, and the load balancer behind them.
type Edge struct {
	// Id of an existing Route 53 zone for the domain. Default: the stack creates the zone.
	ZoneID string `setting:"zoneId" optional:"true"`
	// Further host names of the site: labels below the domain, such as api.
	AlternativeNames []string `setting:"alternativeNames" optional:"true"`
	// Path by which Route 53 checks the site. A service answers it.
	HealthCheckPath string `setting:"healthCheckPath"`
	// Requests that one IP address may send in five minutes before the web ACL blocks it.
	RateLimitPerIP int `setting:"rateLimitPerIp" range:"10..2000000000"`
	// Countries whose requests the web ACL blocks: ISO 3166-1 alpha-2 codes, at most 50. Default: none.
	BlockedCountries []string `setting:"blockedCountries" optional:"true"`
	// Countries from which CloudFront takes requests: ISO 3166-1 alpha-2 codes. Default: all.
	AllowedCountries []string `setting:"allowedCountries" optional:"true"`
	// Whether AWS refuses to delete the load balancer.
	DeletionProtection bool `setting:"deletionProtection" phi:"true" cfr:"164.308(a)(7)(ii)(C)"`
	// How requests reach the load balancer: cloudfront, or load-balancer for an internet-facing load balancer without CloudFront.
	// Default cloudfront.
	EntryPoint string `setting:"entryPoint" optional:"true" oneof:"cloudfront load-balancer"`
	// Whether CloudFront serves a static site from a bucket. Without it all paths go to the load balancer. Default false.
	Frontend bool `setting:"frontend" optional:"true"`
	// Paths that CloudFront passes to the load balancer, uncached. The static site answers all other paths. Required with
	// frontend; otherwise left out.
	APIPaths []string `setting:"apiPaths" optional:"true"`
	// The alternative name of the API: on this host every path outside apiPaths is answered with 404. Default: api, if that is
	// one of alternativeNames.
	APIHost string `setting:"apiHost" optional:"true"`
	// Content security policy that CloudFront adds to every answer: plain (everything from the site itself, nothing inline),
	// flutter (Flutter for the web, built with --no-web-resources-cdn), or a policy on one line. Default plain.
	ContentSecurityPolicy string `setting:"contentSecurityPolicy" optional:"true"`
}

// entryLoadBalancer is the value of edge.entryPoint without CloudFront.
const entryLoadBalancer = "load-balancer"

// HasCloudFront is true for a stack whose requests come through CloudFront.
func (s *Settings) HasCloudFront() bool {
	return s.Edge != nil && s.Edge.EntryPoint != entryLoadBalancer
}

// Values of edge.contentSecurityPolicy that name a policy.
const (
	plainPolicy   = "plain"
	flutterPolicy = "flutter"
)

// usualAPIHost is the label that belongs to the API without a setting.
const usualAPIHost = "api"

// APIHostLabel returns the label of the API's host, or "" if no host belongs to the API alone.
func (e *Edge) APIHostLabel() string {
	if e.APIHost == "" && slices.Contains(e.AlternativeNames, usualAPIHost) {
		return usualAPIHost
	}
	return e.APIHost
}

// ContentSecurityPolicy returns the value of the site's header Content-Security-Policy.
func (s *Settings) ContentSecurityPolicy() string {
	switch s.Edge.ContentSecurityPolicy {
	case "", plainPolicy:
		return csp.Plain
	case flutterPolicy:
		host := s.Edge.APIHostLabel()
		if host != "" {
			host += "." + s.Domain
		}
		return csp.Flutter(host)
	default:
		return s.Edge.ContentSecurityPolicy
	}
}

func (s *Settings) checkEdge(p *decode.Problems) {
	e := s.Edge
	if e == nil {
		return
	}
	p.Distinct("edge.alternativeNames", e.AlternativeNames)
	for i, name := range e.AlternativeNames {
		if !limits.Label.MatchString(name) {
			p.Refuse(decode.Element("edge.alternativeNames", i), name, "one label below the domain, such as api")
		}
		if (s.Protected() || s.IsRecovery()) && slices.Contains(limits.OriginLabels, name) {
			p.Refuse(decode.Element("edge.alternativeNames", i), name,
				"a label that is none of the load balancers': "+strings.Join(limits.OriginLabels, ", "))
		}
	}
	p.Distinct("edge.apiPaths", e.APIPaths)
	switch {
	case e.Frontend && len(e.APIPaths) == 0:
		p.Refuse("edge.apiPaths", e.APIPaths, "at least one path where edge.frontend is true, such as /api/*")
	case !e.Frontend && len(e.APIPaths) > 0:
		p.Refuse("edge.apiPaths", e.APIPaths, "left out where edge.frontend is not true: all paths go to the load balancer")
	}
	for i, path := range e.APIPaths {
		if !limits.OriginPath(path) {
			p.Refuse(decode.Element("edge.apiPaths", i), path, limits.OriginPathRule)
		}
		if limits.Wildcards(path) > limits.MostRuleWildcards {
			p.Refuse(decode.Element("edge.apiPaths", i), path, fmt.Sprintf("a path with at most %d * and ?", limits.MostRuleWildcards))
		}
	}
	if !limits.ProbePath(e.HealthCheckPath) {
		p.Refuse("edge.healthCheckPath", e.HealthCheckPath, limits.ProbePathRule)
	}
	if s.IsRecovery() && e.ZoneID != "" {
		p.Refuse("edge.zoneId", e.ZoneID, "left out in a recovery stack: the zone is the primary's")
	}
	checkCountries(e, p)
	s.checkFrontend(p)
	s.checkRoutes(p)
}

func checkCountries(e *Edge, p *decode.Problems) {
	for key, countries := range map[string][]string{"edge.blockedCountries": e.BlockedCountries, "edge.allowedCountries": e.AllowedCountries} {
		p.Distinct(key, countries)
		for i, country := range countries {
			if !limits.Country(country) {
				p.Refuse(decode.Element(key, i), country, limits.CountryRule)
			}
		}
	}
	if len(e.BlockedCountries) > limits.MostBlockedCountries {
		p.Refuse("edge.blockedCountries", e.BlockedCountries, fmt.Sprintf("at most %d countries; edge.allowedCountries turns away more", limits.MostBlockedCountries))
	}
	if len(limits.CheckerRegions(e.AllowedCountries, e.BlockedCountries)) < limits.LeastCheckerRegions {
		key, value := "edge.allowedCountries", e.AllowedCountries
		if len(limits.CheckerRegions(nil, e.BlockedCountries)) < limits.LeastCheckerRegions {
			key, value = "edge.blockedCountries", e.BlockedCountries
		}
		p.Refuse(key, value, limits.CheckerRegionsRule)
	}
	for i, country := range e.BlockedCountries {
		if slices.Contains(e.AllowedCountries, country) {
			p.Refuse(decode.Element("edge.blockedCountries", i), country, "a country that edge.allowedCountries does not allow")
		}
	}
}

func (s *Settings) checkFrontend(p *decode.Problems) {
	if host := s.Edge.APIHost; host != "" && !slices.Contains(s.Edge.AlternativeNames, host) {
		p.Refuse("edge.apiHost", host, "one of edge.alternativeNames, such as api")
	}
	const key = "edge.contentSecurityPolicy"
	if !s.HasCloudFront() {
		s.checkLoadBalancer(p)
		return
	}
	policy, err := csp.Parse(s.ContentSecurityPolicy())
	if err != nil {
		p.Refuse(key, s.Edge.ContentSecurityPolicy, "plain, flutter, or a content security policy on one line: "+err.Error())
		return
	}
	if !s.PHI {
		return
	}
	for _, weakness := range policy.Weaknesses() {
		p.Because(key, s.Edge.ContentSecurityPolicy, "a policy without this where PHI lives: "+weakness, cite("164.312(a)(1)"))
	}
}

// checkLoadBalancer refuses what an internet-facing load balancer without CloudFront cannot do.
func (s *Settings) checkLoadBalancer(p *decode.Problems) {
	const because = " where edge.entryPoint is load-balancer: only CloudFront can do it"
	if s.Edge.Frontend {
		p.Refuse("edge.frontend", true, "false"+because)
	}
	if s.Edge.ContentSecurityPolicy != "" {
		p.Refuse("edge.contentSecurityPolicy", s.Edge.ContentSecurityPolicy, "left out"+because)
	}
	if s.Edge.APIHost != "" {
		p.Refuse("edge.apiHost", s.Edge.APIHost, "left out"+because)
	}
	if s.Protected() || s.IsRecovery() {
		p.Refuse("edge.entryPoint", s.Edge.EntryPoint, "cloudfront where there is a recovery region: CloudFront's name is the same in both regions")
	}
}

package settings

import (
	"fmt"
	"slices"
	"strings"

	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/internal/pathpattern"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// checkRoutes refuses paths that no service answers and paths that two services answer. CloudFront passes the paths in
// edge.apiPaths to the load balancer, which evaluates the rules of services[].paths in the order of their priority.
//
// The health checks of target groups and containers (services[].healthCheckPath) do not use these rules: both are sent to the task
// itself. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
func (s *Settings) checkRoutes(p *decode.Problems) {
	passed := s.Edge.APIPaths
	if !s.Edge.Frontend {
		passed = []string{"/*"}
	}
	if len(s.Services) == 0 || len(passed) == 0 {
		return // refused already, or the load balancer answers 404 until there are services
	}
	var routed []string
	for _, service := range s.Services {
		routed = append(routed, service.Paths...)
	}
	for i := range s.Services {
		if !p.Decoded(decode.Element("services", i) + ".paths") {
			return // refused already
		}
	}
	if slices.ContainsFunc(slices.Concat(passed, routed), func(pattern string) bool {
		return !limits.RulePath.MatchString(pattern) || limits.Wildcards(pattern) > limits.MostRuleWildcards
	}) {
		return // refused already
	}
	for i, pattern := range s.Edge.APIPaths {
		key := decode.Element("edge.apiPaths", i)
		if !limits.Normal(pattern) {
			p.Refuse(key, pattern, "a path without // and without the segments . and ..: CloudFront removes them from a request's path before it compares")
		}
		if path, lost := pathpattern.Uncovered(pattern, routed); lost {
			p.Refuse(key, pattern, fmt.Sprintf("a path that services take whole; none takes %s, and its callers would all get 404", path))
		}
		for _, page := range []string{"/", "/index.html"} {
			if pathpattern.Matches(pattern, page) {
				p.Refuse(key, pattern, "a path that leaves "+page+" to the web front end")
				break
			}
		}
	}
	if path := s.Edge.HealthCheckPath; strings.ContainsAny(path, "*?") {
		p.Refuse("edge.healthCheckPath", path, "a path without * and ?")
	} else if !anyMatches(passed, path) || !anyMatches(routed, path) {
		p.Refuse("edge.healthCheckPath", path, "a path that edge.apiPaths passes on and a service takes: the web front end would answer any other, also while no service works")
	}
	for i, service := range s.Services {
		for j, pattern := range service.Paths {
			key := decode.Element(decode.Element("services", i)+".paths", j)
			if path, lost := pathpattern.Uncovered(pattern, passed); lost {
				p.Refuse(key, pattern, fmt.Sprintf("a path that edge.apiPaths (%s) passes on; %s would go to the web front end", strings.Join(s.Edge.APIPaths, ", "), path))
			}
			s.checkOverlap(i, j, p)
		}
	}
}

// checkOverlap refuses path j of service i if it overlaps a path of another service. Allowed is only a more general path of a
// service whose rule is evaluated later, such as /api/* after /api/billing/*.
func (s *Settings) checkOverlap(i, j int, p *decode.Problems) {
	pattern := s.Services[i].Paths[j]
	for k, other := range s.Services {
		if k == i || other.Priority < s.Services[i].Priority || other.Priority == s.Services[i].Priority && k < i {
			continue // reported for the other service, whose rule is evaluated first
		}
		for _, later := range other.Paths {
			path, both := pathpattern.Overlap(pattern, later)
			if both && (covers(pattern, later) || !covers(later, pattern)) {
				p.Refuse(decode.Element(decode.Element("services", i)+".paths", j), pattern, fmt.Sprintf(
					"a path of which no other service takes a part; %s takes %s, and both match %s. A path within another service's needs the lower priority", other.Name, later, path))
			}
		}
	}
}

// covers is true if pattern matches every path that other matches.
func covers(pattern, other string) bool {
	_, lost := pathpattern.Uncovered(other, []string{pattern})
	return !lost
}

func anyMatches(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return pathpattern.Matches(pattern, path) })
}

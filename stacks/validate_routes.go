package stacks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/components/service"
	"github.com/carebase/carebase/internal/csp"
	"github.com/carebase/carebase/internal/pathpattern"
)

// validateFrontend checks what the web front end is served with.
func validateFrontend(s *Settings, found *problems) {
	if host := s.Edge.APIHost; host != "" && !slices.Contains(s.Edge.AlternativeNames, host) {
		found.refuse("edge.apiHost", host, "one of edge.alternativeNames, such as api")
	}
	if _, err := csp.Parse(s.contentSecurityPolicy()); err != nil {
		found.refuse("edge.contentSecurityPolicy", s.Edge.ContentSecurityPolicy,
			"plain, flutter, or a content security policy on one line: "+err.Error())
	}
}

// weaknesses of the content security policy, for a stack with PHI. A policy that cannot be read is refused elsewhere.
func (s *Settings) weaknesses() []string {
	policy, err := csp.Parse(s.contentSecurityPolicy())
	if err != nil {
		return nil
	}
	return policy.Weaknesses()
}

// validateRoutes refuses paths that lead nowhere, and paths that two services take. A path goes from CloudFront
// (edge.apiPaths) to the load balancer, whose rules (services[].paths) it passes in the order of their priority.
//
// The health checks of target groups and containers (services[].healthCheckPath) are not among these paths: both ask the
// task itself and pass no rule.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
func validateRoutes(s *Settings, found *problems) {
	if len(s.Services) == 0 || len(s.Edge.APIPaths) == 0 {
		return // refused already
	}
	if slices.ContainsFunc(s.patterns(), func(pattern string) bool {
		return !limits.RulePath.MatchString(pattern) || wildcards(pattern) > mostWildcards
	}) {
		return // refused already
	}
	var taken []string
	for _, service := range s.Services {
		taken = append(taken, service.Paths...)
	}
	for i, pattern := range s.Edge.APIPaths {
		key := element("edge.apiPaths", i)
		if path, lost := pathpattern.Uncovered(pattern, taken); lost {
			found.refuse(key, pattern, fmt.Sprintf("a path that services take whole; none takes %s, and its callers would all get 404", path))
		}
		for _, page := range []string{"/", "/index.html"} {
			if pathpattern.Matches(pattern, page) {
				found.refuse(key, pattern, "a path that leaves "+page+" to the web front end")
				break
			}
		}
	}
	if path := s.Edge.HealthCheckPath; strings.ContainsAny(path, "*?") {
		found.refuse("edge.healthCheckPath", path, "a path without * and ?")
	} else if !anyMatches(s.Edge.APIPaths, path) || !anyMatches(taken, path) {
		found.refuse("edge.healthCheckPath", path, "a path that edge.apiPaths passes on and a service takes: the web front end would answer any other, also while no service works")
	}
	for i, service := range s.Services {
		for j, pattern := range service.Paths {
			key := element(element("services", i)+".paths", j)
			if path, lost := pathpattern.Uncovered(pattern, s.Edge.APIPaths); lost {
				found.refuse(key, pattern, fmt.Sprintf("a path that edge.apiPaths (%s) passes on; %s would go to the web front end", strings.Join(s.Edge.APIPaths, ", "), path))
			}
			refuseContested(s, i, j, found)
		}
	}
}

// refuseContested refuses a path of which another service has a part, unless the other's rule comes later and its path is
// the more general one, such as /api/* after /api/billing/*.
func refuseContested(s *Settings, i, j int, found *problems) {
	pattern := s.Services[i].Paths[j]
	for k, other := range s.Services {
		if k == i || other.Priority < s.Services[i].Priority || other.Priority == s.Services[i].Priority && k < i {
			continue // seen from the other, whose rule comes first
		}
		for _, later := range other.Paths {
			path, both := pathpattern.Overlap(pattern, later)
			if !both {
				continue
			}
			if covers(pattern, later) || !covers(later, pattern) {
				found.refuse(element(element("services", i)+".paths", j), pattern, fmt.Sprintf(
					"a path of which no other service takes a part; %s takes %s, and both match %s. A path within another service's needs the lower priority", other.Name, later, path))
			}
		}
	}
}

// covers is true if the pattern matches every path that the other pattern matches.
func covers(pattern, other string) bool {
	_, lost := pathpattern.Uncovered(other, []string{pattern})
	return !lost
}

func (s *Settings) patterns() []string {
	patterns := slices.Clone(s.Edge.APIPaths)
	for _, service := range s.Services {
		patterns = append(patterns, service.Paths...)
	}
	return patterns
}

func anyMatches(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return pathpattern.Matches(pattern, path) })
}

// mostWildcards of one path: a load balancer's rule takes no more.
const mostWildcards = service.MaxWildcards

func wildcards(pattern string) int { return service.Wildcards([]string{pattern}) }

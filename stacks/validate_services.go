package stacks

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/components/service"
	"github.com/carebase/carebase/components/timeouts"
)

var (
	variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,127}$`)
)

// reservedNames are the stack's own components; a service is a component of its own name.
var reservedNames = []string{
	"alarms", "alerts", "audit", "backup", "backups", "budget", "cache", "cluster", "dashboard", "database",
	"database-roles", "edge", "evidence", "files", "frontend", "front-alarms", "global", "images", "keys", "logs",
	"network", "recovery", "regional", "secrets",
}

func validateServices(s *Settings, found *problems) {
	if len(s.Services) == 0 {
		found.refuse("services", nil, "at least one service")
	}
	var names, paths []string
	priorities := map[int]string{}
	for i, one := range s.Services {
		key := element("services", i)
		if !service.ValidName(one.Name) || slices.Contains(reservedNames, one.Name) {
			found.refuse(key+".name", one.Name, fmt.Sprintf(
				"1 to %d lower-case letters, digits and single hyphens, a letter first, and none of %s: longer, and its target group exceeds AWS's 32 characters",
				service.MaxNameLength, strings.Join(reservedNames, ", ")))
		}
		if slices.Contains(names, one.Name) {
			found.refuse(key+".name", one.Name, "a name that no other service has")
		}
		names = append(names, one.Name)
		refuseBadTag(key+".imageTag", one.ImageTag, found)
		oneOf(key+".architecture", one.Architecture, []string{"ARM64", "X86_64"}, found)
		validateSize(key, one, found)
		validateCounts(key, one, found)
		between(key+".port", one.Port, limits.LeastPort, 65535, found) // below that only root may listen
		if most := s.mostPaths(); len(one.Paths) == 0 || len(one.Paths) > most {
			found.refuse(key+".paths", one.Paths, fmt.Sprintf(
				"1 to %d paths: one rule of a load balancer holds five values, of which originToken and the one that replaces it are two where there is a recovery region", most))
		}
		if service.Wildcards(one.Paths) > service.MaxWildcards {
			found.refuse(key+".paths", one.Paths, fmt.Sprintf("paths with at most %d * and ? between them: a load balancer's rule holds no more", service.MaxWildcards))
		}
		for j, path := range one.Paths {
			if !limits.RulePath.MatchString(path) {
				found.refuse(element(key+".paths", j), path, limits.RulePathRule)
			}
			if slices.Contains(paths, path) {
				found.refuse(element(key+".paths", j), path, "a path that no service takes already")
			}
			paths = append(paths, path)
		}
		between(key+".priority", one.Priority, 1, limits.MostPriority, found)
		if other, taken := priorities[one.Priority]; taken {
			found.refuse(key+".priority", one.Priority, fmt.Sprintf("a priority that no other service has; %s has this one", other))
		}
		priorities[one.Priority] = one.Name
		validateHealth(key, one, found)
		if one.Protocol != "" {
			oneOf(key+".protocol", one.Protocol, []string{protocolHTTP, protocolHTTPS}, found)
		}
		if one.InternetEgress && s.Network.Nat == "none" {
			found.refuse(key+".internetEgress", one.InternetEgress, "false where network.nat is none: there is no way out")
		}
		for j, to := range one.Connects {
			oneOf(element(key+".connects", j), to, []string{connectDatabase, connectCache}, found)
		}
		refuseRepeated(key+".connects", one.Connects, found)
		for j, bucket := range one.Buckets {
			oneOf(element(key+".buckets", j), bucket, []string{"files"}, found)
		}
		refuseRepeated(key+".buckets", one.Buckets, found)
		validateVariables(key, one, s, found)
	}
}

// mostPaths that a service can have. Where the rule wants a token there is room for a second, so that it can always be
// changed.
func (s *Settings) mostPaths() int {
	if s.Protected() || s.IsRecovery() {
		return 3
	}
	return 5
}

// What a service may connect to.
const (
	connectDatabase = "database"
	connectCache    = "cache"
)

func validateSize(key string, s Service, found *problems) {
	if found.decoded(key+".cpu") && !service.ValidSize(s.CPU, s.MemoryMiB) {
		found.refuse(key+".memoryMiB", s.MemoryMiB, fmt.Sprintf(
			"what Fargate offers with cpu = %d; cpu is 256, 512, 1024, 2048, 4096, 8192 or 16384, memory about 2 to 8 times it", s.CPU))
	}
}

func validateHealth(key string, one Service, found *problems) {
	refuseBadHealthPath(key+".healthCheckPath", one.HealthCheckPath, found)
	if one.LivenessPath != "" {
		refuseBadHealthPath(key+".livenessPath", one.LivenessPath, found)
		if one.LivenessPath == one.HealthCheckPath {
			found.refuse(key+".livenessPath", one.LivenessPath, "a path other than healthCheckPath, whose answer does not depend on the database: "+
				"ECS replaces every task that fails it")
		}
	}
	if least := timeouts.Startup(one.CPU); one.StartupSeconds != 0 && found.decoded(key+".cpu") && service.ValidSize(one.CPU, one.MemoryMiB) {
		if one.StartupSeconds < least || one.StartupSeconds > timeouts.MaxStartup {
			found.refuse(key+".startupSeconds", one.StartupSeconds, fmt.Sprintf(
				"%d to %d with cpu = %d: the fewer CPU units, the longer an application starts", least, timeouts.MaxStartup, one.CPU))
		}
	}
}

func refuseBadHealthPath(key, path string, found *problems) {
	if !limits.HealthPath.MatchString(path) {
		found.refuse(key, path, limits.HealthPathRule+", such as /actuator/health/readiness")
	}
}

func validateCounts(key string, one Service, found *problems) {
	between(key+".minCount", one.MinCount, 0, limits.MostTasks, found)
	if least := max(one.MinCount, 1); found.decoded(key+".minCount") && one.MaxCount < least || one.MaxCount > limits.MostTasks {
		found.refuse(key+".maxCount", one.MaxCount, fmt.Sprintf("minCount, and at least 1, (%d) to %d", least, limits.MostTasks))
	}
	if found.decoded(key+".minCount") && one.DesiredCount < one.MinCount ||
		found.decoded(key+".maxCount") && one.DesiredCount > one.MaxCount {
		found.refuse(key+".desiredCount", one.DesiredCount, fmt.Sprintf("minCount (%d) to maxCount (%d)", one.MinCount, one.MaxCount))
	}
}

func validateVariables(key string, one Service, s *Settings, found *problems) {
	for name, value := range one.Environment {
		at := key + ".environment." + name
		if !variableName.MatchString(name) {
			found.refuse(at, nil, "a variable's name of letters, digits and underscores")
		}
		if limits.LooksSecret(name) {
			found.because(at, nil, "only what is no secret: name one of secrets.names under secrets", encryption)
		}
		if what := limits.SecretIn(value); what != "" { // the value is not repeated
			found.because(at, nil, "a value without "+what+": name one of secrets.names under secrets", encryption)
		}
		if _, both := one.Secrets[name]; both {
			found.refuse(at, nil, "a variable that secrets does not set too")
		}
		refuseBadPlaceholders(at, value, one, found)
	}
	for name, secret := range one.Secrets {
		at := key + ".secrets." + name
		if !variableName.MatchString(name) {
			found.refuse(at, nil, "a variable's name of letters, digits and underscores")
		}
		if !slices.ContainsFunc(s.Secrets.Names, func(known Secret) bool { return known.Name == secret }) {
			found.refuse(at, secret, "the name of one of secrets.names")
		}
	}
}

package settings

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/components/timeouts"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// Service on Fargate behind the load balancer.
type Service struct {
	// Name of the service, and of its component: 1 to 21 lower-case letters, digits and single hyphens.
	Name string `setting:"name"`
	// Tag of the image in the stack's repository <project>-<environment>/<name>. Tags are immutable; latest is refused.
	ImageTag string `setting:"imageTag"`
	// CPU architecture of the image: ARM64 or X86_64.
	Architecture string `setting:"architecture" oneof:"ARM64 X86_64"`
	// CPU units of a task; 1024 units are one vCPU.
	CPU int `setting:"cpu"`
	// Memory of a task in MiB, as Fargate offers it with cpu.
	MemoryMiB int `setting:"memoryMiB"`
	// Tasks at the first deployment: minCount to maxCount.
	DesiredCount int `setting:"desiredCount"`
	// Least number of tasks that autoscaling keeps.
	MinCount int `setting:"minCount" range:"0..1000" phi:"2 or more" cfr:"164.308(a)(7)(i)"`
	// Greatest number of tasks that autoscaling starts.
	MaxCount int `setting:"maxCount"`
	// Port that the application listens on.
	Port int `setting:"port" range:"1024..65535"`
	// Protocol of the application on port: HTTP, or HTTPS with a certificate that the image makes (docs/operations.md, "What
	// an image must do"). Default HTTP, which is refused where PHI lives.
	Protocol string `setting:"protocol" optional:"true" oneof:"HTTP HTTPS"`
	// Paths that the load balancer routes to the service: at most 5, with a recovery region at most 3.
	Paths []string `setting:"paths"`
	// Position of the service's rule on the load balancer: the lowest is evaluated first.
	Priority int `setting:"priority" range:"1..25000"`
	// Path of the readiness check, which the load balancer sends to each task. It need not be one of paths.
	HealthCheckPath string `setting:"healthCheckPath"`
	// Path of the liveness check, which the container sends to itself. Its answer must not depend on the database or the cache.
	// Default healthCheckPath.
	LivenessPath string `setting:"livenessPath" optional:"true"`
	// Seconds that the application may take to start: at most 300, and at least 60 with cpu 1024 or more, 120 with 512, 240
	// with 256. Default: the least.
	StartupSeconds int `setting:"startupSeconds" optional:"true"`
	// Whether people may open a shell in a task (ECS Exec). Default false.
	EnableExec bool `setting:"enableExec" optional:"true" phi:"false: a shell in a task sees what the task sees" cfr:"164.312(a)(1)"`
	// Whether tasks may call third parties by HTTPS through a NAT gateway. Default false.
	InternetEgress bool `setting:"internetEgress" optional:"true"`
	// What tasks connect to: database, cache, or the name of another service, whose DNS name is the placeholder {name.address}.
	Connects []string `setting:"connects" optional:"true"`
	// Buckets that tasks read and write: files.
	Buckets []string `setting:"buckets" optional:"true"`
	// Environment variables, with placeholders for values that are known after the deployment, such as {database.address}.
	Environment map[string]string `setting:"environment" optional:"true"`
	// Secrets by environment variable: each value is a name in secrets.names, or service/name.
	Secrets map[string]string `setting:"secrets" optional:"true"`
}

// Protocols of a service's tasks.
const (
	HTTP  = "HTTP"
	HTTPS = "HTTPS"
)

// What a service or job may connect to.
const (
	ConnectDatabase = "database"
	ConnectCache    = "cache"
)

// BucketFiles is the bucket that a service may read and write.
const BucketFiles = "files"

// variableName is what ECS and every shell accept as the name of an environment variable.
var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,127}$`)

// RolesJob is the name of the one-off task that creates the database roles.
const RolesJob = "database-roles"

// reservedNames are the names of the stack's own components. A service or job is a component with its own name.
var reservedNames = []string{
	"alarms", "alerts", "audit", "backup", "backups", "budget", "cache", "cluster", "dashboard", "database",
	RolesJob, CollectorImage, "edge", "evidence", "files", "front-alarms", "global", "images", "keys", "logs",
	"network", "recovery", "regional", "secrets",
}

// reserved returns the names that no service and no job can have. The bucket of a static site is the component frontend.
func (s *Settings) reserved() []string {
	if s.HasFrontend() {
		return slices.Sorted(slices.Values(append(slices.Clone(reservedNames), "frontend")))
	}
	return reservedNames
}

// HasTasks is true for a stack that runs tasks on Fargate.
func (s *Settings) HasTasks() bool {
	return len(s.Services) > 0 || len(s.Jobs) > 0 || s.Database != nil && s.Database.Roles != nil
}

func (s *Settings) checkServices(p *decode.Problems) {
	if len(s.Services) > 0 && s.Edge == nil {
		p.Refuse("edge", nil, "a section where there are services: it brings their load balancer")
	}
	var names, paths []string
	priorities := map[int]string{}
	for i, service := range s.Services {
		key := decode.Element("services", i)
		if !limits.ServiceName(service.Name) || slices.Contains(s.reserved(), service.Name) {
			p.Refuse(key+".name", service.Name, fmt.Sprintf("%s, and none of %s: longer, and its target group exceeds AWS's 32 characters",
				limits.ServiceNameRule, strings.Join(s.reserved(), ", ")))
		}
		if slices.Contains(names, service.Name) {
			p.Refuse(key+".name", service.Name, "a name that no other service has")
		}
		names = append(names, service.Name)
		s.checkPaths(key, service, paths, p)
		paths = append(paths, service.Paths...)
		if other, taken := priorities[service.Priority]; taken {
			p.Refuse(key+".priority", service.Priority, fmt.Sprintf("a priority that no other service has; %s has this one", other))
		}
		priorities[service.Priority] = service.Name
		checkHealth(key, service, p)
		checkCounts(key, service, p)
		if service.InternetEgress && s.Network.Nat == "none" {
			p.Refuse(key+".internetEgress", service.InternetEgress, "false where network.nat is none: there is no way out")
		}
		s.checkTask(key, service.Task(), p)
		s.checkTransit(key, service, p)
	}
}

func (s *Settings) checkPaths(key string, service Service, taken []string, p *decode.Problems) {
	if most := s.mostPaths(); len(service.Paths) == 0 || len(service.Paths) > most {
		p.Refuse(key+".paths", service.Paths, fmt.Sprintf(
			"1 to %d paths: one rule of a load balancer holds five values, of which originToken and the one that replaces it are two where there is a recovery region", most))
	}
	if limits.Wildcards(service.Paths...) > limits.MostRuleWildcards {
		p.Refuse(key+".paths", service.Paths, fmt.Sprintf("paths with at most %d * and ? between them: a load balancer's rule holds no more",
			limits.MostRuleWildcards))
	}
	for i, path := range service.Paths {
		if !limits.RulePath.MatchString(path) {
			p.Refuse(decode.Element(key+".paths", i), path, limits.RulePathRule)
		}
		if slices.Contains(taken, path) || slices.Contains(service.Paths[:i], path) {
			p.Refuse(decode.Element(key+".paths", i), path, "a path that no service takes already")
		}
	}
}

// mostPaths returns how many paths a service can have. A load balancer's rule holds five values. With a recovery region two of
// them are reserved for origin tokens, so that a token can be replaced.
func (s *Settings) mostPaths() int {
	if s.Protected() || s.IsRecovery() {
		return 3
	}
	return 5
}

func checkHealth(key string, service Service, p *decode.Problems) {
	checkHealthPath(p, key+".healthCheckPath", service.HealthCheckPath)
	if service.LivenessPath != "" {
		checkHealthPath(p, key+".livenessPath", service.LivenessPath)
		if service.LivenessPath == service.HealthCheckPath {
			p.Refuse(key+".livenessPath", service.LivenessPath, "a path other than healthCheckPath, whose answer does not depend on the database: "+
				"ECS replaces every task that fails it")
		}
	}
	least := timeouts.Startup(service.CPU)
	if service.StartupSeconds == 0 || !p.Decoded(key+".cpu") || !limits.FargateSize(service.CPU, service.MemoryMiB) {
		return
	}
	if service.StartupSeconds < least || service.StartupSeconds > timeouts.MaxStartup {
		p.Refuse(key+".startupSeconds", service.StartupSeconds, fmt.Sprintf(
			"%d to %d with cpu = %d: the fewer CPU units, the longer an application starts", least, timeouts.MaxStartup, service.CPU))
	}
}

func checkHealthPath(p *decode.Problems, key, path string) {
	if !limits.HealthPath.MatchString(path) {
		p.Refuse(key, path, limits.HealthPathRule+", such as /actuator/health/readiness")
	}
}

func checkCounts(key string, service Service, p *decode.Problems) {
	if least := max(service.MinCount, 1); p.Decoded(key+".minCount") && service.MaxCount < least || service.MaxCount > limits.MostTasks {
		p.Refuse(key+".maxCount", service.MaxCount, fmt.Sprintf("minCount, and at least 1, (%d) to %d", least, limits.MostTasks))
	}
	if p.Decoded(key+".minCount") && service.DesiredCount < service.MinCount ||
		p.Decoded(key+".maxCount") && service.DesiredCount > service.MaxCount {
		p.Refuse(key+".desiredCount", service.DesiredCount, fmt.Sprintf("minCount (%d) to maxCount (%d)", service.MinCount, service.MaxCount))
	}
}

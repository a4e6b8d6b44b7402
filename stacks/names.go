package stacks

import (
	"fmt"
	"strings"

	"github.com/carebase/carebase/stacks/settings"
)

// names makes the physical names of a stack, for resources whose name must be known outside the stack, before the resource exists,
// or in another region. Pulumi names all other resources. A change of any name replaces the resource.
type names struct{ project, environment, account string }

func namesOf(s *settings.Settings) names {
	return names{project: s.Project, environment: s.Environment, account: s.AccountID}
}

func (f *foundation) names() names { return namesOf(f.Settings) }

// primaryNames returns the names of the primary stack, for its recovery stack.
func primaryNames(s *settings.Settings) names {
	return names{project: s.Project, environment: s.Recovery.PrimaryEnvironment, account: s.AccountID}
}

// prefix is the project and the environment, e.g. clinic-prod.
func (n names) prefix() string { return n.project + "-" + n.environment }

// bucket names are global to all of AWS, hence the account. At most 63 characters.
func (n names) bucket(purpose string) string {
	return fmt.Sprintf("%s-%s-%s", n.prefix(), purpose, n.account)
}

// replica is the name of a bucket's replica in another region. The suffix is AWS's short code of the region, such as usw2, because
// the name would exceed 63 characters with the region's full name.
func (n names) replica(purpose, region string) string {
	return n.bucket(purpose) + "-" + regionCode(region)
}

// regionCode shortens us-west-2 to usw2 and ap-southeast-1 to apse1.
func regionCode(region string) string {
	parts := strings.Split(region, "-")
	code := parts[0]
	for _, part := range parts[1:] {
		code += string(part[0])
		for _, second := range []string{"east", "west"} {
			if len(part) > len(second) && strings.HasSuffix(part, second) {
				code += second[:1]
			}
		}
	}
	return code
}

// database is the RDS identifier: at most 63 characters. Log groups and IAM grants are named after it.
func (n names) database() string { return n.prefix() + "-db" }

// finalSnapshot is stable: a name with a date in it would differ at every preview. At most 255 characters.
func (n names) finalSnapshot(of string) string { return n.prefix() + "-" + of + "-final" }

// cluster is the ECS cluster's name.
func (n names) cluster() string { return n.prefix() }

// discovery is the private DNS namespace of the services.
func (n names) discovery() string { return n.prefix() + ".internal" }

// repository of a service's or job's images. At most 256 characters.
func (n names) repository(of string) string { return n.prefix() + "/" + of }

// flowLogs is the log group of the VPC's flow logs.
func (n names) flowLogs() string { return "/vpc/" + n.prefix() + "/flow-logs" }

// breakGlass is the role for emergencies. It is the project's: people remember one name. At most 64 characters.
func (n names) breakGlass() string { return n.project + "-break-glass" }

// trail is the log group of the account's trail.
func (n names) trail() string { return "/cloudtrail/" + n.prefix() }

// cacheLogs is the prefix of the cache's log groups.
func (n names) cacheLogs() string { return "/aws/vendedlogs/elasticache/" + n.prefix() }

// firewallLogs begins with what AWS demands of a WAF log group.
func (n names) firewallLogs() string { return "aws-waf-logs-" + n.prefix() }

// originFirewallLogs is the same for the load balancer's.
func (n names) originFirewallLogs() string { return n.firewallLogs() + "-origin" }

// canary is the function that asks for the site: at most 64 characters.
func (n names) canary() string { return n.prefix() + "-canary" }

// cache is the identifier of cache nodes that a policy has to name before they exist: at most 40 characters.
func (n names) cache() string { return n.prefix() }

package stacks

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/components/loggroup"
	"github.com/carebase/carebase/components/network"
	"github.com/carebase/carebase/components/network/address"
)

// validate records everything that no stack may have, then what a stack with PHI may not.
func validate(s *Settings, found *problems) {
	validateStack(s, found)
	validateNetwork(s, found)
	validateLogs(s, found)
	validateDatabase(s, found)
	validateCache(s, found)
	validateStorage(s, found)
	validateSecrets(s, found)
	validateServices(s, found)
	validateJobs(s, found)
	validateEdge(s, found)
	validateFrontend(s, found)
	validateRoutes(s, found)
	validateAlerts(s, found)
	validateBackup(s, found)
	validateDisasterRecovery(s, found)
	validateExceptions(s, found)
	refuseForPHI(s, found)
}

var (
	environmentName = limits.Hyphenated
	accountID       = regexp.MustCompile(`^[0-9]{12}$`)
	regionName      = limits.Region
	tagValue        = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$`)
)

// longestEnvironment keeps the longest physical name, a bucket's, and every other within AWS's limits (see names_test.go).
const longestEnvironment = 16

func validateStack(s *Settings, found *problems) {
	if !environmentName.MatchString(s.Environment) || len(s.Environment) > longestEnvironment {
		found.refuse("environment", s.Environment, fmt.Sprintf(
			"1 to %d lower-case letters, digits and single hyphens, a letter first: longer, and names made of it exceed AWS's limits", longestEnvironment))
	}
	if !tagValue.MatchString(s.Owner) {
		found.refuse("owner", s.Owner, "a team or its address, 1 to 256 of the characters AWS takes in a tag")
	}
	if !accountID.MatchString(s.AccountID) {
		found.refuse("accountId", s.AccountID, "an AWS account id of 12 digits; quote it, or YAML takes it for a number")
	}
	if !regionName.MatchString(s.Region) {
		found.refuse("region", s.Region, "an AWS region such as us-east-1")
	} else if s.Region != globalRegion && !s.IsRecovery() {
		found.refuse("region", s.Region, globalRegion+" in every stack but a recovery stack: CloudFront's firewall's log group is there, "+
			"and CloudWatch Logs encrypts with a key of its own region only, which is the stack's")
	}
	if !limits.Domain.MatchString(s.Domain) || len(s.Domain) > 64-len("*.") {
		found.refuse("domain", s.Domain, "a domain name in lower case of at most 62 characters, such as careconnect.example.com")
	}
}

func validateNetwork(s *Settings, found *problems) {
	n := s.Network
	var own netip.Prefix
	if addresses, err := address.New(n.Cidr); err != nil {
		found.refuse("network.cidr", n.Cidr, address.NetworkRule)
	} else {
		own = addresses.Network()
	}
	var others []netip.Prefix
	for i, text := range n.ReservedCidrs {
		key := element("network.reservedCidrs", i)
		other, err := netip.ParsePrefix(text)
		if err != nil || other != other.Masked() {
			found.refuse(key, text, "a range such as 10.1.0.0/16, written with its first address")
			continue
		}
		if own.IsValid() && own.Overlaps(other) {
			found.refuse(key, text, fmt.Sprintf("a range that does not overlap network.cidr (%s): ranges that overlap can never be connected", n.Cidr))
		}
		for _, earlier := range others {
			if earlier.Overlaps(other) {
				found.refuse(key, text, fmt.Sprintf("a range that does not overlap %s, listed before it", earlier))
			}
		}
		others = append(others, other)
	}

	if zones := len(n.AvailabilityZones); zones < 2 || zones > 3 {
		found.refuse("network.availabilityZones", n.AvailabilityZones, "2 or 3 zones")
	}
	refuseRepeated("network.availabilityZones", n.AvailabilityZones, found)
	for i, zone := range n.AvailabilityZones {
		if parsed, err := address.ParseZone(zone); err != nil || parsed.Region() != s.Region && found.decoded("region") {
			found.refuse(element("network.availabilityZones", i), zone, fmt.Sprintf("a zone of region %s, such as %sa", s.Region, s.Region))
		}
	}
	oneOf("network.nat", n.Nat, []string{"none", "single", "per-az"}, found)
	refuseRepeated("network.interfaceEndpoints", n.InterfaceEndpoints, found)
	for i, endpoint := range n.InterfaceEndpoints {
		oneOf(element("network.interfaceEndpoints", i), endpoint, network.InterfaceServices(), found)
	}
	for _, needed := range taskEndpoints {
		if !slices.Contains(n.InterfaceEndpoints, needed) {
			found.refuse("network.interfaceEndpoints", n.InterfaceEndpoints,
				fmt.Sprintf("a list with %s: tasks reach them by endpoint only", strings.Join(taskEndpoints, ", ")))
			break
		}
	}
}

// taskEndpoints are what a Fargate task needs to start: its image, its secrets, the key they are under, its log.
var taskEndpoints = []string{"ecr.api", "ecr.dkr", "logs", "secretsmanager", "kms"}

func validateLogs(s *Settings, found *problems) {
	if !loggroup.ValidRetention(s.Logs.RetentionDays) {
		found.refuse("logs.retentionDays", s.Logs.RetentionDays, loggroup.RetentionRule)
	}
}

func validateStorage(s *Settings, found *problems) {
	between("storage.retentionDays", s.Storage.RetentionDays, 30, 3653, found)
	if s.Storage.ObjectLockDays < 1 || s.Storage.ObjectLockDays > s.Storage.RetentionDays && found.decoded("storage.retentionDays") {
		found.refuse("storage.objectLockDays", s.Storage.ObjectLockDays,
			fmt.Sprintf("1 to storage.retentionDays (%d): what expires cannot stay locked", s.Storage.RetentionDays))
	}
	if s.Storage.AuditLockDays < 1 || s.Storage.AuditLockDays > s.Storage.RetentionDays && found.decoded("storage.retentionDays") {
		found.refuse("storage.auditLockDays", s.Storage.AuditLockDays,
			fmt.Sprintf("1 to storage.retentionDays (%d): what expires cannot stay locked", s.Storage.RetentionDays))
	}
}

func validateAlerts(s *Settings, found *problems) {
	seen := map[string]bool{}
	for i, address := range s.Alerts.Emails {
		lower := strings.ToLower(address) // AWS would send twice to addresses that differ in nothing but case
		if !limits.Email.MatchString(address) || seen[lower] {
			found.refuse(element("alerts.emails", i), address, "an e-mail address, each once")
		}
		seen[lower] = true
	}
	if len(s.Alerts.Emails) > limits.Warned {
		found.refuse("alerts.emails", s.Alerts.Emails, fmt.Sprintf("at most %d addresses, to which AWS Budgets sends one warning", limits.Warned))
	}
	var receivers []string
	for i, receiver := range s.Alerts.HTTPS {
		key := element("alerts.https", i)
		if !limits.Words.MatchString(receiver.Name) || len(receiver.Name) > 40 {
			found.refuse(key+".name", receiver.Name, "lower-case letters, digits and single hyphens, 40 at most, such as pagerduty")
		}
		if receiver.URL != encryptedValue && !isHTTPSAddress(receiver.URL) {
			// The address is not shown: it holds a token.
			found.refuse(key+".url", nil, "an address that begins with https:// and names a host, without user and password")
		}
		receivers = append(receivers, receiver.Name)
	}
	refuseRepeated("alerts.https", receivers, found)
	if slack := s.Alerts.Slack; slack != (Slack{}) {
		for key, id := range map[string]string{"alerts.slack.teamId": slack.TeamID, "alerts.slack.channelId": slack.ChannelID} {
			if !limits.SlackID.MatchString(id) {
				found.refuse(key, id, "an id of capital letters and digits, such as C07EZ1ABC23")
			}
		}
	}
	between("alerts.monthlyBudgetUsd", s.Alerts.MonthlyBudgetUSD, 1, 10_000_000, found)
}

func isHTTPSAddress(text string) bool {
	address, err := url.Parse(text)
	return err == nil && address.Scheme == "https" && address.Hostname() != "" && address.User == nil && address.Fragment == ""
}

func validateBackup(s *Settings, found *problems) {
	if days := s.Backup.LockChangeableDays; days != 0 && (days < 3 || days > 365) {
		found.refuse("backup.lockChangeableDays", days, "0, or 3 to 365")
	} else if days != 0 && !s.Protect {
		found.refuse("backup.lockChangeableDays", days, "0 without protect: nobody can delete such a lock, and so nobody such a stack")
	}
	if s.Audit.SecurityHub && !s.Audit.Config {
		found.refuse("audit.securityHub", s.Audit.SecurityHub, "false without audit.config, which it draws on")
	}
	if s.Audit.ConfigRoleExists && !s.Audit.Config {
		found.refuse("audit.configRoleExists", s.Audit.ConfigRoleExists, "left out without audit.config, whose role it is")
	}
}

func validateEdge(s *Settings, found *problems) {
	e := s.Edge
	refuseRepeated("edge.alternativeNames", e.AlternativeNames, found)
	for i, name := range e.AlternativeNames {
		if !limits.Label.MatchString(name) {
			found.refuse(element("edge.alternativeNames", i), name, "one label below the domain, such as api")
		}
		if (s.Protected() || s.IsRecovery()) && slices.Contains(limits.OriginLabels, name) {
			found.refuse(element("edge.alternativeNames", i), name, "a label that is none of the load balancers': "+strings.Join(limits.OriginLabels, ", "))
		}
	}
	refuseRepeated("edge.apiPaths", e.APIPaths, found)
	if len(e.APIPaths) == 0 {
		found.refuse("edge.apiPaths", e.APIPaths, "at least one path, such as /api/*")
	}
	for i, path := range e.APIPaths {
		if !limits.OriginPath(path) {
			found.refuse(element("edge.apiPaths", i), path, limits.OriginPathRule)
		}
		if wildcards(path) > mostWildcards {
			found.refuse(element("edge.apiPaths", i), path, fmt.Sprintf("a path with at most %d * and ?", mostWildcards))
		}
	}
	if !limits.ProbePath(e.HealthCheckPath) {
		found.refuse("edge.healthCheckPath", e.HealthCheckPath, limits.ProbePathRule)
	}
	between("edge.rateLimitPerIp", e.RateLimitPerIP, 10, 2_000_000_000, found)
	for key, countries := range map[string][]string{"edge.blockedCountries": e.BlockedCountries, "edge.allowedCountries": e.AllowedCountries} {
		refuseRepeated(key, countries, found)
		for i, country := range countries {
			if !limits.Country(country) {
				found.refuse(element(key, i), country, limits.CountryRule)
			}
		}
	}
	if len(e.BlockedCountries) > limits.MostBlockedCountries {
		found.refuse("edge.blockedCountries", e.BlockedCountries, fmt.Sprintf("at most %d countries; edge.allowedCountries turns away more", limits.MostBlockedCountries))
	}
	if len(limits.CheckerRegions(e.AllowedCountries, e.BlockedCountries)) < limits.LeastCheckerRegions {
		key, value := "edge.allowedCountries", e.AllowedCountries
		if len(limits.CheckerRegions(nil, e.BlockedCountries)) < limits.LeastCheckerRegions {
			key, value = "edge.blockedCountries", e.BlockedCountries
		}
		found.refuse(key, value, limits.CheckerRegionsRule)
	}
	for i, country := range e.BlockedCountries {
		if slices.Contains(e.AllowedCountries, country) {
			found.refuse(element("edge.blockedCountries", i), country, "a country that edge.allowedCountries does not allow")
		}
	}
}

func element(key string, i int) string { return fmt.Sprintf("%s[%d]", key, i) }

func between(key string, value, lowest, highest int, found *problems) {
	if value < lowest || value > highest {
		found.refuse(key, value, fmt.Sprintf("%d to %d", lowest, highest))
	}
}

func oneOf(key, value string, allowed []string, found *problems) {
	if !slices.Contains(allowed, value) {
		found.refuse(key, value, strings.Join(allowed, ", "))
	}
}

func refuseRepeated(key string, values []string, found *problems) {
	for i, value := range values {
		if slices.Contains(values[:i], value) {
			found.refuse(element(key, i), value, "a value that is not in the list already")
		}
	}
}

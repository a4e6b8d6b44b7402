package stacks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/carebase/carebase/components/service"
	"github.com/carebase/carebase/policy"
)

// The citations of the HIPAA Security Rule (45 CFR part 164, subpart C) that settings answer to.
const (
	contingencyPlan  = "45 CFR 164.308(a)(7)(i): contingency plan"
	dataBackup       = "45 CFR 164.308(a)(7)(ii)(A): data backup plan"
	disasterRecovery = "45 CFR 164.308(a)(7)(ii)(B): disaster recovery plan"
	emergencyMode    = "45 CFR 164.308(a)(7)(ii)(C): emergency mode operation"
	restoreTesting   = "45 CFR 164.308(a)(7)(ii)(D): testing and revision"
	incidentResponse = "45 CFR 164.308(a)(6)(ii): response and reporting"
	auditControls    = "45 CFR 164.312(b): audit controls"
	integrity        = "45 CFR 164.312(c)(1): integrity"
	emergencyAccess  = "45 CFR 164.312(a)(2)(ii): emergency access procedure"
	accessControl    = "45 CFR 164.312(a)(1): access control"
	transmission     = "45 CFR 164.312(e)(1): transmission security"
	retention        = "45 CFR 164.316(b)(2)(i): six years of documentation"
)

// Least values where PHI lives.
const (
	leastTasks           = 2
	leastCacheSnapshots  = 15   // days; AWS Config's elasticache-redis-cluster-automatic-backup-check
	leastLogRetention    = 365  // days in CloudWatch
	leastArchive         = 2192 // days: six years
	leastSecretsRecovery = 30   // days
	leastBreakGlass      = 2    // people
)

// A phiRule is broken, or not, by the value of one setting.
type phiRule struct {
	broken   bool
	key      string
	value    any
	allowed  string
	citation string
}

// refuseForPHI records what may not be where protected health information lives. What is never allowed, PHI or
// not, is refused by validate.
func refuseForPHI(s *Settings, found *problems) {
	if !s.PHI {
		return
	}
	rules := []phiRule{
		{!s.Protect, "protect", s.Protect, "true where PHI lives", dataBackup},
		{len(s.Network.AvailabilityZones) < 2, "network.availabilityZones", s.Network.AvailabilityZones, "at least 2 zones where PHI lives", contingencyPlan},
		{s.Logs.RetentionDays < leastLogRetention, "logs.retentionDays", s.Logs.RetentionDays, "365 or more where PHI lives", auditControls},
		{s.Storage.RetentionDays < leastArchive, "storage.retentionDays", s.Storage.RetentionDays, "2192 or more where PHI lives", retention},
		{!s.Database.MultiAZ, "database.multiAz", s.Database.MultiAZ, "true where PHI lives", emergencyMode},
		{!s.Database.DeletionProtection, "database.deletionProtection", s.Database.DeletionProtection, "true where PHI lives", dataBackup},
		{!s.Database.FinalSnapshot, "database.finalSnapshot", s.Database.FinalSnapshot, "true where PHI lives", dataBackup},
		{s.Cache.Nodes < 2, "cache.nodes", s.Cache.Nodes, "2 or more where PHI lives", contingencyPlan},
		{!s.Cache.MultiAZ, "cache.multiAz", s.Cache.MultiAZ, "true where PHI lives", contingencyPlan},
		{s.Cache.SnapshotRetentionDays < leastCacheSnapshots, "cache.snapshotRetentionDays", s.Cache.SnapshotRetentionDays, "15 or more where PHI lives", dataBackup},
		{s.Storage.ObjectLockDays < 30, "storage.objectLockDays", s.Storage.ObjectLockDays, "30 or more where PHI lives", integrity},
		{s.Storage.AuditLockDays < leastLogRetention, "storage.auditLockDays", s.Storage.AuditLockDays, "365 or more where PHI lives", auditControls},
		{s.Backup.LockChangeableDays < 3, "backup.lockChangeableDays", s.Backup.LockChangeableDays, "3 or more where PHI lives, after which nobody can delete a backup", dataBackup},
		{!s.Backup.RestoreTest, "backup.restoreTest", s.Backup.RestoreTest, "true where PHI lives: a backup never restored is none", restoreTesting},
		{len(s.Alerts.Emails) == 0, "alerts.emails", s.Alerts.Emails, "at least one address where PHI lives", incidentResponse},
		{s.Secrets.RecoveryWindowDays < leastSecretsRecovery, "secrets.recoveryWindowDays", s.Secrets.RecoveryWindowDays, "30 where PHI lives", disasterRecovery},
		{!s.Edge.DeletionProtection, "edge.deletionProtection", s.Edge.DeletionProtection, "true where PHI lives", emergencyMode},
	}
	if s.IsRecovery() {
		rules = append(rules, []phiRule{
			{!s.Audit.Trail, "audit.trail", s.Audit.Trail,
				"true in a recovery stack where PHI lives: the primary's trail and its alarms are lost with the primary's region", auditControls},
			{len(s.BreakGlass.Principals) < leastBreakGlass, "breakGlass.principals", s.BreakGlass.Principals,
				"2 or more in a recovery stack where PHI lives: the usual way in may be lost with the primary's region, and one person may not be reachable", emergencyAccess},
		}...)
	}
	for _, rule := range rules {
		if rule.broken {
			found.because(rule.key, rule.value, rule.allowed, rule.citation)
		}
	}
	for _, weakness := range s.weaknesses() {
		found.because("edge.contentSecurityPolicy", s.Edge.ContentSecurityPolicy, "a policy without this where PHI lives: "+weakness, accessControl)
	}
	for i, service := range s.Services {
		if service.MinCount < leastTasks {
			found.because(element("services", i)+".minCount", service.MinCount, "2 or more where PHI lives", contingencyPlan)
		}
		s.refusePlainTransit(element("services", i), service, found)
		if service.EnableExec {
			found.because(element("services", i)+".enableExec", service.EnableExec,
				"false where PHI lives: a shell in a task sees what the task sees", accessControl)
		}
	}
	for i, job := range s.Jobs {
		s.refusePlainURLs(element("jobs", i), job.Name, job.Environment, found)
	}
}

// The controls on the way between the load balancer and a task, and from the task on. A system that cannot satisfy one says
// why in an exception.
const (
	targetTLSControl   = "X-ALB-TARGET-TLS"
	postgresTLSControl = "X-ECS-PG-TLS"
	plainURLControl    = "X-ECS-PLAIN-URL"
)

// refusePlainTransit records what a service would send or take without TLS, or by TLS to whoever answers.
func (s *Settings) refusePlainTransit(key string, one Service, found *problems) {
	const unless = ", unless an exception from %s for %s says why"
	if groups := service.TargetGroupNames(one.Name); one.Protocol != protocolHTTPS && !s.excepted(targetTLSControl, groups...) {
		found.because(key+".protocol", one.Protocol, "HTTPS where PHI lives (docs/operations.md, \"What an image must do\")"+
			fmt.Sprintf(unless, targetTLSControl, strings.Join(groups, " or ")), transmission)
	}
	s.refusePlainURLs(key, one.Name, one.Environment, found)
}

// refusePlainURLs looks at the environment of a service's or a job's tasks.
func (s *Settings) refusePlainURLs(key, of string, environment map[string]string, found *problems) {
	const unless = ", unless an exception from %s for %s says why"
	definition := service.DefinitionName(of)
	for name, value := range environment {
		at := key + ".environment." + name
		if got := policy.WeakPostgres(value); got != "" && !s.excepted(postgresTLSControl, definition) {
			found.because(at, nil, "sslmode=verify-full and an sslrootcert in a PostgreSQL URL where PHI lives, not "+got+
				fmt.Sprintf(unless, postgresTLSControl, definition), transmission)
		}
		if scheme := policy.PlainScheme(value); scheme != "" && !s.excepted(plainURLControl, definition) {
			found.because(at, nil, "addresses with TLS where PHI lives, not "+scheme+"://"+
				fmt.Sprintf(unless, plainURLControl, definition), transmission)
		}
	}
}

// excepted is true where an exception accepts that one of the resources violates the control.
func (s *Settings) excepted(control string, resources ...string) bool {
	return slices.ContainsFunc(s.Exceptions, func(e Exception) bool {
		return e.Control == control && slices.Contains(resources, e.Resource)
	})
}

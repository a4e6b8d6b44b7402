// Package settings has the settings of a stack: one file per section with the section's type, its checks and its PHI rules. It
// imports no AWS SDK.
//
// A section is optional unless Settings declares it as a plain struct. A missing optional section is nil, and the stack has no
// component for it. Whatever needs a missing section is refused by name.
package settings

import (
	"fmt"
	"reflect"
	"regexp"

	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// Settings of one stack, in Pulumi.<stack>.yaml. Package decode describes the tags. The doc comment of each field is its
// description in Pulumi.yaml and in docs/settings.md; after the first sentence it gives units, defaults and sources.
type Settings struct {
	// Project is the name in Pulumi.yaml: the namespace of the settings, and the first part of physical names.
	Project string

	// Name of the environment in tags and physical names, such as prod. Changing it replaces every resource whose name
	// contains it.
	Environment string `setting:"environment"`
	// Whether protected health information (45 CFR 160.103) lives in the stack. True enforces HIPAA's minimum values.
	PHI bool `setting:"phi"`
	// Whether Pulumi refuses to delete databases, buckets, keys and secrets, and keeps them when the stack is destroyed.
	Protect bool `setting:"protect" phi:"true" cfr:"164.308(a)(7)(ii)(A)"`
	// Team that answers for the stack; becomes the tag Owner.
	Owner string `setting:"owner"`
	// The one AWS account, 12 digits, that the stack may touch. Write it in quotes.
	AccountID string `setting:"accountId"`
	// AWS region of the stack, such as us-east-1.
	Region string `setting:"region"`
	// Domain name of the site, such as clinic.example.com. Required with the section edge.
	Domain string `setting:"domain" optional:"true"`

	// The stack's VPC.
	Network Network `setting:"network"`
	// The CloudWatch log groups of all components.
	Logs Logs `setting:"logs"`
	// An RDS for PostgreSQL instance.
	Database *Database `setting:"database" optional:"true"`
	// An ElastiCache for Redis OSS replication group.
	Cache *Cache `setting:"cache" optional:"true"`
	// The stack's S3 buckets. The section brings the bucket of access logs; its settings bring the others.
	Storage *Storage `setting:"storage" optional:"true"`
	// The stack's secrets in Secrets Manager.
	Secrets *Secrets `setting:"secrets" optional:"true"`
	// Services on Fargate behind the load balancer.
	Services []Service `setting:"services" optional:"true"`
	// Distributed tracing of all services with AWS X-Ray.
	Tracing *Tracing `setting:"tracing" optional:"true"`
	// One-off tasks on Fargate that a release or a person runs, such as database migrations (docs/operations.md, "Jobs"). A
	// recovery stack has none.
	Jobs []Job `setting:"jobs" optional:"true"`
	// What faces the internet: DNS, certificates, CloudFront, the web ACL, and the load balancer behind them.
	Edge *Edge `setting:"edge" optional:"true"`
	// Who receives alarms and cost warnings.
	Alerts Alerts `setting:"alerts"`
	// What exists once per account. Each setting is true in one stack of the account.
	Audit *Audit `setting:"audit" optional:"true"`
	// The stack's vault in AWS Backup and the plan that fills it.
	Backup *Backup `setting:"backup" optional:"true"`

	// Copies of the stack's data in a second region, which survive the loss of the stack's region.
	Protection *Protection `setting:"protection" optional:"true"`
	// Makes this the stack in the second region, which takes over when the primary's region is lost (docs/disaster-recovery.md).
	Recovery *Recovery `setting:"recovery" optional:"true"`
	// The role for emergencies in a recovery stack: who may fail over when the usual way into AWS is lost with the primary's
	// region (45 CFR 164.312(a)(2)(ii)).
	BreakGlass *BreakGlass `setting:"breakGlass" optional:"true"`
	// Objectives of disaster recovery (45 CFR 164.308(a)(7)(ii)(B)). Settings that do not reach them are refused.
	Objectives *Objectives `setting:"objectives" optional:"true"`

	// Password of the database's master user. Required with protection.replica, because RDS cannot manage the password of
	// a database that is replicated to another region; otherwise left out.
	MasterPassword string `setting:"masterPassword" optional:"true" secret:"true"`
	// Token by which CloudFront proves its identity to load balancers that are reached by name. Required with the sections
	// protection and recovery, with the same value in both stacks; otherwise left out.
	OriginToken string `setting:"originToken" optional:"true" secret:"true"`
	// Second token that the load balancers accept while originToken is being replaced (docs/operations.md, "The origin's token").
	OriginTokenAccepted string `setting:"originTokenAccepted" optional:"true" secret:"true"`
	// Initial values of secrets by name. A secret without an initial value is filled in Secrets Manager, so that its value
	// never passes through the state.
	SecretValues map[string]string `setting:"secretValues" optional:"true" secret:"true"`
	// Violations of controls that the stack's owners accept. Every audit shows them.
	Exceptions []Exception `setting:"exceptions" optional:"true"`
}

// Decode reads the settings of a stack and checks them. The error is a *decode.Invalid with every problem.
func Decode(stack string, config decode.Config) (*Settings, error) {
	s := &Settings{Project: config.Project}
	problems := decode.Into(config, s)
	s.check(problems)
	s.checkOthers(config.Others, problems)
	if err := problems.Finish(stack); err != nil {
		return nil, err
	}
	return s, nil
}

// Keys returns the top-level keys in the order of Settings.
func Keys() []string { return decode.Keys(reflect.TypeFor[Settings]()) }

// Protected is true if the stack's data is copied to a second region.
func (s *Settings) Protected() bool { return s.Protection != nil }

// IsRecovery is true for the stack in the second region.
func (s *Settings) IsRecovery() bool { return s.Recovery != nil }

// Replicated is true if the recovery stack keeps a replica of this stack's database.
func (s *Settings) Replicated() bool { return s.Protection != nil && s.Protection.Replica }

// GlobalRegion is the region in which AWS keeps CloudFront's certificates, web ACLs and their logs.
// https://docs.aws.amazon.com/waf/latest/developerguide/how-aws-waf-works-resources.html
const GlobalRegion = "us-east-1"

// mostPrefix is the longest "project-environment", in characters. It keeps the longest physical name, that of a replicated
// bucket, within AWS's 63 characters (TestTheLongestNamesFitAWSsLimits in package stacks).
const mostPrefix = 28

var (
	accountID = regexp.MustCompile(`^[0-9]{12}$`)
	tagValue  = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$`)
)

// check reports whatever no stack may have, and where PHI lives what HIPAA forbids.
func (s *Settings) check(p *decode.Problems) {
	p.CheckTags(s, s.PHI, paragraphs)
	s.checkStack(p)
	s.checkNetwork(p)
	s.checkLogs(p)
	s.checkDatabase(p)
	s.checkCache(p)
	s.checkStorage(p)
	s.checkSecrets(p)
	s.checkServices(p)
	s.checkTracing(p)
	s.checkJobs(p)
	s.checkEdge(p)
	s.checkAlerts(p)
	s.checkAudit(p)
	s.checkBackup(p)
	s.checkProtection(p)
	s.checkRecovery(p)
	s.checkBreakGlass(p)
	s.checkObjectives(p)
	s.checkTokens(p)
	s.checkExceptions(p)
}

func (s *Settings) checkStack(p *decode.Problems) {
	longest := mostPrefix - len(s.Project) - len("-")
	if !limits.Hyphenated.MatchString(s.Environment) || len(s.Environment) > longest {
		p.Refuse("environment", s.Environment, fmt.Sprintf(
			"1 to %d lower-case letters, digits and single hyphens, a letter first: longer, and names made of it exceed AWS's limits", longest))
	}
	if !tagValue.MatchString(s.Owner) {
		p.Refuse("owner", s.Owner, "a team or its address, 1 to 256 of the characters AWS takes in a tag")
	}
	if !accountID.MatchString(s.AccountID) {
		p.Refuse("accountId", s.AccountID, "an AWS account id of 12 digits; quote it, or YAML takes it for a number")
	}
	if !limits.Region.MatchString(s.Region) {
		p.Refuse("region", s.Region, "an AWS region such as us-east-1")
	}
	switch {
	case s.Domain == "" && s.Edge != nil:
		p.Refuse("domain", nil, "a domain name where there is a section edge, such as clinic.example.com")
	case s.Domain != "" && (!limits.Domain.MatchString(s.Domain) || len(s.Domain) > 64-len("*.")):
		p.Refuse("domain", s.Domain, "a domain name in lower case of at most 62 characters, such as clinic.example.com")
	}
}

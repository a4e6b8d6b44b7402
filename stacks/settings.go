// Package stacks turns a stack's configuration into typed, validated Settings and composes the components into
// the stack. Every decision about environments is made here or in Pulumi.<stack>.yaml: components take values.
package stacks

// Namespace of the settings in Pulumi.<stack>.yaml: the project's name, which Pulumi puts before plain keys.
const Namespace = "careconnect"

// Settings of one stack. The tag `setting` is the key under the namespace; `optional` marks what may be left out; `secret`
// what takes encrypted values and nothing else, because it stays secret to the end. Anywhere else they are refused.
// Units are in the names; allowed values are checked in validate_*.go, and what HIPAA forbids in hipaa.go.
type Settings struct {
	// Environment names the stack in tags and in physical names: dev, staging, prod, dr …
	Environment string `setting:"environment"`
	// PHI is true where protected health information lives (45 CFR 160.103). It switches the rules of hipaa.go on.
	PHI bool `setting:"phi"`
	// Protect makes the engine refuse to delete databases, buckets, keys and secrets, and keep them when the
	// stack goes.
	Protect bool `setting:"protect"`
	// Owner is the team answerable for the stack; it becomes the tag Owner.
	Owner string `setting:"owner"`
	// AccountID is the one AWS account (12 digits) this stack may touch.
	AccountID string `setting:"accountId"`
	// Region of the stack: us-east-1, where AWS keeps what belongs to CloudFront (certificate, firewall, logs), which the
	// stack's keys encrypt. A recovery stack is in another.
	Region string `setting:"region"`
	// Domain that people type; the stack's DNS zone.
	Domain string `setting:"domain"`

	Network  Network   `setting:"network"`
	Logs     Logs      `setting:"logs"`
	Database Database  `setting:"database"`
	Cache    Cache     `setting:"cache"`
	Storage  Storage   `setting:"storage"`
	Secrets  Secrets   `setting:"secrets"`
	Services []Service `setting:"services"`
	// Jobs are tasks that nothing runs by itself: a release runs them, or a person. A recovery stack makes none.
	Jobs   []Job  `setting:"jobs" optional:"true"`
	Edge   Edge   `setting:"edge"`
	Alerts Alerts `setting:"alerts"`
	Audit  Audit  `setting:"audit"`
	Backup Backup `setting:"backup"`

	// Protection copies the data to a second region. Without it the stack lives and dies with its own.
	Protection Protection `setting:"protection" optional:"true"`
	// Recovery makes this the stack in the second region, which takes over when the first is lost.
	Recovery Recovery `setting:"recovery" optional:"true"`
	// BreakGlass is the role for emergencies, in a recovery stack.
	BreakGlass BreakGlass `setting:"breakGlass" optional:"true"`
	// Objectives that Protection and Recovery are held to.
	Objectives Objectives `setting:"objectives" optional:"true"`

	// MasterPassword of a database that is replicated to another region: RDS cannot keep it there. Encrypted only.
	MasterPassword string `setting:"masterPassword" optional:"true" secret:"true"`
	// OriginToken is what CloudFront shows a load balancer that is reached by name, as proof that it is CloudFront and
	// ours. The stack and its recovery stack have the same. Encrypted only.
	OriginToken string `setting:"originToken" optional:"true" secret:"true"`
	// OriginTokenAccepted is a second value that the load balancers accept while OriginToken is changed; see
	// docs/operations.md, "The origin's token". Encrypted only; left out otherwise.
	OriginTokenAccepted string `setting:"originTokenAccepted" optional:"true" secret:"true"`

	// SecretValues are initial values of secrets by name, for teams that keep them in encrypted configuration.
	// A secret without a value here is filled out of band and never passes through the state.
	SecretValues map[string]string `setting:"secretValues" optional:"true" secret:"true"`

	// Exceptions to controls that the stack's owners have accepted; every audit shows them.
	Exceptions []Exception `setting:"exceptions" optional:"true"`
}

// Network of the stack.
type Network struct {
	// Cidr is the VPC's IPv4 range, /16 to /20, private (RFC 1918).
	Cidr string `setting:"cidr"`
	// ReservedCidrs are ranges in use elsewhere (other environments, offices, partners) that Cidr must not
	// overlap, so that the networks can be connected one day.
	ReservedCidrs []string `setting:"reservedCidrs" optional:"true"`
	// AvailabilityZones, 2 or 3, by name. CloudFront's VPC origins do not work in use1-az3, usw1-az2, apne1-az3 and
	// cac1-az3. Which name has which id differs between accounts: aws ec2 describe-availability-zones.
	AvailabilityZones []string `setting:"availabilityZones"`
	// Nat is none, single or per-az.
	Nat string `setting:"nat"`
	// InterfaceEndpoints are AWS services reached inside the VPC, by short name (ecr.api, logs, kms …).
	InterfaceEndpoints []string `setting:"interfaceEndpoints"`
}

// Logs of every component.
type Logs struct {
	// RetentionDays in CloudWatch Logs; one of the values CloudWatch offers.
	RetentionDays int `setting:"retentionDays"`
}

// Database is RDS PostgreSQL.
type Database struct {
	EngineVersion          string `setting:"engineVersion"` // major version; minor ones are applied by RDS
	InstanceClass          string `setting:"instanceClass"`
	Name                   string `setting:"name"`
	MasterUsername         string `setting:"masterUsername"`
	AllocatedStorageGiB    int    `setting:"allocatedStorageGiB"`
	MaxAllocatedStorageGiB int    `setting:"maxAllocatedStorageGiB"`
	MultiAZ                bool   `setting:"multiAz"`
	BackupRetentionDays    int    `setting:"backupRetentionDays"`
	BackupWindow           string `setting:"backupWindow"`      // UTC, hh:mm-hh:mm
	MaintenanceWindow      string `setting:"maintenanceWindow"` // UTC, ddd:hh:mm-ddd:hh:mm
	DeletionProtection     bool   `setting:"deletionProtection"`
	FinalSnapshot          bool   `setting:"finalSnapshot"`
	Roles                  Roles  `setting:"roles"`
}

// Roles is the one-off task that creates the application's database roles.
type Roles struct {
	// ImageTag of the psql image in the stack's repository <prefix>/database-roles.
	ImageTag string `setting:"imageTag"`
}

// Cache is ElastiCache.
type Cache struct {
	EngineVersion         string `setting:"engineVersion"` // of Redis OSS: 7.1, the one that components/cache builds
	NodeType              string `setting:"nodeType"`
	Nodes                 int    `setting:"nodes"`
	MultiAZ               bool   `setting:"multiAz"`
	SnapshotRetentionDays int    `setting:"snapshotRetentionDays"`
	SnapshotWindow        string `setting:"snapshotWindow"`    // UTC, hh:mm-hh:mm
	MaintenanceWindow     string `setting:"maintenanceWindow"` // UTC, ddd:hh:mm-ddd:hh:mm
}

// Storage is the stack's buckets.
type Storage struct {
	// RetentionDays that access logs and backups stay, and that deleted or overwritten files can be recovered:
	// 30 to 3653. 2557 is seven years.
	RetentionDays int `setting:"retentionDays"`
	// ObjectLockDays that nobody can delete or overwrite a backup: 1 to RetentionDays.
	ObjectLockDays int `setting:"objectLockDays"`
	// AuditLockDays the same for the trail of what was done in the account, and there not even root can.
	AuditLockDays int `setting:"auditLockDays"`
	// FrontendUnderDataKey keeps CloudFront's access to the objects of the front end's bucket that are still encrypted under
	// the key of data, as all were up to release 0.2.0. True from the update to a later release until the objects are copied; docs/operations.md, "The front end's key", says how. Default false.
	FrontendUnderDataKey bool `setting:"frontendUnderDataKey" optional:"true"`
}

// Secrets in Secrets Manager.
type Secrets struct {
	// NamePattern with the placeholders {Env} and {Secret}, and {Project} if wanted.
	NamePattern string `setting:"namePattern"`
	// RecoveryWindowDays between deletion and loss: 0, or 7 to 30.
	RecoveryWindowDays int      `setting:"recoveryWindowDays"`
	Names              []Secret `setting:"names"`
}

// Secret by name; its value is set out of band or by secretValues.
type Secret struct {
	Name        string `setting:"name"`
	Description string `setting:"description"`
}

// Service behind the load balancer, on Fargate.
type Service struct {
	Name         string `setting:"name"`
	ImageTag     string `setting:"imageTag"`     // in the stack's repository <prefix>/<name>; immutable, never latest
	Architecture string `setting:"architecture"` // ARM64 or X86_64
	CPU          int    `setting:"cpu"`          // CPU units, 1024 a vCPU
	MemoryMiB    int    `setting:"memoryMiB"`
	DesiredCount int    `setting:"desiredCount"`
	MinCount     int    `setting:"minCount"`
	MaxCount     int    `setting:"maxCount"`
	Port         int    `setting:"port"`
	// Protocol that the application speaks on Port: HTTPS, with a certificate of its own making (docs/operations.md, "What
	// an image must do"), or HTTP, which is the default and refused where PHI lives.
	Protocol string `setting:"protocol" optional:"true"`
	// Paths that the load balancer routes here, at most five; Priority orders services, lowest first.
	Paths    []string `setting:"paths"`
	Priority int      `setting:"priority"`
	// HealthCheckPath is the readiness check: the load balancer asks each task for it, directly, so that it need not be one
	// of Paths.
	HealthCheckPath string `setting:"healthCheckPath"`
	// LivenessPath is the check that the container makes of itself. Its answer must not depend on the database or the cache.
	// Optional: without it the container asks for HealthCheckPath.
	LivenessPath string `setting:"livenessPath" optional:"true"`
	// StartupSeconds that the application may take to start: at most 300, and at least 60 with cpu = 1024 or more, 120 with
	// 512, 240 with 256. Optional: that least value.
	StartupSeconds int      `setting:"startupSeconds" optional:"true"`
	EnableExec     bool     `setting:"enableExec" optional:"true"`
	InternetEgress bool     `setting:"internetEgress" optional:"true"` // HTTPS to third parties, by NAT
	Connects       []string `setting:"connects" optional:"true"`       // database, cache
	Buckets        []string `setting:"buckets" optional:"true"`        // files, backups
	// Environment variables. Values may hold placeholders: see placeholders.go.
	Environment map[string]string `setting:"environment" optional:"true"`
	// Secrets by environment variable: the name of one of secrets.names.
	Secrets map[string]string `setting:"secrets" optional:"true"`
}

// Job is a one-off task on Fargate, such as a database migration (docs/operations.md, "Jobs"). It has a task role, a security
// group, a log group and a repository of its own.
type Job struct {
	Name         string `setting:"name"`                         // 1 to 21 lower-case letters, digits and hyphens; no other job's or service's
	ImageTag     string `setting:"imageTag"`                     // in the stack's repository <prefix>/<name>; immutable, never latest
	Architecture string `setting:"architecture" optional:"true"` // ARM64 or X86_64, which is the default
	CPU          int    `setting:"cpu"`                          // CPU units, 1024 a vCPU
	MemoryMiB    int    `setting:"memoryMiB"`
	// Command replaces the image's; it is in the task definition for everybody to read.
	Command  []string `setting:"command" optional:"true"`
	Connects []string `setting:"connects" optional:"true"` // database, cache
	// Environment variables. Values may hold placeholders: see placeholders.go.
	Environment map[string]string `setting:"environment" optional:"true"`
	// Secrets by environment variable: the name of one of secrets.names.
	Secrets map[string]string `setting:"secrets" optional:"true"`
}

// Edge is what faces the internet: DNS, CloudFront, the firewall and the load balancer behind them.
type Edge struct {
	// ZoneID of an existing Route 53 zone for the domain; without it the stack creates the zone.
	ZoneID           string   `setting:"zoneId" optional:"true"`
	AlternativeNames []string `setting:"alternativeNames" optional:"true"` // labels below the domain
	// APIPaths that CloudFront passes to the load balancer, uncached; everything else is the web front end.
	APIPaths           []string `setting:"apiPaths"`
	HealthCheckPath    string   `setting:"healthCheckPath"`
	RateLimitPerIP     int      `setting:"rateLimitPerIp"` // requests per IP address in five minutes
	BlockedCountries   []string `setting:"blockedCountries" optional:"true"`
	AllowedCountries   []string `setting:"allowedCountries" optional:"true"` // empty: all
	DeletionProtection bool     `setting:"deletionProtection"`
	// APIHost is the one of AlternativeNames that belongs to the API: of its paths only APIPaths are answered, every other is
	// 404. Left out: api, if that is one of AlternativeNames; otherwise no name is the API's alone.
	APIHost string `setting:"apiHost" optional:"true"`
	// ContentSecurityPolicy of the web front end: plain (the default: everything from the site itself, nothing inline),
	// flutter (Flutter for the web, built with --no-web-resources-cdn), or a policy of the team's own on one line.
	ContentSecurityPolicy string `setting:"contentSecurityPolicy" optional:"true"`
}

// Alerts go to people.
type Alerts struct {
	// Emails that alarms, findings and the budget's warnings are sent to.
	Emails []string `setting:"emails"`
	// HTTPS addresses that are told what pages: PagerDuty, Opsgenie. They hold a token: encrypt them.
	HTTPS []Receiver `setting:"https" optional:"true"`
	// Slack is a channel that is told everything.
	Slack Slack `setting:"slack" optional:"true"`
	// MonthlyBudgetUSD is warned of at 50, 75 and 90 %, and when the forecast passes it.
	MonthlyBudgetUSD int `setting:"monthlyBudgetUsd"`
}

// A Receiver of alerts by HTTPS.
type Receiver struct {
	Name string `setting:"name"` // of the subscription: lower-case letters, digits and single hyphens
	URL  string `setting:"url"`
}

// Slack names a channel by AWS's and Slack's ids. A channel serves one stack of an account.
type Slack struct {
	TeamID    string `setting:"teamId"`    // of the workspace, which is authorized in AWS's console once
	ChannelID string `setting:"channelId"` // not the channel's name
}

// Audit switches what exists once per account on, each true in the one stack of its account that has it.
type Audit struct {
	// Trail is on in the recovery stack as well: it has a trail that is not lost with the primary's region.
	Trail  bool `setting:"trail"`
	Config bool `setting:"config"`
	// ConfigRoleExists says that the account has AWS Config's service-linked role already, made by whatever used Config
	// first: IAM refuses to make it again. Otherwise the stack makes it, and this stays as it was when it did.
	ConfigRoleExists     bool `setting:"configRoleExists" optional:"true"`
	GuardDuty            bool `setting:"guardDuty"`
	SecurityHub          bool `setting:"securityHub"`
	AccessAnalyzer       bool `setting:"accessAnalyzer"`
	Inspector            bool `setting:"inspector"`
	AccountDefaults      bool `setting:"accountDefaults"` // password policy, no public buckets, encrypted volumes
	BlockPublicSnapshots bool `setting:"blockPublicSnapshots"`
}

// Backup in AWS Backup's vault.
type Backup struct {
	// LockChangeableDays makes the vault's lock irrevocable that many days after it was made: 3 or more, or 0 for a
	// lock that can be removed.
	LockChangeableDays int `setting:"lockChangeableDays"`
	// RestoreTest restores a backup of each database twice a week to see that it can be. In a recovery stack the test covers
	// the copies of the primary's backups as well.
	RestoreTest bool `setting:"restoreTest"`
	// RestoreTestBuckets restores a backup of each bucket as well: a whole bucket each time, which costs by its size.
	RestoreTestBuckets bool `setting:"restoreTestBuckets" optional:"true"`
}

// Protection of a stack against the loss of its region.
type Protection struct {
	// Region that the data is copied to.
	Region string `setting:"region"`
	// Replica says that the recovery stack keeps a replica of the database, for which the master password is needed.
	Replica bool `setting:"replica"`
	// Images says that this stack has the registry's replication rule, of which an account and region has one.
	Images bool `setting:"images"`
	// VaultCopyDays that a copy of a backup stays in the recovery region: 35 to 3653.
	VaultCopyDays int `setting:"vaultCopyDays"`
}

// Recovery says of what this is the recovery stack, and how far it has taken over. See docs/disaster-recovery.md.
type Recovery struct {
	// PrimaryStack whose outputs this one reads: organization/project/stack.
	PrimaryStack string `setting:"primaryStack"`
	// PrimaryRegion and PrimaryEnvironment are that stack's: names that cross regions are made of them.
	PrimaryRegion      string `setting:"primaryRegion"`
	PrimaryEnvironment string `setting:"primaryEnvironment"`
	// WarmCache keeps the cache's nodes while the stack stands by. Without it activation makes them, which costs less until
	// then, and may fail on the day: new nodes get new names, and those are made by Route 53's control plane, which is in
	// us-east-1 (AWS Fault Isolation Boundaries, Global services).
	WarmCache bool `setting:"warmCache" optional:"true"`
	// Active promotes the replica, makes the cache and starts the services. There is no way back but a failback.
	Active bool `setting:"active"`
	// ActivatedAt is when that was decided, RFC 3339. From then on the two sides' data differ.
	ActivatedAt string `setting:"activatedAt" optional:"true"`
	// Promoted is the second step, once RDS has promoted the replica: its standby and AWS Backup are switched on.
	Promoted bool `setting:"promoted" optional:"true"`
}

// BreakGlass is who may fail over when the usual way into AWS is lost (45 CFR 164.312(a)(2)(ii)). The recovery stack makes
// the role; see components/dr.
type BreakGlass struct {
	// Principals are the ARNs of IAM users, each with an MFA device that shows a code: 1 to 10, and 2 at least where PHI
	// lives. Keep them in an account that holds nothing else.
	Principals []string `setting:"principals"`
	// StateBucket is the S3 bucket of Pulumi's state.
	StateBucket string `setting:"stateBucket"`
	// StateKeyArns are the KMS keys of that bucket and of the secrets of both stacks, by key ARN, not in the primary's region.
	StateKeyArns []string `setting:"stateKeyArns"`
}

// Objectives of disaster recovery (45 CFR 164.308(a)(7)(ii)(B)). components/dr/objectives derives what the settings reach.
type Objectives struct {
	// RTOMinutes until people are served again.
	RTOMinutes int `setting:"rtoMinutes"`
	// RPOMinutes that the newest lost data may be old.
	RPOMinutes int `setting:"rpoMinutes"`
	// ReplicaLagMinutes that the database's replica may be behind before its alarm goes off.
	ReplicaLagMinutes int `setting:"replicaLagMinutes"`
	// DecisionMinutes that people may take to decide on a failover.
	DecisionMinutes int `setting:"decisionMinutes"`
}

// Protected is true for a stack whose data is copied to a second region.
func (s *Settings) Protected() bool { return s.Protection != (Protection{}) }

// HasBreakGlass is true for a stack that makes the role for emergencies.
func (s *Settings) HasBreakGlass() bool {
	return len(s.BreakGlass.Principals) > 0 || s.BreakGlass.StateBucket != "" || len(s.BreakGlass.StateKeyArns) > 0
}

// IsRecovery is true for the stack in the second region.
func (s *Settings) IsRecovery() bool { return s.Recovery != (Recovery{}) }

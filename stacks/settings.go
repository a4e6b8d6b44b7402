// Package stacks turns a stack's configuration into typed, validated Settings and composes the components into
// the stack. Every decision about environments is made here or in Pulumi.<stack>.yaml: components take values.
package stacks

// Namespace of the settings in Pulumi.<stack>.yaml: the project's name, which Pulumi puts before plain keys.
const Namespace = "careconnect"

// Settings of one stack. The tag `setting` is the key under the namespace; `optional` marks what may be left out.
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
	// Objectives that Protection and Recovery are held to.
	Objectives Objectives `setting:"objectives" optional:"true"`

	// MasterPassword of a database that is replicated to another region: RDS cannot keep it there. Encrypted only.
	MasterPassword string `setting:"masterPassword" optional:"true"`
	// OriginToken is what CloudFront shows a load balancer that is reached by name, as proof that it is CloudFront and
	// ours. The stack and its recovery stack have the same. Encrypted only.
	OriginToken string `setting:"originToken" optional:"true"`

	// SecretValues are initial values of secrets by name, for teams that keep them in encrypted configuration.
	// A secret without a value here is filled out of band and never passes through the state.
	SecretValues map[string]string `setting:"secretValues" optional:"true"`

	// Exceptions to controls that the stack's owners have accepted; every audit shows them.
	Exceptions []Exception `setting:"exceptions" optional:"true"`

	// encrypted lists the settings that came encrypted.
	encrypted []string
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
}

// Secrets in Secrets Manager.
type Secrets struct {
	// NamePattern with the placeholders {Project}, {Env}, {Service} and {Secret}.
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
	// Paths that the load balancer routes here, at most five; Priority orders services, lowest first.
	Paths           []string `setting:"paths"`
	Priority        int      `setting:"priority"`
	HealthCheckPath string   `setting:"healthCheckPath"`
	EnableExec      bool     `setting:"enableExec" optional:"true"`
	InternetEgress  bool     `setting:"internetEgress" optional:"true"` // HTTPS to third parties, by NAT
	Connects        []string `setting:"connects" optional:"true"`       // database, cache
	Buckets         []string `setting:"buckets" optional:"true"`        // files, backups
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
}

// Alerts go to people.
type Alerts struct {
	// Emails that alarms, findings and the budget's warnings are sent to.
	Emails []string `setting:"emails"`
	// MonthlyBudgetUSD is warned of at 50, 75 and 90 %, and when the forecast passes it.
	MonthlyBudgetUSD int `setting:"monthlyBudgetUsd"`
}

// Audit switches what exists once per account on, each true in the one stack of its account that has it.
type Audit struct {
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
	// RestoreTest restores a backup every week to see that it can be.
	RestoreTest bool `setting:"restoreTest"`
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

// IsRecovery is true for the stack in the second region.
func (s *Settings) IsRecovery() bool { return s.Recovery != (Recovery{}) }

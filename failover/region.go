package failover

import (
	"context"
	"errors"
	"time"
)

// ErrNotFound says that a resource does not exist.
var ErrNotFound = errors.New("there is no such resource")

// Region is AWS in one region, as far as operations need it. Every method may be called again after it failed or was
// interrupted. Package cloud implements it with the AWS SDK, the tests with a simulation.
type Region interface {
	Name() string
	// Seal makes every later call fail before a request is sent.
	Seal()

	Database(ctx context.Context, identifier string) (Database, error)
	// ReplicaLag returns the values of the metric ReplicaLag since a time, oldest first.
	ReplicaLag(ctx context.Context, identifier string, since time.Time) ([]Reading, error)
	AutomatedBackup(ctx context.Context, databaseArn string) (Backup, error)
	// LastCopy returns the time of a resource's newest recovery point in the vault.
	LastCopy(ctx context.Context, vault, resourceArn string) (time.Time, error)

	// Services describes services of an ECS cluster, without their load balancers, in the order of the names. The error names
	// the services that ECS did not describe; the others are returned nevertheless.
	Services(ctx context.Context, cluster string, names []string) ([]Service, error)
	// Targets adds the targets' health to services. A service whose load balancer does not answer has -1 targets, and is named in
	// the error.
	Targets(ctx context.Context, services []Service) ([]Service, error)
	// Suspended says for every service with autoscaling whether the autoscaling is suspended.
	Suspended(ctx context.Context, cluster string, names []string) (map[string]bool, error)
	// Tasks returns the tasks of an ECS cluster that have not stopped, because each of them may still write. A service's running
	// count does not include tasks that are DEACTIVATING or STOPPING.
	Tasks(ctx context.Context, cluster string) ([]Task, error)
	// Scale sets the desired counts of services. A request that fails does not prevent the others; the errors are by service.
	Scale(ctx context.Context, cluster string, counts map[string]int) map[string]error
	// StopTasks stops tasks by their ARNs. A request that fails does not prevent the others; the errors are by ARN.
	StopTasks(ctx context.Context, cluster string, arns []string) map[string]error
	// SuspendScaling suspends or resumes the autoscaling of services that have one. A request that fails does not prevent the
	// others; the errors are by service.
	SuspendScaling(ctx context.Context, cluster string, names []string, suspended bool) map[string]error

	// Engaged is true if the alarm that Route 53 watches is in ALARM: the switch is engaged.
	Engaged(ctx context.Context, s Switch) (bool, error)
	// Turn writes the switch's metric once, and changes the schedule that publishes the metric every minute. One request is made
	// even if the other fails. The alarm follows within minutes.
	Turn(ctx context.Context, s Switch, engaged bool) error
	// Published returns what the switch's schedule publishes.
	Published(ctx context.Context, s Switch) (Published, error)

	// RefuseDeletes changes the bucket's policy so that it refuses, or allows again, deletions that S3 replicates into the bucket.
	RefuseDeletes(ctx context.Context, bucket string, refuse bool) error
	// RefusesDeletes is true if the bucket's policy refuses replicated deletions.
	RefusesDeletes(ctx context.Context, bucket string) (bool, error)

	// LogUsage returns, in bytes, the disk space of an instance that transaction logs for a replica use, and the free space.
	LogUsage(ctx context.Context, identifier string) (logs, free int64, err error)

	// Obstacles returns what would make an activation fail: missing images, certificates, secrets and quotas of the region.
	Obstacles(ctx context.Context, needs Needs) []Reason

	// For failback.
	// Snapshot creates a snapshot unless it exists, and returns its status.
	Snapshot(ctx context.Context, database, snapshot string) (status string, err error)
	Rename(ctx context.Context, from, to string) error
	// CreateReplica creates a replica of the source with the identifier, key, subnets, groups and class of another database.
	CreateReplica(ctx context.Context, like Database, sourceArn string) error
	// Configure sets an instance's parameter group and backups, which RDS does not accept for a new replica of PostgreSQL.
	Configure(ctx context.Context, identifier, parameterGroup string, backupRetentionDays int) error
	// Restart reboots an instance, so that static parameters take effect.
	Restart(ctx context.Context, identifier string) error
	Promote(ctx context.Context, identifier string, backupRetentionDays int) error

	// For drills. Everything that a drill creates has the tag carebase:drill with the drill's id.
	Isolate(ctx context.Context, vpc, drill string) (securityGroup string, err error)
	Restore(ctx context.Context, r Restore) error
	Leftovers(ctx context.Context) ([]Leftover, error)
	// Remove deletes what a drill created, and nothing without the drill's tag.
	Remove(ctx context.Context, l Leftover) error
}

// Database is an RDS instance as AWS describes it.
type Database struct {
	Identifier          string
	Arn                 string
	ResourceID          string // AWS's immutable id (DbiResourceId), which survives a change of the identifier
	Status              string // "available", "modifying" …
	Source              string // the database that it replicates, "" if it is no replica
	Class               string
	EngineVersion       string
	StorageGiB          int
	MultiAZ             bool
	BackupRetentionDays int
	LatestRestorable    time.Time
	Encrypted           bool
	KeyArn              string
	SubnetGroup         string
	Vpc                 string
	SecurityGroups      []string
	ParameterGroup      string
	ParameterStatus     string // "in-sync", "applying", "pending-reboot"
	MonitoringRoleArn   string
	InsightsKeyArn      string
	LogExports          []string
	DeletionProtection  bool
	PubliclyAccessible  bool
}

// Available is true if the instance can be used and no change is in progress.
func (d Database) Available() bool { return d.Status == "available" }

// Replica is true if the instance replicates another instance.
func (d Database) Replica() bool { return d.Source != "" }

// Reading is one value of a replica's lag.
type Reading struct {
	At  time.Time
	Lag time.Duration
}

// Backup is a replicated automated backup.
type Backup struct {
	Arn              string
	Status           string // "replicating" while the source exists
	LatestRestorable time.Time
}

// Service is an ECS service.
type Service struct {
	Name         string
	Desired      int
	Running      int
	Suspended    bool     // autoscaling
	TargetGroups []string // ARNs; none for a service without a load balancer
	Targets      int      // registered with the load balancer, -1 if the number is not known
	Healthy      int      // healthy ones among the targets
}

// Task is a task of an ECS cluster that has not stopped.
type Task struct {
	Arn     string
	Service string // "" for a job: a task that no service started
	Family  string // of the task definition
	Status  string // ECS's lastStatus: PENDING, RUNNING, DEACTIVATING, STOPPING …
	// Stopping is true if the task's desired status is STOPPED.
	Stopping bool
}

// Switch names the metric that moves the traffic, and the alarm on the metric that Route 53 watches.
type Switch struct{ Namespace, Metric, Stack, Alarm string }

// Published is what the switch's schedule publishes every minute.
type Published struct {
	Found   bool // false if there is no schedule; the alarm then keeps the last value
	Enabled bool
	Engaged bool
	Last    time.Time // of the metric's last value in the last 15 minutes; zero if there is none
}

// Needs are what an activation needs of the recovery region.
type Needs struct {
	Images         []string // URIs with tag
	CertificateArn string
	SecretArns     []string
	FargateVCPUs   float64 // most vCPUs that run once active
}

// Restore describes the instance that a drill restores.
type Restore struct {
	Drill         string
	Identifier    string
	Backup        Backup
	Like          Database // whose class, subnets and parameters the instance gets
	SecurityGroup string
}

// Leftover is a resource that a drill created.
type Leftover struct{ Kind, ID, Drill string }

// Kinds of Leftover.
const (
	DrillDatabase = "database"
	DrillGroup    = "security group"
)

// Reason is a reason against a failover.
type Reason struct {
	Code    string `json:"code"`    // one of Codes, by which the operator may accept the reason
	Subject string `json:"subject"` // the resource or setting
	Text    string `json:"text"`
	Remedy  string `json:"remedy"`
}

// The codes of reasons.
const (
	CodeLag         = "lag"
	CodeReplica     = "replica"
	CodeImage       = "image"
	CodeQuota       = "quota"
	CodeCertificate = "certificate"
	CodeSecret      = "secret"
	CodeSettings    = "settings"
	CodeBackend     = "backend" // the state, or the key of its secrets, is in the primary region
	CodeSwitch      = "switch"
	CodeResolves    = "resolves" // the origin's name does not resolve to the recovery region
	CodeBackups     = "backups"  // the replica keeps no backups
	CodeSlot        = "slot"     // transaction logs for a replica fill the primary's disk
	CodeUnknown     = "unknown"  // a question was not answered
)

// Codes lists all codes.
var Codes = []string{
	CodeLag, CodeReplica, CodeImage, CodeQuota, CodeCertificate, CodeSecret, CodeSettings, CodeBackend, CodeSwitch, CodeResolves,
	CodeBackups, CodeSlot, CodeUnknown,
}

func (r Reason) String() string { return r.Code + ": " + r.Subject + ": " + r.Text + ". " + r.Remedy }

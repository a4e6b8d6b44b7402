package failover

import (
	"context"
	"errors"
	"time"
)

// ErrNotFound is a resource that is not there.
var ErrNotFound = errors.New("there is no such resource")

// Region is AWS in one region, as far as an operation needs it. Every method may be called again after it failed or was
// cut off. It is package cloud's over AWS's SDK, and a simulation's in the tests.
type Region interface {
	Name() string
	// Seal makes every later call fail before it leaves the machine.
	Seal()

	Database(ctx context.Context, identifier string) (Database, error)
	// ReplicaLag are the readings since then, oldest first.
	ReplicaLag(ctx context.Context, identifier string, since time.Time) ([]Reading, error)
	AutomatedBackup(ctx context.Context, databaseArn string) (Backup, error)
	// LastCopy is when the youngest recovery point of that resource in the vault was made.
	LastCopy(ctx context.Context, vault, resourceArn string) (time.Time, error)

	// Services of one ECS cluster, as ECS alone describes them, in the order of the names. A service that ECS does not
	// describe is left out and told of in the error; the others are returned all the same.
	Services(ctx context.Context, cluster string, names []string) ([]Service, error)
	// Targets adds to services what their load balancers say. A service whose load balancer does not answer is told of in
	// the error and has -1 targets.
	Targets(ctx context.Context, services []Service) ([]Service, error)
	// Suspended says of every service that has autoscaling whether it is suspended.
	Suspended(ctx context.Context, cluster string, names []string) (map[string]bool, error)
	// Tasks of an ECS cluster that have not stopped: each may still write. A service's running count leaves out the tasks
	// that are DEACTIVATING or STOPPING.
	Tasks(ctx context.Context, cluster string) ([]Task, error)
	// Scale asks ECS for that many tasks of each service. Each service is asked for, whatever becomes of the others; the
	// errors are by service.
	Scale(ctx context.Context, cluster string, counts map[string]int) map[string]error
	// StopTasks stops tasks by their ARNs, each whatever becomes of the others; the errors are by ARN.
	StopTasks(ctx context.Context, cluster string, arns []string) map[string]error
	// SuspendScaling suspends or resumes autoscaling where a service has it, each whatever becomes of the others.
	SuspendScaling(ctx context.Context, cluster string, names []string, suspended bool) map[string]error

	// Engaged says whether the alarm that Route 53 watches sees the switch engaged.
	Engaged(ctx context.Context, s Switch) (bool, error)
	// Turn writes the switch's metric at once, and tells the schedule that publishes it every minute. Both are asked, whatever
	// becomes of the other. The alarm follows within minutes.
	Turn(ctx context.Context, s Switch, engaged bool) error
	// Published is what the switch's schedule publishes.
	Published(ctx context.Context, s Switch) (Published, error)

	// RefuseDeletes makes the bucket's policy refuse deletions that S3 replicates into it, or allow them again.
	RefuseDeletes(ctx context.Context, bucket string, refuse bool) error
	// RefusesDeletes says whether the bucket's policy refuses them.
	RefusesDeletes(ctx context.Context, bucket string) (bool, error)

	// LogUsage is the disk space of an instance that transaction logs take, which wait for a replica, and the free space.
	LogUsage(ctx context.Context, identifier string) (logs, free int64, err error)

	// Obstacles are what activation would run into: images, certificates, secrets and quotas of the region.
	Obstacles(ctx context.Context, needs Needs) []Reason

	// For failback.
	Snapshot(ctx context.Context, database, snapshot string) (status string, err error)
	Rename(ctx context.Context, from, to string) error
	// CreateReplica makes a replica of the source with the identifier, key, subnets, groups and class of the one it is to be like.
	CreateReplica(ctx context.Context, like Database, sourceArn string) error
	// Configure gives an instance a parameter group and backups, which RDS does not take for a new replica of PostgreSQL.
	Configure(ctx context.Context, identifier, parameterGroup string, backupRetentionDays int) error
	// Restart makes what an instance's parameters say true that are read only when it starts.
	Restart(ctx context.Context, identifier string) error
	Promote(ctx context.Context, identifier string, backupRetentionDays int) error

	// For drills. All they make bears the tag carebase:drill with the drill's id.
	Isolate(ctx context.Context, vpc, drill string) (securityGroup string, err error)
	Restore(ctx context.Context, r Restore) error
	Leftovers(ctx context.Context) ([]Leftover, error)
	// Remove deletes what a drill made, and nothing that does not bear its tag.
	Remove(ctx context.Context, l Leftover) error
}

// Database is an RDS instance as AWS describes it.
type Database struct {
	Identifier          string
	Arn                 string
	ResourceID          string // AWS's own, which outlives a change of the identifier
	Status              string // "available", "modifying" …
	Source              string // what it replicates from, "" for nothing
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

// Available says that it can be used, and that nothing is being changed.
func (d Database) Available() bool { return d.Status == "available" }

// Replica says whether it follows another.
func (d Database) Replica() bool { return d.Source != "" }

// Reading of how far a replica was behind.
type Reading struct {
	At  time.Time
	Lag time.Duration
}

// Backup is a replicated automated backup.
type Backup struct {
	Arn              string
	Status           string // "replicating" while the source lives
	LatestRestorable time.Time
}

// Service is an ECS service.
type Service struct {
	Name         string
	Desired      int
	Running      int
	Suspended    bool     // autoscaling
	TargetGroups []string // ARNs; none for a service without a load balancer
	Targets      int      // registered with its load balancer, -1 where that is not known
	Healthy      int      // of those
}

// Task is a task of an ECS cluster that has not stopped.
type Task struct {
	Arn     string
	Service string // "" for a task that no service started: a job
	Family  string // of its task definition
	Status  string // ECS's lastStatus: PENDING, RUNNING, DEACTIVATING, STOPPING …
	// Stopping: it was told to stop.
	Stopping bool
}

// Switch is the metric that moves the traffic, and the alarm that Route 53 watches.
type Switch struct{ Namespace, Metric, Stack, Alarm string }

// Published is what the switch's schedule publishes every minute.
type Published struct {
	Found   bool // false: nothing publishes, and the alarm keeps the last value
	Enabled bool
	Engaged bool
	Last    time.Time // of the metric's last value in the last quarter of an hour; zero where there is none
}

// Needs of activation.
type Needs struct {
	Images         []string // URIs with tag
	CertificateArn string
	SecretArns     []string
	FargateVCPUs   float64 // that will run once active
}

// Restore is what a drill restores.
type Restore struct {
	Drill         string
	Identifier    string
	Backup        Backup
	Like          Database // class, subnets, parameters
	SecurityGroup string
}

// Leftover is something that a drill made.
type Leftover struct{ Kind, ID, Drill string }

// Kinds of Leftover.
const (
	DrillDatabase = "database"
	DrillGroup    = "security group"
)

// Reason why a failover is refused.
type Reason struct {
	Code    string `json:"code"`    // by which the operator may accept it
	Subject string `json:"subject"` // what it is about
	Text    string `json:"text"`
	Remedy  string `json:"remedy"`
}

// Codes of reasons.
const (
	CodeLag         = "lag"
	CodeReplica     = "replica"
	CodeImage       = "image"
	CodeQuota       = "quota"
	CodeCertificate = "certificate"
	CodeSecret      = "secret"
	CodeSettings    = "settings"
	CodeBackend     = "backend" // the state, or what it is encrypted with, is in the primary region
	CodeSwitch      = "switch"
	CodeResolves    = "resolves" // the origin's name does not lead to the recovery region
	CodeBackups     = "backups"  // the replica keeps no backups
	CodeSlot        = "slot"     // transaction logs that wait for a replica fill the primary's disk
	CodeUnknown     = "unknown"  // could not be found out
)

// Codes are all of them.
var Codes = []string{
	CodeLag, CodeReplica, CodeImage, CodeQuota, CodeCertificate, CodeSecret, CodeSettings, CodeBackend, CodeSwitch, CodeResolves,
	CodeBackups, CodeSlot, CodeUnknown,
}

func (r Reason) String() string { return r.Code + ": " + r.Subject + ": " + r.Text + ". " + r.Remedy }

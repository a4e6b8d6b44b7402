package function

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/internal/environment"
	"github.com/carebase/carebase/components/internal/policydoc"
	"github.com/carebase/carebase/components/internal/role"
	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/components/loggroup"
	"github.com/carebase/carebase/components/queue"
)

// Args shape a Function.
type Args struct {
	// FunctionName is the function's physical name: see limits.FunctionName. The log group and the policies contain it
	// before the function exists. Changing it replaces the function.
	FunctionName string

	// Description says what the function does, in at most 256 characters.
	Description string

	// Code is what runs: an archive or an image, built for arm64.
	Code Code

	// MemoryMiB is 128 to 10240. The CPU share grows with the memory; 1769 MiB are one vCPU.
	MemoryMiB int
	// TimeoutSeconds is how long one invocation may run: 1 to 900.
	TimeoutSeconds int
	// ReservedConcurrency is how many invocations may run at the same time (control FN-2): 1 to 900. It is also the number of
	// database connections that the function can open if each invocation opens one.
	ReservedConcurrency int

	// Environment is what the function may know without harm. Secret names (limits.LooksSecret), secret values
	// (limits.SecretIn) and outputs that Pulumi marks as secret are refused: the function reads those from Secrets Manager.
	Environment map[string]pulumi.StringInput

	// Policy is what the function's code may do in AWS, beside writing logs and traces: statements with exact actions and
	// resources, each with a Sid of letters and digits.
	Policy []Statement

	// VpcID and SubnetIDs are the VPC and its private subnets (control FN-3). The function gets a security group of its own,
	// without rules: see AllowTo and AllowToPrefixList.
	VpcID     pulumi.StringInput
	SubnetIDs pulumi.StringArrayInput

	// KeyArn is the customer-managed KMS key that encrypts the environment (control X-FN-ENV) and the dead-letter queue.
	KeyArn pulumi.StringInput
	// LogsKeyArn is the KMS key of the log group. Its policy must let CloudWatch Logs use it; components/keys does.
	LogsKeyArn pulumi.StringInput
	// LogRetentionDays is one of loggroup.RetentionDays.
	LogRetentionDays int

	// Schedules, Queues, Objects and RotatesSecrets say what invokes the function.
	Schedules []Schedule
	Queues    []Queue
	Objects   []Objects
	// RotatesSecrets lets Secrets Manager of this account invoke the function to rotate secrets.
	RotatesSecrets bool
}

// Statement and Condition are those of the policy that a role gets.
type (
	Statement = policydoc.Statement
	Condition = policydoc.Condition
)

// Code is either an Archive or an Image.
type Code struct {
	// Archive contains the executable bootstrap, built for linux/arm64, for the runtime provided.al2023.
	// https://docs.aws.amazon.com/lambda/latest/dg/golang-package.html
	Archive pulumi.Archive
	// Image is a container image for arm64 in ECR. The repository's policy must let lambda.amazonaws.com pull it.
	// https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#gettingstarted-images-permissions
	Image *Image
}

// An Image in ECR.
type Image struct {
	// Repository is the URL without a tag, e.g. 123456789012.dkr.ecr.us-east-1.amazonaws.com/clinic-prod/resize.
	Repository pulumi.StringInput
	// Tag names one build for ever: see limits.ImageTag.
	Tag string
}

// A Schedule invokes the function at fixed times, in UTC.
type Schedule struct {
	// Name is part of logical names: lower-case letters, digits and single hyphens.
	Name string
	// Expression is rate(…) or cron(…): see limits.ScheduleRule.
	Expression string
	// Input is the event that the function gets, as JSON. Empty: the event of EventBridge Scheduler.
	Input string
}

// A Queue feeds the function. The function answers which messages of a batch failed, and only these return to the queue.
type Queue struct {
	// Name is part of logical names: lower-case letters, digits and single hyphens.
	Name string
	// Source is the queue. Its visibility timeout must be at least TimeoutSeconds; AWS recommends six times that.
	Source *queue.Queue
	// BatchSize is how many messages one invocation gets: 1 to 10.
	BatchSize int
	// MaxConcurrency is how many invocations work on the queue at the same time: 2 to ReservedConcurrency.
	MaxConcurrency int
}

// Objects invokes the function for each object that is created in a bucket. The bucket must send its events to EventBridge, as
// the buckets of components/storage do. A notification from the bucket to the function would be one more resource that owns the
// bucket's only notification configuration.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
type Objects struct {
	// Name is part of logical names: lower-case letters, digits and single hyphens.
	Name string
	// Bucket is the name of the bucket.
	Bucket pulumi.StringInput
	// Prefix limits the events to objects whose key begins with it. Empty: all objects.
	Prefix string
}

const (
	mostDescription = 256
	nameRule        = "lower-case letters, digits and single hyphens"

	whereSecretsBelong = "let the function read secrets from Secrets Manager"
)

func (args *Args) check(name string) error {
	p := arg.Check("function", name)
	if args == nil {
		p.Require("Args", false, "a *function.Args")
		return p.Err()
	}
	if name != "" { // an empty name is reported already
		p.Match("name", name, limits.Hyphenated, nameRule+", beginning with a letter")
	}
	p.Match("FunctionName", args.FunctionName, limits.FunctionName, limits.FunctionNameRule)
	if n := len(args.Description); n == 0 || n > mostDescription {
		p.Add("Description", args.Description, fmt.Sprintf("a text of 1 to %d characters", mostDescription))
	}
	args.Code.check(p)
	p.Between("MemoryMiB", args.MemoryMiB, limits.LeastFunctionMiB, limits.MostFunctionMiB)
	p.Between("TimeoutSeconds", args.TimeoutSeconds, limits.LeastFunctionSeconds, limits.MostFunctionSeconds)
	p.Between("ReservedConcurrency", args.ReservedConcurrency, limits.LeastConcurrency, limits.MostConcurrency)
	environment.Check(p, args.Environment, whereSecretsBelong)
	role.CheckStatements(p, "Policy", args.Policy, ownSids)
	p.Require("VpcID", args.VpcID != nil, "the ID of a VPC")
	p.Require("SubnetIDs", args.SubnetIDs != nil, "the IDs of private subnets")
	p.Require("KeyArn", args.KeyArn != nil, "the ARN of a customer-managed KMS key (see components/keys)")
	p.Require("LogsKeyArn", args.LogsKeyArn != nil, "the ARN of a KMS key that CloudWatch Logs may use")
	if !loggroup.ValidRetention(args.LogRetentionDays) {
		p.Add("LogRetentionDays", args.LogRetentionDays, loggroup.RetentionRule)
	}
	args.checkTriggers(p)
	return p.Err()
}

func (c Code) check(p *arg.Problems) {
	if (c.Archive == nil) == (c.Image == nil) {
		p.Add("Code", fmt.Sprintf("Archive set: %t, Image set: %t", c.Archive != nil, c.Image != nil), "either Archive or Image")
	}
	if c.Image != nil {
		p.Require("Code.Image.Repository", c.Image.Repository != nil, "the URL of an ECR repository")
		if !limits.ImageTag(c.Image.Tag) {
			p.Add("Code.Image.Tag", c.Image.Tag, limits.ImageTagRule)
		}
	}
}

func (args *Args) checkTriggers(p *arg.Problems) {
	seen := map[string]bool{}
	checkName := func(at, name string) {
		p.Match(at+".Name", name, limits.Words, nameRule)
		if seen[name] {
			p.Add(at+".Name", name, "a name that no other schedule, queue or bucket of the function has")
		}
		seen[name] = true
	}
	for i, schedule := range args.Schedules {
		at := fmt.Sprintf("Schedules[%d]", i)
		checkName(at, schedule.Name)
		if !limits.Schedule(schedule.Expression) {
			p.Add(at+".Expression", schedule.Expression, limits.ScheduleRule)
		}
		if what := limits.SecretIn(schedule.Input); what != "" {
			p.Add(at+".Input", "…", "an event without "+what)
		}
	}
	for i, source := range args.Queues {
		at := fmt.Sprintf("Queues[%d]", i)
		checkName(at, source.Name)
		p.Between(at+".BatchSize", source.BatchSize, limits.LeastBatch, limits.MostBatch)
		p.Between(at+".MaxConcurrency", source.MaxConcurrency, limits.LeastQueueConcurrency,
			min(args.ReservedConcurrency, limits.MostQueueConcurrency))
		p.Require(at+".Source", source.Source != nil, "a *queue.Queue")
		if source.Source != nil && source.Source.VisibilityTimeoutSeconds < args.TimeoutSeconds {
			p.Add(at+".Source", fmt.Sprintf("a queue with VisibilityTimeoutSeconds %d", source.Source.VisibilityTimeoutSeconds),
				fmt.Sprintf("a queue with VisibilityTimeoutSeconds of at least TimeoutSeconds (%d), better six times that", args.TimeoutSeconds))
		}
	}
	for i, objects := range args.Objects {
		at := fmt.Sprintf("Objects[%d]", i)
		checkName(at, objects.Name)
		p.Require(at+".Bucket", objects.Bucket != nil, "the name of a bucket")
	}
}

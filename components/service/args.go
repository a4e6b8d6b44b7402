package service

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/internal/policydoc"
	"github.com/carebase/carebase/components/limits"
)

// Architecture is the processor that an image is built for.
type Architecture string

// Fargate's processors. ARM64 (Graviton) costs about a fifth less.
const (
	ARM64 Architecture = "ARM64"
	X8664 Architecture = "X86_64"
)

// A Statement of an application's permissions, with Conditions.
type (
	Statement = policydoc.Statement
	Condition = policydoc.Condition
)

// TaskArgs are what every kind of service takes.
type TaskArgs struct {
	// Cluster is where the task runs: Cluster.Ref.
	Cluster ClusterRef
	// VpcID is where the task's security group is.
	VpcID pulumi.StringInput
	// Image is what runs.
	Image Image
	// Cpu in units of 1/1024 vCPU and Memory in MiB are one of Fargate's pairs: limits.FargateSize.
	Cpu, Memory int
	// Architecture is ARM64 or X8664, as the image was built.
	Architecture Architecture
	// User is uid or uid:gid, neither of them 0. Empty: 1000:1000.
	User string
	// Command replaces the image's. It is in the task definition for everybody to read.
	Command []string
	// Environment is what the container may know without harm. Names and values that look like secrets are refused
	// (LooksSecret), and so are values that Pulumi knows to be secret: those belong in Secrets.
	Environment map[string]pulumi.StringInput
	// Secrets are set as environment variables by ECS when the task starts.
	Secrets map[string]SecretRef
	// SecretsKeyArn is the KMS key that encrypts Secrets. Needed with them.
	SecretsKeyArn pulumi.StringInput
	// Scratch are the directories that the container can write to; the rest of its filesystem is read-only.
	Scratch []Scratch
	// TaskPolicy is what the application may do in AWS, beside what EnableExec and Tracing need. Each statement has a
	// Sid of letters and digits, actions without "*" and "service:*", and resources.
	TaskPolicy []Statement
	// EnableExec lets people who may call ecs:ExecuteCommand open a shell in the container, as root. Sessions are
	// encrypted and recorded; leave it off where PHI lives.
	EnableExec bool
	// InternetEgress opens port 443 to every address. Only for what calls other companies' APIs, such as a webhook:
	// AWS's own are reached by endpoints, see AllowTo. The route is the network's matter.
	InternetEgress bool
	// Tracing puts a collector beside the application. Nil: none.
	Tracing *Tracing
	// LogsKeyArn is the KMS key of the log group. Its policy must let CloudWatch Logs of this region use it.
	LogsKeyArn pulumi.StringInput
	// LogRetentionDays is one of loggroup.RetentionDays. 45 CFR 164.312(b).
	LogRetentionDays int
}

// Scratch is a directory whose content ends with the task.
type Scratch struct {
	// Path is absolute, e.g. /tmp.
	Path string
	// MiB greater than 0 makes it a filesystem in memory (tmpfs) of that size, which counts against Memory: right for
	// /tmp, which everybody may write to. 0 puts it on the task's disk, 20 GiB for all, encrypted by AWS: it then belongs
	// to root, unless the Dockerfile gives the directory to the user and names it in VOLUME.
	// https://aws.amazon.com/about-aws/whats-new/2026/01/amazon-ecs-tmpfs-mounts-aws-fargate-managed-instances/
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
	MiB int
}

// Tracing runs the AWS Distro for OpenTelemetry collector, which takes OTLP on localhost ports 4317 (gRPC) and 4318
// (HTTP) and sends traces to X-Ray. The task needs AllowTo the X-Ray endpoint.
type Tracing struct {
	// Image is a copy of public.ecr.aws/aws-observability/aws-otel-collector in this account's ECR: tasks do not reach
	// the public registry.
	Image Image
}

const defaultUser = "1000:1000"

var (
	userPattern    = regexp.MustCompile(`^[1-9][0-9]{0,9}(:[1-9][0-9]{0,9})?$`)
	scratchPattern = limits.Absolute
	sidPattern     = limits.Sid
	actionPattern  = regexp.MustCompile(`^[a-z0-9-]+:[A-Za-z][A-Za-z0-9*]*$`)
)

func (args *TaskArgs) check(p *arg.Problems) {
	p.Match("Cluster.Name", args.Cluster.Name, clusterNamePattern, "a cluster's name: take Cluster.Ref")
	p.Require("Cluster.Arn", args.Cluster.Arn != nil, "the cluster's ARN: take Cluster.Ref")
	p.Require("VpcID", args.VpcID != nil, "the ID of a VPC")
	args.Image.check(p, "Image")
	checkSize(p, args.Cpu, args.Memory)
	p.OneOf("Architecture", string(args.Architecture), string(ARM64), string(X8664))
	p.Match("User", args.user(), userPattern, "uid or uid:gid in digits, neither of them 0 (root)")
	for i, part := range args.Command {
		checkValue(p, fmt.Sprintf("Command[%d]", i), part)
	}
	args.checkEnvironment(p)
	args.checkScratch(p)
	args.checkTaskPolicy(p)
	if args.EnableExec {
		p.Require("Cluster.ExecLogGroup", args.Cluster.ExecLogGroup != nil, "with EnableExec the ARN of a log group: take Cluster.Ref")
		p.Require("Cluster.ExecKeyArn", args.Cluster.ExecKeyArn != nil, "with EnableExec the ARN of a KMS key: take Cluster.Ref")
	}
	if args.Tracing != nil {
		args.Tracing.Image.check(p, "Tracing.Image")
	}
	checkLogs(p, args.LogsKeyArn, args.LogRetentionDays)
}

func (args *TaskArgs) user() string {
	if args.User == "" {
		return defaultUser
	}
	return args.User
}

func (args *TaskArgs) checkScratch(p *arg.Problems) {
	inMemory := 0
	var volumes []string
	if args.EnableExec {
		for _, s := range execScratch {
			volumes = append(volumes, s.volume())
		}
	}
	for _, s := range args.Scratch {
		if !scratchPattern.MatchString(s.Path) || strings.Contains(s.Path+"/", "/../") || strings.Contains(s.Path+"/", "/./") {
			p.Add("Scratch", s.Path, "absolute paths of directories below /, of letters, digits and . _ -")
		}
		if slices.Contains(volumes, s.volume()) {
			p.Add("Scratch", s.Path, "each directory once, and none of ECS Exec's own")
		}
		if s.MiB < 0 {
			p.Add("Scratch["+s.Path+"].MiB", s.MiB, "0 for disk, or a size in memory")
		}
		volumes = append(volumes, s.volume())
		inMemory += s.MiB
	}
	if inMemory > 0 && inMemory >= args.Memory {
		p.Add("Scratch", inMemory, fmt.Sprintf("less MiB in memory than Memory (%d)", args.Memory))
	}
}

// checkTaskPolicy keeps the application's permissions to what can be read: IAM-2, IAM-3, IAM-4.
func (args *TaskArgs) checkTaskPolicy(p *arg.Problems) {
	used := slices.Clone(ownSids)
	for i, s := range args.TaskPolicy {
		argument := fmt.Sprintf("TaskPolicy[%d]", i)
		p.Match(argument+".Sid", s.Sid, sidPattern, "letters and digits")
		if slices.Contains(used, s.Sid) {
			p.Add(argument+".Sid", s.Sid, "each name once, and none of "+strings.Join(ownSids, ", "))
		}
		used = append(used, s.Sid)
		p.OneOf(argument+".Effect", string(s.Effect), string(policydoc.Allow), string(policydoc.Deny))
		p.Require(argument+".Actions", len(s.Actions) > 0, "actions such as s3:GetObject")
		literal, known := s.Resources.(pulumi.StringArray)
		p.Require(argument+".Resources", s.Resources != nil && (!known || len(literal) > 0), "the ARNs of what the actions are for")
		if s.Principals != nil || len(s.NotActions) > 0 || s.NotResources != nil {
			p.Add(argument, s.Sid, "Actions and Resources, no Principals, NotActions or NotResources")
		}
		if s.Effect != policydoc.Allow {
			continue
		}
		for _, action := range s.Actions {
			p.Match(argument+".Actions", action, actionPattern, "service:Action, not all actions and not all of a service")
			if strings.HasPrefix(action, "kms:") && slices.Contains(literal, pulumi.StringInput(pulumi.String("*"))) {
				p.Add(argument+".Resources", "*", "the ARNs of keys with "+action)
			}
		}
	}
}

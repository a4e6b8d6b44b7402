package service

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/components/timeouts"
)

// The JSON that ECS takes. Its members are in the order and with the defaults in which AWS gives it back: what is left
// out, or in another order, would show as a difference on every refresh and make a new revision.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
type container struct {
	Command                []string        `json:"command,omitempty"`
	Cpu                    int             `json:"cpu"`
	Environment            []variable      `json:"environment"`
	Essential              bool            `json:"essential"`
	HealthCheck            *healthCheck    `json:"healthCheck,omitempty"`
	Image                  string          `json:"image"`
	LinuxParameters        linuxParameters `json:"linuxParameters"`
	LogConfiguration       logging         `json:"logConfiguration"`
	MountPoints            []mountPoint    `json:"mountPoints"`
	Name                   string          `json:"name"`
	PortMappings           []portMapping   `json:"portMappings"`
	ReadonlyRootFilesystem bool            `json:"readonlyRootFilesystem"`
	Secrets                []secret        `json:"secrets,omitempty"`
	StopTimeout            int             `json:"stopTimeout"`
	SystemControls         []any           `json:"systemControls"`
	Ulimits                []ulimit        `json:"ulimits"`
	User                   string          `json:"user"`
	VolumesFrom            []any           `json:"volumesFrom"`
}

type variable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type secret struct {
	Name      string `json:"name"`
	ValueFrom string `json:"valueFrom"`
}

type healthCheck struct {
	Command     []string `json:"command"`
	Interval    int      `json:"interval"`
	Retries     int      `json:"retries"`
	StartPeriod int      `json:"startPeriod"`
	Timeout     int      `json:"timeout"`
}

type linuxParameters struct {
	InitProcessEnabled bool    `json:"initProcessEnabled"`
	Tmpfs              []tmpfs `json:"tmpfs,omitempty"`
}

type tmpfs struct {
	ContainerPath string   `json:"containerPath"`
	MountOptions  []string `json:"mountOptions"`
	Size          int      `json:"size"`
}

type logging struct {
	LogDriver string            `json:"logDriver"`
	Options   map[string]string `json:"options"`
}

type mountPoint struct {
	ContainerPath string `json:"containerPath"`
	ReadOnly      bool   `json:"readOnly"`
	SourceVolume  string `json:"sourceVolume"`
}

type portMapping struct {
	ContainerPort int    `json:"containerPort"`
	HostPort      int    `json:"hostPort"`
	Protocol      string `json:"protocol"`
}

type ulimit struct {
	HardLimit int    `json:"hardLimit"`
	Name      string `json:"name"`
	SoftLimit int    `json:"softLimit"`
}

// shape is what the kinds of service differ in.
type shape struct {
	port          int               // that the container listens on; 0: none
	healthCommand string            // for the shell; empty: none
	startup       int               // seconds in which failures of healthCommand do not count
	stopTimeout   int               // seconds from SIGTERM to SIGKILL; Fargate allows 120
	logMode       map[string]string // options of the log driver
}

// A service that answers people does not wait for its log: up to 25 MiB are buffered and what exceeds that is lost.
// A job waits, for its log is the only trace of what it did.
var (
	lossyLog    = map[string]string{"mode": "non-blocking", "max-buffer-size": "25m"}
	completeLog = map[string]string{"mode": "blocking"}
)

const (
	collector        = "aws-otel-collector"
	openFiles        = 65535
	collectorTimeout = 30 // seconds to send what it has
)

// values are what the definitions hold of outputs.
type values struct {
	image, logGroup, region, collectorImage string
	environment, secrets                    map[string]string
}

// containerDefinitions renders the task's containers once everything they refer to is known.
func (args *TaskArgs) containerDefinitions(
	name string, s shape, logGroup *cloudwatch.LogGroup, region pulumi.StringInput,
) pulumi.StringOutput {
	environment, secrets := pulumi.StringMap{}, pulumi.StringMap{}
	for variable, value := range args.Environment {
		environment[variable] = value.ToStringOutput()
	}
	for variable, ref := range args.Secrets {
		secrets[variable] = ref.valueFrom()
	}
	collectorImage := pulumi.String("").ToStringOutput()
	if args.Tracing != nil {
		collectorImage = args.Tracing.Image.uri()
	}
	return pulumi.All(args.Image.uri(), logGroup.Name, region, collectorImage, environment, secrets).ApplyT(
		func(of []any) (string, error) {
			v := values{
				image: of[0].(string), logGroup: of[1].(string), region: of[2].(string), collectorImage: of[3].(string),
				environment: of[4].(map[string]string), secrets: of[5].(map[string]string),
			}
			for _, variable := range slices.Sorted(maps.Keys(v.environment)) {
				found := limits.SecretIn(v.environment[variable])
				if pulumi.IsSecret(environment[variable].(pulumi.StringOutput)) {
					found = "a secret"
				}
				if found != "" {
					return "", fmt.Errorf("service %q: Environment[%s] has %s in it, which everybody who may read task definitions "+
						"would see: it belongs in Secrets", name, variable, found)
				}
			}
			return encode(args.containers(name, s, v))
		}).(pulumi.StringOutput)
}

// containers are the application and what runs beside it, in order of name.
func (args *TaskArgs) containers(name string, s shape, v values) []container {
	application := args.container(name, v.image, s.stopTimeout, logTo(v, s.logMode))
	application.Command = args.Command
	application.Essential = true
	for _, variableName := range slices.Sorted(maps.Keys(v.environment)) {
		application.Environment = append(application.Environment, variable{variableName, v.environment[variableName]})
	}
	for _, variableName := range slices.Sorted(maps.Keys(v.secrets)) {
		application.Secrets = append(application.Secrets, secret{variableName, v.secrets[variableName]})
	}
	if s.port != 0 {
		application.PortMappings = append(application.PortMappings, portMapping{s.port, s.port, "tcp"})
	}
	if s.healthCommand != "" {
		application.HealthCheck = probe(s.startup, "CMD-SHELL", s.healthCommand)
	}
	for _, directory := range args.scratch() {
		if directory.MiB > 0 {
			application.LinuxParameters.Tmpfs = append(application.LinuxParameters.Tmpfs,
				tmpfs{directory.Path, []string{"nodev", "nosuid"}, directory.MiB})
			continue
		}
		application.MountPoints = append(application.MountPoints, mountPoint{directory.Path, false, directory.volume()})
	}

	all := []container{application}
	if args.Tracing != nil {
		sidecar := args.container(collector, v.collectorImage, collectorTimeout, logTo(v, lossyLog))
		// X-Ray only: the image's default sends metrics too, to a log group that nobody encrypts.
		sidecar.Command = []string{"--config=/etc/ecs/ecs-xray.yaml"}
		sidecar.HealthCheck = probe(timeouts.Startup(args.Cpu), "CMD", "/healthcheck")
		all = append(all, sidecar)
	}
	slices.SortFunc(all, func(a, b container) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// container is what every container has, the application's and the ones beside it.
func (args *TaskArgs) container(name, image string, stopTimeout int, log logging) container {
	return container{
		Environment:            []variable{},
		Image:                  image,
		LinuxParameters:        linuxParameters{InitProcessEnabled: true}, // reaps what a shell or a session leaves behind
		LogConfiguration:       log,
		MountPoints:            []mountPoint{},
		Name:                   name,
		PortMappings:           []portMapping{},
		ReadonlyRootFilesystem: true,
		StopTimeout:            stopTimeout,
		SystemControls:         []any{},
		Ulimits:                []ulimit{{openFiles, "nofile", openFiles}},
		User:                   args.user(),
		VolumesFrom:            []any{},
	}
}

func probe(startup int, command ...string) *healthCheck {
	return &healthCheck{
		Command: command, Interval: timeouts.HealthInterval, Timeout: timeouts.HealthTimeout,
		Retries: timeouts.UnhealthyThreshold, StartPeriod: startup,
	}
}

func logTo(v values, mode map[string]string) logging {
	options := map[string]string{
		"awslogs-group": v.logGroup, "awslogs-region": v.region, "awslogs-stream-prefix": "ecs",
	}
	maps.Copy(options, mode)
	return logging{LogDriver: "awslogs", Options: options}
}

// execScratch is where the agent of ECS Exec keeps its state. AWS calls a read-only root filesystem unsupported with
// sessions; with these two it works.
var execScratch = []Scratch{{Path: "/var/lib/amazon"}, {Path: "/var/log/amazon"}}

// scratch is every writable directory, in order of path.
func (args *TaskArgs) scratch() []Scratch {
	all := slices.Clone(args.Scratch)
	if args.EnableExec {
		all = append(all, execScratch...)
	}
	slices.SortFunc(all, func(a, b Scratch) int { return cmp.Compare(a.Path, b.Path) })
	return all
}

// volume is the name of a directory's volume: var-cache-nginx for /var/cache/nginx.
func (s Scratch) volume() string {
	return strings.Trim(strings.NewReplacer("/", "-", ".", "-").Replace(s.Path), "-")
}

// volumes are the directories on disk.
func (args *TaskArgs) volumes() ecs.TaskDefinitionVolumeArray {
	var volumes ecs.TaskDefinitionVolumeArray
	for _, directory := range args.scratch() {
		if directory.MiB == 0 {
			volumes = append(volumes, ecs.TaskDefinitionVolumeArgs{
				Name:              pulumi.String(directory.volume()),
				ConfigureAtLaunch: pulumi.Bool(false), // what AWS says of it when nothing is said
			})
		}
	}
	return volumes
}

// encode is json.Marshal without HTML escaping, so that a URL's "&" stays readable in a diff.
func encode(containers []container) (string, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(containers); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

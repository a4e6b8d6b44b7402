package host

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ebs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/limits"
)

var (
	//go:embed user-data.sh.tmpl
	userDataText string
	//go:embed secrets.sh.tmpl
	secretsText string

	userDataTemplate = parse("user-data.sh", userDataText)
	secretsTemplate  = parse("secrets.sh", secretsText)
)

func parse(name, text string) *template.Template {
	return template.Must(template.New(name).Option("missingkey=error").Parse(text))
}

// mostUserData is how many bytes of user data EC2 takes.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
const mostUserData = 16384

// setup is what the templates of user data are rendered from: names only.
type setup struct {
	Root          string // "" on a host, a directory in tests
	Region        string
	Packages      []string
	VolumeID      string   // "" without a data volume
	Secrets       []string // lines name|ARN|JSON key
	FileOnly      string   // the secret that is no environment variable: the registry's token
	Compose       *Compose
	Releases      string
	AgentConfig   string
	DaemonConfig  string
	SecretsScript string
}

// userData is the script that cloud-init runs at the first start of an instance. Its inputs are names, so it is not marked as secret;
// an output that Pulumi marks as secret, or a text that looks like a secret, makes it fail.
func (h *Host) userData(volume *ebs.Volume) pulumi.StringOutput {
	names := slices.Sorted(maps.Keys(h.args.Secrets))
	arns := pulumi.StringArray{}
	for _, name := range names {
		arns = append(arns, h.args.Secrets[name].Arn)
	}
	volumeID := pulumi.String("").ToStringOutput()
	if volume != nil {
		volumeID = volume.ID().ToStringOutput()
	}
	inputs := pulumi.All(h.id.Region, volumeID, arns)
	return inputs.ApplyT(func(all []any) (string, error) {
		if pulumi.IsSecret(inputs) {
			return "", fmt.Errorf("host %q: user data would contain a secret: Secrets takes the ARNs of secrets", h.name)
		}
		s := h.args.setup(all[0].(string), all[1].(string))
		for i, arn := range all[2].([]string) {
			s.Secrets = append(s.Secrets, strings.Join([]string{names[i], arn, h.args.Secrets[names[i]].JSONKey}, "|"))
		}
		text, err := s.render()
		switch {
		case err != nil:
			return "", err
		case len(text) > mostUserData:
			return "", fmt.Errorf("host %q: user data has %d bytes: EC2 takes %d", h.name, len(text), mostUserData)
		case limits.SecretIn(text) != "":
			return "", fmt.Errorf("host %q: user data would contain %s: name it in Secrets", h.name, limits.SecretIn(text))
		}
		return text, nil
	}).(pulumi.StringOutput)
}

func (args *Args) setup(region, volumeID string) *setup {
	s := &setup{Region: region, VolumeID: volumeID, Packages: args.Packages, Compose: args.Compose, Releases: args.releases()}
	if args.Compose != nil && args.Compose.Registry != nil {
		s.FileOnly = args.Compose.Registry.Secret
	}
	s.AgentConfig = encode(args.agentConfig())
	s.DaemonConfig = encode(args.daemonConfig(region))
	return s
}

// releases is where releases are: on the data volume, if there is one, so that they outlast the host.
func (args *Args) releases() string {
	if args.DataGiB > 0 {
		return dataDirectory + "/releases"
	}
	return "/var/lib/carebase/releases"
}

const dataDirectory = "/data"

func (s *setup) render() (string, error) {
	var script strings.Builder
	if err := secretsTemplate.Execute(&script, s); err != nil {
		return "", err
	}
	s.SecretsScript = strings.TrimRight(script.String(), "\n")
	var text strings.Builder
	err := userDataTemplate.Execute(&text, s)
	return text.String(), err
}

// agentNamespace is the namespace of the CloudWatch agent's metrics.
const agentNamespace = "CWAgent"

// agentConfig measures memory and disks, and sends logs of the system. The metrics have the dimension InstanceId; those of disks have
// path and fstype as well. Images and volumes have the file system xfs.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Agent-Configuration-File-Details.html
func (args *Args) agentConfig() map[string]any {
	var files []map[string]any
	for stream, path := range map[string]string{
		"cloud-init": "/var/log/cloud-init-output.log", "audit": "/var/log/audit/audit.log", "agent": "/var/log/amazon/ssm/amazon-ssm-agent.log",
	} {
		files = append(files, map[string]any{
			"file_path": path, "log_group_name": args.logGroupName(systemLogs), "log_stream_name": "{instance_id}/" + stream,
		})
	}
	slices.SortFunc(files, func(a, b map[string]any) int {
		return strings.Compare(a["file_path"].(string), b["file_path"].(string))
	})
	return map[string]any{
		"agent": map[string]any{"metrics_collection_interval": 60, "run_as_user": "root"},
		"metrics": map[string]any{
			"namespace":         agentNamespace,
			"append_dimensions": map[string]any{"InstanceId": "${aws:InstanceId}"},
			"metrics_collected": map[string]any{
				"mem":  map[string]any{"measurement": []string{"mem_used_percent"}},
				"disk": map[string]any{"measurement": []string{"used_percent"}, "resources": args.mounts(), "drop_device": true},
			},
		},
		"logs": map[string]any{"logs_collected": map[string]any{"files": map[string]any{"collect_list": files}}},
	}
}

// mounts are the directories of the host's volumes.
func (args *Args) mounts() []string {
	if args.DataGiB > 0 {
		return []string{"/", dataDirectory}
	}
	return []string{"/"}
}

// daemonConfig sends what containers write to CloudWatch Logs, and keeps Docker's volumes on the data volume.
// https://docs.docker.com/engine/logging/drivers/awslogs/
func (args *Args) daemonConfig(region string) map[string]any {
	config := map[string]any{
		"live-restore": true,
		"log-driver":   "awslogs",
		"log-opts": map[string]any{
			"awslogs-region": region, "awslogs-group": args.logGroupName(containerLogs), "tag": "{{.Name}}/{{.ID}}",
		},
	}
	if args.DataGiB > 0 {
		config["data-root"] = dataDirectory + "/docker"
	}
	return config
}

func encode(value map[string]any) string {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		panic(err) // maps of texts and numbers always encode
	}
	return string(text)
}

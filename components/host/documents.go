package host

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/environment"
	"github.com/carebase/carebase/components/internal/untyped"
)

var (
	//go:embed deploy.sh.tmpl
	deployText string

	deployTemplate = parse("deploy.sh", deployText)
)

const (
	documentType  = "aws:ssm/document:Document"
	tagVariable   = "TAG"
	endOfFile     = "CAREBASE-END"
	pollSeconds   = "5"
	deploySeconds = "3600"
	// tagParameter is the parameter of the deploy document, which Systems Manager replaces by the value that the caller gives. The
	// pattern keeps everything out that a shell would interpret.
	tagParameter = "{{ tag }}"
	tagPattern   = "^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$"
)

// release is what the script of a deployment is rendered from.
type release struct {
	Root, Releases string
	Tag            string // tagParameter, or a tag in tests
	End            string
	File           string
	Environment    []string // lines NAME='value'
	HealthURL      string
	HealthSeconds  int
	PollSeconds    string
	Migration      string
	Secrets        bool
	Registry       *Registry
}

// newDeployDocument makes the document that deploys a tag. The Compose file is part of it, so a change of the application's
// containers is reviewed in a plan and does not replace the host. Nothing in it is secret.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html#aws-runShellScript
func (h *Host) newDeployDocument(ctx *pulumi.Context) error {
	compose := h.args.Compose
	if compose == nil {
		return nil
	}
	variables := environment.Resolve(fmt.Sprintf("host %q", h.name), compose.Environment, whereSecretsAre)
	content := variables.ToStringMapOutput().ApplyT(func(resolved map[string]string) (string, error) {
		r := h.args.release()
		for _, name := range slices.Sorted(maps.Keys(resolved)) {
			if strings.ContainsAny(resolved[name], "'\n") || strings.Contains(resolved[name], "{{") {
				return "", fmt.Errorf("host %q: Environment[%s] must be one line without single quotes and {{", h.name, name)
			}
			r.Environment = append(r.Environment, fmt.Sprintf("%s='%s'", name, resolved[name]))
		}
		script, err := r.render()
		if err != nil {
			return "", err
		}
		return encode(map[string]any{
			"schemaVersion": "2.2",
			"description":   "Deploys a tag on host " + h.args.HostName + ", waits until it is healthy, and rolls back if it is not",
			"parameters": map[string]any{"tag": map[string]any{
				"type": "String", "description": "The tag of the images, which names one build", "allowedPattern": tagPattern,
			}},
			"mainSteps": []any{map[string]any{
				"name": "deploy", "action": "aws:runShellScript",
				"inputs": map[string]any{"timeoutSeconds": deploySeconds, "runCommand": strings.Split(script, "\n")},
			}},
		}), nil
	}).(pulumi.StringOutput)
	_, err := untyped.New(ctx, h, documentType, h.name+"-deploy-document", pulumi.Map{
		"name": pulumi.String(h.args.HostName + "-deploy"), "documentType": pulumi.String("Command"),
		"documentFormat": pulumi.String("JSON"), "targetType": pulumi.String("/AWS::EC2::Instance"), "content": content,
	})
	return err
}

func (args *Args) release() *release {
	c := args.Compose
	return &release{
		Releases: args.releases(), Tag: tagParameter, End: endOfFile, File: strings.TrimRight(c.File, "\n"),
		HealthURL: c.HealthURL, HealthSeconds: c.HealthSeconds, PollSeconds: pollSeconds, Migration: c.Migration,
		Secrets: len(args.Secrets) > 0, Registry: c.Registry,
	}
}

func (r *release) render() (string, error) {
	var text strings.Builder
	err := deployTemplate.Execute(&text, r)
	return strings.TrimRight(text.String(), "\n"), err
}

// newSessionDocument makes the document with which people open a shell: encrypted with the account's key, and recorded.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-schema.html
func (h *Host) newSessionDocument(ctx *pulumi.Context, group *cloudwatch.LogGroup) error {
	content := pulumi.JSONMarshal(map[string]any{
		"schemaVersion": "1.0",
		"description":   "Opens a recorded shell on host " + h.args.HostName,
		"sessionType":   "Standard_Stream",
		"inputs": map[string]any{
			"cloudWatchLogGroupName": group.Name, "cloudWatchEncryptionEnabled": true, "cloudWatchStreamingEnabled": true,
			"kmsKeyId": h.args.LogsKeyArn, "idleSessionTimeout": "20", "maxSessionDuration": "120", "runAsEnabled": false,
		},
	})
	_, err := untyped.New(ctx, h, documentType, h.name+"-session-document", pulumi.Map{
		"name": pulumi.String(h.args.HostName + "-session"), "documentType": pulumi.String("Session"),
		"documentFormat": pulumi.String("JSON"), "content": content,
	})
	return err
}

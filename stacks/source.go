package stacks

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// source is the primary stack as its recovery stack sees it: by its outputs, which are in the state and need no call to
// the primary's region.
type source struct {
	stack string
	all   pulumi.AnyOutput
}

// recoveryOutput is the primary's output that holds everything the recovery stack reads.
const recoveryOutput = "recovery"

func newSource(ctx *pulumi.Context, stack string) (source, error) {
	reference, err := pulumi.NewStackReference(ctx, "primary", &pulumi.StackReferenceArgs{Name: pulumi.String(stack)})
	if err != nil {
		return source{}, err
	}
	return source{stack, reference.GetOutput(pulumi.String(recoveryOutput))}, nil
}

// text is one value; steps lead to it.
func (s source) text(steps ...string) pulumi.StringOutput {
	return s.all.ApplyT(func(all any) (string, error) {
		at := all
		for _, step := range steps {
			inner, ok := at.(map[string]any)
			if !ok {
				return "", s.lacks(steps)
			}
			at = inner[step]
		}
		text, ok := at.(string)
		if !ok || text == "" {
			return "", s.lacks(steps)
		}
		return text, nil
	}).(pulumi.StringOutput)
}

func (s source) lacks(steps []string) error {
	return fmt.Errorf("stack %s has no output %s.%s: deploy it first, with its section %s and with what this stack's settings name",
		s.stack, recoveryOutput, strings.Join(steps, "."), fullKey("protection"))
}

// PrimaryOutputs are the outputs of other stacks that a stack of these settings reads, by the other stack's full name:
// what a plan, which has no state to read, must know to keep them as references.
func (s *Settings) PrimaryOutputs() map[string][]string {
	if !s.IsRecovery() {
		return nil
	}
	var paths []string
	add := func(steps ...string) {
		paths = append(paths, strings.Join(append([]string{recoveryOutput}, steps...), "."))
	}
	for _, plain := range []string{
		"dataKeyArn", "logsKeyArn", "secretsKeyArn", "backupsKeyArn", "databaseIdentifier",
		"filesBucket", "frontendBucket", "backupsBucket", "vaultName", "switchAlarmName", "switchHealthCheckId",
		"zoneId", "distributionId", "clusterName",
	} {
		add(plain)
	}
	for _, secret := range s.Secrets.Names {
		add("secretArns", secret.Name)
	}
	for _, one := range s.Services {
		add("repositories", one.Name)
		add("serviceNames", one.Name)
	}
	return map[string][]string{s.Recovery.PrimaryStack: paths}
}

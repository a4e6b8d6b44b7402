package stacks

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/stacks/settings"
)

// recoveryOutput is the primary's output that holds the handover.
const recoveryOutput = "recovery"

// handover is what the recovery stack reads of the primary stack: from the primary's state, never from its region. The tag is the
// key in the primary's output. Fields are optional for sections that a stack may lack.
type handover struct {
	Region              pulumi.StringOutput `output:"region"`
	DataKeyArn          pulumi.StringOutput `output:"dataKeyArn"`
	LogsKeyArn          pulumi.StringOutput `output:"logsKeyArn"`
	SecretsKeyArn       pulumi.StringOutput `output:"secretsKeyArn"`
	BackupsKeyArn       pulumi.StringOutput `output:"backupsKeyArn"`
	DatabaseArn         pulumi.StringOutput `output:"databaseArn"`
	DatabaseIdentifier  pulumi.StringOutput `output:"databaseIdentifier"`
	FilesBucket         pulumi.StringOutput `output:"filesBucket"`
	FrontendBucket      pulumi.StringOutput `output:"frontendBucket"`
	BackupsBucket       pulumi.StringOutput `output:"backupsBucket"`
	VaultName           pulumi.StringOutput `output:"vaultName"`
	SwitchAlarmName     pulumi.StringOutput `output:"switchAlarmName"`
	SwitchHealthCheckID pulumi.StringOutput `output:"switchHealthCheckId"`
	TopicArn            pulumi.StringOutput `output:"topicArn"`
	ClusterName         pulumi.StringOutput `output:"clusterName"`
	ZoneID              pulumi.StringOutput `output:"zoneId"`
	DistributionID      pulumi.StringOutput `output:"distributionId"`

	// SecretArns by the secret's name, Repositories and ServiceNames by the service's.
	SecretArns   pulumi.StringMapInput `output:"secretArns"`
	Repositories pulumi.StringMapInput `output:"repositories"`
	ServiceNames pulumi.StringMapInput `output:"serviceNames"`
}

// export returns the handover as the primary's output. Fields that the primary did not set are left out.
func (h handover) export() pulumi.Map {
	output := pulumi.Map{}
	value := reflect.ValueOf(h)
	for i := range value.NumField() {
		if field := value.Field(i); !field.IsZero() {
			output[value.Type().Field(i).Tag.Get("output")] = field.Interface().(pulumi.Input)
		}
	}
	return output
}

// readHandover reads the handover from the primary's output. A value that the primary lacks fails the update, but only if a
// resource of the recovery stack uses the value.
func readHandover(ctx *pulumi.Context, s *settings.Settings) (handover, error) {
	stack := s.Recovery.PrimaryStack
	reference, err := pulumi.NewStackReference(ctx, "primary", &pulumi.StackReferenceArgs{Name: pulumi.String(stack)})
	if err != nil {
		return handover{}, err
	}
	primary := primaryOutput{namespace: s.Project, stack: stack, value: reference.GetOutput(pulumi.String(recoveryOutput))}
	h := handover{}
	value := reflect.ValueOf(&h).Elem()
	for i := range value.NumField() {
		key := value.Type().Field(i).Tag.Get("output")
		if members := handoverMembers(key, s); members != nil {
			texts := pulumi.StringMap{}
			for _, member := range members {
				texts[member] = primary.text(key, member)
			}
			value.Field(i).Set(reflect.ValueOf(texts))
		} else if _, scalar := value.Field(i).Interface().(pulumi.StringOutput); scalar {
			value.Field(i).Set(reflect.ValueOf(primary.text(key)))
		}
	}
	return h, nil
}

// handoverMembers returns the members of a map in the handover; nil if key is no map or the map is empty.
func handoverMembers(key string, s *settings.Settings) []string {
	var members []string
	switch key {
	case "secretArns":
		for _, secret := range s.SecretList() {
			members = append(members, secret.Key())
		}
	case "repositories", "serviceNames":
		for _, service := range s.Services {
			members = append(members, service.Name)
		}
		if key == "repositories" && s.Tracing != nil {
			members = append(members, settings.CollectorImage)
		}
	}
	return members
}

// member returns one text of a map in a handover that readHandover read.
func member(texts pulumi.StringMapInput, name string) pulumi.StringOutput {
	return texts.(pulumi.StringMap)[name].ToStringOutput()
}

// PrimaryOutputs returns the outputs of other stacks that the stack reads, by the other stack's full name. A plan has no state to
// read and keeps these outputs as references.
func PrimaryOutputs(s *settings.Settings) map[string][]string {
	if !s.IsRecovery() {
		return nil
	}
	var paths []string
	typ := reflect.TypeFor[handover]()
	for i := range typ.NumField() {
		key := typ.Field(i).Tag.Get("output")
		if typ.Field(i).Type == reflect.TypeFor[pulumi.StringOutput]() {
			paths = append(paths, recoveryOutput+"."+key)
		}
		for _, member := range handoverMembers(key, s) {
			paths = append(paths, strings.Join([]string{recoveryOutput, key, member}, "."))
		}
	}
	return map[string][]string{s.Recovery.PrimaryStack: paths}
}

// primaryOutput is the value of the primary's output recoveryOutput.
type primaryOutput struct {
	namespace, stack string
	value            pulumi.AnyOutput
}

// text returns the text at a path of keys.
func (o primaryOutput) text(path ...string) pulumi.StringOutput {
	return o.value.ApplyT(func(value any) (string, error) {
		for _, key := range path {
			members, is := value.(map[string]any)
			if !is {
				return "", o.missing(path)
			}
			value = members[key]
		}
		text, is := value.(string)
		if !is || text == "" {
			return "", o.missing(path)
		}
		return text, nil
	}).(pulumi.StringOutput)
}

func (o primaryOutput) missing(path []string) error {
	return fmt.Errorf("stack %s has no output %s.%s: deploy it first, with its section %s:protection and with what this stack's settings name",
		o.stack, recoveryOutput, strings.Join(path, "."), o.namespace)
}

package host

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/notice"
)

// An alarm on a metric of the instance.
type alarm struct {
	key, namespace, metric, statistic string
	dimensions                        map[string]string // beside InstanceId
	threshold                         float64           // the alarm goes off above it
	period, periods                   int               // seconds, and how many of them
	missing                           string            // treatMissingData
	note                              notice.Note
	meaning                           string
}

func (args *Args) alarms() []alarm {
	all := []alarm{
		{
			// No action recovers or reboots the instance: a person decides whether to replace it. An instance that is stopped
			// reports nothing, which is as bad.
			key: "status", namespace: "AWS/EC2", metric: "StatusCheckFailed", statistic: "Maximum", threshold: 0,
			period: 60, periods: 2, missing: "breaching", note: notice.Note{Severity: notice.Page, Runbook: "host-status"},
			meaning: "The host fails its status checks, or is stopped.",
		},
		{
			key: "cpu", namespace: "AWS/EC2", metric: "CPUUtilization", statistic: "Average", threshold: 80,
			period: 300, periods: 2, missing: "notBreaching", note: notice.Note{Severity: notice.Notice, Runbook: "host-cpu"},
			meaning: "The host used more than 80 % of its CPU for ten minutes.",
		},
		{
			key: "memory", namespace: agentNamespace, metric: "mem_used_percent", statistic: "Average", threshold: 85,
			period: 300, periods: 2, missing: "breaching", note: notice.Note{Severity: notice.Notice, Runbook: "host-memory"},
			meaning: "The host used more than 85 % of its memory for ten minutes, or its CloudWatch agent reports nothing.",
		},
	}
	for _, mount := range args.mounts() {
		key := "disk"
		if name := strings.Trim(mount, "/"); name != "" {
			key += "-" + name
		}
		all = append(all, alarm{
			key: key, namespace: agentNamespace, metric: "disk_used_percent", statistic: "Maximum", threshold: 85,
			dimensions: map[string]string{"path": mount, "fstype": "xfs"},
			period:     300, periods: 1, missing: "ignore", note: notice.Note{Severity: notice.Notice, Runbook: "host-disk"},
			meaning: fmt.Sprintf("The volume at %s is more than 85 %% full.", mount),
		})
	}
	return all
}

func (h *Host) newAlarms(ctx *pulumi.Context, instance *ec2.Instance) error {
	for _, a := range h.args.alarms() {
		dimensions := pulumi.StringMap{"InstanceId": instance.ID().ToStringOutput()}
		for name, value := range a.dimensions {
			dimensions[name] = pulumi.String(value)
		}
		if _, err := cloudwatch.NewMetricAlarm(ctx, h.name+"-"+a.key+"-alarm", &cloudwatch.MetricAlarmArgs{
			Name:               pulumi.String(h.args.HostName + "-" + a.key),
			AlarmDescription:   pulumi.String(a.note.Describe(a.meaning)),
			Namespace:          pulumi.String(a.namespace),
			MetricName:         pulumi.String(a.metric),
			Dimensions:         dimensions,
			Statistic:          pulumi.String(a.statistic),
			ComparisonOperator: pulumi.String("GreaterThanThreshold"),
			Threshold:          pulumi.Float64(a.threshold),
			Period:             pulumi.Int(a.period),
			EvaluationPeriods:  pulumi.Int(a.periods),
			TreatMissingData:   pulumi.String(a.missing),
			AlarmActions:       pulumi.Array{h.args.TopicArn},
			OkActions:          pulumi.Array{h.args.TopicArn},
		}, pulumi.Parent(h)); err != nil {
			return err
		}
	}
	return nil
}

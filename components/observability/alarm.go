package observability

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/notice"
)

// An alarm on one metric, or on a formula.
type alarm struct {
	key string // its name after the component's
	metric
	formula   *formula // instead of a metric
	statistic string   // Average, Minimum, Maximum, Sum or a percentile such as p95
	operator  operator
	threshold float64
	period    int // seconds
	periods   int // how many are looked at
	// datapoints of the periods that must be bad: 0 for all of them, with a formula for one.
	datapoints int
	silence    silence
	meaning    string // what is wrong, in one sentence
	remedy     string // what to do about it
	notice.Note
}

type operator string

const (
	above operator = "GreaterThanThreshold"
	below operator = "LessThanThreshold"
)

// silence is what an alarm makes of a metric that has no data (treatMissingData).
type silence string

const (
	// silenceAlarms is for what always reports while it works. One alarm of a thing is enough to tell that it is gone.
	silenceAlarms silence = "breaching"
	// silenceIsFine is for what is reported only when something happens: no errors, no messages, no requests.
	silenceIsFine silence = "notBreaching"
	// silenceChangesNothing keeps an alarm as it is: a database that filled its disk stops reporting, and must not
	// seem well again for that.
	silenceChangesNothing silence = "ignore"
)

func (a alarm) register(ctx *pulumi.Context, parent *Alarms, args *AlarmsArgs) (*cloudwatch.MetricAlarm, error) {
	logical := parent.name + "-" + a.key
	in := &cloudwatch.MetricAlarmArgs{
		Name:               pulumi.String(args.NamePrefix + "-" + logical),
		AlarmDescription:   pulumi.String(a.Describe(a.meaning + " " + a.remedy)),
		ComparisonOperator: pulumi.String(a.operator),
		Threshold:          pulumi.Float64(a.threshold),
		EvaluationPeriods:  pulumi.Int(a.periods),
		TreatMissingData:   pulumi.String(a.silence),
		AlarmActions:       pulumi.Array{args.TopicArn},
		OkActions:          pulumi.Array{args.TopicArn},
	}
	if a.datapoints > 0 {
		in.DatapointsToAlarm = pulumi.Int(a.datapoints)
	}
	if a.formula != nil {
		in.DatapointsToAlarm = pulumi.Int(1)
		in.MetricQueries = a.formula.queries(a.key, a.statistic, a.period)
		return cloudwatch.NewMetricAlarm(ctx, logical, in, pulumi.Parent(parent))
	}
	in.Namespace, in.MetricName, in.Dimensions = pulumi.String(a.namespace), pulumi.String(a.metric.name), a.dimensionMap()
	in.Period = pulumi.Int(a.period)
	if strings.HasPrefix(a.statistic, "p") {
		in.ExtendedStatistic = pulumi.String(a.statistic)
		// A percentile of a handful of requests means nothing.
		in.EvaluateLowSampleCountPercentiles = pulumi.String("ignore")
	} else {
		in.Statistic = pulumi.String(a.statistic)
	}
	return cloudwatch.NewMetricAlarm(ctx, logical, in, pulumi.Parent(parent))
}

// page is for alarms that wake somebody, inform for those that can wait until the next working day. The anchor is that of
// the runbook's entry.
func page(anchor string) notice.Note   { return notice.Note{Severity: notice.Page, Runbook: anchor} }
func inform(anchor string) notice.Note { return notice.Note{Severity: notice.Notice, Runbook: anchor} }

// Package switching is what the switch of a failover publishes: one metric in the recovery region, 1 while the switch is engaged
// and 0 while it is released. The program makes the schedule that publishes it, and carebase dr changes it. It knows nothing
// of AWS's SDK or Pulumi.
package switching

import "encoding/json"

// The metric. Its dimension Stack is the protected stack's environment.
const (
	Namespace = "Carebase/Recovery"
	Metric    = "FailoverSwitch"
	Dimension = "Stack"
)

// Every is the schedule's expression: as often as the switch's alarm looks.
const Every = "rate(1 minute)"

// Target is the universal target of EventBridge Scheduler by which a schedule calls CloudWatch's PutMetricData itself: no
// function is needed. https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
const Target = "arn:aws:scheduler:::aws-sdk:cloudwatch:putMetricData"

// MetricData is the target's input: the parameters of PutMetricData, by the names that CloudWatch's API gives them.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html; the same in
// https://github.com/aws-samples/serverless-patterns/tree/main/eventbridge-schedule-to-cloudwatch-terraform
type MetricData struct {
	Namespace  string
	MetricData []Datum
}

// Datum of a metric.
type Datum struct {
	MetricName string
	Dimensions []Pair
	Value      float64
}

// Pair is a dimension.
type Pair struct{ Name, Value string }

// Value of the metric.
func Value(engaged bool) float64 {
	if engaged {
		return 1
	}
	return 0
}

// Input of the schedule's target, for the stack whose environment is given.
func Input(environment string, engaged bool) string {
	text, err := json.Marshal(MetricData{Namespace: Namespace, MetricData: []Datum{{
		MetricName: Metric, Dimensions: []Pair{{Name: Dimension, Value: environment}}, Value: Value(engaged),
	}}})
	if err != nil {
		panic(err) // strings and a number
	}
	return string(text)
}

// Package detection has the figures of the alarm that tells people that the site is down when nothing else can: the
// canary of the recovery stack asks for the site from the recovery region every minute, and the alarm on its metric
// notifies the recovery stack's topic. Nothing of it is in the primary's region. components/observability builds the
// canary and the alarm from these figures, and components/dr/objectives takes the detection time from them, so that the
// recovery time objective counts on an alarm that exists. The package imports neither AWS's SDK nor Pulumi.
package detection

import "time"

const (
	// CheckInterval is how often the canary runs. One minute is the shortest interval of a schedule.
	// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
	CheckInterval = time.Minute

	// CheckTimeout is how long one check may take, with all its requests. A check that takes longer has failed.
	CheckTimeout = 30 * time.Second

	// Period of the alarm's metric.
	Period = time.Minute

	// EvaluationPeriods are the periods that the alarm looks at, DatapointsToAlarm how many of them must be bad. Two failed
	// checks of three are an outage; one is not. A period without data is bad, too.
	EvaluationPeriods = 3
	DatapointsToAlarm = 2
)

// Parts of the time until people are told, whichever the alarm.
const (
	// MetricDelay is how long a data point may take until alarms see it.
	MetricDelay = 2 * time.Minute
	// EvaluationInterval is how often CloudWatch evaluates an alarm with a period of a minute or more.
	EvaluationInterval = time.Minute
	// Delivery is from the alarm's action to the receiver of an HTTPS subscription. AWS publishes no figure for it. E-mail may
	// take longer, which is why pages go by HTTPS.
	Delivery = time.Minute

	// scheduleSlack is how much later than planned a check may start: a schedule starts within its minute, not on the second.
	scheduleSlack = time.Minute
)

// A Part of the time from the site going down to the notification.
type Part struct {
	What   string
	Length time.Duration
	Source string // address of AWS's documentation, or the reason for the length
}

// Parts of Delay, in order. Each is the longest it can take.
func Parts() []Part {
	const schedules = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html"
	return []Part{
		{"until the next check starts, if the last one has just passed", CheckInterval + scheduleSlack, schedules},
		{"until as many checks as the alarm waits for have started", (DatapointsToAlarm - 1) * CheckInterval, schedules},
		{"until the last of them has failed", CheckTimeout, "the canary stops a check that takes longer"},
		{"until the metric's period ends", Period, "the alarm's period"},
		{"until the alarm sees the data point", MetricDelay,
			"https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/publishingMetrics.html"},
		{"until the alarm is evaluated", EvaluationInterval,
			"https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html"},
		{"until the notification is delivered", Delivery, "AWS publishes no figure for it"},
	}
}

// Delay is the longest time from the site going down to the notification: the sum of Parts.
func Delay() time.Duration {
	var sum time.Duration
	for _, part := range Parts() {
		sum += part.Length
	}
	return sum
}

// Logical names of the recovery stack's resources that Delay depends on.
const (
	// CanaryName is the component; the canary's parts are its children.
	CanaryName = "canary"
	// AlarmName is the metric alarm. Its physical name is the recovery stack's prefix and this, e.g.
	// clinic-dr-alarms-site-down.
	AlarmName = "alarms-site-down"
	// TopicName is the topic that the alarm notifies.
	TopicName = "alerts-topic"
)

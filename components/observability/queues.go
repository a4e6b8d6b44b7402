package observability

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
)

// A Queue of SQS with its dead-letter queue.
type Queue struct {
	Name                string // e.g. notifications
	QueueName           pulumi.StringInput
	DeadLetterQueueName pulumi.StringInput
}

const queueAgeSeconds = 900

func (q Queue) validate(p *arg.Problems, at string) {
	p.Require(at+"QueueName", q.QueueName != nil, "the queue's name (see components/queue)")
	p.Require(at+"DeadLetterQueueName", q.DeadLetterQueueName != nil, "the dead-letter queue's name (see components/queue)")
}

func queueMetric(queue pulumi.StringInput, name string) metric {
	return metric{"AWS/SQS", name, []dimension{{"QueueName", queue}}}
}

func (q Queue) age() metric { return queueMetric(q.QueueName, "ApproximateAgeOfOldestMessage") }
func (q Queue) waiting() metric {
	return queueMetric(q.QueueName, "ApproximateNumberOfMessagesVisible")
}
func (q Queue) dead() metric {
	return queueMetric(q.DeadLetterQueueName, "ApproximateNumberOfMessagesVisible")
}

// alarms of a queue. SQS stops reporting on one that has been empty and unused for six hours.
func (q Queue) alarms() []alarm {
	key := "queue-" + q.Name + "-"
	return []alarm{
		{
			key: key + "age", metric: q.age(), statistic: "Maximum",
			operator: above, threshold: queueAgeSeconds, period: 300, periods: 1,
			Note:    inform("queue-age"),
			silence: silenceIsFine,
			meaning: fmt.Sprintf("A message has waited in queue %s for more than %d minutes.", q.Name, queueAgeSeconds/60),
			remedy: "See whether its workers run and what they log. If they work but are too few, raise their maximum; one " +
				"message that fails again and again goes to the dead-letter queue by itself.",
		},
		{
			key: key + "dead-letters", metric: q.dead(), statistic: "Maximum",
			operator: above, threshold: 0, period: 300, periods: 1,
			Note:    inform("queue-dead-letters"),
			silence: silenceIsFine,
			meaning: fmt.Sprintf("Messages of queue %s could not be processed and lie in its dead-letter queue.", q.Name),
			remedy: "Find the error in the workers' log by message ID and mend it; then redrive the queue. Do not purge it: " +
				"what is in there has not happened.",
		},
	}
}

func (q Queue) widgets() []widget {
	return []widget{
		{
			title: q.Name + ": messages", statistic: "Maximum",
			lines: []line{{metric: q.waiting(), label: "waiting"}, {metric: q.dead(), label: "dead letters"}},
		},
		{
			title: q.Name + ": age of the oldest message (s)", statistic: "Maximum",
			lines:  []line{{metric: q.age(), label: "age"}},
			limits: []limit{{"alarm", queueAgeSeconds}},
		},
	}
}

package settings

import (
	"fmt"
	"slices"
	"strings"

	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// Queue is an SQS queue with its dead-letter queue, named <project>-<environment>-<name>.
type Queue struct {
	// Name of the queue, and of its component: 1 to 21 lower-case letters, digits and hyphens.
	Name string `setting:"name"`
	// Seconds that a message waits for a consumer before SQS deletes it. 1209600 is 14 days.
	RetentionSeconds int `setting:"retentionSeconds" range:"60..1209600"`
	// Seconds that a received message stays hidden from other consumers: longer than a consumer needs for a message.
	VisibilityTimeoutSeconds int `setting:"visibilityTimeoutSeconds" range:"1..43200"`
	// How often a message is received before SQS moves it to the dead-letter queue.
	MaxReceiveCount int `setting:"maxReceiveCount" range:"1..1000"`
	// Whether messages of a group are delivered in order and once. Changing it replaces the queue, and its messages are lost.
	// Default false.
	Fifo bool `setting:"fifo" optional:"true"`
}

// QueueURL returns the placeholder for the URL of a queue that the task sends to or receives from.
func QueueURL(queue string) string { return "{" + queue + ".url}" }

func (s *Settings) checkQueues(p *decode.Problems) {
	taken := slices.Clone(s.reserved())
	for _, service := range s.Services {
		taken = append(taken, service.Name)
	}
	for _, job := range s.Jobs {
		taken = append(taken, job.Name)
	}
	for i, queue := range s.Queues {
		key := decode.Element("queues", i)
		if !limits.ServiceName(queue.Name) || slices.Contains(taken, queue.Name) {
			p.Refuse(key+".name", queue.Name, fmt.Sprintf("%s, and none of %s", limits.ServiceNameRule, strings.Join(taken, ", ")))
		}
		taken = append(taken, queue.Name)
		if s.IsRecovery() || s.Protected() {
			p.Refuse(key, nil, "left out where there is a recovery region: SQS copies no messages to another region")
		}
	}
	if len(s.Queues) > 0 && !slices.Contains(s.Network.InterfaceEndpoints, "sqs") {
		p.Refuse("network.interfaceEndpoints", s.Network.InterfaceEndpoints, "a list with sqs where there are queues: tasks reach SQS by endpoint only")
	}
}

func (s *Settings) checkQueueNames(key string, names []string, p *decode.Problems) {
	for i, name := range names {
		if !slices.ContainsFunc(s.Queues, func(queue Queue) bool { return queue.Name == name }) {
			p.Refuse(decode.Element(key, i), name, "the name of one of queues")
		}
	}
	p.Distinct(key, names)
}

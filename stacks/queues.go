package stacks

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/observability"
	"github.com/carebase/carebase/components/queue"
	"github.com/carebase/carebase/components/service"
	"github.com/carebase/carebase/stacks/settings"
)

// buildQueues creates the queues before the services, whose permissions and environment refer to them.
func (f *foundation) buildQueues(ctx *pulumi.Context) error {
	for _, q := range f.Queues {
		made, err := queue.New(ctx, q.Name, &queue.Args{
			KeyArn:                   f.keyArns.Data,
			QueueName:                f.names().queue(q.Name),
			Fifo:                     q.Fifo,
			RetentionSeconds:         q.RetentionSeconds,
			VisibilityTimeoutSeconds: q.VisibilityTimeoutSeconds,
			MaxReceiveCount:          q.MaxReceiveCount,
		}, f.providers.option())
		if err != nil {
			return err
		}
		f.queues = append(f.queues, made)
		ctx.Export(q.Name+"QueueUrl", made.URL)
	}
	return nil
}

// queuePermissions returns the statements of a task role for the queues that its settings name.
func (f *foundation) queuePermissions(t settings.Task) []service.Statement {
	var statements []service.Statement
	for i, q := range f.Queues {
		if slices.Contains(t.Sends, q.Name) {
			statements = append(statements, f.queues[i].SendStatements()...)
		}
		if slices.Contains(t.Receives, q.Name) {
			statements = append(statements, f.queues[i].ReceiveStatements()...)
		}
	}
	return statements
}

// watchedQueues returns the queues as alarms and the dashboard show them.
func (f *foundation) watchedQueues() []observability.Queue {
	var watched []observability.Queue
	for i, q := range f.Queues {
		watched = append(watched, observability.Queue{
			Name: q.Name, QueueName: f.queues[i].Name, DeadLetterQueueName: f.queues[i].DeadLetterName,
		})
	}
	return watched
}

package queue_test

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/queue"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/plan"
)

// A queue of checks: the scheduler sends, the worker receives. Give the statements to the roles of the two services, and the
// queue's URL to both as an environment variable.
func Example() {
	planned, err := plan.Run(plan.Program{Project: "health-monitor", Stack: "prod", Run: func(ctx *pulumi.Context) error {
		opts, err := componenttest.Providers(ctx, "us-east-1", "")
		if err != nil {
			return err
		}
		checks, err := queue.New(ctx, "checks", &queue.Args{
			KeyArn:                   pulumi.String("arn:aws:kms:us-east-1:123456789012:key/data"),
			QueueName:                "health-monitor-checks",
			RetentionSeconds:         86400,
			VisibilityTimeoutSeconds: 60,
			MaxReceiveCount:          5,
		}, opts...)
		if err != nil {
			return err
		}
		for _, statement := range append(checks.SendStatements(), checks.ReceiveStatements()...) {
			fmt.Println(statement.Sid, statement.Actions)
		}
		return nil
	}})
	if err != nil {
		panic(err)
	}
	fmt.Println(len(planned.OfType("aws:sqs/queue:Queue")), "queues")
	// Output:
	// SendToChecks [sqs:GetQueueAttributes sqs:GetQueueUrl sqs:SendMessage]
	// EncryptForChecks [kms:Decrypt kms:GenerateDataKey]
	// ReceiveFromChecks [sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage]
	// DecryptFromChecks [kms:Decrypt]
	// 2 queues
}

package queue_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/queue"
	"github.com/carebase/carebase/componenttest"
)

func refusal(t *testing.T, name string, args *queue.Args) string {
	t.Helper()
	return componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := queue.New(ctx, name, args, opts...)
		return err
	}).Error()
}

func TestEveryProblemIsReportedAtOnce(t *testing.T) {
	got := refusal(t, "checks", &queue.Args{
		QueueName: "orders.fifo", Fifo: true, RetentionSeconds: 59, VisibilityTimeoutSeconds: 43201,
		Publishers: []queue.Publisher{{Name: "Uploads", Service: "sns.amazonaws.com"}},
	})
	for _, want := range []string{
		"KeyArn is missing", `QueueName = "orders.fifo"`, "RetentionSeconds = 59: allowed is 60 to 1209600",
		"VisibilityTimeoutSeconds = 43201: allowed is 1 to 43200", "MaxReceiveCount = 0: allowed is 1 to 1000",
		`Publishers[0].Name = "Uploads"`, `Publishers[0].Service = "sns.amazonaws.com"`, "Publishers[0].SourceArn is missing",
	} {
		assert.Contains(t, got, want)
	}
	assert.Equal(t, 8, strings.Count(got, "\n  - "))
}

func TestEachProblem(t *testing.T) {
	publisher := queue.Publisher{Name: "uploads", Service: queue.S3, SourceArn: pulumi.String(bucketArn)}
	for want, change := range map[string]func(*queue.Args){
		"RetentionSeconds = 1209601":         func(a *queue.Args) { a.RetentionSeconds = 1209601 },
		"VisibilityTimeoutSeconds = 0":       func(a *queue.Args) { a.VisibilityTimeoutSeconds = 0 },
		"MaxReceiveCount = 1001":             func(a *queue.Args) { a.MaxReceiveCount = 1001 },
		"QueueName":                          func(a *queue.Args) { a.QueueName = strings.Repeat("a", 63) },
		"a name that no other publisher has": func(a *queue.Args) { a.Publishers = []queue.Publisher{publisher, publisher} },
		"S3 sends notifications to standard queues only": func(a *queue.Args) {
			a.Fifo, a.Publishers = true, []queue.Publisher{publisher}
		},
	} {
		args := checks()
		change(args)
		assert.Contains(t, refusal(t, "checks", args), want)
	}
	assert.Contains(t, refusal(t, "Checks", checks()), `name = "Checks"`)
	assert.Contains(t, refusal(t, "checks", nil), "a *queue.Args")
}

func TestBoundsAreAllowed(t *testing.T) {
	for _, bounds := range [][3]int{{60, 1, 1}, {1209600, 43200, 1000}} {
		args := checks()
		args.RetentionSeconds, args.VisibilityTimeoutSeconds, args.MaxReceiveCount = bounds[0], bounds[1], bounds[2]
		args.QueueName = strings.Repeat("a", 62)
		g := planned(t, args)
		name := componenttest.Input(t, componenttest.Find(t, g, queueType, "checks-dead-letter-queue"), "name").(string)
		assert.LessOrEqual(t, len(name+".fifo"), 80)
	}
}

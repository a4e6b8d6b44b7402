package function_test

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/function"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/plan"
)

// A function that cleans up every night: it reads one bucket and reaches S3 by the gateway endpoint.
func Example() {
	planned, err := plan.Run(plan.Program{Project: "careconnect", Stack: "prod", Run: func(ctx *pulumi.Context) error {
		opts, err := componenttest.Providers(ctx, "us-east-1", "")
		if err != nil {
			return err
		}
		cleanup, err := function.New(ctx, "cleanup", &function.Args{
			FunctionName: "careconnect-prod-cleanup",
			Description:  "Deletes uploads that nobody finished",
			Code: function.Code{Archive: pulumi.NewAssetArchive(map[string]any{
				"bootstrap": pulumi.NewStringAsset("the executable, built for linux/arm64"),
			})},
			MemoryMiB:           256,
			TimeoutSeconds:      60,
			ReservedConcurrency: 1,
			Environment:         map[string]pulumi.StringInput{"BUCKET": pulumi.String("careconnect-prod-files")},
			Policy: []function.Statement{{
				Sid:       "DeleteUploads",
				Effect:    "Allow",
				Actions:   []string{"s3:DeleteObject"},
				Resources: pulumi.StringArray{pulumi.String("arn:aws:s3:::careconnect-prod-files/uploads/*")},
			}},
			VpcID:            pulumi.String("vpc-0123456789abcdef0"),
			SubnetIDs:        pulumi.ToStringArray([]string{"subnet-a", "subnet-b"}),
			KeyArn:           pulumi.String("arn:aws:kms:us-east-1:123456789012:key/data"),
			LogsKeyArn:       pulumi.String("arn:aws:kms:us-east-1:123456789012:key/logs"),
			LogRetentionDays: 365,
			Schedules:        []function.Schedule{{Name: "nightly", Expression: "cron(0 2 * * ? *)"}},
		}, opts...)
		if err != nil {
			return err
		}
		return cleanup.AllowToPrefixList(ctx, "s3", pulumi.String("pl-63a5400a"), 443)
	}})
	if err != nil {
		panic(err)
	}
	for _, schedule := range planned.OfType("aws:scheduler/schedule:Schedule") {
		fmt.Println(schedule.Name, schedule.Inputs.Get("scheduleExpression").AsString())
	}
	// Output:
	// cleanup-schedule-nightly cron(0 2 * * ? *)
}

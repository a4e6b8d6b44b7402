package service

import (
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/limits"
)

// A task is what all kinds of service have: a definition with its roles and log group, and a security group.
type task struct {
	definition *ecs.TaskDefinition
	role       role // the application's
	start      role // ECS's, to start the task
	logGroup   *cloudwatch.LogGroup
	access     *access
}

func newTask(ctx *pulumi.Context, parent pulumi.Resource, name string, args *TaskArgs, s shape) (*task, error) {
	id := caller.Look(ctx, parent)
	family := args.Cluster.Name + "-" + name
	t := &task{}
	var err error
	if t.logGroup, err = newLogGroup(ctx, parent, name+"-logs", "/ecs/"+args.Cluster.Name+"/"+name, args.LogsKeyArn, args.LogRetentionDays); err != nil {
		return nil, err
	}
	start, err := newRole(ctx, parent, name+"-start", fmt.Sprintf("ECS starts tasks of %s", family), id, args.startStatements(id, t.logGroup))
	if err != nil {
		return nil, err
	}
	t.start = start
	if t.role, err = newRole(ctx, parent, name+"-task", fmt.Sprintf("The application in tasks of %s", family), id, args.applicationStatements()); err != nil {
		return nil, err
	}
	if t.access, err = newAccess(ctx, parent, name, family, args.VpcID, args.InternetEgress); err != nil {
		return nil, err
	}

	// A task that starts before its roles may do anything fails, and counts for the circuit breaker.
	ready := []pulumi.Resource{start.attachment}
	if t.role.attachment != nil {
		ready = append(ready, t.role.attachment)
	}
	t.definition, err = ecs.NewTaskDefinition(ctx, limits.TaskDefinition(name), &ecs.TaskDefinitionArgs{
		Family:                  pulumi.String(family),
		RequiresCompatibilities: pulumi.ToStringArray([]string{"FARGATE"}),
		NetworkMode:             pulumi.String("awsvpc"),
		Cpu:                     pulumi.String(strconv.Itoa(args.Cpu)),
		Memory:                  pulumi.String(strconv.Itoa(args.Memory)),
		RuntimePlatform: &ecs.TaskDefinitionRuntimePlatformArgs{
			CpuArchitecture:       pulumi.String(string(args.Architecture)),
			OperatingSystemFamily: pulumi.String("LINUX"),
		},
		ExecutionRoleArn:     start.Arn,
		TaskRoleArn:          t.role.Arn,
		ContainerDefinitions: args.containerDefinitions(name, s, t.logGroup, id.Region),
		Volumes:              args.volumes(),
		// Every change is a new revision. The one before stays, for that is what a failed deployment goes back to: ECS
		// starts no tasks of a revision that was deregistered.
		SkipDestroy: pulumi.Bool(true),
	}, pulumi.Parent(parent), pulumi.DependsOn(ready))
	return t, err
}

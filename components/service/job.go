package service

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
)

// JobArgs shape a Job.
type JobArgs struct {
	TaskArgs
}

// A Job is a task definition that nothing runs by itself: somebody does, or a pipeline, for a migration or to make a
// database's roles, and waits for its end.
//
//	aws ecs run-task --cluster clinic-prod --task-definition $(pulumi stack output migrationsTaskDefinition) \
//	  --capacity-provider-strategy capacityProvider=FARGATE,weight=1 --propagate-tags TASK_DEFINITION \
//	  --network-configuration 'awsvpcConfiguration={subnets=[<private subnets>],securityGroups=[<SecurityGroupID>],assignPublicIp=DISABLED}'
//	aws ecs wait tasks-stopped --cluster clinic-prod --tasks <taskArn>
//	aws logs tail <LogGroupName>
//
// The container is named as the Job, for --overrides. The exit code is in `aws ecs describe-tasks`.
type Job struct {
	pulumi.ResourceState
	*access

	TaskDefinitionArn pulumi.StringOutput `pulumi:"taskDefinitionArn"` // with the revision
	SecurityGroupID   pulumi.StringOutput `pulumi:"securityGroupId"`
	TaskRoleArn       pulumi.StringOutput `pulumi:"taskRoleArn"`
	LogGroupName      pulumi.StringOutput `pulumi:"logGroupName"`
}

// jobStopTimeout is how many seconds a job has to end in order when it is stopped: the most that Fargate gives.
const jobStopTimeout = 120

func (args *JobArgs) check(name string) error {
	p := arg.Check("job", name)
	if args == nil {
		p.Require("Args", false, "a *service.JobArgs")
		return p.Err()
	}
	checkName(p, name)
	args.TaskArgs.check(p)
	return p.Err()
}

// NewJob makes a task definition with its roles, log group and security group. Its tasks reach nothing until AllowTo
// and AllowToPrefixList say so.
func NewJob(ctx *pulumi.Context, name string, args *JobArgs, opts ...pulumi.ResourceOption) (*Job, error) {
	if err := args.check(name); err != nil {
		return nil, err
	}
	j := &Job{}
	if err := ctx.RegisterComponentResource("carebase:service:Job", name, j, opts...); err != nil {
		return nil, err
	}
	t, err := newTask(ctx, j, name, &args.TaskArgs, shape{stopTimeout: jobStopTimeout, logMode: completeLog})
	if err != nil {
		return nil, err
	}
	j.access = t.access
	j.TaskDefinitionArn = t.definition.Arn
	j.SecurityGroupID = t.access.groupID
	j.TaskRoleArn = t.role.Arn
	j.LogGroupName = t.logGroup.Name
	return j, ctx.RegisterResourceOutputs(j, pulumi.Map{
		"taskDefinitionArn": j.TaskDefinitionArn, "securityGroupId": j.SecurityGroupID,
		"taskRoleArn": j.TaskRoleArn, "logGroupName": j.LogGroupName,
	})
}

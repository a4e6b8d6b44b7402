package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/service"
	"github.com/carebase/carebase/stacks/settings"
)

// buildJobs creates a task definition for each job in the settings. A release or a person runs the tasks.
func (p *primary) buildJobs(ctx *pulumi.Context) error {
	for _, job := range p.Jobs {
		if err := p.buildJob(ctx, job); err != nil {
			return err
		}
	}
	return nil
}

func (p *primary) buildJob(ctx *pulumi.Context, j settings.Job) error {
	task, image, err := p.task(ctx, j.Task())
	if err != nil {
		return err
	}
	task.Command = j.Command

	made, err := service.NewJob(ctx, j.Name, &service.JobArgs{TaskArgs: task}, p.providers.option())
	if err != nil {
		return err
	}
	if err := p.connectToAWS(ctx, j.Name, made.SecurityGroupID, made); err != nil {
		return err
	}
	if err := p.connectStores(ctx, j.Task(), made.SecurityGroupID, made); err != nil {
		return err
	}
	if err := p.connectServices(ctx, j.Task(), made.SecurityGroupID, made); err != nil {
		return err
	}
	ctx.Export(j.Name+"TaskDefinition", made.TaskDefinitionArn)
	ctx.Export(j.Name+"SecurityGroup", made.SecurityGroupID)
	ctx.Export(j.Name+"Repository", image.Repository)
	return nil
}

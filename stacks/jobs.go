package stacks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/service"
)

// buildJobs makes the task definitions of the settings' jobs, with all that a run needs. Nothing runs them by itself.
func (p *primary) buildJobs(ctx *pulumi.Context) error {
	for _, job := range p.Jobs {
		if err := p.buildJob(ctx, job); err != nil {
			return err
		}
	}
	return nil
}

func (p *primary) buildJob(ctx *pulumi.Context, j Job) error {
	image, err := p.image(ctx, j.Name, j.ImageTag)
	if err != nil {
		return err
	}
	task := p.task(image, j.CPU, j.MemoryMiB)
	task.Architecture = service.Architecture(j.architecture())
	task.Command = j.Command
	task.Environment = map[string]pulumi.StringInput{}
	for name, text := range j.Environment {
		task.Environment[name] = fill(text, p.placeholders())
	}
	for name, secret := range j.Secrets {
		task.Secrets[name] = service.SecretRef{Arn: p.secretArn(secret)}
	}
	task.TaskPolicy = p.permissions(j.client())
	task.Scratch = []service.Scratch{{Path: "/tmp", MiB: j.MemoryMiB / 8}} // in memory: on disk it would belong to root

	made, err := service.NewJob(ctx, j.Name, &service.JobArgs{TaskArgs: task}, p.providers.option())
	if err != nil {
		return err
	}
	if err := p.connectToAWS(ctx, j.Name, made.SecurityGroupID, made); err != nil {
		return err
	}
	for _, to := range j.Connects {
		if err := p.connect(ctx, j.Name, to, made.SecurityGroupID, made); err != nil {
			return err
		}
	}
	ctx.Export(j.Name+"TaskDefinition", made.TaskDefinitionArn)
	ctx.Export(j.Name+"SecurityGroup", made.SecurityGroupID)
	ctx.Export(j.Name+"Repository", image.Repository)
	return nil
}

func (j Job) architecture() string { return cmp.Or(j.Architecture, string(service.X8664)) }

// client is the job as the rules see it that hold for a service's variables, placeholders, size and permissions.
func (j Job) client() Service {
	return Service{
		Name: j.Name, CPU: j.CPU, MemoryMiB: j.MemoryMiB, Connects: j.Connects, Environment: j.Environment, Secrets: j.Secrets,
	}
}

func validateJobs(s *Settings, found *problems) {
	var names []string
	for _, other := range s.Services {
		names = append(names, other.Name)
	}
	for i, j := range s.Jobs {
		key := element("jobs", i)
		if !service.ValidName(j.Name) || slices.Contains(reservedNames, j.Name) {
			found.refuse(key+".name", j.Name, fmt.Sprintf("1 to %d lower-case letters, digits and hyphens, a letter first, and none of %s",
				service.MaxNameLength, strings.Join(reservedNames, ", ")))
		}
		if slices.Contains(names, j.Name) {
			found.refuse(key+".name", j.Name, "a name that no service and no other job has")
		}
		names = append(names, j.Name)
		refuseBadTag(key+".imageTag", j.ImageTag, found)
		oneOf(key+".architecture", j.architecture(), []string{string(service.ARM64), string(service.X8664)}, found)
		validateSize(key, j.client(), found)
		for n, part := range j.Command {
			if strings.TrimSpace(part) == "" {
				found.refuse(element(key+".command", n), part, "a word of the command; leave command out for the image's own")
			}
		}
		for n, to := range j.Connects {
			oneOf(element(key+".connects", n), to, []string{connectDatabase, connectCache}, found)
		}
		refuseRepeated(key+".connects", j.Connects, found)
		validateVariables(key, j.client(), s, found)
	}
}

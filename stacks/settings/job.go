package settings

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// Job is a one-off task on Fargate, such as a database migration (docs/operations.md, "Jobs"). It has its own task role, security
// group, log group and repository.
type Job struct {
	// Name of the job: 1 to 21 lower-case letters, digits and single hyphens, different from the names of services and other jobs.
	Name string `setting:"name"`
	// Tag of the image in the stack's repository <project>-<environment>/<name>. Tags are immutable; latest is refused.
	ImageTag string `setting:"imageTag"`
	// CPU architecture of the image: ARM64 or X86_64. Default X86_64.
	Architecture string `setting:"architecture" optional:"true" oneof:"ARM64 X86_64"`
	// CPU units of the task; 1024 units are one vCPU.
	CPU int `setting:"cpu"`
	// Memory of the task in MiB, as Fargate offers it with cpu.
	MemoryMiB int `setting:"memoryMiB"`
	// Command that replaces the image's. Everybody who may read task definitions can read it. Default: the image's.
	Command []string `setting:"command" optional:"true"`
	// What the task connects to: database, cache, or the name of a service, whose DNS name is the placeholder {name.address}.
	Connects []string `setting:"connects" optional:"true"`
	// Environment variables, with placeholders for values that are known after the deployment, such as {database.address}.
	Environment map[string]string `setting:"environment" optional:"true"`
	// Secrets by environment variable: each value is a name in secrets.names, or service/name.
	Secrets map[string]string `setting:"secrets" optional:"true"`
}

// Task returns what the job has in common with services.
func (job Job) Task() Task {
	return Task{
		Name: job.Name, ImageTag: job.ImageTag, Architecture: cmp.Or(job.Architecture, "X86_64"),
		CPU: job.CPU, MemoryMiB: job.MemoryMiB, Connects: job.Connects,
		Environment: job.Environment, Secrets: job.Secrets,
	}
}

func (s *Settings) checkJobs(p *decode.Problems) {
	var names []string
	for _, service := range s.Services {
		names = append(names, service.Name)
	}
	for i, job := range s.Jobs {
		key := decode.Element("jobs", i)
		if !limits.ServiceName(job.Name) || slices.Contains(s.reserved(), job.Name) {
			p.Refuse(key+".name", job.Name, fmt.Sprintf("%s, and none of %s", limits.ServiceNameRule, strings.Join(s.reserved(), ", ")))
		}
		if slices.Contains(names, job.Name) {
			p.Refuse(key+".name", job.Name, "a name that no service and no other job has")
		}
		names = append(names, job.Name)
		for n, part := range job.Command {
			if strings.TrimSpace(part) == "" {
				p.Refuse(decode.Element(key+".command", n), part, "a word of the command; leave command out for the image's own")
			}
			s.checkWord(decode.Element(key+".command", n), part, job, p)
		}
		s.checkTask(key, job.Task(), p)
	}
}

// checkWord refuses a word of a job's command that contains a secret, a placeholder, or an address that is used without TLS.
func (s *Settings) checkWord(key, word string, job Job, p *decode.Problems) {
	if what := limits.SecretIn(word); what != "" { // the message must not repeat the word
		p.Because(key, nil, "a word without "+what+": name one of secrets.names under secrets", decode.Encryption)
	}
	if placeholder := anyPlaceholder(word); placeholder != "" {
		p.Refuse(key, word, "a word without placeholders: set "+placeholder+" in environment, and let the command read the variable")
	}
	s.checkAddress(key, word, job.Name, p)
}

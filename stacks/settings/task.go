package settings

import (
	"fmt"
	"slices"
	"strings"

	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/policy/rules/ecs"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// Task is what services and jobs have in common.
type Task struct {
	Name, ImageTag, Architecture string
	CPU, MemoryMiB               int
	Connects, Buckets            []string
	Sends, Receives              []string
	Environment, Secrets         map[string]string
}

// Task returns what the service has in common with jobs.
func (service Service) Task() Task {
	return Task{
		Name: service.Name, ImageTag: service.ImageTag, Architecture: service.Architecture,
		CPU: service.CPU, MemoryMiB: service.MemoryMiB, Connects: service.Connects, Buckets: service.Buckets,
		Sends: service.Sends, Receives: service.Receives, Environment: service.Environment, Secrets: service.Secrets,
	}
}

func (s *Settings) checkTask(key string, task Task, p *decode.Problems) {
	checkImageTag(p, key+".imageTag", task.ImageTag)
	if p.Decoded(key+".cpu") && !limits.FargateSize(task.CPU, task.MemoryMiB) {
		p.Refuse(key+".memoryMiB", task.MemoryMiB, fmt.Sprintf(
			"what Fargate offers with cpu = %d; cpu is %s, memory about 2 to 8 times it", task.CPU, cpuList()))
	}
	for i, to := range task.Connects {
		s.checkConnection(decode.Element(key+".connects", i), to, task, p)
	}
	p.Distinct(key+".connects", task.Connects)
	for i, bucket := range task.Buckets {
		at := decode.Element(key+".buckets", i)
		p.OneOf(at, bucket, []string{BucketFiles})
		if bucket == BucketFiles && !s.HasFiles() {
			p.Refuse(at, bucket, "a bucket that the stack has: storage.files is not true")
		}
	}
	p.Distinct(key+".buckets", task.Buckets)
	s.checkQueueNames(key+".sends", task.Sends, p)
	s.checkQueueNames(key+".receives", task.Receives, p)
	s.checkVariables(key, task, p)
	s.checkAddresses(key, task, p)
}

// checkConnection checks one element of a task's connects.
func (s *Settings) checkConnection(key, to string, task Task, p *decode.Problems) {
	switch {
	case to == ConnectDatabase && s.Database == nil, to == ConnectCache && s.Cache == nil:
		p.Refuse(key, to, fmt.Sprintf("a data store that the stack has: there is no section %s", to))
	case to == ConnectDatabase, to == ConnectCache:
	case to == task.Name || !slices.ContainsFunc(s.Services, func(other Service) bool { return other.Name == to }):
		p.Refuse(key, to, "database, cache, or the name of another service")
	case s.Protected() || s.IsRecovery():
		p.Refuse(key, to, "database or cache where there is a recovery region: the recovery stack has no service discovery, because AWS runs "+
			"the control plane of private DNS in us-east-1")
	}
}

func cpuList() string {
	list := limits.Numbers(limits.FargateCPUs())
	last := strings.LastIndex(list, ", ")
	return list[:last] + " or " + list[last+2:]
}

func (s *Settings) checkVariables(key string, task Task, p *decode.Problems) {
	for name, value := range task.Environment {
		at := key + ".environment." + name
		if !variableName.MatchString(name) {
			p.Refuse(at, nil, "a variable's name of letters, digits and underscores")
		}
		if limits.LooksSecret(name) {
			p.Because(at, nil, "only what is no secret: name one of secrets.names under secrets", decode.Encryption)
		}
		if what := limits.SecretIn(value); what != "" { // the message must not repeat the value
			p.Because(at, nil, "a value without "+what+": name one of secrets.names under secrets", decode.Encryption)
		}
		if _, both := task.Secrets[name]; both {
			p.Refuse(at, nil, "a variable that secrets does not set too")
		}
		s.checkPlaceholders(at, value, task, p)
	}
	for name, secret := range task.Secrets {
		at := key + ".secrets." + name
		if !variableName.MatchString(name) {
			p.Refuse(at, nil, "a variable's name of letters, digits and underscores")
		}
		if !s.HasSecret(secret) {
			p.Refuse(at, secret, "the name of one of secrets.names")
		}
	}
}

// Controls of the transport between the load balancer and a task, and of a task's own connections. A system that cannot
// satisfy a control says why in an exception.
const (
	targetTLSControl   = "X-ALB-TARGET-TLS"
	postgresTLSControl = "X-ECS-PG-TLS"
	plainURLControl    = "X-ECS-PLAIN-URL"
)

const unlessExcepted = ", unless an exception from %s for %s says why"

// checkTransit refuses a service without TLS between the load balancer and its tasks where PHI lives.
func (s *Settings) checkTransit(key string, service Service, p *decode.Problems) {
	groups := []string{service.Name + limits.TargetGroupSuffix, service.Name + limits.NamedTargetGroupSuffix}
	if s.PHI && service.Protocol != HTTPS && !s.excepted(targetTLSControl, groups...) {
		p.Because(key+".protocol", service.Protocol, "HTTPS where PHI lives (docs/operations.md, \"What an image must do\")"+
			fmt.Sprintf(unlessExcepted, targetTLSControl, strings.Join(groups, " or ")), cite("164.312(e)(1)"))
	}
}

// checkAddresses refuses addresses in the environment that are used without TLS, or without verifying the server, where
// PHI lives.
func (s *Settings) checkAddresses(key string, task Task, p *decode.Problems) {
	for name, value := range task.Environment {
		s.checkAddress(key+".environment."+name, value, task.Name, p)
	}
}

// checkAddress refuses a text of the task (a variable, a word of the command) with such an address.
func (s *Settings) checkAddress(key, text, task string, p *decode.Problems) {
	if !s.PHI {
		return
	}
	definition := limits.TaskDefinition(task)
	if got := ecs.WeakPostgres(text); got != "" && !s.excepted(postgresTLSControl, definition) {
		p.Because(key, nil, "sslmode=verify-full and an sslrootcert in a PostgreSQL URL where PHI lives, not "+got+
			fmt.Sprintf(unlessExcepted, postgresTLSControl, definition), cite("164.312(e)(1)"))
	}
	if scheme := ecs.PlainScheme(text); scheme != "" && !s.excepted(plainURLControl, definition) {
		p.Because(key, nil, "addresses with TLS where PHI lives, not "+scheme+"://"+
			fmt.Sprintf(unlessExcepted, plainURLControl, definition), cite("164.312(e)(1)"))
	}
}

// excepted is true if an exception accepts that one of the resources violates the control.
func (s *Settings) excepted(control string, resources ...string) bool {
	return slices.ContainsFunc(s.Exceptions, func(e Exception) bool {
		return e.Control == control && slices.Contains(resources, e.Resource)
	})
}

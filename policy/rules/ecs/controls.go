// Package ecs has the controls of Amazon ECS: services, tasks and their containers.
package ecs

import (
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// Controls of this package, in the order in which reports list them.
var Controls = []*policy.Control{
	{
		ID: "ECS-1", Service: "ECS", Kind: policy.Property, Severity: policy.High,
		Title:     "No privileged or root containers, nothing shared with the host",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(3)(ii)(A)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)"},
		Config:    []string{"ecs-task-definition-user-for-host-mode-check"},
		Nag:       []string{"ECSTaskDefinitionUserForHostMode"},
		Why:       "Who breaks into a container that is root, privileged or in the host's network is close to having the host, and every other container on it.",
		Check: eachTask([]policy.Expectation{notHost("networkMode"), notHost("pidMode"), notHost("ipcMode")},
			policy.NotTrue("privileged", "take privileged out: nothing here needs the host's devices"),
			policy.Expectation{
				Path: "user", Want: "a user that is not root", Fix: "set user to one without rights, such as 1000:1000; components/service does",
				Holds: func(v inspect.Value) bool { return !isRoot(v.Text()) || onWindows(v.Resource()) && v.Unset() },
			}),
	},
	{
		ID: "ECS-2", Service: "ECS", Kind: policy.Property, Severity: policy.Medium,
		Title:     "Read-only root filesystem",
		Citations: []string{"164.312(a)(1)", "164.312(c)(1)"},
		Analogy:   true,
		Config:    []string{"ecs-containers-readonly-access"},
		Why:       "Who breaks in can change the program and leave tools behind where the filesystem can be written.",
		Check: eachTask(nil, policy.Expectation{
			Path: "readonlyRootFilesystem", Want: "true", Fix: "set readonlyRootFilesystem: true and name the writable directories; components/service takes Scratch",
			Holds: func(v inspect.Value) bool { return v.True() || onWindows(v.Resource()) }, // Windows containers have no such setting
		}),
	},
	{
		ID: "X-ECS-SECRETS", Service: "ECS", Kind: policy.Property, Severity: policy.High,
		Title:     "No secrets in plaintext environment",
		Citations: []string{"164.308(a)(5)(ii)(D)", "164.312(a)(1)"},
		Analogy:   true,
		Why:       "A task definition is kept for ever, and everybody may read it who may look at the cluster.",
		Check:     secretsByReference,
	},
	{
		ID: "X-ECS-LOGS", Service: "ECS", Kind: policy.Property, Severity: policy.High,
		Title:     "Container logging configured",
		Citations: []string{"164.312(b)"},
		Analogy:   true,
		Why:       "What a container writes is gone with it unless a log driver takes it elsewhere.",
		Check: eachTask(nil, policy.Expectation{
			Path: "logConfiguration.logDriver", Want: "a log driver", Fix: "give every container a logConfiguration, sidecars too; components/service does",
			Holds: func(v inspect.Value) bool { return !v.Unset() && v.Text() != "none" },
		}),
	},
	{
		ID: "X-ECS-PUBIP", Service: "ECS", Kind: policy.Property, Severity: policy.High,
		Title:     "Tasks get no public IP",
		Citations: []string{"164.312(a)(1)", "164.312(e)(1)"},
		Analogy:   true,
		Why:       "A task with a public address is one open security group away from the internet, past load balancer and firewall.",
		Check:     tasksPrivate,
	},
	{
		ID: "X-ECS-EXEC", Service: "ECS", Kind: policy.Relation, Severity: policy.High,
		Title:     "ECS Exec off or logged and encrypted",
		Citations: []string{"164.312(b)"},
		Analogy:   true,
		Setting:   "services[].enableExec",
		Why:       "A shell in a running container sees patient data; what was done there must be on record.",
		Check:     sessionsRecorded,
	},
	{
		ID: "X-ECS-AZ", Service: "ECS", Kind: policy.Relation, Severity: policy.Medium, Applies: policy.ProductionOnly,
		Title:     "At least two tasks over two AZs in prod",
		Citations: []string{"164.308(a)(7)(i)"},
		Analogy:   true,
		Setting:   "services[].minCount",
		Why:       "One task, or one zone, is a system that is down whenever that is.",
		Check:     tasksInTwoZones,
	},
	{
		ID: "X-ECS-HEALTH", Service: "ECS", Kind: policy.Relation, Severity: policy.Medium,
		Title:     "Health checks outlast a database's failover and a task's start",
		Citations: []string{"164.308(a)(7)(i)", "164.308(a)(7)(ii)(C)"},
		Analogy:   true,
		Why:       "ECS replaces every task at once when all of them fail a check, so that two minutes without a database become many without a service.",
		Check:     healthChecksWait,
	},
	{
		ID: "X-NOTICE-RELEASE", Service: "ECS", Kind: policy.Relation, Severity: policy.Medium,
		Title:     "Failed deployments are told of",
		Citations: []string{"164.308(a)(6)(ii)", "164.308(a)(8)"},
		Analogy:   true,
		Why:       "A deployment that ECS rolls back leaves the update green and the old version, with its old vulnerabilities, running.",
		Check:     releasesHeard,
	},
	{
		ID: "X-ECS-PG-TLS", Service: "ECS", Kind: policy.Property, Severity: policy.High, Applies: policy.WherePHI,
		Title:     "Containers verify the PostgreSQL server that they connect to",
		Citations: []string{"164.312(d)", "164.312(e)(1)", "164.312(e)(2)(i)"},
		Analogy:   true,
		Why:       "sslmode=require encrypts to whoever answers: someone in between reads patients' data and the password.",
		Check:     postgresVerified,
	},
	{
		ID: "X-ECS-PLAIN-URL", Service: "ECS", Kind: policy.Property, Severity: policy.High, Applies: policy.WherePHI,
		Title:     "Containers are given no address without TLS",
		Citations: []string{"164.312(e)(1)", "164.312(e)(2)(ii)"},
		Analogy:   true,
		Why:       "What a task sends to an http:// or redis:// address is in the clear on the network.",
		Check:     addressesEncrypted,
	},
}

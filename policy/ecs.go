package policy

var ecsControls = []*Control{
	{
		ID: "ECS-1", Service: "ECS", Kind: Property, Severity: High,
		Title:     "No privileged or root containers, nothing shared with the host",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(3)(ii)(A)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)"},
		Config:    []string{"ecs-task-definition-user-for-host-mode-check"},
		Nag:       []string{"ECSTaskDefinitionUserForHostMode"},
		Why:       "Who breaks into a container that is root, privileged or in the host's network is close to having the host, and every other container on it.",
		check: eachTask([]expectation{notHost("networkMode"), notHost("pidMode"), notHost("ipcMode")},
			notTrue("privileged", "take privileged out: nothing here needs the host's devices"),
			expectation{
				"user", "a user that is not root", "set user to one without rights, such as 1000:1000; components/service does",
				func(r *Resource, v Value) bool { return !isRoot(v.Text()) || onWindows(r) && v.Unset() },
			}),
	},
	{
		ID: "ECS-2", Service: "ECS", Kind: Property, Severity: Medium,
		Title:     "Read-only root filesystem",
		Citations: []string{"164.312(a)(1)", "164.312(c)(1)"},
		Analogy:   true,
		Config:    []string{"ecs-containers-readonly-access"},
		Why:       "Who breaks in can change the program and leave tools behind where the filesystem can be written.",
		check: eachTask(nil, expectation{
			"readonlyRootFilesystem", "true", "set readonlyRootFilesystem: true and name the writable directories; components/service takes Scratch",
			func(r *Resource, v Value) bool { return v.True() || onWindows(r) }, // Windows containers have no such setting
		}),
	},
	{
		ID: "X-ECS-SECRETS", Service: "ECS", Kind: Property, Severity: High,
		Title:     "No secrets in plaintext environment",
		Citations: []string{"164.308(a)(5)(ii)(D)", "164.312(a)(1)"},
		Analogy:   true,
		Why:       "A task definition is kept for ever, and everybody may read it who may look at the cluster.",
		check:     secretsByReference,
	},
	{
		ID: "X-ECS-LOGS", Service: "ECS", Kind: Property, Severity: High,
		Title:     "Container logging configured",
		Citations: []string{"164.312(b)"},
		Analogy:   true,
		Why:       "What a container writes is gone with it unless a log driver takes it elsewhere.",
		check: eachTask(nil, expectation{
			"logConfiguration.logDriver", "a log driver", "give every container a logConfiguration, sidecars too; components/service does",
			func(_ *Resource, v Value) bool { return !v.Unset() && v.Text() != "none" },
		}),
	},
	{
		ID: "X-ECS-PUBIP", Service: "ECS", Kind: Property, Severity: High,
		Title:     "Tasks get no public IP",
		Citations: []string{"164.312(a)(1)", "164.312(e)(1)"},
		Analogy:   true,
		Why:       "A task with a public address is one open security group away from the internet, past load balancer and firewall.",
		check:     tasksPrivate,
	},
	{
		ID: "X-ECS-EXEC", Service: "ECS", Kind: Relation, Severity: High,
		Title:     "ECS Exec off or logged and encrypted",
		Citations: []string{"164.312(b)"},
		Analogy:   true,
		Why:       "A shell in a running container sees patient data; what was done there must be on record.",
		check:     sessionsRecorded,
	},
	{
		ID: "X-ECS-AZ", Service: "ECS", Kind: Relation, Severity: Medium, Applies: ProductionOnly,
		Title:     "At least two tasks over two AZs in prod",
		Citations: []string{"164.308(a)(7)(i)"},
		Analogy:   true,
		Why:       "One task, or one zone, is a system that is down whenever that is.",
		check:     tasksInTwoZones,
	},
}

const (
	ecsClusterType    = "aws:ecs/cluster:Cluster"
	ecsServiceType    = "aws:ecs/service:Service"
	scalingTargetType = "aws:appautoscaling/target:Target"
)

// notHost wants a mode that is not the host's own.
func notHost(path string) expectation {
	return expectation{path, "not host", "take " + path + ": host out; Fargate has awsvpc", func(_ *Resource, v Value) bool {
		return v.Text() != "host"
	}}
}

func secretsByReference(s *Stack, report *Report) {
	for _, r := range s.Of(taskDefinitionType) {
		list, good := containers(report, r, noPlainSecrets)
		for _, container := range list {
			good = s.plainSecrets(report, r, container) && good
		}
		if good {
			report.Pass(r)
		}
	}
}

// tasksInTwoZones leaves out services that are switched off, as in a recovery region that waits, and those with a task
// on every host.
func tasksInTwoZones(s *Stack, report *Report) {
	const fix = "set careconnect:services[].minCount, or desiredCount where nothing scales it, to 2 or more"
	scaled := map[*Resource]*Resource{}
	for _, target := range s.Of(scalingTargetType) {
		if service := s.meant(target.At("resourceId"), ecsServiceType); service != nil {
			scaled[service] = target
		}
	}
	for _, r := range s.Of(ecsServiceType) {
		least, most := r.At("desiredCount"), r.At("desiredCount")
		if target := scaled[r]; target != nil {
			least, most = target.At("minCapacity"), target.At("maxCapacity")
		}
		if n, ok := most.Number(); ok && n == 0 || r.At("schedulingStrategy").Text() == "DAEMON" {
			continue
		}
		good := atLeast("", 2, fix).judge(report, r, least)
		if s.judgeZones(report, r, r.At("networkConfiguration.subnets")) && good {
			report.Pass(r)
		}
	}
}

// judgeZones wants subnets in two zones. A subnet elsewhere, or one that leaves its zone to AWS, counts as a zone of its
// own. Without subnets the tasks are where the hosts are.
func (s *Stack) judgeZones(report *Report, r *Resource, subnets Value) bool {
	const want = "subnets in two zones or more"
	zones := map[string]bool{}
	unknown := false
	for _, subnet := range elements(subnets) {
		unknown = unknown || subnet.Unknown()
		found := s.Referents(subnet)
		if len(found) == 0 && !subnet.Unknown() {
			zones[subnet.Text()] = true
		}
		for _, one := range found {
			if one.Type == subnetType {
				zones[zoneOf(one)] = true
			}
		}
	}
	switch {
	case len(zones) > 1 || subnets.Unset():
		return true
	case unknown:
		report.Undecided(r, subnets.Path(), want)
	default:
		report.Fail(r, subnets.Path(), subnets.Show(), want, "name the private subnets of two zones; components/network makes one for each")
	}
	return false
}

// zoneOf a subnet; its URN where AWS chooses.
func zoneOf(subnet *Resource) string {
	for _, path := range []string{"availabilityZone", "availabilityZoneId"} {
		if zone := subnet.At(path).Text(); zone != "" {
			return zone
		}
	}
	return subnet.URN
}

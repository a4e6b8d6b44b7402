package policy

import "slices"

// A starter is what runs tasks: a service, or a schedule, rule or pipe that has ECS for its target.
type starter struct {
	*Resource
	parameters Value // how it runs them
	address    Value // whether they get public addresses
	cluster    Value
	definition Value
}

func (s *Stack) starters() []starter {
	var found []starter
	for _, kind := range []struct{ typ, parameters, address, cluster, definition string }{
		{ecsServiceType, "", "networkConfiguration.assignPublicIp", "cluster", "taskDefinition"},
		{"aws:ecs/taskSet:TaskSet", "", "networkConfiguration.assignPublicIp", "cluster", "taskDefinition"},
		{eventTargetType, "ecsTarget", "networkConfiguration.assignPublicIp", "arn", "taskDefinitionArn"},
		{eventScheduleType, "target.ecsParameters", "networkConfiguration.assignPublicIp", "target.arn", "taskDefinitionArn"},
		{"aws:pipes/pipe:Pipe", "targetParameters.ecsTaskParameters", "networkConfiguration.awsVpcConfiguration.assignPublicIp", "target", "taskDefinitionArn"},
	} {
		for _, r := range s.Of(kind.typ) {
			parameters := r.At(kind.parameters)
			if parameters.Unset() {
				continue // its target is something else
			}
			found = append(found, starter{r, parameters, parameters.At(kind.address), r.At(kind.cluster), parameters.At(kind.definition)})
		}
	}
	return found
}

func tasksPrivate(s *Stack, report *Report) {
	private := expectation{"", "false or not set", "set assignPublicIp: false and run the tasks in private subnets; components/service does",
		func(_ *Resource, v Value) bool { return v.Unset() || v.False() || v.Text() == "DISABLED" }}
	for _, one := range s.starters() {
		if private.judge(report, one.Resource, one.address) {
			report.Pass(one.Resource)
		}
	}
}

// sessionsRecorded wants of whatever switches ECS Exec on that its cluster encrypts sessions and records them.
func sessionsRecorded(s *Stack, report *Report) {
	const want = "off, or in a cluster that encrypts and records sessions"
	const fix = "set careconnect:services[].enableExec: false, or run it in the cluster of components/service"
	for _, one := range s.starters() {
		on := one.parameters.At("enableExecuteCommand")
		cluster := s.meant(one.cluster, ecsClusterType)
		switch {
		case on.Unset() || on.False():
			report.Pass(one.Resource)
		case on.Unknown():
			report.Undecided(one.Resource, on.Path(), want)
		case cluster == nil && one.cluster.Unknown():
			report.Undecided(one.Resource, one.cluster.Path(), want)
		case cluster == nil:
			report.Fail(one.Resource, on.Path(), "true, in a cluster that this stack does not have", want, fix)
		case s.judgeSessions(report, one, cluster.At("configuration.executeCommandConfiguration")):
			report.Pass(one.Resource)
		}
	}
}

// judgeSessions looks at a cluster's settings for ECS Exec. Sessions go to the log of the task unless the cluster says
// otherwise. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommandConfiguration.html
func (s *Stack) judgeSessions(report *Report, one starter, settings Value) bool {
	const want = "OVERRIDE; or DEFAULT, where every container logs by awslogs"
	const fix = "set kmsKeyId, logging: OVERRIDE and an encrypted log group in the cluster's executeCommandConfiguration; components/service does"
	good := customerKey("", fix).judge(report, one.Resource, settings.At("kmsKeyId"))
	logging := settings.At("logging")
	switch {
	case logging.Unknown():
		report.Undecided(one.Resource, logging.Path(), want)
		return false
	case logging.Text() == "OVERRIDE":
		return judgeSessionLog(report, one.Resource, settings.At("logConfiguration"), fix) && good
	case logging.Text() == "NONE":
		report.Fail(one.Resource, logging.Path(), "NONE", want, fix)
		return false
	}
	switch s.logsToCloudWatch(one.definition) {
	case Undecidable:
		report.Undecided(one.Resource, one.definition.Path(), want)
		return false
	case NonCompliant:
		report.Fail(one.Resource, logging.Path(), logging.Show()+", and not every container logs by awslogs", want, fix)
		return false
	}
	return good
}

// judgeSessionLog wants at least one destination, and all encrypted.
func judgeSessionLog(report *Report, r *Resource, log Value, fix string) bool {
	good, none := true, true
	for _, to := range []struct{ name, encrypted string }{
		{"cloudWatchLogGroupName", "cloudWatchEncryptionEnabled"}, {"s3BucketName", "s3BucketEncryptionEnabled"},
	} {
		if log.At(to.name).Unset() {
			continue
		}
		none = false
		good = isTrue("", fix).judge(report, r, log.At(to.encrypted)) && good
	}
	if none {
		report.Fail(r, log.Path(), "nowhere", "a log group or a bucket", fix)
	}
	return good && !none
}

// logsToCloudWatch is Compliant for a task definition of this stack whose containers all log by awslogs.
func (s *Stack) logsToCloudWatch(definition Value) Outcome {
	task := s.meant(definition, taskDefinitionType)
	if task == nil {
		if definition.Unknown() {
			return Undecidable
		}
		return NonCompliant
	}
	var read Report
	list, ok := containers(&read, task, "")
	if !ok {
		return read.findings[0].Outcome
	}
	return outcome(!slices.ContainsFunc(list, func(c Value) bool { return c.At("logConfiguration.logDriver").Text() != "awslogs" }))
}

package ecs

import (
	"slices"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// A taskLauncher is what runs tasks: a service, or a schedule, rule or pipe that has ECS for its target.
type taskLauncher struct {
	*inspect.Resource
	parameters inspect.Value // how it runs them
	address    inspect.Value // whether they get public addresses
	cluster    inspect.Value
	definition inspect.Value
}

func taskLaunchers(s *inspect.Stack) []taskLauncher {
	var found []taskLauncher
	for _, kind := range []struct{ typ, parameters, address, cluster, definition string }{
		{ecsServiceType, "", "networkConfiguration.assignPublicIp", "cluster", "taskDefinition"},
		{"aws:ecs/taskSet:TaskSet", "", "networkConfiguration.assignPublicIp", "cluster", "taskDefinition"},
		{inspect.EventTargetType, "ecsTarget", "networkConfiguration.assignPublicIp", "arn", "taskDefinitionArn"},
		{inspect.EventScheduleType, "target.ecsParameters", "networkConfiguration.assignPublicIp", "target.arn", "taskDefinitionArn"},
		{"aws:pipes/pipe:Pipe", "targetParameters.ecsTaskParameters", "networkConfiguration.awsVpcConfiguration.assignPublicIp", "target", "taskDefinitionArn"},
	} {
		for _, r := range s.Of(kind.typ) {
			parameters := r.At(kind.parameters)
			if parameters.Unset() {
				continue // its target is something else
			}
			found = append(found, taskLauncher{Resource: r, parameters: parameters, address: parameters.At(kind.address), cluster: r.At(kind.cluster), definition: parameters.At(kind.definition)})
		}
	}
	return found
}

func tasksPrivate(s *inspect.Stack, report *policy.Report) {
	private := policy.Expectation{Path: "", Want: "false or not set", Fix: "set assignPublicIp: false and run the tasks in private subnets; components/service does",
		Holds: func(v inspect.Value) bool { return v.Unset() || v.False() || v.Text() == "DISABLED" }}
	for _, one := range taskLaunchers(s) {
		if private.Judge(report, one.Resource, one.address) {
			report.Pass(one.Resource)
		}
	}
}

// sessionsRecorded wants of whatever switches ECS Exec on that its cluster encrypts sessions and records them.
func sessionsRecorded(s *inspect.Stack, report *policy.Report) {
	const want = "off, or in a cluster that encrypts and records sessions"
	const fix = "switch ECS Exec off, or run the tasks in the cluster of components/service"
	for _, one := range taskLaunchers(s) {
		on := one.parameters.At("enableExecuteCommand")
		cluster := s.Resolve(one.cluster, ecsClusterType)
		switch {
		case on.Unset() || on.False():
			report.Pass(one.Resource)
		case on.Unknown():
			report.Undecided(one.Resource, on.Path(), want)
		case cluster == nil && one.cluster.Unknown():
			report.Undecided(one.Resource, one.cluster.Path(), want)
		case cluster == nil:
			report.Fail(one.Resource, on.Path(), "true, in a cluster that this stack does not have", want, fix)
		case judgeSessions(s, report, one, cluster.At("configuration.executeCommandConfiguration")):
			report.Pass(one.Resource)
		}
	}
}

// judgeSessions looks at a cluster's settings for ECS Exec. Sessions go to the log of the task unless the cluster says
// otherwise. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommandConfiguration.html
func judgeSessions(s *inspect.Stack, report *policy.Report, one taskLauncher, settings inspect.Value) bool {
	const want = "OVERRIDE; or DEFAULT, where every container logs by awslogs"
	const fix = "set kmsKeyId, logging: OVERRIDE and an encrypted log group in the cluster's executeCommandConfiguration; components/service does"
	good := policy.CustomerKey("", fix).Judge(report, one.Resource, settings.At("kmsKeyId"))
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
	switch logsToCloudWatch(s, one.definition) {
	case inspect.Unknown:
		report.Undecided(one.Resource, one.definition.Path(), want)
		return false
	case inspect.No:
		report.Fail(one.Resource, logging.Path(), logging.Show()+", and not every container logs by awslogs", want, fix)
		return false
	}
	return good
}

// judgeSessionLog wants at least one destination, and all encrypted.
func judgeSessionLog(report *policy.Report, r *inspect.Resource, log inspect.Value, fix string) bool {
	good, none := true, true
	for _, to := range []struct{ name, encrypted string }{
		{"cloudWatchLogGroupName", "cloudWatchEncryptionEnabled"}, {"s3BucketName", "s3BucketEncryptionEnabled"},
	} {
		if log.At(to.name).Unset() {
			continue
		}
		none = false
		good = policy.IsTrue("", fix).Judge(report, r, log.At(to.encrypted)) && good
	}
	if none {
		report.Fail(r, log.Path(), "nowhere", "a log group or a bucket", fix)
	}
	return good && !none
}

// logsToCloudWatch is Yes for a task definition of this stack whose containers all log by awslogs.
func logsToCloudWatch(s *inspect.Stack, definition inspect.Value) inspect.Answer {
	task := s.Resolve(definition, taskDefinitionType)
	if task == nil {
		if definition.Unknown() {
			return inspect.Unknown
		}
		return inspect.No
	}
	list, readable := readContainers(task)
	if readable != inspect.Yes {
		return readable
	}
	return inspect.AnswerOf(!slices.ContainsFunc(list, func(c inspect.Value) bool { return c.At("logConfiguration.logDriver").Text() != "awslogs" }))
}

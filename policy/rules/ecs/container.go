package ecs

import (
	"slices"
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const taskDefinitionType = "aws:ecs/taskDefinition:TaskDefinition"

// readContainers returns the containers of a task definition, which holds them as JSON. The answer is Unknown where the text
// is not known yet, and No where it holds no containers.
func readContainers(task *inspect.Resource) ([]inspect.Value, inspect.Answer) {
	text := task.At("containerDefinitions")
	document, ok := text.JSON()
	switch {
	case text.Unknown() || !ok && text.HasReference():
		return nil, inspect.Unknown
	case len(document.List()) == 0:
		return nil, inspect.No
	}
	return document.List(), inspect.Yes
}

// containers returns the containers of a task definition. It reports a definition that cannot be read; ok is then false.
func containers(report *policy.Report, r *inspect.Resource, want string) (list []inspect.Value, ok bool) {
	list, readable := readContainers(r)
	switch readable {
	case inspect.Unknown:
		report.Undecided(r, "containerDefinitions", want)
	case inspect.No:
		report.Fail(r, "containerDefinitions", "no list of containers in JSON", want, "write it with json.Marshal; components/service does")
	}
	return list, readable == inspect.Yes
}

// eachTask checks every task definition, and every container in it.
func eachTask(task []policy.Expectation, container ...policy.Expectation) func(*inspect.Stack, *policy.Report) {
	return func(s *inspect.Stack, report *policy.Report) {
		for _, r := range s.Of(taskDefinitionType) {
			good := report.Check(r, r, task...)
			list, ok := containers(report, r, container[0].Want)
			for _, one := range list {
				for _, e := range container {
					good = e.Judge(report, r, one.At(e.Path)) && good
				}
			}
			if good && ok {
				report.Pass(r)
			}
		}
	}
}

// onWindows is true for a task of Windows containers, which lack some of what Linux containers have.
func onWindows(r *inspect.Resource) bool {
	return strings.HasPrefix(strings.ToUpper(r.At("runtimePlatform.operatingSystemFamily").Text()), "WINDOWS")
}

// isRoot is true for a user, with or without a group, that may do everything in the container; so may, where none is
// named, the user that an image has unless somebody changed it.
func isRoot(user string) bool {
	name, _, _ := strings.Cut(user, ":")
	none := strings.Trim(name, "0") == "" // or zero
	return none || slices.Contains([]string{"root", "containeradministrator"}, strings.ToLower(name))
}

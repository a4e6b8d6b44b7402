package policy

import (
	"slices"
	"strings"
)

const taskDefinitionType = "aws:ecs/taskDefinition:TaskDefinition"

// containers are those of a task definition, which holds them as JSON. Where they cannot be read that is reported, and ok
// is false.
func containers(report *Report, r *Resource, want string) (list []Value, ok bool) {
	text := r.At("containerDefinitions")
	document, ok := text.JSON()
	switch {
	case text.Unknown() || !ok && text.HasReference():
		report.Undecided(r, text.Path(), want)
		return nil, false
	case len(document.List()) == 0:
		report.Fail(r, text.Path(), "no list of containers in JSON", want, "write it with json.Marshal; components/service does")
		return nil, false
	}
	return document.List(), true
}

// eachTask checks every task definition, and every container in it.
func eachTask(task []expectation, container ...expectation) func(*Stack, *Report) {
	return func(s *Stack, report *Report) {
		for _, r := range s.Of(taskDefinitionType) {
			good := r.check(report, r, task...)
			list, ok := containers(report, r, container[0].want)
			for _, one := range list {
				for _, e := range container {
					good = e.judge(report, r, one.At(e.path)) && good
				}
			}
			if good && ok {
				report.Pass(r)
			}
		}
	}
}

// onWindows is true for a task of Windows containers, which lack some of what Linux containers have.
func onWindows(r *Resource) bool {
	return strings.HasPrefix(strings.ToUpper(r.At("runtimePlatform.operatingSystemFamily").Text()), "WINDOWS")
}

// isRoot is true for a user, with or without a group, that may do everything in the container; so may, where none is
// named, the user that an image has unless somebody changed it.
func isRoot(user string) bool {
	name, _, _ := strings.Cut(user, ":")
	none := strings.Trim(name, "0") == "" // or zero
	return none || slices.Contains([]string{"root", "containeradministrator"}, strings.ToLower(name))
}

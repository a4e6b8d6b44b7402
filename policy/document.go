package policy

import (
	"github.com/carebase/carebase/policy/inspect"
)

// JudgePolicy reports on a policy of the resource: problem says what is wrong with it, and nothing where nothing is.
func JudgePolicy(report *Report, on *inspect.Resource, document inspect.Value, want, fix string, problem func([]inspect.Statement) string) bool {
	read, outcome := inspect.Statements(document)
	switch outcome {
	case inspect.Unknown:
		report.Undecided(on, document.Path(), want)
		return false
	case inspect.No:
		report.Fail(on, document.Path(), "no policy document", want, fix)
		return false
	}
	if found := problem(read); found != "" {
		report.Fail(on, document.Path(), found, want, fix)
		return false
	}
	return true
}

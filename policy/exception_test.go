package policy

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// accepted is an exception that can stand.
func accepted(changes func(*Exception)) Exception {
	e := Exception{
		Control: "VPC-3", Resource: "open", Reason: "It is for the bastion of the migration", Owner: "network lead", Expires: "2026-12-31",
	}
	if changes != nil {
		changes(&e)
	}
	return e
}

var someDay = time.Date(2026, 11, 21, 13, 0, 0, 0, time.UTC)

// audited is a stack with one subnet against VPC-3, and the exceptions.
func audited(t *testing.T, inputs in, exceptions ...Exception) *Result {
	t.Helper()
	result, err := Audit(stackOf(res(subnetType, "open", inputs)), Options{Controls: []string{"VPC-3"}, Exceptions: exceptions, Now: someDay})
	require.NoError(t, err)
	return result
}

func TestAnExceptionAcceptsAViolation(t *testing.T) {
	violating := in{"mapPublicIpOnLaunch": true}
	require.True(t, audited(t, violating).Fails(High))
	for _, resource := range []string{"open", urnOf(subnetType, "open")} {
		e := accepted(func(e *Exception) { e.Resource = resource })
		result := audited(t, violating, e)
		assert.False(t, result.Fails(Low))
		assert.Empty(t, result.Violations(Low))
		require.Len(t, result.Findings, 1, "what is accepted is not shown")
		assert.Equal(t, &e, result.Findings[0].Exception)
		assert.Equal(t, NonCompliant, result.Controls[0].Outcome)
	}
}

func TestBadExceptionsFailTheAudit(t *testing.T) {
	for problem, change := range map[string]func(*Exception){
		`control = "VPC-0"`:                    func(e *Exception) { e.Control = "VPC-0" },
		`resource = ""`:                        func(e *Exception) { e.Resource = "" },
		`reason = "because"`:                   func(e *Exception) { e.Reason = "because" },
		`reason = " `:                          func(e *Exception) { e.Reason = strings.Repeat(" ", 40) },
		`owner = ""`:                           func(e *Exception) { e.Owner = "" },
		`owner = "jane@example.com"`:           func(e *Exception) { e.Owner = "jane@example.com" },
		`expires = "31.12.2026"`:               func(e *Exception) { e.Expires = "31.12.2026" },
		"expired on 2026-11-20":                func(e *Exception) { e.Expires = "2026-11-20" },
		"nothing violates that control there":  func(e *Exception) { e.Resource = "other" },
		`resource = ""; reason = "", owner = `: func(e *Exception) { *e = Exception{Control: e.Control} },
	} {
		result := audited(t, in{"mapPublicIpOnLaunch": true}, accepted(change))
		require.Len(t, result.BadExceptions, 1, problem)
		for _, part := range strings.Split(problem, "; ") {
			assert.Contains(t, result.BadExceptions[0].Problem, strings.Split(part, ",")[0])
		}
		assert.True(t, result.Fails(Critical), "%s: a bad exception fails whatever the threshold", problem)
		assert.Nil(t, result.Findings[0].Exception, "%s: it covers all the same", problem)
	}
}

func TestAnExceptionHoldsToTheEndOfItsLastDay(t *testing.T) {
	e := accepted(func(e *Exception) { e.Expires = "2026-11-21" })
	assert.Empty(t, e.problem(time.Date(2026, 11, 21, 23, 59, 59, 0, time.UTC)))
	assert.NotEmpty(t, e.problem(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)))
}

func TestAnExceptionThatNothingNeedsFails(t *testing.T) {
	result := audited(t, in{"mapPublicIpOnLaunch": false}, accepted(nil))
	require.Len(t, result.BadExceptions, 1)
	assert.True(t, result.Fails(Critical))
}

func TestAnExceptionMayBeNeededByWhatIsNotKnownYet(t *testing.T) {
	result := audited(t, in{"mapPublicIpOnLaunch": unknown}, accepted(nil))
	assert.Empty(t, result.BadExceptions)
	assert.False(t, result.Fails(Low))
	assert.Nil(t, result.Findings[0].Exception, "nothing is accepted before it is known")
}

func TestExceptionsOfControlsThatAreNotCheckedSleep(t *testing.T) {
	e := accepted(func(e *Exception) { e.Control = "VPC-1" })
	assert.Empty(t, audited(t, in{"mapPublicIpOnLaunch": false}, e).BadExceptions)
}

func TestFailsFromASeverityUp(t *testing.T) {
	result := audited(t, in{"mapPublicIpOnLaunch": true}) // VPC-3 is of high severity
	assert.True(t, result.Fails(Low))
	assert.True(t, result.Fails(High))
	assert.False(t, result.Fails(Critical))
}

func TestAuditNamesAControlThatDoesNotExist(t *testing.T) {
	_, err := Audit(stackOf(), Options{Controls: []string{"VPC-1", "VPC-0"}})
	assert.ErrorContains(t, err, `"VPC-0"`)
}

func TestFindingsAreOrderedAndTheSameEveryTime(t *testing.T) {
	g := stackOf(res(subnetType, "b", in{"mapPublicIpOnLaunch": true}), res(subnetType, "a", in{"mapPublicIpOnLaunch": true}),
		res(vpcType, "vpc", in{}), res("aws:rds/instance:Instance", "db", in{"publiclyAccessible": true}))
	first, err := Audit(g, Options{Now: someDay})
	require.NoError(t, err)
	for range 20 {
		again, err := Audit(g, Options{Now: someDay})
		require.NoError(t, err)
		require.Equal(t, first, again)
	}
	for i, f := range first.Findings[1:] {
		assert.GreaterOrEqual(t, first.Findings[i].Control.Severity, f.Control.Severity, "the worst is not first")
	}
}

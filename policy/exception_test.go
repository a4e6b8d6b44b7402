package policy

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
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

// own are controls of this test.
var own = []*Control{
	{ID: "VPC-1", Severity: Medium, Check: Each([]string{"aws:ec2/vpc:Vpc"}, IsSet("cidrBlock", "set it"))},
	{ID: "VPC-3", Severity: High, Check: Each([]string{"aws:ec2/subnet:Subnet"}, NotTrue("mapPublicIpOnLaunch", "leave it unset"))},
	{ID: "RDS-5", Severity: Critical, Check: Each([]string{"aws:rds/instance:Instance"}, NotTrue("publiclyAccessible", "leave it unset"))},
}

// audited is a stack with one subnet against VPC-3, and the exceptions.
func audited(t *testing.T, inputs graphtest.Inputs, exceptions ...Exception) *Result {
	t.Helper()
	result, err := Audit(inspect.NewStack(graphtest.Stack(graphtest.Resource("aws:ec2/subnet:Subnet", "open", inputs))), own, Options{Only: []string{"VPC-3"}, Exceptions: exceptions, Now: someDay})
	require.NoError(t, err)
	return result
}

func TestAnExceptionAcceptsAViolation(t *testing.T) {
	violating := graphtest.Inputs{"mapPublicIpOnLaunch": true}
	require.True(t, audited(t, violating).Fails(High))
	for _, resource := range []string{"open", graphtest.URN("aws:ec2/subnet:Subnet", "open")} {
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
		result := audited(t, graphtest.Inputs{"mapPublicIpOnLaunch": true}, accepted(change))
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
	assert.Empty(t, e.problem(func(string) bool { return true }, time.Date(2026, 11, 21, 23, 59, 59, 0, time.UTC)))
	assert.NotEmpty(t, e.problem(func(string) bool { return true }, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)))
}

func TestAnExceptionThatNothingNeedsFails(t *testing.T) {
	result := audited(t, graphtest.Inputs{"mapPublicIpOnLaunch": false}, accepted(nil))
	require.Len(t, result.BadExceptions, 1)
	assert.True(t, result.Fails(Critical))
}

func TestAnExceptionMayBeNeededByWhatIsNotKnownYet(t *testing.T) {
	result := audited(t, graphtest.Inputs{"mapPublicIpOnLaunch": graphtest.Unknown}, accepted(nil))
	assert.Empty(t, result.BadExceptions)
	assert.False(t, result.Fails(Low))
	assert.Nil(t, result.Findings[0].Exception, "nothing is accepted before it is known")
}

func TestExceptionsOfControlsThatAreNotCheckedSleep(t *testing.T) {
	e := accepted(func(e *Exception) { e.Control = "VPC-1" })
	assert.Empty(t, audited(t, graphtest.Inputs{"mapPublicIpOnLaunch": false}, e).BadExceptions)
}

func TestFailsFromASeverityUp(t *testing.T) {
	result := audited(t, graphtest.Inputs{"mapPublicIpOnLaunch": true}) // VPC-3 is of high severity
	assert.True(t, result.Fails(Low))
	assert.True(t, result.Fails(High))
	assert.False(t, result.Fails(Critical))
}

func TestAuditNamesAControlThatDoesNotExist(t *testing.T) {
	_, err := Audit(inspect.NewStack(graphtest.Stack()), own, Options{Only: []string{"VPC-1", "VPC-0"}})
	assert.ErrorContains(t, err, `"VPC-0"`)
}

func TestFindingsAreOrderedAndTheSameEveryTime(t *testing.T) {
	g := graphtest.Stack(graphtest.Resource("aws:ec2/subnet:Subnet", "b", graphtest.Inputs{"mapPublicIpOnLaunch": true}), graphtest.Resource("aws:ec2/subnet:Subnet", "a", graphtest.Inputs{"mapPublicIpOnLaunch": true}),
		graphtest.Resource("aws:ec2/vpc:Vpc", "vpc", graphtest.Inputs{}), graphtest.Resource("aws:rds/instance:Instance", "db", graphtest.Inputs{"publiclyAccessible": true}))
	first, err := Audit(inspect.NewStack(g), own, Options{Now: someDay})
	require.NoError(t, err)
	for range 20 {
		again, err := Audit(inspect.NewStack(g), own, Options{Now: someDay})
		require.NoError(t, err)
		require.Equal(t, first, again)
	}
	for i, f := range first.Findings[1:] {
		assert.GreaterOrEqual(t, first.Findings[i].Control.Severity, f.Control.Severity, "the worst is not first")
	}
}

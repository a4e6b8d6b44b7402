package repair

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/internal/pulumistate"
)

// wantRole is a state whose next update would create a role under a name that the provider chooses.
func wantRole(t *testing.T, changes ...func(map[string]any)) *State {
	t.Helper()
	state := interrupted(t, and(only(), have(resource(role, "job-role", "job-role-0000001", map[string]any{"name": "job-role-0000001"}))))
	want := record(resource(role, "task-role", "", map[string]any{"name": "task-role-aaaaaaa"}))
	for _, change := range changes {
		change(want)
	}
	state.open = append(state.open, operation{Operation: pulumistate.Operation{Type: creating, Resource: want}, wanted: true})
	return state
}

// iamHas answers for IAM: role names with the environment that they are tagged with.
func iamHas(t *testing.T, roles map[string]string) {
	t.Helper()
	answers(t, map[string]func(url.Values) (int, string){
		"ListRoles": func(url.Values) (int, string) {
			var text strings.Builder
			for name := range roles {
				fmt.Fprintf(&text, "<member><RoleName>%s</RoleName><Path>/</Path></member>", name)
			}
			return http.StatusOK, "<R><ListRolesResult><Roles>" + text.String() + "</Roles></ListRolesResult></R>"
		},
		"ListRoleTags": func(form url.Values) (int, string) {
			return http.StatusOK, "<R><ListRoleTagsResult><Tags><member><Key>Project</Key><Value>careconnect</Value></member>" +
				"<member><Key>Environment</Key><Value>" + roles[form.Get("RoleName")] + "</Value></member></Tags></ListRoleTagsResult></R>"
		},
	})
}

// What AWS made before its answer was lost has another name than the next update would choose.
func TestWhatTheProviderNamedBeforeIsFound(t *testing.T) {
	iamHas(t, map[string]string{
		"task-role-1234567":         "dev",
		"task-role-7654321":         "prod", // another stack's
		"task-role-of-mine-1234567": "dev",
		"task-role-by-hand":         "dev",
		"job-role-0000001":          "dev",
	})
	plan, err := wantRole(t).Plan(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"task-role: adopt task-role-1234567"}, actions(plan))
	made := plan.Steps[0].record
	assert.Equal(t, "task-role-1234567", made.Inputs()["name"], "so that the next update does not name it anew")
	assert.Equal(t, "task-role-1234567", made.Outputs()["name"])
}

func TestNothingNamedBeforeIsMade(t *testing.T) {
	iamHas(t, map[string]string{"task-role-7654321": "prod"})
	plan, err := wantRole(t).Plan(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"task-role: create again"}, actions(plan))
}

func TestTwoNamedBeforeAreNotGuessedAt(t *testing.T) {
	iamHas(t, map[string]string{"task-role-1234567": "dev", "task-role-7654321": "dev"})
	_, err := wantRole(t).Plan(t.Context())
	assert.ErrorContains(t, err, "AWS has 2 that could be it")
}

// An operation that was open when the engine died has the name that was sent.
func TestTheNameThatWasSentIsTheName(t *testing.T) {
	plan, err := interrupted(t, only(creation(role, "task-role", map[string]any{"name": "task-role-aaaaaaa"}))).plan(t.Context(), here())
	require.NoError(t, err)
	assert.Equal(t, []string{"task-role: look up task-role-aaaaaaa"}, actions(plan))
}

// AWS Config has one recorder and one channel in a region, of whatever stack was first.
func TestAnothersConfigIsNotTakenOver(t *testing.T) {
	const recorder, channel = "aws:cfg/recorder:Recorder", "aws:cfg/deliveryChannel:DeliveryChannel"
	for bucket, want := range map[string]string{"careconnect-dev-logs": "channel: adopt channel-1234567", "careconnect-staging-logs": "channel: create again"} {
		answers(t, map[string]func(url.Values) (int, string){"DescribeDeliveryChannels": func(url.Values) (int, string) {
			return http.StatusOK, fmt.Sprintf(`{"DeliveryChannels":[{"name":"channel-1234567","s3BucketName":%q}]}`, bucket)
		}})
		state := interrupted(t, only())
		wanted := record(resource(channel, "channel", "", map[string]any{"name": "channel-aaaaaaa", "s3BucketName": "careconnect-dev-logs"}))
		state.open = append(state.open, operation{Operation: pulumistate.Operation{Type: creating, Resource: wanted}, wanted: true})
		plan, err := state.Plan(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{want}, actions(plan), bucket)
	}
	assert.Nil(t, rules[recorder].list, "nothing says whose it is")
}

func TestNamesOfTheProviderAndOfTheProgram(t *testing.T) {
	for name, want := range map[string]string{
		"task-role-1234567": "task-role-", "task-role-123456": "", "task-role": "", "careconnect-dev-1234567": "", "task-role-123456g": "",
	} {
		assert.Equal(t, want, stem(record(resource(role, "task-role", "", map[string]any{"name": name})), "name"), name)
	}
}

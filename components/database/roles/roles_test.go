package roles

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/limits"
)

func TestNames(t *testing.T) {
	assert.Equal(t, Names{
		App: "careconnect_app", Migrate: "careconnect_migrate", Readonly: "careconnect_readonly", Backup: "careconnect_backup",
	}, Of("careconnect"))

	longest := strings.Repeat("d", 54)
	require.True(t, limits.DatabaseName(longest))
	assert.LessOrEqual(t, len(Of(longest).Readonly), 63, "PostgreSQL would cut the name of a role")
}

func TestTheScriptNamesItsDatabaseAndRoles(t *testing.T) {
	script, err := Script("careconnect")
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(script, `\set database careconnect
\set app careconnect_app
\set migrate careconnect_migrate
\set readonly careconnect_readonly
\set backup careconnect_backup
`))
	for _, variable := range []string{AppPassword, MigratePassword, ReadonlyPassword, BackupPassword} {
		assert.Contains(t, script, `\getenv `+strings.ToLower(variable)+" "+variable+"\n")
	}
}

func TestTheScriptIsTheSameEveryTime(t *testing.T) {
	first, err := Script("careconnect")
	require.NoError(t, err)
	for range 3 {
		again, err := Script("careconnect")
		require.NoError(t, err)
		require.Equal(t, first, again)
	}
}

func TestTheScriptHoldsNoPassword(t *testing.T) {
	script, err := Script("careconnect")
	require.NoError(t, err)
	set := regexp.MustCompile(`\bPASSWORD [^;]*;`).FindAllString(script, -1)
	require.Len(t, set, 8, "one with and one without a password for each role")
	for _, statement := range set {
		assert.Regexp(t, `^PASSWORD (NULL|:'(app|migrate|readonly|backup)_password');$`, statement)
	}
}

func TestOnlyPlainNamesGetIntoTheScript(t *testing.T) {
	for _, name := range []string{
		"", "Care", "1care", "_care", "care-connect", "care connect", `care";DROP TABLE patients;--`, "care'", "care\n\\! id",
		"care\n", strings.Repeat("d", 55),
	} {
		script, err := Script(name)
		assert.Errorf(t, err, "%q", name)
		assert.Empty(t, script)
	}
}

func TestTheRotatedScriptSetsNoPassword(t *testing.T) {
	script, err := RotatedScript("careconnect")
	require.NoError(t, err)
	assert.NotRegexp(t, `\bPASSWORD\b[^;]*;`, regexp.MustCompile(`(?m)^--.*$|^.*\\getenv.*$`).ReplaceAllString(script, ""))
	assert.Contains(t, script, "\\set readonly_clone careconnect_readonly_clone\n")
}

func TestNamesOfClonesFit(t *testing.T) {
	longest := strings.Repeat("d", 48)
	_, err := RotatedScript(longest)
	require.NoError(t, err)
	assert.LessOrEqual(t, len(Clone(Of(longest).Readonly)), 63)
	_, err = RotatedScript(longest + "d")
	assert.ErrorContains(t, err, "at most 48 characters")
	_, err = RotatedScript("care-connect")
	assert.Error(t, err)
}

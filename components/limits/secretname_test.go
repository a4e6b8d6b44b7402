package limits

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestRenderedNames(t *testing.T) {
	for _, c := range []struct{ pattern, service, secret, want string }{
		{"careconnect/{Env}/{Secret}", "", "db-password", "careconnect/prod/db-password"},
		{"{Env}/SkinClubPro/{Service}/{Secret}", "booking", "database-url", "prod/SkinClubPro/booking/database-url"},
		{"{Project}/{Env}/{Secret}", "", "api-keys", "vantrexia/prod/api-keys"},
		{"{Secret}", "", "SECRET_KEY", "SECRET_KEY"},
		{"{Secret}/{Secret}", "", "a", "a/a"},
		// A value that looks like a placeholder is a value.
		{"{Env}/{Secret}", "", "{Env}", "prod/{Env}"},
	} {
		assert.Equal(t, c.want, RenderSecretName(c.pattern, "prod", "vantrexia", c.service, c.secret), c.pattern)
	}
}

func TestPatterns(t *testing.T) {
	for pattern, want := range map[string]string{
		"careconnect/{Env}/{Secret}":           "",
		"{Env}/SkinClubPro/{Service}/{Secret}": "",
		"{Secret}":                             "",
		"a_b+c=d.e@f-{Secret}":                 "",
		"":                                     "a pattern with {Secret} in it",
		"careconnect/{Env}":                    "a pattern with {Secret} in it",
		"careconnect/{env}/{Secret}":           "{env} is none",
		"{}/{Secret}":                          "{} is none",
		"{ServiceName}/{Secret}":               "{ServiceName} is none",
		"care connect/{Secret}":                "around the placeholders",
		"{Env/{Secret}":                        "around the placeholders",
		"careconnect:{Secret}":                 "around the placeholders",
	} {
		if err := CheckSecretPattern(pattern); want == "" {
			assert.NoError(t, err, pattern)
		} else {
			assert.ErrorContains(t, err, want, pattern)
		}
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"careconnect/prod/db-password":           "",
		"careconnect/prod/api-keys":              "",
		"a/b_c+d=e.f@g-h":                        "",
		"x":                                      "",
		strings.Repeat("a", 512):                 "",
		strings.Repeat("a", 513):                 secretNameRule,
		"":                                       secretNameRule,
		"careconnect/prod/db password":           secretNameRule,
		"careconnect/prod/{Secret}":              secretNameRule,
		"careconnect/prod/naïve":                 secretNameRule,
		"careconnect/prod/db:password":           secretNameRule,
		"careconnect/prod/jwt-secret":            "hyphen and six characters",
		"careconnect/prod/db-a1B2c3":             "hyphen and six characters",
		"careconnect/prod/db-a1B2c3d":            "", // seven
		"careconnect/prod/db-a1B2c":              "", // five
		"careconnect/prod/db_a1B2c3":             "",
		"careconnect/prod/jwt-secret-for-tokens": "hyphen and six characters",
		"careconnect/prod/jwt-signing-key":       "",
	} {
		if err := CheckSecretName(name); want == "" {
			assert.NoError(t, err, name)
		} else {
			assert.ErrorContains(t, err, want, name)
		}
	}
}

// Whatever passes the checks of its parts is made of characters that AWS takes, and different secrets of one
// pattern that has all placeholders have different names.
func TestNamesOfCheckedParts(t *testing.T) {
	part := rapid.StringMatching(`[A-Za-z0-9_+=.@-]{1,20}`)
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.SampledFrom([]string{"careconnect/{Env}/{Service}/{Secret}", "{Env}/SkinClubPro/{Service}/{Secret}"}).Draw(t, "pattern")
		env := part.Draw(t, "env")
		one := [2]string{part.Draw(t, "service 1"), part.Draw(t, "secret 1")}
		two := [2]string{part.Draw(t, "service 2"), part.Draw(t, "secret 2")}

		first := RenderSecretName(pattern, env, "", one[0], one[1])
		second := RenderSecretName(pattern, env, "", two[0], two[1])
		if !secretNameCharacters.MatchString(first) || strings.ContainsAny(first, "{}") {
			t.Fatalf("%q has characters AWS refuses", first)
		}
		if (first == second) != (one == two) {
			t.Fatalf("%q and %q for %v and %v", first, second, one, two)
		}
	})
}

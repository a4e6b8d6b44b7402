package cloudwatch

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/policy/inspect"
)

func TestFilterPattern(t *testing.T) {
	e := inspect.Event{"eventName": "CreateRoute", "userIdentity.type": "Root", "errorCode": "AccessDenied", "count": "3", "readOnly": "true", "text": `say "no"`}
	for pattern, want := range map[string]bool{
		`{ $.eventName = CreateRoute }`:                                        true,
		`{$.eventName=CreateRoute}`:                                            true,
		`{ $.eventName = "CreateRoute" }`:                                      true,
		`{ $.eventName = DeleteRoute }`:                                        false,
		`{ $.eventName = "Create*" }`:                                          true,
		`{ $.eventName = *Route }`:                                             true,
		`{ $.eventName = Route }`:                                              false,
		`{ $.eventName = %^Create% }`:                                          true,
		`{ $.eventName = %^Delete% }`:                                          false,
		`{ $.eventName != DeleteRoute }`:                                       true,
		`{ $.eventName != Create* }`:                                           false,
		`{ $.nothing != x }`:                                                   false,
		`{ $.nothing NOT EXISTS }`:                                             true,
		`{ $.eventName NOT EXISTS }`:                                           false,
		`{ $.eventName EXISTS }`:                                               true,
		`{ $.readOnly IS TRUE }`:                                               true,
		`{ $.readOnly IS FALSE }`:                                              false,
		`{ $.count >= 3 }`:                                                     true,
		`{ $.count > 3 }`:                                                      false,
		`{ $.count < 4 && $.count <= 3 }`:                                      true,
		`{ $.eventName > 3 }`:                                                  false,
		`{ $.eventName = DeleteRoute || $.userIdentity.type = Root }`:          true,
		`{ $.eventName = CreateRoute && $.userIdentity.type = User }`:          false,
		`{ $.eventName = X && $.count = 3 || $.count = 3 }`:                    true,
		`{ $.eventName = X && ($.count = 3 || $.count = 3) }`:                  false,
		`{ (($.eventName = CreateRoute)) && ($.errorCode = "AccessDenied*") }`: true,
		`{ $.count = 3 && $.eventName = X || $.readOnly IS TRUE && $.text = "say*no*" }`: true,
	} {
		parsed, ok := parsePattern(pattern)
		require.Truef(t, ok, "%s cannot be read", pattern)
		assert.Equalf(t, want, parsed(e), "%s", pattern)
	}
	for _, pattern := range []string{
		"", "ERROR", "[ip, user]", "{", "{}", "{ $.a }", "{ $.a = }", "{ a = b }", "{ $.a = b", "{ ($.a = b }", "{ $.a = b) }",
		"{ $.a = b && }", "{ $.a = b $.c = d }", "{ $.a NOT b }", "{ $.a ~ b }", "{ && $.a = b }",
	} {
		_, ok := parsePattern(pattern)
		assert.Falsef(t, ok, "%q was read", pattern)
	}
}

package decode

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// What the engine gives must be what the file says, but for what is encrypted there.
func TestTheEnginesValuesAreThoseOfTheFile(t *testing.T) {
	for blinded, value := range map[string]string{
		"dev": "dev", "[secret]": "hunter2", `{"a":"[secret]","b":[1,"[secret]"]}`: `{"b":[1,"x"],"a":"y"}`, "{}": "{}", "": "", "1.5": "1.50",
	} {
		assert.True(t, same(blinded, value), blinded)
	}
	for blinded, value := range map[string]string{
		"dev": "prod", `{"a":1}`: `{"a":2}`, `{"a":"x"}`: `{"a":"[secret]"}`, `[1]`: `[1,2]`, `{}`: `[]`, "": "x",
	} {
		assert.False(t, same(blinded, value), blinded)
	}
}

func TestOneEditApart(t *testing.T) {
	for _, pair := range [][2]string{{"owner", "ownr"}, {"owner", "ownerr"}, {"owner", "owmer"}, {"owner", "onwer"}, {"nat", "gnat"}, {"phi", "ph"}} {
		assert.True(t, oneEditApart(pair[0], pair[1]), pair)
		assert.True(t, oneEditApart(pair[1], pair[0]), pair)
	}
	for _, pair := range [][2]string{{"owner", "colour"}, {"owner", "ow"}, {"edge", "keys"}, {"abcd", "badc"}} {
		assert.False(t, oneEditApart(pair[0], pair[1]), pair)
	}
}

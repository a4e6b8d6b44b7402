package catalogue

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/policy"
)

func TestEveryControlHasAnIDOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, control := range Controls() {
		assert.Falsef(t, seen[control.ID], "%s is there twice", control.ID)
		assert.NotContains(t, control.ID, policy.OwnPrefix, "the prefix is for controls outside the catalogue")
		seen[control.ID] = true
	}
	assert.NotEmpty(t, seen)
}

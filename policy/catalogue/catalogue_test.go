package catalogue

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEveryControlHasAnIDOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, control := range Controls() {
		assert.Falsef(t, seen[control.ID], "%s is there twice", control.ID)
		seen[control.ID] = true
	}
	assert.NotEmpty(t, seen)
}

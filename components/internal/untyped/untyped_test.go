package untyped_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/internal/untyped"
)

func TestVersionIsThatOfTheSDK(t *testing.T) {
	gomod, err := os.ReadFile("../../../go.mod")
	require.NoError(t, err)
	sdk := regexp.MustCompile(`pulumi-aws/sdk/v7 v(\S+)`).FindSubmatch(gomod)
	require.NotNil(t, sdk)
	assert.Equal(t, string(sdk[1]), untyped.SDKVersion)
}

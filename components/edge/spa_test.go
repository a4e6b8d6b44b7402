package edge_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/internal/componenttest"
)

func TestSpaFunction(t *testing.T) {
	code, err := os.ReadFile("spa.js")
	require.NoError(t, err)
	inputs(t, planned(t, production()), "aws:cloudfront/function:Function", "edge-spa", map[string]any{
		"comment": "Index page for the paths of the application", "runtime": "cloudfront-js-2.0", "publish": true, "code": string(code),
	})

	assert.Less(t, len(code), 10*1024, "CloudFront's limit for a function")
	// Its decision, word for word: a change of behaviour must be a change here, whether or not node is there to run it.
	for _, line := range []string{
		"function handler(event) {",
		"var last = request.uri.substring(request.uri.lastIndexOf('/') + 1);",
		"if (last.indexOf('.') === -1 && request.uri.indexOf('/.well-known/') !== 0) {",
		"request.uri = '/index.html';",
		"return request;",
	} {
		assert.Equal(t, 1, strings.Count(string(code), line), line)
	}
	assert.Equal(t, 5, strings.Count(string(code), ";"), "a statement came or went")
	runSpaFunction(t, string(code))
}

// runSpaFunction runs the function where a JavaScript engine is at hand.
func runSpaFunction(t *testing.T, code string) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		return
	}
	for uri, want := range map[string]string{
		"/":                         "/index.html",
		"/patients":                 "/index.html",
		"/patients/42/vitals":       "/index.html",
		"/patients/42/":             "/index.html",
		"/v1.2/patients":            "/index.html",
		"/index.html":               "/index.html",
		"/main.dart.js":             "/main.dart.js",
		"/assets/logo.svg":          "/assets/logo.svg",
		"/.well-known/assetlinks":   "/.well-known/assetlinks",
		"/docs/.well-known/thing":   "/index.html",
		"/.well-known/security.txt": "/.well-known/security.txt",
	} {
		event, err := json.Marshal(map[string]any{"request": map[string]any{"uri": uri, "method": "GET"}})
		require.NoError(t, err)
		out, err := exec.Command(node, "-e", code+"\nprocess.stdout.write(handler("+string(event)+").uri)").CombinedOutput()
		require.NoError(t, err, string(out))
		assert.Equal(t, want, string(out), uri)
	}
}

// The function sits before the cache of the frontend, and there only.
func TestSpaFunctionServesTheFrontend(t *testing.T) {
	distribution := componenttest.Find(t, planned(t, production()), distributionType, "edge-cdn")
	assert.Equal(t, []any{map[string]any{"eventType": "viewer-request", "functionArn": "${edge-spa.arn}"}},
		componenttest.Input(t, distribution, "defaultCacheBehavior.functionAssociations"))
}

package edge_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/componenttest"
)

func TestSpaFunction(t *testing.T) {
	code, err := os.ReadFile("spa.js")
	require.NoError(t, err)
	args := production()
	args.ApiHost = "api"
	inputs(t, planned(t, args), "aws:cloudfront/function:Function", "edge-spa", map[string]any{
		"comment": "Index page for the paths of the application", "runtime": "cloudfront-js-2.0", "publish": true,
		"code": strings.Replace(string(code), "<API HOST>", "api.careconnect.health", 1),
	})
	function := componenttest.Find(t, planned(t, production()), "aws:cloudfront/function:Function", "edge-spa")
	assert.Contains(t, componenttest.Input(t, function, "code"), "var apiHost = '';")

	assert.Less(t, len(code), 10*1024, "CloudFront's limit for a function")
	// Its decision, word for word: a change of behaviour must be a change here, whether or not node is there to run it.
	for _, line := range []string{
		"var apiHost = '<API HOST>';",
		"function handler(event) {",
		"if (apiHost !== '' && request.headers.host.value.toLowerCase() === apiHost) {",
		"statusCode: 404,",
		"var last = request.uri.substring(request.uri.lastIndexOf('/') + 1);",
		"if (last.indexOf('.') === -1 && request.uri.indexOf('/.well-known/') !== 0) {",
		"request.uri = '/index.html';",
		"return request;",
	} {
		assert.Equal(t, 1, strings.Count(string(code), line), line)
	}
	assert.Equal(t, 7, strings.Count(string(code), ";"), "a statement came or went")
	runSpaFunction(t, strings.Replace(string(code), "<API HOST>", "api.careconnect.health", 1))
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
		for host, answer := range map[string]string{
			"careconnect.health": want, "www.careconnect.health": want, "api.careconnect.health": "404", "API.careconnect.health": "404",
		} {
			event, err := json.Marshal(map[string]any{"request": map[string]any{
				"uri": uri, "method": "GET", "headers": map[string]any{"host": map[string]any{"value": host}},
			}})
			require.NoError(t, err)
			out, err := exec.Command(node, "-e", code+"\nvar out = handler("+string(event)+"); process.stdout.write(String(out.uri || out.statusCode))").CombinedOutput()
			require.NoError(t, err, string(out))
			assert.Equal(t, answer, string(out), host+uri)
		}
	}
}

// The function sits before the cache of the frontend, and there only.
func TestSpaFunctionServesTheFrontend(t *testing.T) {
	distribution := componenttest.Find(t, planned(t, production()), distributionType, "edge-cdn")
	assert.Equal(t, []any{map[string]any{"eventType": "viewer-request", "functionArn": "${edge-spa.arn}"}},
		componenttest.Input(t, distribution, "defaultCacheBehavior.functionAssociations"))
}

//go:build engine

// Package canary runs the code of the canary (components/observability/canary) as Lambda would, against a site on this
// machine. It needs python3, as the emulator of AWS does.
package canary

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// run is one run of the canary: the metric that its log has, and what it found wrong.
func run(t *testing.T, site string) (up float64, stack string, problems map[string]string) {
	t.Helper()
	code, err := os.ReadFile("../../../components/observability/canary/canary.py")
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "canary.py"), code, 0o600))
	config, err := json.Marshal(map[string]any{"stack": "dr", "site": site + "/", "health": site + "/actuator/health", "seconds": 1})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "config.json"), config, 0o600))

	python := exec.CommandContext(t.Context(), "python3", "-B", "-c", "import canary; canary.handler({}, None)")
	python.Dir = dir
	python.Env = append(os.Environ(), "no_proxy=*")
	line, err := python.Output()
	require.NoError(t, err)
	var log struct {
		AWS struct {
			CloudWatchMetrics []struct {
				Namespace  string
				Dimensions [][]string
				Metrics    []struct{ Name string }
			}
		} `json:"_aws"`
		Stack    string
		Up       float64
		Problems map[string]string `json:"problems"`
	}
	require.NoError(t, json.Unmarshal(line, &log), string(line))
	require.Len(t, log.AWS.CloudWatchMetrics, 1)
	metric := log.AWS.CloudWatchMetrics[0]
	assert.Equal(t, "Carebase/Canary", metric.Namespace)
	assert.Equal(t, [][]string{{"Stack"}}, metric.Dimensions)
	assert.Equal(t, "Up", metric.Metrics[0].Name)
	return log.Up, log.Stack, log.Problems
}

type answer struct {
	status      int
	contentType string
	body        string
	after       time.Duration
}

func TestCanary(t *testing.T) {
	page := answer{status: 200, contentType: "text/html; charset=utf-8", body: `<!DOCTYPE html><html><body><script src="main.js"></script></body></html>`}
	well := answer{status: 200, contentType: "application/json", body: `{"status":"UP"}`}
	for _, c := range []struct {
		name         string
		site, health answer
		wrong        []string // which of the two
	}{
		{"all is well", page, well, nil},
		{"the service is down", page, answer{status: 503, contentType: "application/json", body: `{"status":"DOWN"}`}, []string{"health"}},
		{"the front end answers for the service", page, page, []string{"health"}},
		{"the firewall blocks", answer{status: 403}, answer{status: 403}, []string{"site", "health"}},
		{"the front end is gone", answer{status: 404}, well, []string{"site"}},
		{"the front end is empty", answer{status: 200, contentType: "text/html", body: "<html></html>"}, well, []string{"site"}},
		{"the front end is something else", answer{status: 200, contentType: "application/json", body: "{}"}, well, []string{"site"}},
		{"a redirect", answer{status: 302}, well, []string{"site"}},
		{"no answer in time", page, answer{status: 200, after: 3 * time.Second}, []string{"health"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				a := c.site
				if r.URL.Path == "/actuator/health" {
					a = c.health
				}
				select { // the client hangs up
				case <-r.Context().Done():
				case <-time.After(a.after):
				}
				w.Header().Set("Content-Type", a.contentType)
				w.WriteHeader(a.status)
				_, _ = w.Write([]byte(a.body))
			}))
			defer server.Close()
			up, stack, problems := run(t, server.URL)
			assert.Equal(t, "dr", stack)
			assert.Len(t, problems, len(c.wrong))
			for _, name := range c.wrong {
				assert.NotEmpty(t, problems[name], name)
			}
			assert.Equal(t, map[bool]float64{true: 1, false: 0}[len(c.wrong) == 0], up)
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		server := httptest.NewServer(http.NotFoundHandler())
		server.Close()
		up, _, problems := run(t, server.URL)
		assert.Zero(t, up)
		assert.Len(t, problems, 2)
	})
}

//go:build browser

package browser

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/internal/csp"
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/stacks"
	"github.com/carebase/carebase/stacks/settings/decode"
)

//go:embed pages
var pages embed.FS

// planned is the plan of the stack as it is in this repository.
func planned(t *testing.T, stack string) *graph.Graph {
	t.Helper()
	p, err := plan.Load("../..", stack)
	require.NoError(t, err)
	p.Run = stacks.Program(decode.Config{Project: "careconnect", Values: p.Config, Encrypted: p.Secrets})
	g, err := plan.Run(p)
	require.NoError(t, err)
	return g
}

// find returns the only resource of that type with that name, with its inputs.
func find(t *testing.T, g *graph.Graph, typ, name string) map[string]any {
	t.Helper()
	for _, r := range g.OfType(typ) {
		if r.Name == name {
			return r.Readable()
		}
	}
	require.FailNow(t, "the plan has no "+name)
	return nil
}

// headersOf are what the planned response headers policy of the stack adds to every answer.
func headersOf(t *testing.T, g *graph.Graph) http.Header {
	t.Helper()
	inputs := find(t, g, "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "edge-headers")
	security := inputs["securityHeadersConfig"].(map[string]any)
	text := func(section, key string) string { return security[section].(map[string]any)[key].(string) }
	headers := http.Header{}
	headers.Set("Content-Security-Policy", text("contentSecurityPolicy", "contentSecurityPolicy"))
	headers.Set("X-Frame-Options", text("frameOptions", "frameOption"))
	headers.Set("Referrer-Policy", text("referrerPolicy", "referrerPolicy"))
	require.Contains(t, security, "contentTypeOptions")
	headers.Set("X-Content-Type-Options", "nosniff")
	hsts := security["strictTransportSecurity"].(map[string]any)
	headers.Set("Strict-Transport-Security", fmt.Sprintf("max-age=%v; includeSubDomains; preload", hsts["accessControlMaxAgeSec"]))
	for _, item := range inputs["customHeadersConfig"].(map[string]any)["items"].([]any) {
		headers.Set(item.(map[string]any)["header"].(string), item.(map[string]any)["value"].(string))
	}
	return headers
}

// The names that the browser asks for. The attacker's page is on another site.
const (
	site     = "careconnect.example.com"
	api      = "api." + site
	attacker = "attacker.example.net"
)

// A world is a server that answers for the site, its API and an attacker, and what was asked of it.
type world struct {
	server  *httptest.Server
	headers http.Header // of the site and the API
	reports chan map[string]string

	mutex sync.Mutex
	asked map[string]int // by host and path
}

func newWorld(t *testing.T, headers http.Header) *world {
	t.Helper()
	w := &world{headers: headers, reports: make(chan map[string]string, 1), asked: map[string]int{}}
	w.server = httptest.NewTLSServer(w)
	t.Cleanup(w.server.Close)
	return w
}

func (w *world) count(hostAndPath string) int {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.asked[hostAndPath]
}

func (w *world) ServeHTTP(out http.ResponseWriter, request *http.Request) {
	host := request.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	w.mutex.Lock()
	w.asked[host+request.URL.Path]++
	w.mutex.Unlock()
	out.Header().Set("Cache-Control", "no-store")
	switch host {
	case api:
		w.copyHeaders(out)
		// What the API itself allows; CloudFront passes it on.
		out.Header().Set("Access-Control-Allow-Origin", "https://"+site)
		out.Header().Set("Access-Control-Allow-Headers", "authorization")
		out.Header().Set("Content-Type", "application/json")
		fmt.Fprint(out, `{"patients":1}`)
	case attacker:
		out.Header().Set("Access-Control-Allow-Origin", "*")
		w.file(out, path.Join("attacker", request.URL.Path))
	default:
		w.copyHeaders(out)
		if request.URL.Path == "/report" {
			w.report(request.Body)
			return
		}
		w.file(out, path.Join("site", request.URL.Path))
	}
}

func (w *world) copyHeaders(out http.ResponseWriter) {
	for name, values := range w.headers {
		out.Header()[name] = values
	}
}

func (w *world) report(body io.Reader) {
	var results map[string]string
	if err := json.NewDecoder(body).Decode(&results); err != nil {
		results = map[string]string{"report": err.Error()}
	}
	select {
	case w.reports <- results:
	default:
	}
}

func (w *world) file(out http.ResponseWriter, name string) {
	types := map[string]string{
		".html": "text/html; charset=utf-8", ".js": "text/javascript", ".wasm": "application/wasm", ".png": "image/png",
	}
	content, err := pages.ReadFile("pages/" + name)
	if strings.HasSuffix(name, ".wasm") {
		content, err = []byte("\x00asm\x01\x00\x00\x00"), nil // the empty module
	}
	if err != nil {
		http.Error(out, "not found", http.StatusNotFound)
		return
	}
	out.Header().Set("Content-Type", types[path.Ext(name)])
	_, _ = out.Write(content)
}

// open opens the address in chromium and returns what the page reports of itself.
func (w *world) open(t *testing.T, address string) map[string]string {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	require.NoError(t, err, "chromium must be on PATH")
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	listening := w.server.Listener.Addr().String()
	command := exec.CommandContext(ctx, chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--disable-background-networking", "--no-first-run", "--ignore-certificate-errors", "--user-data-dir="+t.TempDir(),
		"--host-resolver-rules=MAP * "+listening, "--remote-debugging-port=0", address)
	var messages strings.Builder
	command.Stderr, command.Stdout = &messages, &messages
	command.WaitDelay = 10 * time.Second
	require.NoError(t, command.Start())
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	var results map[string]string
	select {
	case results = <-w.reports:
	case err = <-ended:
		ended <- err
	case <-ctx.Done():
	}
	_ = command.Process.Signal(os.Interrupt)
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		_ = command.Process.Kill()
		<-ended
	}
	require.NotNil(t, results, "the page at %s reported nothing:\n%s", address, &messages)
	return results
}

// What Flutter for the web does, and must be able to do. See pages/site/engine.js.
func flutterWorks() map[string]string {
	return map[string]string{
		"engine script": "ok", "engine streamed": "ok", "engine compiled": "ok", "inline style": "ok", "style attribute": "ok",
		"style element": "ok", "API by CORS": "ok", "picture in memory": "ok", "picture as data": "ok", "worker from memory": "ok",
		"file in memory": "ok", "eval": "refused",
	}
}

func TestTheFrontEndWorksInEveryStack(t *testing.T) {
	for _, stack := range []string{"local", "dev", "staging", "prod"} {
		t.Run(stack, func(t *testing.T) {
			headers := headersOf(t, planned(t, stack))
			// The page calls production's API; the other stacks' headers name theirs.
			if stack != "prod" {
				headers.Set("Content-Security-Policy", strings.ReplaceAll(headers.Get("Content-Security-Policy"), "api."+stack+".", "api."))
			}
			assert.Equal(t, flutterWorks(), newWorld(t, headers).open(t, "https://"+site+"/index.html"))
		})
	}
}

// The policy for plain sites stops Flutter: without its own, the page stays blank.
func TestThePlainPolicyStopsFlutter(t *testing.T) {
	headers := headersOf(t, planned(t, "prod"))
	headers.Set("Content-Security-Policy", csp.Plain)
	results := newWorld(t, headers).open(t, "https://"+site+"/index.html")
	for _, what := range []string{"engine compiled", "engine streamed", "inline style", "style element", "API by CORS", "worker from memory"} {
		assert.Equal(t, "refused", results[what], what)
	}
}

// attacks are what pages/site/hostile.html tries, and what of it reaches the attacker.
var (
	attacks = []string{"inline script", "inline handler", "foreign script", "eval", "new Function", "data script", "foreign fetch", "foreign picture"}
	traces  = []string{"/stolen.js", "/stolen", "/stolen.png", "/frame.html"}
)

func TestInjectedMarkupDoesNothing(t *testing.T) {
	for _, policy := range []string{"", csp.Plain, csp.Flutter(api)} {
		headers := headersOf(t, planned(t, "prod"))
		if policy == "" {
			headers.Del("Content-Security-Policy") // shows that the attacks work where nothing stops them
		} else {
			headers.Set("Content-Security-Policy", policy)
		}
		w := newWorld(t, headers)
		results := w.open(t, "https://"+site+"/hostile.html")
		for _, attack := range attacks {
			want := "refused"
			if policy == "" {
				want = "done"
			}
			assert.Equal(t, want, results[attack], "%s under %q", attack, policy)
		}
		for _, trace := range traces {
			assert.Equal(t, policy == "", w.count(attacker+trace) > 0, "%s under %q", trace, policy)
		}
	}
}

// Another site that frames the page gets nothing: not one file of it is loaded.
func TestNobodyFramesThePage(t *testing.T) {
	for _, c := range []struct {
		about   string
		without []string
		framed  bool
	}{
		{"with all headers", nil, false},
		{"by frame-ancestors alone", []string{"X-Frame-Options"}, false},
		{"by X-Frame-Options alone", []string{"Content-Security-Policy"}, false},
		{"with neither", []string{"X-Frame-Options", "Content-Security-Policy"}, true},
	} {
		t.Run(c.about, func(t *testing.T) {
			headers := headersOf(t, planned(t, "prod"))
			for _, name := range c.without {
				headers.Del(name)
			}
			w := newWorld(t, headers)
			// The attacker's page reports when the frame has loaded, with all that belongs to it or with an error.
			results := w.open(t, "https://"+attacker+"/framing.html")
			assert.Equal(t, "ok", results["frame"])
			assert.Equal(t, c.framed, w.count(site+"/framed.js") > 0)
			assert.Positive(t, w.count(site+"/framed.html"), "the frame was not even asked for")
		})
	}
}

// CloudFront runs the planned function before its cache; here chromium runs it.
func TestWhatTheViewersFunctionDecides(t *testing.T) {
	code := find(t, planned(t, "prod"), "aws:cloudfront/function:Function", "edge-spa")["code"].(string)
	type request struct{ Host, URI, Want string }
	requests := []request{
		{site, "/", "/index.html"}, {site, "/patients/42", "/index.html"}, {site, "/v1.2/patients", "/index.html"},
		{site, "/main.dart.js", "/main.dart.js"}, {site, "/actuator/info", "/index.html"}, {"www." + site, "/patients", "/index.html"},
		{site, "/.well-known/assetlinks", "/.well-known/assetlinks"},
		{api, "/", "404"}, {api, "/actuator/info", "404"}, {api, "/actuator", "404"}, {api, "/index.html", "404"},
		{api, "/.well-known/security.txt", "404"}, {strings.ToUpper(api), "/actuator/env", "404"},
	}
	text, err := json.Marshal(requests)
	require.NoError(t, err)
	w := newWorld(t, http.Header{})
	w.server.Config.Handler = http.HandlerFunc(func(out http.ResponseWriter, request *http.Request) {
		if request.URL.Path == "/report" {
			w.report(request.Body)
			return
		}
		out.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(out, `<script>%s
			const results = {};
			for (const r of %s) {
				const out = handler({request: {uri: r.URI, method: 'GET', headers: {host: {value: r.Host}}}});
				results[r.Host + r.URI] = String(out.uri || out.statusCode);
				if (out.body) { results.body = JSON.parse(out.body).error; }
			}
			fetch('/report', {method: 'POST', body: JSON.stringify(results)});
		</script>`, code, text)
	})
	want := map[string]string{"body": "not found"}
	for _, r := range requests {
		want[r.Host+r.URI] = r.Want
	}
	assert.Equal(t, want, w.open(t, "https://"+site+"/"))
}

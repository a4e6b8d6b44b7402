package engine

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// Behind is the emulator as stacks see it through a handler, which is served on an address of its own until the test
// ends. Endpoint and Config stay as they are: what the test itself asks does not go through it.
func (e *Emulator) Behind(t testing.TB, handler http.Handler) *Emulator {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	behind := *e
	behind.Env = nil
	for _, entry := range e.Env {
		if name, _, _ := strings.Cut(entry, "="); name == "AWS_ENDPOINT_URL" || strings.EqualFold(name, "HTTP_PROXY") {
			entry = name + "=" + server.URL
		}
		behind.Env = append(behind.Env, entry)
	}
	return &behind
}

// URL is where stacks ask the emulator.
func (e *Emulator) URL() string { return lookup(e.Env, "AWS_ENDPOINT_URL") }

// Forward hands requests on to the emulator, as the programs that use it send them: to its address, or to it as a proxy.
//
// It reads an answer to its end before it gives any of it on, and keeps connections open. An emulator that sends the
// head and the body of an answer apart and then closes the connection, as moto's server does, loses answers otherwise:
// the provider's HTTP client may hang up between the two and repeat what was carried out.
//
// It hands on one request at a time. moto answers each in a thread of its own, but its backends are not made for that
// ("dictionary changed size during iteration"), and Python runs one thread at a time anyhow.
func (e *Emulator) Forward(t testing.TB) *httputil.ReverseProxy {
	t.Helper()
	target, err := url.Parse(e.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			if !r.In.URL.IsAbs() {
				r.SetURL(target)
				r.Out.Host = r.In.Host
			}
		},
		Transport: &oneAtATime{next: &http.Transport{
			DisableCompression: true,
			Proxy: func(r *http.Request) (*url.URL, error) {
				if r.URL.Host == target.Host {
					return nil, nil
				}
				return target, nil
			},
		}},
	}
}

// oneAtATime waits for the whole of an answer before it asks for the next one.
type oneAtATime struct {
	mu   sync.Mutex
	next http.RoundTripper
}

func (o *oneAtATime) RoundTrip(r *http.Request) (*http.Response, error) {
	// What is asked is read before it is this request's turn, so that a slow client keeps nobody waiting.
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	answer, err := o.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return answer, err
}

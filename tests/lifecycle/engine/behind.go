package engine

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
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
		Transport: &http.Transport{
			DisableCompression:  true,
			MaxIdleConnsPerHost: 64,
			Proxy: func(r *http.Request) (*url.URL, error) {
				if r.URL.Host == target.Host {
					return nil, nil
				}
				return target, nil
			},
		},
		ModifyResponse: whole,
	}
}

// whole reads an answer to its end.
func whole(r *http.Response) error {
	body, err := io.ReadAll(r.Body)
	r.Body.Close()
	r.Body = io.NopCloser(bytes.NewReader(body))
	return err
}

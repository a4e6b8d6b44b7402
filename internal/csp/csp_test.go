package csp_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/internal/csp"
)

func TestPresetsAreSound(t *testing.T) {
	for _, text := range []string{csp.Plain, csp.Flutter(""), csp.Flutter("api.careconnect.example.com")} {
		policy, err := csp.Parse(text)
		require.NoError(t, err, text)
		assert.Empty(t, policy.Weaknesses(), text)
		assert.Equal(t, []string{"'none'"}, policy["frame-ancestors"])
	}
	policy, err := csp.Parse(csp.Flutter("api.careconnect.example.com"))
	require.NoError(t, err)
	assert.Equal(t, []string{"'self'", "https://api.careconnect.example.com", "blob:"}, policy["connect-src"])
	policy, err = csp.Parse(csp.Flutter(""))
	require.NoError(t, err)
	assert.Equal(t, []string{"'self'", "blob:"}, policy["connect-src"])
}

func TestMalformed(t *testing.T) {
	for text, want := range map[string]string{
		"":                                             "no directive",
		" ; ":                                          "no directive",
		"strict":                                       "there is no directive strict",
		"defaultsrc 'self'":                            "there is no directive defaultsrc",
		"default-src self":                             "without quotes",
		"default-src 'self' unsafe-inline":             "without quotes",
		"default-src self'":                            "self', which is no source",
		"default-src 'selv'":                           "'selv', which is no source",
		"default-src 'none' 'self'":                    "'none' and other sources",
		"default-src 'self'; default-src a.b":          "twice",
		"default-src 'self'\nimg-src 'self'":           `'\n'`,
		"default-src 'self', img-src 'self'":           "comma",
		"default-src 'self'; img-src 'é'":              "printable ASCII",
		"default-src 'self'; img-src //a.example":      "no source",
		"img-src " + strings.Repeat("a.example ", 200): "CloudFront takes 1783",
	} {
		_, err := csp.Parse(text)
		assert.ErrorContains(t, err, want, text)
	}
}

func TestWeaknesses(t *testing.T) {
	// add puts sources into a directive of a sound policy; drop takes a directive out.
	add := func(directive, sources string) string {
		if strings.Contains(csp.Plain, directive+" ") {
			return strings.Replace(csp.Plain, directive+" ", directive+" "+sources+" ", 1)
		}
		return csp.Plain + "; " + directive + " 'self' " + sources
	}
	drop := func(directive string) string {
		var kept []string
		for _, part := range strings.Split(csp.Plain, "; ") {
			if !strings.HasPrefix(part, directive) {
				kept = append(kept, part)
			}
		}
		return strings.Join(kept, "; ")
	}
	for text, want := range map[string]string{
		drop("default-src"):                                              "default-src is missing",
		drop("base-uri"):                                                 "base-uri is missing",
		drop("form-action"):                                              "form-action is missing",
		drop("frame-ancestors"):                                          "frame-ancestors is missing",
		drop("object-src"):                                               "object-src is not 'none'",
		add("script-src", "'unsafe-eval'"):                               "script-src has 'unsafe-eval'",
		add("script-src", "'UNSAFE-EVAL'"):                               "script-src has 'UNSAFE-EVAL'",
		add("default-src", "'unsafe-eval'"):                              "default-src has 'unsafe-eval'",
		add("script-src", "'nonce-R4nd0m'"):                              "script-src has 'nonce-R4nd0m'",
		add("script-src", "'unsafe-inline'"):                             "script-src has 'unsafe-inline'",
		add("script-src-elem", "'unsafe-inline'"):                        "script-src-elem has 'unsafe-inline'",
		add("script-src-attr", "'unsafe-hashes'"):                        "script-src-attr has 'unsafe-hashes'",
		add("default-src", "'unsafe-inline'"):                            "default-src has 'unsafe-inline'",
		add("default-src", "*"):                                          "default-src has *",
		add("connect-src", "*"):                                          "connect-src has *",
		add("img-src", "https:"):                                         "img-src has https:",
		add("connect-src", "wss:"):                                       "connect-src has wss:",
		add("script-src", "data:"):                                       "script-src has data:",
		add("script-src", "blob:"):                                       "script-src has blob:",
		add("connect-src", "https://*.example.com"):                      "connect-src has https://*.example.com",
		add("script-src", "https://cdn.example:*/"):                      "script-src has https://cdn.example:*/",
		add("connect-src", "http://api.example.com"):                     "connect-src has http://api.example.com",
		add("connect-src", "ws://api.example.com"):                       "connect-src has ws://api.example.com",
		strings.Replace(csp.Plain, "ancestors 'none'", "ancestors *", 1): "frame-ancestors has *",
	} {
		policy, err := csp.Parse(text)
		require.NoError(t, err, text)
		assert.Contains(t, strings.Join(policy.Weaknesses(), "\n"), want, text)
	}
	for _, text := range []string{
		add("style-src", "'unsafe-inline'"), add("img-src", "data: blob:"), add("worker-src", "blob:"),
		add("connect-src", "https://api.example.com wss://api.example.com"), add("script-src", "'wasm-unsafe-eval'"),
		add("script-src", "'sha256-XTXaPrlragN+Bkenu17AAhSBaNhkUPzX0+hwjcb6TIQ=' 'strict-dynamic'"),
		"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
	} {
		policy, err := csp.Parse(text)
		require.NoError(t, err, text)
		assert.Empty(t, policy.Weaknesses(), text)
	}
}

// Package csp holds the content security policies that web front ends are served with, and judges others.
//
// https://www.w3.org/TR/CSP3/
package csp

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Plain is for a site that loads everything from its own origin and has no inline scripts or styles.
const Plain = "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; " +
	"object-src 'none'; upgrade-insecure-requests"

// Flutter is for Flutter for the web, built with --no-web-resources-cdn: the engine (CanvasKit or skwasm) then comes from
// the site's own origin. apiHost is the host name of an API on another origin that the page calls; empty if there is none.
//
//   - script-src 'wasm-unsafe-eval': the engine is WebAssembly. It allows no eval of JavaScript.
//     https://github.com/flutter/flutter/issues/127658
//   - style-src 'unsafe-inline': the engine writes inline styles for text editing and platform views. A nonce would do as
//     well, but needs a page that is made anew for every request. https://github.com/flutter/flutter/issues/86553,
//     https://github.com/flutter/engine/pull/42829
//   - worker-src blob:: skwasm starts its render worker from a Blob (flutter.js, skwasm_loader.js).
//   - img-src blob: and data:, media-src blob:, connect-src blob:: pictures and files that the page holds in memory. Browsers
//     without ImageDecoder decode them in an <img> element; cross_file reads a picked file by fetching its blob: URL.
//
// Fonts are fetched by the engine: a font that the application does not bundle would come from fonts.gstatic.com, which
// connect-src refuses. Set the engine's fontFallbackBaseUrl to a folder of the site.
func Flutter(apiHost string) string {
	connect := "'self' blob:"
	if apiHost != "" {
		connect = "'self' https://" + apiHost + " blob:"
	}
	return "default-src 'self'; base-uri 'self'; connect-src " + connect + "; form-action 'self'; frame-ancestors 'none'; " +
		"img-src 'self' blob: data:; media-src 'self' blob:; object-src 'none'; script-src 'self' 'wasm-unsafe-eval'; " +
		"style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; upgrade-insecure-requests"
}

// MaxLength is CloudFront's quota for the value of a header, in characters.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
const MaxLength = 1783

// A Policy is a content security policy: the values by directive.
type Policy map[string][]string

// takesSources are the directives whose values are sources.
var takesSources = []string{
	"base-uri", "child-src", "connect-src", "default-src", "font-src", "form-action", "frame-ancestors", "frame-src",
	"img-src", "manifest-src", "media-src", "object-src", "script-src", "script-src-attr", "script-src-elem", "style-src",
	"style-src-attr", "style-src-elem", "worker-src",
}

// takesOthers are the directives whose values are something else, or that have none.
var takesOthers = []string{
	"block-all-mixed-content", "report-to", "report-uri", "require-trusted-types-for", "sandbox", "trusted-types",
	"upgrade-insecure-requests",
}

var (
	keyword = regexp.MustCompile(`^'(none|self|strict-dynamic|report-sample|unsafe-inline|unsafe-eval|unsafe-hashes|wasm-unsafe-eval|` +
		`inline-speculation-rules|nonce-[A-Za-z0-9+/_-]+={0,2}|sha(256|384|512)-[A-Za-z0-9+/_-]+={0,2})'$`)
	scheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:$`)
	host   = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*://)?(\*|(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)(:([0-9]+|\*))?(/[^\s;,]*)?$`)
)

// Parse reads a policy. The error names the first directive or source that browsers would ignore, which is how a slip of
// the keyboard turns into a blank page or an open one.
func Parse(text string) (Policy, error) {
	if len(text) > MaxLength {
		return nil, fmt.Errorf("it has %d characters; CloudFront takes %d", len(text), MaxLength)
	}
	for _, c := range text {
		if c < ' ' || c > '~' || c == ',' {
			return nil, fmt.Errorf("the character %q: a header takes printable ASCII on one line, and a comma begins another policy", c)
		}
	}
	policy := Policy{}
	for _, part := range strings.Split(text, ";") {
		words := strings.Fields(part)
		if len(words) == 0 {
			continue
		}
		name := strings.ToLower(words[0])
		sources := slices.Contains(takesSources, name)
		if !sources && !slices.Contains(takesOthers, name) {
			return nil, fmt.Errorf("there is no directive %s", words[0])
		}
		if _, twice := policy[name]; twice {
			return nil, fmt.Errorf("%s is there twice, and browsers ignore the second", name)
		}
		for _, source := range words[1:] {
			if sources && keyword.MatchString("'"+strings.ToLower(source)+"'") {
				return nil, fmt.Errorf("%s has %s without quotes, which browsers take for a host", name, source)
			}
			if sources && !keyword.MatchString(strings.ToLower(source)) && !keyword.MatchString(source) && !scheme.MatchString(source) && !host.MatchString(source) {
				return nil, fmt.Errorf("%s has %s, which is no source", name, source)
			}
			if strings.EqualFold(source, "'none'") && len(words) > 2 {
				return nil, fmt.Errorf("%s has 'none' and other sources, and browsers then ignore 'none'", name)
			}
		}
		policy[name] = words[1:]
	}
	if len(policy) == 0 {
		return nil, fmt.Errorf("there is no directive in it")
	}
	return policy, nil
}

// Weaknesses are what a page that shows patients' data must not have: each a sentence. None for Plain and Flutter.
func (p Policy) Weaknesses() []string {
	var found []string
	for _, required := range []struct{ directive, because string }{
		{"default-src", "what has no directive of its own may come from anywhere"},
		{"base-uri", "an injected <base> sends the page's own scripts elsewhere"},
		{"form-action", "an injected form sends what people type elsewhere"},
		{"frame-ancestors", "any site can frame the page and make people click in it"},
	} {
		if _, set := p[required.directive]; !set {
			found = append(found, fmt.Sprintf("%s is missing: %s", required.directive, required.because))
		}
	}
	if !p.nothing("object-src") {
		found = append(found, "object-src is not 'none': plug-ins run outside the policy")
	}
	for _, directive := range takesSources {
		for _, source := range p[directive] {
			if weakness := weak(directive, strings.ToLower(source)); weakness != "" {
				found = append(found, fmt.Sprintf("%s has %s: %s", directive, source, weakness))
			}
		}
	}
	return found
}

// nothing is true if the directive, or default-src where the directive is not set, allows nothing.
func (p Policy) nothing(directive string) bool {
	sources, set := p[directive]
	if !set {
		if sources, set = p["default-src"]; !set {
			return false
		}
	}
	return len(sources) == 0 || len(sources) == 1 && strings.EqualFold(sources[0], "'none'")
}

// weak says what is wrong with a source in lower case, or "".
func weak(directive, source string) string {
	inert := slices.Contains([]string{"img-src", "font-src", "media-src"}, directive) // loads what cannot run
	switch {
	case source == "'unsafe-eval'":
		return "injected text runs as a script"
	case source == "'unsafe-hashes'", source == "'unsafe-inline'" && !strings.HasPrefix(directive, "style-src"):
		return "injected markup runs as a script"
	case strings.HasPrefix(source, "'nonce-"):
		return "every answer of CloudFront has the same header, so whoever injects markup knows the nonce; take the script's hash"
	case source == "data:" && inert:
		return ""
	case source == "blob:" && (inert || slices.Contains([]string{"connect-src", "worker-src", "child-src"}, directive)):
		return "" // a blob: URL belongs to the page that made it
	case scheme.MatchString(source):
		return "it allows every source of that scheme"
	case strings.HasPrefix(source, "http:"), strings.HasPrefix(source, "ws:"):
		return "it is not encrypted on the way"
	case strings.Contains(source, "*") && !strings.HasPrefix(source, "'"):
		return "a wildcard allows hosts that nobody has looked at"
	}
	return ""
}

package pathpattern_test

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/internal/pathpattern"
)

// reference matches by a regular expression.
func reference(pattern string) *regexp.Regexp {
	expression := strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(pattern))
	return regexp.MustCompile(`^(?s:` + expression + `)$`)
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"/api/*", "/api/", true},
		{"/api/*", "/api", false},
		{"/api/*", "/api/v1/patients", true},
		{"/api/*", "/API/v1", false},
		{"/api?/*", "/api2/x", true},
		{"/api?/*", "/api/x", false},
		{"*", "", true},
		{"/a.b", "/aXb", false}, // a dot is a dot
		{"/*/b/*/d", "/a/b/c/b/d", true},
	} {
		assert.Equal(t, c.want, pathpattern.Matches(c.pattern, c.path), "%s %s", c.pattern, c.path)
	}
}

func TestUncovered(t *testing.T) {
	for _, c := range []struct {
		pattern string
		by      []string
		want    string // "" where everything is covered
	}{
		{"/api/*", []string{"/api/*"}, ""},
		{"/api/patients/*", []string{"/api/*"}, ""},
		{"/api/*", []string{"/api/patients/*"}, "/api/"},
		{"/api/?", []string{"/api/*"}, ""},
		// A pattern's text is no path: read as one, "/api/*" is matched by "/api/?", which covers one character only.
		{"/api/*", []string{"/api/?"}, "/api/"},
		{"/a/*", []string{"/a/?*", "/a/"}, ""}, // together, neither alone
		{"/a/*", []string{"/a/?*"}, "/a/"},
		{"/admin/*", []string{"/api/*", "/actuator/health"}, "/admin/"},
		{"/a/*", nil, "/a/"},
		{"/*", []string{"*"}, ""},
		{"/x*y", []string{"/x*", "/z"}, ""},
		{"/x*", []string{"/x*y"}, "/x"},
	} {
		path, found := pathpattern.Uncovered(c.pattern, c.by)
		assert.Equal(t, c.want, path, "%s by %v", c.pattern, c.by)
		assert.Equal(t, c.want != "", found, "%s by %v", c.pattern, c.by)
	}
}

// To decide this takes a state for each of 26^6 texts.
func TestTooManyStatesAreNotCovered(t *testing.T) {
	var by []string
	for c := 'a'; c <= 'z'; c++ {
		by = append(by, "/*"+string(c)+"?????")
	}
	path, found := pathpattern.Uncovered("/x*", append(by, "/x", "/x?", "/x??", "/x???", "/x????"))
	assert.True(t, found)
	assert.NotEmpty(t, path)
}

func TestOverlap(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"/api/*", "/api/v1/*", "/api/v1/"},
		{"/api/*", "/admin/*", ""},
		{"/a*", "/*b", "/ab"},
		{"/a?", "/ab", "/ab"},
		{"/a", "/a", "/a"},
		{"/a", "/a/", ""},
	} {
		path, found := pathpattern.Overlap(c.a, c.b)
		assert.Equal(t, c.want, path, "%s %s", c.a, c.b)
		assert.Equal(t, c.want != "", found, "%s %s", c.a, c.b)
	}
}

// words are all texts of up to five characters over an alphabet with one character, x, that no generated pattern names.
func words() []string {
	all, last := []string{""}, []string{""}
	for range 5 {
		var next []string
		for _, word := range last {
			for _, c := range "/abx" {
				next = append(next, word+string(c))
			}
		}
		all, last = append(all, next...), next
	}
	return all
}

// Against every short text: what is said to be uncovered is, and what is said to be covered has no counterexample.
func TestAgainstEveryShortPath(t *testing.T) {
	texts := words()
	random := rand.New(rand.NewPCG(1, 2))
	draw := func() string {
		pattern := make([]byte, random.IntN(5))
		for i := range pattern {
			pattern[i] = "/ab*?"[random.IntN(5)]
		}
		return string(pattern)
	}
	covered, uncovered := 0, 0
	for range 200 {
		pattern, by := draw(), []string{draw(), draw(), draw()}
		expression := reference(pattern)
		for _, text := range texts {
			if expression.MatchString(text) != pathpattern.Matches(pattern, text) {
				t.Fatalf("%q matches %q: %t", pattern, text, pathpattern.Matches(pattern, text))
			}
		}
		misses := func(text string) bool {
			return pathpattern.Matches(pattern, text) && !slices.ContainsFunc(by, func(one string) bool { return pathpattern.Matches(one, text) })
		}
		if path, found := pathpattern.Uncovered(pattern, by); found {
			uncovered++
			require.True(t, misses(path), "%q is said to be in %q and not in %q", path, pattern, by)
		} else {
			covered++
			at := slices.IndexFunc(texts, misses)
			require.Negative(t, at, "%q is said to be covered by %q", pattern, by)
		}
		both := func(text string) bool {
			return pathpattern.Matches(pattern, text) && pathpattern.Matches(by[0], text)
		}
		path, found := pathpattern.Overlap(pattern, by[0])
		require.Equal(t, found, slices.ContainsFunc(texts, both), "%q and %q", pattern, by[0])
		if found {
			require.True(t, both(path), "%q is said to be in %q and %q", path, pattern, by[0])
		}
	}
	assert.Greater(t, covered, 10)
	assert.Greater(t, uncovered, 50)
}

// Package pathpattern decides what path patterns of CloudFront and of application load balancers match. Both have the same
// two wildcards: * stands for any number of characters, slashes included, and ? for exactly one character. Matching is
// case-sensitive in both.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html#path-conditions
package pathpattern

import (
	"slices"
	"strings"
)

// Matches is true if the pattern matches the path.
func Matches(pattern, path string) bool {
	at := start(pattern)
	for i := range len(path) {
		at = step(pattern, at, path[i])
	}
	return at.accepts(pattern)
}

// Uncovered returns a path that the pattern matches and none of the patterns in by does, as short as possible. It returns
// false if there is no such path, so that by together match everything that the pattern matches.
//
// Where the patterns need too many states to decide, it returns Undecided and true: what cannot be shown to be covered is not.
//
// It is a breadth-first search through the product of the automata: one state of the pattern's, and for each of by the set
// of states that the same text leads to.
func Uncovered(pattern string, by []string) (path string, found bool) {
	alphabet := alphabetOf(append(slices.Clone(by), pattern))
	type node struct {
		own   positions
		other []positions
		path  string
	}
	first := node{own: start(pattern)}
	for _, other := range by {
		first.other = append(first.other, start(other))
	}
	seen := map[string]bool{}
	for queue := []node{first}; len(queue) > 0; queue = queue[1:] {
		if len(seen) > mostStates {
			return Undecided, true
		}
		at := queue[0]
		if at.own.accepts(pattern) && !anyAccepts(by, at.other) {
			return at.path, true
		}
		for _, character := range alphabet {
			next := node{own: step(pattern, at.own, character), path: at.path + string(character)}
			if next.own.none() {
				continue
			}
			key := string(next.own)
			for i, other := range by {
				set := step(other, at.other[i], character)
				next.other = append(next.other, set)
				key += string(set)
			}
			if !seen[key] {
				seen[key] = true
				queue = append(queue, next)
			}
		}
	}
	return "", false
}

// Undecided stands in for a path where there are too many wildcards to find one.
const Undecided = "a path that cannot be found because of too many * and ?"

// mostStates keeps a search to a second or so. Paths of real systems need less than a hundred; many patterns with several ?
// behind a * each need as many as there are texts of that length.
const mostStates = 20_000

// Overlap returns a path that both patterns match, as short as possible, and false if there is none.
func Overlap(a, b string) (path string, found bool) {
	type node struct {
		a, b positions
		path string
	}
	alphabet := alphabetOf([]string{a, b})
	seen := map[string]bool{}
	for queue := []node{{start(a), start(b), ""}}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if at.a.accepts(a) && at.b.accepts(b) {
			return at.path, true
		}
		for _, character := range alphabet {
			next := node{step(a, at.a, character), step(b, at.b, character), at.path + string(character)}
			key := string(next.a) + string(next.b)
			if next.a.none() || next.b.none() || seen[key] {
				continue
			}
			seen[key] = true
			queue = append(queue, next)
		}
	}
	return "", false
}

// positions are the places in a pattern that a text read so far may have led to: byte i is 1 if the rest of the text may be
// matched by pattern[i:].
type positions string

func (p positions) none() bool { return !strings.Contains(string(p), "\x01") }

func (p positions) accepts(pattern string) bool { return p[len(pattern)] == 1 }

func start(pattern string) positions {
	at := make([]byte, len(pattern)+1)
	at[0] = 1
	return closed(pattern, at)
}

func step(pattern string, at positions, character byte) positions {
	next := make([]byte, len(pattern)+1)
	for i := range len(pattern) {
		switch {
		case at[i] == 0:
		case pattern[i] == '*':
			next[i] = 1
		case pattern[i] == '?' || pattern[i] == character:
			next[i+1] = 1
		}
	}
	return closed(pattern, next)
}

// closed adds the places behind each *, which may stand for nothing.
func closed(pattern string, at []byte) positions {
	for i := range len(pattern) {
		if at[i] == 1 && pattern[i] == '*' {
			at[i+1] = 1
		}
	}
	return positions(at)
}

func anyAccepts(patterns []string, at []positions) bool {
	for i, pattern := range patterns {
		if at[i].accepts(pattern) {
			return true
		}
	}
	return false
}

// alphabetOf are the characters that the patterns name, and one that none of them names: all characters that no pattern
// names are matched alike. A slash comes first, so that examples begin as paths do.
func alphabetOf(patterns []string) []byte {
	const candidates = "xyzabcdefghijklmnopqrstuvwABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.~!$&'()+,;=:@%"
	text := strings.Join(patterns, "")
	alphabet := []byte{'/'}
	for i := range len(text) {
		if c := text[i]; c != '*' && c != '?' && !slices.Contains(alphabet, c) {
			alphabet = append(alphabet, c)
		}
	}
	for i := range len(candidates) {
		if !slices.Contains(alphabet, candidates[i]) {
			return append(alphabet, candidates[i])
		}
	}
	return alphabet
}

package graph

import (
	"fmt"
	"iter"
	"strings"
)

// A Reference stands for a value that only the cloud knows: a property of a resource that does not exist yet.
// In values it is written as a token that holds the whole URN, so that it identifies its resource wherever it
// ends up: in an input, in the middle of a name, inside a policy document.
type Reference struct {
	URN      string
	Property string
}

// Token is the reference as it is written in values.
func (r Reference) Token() string { return fmt.Sprintf("${%s#%s}", r.URN, r.Property) }

// String is the reference as people read it: ${name.property}.
func (r Reference) String() string {
	name := r.URN
	if at := strings.LastIndex(name, "::"); at >= 0 {
		name = name[at+2:]
	}
	return fmt.Sprintf("${%s.%s}", name, r.Property)
}

// References returns the references in text, in order of appearance.
func References(text string) []Reference {
	var found []Reference
	for ref := range tokens(text) {
		found = append(found, ref)
	}
	return found
}

// Readable replaces every token in text by the form that people read.
func Readable(text string) string {
	if !strings.Contains(text, "${") {
		return text
	}
	var b strings.Builder
	done := 0
	for ref, at := range tokens(text) {
		b.WriteString(text[done:at])
		b.WriteString(ref.String())
		done = at + len(ref.Token())
	}
	b.WriteString(text[done:])
	return b.String()
}

// tokens finds the tokens in text and where each begins: "${", a URN, "#", a property, "}". A URN holds neither "#"
// nor a brace unless somebody names a resource so. Every text of a stack passes here: no regular expression.
func tokens(text string) iter.Seq2[Reference, int] {
	return func(yield func(Reference, int) bool) {
		for at := 0; ; {
			begin := strings.Index(text[at:], "${")
			if begin < 0 {
				return
			}
			begin += at
			at = begin + len("${")
			hash := strings.IndexAny(text[at:], "#{}")
			if hash <= 0 || text[at+hash] != '#' {
				continue
			}
			property := at + hash + 1
			end := strings.IndexAny(text[property:], "#{}")
			if end <= 0 || text[property+end] != '}' {
				continue
			}
			if !yield(Reference{URN: text[at : at+hash], Property: text[property : property+end]}, begin) {
				return
			}
			at = property + end + 1
		}
	}
}

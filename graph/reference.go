package graph

import (
	"fmt"
	"regexp"
	"strings"
)

// A Reference stands for a value that only the cloud knows: a property of a resource that does not exist yet.
// In values it is written as a token that holds the whole URN, so that it identifies its resource wherever it
// ends up: in an input, in the middle of a name, inside a policy document.
type Reference struct {
	URN      string
	Property string
}

// The token's form; a URN holds neither "#" nor "}" unless somebody names a resource so.
var token = regexp.MustCompile(`\$\{([^#{}]+)#([^#{}]+)\}`)

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
	for _, m := range token.FindAllStringSubmatch(text, -1) {
		found = append(found, Reference{URN: m[1], Property: m[2]})
	}
	return found
}

// Readable replaces every token in text by the form that people read.
func Readable(text string) string {
	if !strings.Contains(text, "${") {
		return text
	}
	return token.ReplaceAllStringFunc(text, func(t string) string { return References(t)[0].String() })
}

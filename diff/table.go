package diff

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

//go:embed replacements.txt
var replacements string

// inputs is what the replacement table knows of one type.
type inputs struct {
	// replaces has the letters of the changes that replace the resource, by path: c, a, r (see replacements.txt).
	replaces map[string]string
	sets     map[string]bool
	// tagged is true if the provider's default tags are on resources of the type, too.
	tagged bool
	// unknown are inputs that the provider would not plan.
	unknown map[string]bool
}

// table is the replacement table by Pulumi's type token.
var table = sync.OnceValue(func() map[string]*inputs {
	types, err := readTable(replacements)
	if err != nil {
		panic(err) // the embedded file; a test reads it
	}
	return types
})

func readTable(text string) (map[string]*inputs, error) {
	types := map[string]*inputs{}
	for number, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		if strings.Count(words[0], ":") != 2 || types[words[0]] != nil {
			return nil, fmt.Errorf("line %d: %q is no type, or is in the table twice", number+1, words[0])
		}
		known := &inputs{replaces: map[string]string{}, sets: map[string]bool{}, unknown: map[string]bool{}}
		types[words[0]] = known
		for _, word := range words[1:] {
			switch path, letters, some := strings.Cut(word, "/"); {
			case word == "+tags":
				known.tagged = true
			case strings.HasPrefix(word, "{"):
				known.sets[strings.Trim(word, "{}")] = true
			case strings.HasPrefix(word, "?"):
				known.unknown[word[1:]] = true
			case some:
				known.replaces[path] = letters
			default:
				known.replaces[path] = "car"
			}
		}
	}
	return types, nil
}

// Known is true for a type that the replacement table has.
func Known(resourceType string) bool { return table()[resourceType] != nil }

var version = regexp.MustCompile(`terraform-provider-aws (\S+)`)

// TableVersion says which provider the replacement table was made from.
func TableVersion() string {
	if found := version.FindStringSubmatch(replacements); found != nil {
		return "terraform-provider-aws " + found[1]
	}
	return "an unknown provider"
}

// verdict on a change of an input.
type verdict int

const (
	stays verdict = iota
	mayBeReplaced
	isReplaced
)

// judge says whether a change of an input replaces a resource of the type.
func judge(resourceType string, p *Property) verdict {
	known := table()[resourceType]
	if known == nil {
		return mayBeReplaced
	}
	// "region" is an input of every AWS resource since version 6 of the provider, which the table's version lacks. A resource
	// cannot move: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/enhanced-region-support
	if p.table == "region" {
		return isReplaced
	}
	if p.letter != 'c' && zero(p.value) {
		return stays // the provider takes a zero value for a value that is not set
	}
	return known.judge(p.table, p.letter, p.value)
}

func (k *inputs) judge(path string, letter byte, value any) verdict {
	if k.unknown[path] {
		return mayBeReplaced
	}
	if strings.ContainsRune(k.replaces[path], rune(letter)) {
		return isReplaced
	}
	// An element that is added to a list, or removed from it, changes the list.
	if list, element := strings.CutSuffix(path, "[]"); element && letter != 'c' && k.replaces[list] != "" {
		return isReplaced
	}
	// A change below an attribute that replaces by another value.
	for above := range parents(path) {
		if strings.Contains(k.replaces[above], "c") {
			return isReplaced
		}
		if k.unknown[above] {
			return mayBeReplaced
		}
	}
	if letter == 'c' {
		return stays
	}
	// An object that is added or removed with all its members.
	worst := stays
	switch v := value.(type) {
	case map[string]any:
		for key, member := range v {
			if !zero(member) {
				worst = max(worst, k.judge(path+"."+key, letter, member))
			}
		}
	case []any:
		if !strings.HasSuffix(path, "[]") {
			for _, element := range v {
				worst = max(worst, k.judge(path+"[]", letter, element))
			}
		}
	}
	return worst
}

// parents yields the paths above path, the nearest first.
func parents(path string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for {
			if list, element := strings.CutSuffix(path, "[]"); element {
				path = list
			} else if at := strings.LastIndex(path, "."); at >= 0 {
				path = path[:at]
			} else {
				return
			}
			if !yield(path) {
				return
			}
		}
	}
}

func zero(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return v == ""
	case float64:
		return v == 0
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// isSet is true for an input whose order means nothing.
func isSet(resourceType, path string) bool {
	known := table()[resourceType]
	return known != nil && known.sets[path]
}

package engine

import (
	"fmt"
	"strconv"
	"strings"
)

// Settings are those of a stack's file. A path names one by its keys and, in lists, positions: "services.0.cpu".
type Settings map[string]any

// Set replaces what is at the path. Where nothing is there yet, only the last key may be new.
func (s Settings) Set(path string, value any) {
	first, rest, nested := strings.Cut(path, ".")
	key := "careconnect:" + first
	if !nested {
		s[key] = value
		return
	}
	s[key] = set(s[key], strings.Split(rest, "."), value)
}

// Get is what is at the path, which must exist.
func (s Settings) Get(path string) any {
	keys := strings.Split(path, ".")
	at := s["careconnect:"+keys[0]]
	for _, key := range keys[1:] {
		at = member(at, key)
	}
	return at
}

func set(in any, path []string, value any) any {
	if len(path) == 0 {
		return value
	}
	switch in := in.(type) {
	case map[string]any:
		in[path[0]] = set(in[path[0]], path[1:], value)
	case []any:
		i, err := strconv.Atoi(path[0])
		if err != nil {
			panic(err)
		}
		in[i] = set(in[i], path[1:], value)
	default:
		panic(fmt.Sprintf("%s is not in %v", path[0], in))
	}
	return in
}

func member(in any, key string) any {
	switch in := in.(type) {
	case map[string]any:
		return in[key]
	case []any:
		i, err := strconv.Atoi(key)
		if err != nil {
			panic(err)
		}
		return in[i]
	}
	panic(fmt.Sprintf("%s is not in %v", key, in))
}

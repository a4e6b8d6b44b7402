package settings

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/stacks/settings/decode"
)

// routed are settings with paths that are passed on and services that take paths, first the service whose rule is first.
func routed(passed []string, taken ...[]string) *Settings {
	s := &Settings{Edge: &Edge{Frontend: true, APIPaths: passed, HealthCheckPath: "/health"}}
	for i, paths := range taken {
		s.Services = append(s.Services, Service{Name: string(rune('a' + i)), Paths: paths, Priority: i + 1})
	}
	return s
}

func TestRoutes(t *testing.T) {
	for what, c := range map[string]struct {
		settings *Settings
		want     []string // the keys of the problems
	}{
		"one service":                      {routed([]string{"/api/*", "/health"}, []string{"/api/*", "/health"}), nil},
		"two services":                     {routed([]string{"/api/*", "/health"}, []string{"/api/billing/*"}, []string{"/api/*", "/health"}), nil},
		"one path by two services":         {routed([]string{"/api/*", "/health"}, []string{"/api/?*", "/health"}, []string{"/api/*"}), nil},
		"one service by two paths":         {routed([]string{"/api/", "/api/?*", "/health"}, []string{"/api/*", "/health"}), nil},
		"nobody takes it":                  {routed([]string{"/api/*", "/admin/*", "/health"}, []string{"/api/*", "/health"}), []string{"edge.apiPaths[1]"}},
		"nobody takes a part of it":        {routed([]string{"/api/*", "/health"}, []string{"/api/a*", "/api/b*", "/health"}), []string{"edge.apiPaths[0]"}},
		"a part by its text":               {routed([]string{"/api/*", "/health"}, []string{"/api/?", "/health"}), []string{"edge.apiPaths[0]"}},
		"not passed on":                    {routed([]string{"/health"}, []string{"/api/*", "/health"}), []string{"services[0].paths[0]"}},
		"passed on in part":                {routed([]string{"/api/?", "/health"}, []string{"/api/*", "/health"}), []string{"services[0].paths[0]"}},
		"the general one first":            {routed([]string{"/api/*", "/health"}, []string{"/api/*", "/health"}, []string{"/api/billing/*"}), []string{"services[0].paths[0]"}},
		"the same twice":                   {routed([]string{"/api/*", "/health"}, []string{"/api/*", "/health"}, []string{"/api/*"}), []string{"services[0].paths[0]"}},
		"the same in other words":          {routed([]string{"/api/*", "/health"}, []string{"/api/**"}, []string{"/api/*", "/health"}), []string{"services[0].paths[0]"}},
		"crossing":                         {routed([]string{"/a*", "/*b", "/health"}, []string{"/a*"}, []string{"/*b", "/health"}), []string{"services[0].paths[0]"}},
		"empty segment":                    {routed([]string{"/api//*", "/health"}, []string{"/api//*", "/health"}), []string{"edge.apiPaths[0]"}},
		"parent segment":                   {routed([]string{"/a/../b", "/health"}, []string{"/a/../b", "/health"}), []string{"edge.apiPaths[0]"}},
		"own segment at the end":           {routed([]string{"/a/.", "/health"}, []string{"/a/.", "/health"}), []string{"edge.apiPaths[0]"}},
		"name that begins with a dot":      {routed([]string{"/.well-known/*", "/health"}, []string{"/.well-known/*", "/health"}), nil},
		"takes the front end":              {routed([]string{"/*"}, []string{"/*"}), []string{"edge.apiPaths[0]"}},
		"takes the index page":             {routed([]string{"/i*", "/health"}, []string{"/i*", "/health"}), []string{"edge.apiPaths[0]"}},
		"health of nobody":                 {routed([]string{"/api/*"}, []string{"/api/*"}), []string{"edge.healthCheckPath"}},
		"bad paths are refused by another": {routed([]string{"api"}, []string{"/api/*"}), nil},
	} {
		t.Run(what, func(t *testing.T) {
			found := decode.NewProblems("careconnect")
			c.settings.checkRoutes(found)
			var keys []string
			for _, problem := range found.List() {
				keys = append(keys, problem.Key)
			}
			var want []string
			for _, key := range c.want {
				want = append(want, found.FullKey(key))
			}
			assert.Equal(t, want, keys, "%v", found.List())
		})
	}
}

// Which of two services comes first in the list says nothing: the priority of their rules does.
func TestPriorityDecides(t *testing.T) {
	s := routed([]string{"/api/*", "/health"}, []string{"/api/*", "/health"}, []string{"/api/billing/*"})
	s.Services[0].Priority, s.Services[1].Priority = 20, 10
	found := decode.NewProblems("careconnect")
	s.checkRoutes(found)
	assert.Empty(t, found.List())
}

func TestAPIHost(t *testing.T) {
	for want, edge := range map[string]Edge{
		"":        {AlternativeNames: []string{"www"}},
		"api":     {AlternativeNames: []string{"www", "api"}},
		"backend": {AlternativeNames: []string{"api", "backend"}, APIHost: "backend"},
	} {
		assert.Equal(t, want, edge.APIHostLabel())
	}
}

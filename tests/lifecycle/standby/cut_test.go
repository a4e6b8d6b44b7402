//go:build engine

package standby

import (
	"net/http"
	"regexp"
	"sync"
	"testing"

	"github.com/carebase/carebase/tests/lifecycle/engine"
)

// regions stands between the provider and the emulator and refuses, once told so, what is signed for a region.
type regions struct {
	next http.Handler
	mu   sync.Mutex
	lost string
	seen map[string][]string // by region, since the last time it was asked
}

var signed = regexp.MustCompile(`Credential=[^/]+/\d+/([^/]+)/([^/,]+)/aws4_request`)

// between gives the emulator as it is seen through a proxy that counts.
func between(t *testing.T, e *engine.Emulator) (*engine.Emulator, *regions) {
	t.Helper()
	r := &regions{next: e.Forward(t), seen: map[string][]string{}}
	return e.Behind(t, r), r
}

func (r *regions) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	if match := signed.FindStringSubmatch(request.Header.Get("Authorization")); match != nil {
		r.mu.Lock()
		r.seen[match[1]] = append(r.seen[match[1]], match[2]+" "+request.Method+" "+request.URL.Path+" "+request.Header.Get("X-Amz-Target"))
		lost := r.lost == match[1]
		r.mu.Unlock()
		if lost {
			http.Error(w, "the region is lost", http.StatusServiceUnavailable)
			return
		}
	}
	r.next.ServeHTTP(w, request)
}

// lose refuses the region from now on, and forgets what was asked before.
func (r *regions) lose(region string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lost, r.seen = region, map[string][]string{}
}

// asked is what was asked of a region since then.
func (r *regions) asked(region string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen[region]
}

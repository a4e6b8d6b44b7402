package health

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOnly200IsHealthy(t *testing.T) {
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
	}))
	defer server.Close()
	assert.NoError(t, Probe(t.Context(), server.URL))
	for _, status = range []int{http.StatusNoContent, http.StatusFound, http.StatusForbidden, http.StatusServiceUnavailable} {
		assert.ErrorContains(t, Probe(t.Context(), server.URL), "it answers")
	}
	server.Close()
	assert.Error(t, Probe(t.Context(), server.URL))
	assert.Error(t, Probe(t.Context(), "://"))
}

func TestResolve(t *testing.T) {
	addresses, err := Resolve(t.Context(), "127.0.0.1")
	assert.NoError(t, err)
	assert.Equal(t, []string{"127.0.0.1"}, addresses)
}

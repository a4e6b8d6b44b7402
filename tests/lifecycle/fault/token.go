package fault

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"sync"
)

// token is what AWS knows the repetition of a creation by. The SDK sends the same one again, with the same request.
var token = regexp.MustCompile(`(?i)client_?token|client_?request_?token|idempotency_?token|creator_?request_?id|caller_?reference`)

// idempotent gives the answer to a request with a token again where the request comes again, as AWS does; moto does what
// it is asked as often as it is asked.
type idempotent struct {
	next http.Handler

	mu      sync.Mutex
	answers map[string]*httptest.ResponseRecorder // by request
}

func (i *idempotent) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if !token.Match(body) || reads(r, operationOf(r, string(body))) {
		i.next.ServeHTTP(w, r)
		return
	}
	key := r.Method + r.URL.String() + r.Header.Get("X-Amz-Target") + string(body)
	i.mu.Lock()
	answer := i.answers[key]
	i.mu.Unlock()
	if answer == nil {
		answer = httptest.NewRecorder()
		i.next.ServeHTTP(answer, r)
		if answer.Code < 300 { // what was refused may be asked for again
			i.mu.Lock()
			i.answers[key] = answer
			i.mu.Unlock()
		}
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

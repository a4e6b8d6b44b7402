// Package fault stands between a program and an emulator of AWS and lets requests fail, as AWS and networks do: it
// throttles, answers with errors of its own, and breaks connections, before a request has arrived or after it was
// carried out, when only the answer is lost.
package fault

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// Kind is a way to fail.
type Kind string

// The ways.
const (
	Throttled   Kind = "throttled"      // 400 or 503 with the service's error for too many requests
	Internal    Kind = "internal error" // 500
	Unavailable Kind = "unavailable"    // 503
	Refused     Kind = "broken before"  // the connection ends; nothing was done
	AnswerLost  Kind = "broken after"   // the connection ends; it was done
)

// Kinds are those that a proxy chooses from.
var Kinds = []Kind{Throttled, Internal, Unavailable, Refused, AnswerLost}

// Proxy lets requests fail until its budget is used up.
type Proxy struct {
	next http.Handler

	mu       sync.Mutex
	random   *rand.Rand
	share    float64
	budget   int
	forgiven map[string]int // by operation: how many more of it pass, so that no operation fails on and on
	count    map[Kind]int
	requests int
	losing   bool     // answers to changes, and nothing else
	lost     []string // operations
}

// Before puts a proxy before what answers the requests. A share of them fails, at most budget in all and never two of
// one operation in a row; which ones follows from the seed and the order in which they come.
//
// The answers to requests that change something are not lost: a client that repeats those may do them twice, which
// neither Pulumi nor AWS can tell from what was meant. Losing loses those.
func Before(next http.Handler, seed uint64, share float64, budget int) *Proxy {
	return &Proxy{next: next, random: rand.New(rand.NewPCG(seed, 0)), share: share, budget: budget, forgiven: map[string]int{}, count: map[Kind]int{}}
}

// Losing is like Before, but what fails are the answers to requests that change something: it was done, and who asked does
// not know. A creation with an idempotency token that is repeated is carried out once.
func Losing(next http.Handler, seed uint64, share float64, budget int) *Proxy {
	p := Before(&idempotent{next: next, answers: map[string]*httptest.ResponseRecorder{}}, seed, share, budget)
	p.losing = true
	return p
}

// Lost are the operations whose answers Losing lost.
func (p *Proxy) Lost() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.lost)
}

// Failed counts what failed, by kind.
func (p *Proxy) Failed() map[Kind]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	found := map[Kind]int{}
	for kind, n := range p.count {
		found[kind] = n
	}
	return found
}

// Requests counts all that came.
func (p *Proxy) Requests() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requests
}

// ServeHTTP answers a request, or lets it fail.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	operation := operationOf(r, string(body))
	kind, fails := p.choose(operation, reads(r, operation))
	switch {
	case !fails:
		p.next.ServeHTTP(w, r)
	case kind == Refused:
		panic(http.ErrAbortHandler) // the server closes the connection without an answer
	case kind == AnswerLost:
		p.next.ServeHTTP(discard{http.Header{}}, r)
		panic(http.ErrAbortHandler)
	default:
		answer(w, r, kind)
	}
}

// choose decides on one request.
func (p *Proxy) choose(operation string, read bool) (Kind, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests++
	if p.forgiven[operation] > 0 {
		p.forgiven[operation]--
		return "", false
	}
	if p.budget == 0 || p.losing && read || p.random.Float64() >= p.share {
		return "", false
	}
	kind := Kinds[p.random.IntN(len(Kinds))]
	switch {
	case p.losing:
		kind = AnswerLost
		p.lost = append(p.lost, operation)
	case kind == AnswerLost && !read:
		kind = Refused
	}
	p.budget--
	p.count[kind]++
	p.forgiven[operation] = 1
	return kind, true
}

// operationOf names what is asked, for each of AWS's protocols.
func operationOf(r *http.Request, body string) string {
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		return target[strings.LastIndex(target, ".")+1:]
	}
	if form, err := url.ParseQuery(body); err == nil && form.Get("Action") != "" {
		return form.Get("Action")
	}
	return r.Method + " " + r.URL.Path
}

func reads(r *http.Request, operation string) bool {
	for _, prefix := range []string{"Get", "Describe", "List", "GET ", "HEAD "} {
		if strings.HasPrefix(operation, prefix) {
			return true
		}
	}
	return r.Method == http.MethodGet || r.Method == http.MethodHead
}

// answer is an error as the service asked would give it.
func answer(w http.ResponseWriter, r *http.Request, kind Kind) {
	status, code := http.StatusInternalServerError, "InternalFailure"
	switch kind {
	case Throttled:
		status, code = http.StatusBadRequest, "ThrottlingException"
		if service(r) == "s3" {
			status, code = http.StatusServiceUnavailable, "SlowDown"
		}
	case Unavailable:
		status, code = http.StatusServiceUnavailable, "ServiceUnavailable"
	}
	switch {
	case !speaksXML[service(r)]:
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.Header().Set("X-Amzn-Errortype", code)
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"__type":%q,"message":"injected"}`, code)
	case service(r) == "ec2":
		w.WriteHeader(status)
		fmt.Fprintf(w, `<Response><Errors><Error><Code>%s</Code><Message>injected</Message></Error></Errors><RequestID>0</RequestID></Response>`, code)
	case service(r) == "s3":
		w.WriteHeader(status)
		fmt.Fprintf(w, `<Error><Code>%s</Code><Message>injected</Message><RequestId>0</RequestId></Error>`, code)
	default:
		w.Header().Set("X-Amzn-Errortype", code)
		w.WriteHeader(status)
		fmt.Fprintf(w, `<ErrorResponse><Error><Type>Receiver</Type><Code>%s</Code><Message>injected</Message></Error><RequestId>0</RequestId></ErrorResponse>`, code)
	}
}

// speaksXML are the services that answer in XML; the others' requests do not always say what they want.
var speaksXML = map[string]bool{
	"ec2": true, "iam": true, "sts": true, "rds": true, "elasticache": true, "elasticloadbalancing": true, "sns": true,
	"monitoring": true, "autoscaling": true, "s3": true, "route53": true, "cloudfront": true,
}

// service is the one that the credentials are scoped for.
func service(r *http.Request) string {
	parts := strings.Split(r.Header.Get("Authorization"), "/")
	if len(parts) > 3 {
		return parts[3]
	}
	return ""
}

// discard takes an answer that nobody gets.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}

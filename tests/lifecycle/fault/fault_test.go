package fault

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ask sends requests through a proxy and tells what came of each.
func ask(t *testing.T, p *Proxy, n int, body string) []string {
	t.Helper()
	server := httptest.NewServer(p)
	defer server.Close()
	var found []string
	for range n {
		request, err := http.NewRequest(http.MethodPost, server.URL+"/", strings.NewReader(body))
		require.NoError(t, err)
		request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/ec2/aws4_request")
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		response, err := direct.Do(request)
		if err != nil {
			found = append(found, "broken")
			continue
		}
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		response.Body.Close()
		found = append(found, response.Status[:3]+" "+string(text))
	}
	return found
}

// emulator does what it is asked, and counts.
type emulator struct{ arrived int }

func (e *emulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.arrived++
	text, _ := io.ReadAll(r.Body)
	_, _ = w.Write([]byte("did " + string(text)))
}

// direct does not repeat requests whose connection broke. The default client repeats some of them.
var direct = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

func TestFailuresEndWithTheBudgetAndFollowFromTheSeed(t *testing.T) {
	next := &emulator{}
	first := Before(next, 7, 1, 5)
	answers := ask(t, first, 20, "Action=DescribeVpcs")
	failed, broken := 0, 0
	for i, a := range answers {
		if !strings.HasPrefix(a, "200 did Action=DescribeVpcs") {
			failed++
			if i > 0 {
				assert.True(t, strings.HasPrefix(answers[i-1], "200 "), "no operation fails twice in a row")
			}
		}
		if a == "broken" {
			broken++
		}
	}
	assert.Equal(t, 5, failed)
	assert.Equal(t, 20, first.Requests())
	counted := 0
	for _, n := range first.Failed() {
		counted += n
	}
	assert.Equal(t, 5, counted)
	assert.Equal(t, broken, first.Failed()[Refused]+first.Failed()[AnswerLost])
	assert.Equal(t, 15+first.Failed()[AnswerLost], next.arrived, "a lost answer is to a request that arrived")

	again := Before(&emulator{}, 7, 1, 5)
	ask(t, again, 20, "Action=DescribeVpcs")
	assert.Equal(t, first.Failed(), again.Failed())
}

func TestAnswersToChangesAreNotLost(t *testing.T) {
	p := Before(&emulator{}, 1, 1, 40)
	ask(t, p, 100, "Action=CreateVpc")
	assert.Zero(t, p.Failed()[AnswerLost])
	assert.NotZero(t, p.Failed()[Refused])
}

func TestLosingLosesTheAnswersToChanges(t *testing.T) {
	next := &emulator{}
	p := Losing(next, 1, 1, 3)
	ask(t, p, 5, "Action=DescribeVpcs")
	assert.Empty(t, p.Lost())
	answers := ask(t, p, 10, "Action=CreateVpc")
	assert.Equal(t, []string{"CreateVpc", "CreateVpc", "CreateVpc"}, p.Lost())
	assert.Equal(t, map[Kind]int{AnswerLost: 3}, p.Failed())
	assert.Equal(t, []string{"broken", "200 did Action=CreateVpc", "broken", "200 did Action=CreateVpc", "broken"}, answers[:5])
	assert.Equal(t, 15, next.arrived, "all of it was done")
}

func TestARepetitionWithItsTokenIsCarriedOutOnce(t *testing.T) {
	next := &emulator{}
	p := Losing(next, 1, 0, 0)
	for _, body := range []string{"Action=CreateNetworkAcl&ClientToken=1", `{"clientToken":"2"}`, "<CallerReference>3</CallerReference>"} {
		answers := ask(t, p, 3, body)
		assert.Equal(t, []string{"200 did " + body, "200 did " + body, "200 did " + body}, answers)
	}
	assert.Equal(t, 3, next.arrived)
	ask(t, p, 2, "Action=CreateVpc")
	assert.Equal(t, 5, next.arrived, "nobody can tell")
}

func TestErrorsAreTheServices(t *testing.T) {
	for _, test := range []struct{ service, contentType, kind, status, body string }{
		{"ec2", "application/x-www-form-urlencoded", "throttled", "400", "<Response><Errors><Error><Code>ThrottlingException<"},
		{"s3", "", "throttled", "503", "<Error><Code>SlowDown<"},
		{"iam", "application/x-www-form-urlencoded", "internal error", "500", "<ErrorResponse><Error><Type>Receiver</Type><Code>InternalFailure<"},
		{"securityhub", "", "throttled", "400", `{"__type":"ThrottlingException"`},
		{"kms", "application/x-amz-json-1.1", "unavailable", "503", `{"__type":"ServiceUnavailable"`},
	} {
		recorder := httptest.NewRecorder()
		request := httptest.NewRequest(http.MethodPost, "/", nil)
		request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/"+test.service+"/aws4_request")
		request.Header.Set("Content-Type", test.contentType)
		answer(recorder, request, Kind(test.kind))
		assert.Equal(t, test.status, recorder.Result().Status[:3], test.service)
		assert.Contains(t, recorder.Body.String(), test.body, test.service)
	}
}

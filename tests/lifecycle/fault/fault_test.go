package fault

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ask sends requests through a proxy and tells what came of each.
func ask(t *testing.T, p *Proxy, client *http.Client, n int, body string) []string {
	t.Helper()
	var found []string
	for range n {
		request, err := http.NewRequest(http.MethodPost, p.URL+"/", strings.NewReader(body))
		require.NoError(t, err)
		request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/ec2/aws4_request")
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		response, err := client.Do(request)
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

func emulator(t *testing.T) (string, *int) {
	arrived := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		arrived++
		text, _ := io.ReadAll(r.Body)
		_, _ = w.Write([]byte("did " + string(text) + " at " + r.Host))
	}))
	t.Cleanup(server.Close)
	return server.URL, &arrived
}

// direct does not repeat what broke, as the default client may.
var direct = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

func TestFailuresEndWithTheBudgetAndFollowFromTheSeed(t *testing.T) {
	endpoint, arrived := emulator(t)
	first := Start(t, endpoint, 7, 1, 5)
	answers := ask(t, first, direct, 20, "Action=DescribeVpcs")
	failed, broken := 0, 0
	for i, a := range answers {
		if !strings.HasPrefix(a, "200 did Action=DescribeVpcs at ") {
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
	assert.Equal(t, 15+first.Failed()[AnswerLost], *arrived, "a lost answer is to a request that arrived")

	again := Start(t, endpoint, 7, 1, 5)
	ask(t, again, direct, 20, "Action=DescribeVpcs")
	assert.Equal(t, first.Failed(), again.Failed())
}

func TestAnswersToChangesAreNotLost(t *testing.T) {
	endpoint, _ := emulator(t)
	p := Start(t, endpoint, 1, 1, 40)
	ask(t, p, direct, 100, "Action=CreateVpc")
	assert.Zero(t, p.Failed()[AnswerLost])
	assert.NotZero(t, p.Failed()[Refused])
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

// Some clients use the emulator as their proxy, for hosts that no resolver knows.
func TestRequestsToAProxyArePassedOn(t *testing.T) {
	endpoint, _ := emulator(t)
	p := Start(t, endpoint, 1, 0, 0)
	through, err := url.Parse(p.URL)
	require.NoError(t, err)
	client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(through)}}
	response, err := client.Get("http://123456789012.s3-control.invalid/v20180820/x")
	require.NoError(t, err)
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	assert.Equal(t, "did  at 123456789012.s3-control.invalid", string(text))
}

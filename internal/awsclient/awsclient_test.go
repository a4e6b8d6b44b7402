package awsclient

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const answer = `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`

// ask STS who calls, of a server that fails so many calls in that way: it then waits until the caller has gone.
func ask(t *testing.T, failing int32, fail func(w http.ResponseWriter)) (account string, calls int32, err error) {
	t.Helper()
	var count atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if count.Add(1) > failing {
			fmt.Fprint(w, answer)
			return
		}
		fail(w)
		<-r.Context().Done()
	}))
	defer server.Close()
	c, err := Config(t.Context(), "us-west-2", Limits{Connect: time.Second, Answer: 300 * time.Millisecond, Whole: 600 * time.Millisecond, Pause: time.Millisecond})
	require.NoError(t, err)
	c.BaseEndpoint, c.Credentials = &server.URL, credentials.NewStaticCredentialsProvider("test", "test", "")
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	identity, err := sts.NewFromConfig(c).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", count.Load(), err
	}
	return aws.ToString(identity.Account), count.Load(), nil
}

func TestAnAnswerThatDoesNotComeIsAskedForAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fail func(w http.ResponseWriter)
		want string
	}{
		"nothing comes": {func(http.ResponseWriter) {}, "timeout awaiting response headers"},
		"half of it comes": {func(w http.ResponseWriter) {
			fmt.Fprint(w, answer[:len(answer)/2])
			w.(http.Flusher).Flush()
		}, "failed to decode response body"}, // for which net/http has several words
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account, calls, err := ask(t, 1, test.fail)
			require.NoError(t, err)
			assert.Equal(t, "123456789012", account)
			assert.GreaterOrEqual(t, calls, int32(2))

			_, calls, err = ask(t, 1000, test.fail)
			require.ErrorContains(t, err, "exceeded maximum number of attempts, 5")
			require.ErrorContains(t, err, test.want)
			assert.Equal(t, int32(Attempts), calls)
		})
	}
}

func TestTheUsualLimitsEnd(t *testing.T) {
	usual := Usual()
	for _, limit := range []time.Duration{usual.Connect, usual.Answer, usual.Whole, usual.Pause} {
		assert.Positive(t, limit)
	}
	assert.LessOrEqual(t, Attempts*usual.Whole+(Attempts-1)*usual.Pause, 5*time.Minute, "a call ends within the shortest of a failover's steps")
}

// The SDK's own quota is used up after a hundred retries: in an outage that is a few minutes of looking.
func TestRetriesAreNotRationed(t *testing.T) {
	cfg, err := Config(t.Context(), "us-west-2", Usual())
	require.NoError(t, err)
	retryer := cfg.Retryer()
	assert.Equal(t, Attempts, retryer.MaxAttempts())
	for range 1000 {
		_, err := retryer.GetRetryToken(t.Context(), context.DeadlineExceeded)
		require.NoError(t, err)
	}
}

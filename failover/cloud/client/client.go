// Package client is how AWS is called by what acts while a region may be failing: every attempt at a call ends, and
// there are at most five.
package client

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
)

// Limits of one attempt.
type Limits struct {
	Connect time.Duration // to have a connection, and again to have it encrypted
	Answer  time.Duration // from the request to the first of the answer
	Whole   time.Duration // all of it
	Pause   time.Duration // before the next attempt, at most
}

// Usual limits. A region that is gone gets few seconds per connection.
func Usual() Limits {
	return Limits{Connect: 5 * time.Second, Answer: 20 * time.Second, Whole: 30 * time.Second, Pause: 8 * time.Second}
}

// Attempts at a call before it is given up.
const Attempts = 5

// Config for calls to a region, with the credentials that AWS's tools would use. It makes none.
func Config(ctx context.Context, region string, limits Limits) (aws.Config, error) {
	return config.LoadDefaultConfig(ctx,
		config.WithRegion(region),
		// The SDK's own kind of client, so that AWS_CA_BUNDLE counts.
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(limits.Whole).
			WithDialerOptions(func(d *net.Dialer) { d.Timeout = limits.Connect }).
			WithTransportOptions(func(t *http.Transport) {
				t.TLSHandshakeTimeout, t.ResponseHeaderTimeout = limits.Connect, limits.Answer
			})),
		config.WithRetryer(func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.MaxAttempts, o.MaxBackoff = Attempts, limits.Pause
				// The quota of retries is for programs that make many calls; these make few, and each counts.
				o.RateLimiter = unlimited{}
			})
		}))
}

// unlimited never refuses a retry.
type unlimited struct{}

func (unlimited) GetToken(context.Context, uint) (func() error, error) {
	return func() error { return nil }, nil
}
func (unlimited) AddTokens(uint) error { return nil }

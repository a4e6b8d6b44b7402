// Package awsclient makes the configuration of every AWS client that carebase uses while a region may be failing: every
// attempt at a call has a time limit, and a call has at most five attempts.
package awsclient

import (
	"context"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// Limits of one attempt at a call.
type Limits struct {
	Connect time.Duration // for the TCP connection, and again for the TLS handshake
	Answer  time.Duration // from the request to the response's headers
	Whole   time.Duration // from the connection to the end of the response's body
	Pause   time.Duration // longest pause before the next attempt
}

// Usual returns the limits for calls to a region that may be down: few seconds for a connection.
func Usual() Limits {
	return Limits{Connect: 5 * time.Second, Answer: 20 * time.Second, Whole: 30 * time.Second, Pause: 8 * time.Second}
}

// Attempts is how often a call is tried.
const Attempts = 5

// Config returns the configuration for clients of a region, with the credentials that the AWS CLI would use. Config makes no
// call.
func Config(ctx context.Context, region string, limits Limits) (aws.Config, error) {
	return config.LoadDefaultConfig(ctx,
		config.WithRegion(region),
		// The SDK's own HTTP client, because only that client honours AWS_CA_BUNDLE.
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(limits.Whole).
			WithDialerOptions(func(d *net.Dialer) { d.Timeout = limits.Connect }).
			WithTransportOptions(func(t *http.Transport) {
				t.TLSHandshakeTimeout, t.ResponseHeaderTimeout = limits.Connect, limits.Answer
			})),
		config.WithRetryer(func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.MaxAttempts, o.MaxBackoff = Attempts, limits.Pause
				// The SDK's retry quota protects AWS from programs that make many calls. carebase makes few calls.
				o.RateLimiter = unlimited{}
			})
		}))
}

// unlimited is a rate limiter that never refuses a retry.
type unlimited struct{}

func (unlimited) GetToken(context.Context, uint) (func() error, error) {
	return func() error { return nil }, nil
}
func (unlimited) AddTokens(uint) error { return nil }

// Caller is the principal that the credentials of a configuration belong to.
type Caller struct {
	ARN       string
	Account   string
	Partition string // aws, aws-us-gov, aws-cn
	// ClockAhead is how far this machine's clock is ahead of AWS's clock.
	ClockAhead time.Duration
}

// WhoCalls asks STS in the configuration's region, whose endpoint is regional.
func WhoCalls(ctx context.Context, c aws.Config) (Caller, error) {
	identity, err := sts.NewFromConfig(c).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return Caller{}, err
	}
	caller := Caller{ARN: aws.ToString(identity.Arn), Account: aws.ToString(identity.Account)}
	if parts := strings.Split(caller.ARN, ":"); len(parts) > 1 {
		caller.Partition = parts[1]
	}
	if server, ok := middleware.GetServerTime(identity.ResultMetadata); ok {
		if answered, ok := middleware.GetResponseAt(identity.ResultMetadata); ok {
			caller.ClockAhead = answered.Sub(server)
		}
	}
	return caller, nil
}

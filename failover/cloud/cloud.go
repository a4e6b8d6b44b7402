// Package cloud implements failover.Region with the AWS SDK.
//
// Every call has a time limit and up to five attempts (package awsclient). A call that is repeated after its answer was lost
// does no harm. Every endpoint is regional, STS's too, so no call to one region needs another region.
package cloud

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"

	"github.com/carebase/carebase/failover"
	"github.com/carebase/carebase/internal/awsclient"
)

// Region is AWS in one region.
type Region struct {
	name   string
	gate   *gate
	config aws.Config

	acm            *acm.Client
	autoscaling    *applicationautoscaling.Client
	backup         *backup.Client
	cloudwatch     *cloudwatch.Client
	ec2            *ec2.Client
	ecr            *ecr.Client
	ecs            *ecs.Client
	loadbalancing  *elasticloadbalancingv2.Client
	rds            *rds.Client
	s3             *s3.Client
	scheduler      *scheduler.Client
	secretsmanager *secretsmanager.Client
	servicequotas  *servicequotas.Client
}

var _ failover.Region = (*Region)(nil)

// Open makes the clients of a region, with the credentials that the AWS CLI would use. It makes no call.
func Open(ctx context.Context, region string) (*Region, error) {
	return open(ctx, region, awsclient.Usual())
}

func open(ctx context.Context, region string, limits awsclient.Limits) (*Region, error) {
	c, err := awsclient.Config(ctx, region, limits)
	if err != nil {
		return nil, err
	}
	gate := &gate{next: c.HTTPClient}
	c.HTTPClient = gate
	return &Region{
		name: region, gate: gate, config: c,
		acm: acm.NewFromConfig(c), autoscaling: applicationautoscaling.NewFromConfig(c), backup: backup.NewFromConfig(c),
		cloudwatch: cloudwatch.NewFromConfig(c), ec2: ec2.NewFromConfig(c), ecr: ecr.NewFromConfig(c), ecs: ecs.NewFromConfig(c),
		loadbalancing: elasticloadbalancingv2.NewFromConfig(c), rds: rds.NewFromConfig(c),
		s3: s3.NewFromConfig(c), scheduler: scheduler.NewFromConfig(c),
		secretsmanager: secretsmanager.NewFromConfig(c), servicequotas: servicequotas.NewFromConfig(c),
	}, nil
}

// Name of the region.
func (r *Region) Name() string { return r.name }

// Seal makes every later call fail before a request is sent.
func (r *Region) Seal() { r.gate.shut.Store(true) }

var errSealed = errors.New("the region is sealed off: it was fenced")

type gate struct {
	shut atomic.Bool
	next aws.HTTPClient
}

// Do sends a request, unless the region is sealed.
func (g *gate) Do(request *http.Request) (*http.Response, error) {
	if g.shut.Load() {
		return nil, errSealed
	}
	return g.next.Do(request)
}

// Caller returns the principal that the credentials belong to.
func (r *Region) Caller(ctx context.Context) (awsclient.Caller, error) {
	return awsclient.WhoCalls(ctx, r.config)
}

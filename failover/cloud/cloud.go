// Package cloud is failover.Region over AWS's SDK.
//
// Every call is bounded and tried up to five times by the SDK's own rules (throttling, 5xx, time-outs; package client); a
// call that is repeated after its answer was lost does no harm. Endpoints are the region's own: none is global, and STS's is
// regional, so that no call of one region's client needs another region.
package cloud

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
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
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/carebase/carebase/failover"
	"github.com/carebase/carebase/failover/cloud/client"
)

// Region is AWS in one region.
type Region struct {
	name string
	gate *gate

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
	sts            *sts.Client
}

var _ failover.Region = (*Region)(nil)

// Open prepares calls to a region with the credentials that AWS's tools would use. It makes none.
func Open(ctx context.Context, region string) (*Region, error) {
	return open(ctx, region, client.Usual())
}

func open(ctx context.Context, region string, limits client.Limits) (*Region, error) {
	c, err := client.Config(ctx, region, limits)
	if err != nil {
		return nil, err
	}
	gate := &gate{next: c.HTTPClient}
	c.HTTPClient = gate
	return &Region{
		name: region, gate: gate,
		acm: acm.NewFromConfig(c), autoscaling: applicationautoscaling.NewFromConfig(c), backup: backup.NewFromConfig(c),
		cloudwatch: cloudwatch.NewFromConfig(c), ec2: ec2.NewFromConfig(c), ecr: ecr.NewFromConfig(c), ecs: ecs.NewFromConfig(c),
		loadbalancing: elasticloadbalancingv2.NewFromConfig(c), rds: rds.NewFromConfig(c),
		s3: s3.NewFromConfig(c), scheduler: scheduler.NewFromConfig(c),
		secretsmanager: secretsmanager.NewFromConfig(c), servicequotas: servicequotas.NewFromConfig(c), sts: sts.NewFromConfig(c),
	}, nil
}

// Name of the region.
func (r *Region) Name() string { return r.name }

// Seal makes every later call fail before it leaves the machine.
func (r *Region) Seal() { r.gate.shut.Store(true) }

var errSealed = errors.New("the region is sealed off: it was fenced")

type gate struct {
	shut atomic.Bool
	next aws.HTTPClient
}

// Do sends a request, where the region is not sealed off.
func (g *gate) Do(request *http.Request) (*http.Response, error) {
	if g.shut.Load() {
		return nil, errSealed
	}
	return g.next.Do(request)
}

// Caller is the principal that calls, its account, and by how much this machine's clock is ahead of AWS's.
func (r *Region) Caller(ctx context.Context) (arn, account string, ahead time.Duration, err error) {
	identity, err := r.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", "", 0, err
	}
	if server, ok := middleware.GetServerTime(identity.ResultMetadata); ok {
		if answered, ok := middleware.GetResponseAt(identity.ResultMetadata); ok {
			ahead = answered.Sub(server)
		}
	}
	return aws.ToString(identity.Arn), aws.ToString(identity.Account), ahead, nil
}

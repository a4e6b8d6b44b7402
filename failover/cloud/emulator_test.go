//go:build engine

package cloud

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/smithy-go/encoding/cbor"
	"github.com/aws/smithy-go/transport/http/protocol/awsquery"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/failover"
	"github.com/carebase/carebase/internal/awsclient"
	"github.com/carebase/carebase/tests/lifecycle/engine"
)

const (
	east, west = "us-east-1", "us-west-2"
	prodDB     = "careconnect-prod-db"
	drDB       = "careconnect-dr-db"
)

// proxy stands between the client and the emulator, and lets the first call of every operation fail.
type proxy struct {
	mu     sync.Mutex
	fail   fault
	late   bool // answers of calls that were carried out may be lost
	failed map[string]bool
	seen   map[string]int
	next   *httputil.ReverseProxy
}

// operation of a request, whatever the protocol.
func operation(r *http.Request, body string) string {
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		return target[strings.LastIndex(target, ".")+1:]
	}
	if values, err := url.ParseQuery(body); err == nil && values.Get("Action") != "" {
		return values.Get("Action")
	}
	return r.Method + " " + r.URL.Path
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(text))
	name := operation(r, string(text))
	p.mu.Lock()
	p.seen[name]++
	fails := p.fail != nil && !p.failed[name]
	p.failed[name] = true
	p.mu.Unlock()
	if fails {
		p.fail(p, w, r, string(text))
		return
	}
	p.next.ServeHTTP(w, r)
}

type fault func(p *proxy, w http.ResponseWriter, r *http.Request, body string)

const timedOut = "timed out"

// faults by which AWS's answers, and the ways to them, fail.
var faults = map[string]fault{
	"none": nil,
	"500": func(_ *proxy, w http.ResponseWriter, _ *http.Request, _ string) {
		w.WriteHeader(http.StatusInternalServerError)
	},
	// AWS does what it was asked, and its answer comes when the client has stopped to wait for it.
	timedOut: func(p *proxy, _ http.ResponseWriter, r *http.Request, _ string) {
		p.next.ServeHTTP(httptest.NewRecorder(), r)
		<-r.Context().Done()
	},
	"cut off": func(_ *proxy, w http.ResponseWriter, _ *http.Request, _ string) {
		connection, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			connection.Close()
		}
	},
	"throttled": func(_ *proxy, w http.ResponseWriter, r *http.Request, body string) {
		w.Header().Set("X-Amzn-ErrorType", "ThrottlingException")
		switch {
		case r.Header.Get("Smithy-Protocol") == "rpc-v2-cbor":
			w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
			w.Header().Set("Content-Type", "application/cbor")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write(cbor.Encode(cbor.Map{"__type": cbor.String("ThrottlingException")}))
		case strings.Contains(body, "Action=") && strings.Contains(body, "Version=2016-11-15"): // EC2 has a form of its own
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprint(w, "<Response><Errors><Error><Code>RequestLimitExceeded</Code></Error></Errors></Response>")
		case strings.Contains(body, "Action="):
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, "<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>")
		default:
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"__type":"ThrottlingException","message":"Rate exceeded"}`)
		}
	},
}

// spokenToMoto: moto does not understand the protocol that AWS and the SDK have since agreed on.
func spokenToMoto(o *cloudwatch.Options) {
	o.Protocol = awsquery.New(schemas.GraniteServiceVersion20100801)
}

// setUp makes both sides in the emulator, and opens them through the proxy.
func setUp(t *testing.T, e *engine.Emulator, limits awsclient.Limits) (*proxy, *Region, *Region) {
	t.Helper()
	response, err := http.Post(e.Endpoint+"/moto-api/reset", "", nil)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)
	p := &proxy{failed: map[string]bool{}, seen: map[string]int{}, next: e.Forward(t)}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	elsewhere(t, server.URL)

	source := rds.NewFromConfig(e.Config(east))
	made, err := source.CreateDBInstance(t.Context(), &rds.CreateDBInstanceInput{
		DBInstanceIdentifier: aws.String(prodDB), DBInstanceClass: aws.String("db.r6g.large"), Engine: aws.String("postgres"),
		EngineVersion: aws.String("16.3"), AllocatedStorage: aws.Int32(100), MasterUsername: aws.String("careconnect_user"), MasterUserPassword: aws.String("not-a-secret-1"),
		BackupRetentionPeriod: aws.Int32(30), StorageEncrypted: aws.Bool(true),
	})
	require.NoError(t, err)
	replica := rds.NewFromConfig(e.Config(west))
	_, err = replica.CreateDBInstanceReadReplica(t.Context(), &rds.CreateDBInstanceReadReplicaInput{
		DBInstanceIdentifier: aws.String(drDB), SourceDBInstanceIdentifier: made.DBInstance.DBInstanceArn, SourceRegion: aws.String(east),
		KmsKeyId: aws.String("arn:aws:kms:us-west-2:" + e.Account + ":key/1"),
	})
	require.NoError(t, err)

	for region, cluster := range map[string]string{east: "careconnect-prod", west: "careconnect-dr"} {
		services := ecs.NewFromConfig(e.Config(region))
		_, err = services.CreateCluster(t.Context(), &ecs.CreateClusterInput{ClusterName: &cluster})
		require.NoError(t, err)
		_, err = services.RegisterTaskDefinition(t.Context(), &ecs.RegisterTaskDefinitionInput{
			Family: aws.String("backend"), ContainerDefinitions: []ecstypes.ContainerDefinition{{Name: aws.String("backend"), Image: aws.String("backend:1.0.0"), Memory: aws.Int32(512)}},
		})
		require.NoError(t, err)
		_, err = services.CreateService(t.Context(), &ecs.CreateServiceInput{
			Cluster: &cluster, ServiceName: aws.String("backend"), TaskDefinition: aws.String("backend"), DesiredCount: aws.Int32(3),
		})
		require.NoError(t, err)
		_, err = applicationautoscaling.NewFromConfig(e.Config(region)).RegisterScalableTarget(t.Context(), &applicationautoscaling.RegisterScalableTargetInput{
			ServiceNamespace: scalingtypes.ServiceNamespaceEcs, ResourceId: aws.String("service/" + cluster + "/backend"),
			ScalableDimension: scalingtypes.ScalableDimensionECSServiceDesiredCount, MinCapacity: aws.Int32(2), MaxCapacity: aws.Int32(10),
		})
		require.NoError(t, err)
	}
	primary, err := open(t.Context(), east, limits)
	require.NoError(t, err)
	recovery, err := open(t.Context(), west, limits)
	require.NoError(t, err)
	recovery.cloudwatch = cloudwatch.New(recovery.cloudwatch.Options(), spokenToMoto)
	return p, primary, recovery
}

// done takes it that a call was carried out. Where its answer was lost the SDK has asked again, and AWS may have refused to
// do a second time what is done; those who wait for it look for what it does, and so do the tests after it.
func (p *proxy) done(t *testing.T, err error) {
	t.Helper()
	if err != nil && p.late {
		t.Logf("it was done, and refused when it was asked for again: %v", err)
		return
	}
	require.NoError(t, err)
}

// Every operation is called with its first request failing in one way; it must succeed all the same, and by asking again.
func TestEveryCallIsTriedAgainAfterAFault(t *testing.T) {
	e := engine.StartEmulator(t)
	for name, fail := range faults {
		t.Run(name, func(t *testing.T) {
			limits := awsclient.Usual()
			if name == timedOut {
				limits.Answer = 3 * time.Second
			}
			p, primary, recovery := setUp(t, e, limits)
			p.fail, p.late = fail, name == timedOut
			ctx := t.Context()

			caller, err := recovery.Caller(ctx)
			require.NoError(t, err)
			assert.Less(t, caller.ClockAhead.Abs(), failover.ClockTolerance)
			assert.Equal(t, e.Account, caller.Account)
			databases(t, p, primary, recovery, e)
			services(t, primary)
			trafficSwitch(t, recovery, e)
			obstacles(t, recovery, e)
			drills(t, p, recovery, e)

			retried := 0
			for operation, seen := range p.seen {
				if name != "none" {
					assert.GreaterOrEqual(t, seen, 2, operation)
				}
				retried++
			}
			assert.GreaterOrEqual(t, retried, 25)
			t.Logf("%d operations", retried)
			sealed(t, p, recovery)
		})
	}
}

func databases(t *testing.T, p *proxy, primary, recovery *Region, e *engine.Emulator) {
	t.Helper()
	ctx := t.Context()
	prod, err := primary.Database(ctx, prodDB)
	require.NoError(t, err)
	assert.Equal(t, []any{prodDB, "available", "", "db.r6g.large", 100, 30, true},
		[]any{prod.Identifier, prod.Status, prod.Source, prod.Class, prod.StorageGiB, prod.BackupRetentionDays, prod.Encrypted})
	dr, err := recovery.Database(ctx, drDB)
	require.NoError(t, err)
	assert.Equal(t, prod.Arn, dr.Source)
	assert.True(t, dr.Replica())
	assert.NotEqual(t, prod.ResourceID, dr.ResourceID)
	_, err = recovery.Database(ctx, prodDB)
	require.ErrorIs(t, err, failover.ErrNotFound)

	now := time.Now().UTC().Truncate(time.Minute)
	for minutes, lag := range map[int]float64{3: 12, 2: 40, 1: 7} {
		_, err = cloudwatch.NewFromConfig(e.Config(west), spokenToMoto).PutMetricData(ctx, &cloudwatch.PutMetricDataInput{
			Namespace: aws.String("AWS/RDS"), MetricData: []cloudwatchtypes.MetricDatum{{
				MetricName: aws.String("ReplicaLag"), Value: aws.Float64(lag), Timestamp: aws.Time(now.Add(-time.Duration(minutes) * time.Minute)),
				Dimensions: []cloudwatchtypes.Dimension{{Name: aws.String("DBInstanceIdentifier"), Value: aws.String(drDB)}},
			}},
		})
		require.NoError(t, err)
	}
	readings, err := recovery.ReplicaLag(ctx, drDB, now.Add(-time.Hour))
	require.NoError(t, err)
	var lags []time.Duration
	for _, reading := range readings {
		lags = append(lags, reading.Lag)
	}
	assert.Equal(t, []time.Duration{12 * time.Second, 40 * time.Second, 7 * time.Second}, lags, "oldest first")

	_, err = recovery.AutomatedBackup(ctx, prod.Arn)
	require.ErrorIs(t, err, failover.ErrNotFound)
	_, err = rds.NewFromConfig(e.Config(west)).StartDBInstanceAutomatedBackupsReplication(ctx, &rds.StartDBInstanceAutomatedBackupsReplicationInput{
		SourceDBInstanceArn: &prod.Arn, BackupRetentionPeriod: aws.Int32(30), KmsKeyId: aws.String("arn:aws:kms:us-west-2:" + e.Account + ":key/1"),
	})
	require.NoError(t, err)
	backup, err := recovery.AutomatedBackup(ctx, prod.Arn)
	require.NoError(t, err)
	assert.Contains(t, backup.Arn, ":us-west-2:")

	status, err := recovery.Snapshot(ctx, drDB, "kept")
	require.NoError(t, err)
	again, err := recovery.Snapshot(ctx, drDB, "kept")
	require.NoError(t, err)
	assert.Contains(t, []string{"creating", "available"}, status)
	assert.Equal(t, "available", again)

	p.done(t, recovery.Promote(ctx, drDB, 30))
	promoted, err := recovery.Database(ctx, drDB)
	require.NoError(t, err)
	assert.False(t, promoted.Replica())
	assert.Equal(t, dr.ResourceID, promoted.ResourceID)

	p.done(t, primary.Rename(ctx, prodDB, prodDB+"-kept"))
	kept, err := primary.Database(ctx, prodDB+"-kept")
	require.NoError(t, err)
	assert.Equal(t, prod.ResourceID, kept.ResourceID)
	_, err = primary.Database(ctx, prodDB)
	require.ErrorIs(t, err, failover.ErrNotFound)
	prod.KeyArn = "arn:aws:kms:us-east-1:" + e.Account + ":key/1"
	require.NoError(t, primary.CreateReplica(ctx, prod, promoted.Arn))
	rebuilt, err := primary.Database(ctx, prodDB)
	require.NoError(t, err)
	assert.Equal(t, promoted.Arn, rebuilt.Source)
	assert.NotEqual(t, prod.ResourceID, rebuilt.ResourceID)
	require.NoError(t, primary.CreateReplica(ctx, prod, promoted.Arn), "it is there")

	_, err = rds.NewFromConfig(e.Config(east)).CreateDBParameterGroup(ctx, &rds.CreateDBParameterGroupInput{
		DBParameterGroupName: aws.String("ours"), DBParameterGroupFamily: aws.String("postgres16"), Description: aws.String("TLS"),
	})
	require.NoError(t, err)
	assert.NotEqual(t, "ours", rebuilt.ParameterGroup)
	require.NoError(t, primary.Configure(ctx, prodDB, "ours", 30))
	require.NoError(t, primary.Restart(ctx, prodDB))
	rebuilt, err = primary.Database(ctx, prodDB)
	require.NoError(t, err)
	assert.Equal(t, []string{"ours", "in-sync", "available"}, []string{rebuilt.ParameterGroup, rebuilt.ParameterStatus, rebuilt.Status})
}

func services(t *testing.T, primary *Region) {
	t.Helper()
	ctx := t.Context()
	look := func() failover.Service {
		list, err := primary.Services(ctx, "careconnect-prod", []string{"backend"})
		require.NoError(t, err)
		require.Len(t, list, 1)
		suspended, err := primary.Suspended(ctx, "careconnect-prod", []string{"backend"})
		require.NoError(t, err)
		list[0].Suspended = suspended["backend"]
		return list[0]
	}
	assert.Equal(t, []any{3, false}, []any{look().Desired, look().Suspended})
	for range 2 {
		require.Empty(t, primary.Scale(ctx, "careconnect-prod", map[string]int{"backend": 0}))
		require.Empty(t, primary.SuspendScaling(ctx, "careconnect-prod", []string{"backend"}, true))
		assert.Equal(t, []any{0, true}, []any{look().Desired, look().Suspended})
	}
	for range 2 {
		require.Empty(t, primary.Scale(ctx, "careconnect-prod", map[string]int{"backend": 3}))
		require.Empty(t, primary.SuspendScaling(ctx, "careconnect-prod", []string{"backend"}, false))
		assert.Equal(t, []any{3, false}, []any{look().Desired, look().Suspended})
	}
	_, err := primary.Services(ctx, "careconnect-prod", []string{"frontend"})
	require.ErrorIs(t, err, failover.ErrNotFound)
}

func trafficSwitch(t *testing.T, recovery *Region, e *engine.Emulator) {
	t.Helper()
	ctx := t.Context()
	s := failover.Switch{Namespace: "Carebase/Recovery", Metric: "FailoverSwitch", Stack: "prod", Alarm: "careconnect-prod-failover-switch"}
	_, err := recovery.Engaged(ctx, s)
	require.ErrorIs(t, err, failover.ErrNotFound)
	watch := cloudwatch.NewFromConfig(e.Config(west), spokenToMoto)
	_, err = watch.PutMetricAlarm(ctx, &cloudwatch.PutMetricAlarmInput{
		AlarmName: &s.Alarm, Namespace: &s.Namespace, MetricName: &s.Metric, Threshold: aws.Float64(1), EvaluationPeriods: aws.Int32(1), Period: aws.Int32(60),
		ComparisonOperator: cloudwatchtypes.ComparisonOperatorGreaterThanOrEqualToThreshold, Statistic: cloudwatchtypes.StatisticMaximum,
	})
	require.NoError(t, err)
	for _, engaged := range []bool{true, false} {
		require.NoError(t, recovery.Turn(ctx, s, engaged))
		state := map[bool]cloudwatchtypes.StateValue{true: cloudwatchtypes.StateValueAlarm, false: cloudwatchtypes.StateValueOk}[engaged]
		_, err = watch.SetAlarmState(ctx, &cloudwatch.SetAlarmStateInput{AlarmName: &s.Alarm, StateValue: state, StateReason: aws.String("the emulator evaluates none")})
		require.NoError(t, err)
		seen, err := recovery.Engaged(ctx, s)
		require.NoError(t, err)
		assert.Equal(t, engaged, seen)
	}
	data, err := watch.GetMetricStatistics(ctx, &cloudwatch.GetMetricStatisticsInput{
		Namespace: &s.Namespace, MetricName: &s.Metric, Dimensions: []cloudwatchtypes.Dimension{{Name: aws.String("Stack"), Value: aws.String("prod")}},
		StartTime: aws.Time(time.Now().Add(-time.Hour)), EndTime: aws.Time(time.Now().Add(time.Hour)), Period: aws.Int32(3600),
		Statistics: []cloudwatchtypes.Statistic{cloudwatchtypes.StatisticMaximum, cloudwatchtypes.StatisticMinimum},
	})
	require.NoError(t, err)
	require.NotEmpty(t, data.Datapoints)
	assert.Equal(t, []float64{1, 0}, []float64{*data.Datapoints[0].Maximum, *data.Datapoints[0].Minimum})
}

func obstacles(t *testing.T, recovery *Region, e *engine.Emulator) {
	t.Helper()
	ctx := t.Context()
	image := e.Account + ".dkr.ecr.us-west-2.amazonaws.com/careconnect-prod/backend:1.0.0"
	certificate, err := acm.NewFromConfig(e.Config(west)).RequestCertificate(ctx, &acm.RequestCertificateInput{DomainName: aws.String("careconnect.example.com")})
	require.NoError(t, err)
	secret, err := secretsmanager.NewFromConfig(e.Config(west)).CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: aws.String("careconnect/prod/api-keys")})
	require.NoError(t, err)
	needs := failover.Needs{
		Images: []string{image, strings.Replace(image, west, east, 1)}, CertificateArn: *certificate.CertificateArn,
		SecretArns: []string{*secret.ARN, strings.Replace(*secret.ARN, "api-keys", "gone", 1)}, FargateVCPUs: 100000,
	}
	var codes []string
	for _, reason := range recovery.Obstacles(ctx, needs) {
		codes = append(codes, reason.Code)
	}
	// The emulator knows no quota of Fargate's.
	assert.Equal(t, []string{"image", "image", "certificate", "secret", "secret", "unknown"}, codes)

	registry := ecr.NewFromConfig(e.Config(west))
	_, err = registry.CreateRepository(ctx, &ecr.CreateRepositoryInput{RepositoryName: aws.String("careconnect-prod/backend")})
	require.NoError(t, err)
	assert.Contains(t, fmt.Sprint(recovery.image(ctx, image)), "there is no such image")
	_, err = registry.PutImage(ctx, &ecr.PutImageInput{
		RepositoryName: aws.String("careconnect-prod/backend"), ImageTag: aws.String("1.0.0"),
		ImageManifest: aws.String(`{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":1,"digest":"sha256:aa"},"layers":[]}`),
	})
	require.NoError(t, err)
	assert.Empty(t, recovery.image(ctx, image))
	assert.Contains(t, fmt.Sprint(recovery.secret(ctx, *secret.ARN)), "it has no value")
	_, err = secretsmanager.NewFromConfig(e.Config(west)).PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{SecretId: secret.ARN, SecretString: aws.String("x")})
	require.NoError(t, err)
	assert.Empty(t, recovery.secret(ctx, *secret.ARN))
}

func drills(t *testing.T, p *proxy, recovery *Region, e *engine.Emulator) {
	t.Helper()
	ctx := t.Context()
	vpc, err := ec2.NewFromConfig(e.Config(west)).CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.1.0.0/16")})
	require.NoError(t, err)
	group, err := recovery.Isolate(ctx, *vpc.Vpc.VpcId, "drill-dr-1")
	p.done(t, err)
	if err != nil {
		group, err = recovery.Isolate(ctx, *vpc.Vpc.VpcId, "drill-dr-1")
		require.NoError(t, err)
	}
	same, err := recovery.Isolate(ctx, *vpc.Vpc.VpcId, "drill-dr-1")
	require.NoError(t, err)
	assert.Equal(t, group, same, "a drill has one")
	groups, err := ec2.NewFromConfig(e.Config(west)).DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{GroupIds: []string{group}})
	require.NoError(t, err)
	assert.Empty(t, groups.SecurityGroups[0].IpPermissions)
	assert.Empty(t, groups.SecurityGroups[0].IpPermissionsEgress, "AWS lets everything out of a new one")

	left, err := recovery.Leftovers(ctx)
	require.NoError(t, err)
	assert.Equal(t, []failover.Leftover{{Kind: failover.DrillGroup, ID: group, Drill: "drill-dr-1"}}, left)

	require.ErrorContains(t, recovery.Remove(ctx, failover.Leftover{Kind: failover.DrillDatabase, ID: drDB, Drill: "drill-dr-1"}), "left alone",
		"what no drill made is not deleted")
	_, err = recovery.Database(ctx, drDB)
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, recovery.Remove(ctx, left[0]))
		require.NoError(t, recovery.Remove(ctx, failover.Leftover{Kind: failover.DrillDatabase, ID: "carebase-drill-gone", Drill: "drill-dr-1"}))
	}
	left, err = recovery.Leftovers(ctx)
	require.NoError(t, err)
	assert.Empty(t, left)
}

// A region that was sealed off is not called: the request ends before it leaves.
func sealed(t *testing.T, p *proxy, region *Region) {
	t.Helper()
	region.Seal()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	calls := func() (n int) {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, seen := range p.seen {
			n += seen
		}
		return n
	}
	before := calls()
	_, err := region.Database(ctx, drDB)
	require.ErrorIs(t, err, errSealed)
	require.NotEmpty(t, region.Scale(ctx, "careconnect-dr", map[string]int{"backend": 0}))
	assert.Equal(t, before, calls())
}

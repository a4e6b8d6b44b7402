//go:build engine

package failover

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	lbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/failover/journal"
	"github.com/carebase/carebase/tests/lifecycle/engine"
)

const east, west = "us-east-1", "us-west-2"

// system is CareConnect in both regions of one emulator.
type system struct {
	e        *engine.Emulator
	b        *between
	prod, dr *engine.Stack
}

func deploy(t *testing.T) *system {
	t.Helper()
	s := &system{e: engine.StartEmulator(t)}
	through, cut := stand(t, s.e)
	s.b = cut
	s.prod = engine.New(t, "prod", s.e)
	s.dr = s.prod.Beside(t, "dr", through)
	up := s.prod.Up(t)
	require.NoError(t, up.Err)
	t.Logf("prod is up after %s", up.Duration.Round(time.Second))
	up = s.dr.Up(t)
	require.NoError(t, up.Err)
	t.Logf("dr is up after %s", up.Duration.Round(time.Second))
	s.fill(t)
	return s
}

// fill puts there what people and pipelines put there: images, values of secrets, and what ECS would register.
func (s *system) fill(t *testing.T) {
	t.Helper()
	outputs := s.dr.Outputs(t)
	for _, image := range outputs["images"].(map[string]any) {
		_, rest, _ := strings.Cut(image.(string), "/")
		repository, tag, _ := strings.Cut(rest, ":")
		_, err := ecr.NewFromConfig(s.e.Config(west)).PutImage(t.Context(), &ecr.PutImageInput{
			RepositoryName: &repository, ImageTag: &tag,
			ImageManifest: aws.String(`{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":1,"digest":"sha256:aa"},"layers":[]}`),
		})
		require.NoError(t, err, image)
	}
	for _, arn := range outputs["secretArns"].(map[string]any) {
		secret := strings.Replace(arn.(string), west, east, 1) // from where it is replicated
		_, err := secretsmanager.NewFromConfig(s.e.Config(east)).PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{
			SecretId: &secret, SecretString: aws.String("x"),
		})
		require.NoError(t, err, secret)
	}
	// The emulator runs no tasks: three addresses stand for those that ECS would register.
	for _, name := range outputs["services"].(map[string]any) {
		for _, balancer := range s.service(t, west, outputs["clusterName"].(string), name.(string)).targets {
			var targets []lbtypes.TargetDescription
			for i := range 3 {
				targets = append(targets, lbtypes.TargetDescription{Id: aws.String(fmt.Sprintf("10.1.16.%d", 10+i)), Port: aws.Int32(8080)})
			}
			_, err := elasticloadbalancingv2.NewFromConfig(s.e.Config(west)).RegisterTargets(t.Context(), &elasticloadbalancingv2.RegisterTargetsInput{
				TargetGroupArn: &balancer, Targets: targets,
			})
			require.NoError(t, err)
		}
	}
}

// store of the recovery region, where S3 replicates the patients' files to.
func (s *system) store() *s3.Client {
	return s3.NewFromConfig(s.e.Config(west), func(o *s3.Options) { o.UsePathStyle = true })
}

// patientFile is written as S3 would replicate it: the emulator replicates nothing.
const patientFile = "patients/1/referral.pdf"

func (s *system) write(t *testing.T, text string) (version string) {
	t.Helper()
	written, err := s.store().PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: aws.String(s.filesBucket(t)), Key: aws.String(patientFile), Body: strings.NewReader(text),
	})
	require.NoError(t, err)
	return aws.ToString(written.VersionId)
}

func (s *system) read(t *testing.T, version string) string {
	t.Helper()
	found, err := s.store().GetObject(t.Context(), &s3.GetObjectInput{
		Bucket: aws.String(s.filesBucket(t)), Key: aws.String(patientFile), VersionId: &version,
	})
	require.NoError(t, err)
	defer found.Body.Close()
	text, err := io.ReadAll(found.Body)
	require.NoError(t, err)
	return string(text)
}

func (s *system) filesBucket(t *testing.T) string {
	t.Helper()
	return s.prod.Outputs(t)["recovery"].(map[string]any)["filesBucket"].(string)
}

type service struct {
	desired int32
	targets []string
}

func (s *system) service(t *testing.T, region, cluster, name string) (made service) {
	t.Helper()
	answer, err := ecs.NewFromConfig(s.e.Config(region)).DescribeServices(t.Context(), &ecs.DescribeServicesInput{Cluster: &cluster, Services: []string{name}})
	require.NoError(t, err)
	require.Len(t, answer.Services, 1)
	made.desired = answer.Services[0].DesiredCount
	for _, balancer := range answer.Services[0].LoadBalancers {
		made.targets = append(made.targets, aws.ToString(balancer.TargetGroupArn))
	}
	return made
}

func (s *system) database(t *testing.T, region, identifier string) rdstypes.DBInstance {
	t.Helper()
	answer, err := rds.NewFromConfig(s.e.Config(region)).DescribeDBInstances(t.Context(), &rds.DescribeDBInstancesInput{DBInstanceIdentifier: &identifier})
	require.NoError(t, err)
	return answer.DBInstances[0]
}

// command is `carebase dr …` in the project, as its own group of processes.
func (s *system) command(t *testing.T, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	cmd := exec.Command(engine.Carebase(t), append([]string{"dr"}, args...)...)
	// What `pulumi` gets from the stack, but for the stack's name: the tool names it.
	for _, entry := range s.dr.Command(t.Context()).Env {
		if !strings.HasPrefix(entry, "PULUMI_STACK=") {
			cmd.Env = append(cmd.Env, entry)
		}
	}
	cmd.Env = append(cmd.Env, "HTTPS_PROXY="+s.dr.Emulator.URL(), "SSL_CERT_FILE="+s.b.ca, "NO_PROXY=127.0.0.1,localhost")
	cmd.Dir = s.dr.Dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	return cmd, &output
}

func (s *system) run(t *testing.T, args ...string) (code int, output string) {
	t.Helper()
	cmd, text := s.command(t, args...)
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	t.Logf("carebase dr %s: exit %d\n%s", strings.Join(args, " "), cmd.ProcessState.ExitCode(), text)
	return cmd.ProcessState.ExitCode(), text.String()
}

// runKilled kills the tool with SIGKILL when it has come to a point: alone, or with all that it started.
func (s *system) runKilled(t *testing.T, alone bool, when func() bool, args ...string) {
	t.Helper()
	cmd, text := s.command(t, args...)
	require.NoError(t, cmd.Start())
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	for reached := false; !reached; {
		select {
		case <-ended:
			t.Fatalf("it ended before it was killed:\n%s", text)
		case <-time.After(50 * time.Millisecond):
			reached = when()
		}
	}
	if alone {
		require.NoError(t, cmd.Process.Kill())
	} else {
		require.NoError(t, syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL))
	}
	<-ended
	t.Logf("killed (alone %t):\n%s", alone, text)
}

// records of the failover's journal so far.
func (s *system) records(t *testing.T) []journal.Record {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(s.dr.Dir, "dr-journal", "failover-*.jsonl"))
	require.NoError(t, err)
	if len(paths) == 0 {
		return nil
	}
	require.Len(t, paths, 1)
	records, err := journal.Read(paths[0])
	require.NoError(t, err)
	return records
}

// began says whether a step was ever begun.
func (s *system) began(t *testing.T, step string) bool {
	return slices.ContainsFunc(s.records(t), func(r journal.Record) bool { return r.Kind == journal.Start && r.Step == step })
}

// locked says whether an update of a stack runs, or was killed.
func (s *system) locked(t *testing.T) bool {
	t.Helper()
	found := false
	err := filepath.WalkDir(filepath.Join(s.dr.Dir, "state", ".pulumi", "locks"), func(path string, entry os.DirEntry, err error) error {
		found = found || err == nil && !entry.IsDir() && filepath.Ext(path) == ".json"
		return nil
	})
	require.NoError(t, err)
	return found
}

// TestTheRegionIsLost cuts the primary region off for good, kills the tool in three places, and resumes it.
func TestTheRegionIsLost(t *testing.T) {
	s := deploy(t)
	before := s.database(t, west, "careconnect-dr-db")
	require.NotEmpty(t, aws.ToString(before.ReadReplicaSourceDBInstanceIdentifier))
	first, second := s.write(t, "referral"), s.write(t, "referral, corrected")
	require.NotEqual(t, first, second)
	_, output := s.run(t, "status", "dr")
	assert.Contains(t, output, "standing by")
	code, output := s.run(t, "check", "dr")
	require.Zero(t, code, output)

	s.b.cutOff(east)
	code, output = s.run(t, "failover", "dr", "--yes")
	require.Equal(t, 1, code)
	require.Contains(t, output, "--primary-unreachable")
	assert.False(t, s.b.engaged, "traffic was moved")
	fenced := time.Now()

	s.runKilled(t, false, func() bool { return s.began(t, "switch") }, "failover", "dr", "--yes", "--resume", "--primary-unreachable")
	// With the engine, before AWS was asked to promote; then without it, after.
	s.runKilled(t, false, func() bool { return s.began(t, "promote") && s.locked(t) }, "failover", "dr", "--yes", "--resume")
	s.runKilled(t, true, func() bool {
		return aws.ToString(s.database(t, west, "careconnect-dr-db").ReadReplicaSourceDBInstanceIdentifier) == ""
	}, "failover", "dr", "--yes", "--resume")
	s.runKilled(t, true, func() bool { return s.began(t, "protect") }, "failover", "dr", "--yes", "--resume")
	code, output = s.run(t, "failover", "dr", "--yes", "--resume")
	require.Zero(t, code, output)
	assert.Contains(t, output, "failed over")

	var done []string
	var sealed time.Time
	for _, record := range s.records(t) {
		if record.Kind == journal.Done {
			done = append(done, record.Step)
			if record.Step == "fence" {
				sealed = record.Time
			}
		}
	}
	assert.Equal(t, []string{"check", "fence", "switch", "catch-up", "promote", "serve", "protect", "verify"}, done)
	assert.True(t, sealed.After(fenced))
	assert.Empty(t, s.b.callsTo(east, sealed), "after the fence nothing is asked of the primary region")
	assert.NotEmpty(t, s.b.callsTo(west, sealed))

	after := s.database(t, west, "careconnect-dr-db")
	assert.Equal(t, aws.ToString(before.DbiResourceId), aws.ToString(after.DbiResourceId), "promoted in place")
	assert.Empty(t, aws.ToString(after.ReadReplicaSourceDBInstanceIdentifier))
	assert.Equal(t, []any{int32(30), true}, []any{aws.ToInt32(after.BackupRetentionPeriod), aws.ToBool(after.MultiAZ)})
	assert.Equal(t, []string{"referral", "referral, corrected"}, []string{s.read(t, first), s.read(t, second)}, "what was there is there")
	assert.True(t, s.b.engaged)
	outputs := s.dr.Outputs(t)
	assert.Equal(t, []any{true, true}, []any{outputs["active"], outputs["promoted"]})
	for _, name := range outputs["services"].(map[string]any) {
		assert.Equal(t, int32(3), s.service(t, west, outputs["clusterName"].(string), name.(string)).desired)
	}
	for _, extension := range []string{"md", "json"} {
		reports, err := filepath.Glob(filepath.Join(s.dr.Dir, "dr-journal", "failover-*."+extension))
		require.NoError(t, err)
		assert.Len(t, reports, 1)
	}
	code, output = s.run(t, "failover", "dr", "--yes")
	assert.Equal(t, 1, code)
	assert.Contains(t, output, "it was failed over at")
	preview := s.dr.Preview(t)
	require.NoError(t, preview.Err)
	for _, step := range preview.Changes() {
		t.Logf("the next preview: %s", step)
	}
}

//go:build engine

package failover

import (
	"bytes"
	"encoding/json"
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
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	lbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/failover/journal"
	"github.com/carebase/carebase/failover/report"
	"github.com/carebase/carebase/tests/lifecycle/engine"
)

const east, west = "us-east-1", "us-west-2"

// cache that the recovery has while it stands by: with its nodes or without.
type cache bool

const cold, warm cache = false, true

// system is CareConnect in both regions of one emulator.
type system struct {
	e        *engine.Emulator
	b        *between
	prod, dr *engine.Stack
}

func deploy(t *testing.T, cache cache) *system {
	t.Helper()
	s := &system{e: engine.StartEmulator(t)}
	through, cut := stand(t, s.e)
	s.b = cut
	s.prod = engine.New(t, "prod", through)
	s.dr = s.prod.Beside(t, "dr", through)
	s.dr.Edit(t, func(settings engine.Settings) { settings.Set("recovery.warmCache", cache == warm) })
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
	for region, network := range map[string]string{east: "10.0", west: "10.1"} {
		for _, service := range s.services(t, region) {
			for _, balancer := range service.targets {
				var targets []lbtypes.TargetDescription
				for i := range 3 {
					targets = append(targets, lbtypes.TargetDescription{Id: aws.String(fmt.Sprintf("%s.16.%d", network, 10+i)), Port: aws.Int32(8080)})
				}
				_, err := elasticloadbalancingv2.NewFromConfig(s.e.Config(region)).RegisterTargets(t.Context(), &elasticloadbalancingv2.RegisterTargetsInput{
					TargetGroupArn: &balancer, Targets: targets,
				})
				require.NoError(t, err)
			}
		}
	}
}

// patientFile is written as S3 would replicate it: the emulator replicates nothing.
const patientFile = "patients/1/referral.pdf"

func (s *system) write(t *testing.T, text string) (version string) {
	t.Helper()
	s.files(t, func(store *s3.Client, bucket string) {
		written, err := store.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: aws.String(patientFile), Body: strings.NewReader(text)})
		require.NoError(t, err)
		version = aws.ToString(written.VersionId)
	})
	return version
}

func (s *system) read(t *testing.T, version string) (text string) {
	t.Helper()
	s.files(t, func(store *s3.Client, bucket string) {
		found, err := store.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: aws.String(patientFile), VersionId: &version})
		require.NoError(t, err)
		defer found.Body.Close()
		raw, err := io.ReadAll(found.Body)
		require.NoError(t, err)
		text = string(raw)
	})
	return text
}

// files opens the bucket that S3 replicates the patients' files to, without its policy: the emulator takes a statement
// that denies under a condition for one that always does (moto's iam/access_control.py, IAMPolicyStatement).
func (s *system) files(t *testing.T, do func(store *s3.Client, bucket string)) {
	t.Helper()
	store, bucket := s3.NewFromConfig(s.e.Config(west), func(o *s3.Options) { o.UsePathStyle = true }), s.filesBucket(t)
	had, err := store.GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: &bucket})
	require.NoError(t, err)
	_, err = store.DeleteBucketPolicy(t.Context(), &s3.DeleteBucketPolicyInput{Bucket: &bucket})
	require.NoError(t, err)
	do(store, bucket)
	_, err = store.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: &bucket, Policy: had.Policy})
	require.NoError(t, err)
}

func (s *system) filesBucket(t *testing.T) string {
	t.Helper()
	return s.prod.Outputs(t)["recovery"].(map[string]any)["filesBucket"].(string)
}

type service struct {
	name      string
	desired   int32
	suspended bool // autoscaling
	targets   []string
}

// services of a region, as ECS and Application Auto Scaling have them.
func (s *system) services(t *testing.T, region string) (list []service) {
	t.Helper()
	outputs := s.dr.Outputs(t)
	cluster, names := outputs["clusterName"].(string), outputs["services"].(map[string]any)
	if region == east {
		cluster, names = outputs["primaryClusterName"].(string), outputs["primaryServices"].(map[string]any)
	}
	for _, name := range names {
		answer, err := ecs.NewFromConfig(s.e.Config(region)).DescribeServices(t.Context(), &ecs.DescribeServicesInput{
			Cluster: &cluster, Services: []string{name.(string)},
		})
		require.NoError(t, err)
		require.Len(t, answer.Services, 1)
		made := service{name: name.(string), desired: answer.Services[0].DesiredCount}
		for _, balancer := range answer.Services[0].LoadBalancers {
			made.targets = append(made.targets, aws.ToString(balancer.TargetGroupArn))
		}
		scaling, err := applicationautoscaling.NewFromConfig(s.e.Config(region)).DescribeScalableTargets(t.Context(), &applicationautoscaling.DescribeScalableTargetsInput{
			ServiceNamespace: scalingtypes.ServiceNamespaceEcs, ResourceIds: []string{"service/" + cluster + "/" + made.name},
		})
		require.NoError(t, err)
		for _, target := range scaling.ScalableTargets {
			made.suspended = made.suspended || target.SuspendedState != nil && aws.ToBool(target.SuspendedState.DynamicScalingOutSuspended)
		}
		list = append(list, made)
	}
	require.NotEmpty(t, list)
	return list
}

// runs asserts how many tasks every service of a region is to have, and whether autoscaling may change that.
func (s *system) runs(t *testing.T, region string, tasks int32, suspended bool) {
	t.Helper()
	for _, service := range s.services(t, region) {
		assert.Equal(t, []any{tasks, suspended}, []any{service.desired, service.suspended}, "service %s in %s", service.name, region)
	}
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

// runKilled kills the tool with SIGKILL when it has come to a point: alone, or with all that it started. Whether it
// is there is asked before each of its requests goes on, and of its engine's: however fast it is, it does not get past.
func (s *system) runKilled(t *testing.T, alone bool, when func() bool, args ...string) {
	t.Helper()
	cmd, text := s.command(t, args...)
	gate := s.b.stop()
	defer s.b.goOn(gate)
	require.NoError(t, cmd.Start())
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	for reached := false; !reached; {
		select {
		case <-ended:
			t.Fatalf("it ended before it was killed:\n%s", text)
		case pass := <-gate.asked:
			if reached = when(); !reached {
				close(pass)
			}
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

// interrupted runs an operation and kills it, with all that it started, when its journal calls a step done, step by
// step; and before that in the middle of a step, where that is said.
func (s *system) interrupted(t *testing.T, operation string, list []string, middle map[string][]interruption, args ...string) {
	t.Helper()
	for _, step := range list {
		for _, one := range append(middle[step], interruption{when: func() bool { return slices.Contains(s.done(t, operation), step) }}) {
			s.runKilled(t, one.alone, one.when, append(append([]string{operation, "dr", "--yes"}, s.resume(t, operation)...), args...)...)
		}
	}
}

// interruption is a point at which the tool is killed: alone, or with all that it started.
type interruption struct {
	alone bool
	when  func() bool
}

// resume is the flag that goes on with an operation, where one was begun.
func (s *system) resume(t *testing.T, operation string) []string {
	t.Helper()
	open, err := journal.Unfinished(filepath.Join(s.dr.Dir, "dr-journal"), operation, s.dr.Name)
	require.NoError(t, err)
	if len(open) > 0 {
		return []string{"--resume"}
	}
	return nil
}

// records of the journal of an operation, the last one of its kind, so far.
func (s *system) records(t *testing.T, operation string) []journal.Record {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(s.dr.Dir, "dr-journal", operation+"-*.jsonl"))
	require.NoError(t, err)
	if len(paths) == 0 {
		return nil
	}
	records, err := journal.Read(slices.Max(paths))
	require.NoError(t, err)
	return records
}

// done are the steps of the operation that its journal calls done.
func (s *system) done(t *testing.T, operation string) (list []string) {
	for _, record := range s.records(t, operation) {
		if record.Kind == journal.Done {
			list = append(list, record.Step)
		}
	}
	return list
}

// doneAt is when a step of the operation was done.
func (s *system) doneAt(t *testing.T, operation, step string) time.Time {
	t.Helper()
	for _, record := range s.records(t, operation) {
		if record.Kind == journal.Done && record.Step == step {
			return record.Time
		}
	}
	t.Fatalf("step %s of the %s is not done", step, operation)
	return time.Time{}
}

// began says whether a step was ever begun.
func (s *system) began(t *testing.T, operation, step string) bool {
	return slices.ContainsFunc(s.records(t, operation), func(r journal.Record) bool { return r.Kind == journal.Start && r.Step == step })
}

// reported is the last report of an operation.
func (s *system) reported(t *testing.T, operation string) (made report.Report) {
	t.Helper()
	for _, extension := range []string{"md", "json"} {
		paths, err := filepath.Glob(filepath.Join(s.dr.Dir, "dr-journal", operation+"-*."+extension))
		require.NoError(t, err)
		require.NotEmpty(t, paths, extension)
		if extension == "json" {
			text, err := os.ReadFile(slices.Max(paths))
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(text, &made))
		}
	}
	return made
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

// unchanged looks at a stack again, with nothing changed: nothing is to be done.
func unchanged(t *testing.T, stack *engine.Stack) {
	t.Helper()
	preview := stack.Preview(t)
	require.NoError(t, preview.Err)
	for _, step := range preview.Changes() {
		t.Errorf("a preview of %s without a change: %s %v", stack.Name, step, step.Properties())
	}
}

// TestTheRegionIsLost takes a system through the loss of its primary region and the way back. The tool is killed after
// every step, and in the middle of those that take long, and resumed.
func TestTheRegionIsLost(t *testing.T) {
	t.Parallel()
	live(t, cold, stage{"the region is lost", lose}, stage{"the region returns", fence}, stage{"failback", failBack})
}

// TestThePrimaryIsThere drills, and then fails over while the primary can be reached.
func TestThePrimaryIsThere(t *testing.T) {
	t.Parallel()
	live(t, warm, stage{"a drill", drill}, stage{"failover with the primary there", failOverThere})
}

// stage of a system's life.
type stage struct {
	name string
	run  func(*testing.T, *system)
}

// live deploys a system and takes it through stages.
func live(t *testing.T, cache cache, stages ...stage) {
	t.Helper()
	s := deploy(t, cache)
	for _, stage := range stages {
		began := time.Now()
		if !t.Run(stage.name, func(t *testing.T) { stage.run(t, s) }) {
			return // what follows starts from there
		}
		t.Logf("%s: %s", stage.name, time.Since(began).Round(time.Second))
	}
}

// lose cuts the primary region off for good, and fails over without it.
func lose(t *testing.T, s *system) {
	before := s.database(t, west, replica)
	require.NotEmpty(t, aws.ToString(before.ReadReplicaSourceDBInstanceIdentifier))
	first, second := s.write(t, "referral"), s.write(t, "referral, corrected")
	require.NotEqual(t, first, second)
	_, output := s.run(t, "status", "dr")
	assert.Contains(t, output, "standing by")
	code, output := s.run(t, "check", "dr")
	require.Zero(t, code, output)

	s.b.cutOff(east)
	s.interrupted(t, "failover", []string{"check"}, nil)
	code, output = s.run(t, "failover", "dr", "--yes", "--resume")
	require.Equal(t, 1, code)
	require.Contains(t, output, "--primary-unreachable")
	assert.False(t, s.b.switched(), "traffic was moved")
	fenced := time.Now()

	steps := []string{"fence", "switch", "catch-up", "promote", "serve", "protect"}
	s.interrupted(t, "failover", steps, map[string][]interruption{
		"switch": {{when: s.b.switched}},
		"promote": { // with the engine, before AWS was asked to promote; then without it, after
			{when: func() bool { return s.began(t, "failover", "promote") && s.locked(t) }},
			{alone: true, when: func() bool { return !follows(s.database(t, west, replica)) }},
		},
		"protect": {{alone: true, when: func() bool { return s.began(t, "failover", "protect") }}},
	}, "--primary-unreachable", "--accept", "resolves") // the names of the emulator's load balancers resolve nowhere
	code, output = s.run(t, "failover", "dr", "--yes", "--resume")
	ended := time.Now()
	require.Zero(t, code, output)
	assert.Contains(t, output, "failed over")

	assert.Equal(t, slices.Concat([]string{"check"}, steps, []string{"verify"}), s.done(t, "failover"))
	sealed := s.doneAt(t, "failover", "fence")
	assert.True(t, sealed.After(fenced))
	assert.Empty(t, s.b.calls(east, sealed, ended), "after the fence nothing is asked of the primary region")
	assert.NotEmpty(t, s.b.calls(west, sealed, ended))
	s.active(t, before)
	assert.Equal(t, []string{"referral", "referral, corrected"}, []string{s.read(t, first), s.read(t, second)}, "what was there is there")
	assert.Equal(t, "failed over", s.reported(t, "failover").Outcome)
	code, output = s.run(t, "failover", "dr", "--yes")
	assert.Equal(t, 1, code)
	assert.Contains(t, output, "it was failed over at")
	code, output = s.run(t, "failover", "dr", "--yes", "--abort") // the one that was refused: it did nothing
	require.Zero(t, code, output)
	s.active(t, before)
	unchanged(t, s.dr)
}

// replica is the recovery region's database, and primary the one that it follows.
const replica, primary = "careconnect-dr-db", "careconnect-prod-db"

func follows(db rdstypes.DBInstance) bool {
	return aws.ToString(db.ReadReplicaSourceDBInstanceIdentifier) != ""
}

// active asserts that the recovery region serves, by the database that followed the primary before.
func (s *system) active(t *testing.T, before rdstypes.DBInstance) {
	t.Helper()
	after := s.database(t, west, replica)
	assert.Equal(t, aws.ToString(before.DbiResourceId), aws.ToString(after.DbiResourceId), "promoted in place")
	assert.False(t, follows(after))
	assert.Equal(t, []any{int32(30), true}, []any{aws.ToInt32(after.BackupRetentionPeriod), aws.ToBool(after.MultiAZ)})
	assert.True(t, s.b.switched())
	s.published(t, 1)
	s.refusesDeletes(t, true)
	outputs := s.dr.Outputs(t)
	assert.Equal(t, []any{true, true}, []any{outputs["active"], outputs["promoted"]})
	s.runs(t, west, 3, false)
}

// published asserts what the schedule in the recovery region publishes of the switch.
func (s *system) published(t *testing.T, value int) {
	t.Helper()
	schedule, err := scheduler.NewFromConfig(s.e.Config(west)).GetSchedule(t.Context(), &scheduler.GetScheduleInput{Name: aws.String("careconnect-prod-failover-switch")})
	require.NoError(t, err)
	assert.Contains(t, aws.ToString(schedule.Target.Input), fmt.Sprintf(`"Value":%d}`, value))
	assert.Equal(t, schedulertypes.ScheduleStateEnabled, schedule.State)
}

// refusesDeletes asserts whether the files in the recovery region refuse the deletions that are replicated to them.
func (s *system) refusesDeletes(t *testing.T, refuses bool) {
	t.Helper()
	store := s3.NewFromConfig(s.e.Config(west), func(o *s3.Options) { o.UsePathStyle = true })
	policy, err := store.GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: aws.String(s.filesBucket(t))})
	require.NoError(t, err)
	assert.Equal(t, refuses, strings.Contains(aws.ToString(policy.Policy), "s3:ReplicateDelete"))
}

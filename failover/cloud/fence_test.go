package cloud

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/failover"
	"github.com/carebase/carebase/failover/journal"
	"github.com/carebase/carebase/failover/steps"
)

// primaryRegion answers for ECS, Application Auto Scaling and Elastic Load Balancing, and refuses one operation for good.
type primaryRegion struct {
	mu      sync.Mutex
	refuses string              // service:Operation
	asked   map[string][]string // by operation: what the request was about
	stopped map[string]bool     // services and tasks
	looked  int                 // at the tasks since all were told to stop
}

// about is what of a request tells which resource it is for.
type about struct {
	Service, Task, ResourceID, DesiredStatus string
	Tasks, Services, ResourceIDs             []string
}

func (p *primaryRegion) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	target := r.Header.Get("X-Amz-Target")
	service, operation, _ := strings.Cut(target, ".")
	name := map[string]string{"AmazonEC2ContainerServiceV20141113": "ecs", "AnyScaleFrontendService": "autoscaling"}[service] + ":" + operation
	var request about
	_ = json.NewDecoder(r.Body).Decode(&request)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked[name] = append(p.asked[name], request.Service+request.Task+request.ResourceID)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if name == p.refuses || name+" "+request.Service+request.Task+request.ResourceID == p.refuses {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"__type":"AccessDeniedException","message":"not now"}`)
		return
	}
	const tasks = "arn:aws:ecs:us-east-1:123456789012:task/careconnect-prod/"
	switch name {
	case "ecs:DescribeServices":
		var list []string
		for _, service := range request.Services {
			list = append(list, fmt.Sprintf(`{"serviceName":%q,"desiredCount":2,"runningCount":0}`, service)) // none counts as running
		}
		fmt.Fprintf(w, `{"services":[%s]}`, strings.Join(list, ","))
	case "ecs:UpdateService":
		p.stopped[request.Service] = true
		fmt.Fprint(w, `{"service":{"desiredCount":0}}`)
	case "ecs:StopTask":
		p.stopped["job"] = true
		fmt.Fprint(w, `{}`)
	case "ecs:ListTasks":
		wanted := map[string][]string{"RUNNING": {}, "STOPPED": {tasks + "old"}}
		for _, name := range []string{"backend", "worker", "job"} {
			state := map[bool]string{true: "STOPPED", false: "RUNNING"}[p.stopped[name]]
			wanted[state] = append(wanted[state], tasks+name)
		}
		text, _ := json.Marshal(wanted[request.DesiredStatus])
		fmt.Fprintf(w, `{"taskArns":%s}`, text)
	case "ecs:DescribeTasks":
		if len(p.stopped) == 3 {
			p.looked++
		}
		var list []string
		for _, arn := range request.Tasks {
			one := strings.TrimPrefix(arn, tasks)
			last, desired, group := "RUNNING", "RUNNING", "service:"+one
			if p.stopped[one] {
				desired, last = "STOPPED", []string{"DEACTIVATING", "STOPPING", "STOPPED"}[min(p.looked, 2)]
			}
			if one == "job" {
				group = "family:migrate"
			}
			if one == "old" {
				last, desired = "STOPPED", "STOPPED"
			}
			list = append(list, fmt.Sprintf(`{"taskArn":%q,"lastStatus":%q,"desiredStatus":%q,"group":%q}`, arn, last, desired, group))
		}
		fmt.Fprintf(w, `{"tasks":[%s]}`, strings.Join(list, ","))
	case "autoscaling:DescribeScalableTargets":
		var list []string
		for _, resource := range request.ResourceIDs {
			list = append(list, fmt.Sprintf(`{"ResourceId":%q}`, resource))
		}
		fmt.Fprintf(w, `{"ScalableTargets":[%s]}`, strings.Join(list, ","))
	case "autoscaling:RegisterScalableTarget":
		fmt.Fprint(w, `{}`)
	default:
		w.WriteHeader(http.StatusServiceUnavailable) // Elastic Load Balancing and all else
	}
}

// Each operation is refused alone, for good, by what answers in AWS's place: each writer whose own operation answers is asked
// to stop all the same, and the tasks are waited for until they are STOPPED.
func TestEachOperationOfAWSFailingAloneDuringAFence(t *testing.T) {
	const backend, worker = "service/careconnect-prod/backend", "service/careconnect-prod/worker"
	for _, refuses := range []string{"", "ecs:DescribeServices", "ecs:UpdateService backend", "ecs:UpdateService worker", "ecs:ListTasks", "ecs:DescribeTasks",
		"ecs:StopTask arn:aws:ecs:us-east-1:123456789012:task/careconnect-prod/job", "autoscaling:DescribeScalableTargets",
		"autoscaling:RegisterScalableTarget " + backend, "autoscaling:RegisterScalableTarget " + worker} {
		t.Run(refuses, func(t *testing.T) {
			there := &primaryRegion{refuses: refuses, asked: map[string][]string{}, stopped: map[string]bool{}}
			server := httptest.NewServer(there)
			defer server.Close()
			elsewhere(t, server.URL)
			primary, err := Open(t.Context(), "us-east-1")
			require.NoError(t, err)
			j, err := journal.Create(t.TempDir(), "dr", "op")
			require.NoError(t, err)
			defer func() { _ = j.Close() }()
			now := time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)
			run := &steps.Run{Journal: j, Say: func(string, string) {}, Clock: steps.Clock{
				Now: func() time.Time { return now }, Sleep: func(ctx context.Context, d time.Duration) error { now = now.Add(d); return ctx.Err() },
			}}
			require.NoError(t, run.Mark(journal.Begin, failover.Began{Operation: "failover", Stack: "dr"}))
			o := &failover.Operation{
				Primary: primary, Run: run,
				Site: failover.Site{PrimaryRegion: "us-east-1", PrimaryCluster: "careconnect-prod", PrimaryServices: map[string]string{"backend": "backend", "worker": "worker"}},
			}
			fence := slices.DeleteFunc(o.Steps(failover.OperationFailover), func(s steps.Step) bool { return s.Name != failover.StepFence })
			err = run.Execute(t.Context(), fence)

			lists := refuses == "ecs:ListTasks" || refuses == "ecs:DescribeTasks"
			assert.Contains(t, there.asked["ecs:UpdateService"], "backend")
			assert.Contains(t, there.asked["ecs:UpdateService"], "worker")
			assert.Contains(t, there.asked["autoscaling:RegisterScalableTarget"], backend)
			assert.Contains(t, there.asked["autoscaling:RegisterScalableTarget"], worker)
			assert.Equal(t, !lists, len(there.asked["ecs:StopTask"]) > 0, "a job is known by the list of tasks only")
			made, found := steps.Recall[failover.Fence](run, "fence")
			switch {
			case lists, strings.HasPrefix(refuses, "ecs:UpdateService"), strings.HasPrefix(refuses, "ecs:StopTask"):
				require.ErrorContains(t, err, "--primary-unreachable")
				assert.False(t, found)
			default:
				require.NoError(t, err)
				assert.Equal(t, []string{"backend", "worker"}, made.Stopped.Services)
				assert.Equal(t, refuses == "" || refuses == "autoscaling:DescribeScalableTargets", made.Proven(), "%v", made.Stopped.NotAsked)
				assert.GreaterOrEqual(t, there.looked, 2, "tasks that are DEACTIVATING or STOPPING still write")
			}
			assert.Empty(t, there.asked[":"], "no other service is needed")
		})
	}
}

// A statement is added to a bucket's policy and taken away again; the others stay as they are written.
func TestTheBucketRefusesReplicatedDeletions(t *testing.T) {
	policy := `{"Version":"2012-10-17","Statement":[{"Sid":"DenyPlainHTTP","Effect":"Deny","Principal":"*","Action":"s3:*"}]}`
	before, puts := policy, 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			puts++
			text := new(strings.Builder)
			_, _ = fmt.Fprint(text, readAll(r))
			policy = text.String()
			return
		}
		fmt.Fprint(w, policy)
	}))
	defer server.Close()
	elsewhere(t, server.URL)
	region, err := Open(t.Context(), "us-west-2")
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, region.RefuseDeletes(t.Context(), "files", true))
		refuses, err := region.RefusesDeletes(t.Context(), "files")
		require.NoError(t, err)
		assert.True(t, refuses)
	}
	assert.JSONEq(t, `{"Version":"2012-10-17","Statement":[{"Sid":"DenyPlainHTTP","Effect":"Deny","Principal":"*","Action":"s3:*"},
		{"Sid":"DenyReplicatedDeletes","Effect":"Deny","Principal":"*","Action":"s3:ReplicateDelete","Resource":"arn:aws:s3:::files/*"}]}`, policy)
	for range 2 {
		require.NoError(t, region.RefuseDeletes(t.Context(), "files", false))
	}
	assert.JSONEq(t, before, policy)
	assert.Equal(t, 2, puts, "what is so already is not written again")
}

// Both halves of the switch are asked, whichever fails; the schedule keeps everything but its input.
func TestBothHalvesOfTheSwitchAreTurned(t *testing.T) {
	for _, fails := range []string{"", "schedule", "metric"} {
		var updated map[string]any
		written := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasPrefix(r.URL.Path, "/schedules/") && r.Method == http.MethodGet:
				if fails == "schedule" {
					w.WriteHeader(http.StatusForbidden)
					return
				}
				fmt.Fprint(w, `{"Name":"switch","GroupName":"default","ScheduleExpression":"rate(1 minute)","State":"ENABLED","Description":"d","FlexibleTimeWindow":{"Mode":"OFF"},
					"Target":{"Arn":"arn:aws:scheduler:::aws-sdk:cloudwatch:putMetricData","RoleArn":"arn:aws:iam::123456789012:role/r","Input":"{}","RetryPolicy":{"MaximumRetryAttempts":0,"MaximumEventAgeInSeconds":60}}}`)
			case strings.HasPrefix(r.URL.Path, "/schedules/"):
				_ = json.Unmarshal([]byte(readAll(r)), &updated)
				fmt.Fprint(w, `{"ScheduleArn":"arn"}`)
			default:
				written++
				if fails == "metric" {
					w.WriteHeader(http.StatusForbidden)
					return
				}
				w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
				w.Header().Set("Content-Type", "application/cbor")
				_, _ = w.Write([]byte{0xa0})
			}
		}))
		elsewhere(t, server.URL)
		region, err := Open(t.Context(), "us-west-2")
		require.NoError(t, err)
		err = region.Turn(t.Context(), failover.Switch{Namespace: "Carebase/Recovery", Metric: "FailoverSwitch", Stack: "prod", Alarm: "switch"}, true)
		assert.Equal(t, fails != "", err != nil, "%s: %v", fails, err)
		assert.Positive(t, written, "%s: the metric is written", fails)
		if fails != "schedule" {
			target := updated["Target"].(map[string]any)
			assert.Equal(t, `{"Namespace":"Carebase/Recovery","MetricData":[{"MetricName":"FailoverSwitch","Dimensions":[{"Name":"Stack","Value":"prod"}],"Value":1}]}`, target["Input"])
			assert.Equal(t, []any{"rate(1 minute)", "ENABLED", "d"}, []any{updated["ScheduleExpression"], updated["State"], updated["Description"]})
			assert.Equal(t, map[string]any{"MaximumRetryAttempts": 0.0, "MaximumEventAgeInSeconds": 60.0}, target["RetryPolicy"])
		}
		server.Close()
	}
}

func readAll(r *http.Request) string {
	text := new(strings.Builder)
	buffer := make([]byte, 4096)
	for {
		n, err := r.Body.Read(buffer)
		text.Write(buffer[:n])
		if err != nil {
			return text.String()
		}
	}
}

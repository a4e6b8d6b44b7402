package failover

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/failover/journal"
	"github.com/carebase/carebase/failover/steps"
)

// world simulates both regions, the engine and the clock. Nothing happens in it but by calls and by the time that passes
// while somebody sleeps. A copy of it is a moment that can be returned to.
type world struct {
	now              time.Time
	databases        map[string]Database // "region/identifier"
	promoting        map[string]time.Time
	services         map[string]Service // "region/name"
	stopping         map[string]time.Time
	tasks            []simTask
	written          time.Time       // the last moment at which a task of the primary wrote
	down             map[string]bool // regions that do not answer
	deaf             string          // "region operation" that never answers
	engaged          bool            // what the alarm sees
	metric           bool
	metricAt         time.Time
	schedule         Published     // what publishes the metric every minute
	traffic          string        // region that the origin's name leads to
	trafficAt        time.Time     // since when it should lead elsewhere
	stuck            bool          // Route 53 does not follow the alarm
	refuses          bool          // the bucket of files takes no replicated deletions
	deleting         bool          // the primary's tasks delete files
	deleted          int           // files that people lost while the recovery region served
	resolvesAccepted bool          // the operator goes on whatever the name leads to
	autoscaleAt      time.Time     // when the primary's autoscaling starts tasks again, wherever it is not suspended
	jobAt            time.Time     // when somebody starts another job in the primary
	logs             int64         // that wait for the replica on the primary's disk, of 100 GiB
	lag              time.Duration // while the primary lives
	frozen           time.Time     // up to when the replica has everything, once it does not
	silent           time.Time     // from when on its lag is not reported, once it is not
	obstacles        []Reason
	healthy          bool

	settings map[string]Activation // by stack
	state    map[string]stateOf    // by stack: what the engine believes
	snapshot map[string]string     // RDS snapshots: status
	leftover []Leftover
	cache    string // the recovery stack's: "" for none, protected or released
	writes   int

	// What must never happen, counted.
	refused    int // promotions of what is no replica
	promotions int
	lost       time.Duration // of what the primary's tasks had written when the replica was promoted
	wrong      []string
}

// simTask is a task of ECS. Told to stop it is DEACTIVATING for a minute, while it is taken out of its target group, then
// STOPPING for half a minute, until it is killed. It writes until it is STOPPED, but a service counts it as running only
// while it is RUNNING.
type simTask struct {
	region, service, id string // service "" for a job
	runs, told          time.Time
}

const deactivating, stopping = time.Minute, 30 * time.Second

func (s simTask) status(now time.Time) string {
	switch {
	case s.told.IsZero() && now.Before(s.runs):
		return "PENDING"
	case s.told.IsZero():
		return "RUNNING"
	case now.Before(s.told.Add(deactivating)):
		return "DEACTIVATING"
	case now.Before(s.told.Add(deactivating + stopping)):
		return "STOPPING"
	}
	return "STOPPED"
}

// write lets the primary's tasks write until then.
func (w *world) write(until time.Time) {
	for _, task := range w.tasks {
		if task.region != east || w.now.Before(task.runs) {
			continue
		}
		last := until
		if end := task.told.Add(deactivating + stopping); !task.told.IsZero() && end.Before(last) {
			last = end
		}
		if !last.After(w.now) {
			continue
		}
		if last.After(w.written) {
			w.written = last
		}
		if w.deleting && w.engaged && !w.refuses {
			w.deleted++
		}
	}
}

type stateOf struct{ resourceID, source string }

func (w *world) clone() *world {
	c := *w
	c.databases, c.promoting = maps.Clone(w.databases), maps.Clone(w.promoting)
	c.services, c.stopping, c.down = maps.Clone(w.services), maps.Clone(w.stopping), maps.Clone(w.down)
	c.settings, c.state, c.snapshot = maps.Clone(w.settings), maps.Clone(w.state), maps.Clone(w.snapshot)
	c.tasks = slices.Clone(w.tasks)
	c.leftover, c.wrong, c.obstacles = slices.Clone(w.leftover), slices.Clone(w.wrong), slices.Clone(w.obstacles)
	return &c
}

const (
	east, west = "us-east-1", "us-west-2"
	prodDB     = "careconnect-prod-db"
	drDB       = "careconnect-dr-db"
	sourceArn  = "arn:aws:rds:us-east-1:123456789012:db:careconnect-prod-db"
	targetArn  = "arn:aws:rds:us-west-2:123456789012:db:careconnect-dr-db"
)

func newWorld() *world {
	common := Database{Status: "available", Class: "db.r6g.large", EngineVersion: "16.9", StorageGiB: 100, Encrypted: true, Vpc: "vpc-1", SubnetGroup: "database", ParameterGroup: "ours", ParameterStatus: "in-sync"}
	prod, dr := common, common
	prod.Identifier, prod.Arn, prod.ResourceID, prod.MultiAZ, prod.BackupRetentionDays = prodDB, sourceArn, "db-PROD", true, 30
	dr.Identifier, dr.Arn, dr.ResourceID, dr.Source, dr.BackupRetentionDays = drDB, targetArn, "db-DR", sourceArn, 30
	groups := []string{"arn:aws:elasticloadbalancing:::targetgroup/backend"}
	w := &world{
		now:       time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC),
		databases: map[string]Database{east + "/" + prodDB: prod, west + "/" + drDB: dr},
		promoting: map[string]time.Time{}, stopping: map[string]time.Time{}, down: map[string]bool{}, snapshot: map[string]string{},
		services: map[string]Service{
			east + "/backend-prod": {Name: "backend-prod", Desired: 4, Running: 4, Targets: 4, Healthy: 4, TargetGroups: groups},
			west + "/backend-dr":   {Name: "backend-dr", TargetGroups: groups},
			east + "/worker-prod":  {Name: "worker-prod", Desired: 2, Running: 2},
			west + "/worker-dr":    {Name: "worker-dr"},
		},
		schedule: Published{Found: true, Enabled: true}, traffic: east,
		lag: 20 * time.Second, healthy: true,
		settings: map[string]Activation{},
		state:    map[string]stateOf{"dr": {"db-DR", sourceArn}, "prod": {"db-PROD", ""}},
	}
	for name, count := range map[string]int{"backend-prod": 4, "worker-prod": 2} {
		for i := range count {
			w.tasks = append(w.tasks, simTask{region: east, service: name, id: fmt.Sprintf("%s-%d", name, i), runs: w.now.Add(-time.Hour)})
		}
	}
	slices.SortFunc(w.tasks, func(a, b simTask) int { return strings.Compare(a.id, b.id) })
	return w
}

var site = Site{
	Region: west, PrimaryRegion: east, PrimaryStack: "organization/careconnect/prod", Database: drDB, PrimaryDatabase: prodDB, PrimaryDatabaseArn: sourceArn,
	Cluster: "careconnect-dr", PrimaryCluster: "careconnect-prod",
	Services: map[string]string{"backend": "backend-dr", "worker": "worker-dr"}, PrimaryServices: map[string]string{"backend": "backend-prod", "worker": "worker-prod"},
	Counts: map[string]int{"backend": 3, "worker": 2}, PrimaryCounts: map[string]int{"backend": 4, "worker": 2}, FilesBucket: "careconnect-prod-files-usw2", Switch: Switch{"Carebase/Recovery", "FailoverSwitch", "prod", "careconnect-prod-failover-switch"},
	HealthURL: "https://careconnect.example.com/actuator/health", OriginName: "origin.careconnect.example.com",
	RecoveryOriginName: "origin-recovery.careconnect.example.com", RTOMinutes: 240, RPOMinutes: 60, Vault: "careconnect-prod-recovery",
}

// process is one run of the tool in the world, until it ends or is killed.
type process struct {
	t     *testing.T
	w     *world
	dir   string
	began Began

	calls    int
	fault    func(call int) fault
	moments  *[]moment       // where they are recorded
	primary  map[string]bool // regions that are sealed
	names    []string        // of the calls
	afterEnd int             // calls to the primary after the journal said that it is fenced
}

type fault int

const (
	none   fault = iota
	before       // it fails and nothing has happened: throttling, 500
	after        // it happened, and the answer was lost: a time-out
)

// moment is what a crash leaves: the world, and the journal's bytes.
type moment struct {
	w       *world
	journal []byte
	call    string
}

func (p *process) mark(call string) {
	if p.moments == nil {
		return
	}
	text, _ := os.ReadFile(filepath.Join(p.dir, "op.jsonl"))
	*p.moments = append(*p.moments, moment{p.w.clone(), text, call})
}

// call is around every call: it is where the tool can be killed, and where faults are.
func (p *process) call(name string, effects ...func()) error {
	p.calls++
	p.names = append(p.names, name)
	kind := none
	if p.w.deaf != "" && p.w.deaf == name {
		return errors.New("i/o timeout: " + name)
	}
	if p.fault != nil {
		kind = p.fault(p.calls)
	}
	if kind == before {
		return errors.New("ThrottlingException: Rate exceeded in " + name)
	}
	for _, effect := range effects {
		p.mark("before " + name)
		effect()
		p.mark("after " + name)
	}
	if kind == after {
		return errors.New("the answer of " + name + " did not arrive: i/o timeout")
	}
	return nil
}

// pass lets time go by, and what takes time happen.
func (w *world) pass(d time.Duration) {
	w.write(w.now.Add(d))
	w.now = w.now.Add(d)
	for key, at := range w.promoting {
		if !w.now.Before(at) {
			db := w.databases[key]
			db.Status = "available"
			w.databases[key] = db
			delete(w.promoting, key)
		}
	}
	for key, at := range w.stopping {
		if !w.now.Before(at) {
			service := w.services[key]
			service.Running = service.Desired
			if len(service.TargetGroups) > 0 {
				service.Targets, service.Healthy = service.Desired, service.Desired
			}
			w.services[key] = service
			delete(w.stopping, key)
		}
	}
	if w.schedule.Enabled && w.metric != w.schedule.Engaged { // it writes every minute
		w.metric, w.metricAt = w.schedule.Engaged, w.now
	}
	for _, name := range []string{"backend-prod", "worker-prod"} {
		service := w.services[east+"/"+name]
		if !w.autoscaleAt.IsZero() && w.now.After(w.autoscaleAt) && !service.Suspended && service.Desired == 0 {
			(&simRegion{p: &process{w: w}, name: east}).scale(name, 2)()
		}
	}
	if !w.jobAt.IsZero() && w.now.After(w.jobAt) {
		w.tasks = append(w.tasks, simTask{region: east, id: "job-2", runs: w.now})
		w.jobAt = time.Time{}
	}
	if w.metric != w.engaged && w.now.Sub(w.metricAt) >= 90*time.Second {
		w.engaged = w.metric
		w.trafficAt = w.now
	}
	if !w.stuck && w.now.Sub(w.trafficAt) >= 30*time.Second {
		w.traffic = map[bool]string{true: west, false: east}[w.engaged]
	}
}

// status of the recovery region's database: AWS backs up, reboots and mends storage when it likes.
func (w *world) status(status string) {
	db := w.databases[west+"/"+drDB]
	db.Status = status
	w.databases[west+"/"+drDB] = db
}

// promote is RDS's PromoteReadReplica.
func (w *world) promote(key string) error {
	db := w.databases[key]
	if db.Source == "" {
		w.refused++
		return errors.New("InvalidDBInstanceState: DB Instance is not a read replica")
	}
	if db.Status == "backing-up" {
		w.wrong = append(w.wrong, "promotion asked for while a backup is being made")
		return errors.New("InvalidDBInstanceState: DB Instance is not in the available state")
	}
	if db.BackupRetentionDays == 0 {
		w.wrong = append(w.wrong, "promoted a replica that has no backups")
	}
	w.promotions++
	if key == west+"/"+drDB && !w.engaged {
		w.wrong = append(w.wrong, "promoted while traffic could go to the primary")
	}
	if key == west+"/"+drDB {
		until := w.now.Add(-w.lag)
		if !w.frozen.IsZero() {
			until = w.frozen
		}
		w.lost = max(0, w.written.Sub(until))
	}
	if key == west+"/"+drDB && w.traffic != west && !w.resolvesAccepted {
		w.wrong = append(w.wrong, "promoted while the origin's name leads to the primary")
	}
	if key == west+"/"+drDB && !w.down[east] && w.services[east+"/backend-prod"].Desired > 0 {
		w.wrong = append(w.wrong, "promoted while the primary's services run and could have been stopped")
	}
	db.Source, db.Status = "", "modifying"
	w.databases[key] = db
	w.promoting[key] = w.now.Add(5 * time.Minute)
	return nil
}

// begin starts the tool in dir: on the journal that is there, or on a new one.
func (p *process) begin() *Operation {
	p.t.Helper()
	p.primary = map[string]bool{}
	path := filepath.Join(p.dir, "op.jsonl")
	var j *journal.Journal
	var err error
	if _, missing := os.Stat(path); missing != nil {
		j, err = journal.Create(p.dir, "dr", "op")
	} else {
		j, err = journal.Open(path, "dr")
	}
	require.NoError(p.t, err)
	run := &steps.Run{
		Journal: j,
		Clock: steps.Clock{
			Now: func() time.Time { return p.w.now },
			Sleep: func(ctx context.Context, d time.Duration) error {
				p.mark("before sleeping")
				p.w.pass(d)
				p.mark("after sleeping")
				return ctx.Err()
			},
		},
		Say: func(string, string) {},
	}
	if len(j.Records()) == 0 {
		require.NoError(p.t, run.Mark(journal.Begin, p.began))
	}
	return &Operation{
		Stack: &simStack{p, "dr", west, drDB}, Protected: &simStack{p, "prod", east, prodDB}, Site: site,
		Primary: &simRegion{p: p, name: east, other: true}, Recovery: &simRegion{p: p, name: west},
		Run: run, Timeout: func(step string) time.Duration { return TimeOut(step, 100) }, Began: p.began,
		Probe: func(context.Context, string) error {
			if !p.w.healthy {
				return errors.New("503")
			}
			return p.call("probe")
		},
		Resolve: func(_ context.Context, host string) ([]string, error) {
			addresses := map[string][]string{east: {"192.0.2.1", "192.0.2.2"}, west: {"198.51.100.1", "198.51.100.2"}}
			if host == site.RecoveryOriginName {
				return addresses[west], p.call("resolve " + host)
			}
			return addresses[p.w.traffic], p.call("resolve " + host)
		},
	}
}

// simRegion is a region of the world, as one process reaches it.
type simRegion struct {
	p     *process
	name  string
	other bool // the primary region
}

func (s *simRegion) Name() string { return s.name }
func (s *simRegion) Seal()        { s.p.primary[s.name] = true }

func (s *simRegion) call(name string, effects ...func()) error {
	if s.p.primary[s.name] {
		s.p.w.wrong = append(s.p.w.wrong, name+" to a region that is sealed off")
		return errors.New("sealed")
	}
	if s.other {
		s.p.fenced(name)
	}
	if s.p.w.down[s.name] {
		s.p.calls++
		s.p.names = append(s.p.names, s.name+" "+name)
		return errors.New("dial tcp: i/o timeout")
	}
	return s.p.call(s.name+" "+name, effects...)
}

// fenced counts calls to the primary that come after the journal says it is fenced, unless the failover is being undone.
func (p *process) fenced(string) {
	records, err := journal.Read(filepath.Join(p.dir, "op.jsonl"))
	require.NoError(p.t, err)
	fenced := false
	for _, record := range records {
		switch {
		case record.Kind == journal.Turn:
			return
		case record.Kind == journal.Done && record.Step == StepFence:
			fenced = true
		}
	}
	if fenced && p.began.Operation == "failover" {
		p.afterEnd++
	}
}

func (s *simRegion) key(identifier string) string { return s.name + "/" + identifier }

func (s *simRegion) Database(_ context.Context, identifier string) (db Database, err error) {
	if err = s.call("DescribeDBInstances"); err != nil {
		return db, err
	}
	db, found := s.p.w.databases[s.key(identifier)]
	if !found {
		return db, ErrNotFound
	}
	return db, nil
}

func (s *simRegion) ReplicaLag(_ context.Context, _ string, since time.Time) ([]Reading, error) {
	w := s.p.w
	readings := []Reading{{w.now.Add(-2 * time.Minute), w.lag}, {w.now.Add(-time.Minute), -time.Second}, {w.now, w.lag}}
	switch {
	case !w.silent.IsZero():
		readings = []Reading{{w.silent.Add(-time.Minute), w.lag}, {w.silent, w.lag}, {w.now, -time.Second}}
	case !w.frozen.IsZero():
		lag := w.now.Sub(w.frozen)
		readings = []Reading{{w.now.Add(-time.Minute), lag - time.Minute}, {w.now, lag}}
	}
	return slices.DeleteFunc(readings, func(r Reading) bool { return r.At.Before(since) }), s.call("GetMetricData")
}

func (s *simRegion) AutomatedBackup(context.Context, string) (Backup, error) {
	return Backup{Arn: "arn:aws:rds:us-west-2:123456789012:auto-backup:ab-1", Status: "replicating", LatestRestorable: s.p.w.now.Add(-10 * time.Minute)},
		s.call("DescribeDBInstanceAutomatedBackups")
}

func (s *simRegion) LastCopy(context.Context, string, string) (time.Time, error) {
	return s.p.w.now.Add(-6 * time.Hour), s.call("ListRecoveryPointsByBackupVault")
}

func (s *simRegion) Services(_ context.Context, _ string, names []string) (list []Service, err error) {
	if err := s.call("ecs:DescribeServices"); err != nil {
		return nil, err
	}
	for _, name := range names {
		service := s.p.w.services[s.key(name)]
		service.Targets, service.Healthy, service.Suspended = 0, 0, false // other services know
		list = append(list, service)
	}
	return list, nil
}

func (s *simRegion) Targets(_ context.Context, services []Service) ([]Service, error) {
	list := slices.Clone(services)
	err := s.call("elasticloadbalancing:DescribeTargetHealth")
	for i := range list {
		known := s.p.w.services[s.key(list[i].Name)]
		list[i].Targets, list[i].Healthy = known.Targets, known.Healthy
		if err != nil {
			list[i].Targets, list[i].Healthy = -1, 0
		}
	}
	return list, err
}

func (s *simRegion) Suspended(_ context.Context, _ string, names []string) (map[string]bool, error) {
	if err := s.call("application-autoscaling:DescribeScalableTargets"); err != nil {
		return nil, err
	}
	suspended := map[string]bool{}
	for _, name := range names {
		suspended[name] = s.p.w.services[s.key(name)].Suspended
	}
	return suspended, nil
}

func (s *simRegion) Tasks(context.Context, string) (list []Task, err error) {
	for _, operation := range []string{"ecs:ListTasks", "ecs:DescribeTasks"} {
		if err := s.call(operation); err != nil {
			return nil, err
		}
	}
	for _, task := range s.p.w.tasks {
		if status := task.status(s.p.w.now); task.region == s.name && status != "STOPPED" {
			found := Task{Arn: task.id, Service: task.service, Status: status, Stopping: !task.told.IsZero()}
			if task.service == "" {
				found.Family = "migrate"
			}
			list = append(list, found)
		}
	}
	return list, nil
}

func (s *simRegion) Scale(_ context.Context, _ string, counts map[string]int) map[string]error {
	failed := map[string]error{}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		if err := s.call("ecs:UpdateService "+name, s.scale(name, counts[name])); err != nil {
			failed[name] = err
		}
	}
	return failed
}

// scale is what ECS does: it tells tasks that are too many to stop, and starts those that lack.
func (s *simRegion) scale(name string, count int) func() {
	return func() {
		w, key := s.p.w, s.key(name)
		service := w.services[key]
		was := service.Desired
		service.Desired, service.Name = count, name
		service.Running = min(service.Running, count) // from now on the others do not count as running
		w.services[key] = service
		if was != count {
			w.stopping[key] = w.now.Add(time.Minute)
		}
		alive := 0
		for i, task := range w.tasks {
			if task.region != s.name || task.service != name || !task.told.IsZero() {
				continue
			}
			if alive++; alive > count {
				w.tasks[i].told = w.now
			}
		}
		for ; alive < count; alive++ {
			w.writes++
			w.tasks = append(w.tasks, simTask{region: s.name, service: name, id: fmt.Sprintf("%s-new%d", name, w.writes), runs: w.now.Add(time.Minute)})
		}
	}
}

func (s *simRegion) StopTasks(_ context.Context, _ string, arns []string) map[string]error {
	failed := map[string]error{}
	for _, arn := range arns {
		err := s.call("ecs:StopTask "+arn, func() {
			for i, task := range s.p.w.tasks {
				if task.id == arn && task.told.IsZero() {
					s.p.w.tasks[i].told = s.p.w.now
				}
			}
		})
		if err != nil {
			failed[arn] = err
		}
	}
	return failed
}

func (s *simRegion) SuspendScaling(_ context.Context, _ string, names []string, suspended bool) map[string]error {
	failed := map[string]error{}
	for _, name := range names {
		err := s.call("application-autoscaling:RegisterScalableTarget "+name, func() {
			service := s.p.w.services[s.key(name)]
			service.Suspended = suspended
			s.p.w.services[s.key(name)] = service
		})
		if err != nil {
			failed[name] = err
		}
	}
	return failed
}

func (s *simRegion) Engaged(context.Context, Switch) (bool, error) {
	return s.p.w.engaged, s.call("cloudwatch:DescribeAlarms")
}

func (s *simRegion) Turn(_ context.Context, _ Switch, engaged bool) error {
	return errors.Join(s.call("scheduler:UpdateSchedule", func() {
		if s.p.w.schedule.Found {
			s.p.w.schedule.Engaged = engaged
		}
	}), s.call("cloudwatch:PutMetricData", func() {
		if s.p.w.metric != engaged {
			s.p.w.metric, s.p.w.metricAt = engaged, s.p.w.now
		}
	}))
}

func (s *simRegion) Published(context.Context, Switch) (Published, error) {
	published := s.p.w.schedule
	if published.Enabled {
		published.Last = s.p.w.now
	}
	return published, s.call("scheduler:GetSchedule")
}

func (s *simRegion) RefuseDeletes(_ context.Context, _ string, refuse bool) error {
	return s.call("s3:PutBucketPolicy", func() { s.p.w.refuses = refuse })
}

func (s *simRegion) RefusesDeletes(context.Context, string) (bool, error) {
	return s.p.w.refuses, s.call("s3:GetBucketPolicy")
}

func (s *simRegion) LogUsage(context.Context, string) (logs, free int64, err error) {
	return s.p.w.logs, 100<<30 - s.p.w.logs, s.call("cloudwatch:GetMetricStatistics")
}

func (s *simRegion) Obstacles(context.Context, Needs) []Reason {
	if err := s.call("Obstacles"); err != nil {
		return []Reason{unknown("needs", err)}
	}
	return s.p.w.obstacles
}

func (s *simRegion) Snapshot(_ context.Context, database, snapshot string) (string, error) {
	key := s.key(snapshot)
	err := s.call("CreateDBSnapshot", func() {
		if _, there := s.p.w.snapshot[key]; !there {
			s.p.w.snapshot[key] = "available"
		}
	})
	return s.p.w.snapshot[key], err
}

func (s *simRegion) Rename(_ context.Context, from, to string) error {
	return s.call("ModifyDBInstance", func() {
		db, found := s.p.w.databases[s.key(from)]
		if !found {
			s.p.w.wrong = append(s.p.w.wrong, "renamed what is not there: "+from)
			return
		}
		if _, taken := s.p.w.databases[s.key(to)]; taken {
			s.p.w.wrong = append(s.p.w.wrong, "renamed onto "+to)
			return
		}
		db.Identifier = to
		delete(s.p.w.databases, s.key(from))
		s.p.w.databases[s.key(to)] = db
	})
}

func (s *simRegion) CreateReplica(_ context.Context, like Database, source string) error {
	return s.call("CreateDBInstanceReadReplica", func() {
		if _, taken := s.p.w.databases[s.key(like.Identifier)]; taken {
			s.p.w.wrong = append(s.p.w.wrong, "a replica over "+like.Identifier)
			return
		}
		made := like
		s.p.w.writes++
		made.Source, made.ResourceID, made.BackupRetentionDays = source, fmt.Sprintf("db-NEW%d", s.p.w.writes), 0 // RDS takes no days here
		made.ParameterGroup, made.ParameterStatus = "default.postgres16", "in-sync"                               // RDS takes no other here
		s.p.w.databases[s.key(like.Identifier)] = made
	})
}

func (s *simRegion) Configure(_ context.Context, identifier, group string, days int) error {
	return s.call("ModifyDBInstance", func() {
		db := s.p.w.databases[s.key(identifier)]
		db.ParameterGroup, db.ParameterStatus, db.BackupRetentionDays = group, "pending-reboot", days
		s.p.w.databases[s.key(identifier)] = db
	})
}

func (s *simRegion) Restart(_ context.Context, identifier string) error {
	return s.call("RebootDBInstance", func() {
		db := s.p.w.databases[s.key(identifier)]
		db.ParameterStatus = "in-sync"
		s.p.w.databases[s.key(identifier)] = db
	})
}

func (s *simRegion) Promote(_ context.Context, identifier string, days int) (err error) {
	answer := s.call("PromoteReadReplica", func() {
		if err = s.p.w.promote(s.key(identifier)); err == nil {
			db := s.p.w.databases[s.key(identifier)]
			db.BackupRetentionDays = days
			s.p.w.databases[s.key(identifier)] = db
		}
	})
	return errors.Join(err, answer)
}

func (s *simRegion) Isolate(_ context.Context, _, drill string) (string, error) {
	return "sg-" + drill, s.call("CreateSecurityGroup", func() { s.add(Leftover{DrillGroup, "sg-" + drill, drill}) })
}

func (s *simRegion) add(l Leftover) {
	if !slices.Contains(s.p.w.leftover, l) {
		s.p.w.leftover = append(s.p.w.leftover, l)
	}
}

func (s *simRegion) Restore(_ context.Context, r Restore) error {
	return s.call("RestoreDBInstanceToPointInTime", func() {
		s.add(Leftover{DrillDatabase, r.Identifier, r.Drill})
		db := r.Like
		db.Identifier, db.Source, db.Status, db.SecurityGroups = r.Identifier, "", "creating", []string{r.SecurityGroup}
		s.p.w.databases[s.key(r.Identifier)] = db
		s.p.w.promoting[s.key(r.Identifier)] = s.p.w.now.Add(25 * time.Minute)
	})
}

func (s *simRegion) Leftovers(context.Context) (list []Leftover, err error) {
	var problems []error
	for _, kind := range []string{DrillDatabase, DrillGroup} {
		if err := s.call("look for a " + kind); err != nil {
			problems = append(problems, err)
			continue
		}
		for _, leftover := range s.p.w.leftover {
			if leftover.Kind == kind {
				list = append(list, leftover)
			}
		}
	}
	return list, errors.Join(problems...)
}

func (s *simRegion) Remove(_ context.Context, l Leftover) error {
	return s.call("delete "+l.ID, func() {
		s.p.w.leftover = slices.DeleteFunc(s.p.w.leftover, func(one Leftover) bool { return one == l })
		if l.Kind == DrillDatabase {
			delete(s.p.w.databases, s.key(l.ID))
		}
	})
}

// simStack is the engine on one stack.
type simStack struct {
	p                      *process
	name, region, database string
}

func (s *simStack) Name() string { return s.name }

func (s *simStack) Activation(context.Context) (Activation, error) {
	return s.p.w.settings[s.name], s.p.call("config get")
}

func (s *simStack) Activate(_ context.Context, to Activation) error {
	return s.p.call("config set", func() { s.p.w.settings[s.name] = to })
}

func (s *simStack) Outputs(context.Context) (map[string]any, error) {
	return nil, s.p.call("stack output")
}

func (s *simStack) Dependencies(context.Context, string, string, string) []Reason { return nil }

func (s *simStack) Refresh(context.Context, string) error {
	return s.p.call("refresh", func() {
		for _, db := range s.p.w.databases {
			if db.ResourceID == s.p.w.state[s.name].resourceID {
				s.p.w.state[s.name] = stateOf{db.ResourceID, db.Source}
			}
		}
	})
}

func (s *simStack) Adopt(ctx context.Context, _, resourceID string) error {
	if err := s.p.call("import", func() {
		state := s.p.w.state[s.name]
		state.resourceID = resourceID
		s.p.w.state[s.name] = state
	}); err != nil {
		return err
	}
	return s.Refresh(ctx, "")
}

func (s *simStack) ReleaseCache(context.Context) error {
	return s.p.call("import", func() {
		if s.p.w.cache != "" {
			s.p.w.cache = "released"
		}
	})
}

// Up does what the provider does, one call after the other; the tool can be killed between any two.
func (s *simStack) Up(_ context.Context, tell func(string)) (err error) {
	tell("updating")
	key := s.region + "/" + s.database
	recovery := &simRegion{p: s.p, name: s.region}
	serve := func(backend, worker int) {
		recovery.scale("backend-dr", backend)()
		recovery.scale("worker-dr", worker)()
	}
	act := s.p.w.settings[s.name]
	if s.name == "prod" {
		act = Activation{Active: true, Promoted: true}
	}
	var effects []func()
	if s.p.w.state[s.name].resourceID != s.p.w.databases[key].ResourceID {
		s.p.w.wrong = append(s.p.w.wrong, "an update of "+s.name+" acts on the instance that was set aside")
	}
	if act.Active {
		effects = append(effects, func() {
			if s.name == "dr" {
				s.p.w.cache = "protected"
			}
		}, func() {
			if s.p.w.state[s.name].source != "" {
				err = s.p.w.promote(key)
			}
		}, func() { // the provider waits
			if err == nil {
				s.p.w.pass(6 * time.Minute)
				s.p.w.state[s.name] = stateOf{s.p.w.state[s.name].resourceID, ""}
			}
		}, func() {
			if err == nil && s.name == "dr" {
				serve(3, 2)
			}
		})
	} else {
		effects = append(effects, func() {
			if s.p.w.cache == "protected" {
				err = errors.New("the cache cannot be deleted: it is protected")
				return
			}
			s.p.w.cache = ""
			if s.p.w.databases[key].Source == "" {
				s.p.w.wrong = append(s.p.w.wrong, "deactivated a database that is promoted")
			}
			serve(0, 0)
			db := s.p.w.databases[key]
			db.BackupRetentionDays = 30
			s.p.w.databases[key] = db
		})
	}
	if act.Promoted {
		effects = append(effects, func() {
			if err == nil {
				db := s.p.w.databases[key]
				db.MultiAZ, db.BackupRetentionDays = true, 30
				s.p.w.databases[key] = db
				s.p.w.pass(15 * time.Minute)
			}
		})
	}
	answer := s.p.call("up "+s.name, effects...)
	return errors.Join(err, answer)
}

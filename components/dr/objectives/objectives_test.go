package objectives

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// careConnect as DESIGN has it: a replica, files replicated, a recovery stack that stands ready.
var careConnect = System{
	Database: Replica, ReplicaLag: 15 * time.Minute, DatabaseGiB: 1000,
	HasFiles: true, FilesReplicated: true, Standby: true, HasCache: true, Decision: 30 * time.Minute,
}

// vantrexia has no replica and no recovery stack: copies in another region, and everything else from the program.
var vantrexia = System{
	Database: Copies, CopyEvery: 12 * time.Hour, CopyWithin: 4 * time.Hour, DatabaseGiB: 20,
	HasFiles: true, Decision: 30 * time.Minute,
}

func TestCareConnectMeetsItsObjectives(t *testing.T) {
	d := Derive(careConnect)
	rpo, bounded := d.RPO()
	require.True(t, bounded)
	assert.Equal(t, 20*time.Minute, rpo)
	assert.Equal(t, 164*time.Minute+30*time.Second, d.RTO())
	assert.Empty(t, d.Shortfalls(Objectives{RTO: 4 * time.Hour, RPO: time.Hour}))

	warm := careConnect
	warm.HasCache = false
	assert.Equal(t, 134*time.Minute+30*time.Second, Derive(warm).RTO(), "a cache that stands by is not made")
	require.Len(t, d.After, 2)
	for _, later := range d.After {
		for _, figure := range d.Steps {
			assert.NotEqual(t, later.What, figure.What, "the RTO ends when people are served")
		}
	}
	assert.Equal(t, []string{"to switch the database's standby and AWS Backup on", "to verify"}, []string{d.After[0].What, d.After[1].What})
}

func TestVantrexiaMeetsItsObjectives(t *testing.T) {
	d := Derive(vantrexia)
	rpo, bounded := d.RPO()
	require.True(t, bounded)
	assert.Equal(t, 16*time.Hour, rpo)
	assert.Equal(t, 182*time.Minute+30*time.Second, d.RTO())
	assert.Empty(t, d.Shortfalls(Objectives{RTO: 4 * time.Hour, RPO: 24 * time.Hour}))
}

// A copy a day keeps no promise of 24 hours: until the next one has arrived, the last one grows older.
func TestDailyCopiesLoseMoreThanADay(t *testing.T) {
	daily := vantrexia
	daily.CopyEvery = 24 * time.Hour
	shortfalls := Derive(daily).Shortfalls(Objectives{RTO: 4 * time.Hour, RPO: 24 * time.Hour})
	require.Len(t, shortfalls, 2)
	for i, data := range []string{"database", "files"} {
		assert.Equal(t, Shortfall{"RPO", data + " can lose 28 h, 24 h promised: 24 h between copies + 4 h until a copy is complete in the recovery region"}, shortfalls[i])
	}
	assert.Empty(t, Derive(daily).Shortfalls(Objectives{RTO: 4 * time.Hour, RPO: 28 * time.Hour}))
}

func TestEveryShortfallIsReported(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*System)
		rto    time.Duration
		rpo    time.Duration
		want   []string // objective and what its reason says
	}{
		"nothing leaves the region": {func(s *System) { s.Database, s.FilesReplicated = Nothing, false }, 4 * time.Hour, time.Hour,
			[]string{"RPO database: nothing of it", "RPO files: nothing of them"}},
		"the replica may lag too far":    {func(s *System) { s.ReplicaLag = 56 * time.Minute }, 4 * time.Hour, time.Hour, []string{"RPO database can lose 61 min, 1 h promised"}},
		"the replica may lag just so":    {func(s *System) { s.ReplicaLag = 55 * time.Minute }, 4 * time.Hour, time.Hour, nil},
		"files in less than S3 promises": {func(s *System) { s.ReplicaLag = time.Minute }, 4 * time.Hour, 14 * time.Minute, []string{"RPO files can lose 15 min, 14 min promised"}},
		"restored from logs": {func(s *System) { s.Database = AutomatedBackups }, 4 * time.Hour, time.Hour,
			[]string{"RTO recovery can take 4 h 59.5 min, 4 h promised: 2 min until the next check starts"}},
		"restored from logs, in time":     {func(s *System) { s.Database = AutomatedBackups }, 5 * time.Hour, 30 * time.Minute, nil},
		"a long decision":                 {func(s *System) { s.Decision = 2 * time.Hour }, 4 * time.Hour, time.Hour, []string{"RTO recovery can take 4 h 14.5 min"}},
		"no stack stands ready":           {func(s *System) { s.Standby = false; s.Decision = 90 * time.Minute }, 4 * time.Hour, time.Hour, []string{"RTO "}},
		"a database that is long to load": {func(s *System) { s.Database, s.DatabaseGiB, s.CopyEvery = Copies, 4000, time.Hour }, 4 * time.Hour, 2 * time.Hour, []string{"RTO "}},
		"both":                            {func(s *System) { s.ReplicaLag, s.Decision = 3*time.Hour, 3*time.Hour }, 4 * time.Hour, time.Hour, []string{"RPO database", "RTO recovery"}},
		"restored from logs, and long to load": {func(s *System) { s.Database, s.DatabaseGiB = AutomatedBackups, 4000 }, 4 * time.Hour, time.Hour,
			[]string{"RTO recovery can take 6 h 29.5 min"}},
		"no promise": {func(s *System) { s.Database, s.Decision = Nothing, 100*time.Hour }, 0, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			system := careConnect
			c.change(&system)
			found := Derive(system).Shortfalls(Objectives{RTO: c.rto, RPO: c.rpo})
			require.Len(t, found, len(c.want), "%v", found)
			for i, want := range c.want {
				assert.Contains(t, found[i].Objective+" "+found[i].Reason, want)
			}
		})
	}
}

// Every figure says what it rests on: an address of AWS, a setting, or why it is that long.
func TestEveryFigureIsCited(t *testing.T) {
	aws := regexp.MustCompile(`^https://docs\.aws\.amazon\.com/\S+`)
	for _, source := range []Source{Replica, AutomatedBackups, Copies} {
		for _, standby := range []bool{true, false} {
			system := careConnect
			system.Database, system.Standby, system.FilesReplicated, system.CopyEvery, system.CopyWithin = source, standby, standby, time.Hour, time.Hour
			d := Derive(system)
			figures := d.Steps
			for _, path := range d.Paths {
				assert.Empty(t, path.Unbounded)
				figures = append(figures, path.Figures...)
			}
			for _, f := range figures {
				assert.NotEmpty(t, f.What)
				assert.Positivef(t, f.Length, f.What)
				assert.NotEmptyf(t, f.Source, f.What)
				assert.Truef(t, len(f.On) > 0 || f.Who != "", "%s rests on nothing", f.What)
				assert.Containsf(t, []Kind{Published, Chosen, TimeOut}, f.Kind, f.What)
				if f.Kind == Published {
					assert.Regexpf(t, aws, f.Source, f.What)
				}
			}
		}
	}
}

// More of anything that takes time never makes a bound smaller.
func TestBoundsGrowWithTheirParts(t *testing.T) {
	base := Derive(careConnect)
	lag := careConnect
	lag.ReplicaLag += time.Minute
	slower, _ := Derive(lag).RPO()
	rpo, _ := base.RPO()
	assert.Equal(t, rpo+time.Minute, slower)
	decision := careConnect
	decision.Decision += time.Minute
	assert.Equal(t, base.RTO()+time.Minute, Derive(decision).RTO())
	for gib := 0; gib < 5000; gib += 7 {
		assert.LessOrEqual(t, RestoreTimeOut(gib), RestoreTimeOut(gib+7))
	}
}

func TestEveryStepHasATimeOut(t *testing.T) {
	for _, step := range []Step{Page, Check, Fence, Switch, Traffic, CatchUp, Provision, Promote, Cache, Serve, Protect, Verify} {
		assert.Positive(t, step.TimeOut(), step)
	}
	assert.Equal(t, time.Hour, RestoreTimeOut(20))
	assert.Equal(t, 3*time.Hour, PointInTimeTimeOut(2500))
	assert.Equal(t, RestoreTimeOut(2501), PointInTimeTimeOut(2501))
}

func TestText(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"90 s": 90 * time.Second, "1 min": time.Minute, "15 min": 15 * time.Minute, "1 h": time.Hour, "61 min": 61 * time.Minute,
		"2 h 53.5 min": 2*time.Hour + 53*time.Minute + 30*time.Second, "28 h": 28 * time.Hour, "2 h": 2 * time.Hour,
	} {
		assert.Equal(t, want, Text(d))
	}
}

// The table has what every figure is, how long, what it rests on and where it is from, and fits a screen.
func TestTheTableFitsAScreen(t *testing.T) {
	for _, system := range []System{careConnect, vantrexia, {Database: AutomatedBackups, DatabaseGiB: 100, HasFiles: true, FilesReplicated: true, HasCache: true}, {Database: Nothing, HasFiles: true}} {
		system.Services = []string{"backend"}
		d := Derive(system)
		var b strings.Builder
		require.NoError(t, d.Write(&b, Objectives{RTO: 4 * time.Hour}, func(r Resource) bool { return r.Name != "edge-origin-record" }))
		for _, line := range strings.Split(b.String(), "\n") {
			assert.LessOrEqual(t, len(line), 100, line)
		}
		text := strings.Join(strings.Fields(b.String()), "")
		for _, figure := range append(d.Figures(), d.After...) {
			assert.Contains(t, b.String(), " "+Text(figure.Length)+"  "+wrap(figure.What, whatWidth)[0])
			assert.Contains(t, text, strings.Join(strings.Fields(strings.TrimPrefix(figure.Source, "https://")), ""))
			for _, resource := range figure.On {
				assert.Contains(t, b.String(), resource.String())
			}
		}
		assert.Contains(t, b.String(), "people")
		assert.Contains(t, b.String(), "(not in this plan)")
	}
}

package failover

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Status is the state of both regions. A question that fails is reported as text and does not end the others, because in an
// outage the status is the first thing that operators look at.
type Status struct {
	At          time.Time  `json:"at"`
	Stack       string     `json:"stack"`
	Activation  Activation `json:"activation"`
	Switch      string     `json:"switch"`         // what the alarm sees: engaged, released, or not known
	Publishes   string     `json:"publishes"`      // what the switch's schedule publishes every minute
	Traffic     string     `json:"traffic"`        // what the origin's name resolves to on this machine
	Leads       bool       `json:"leads"`          // true if Traffic is the recovery region
	Deletes     string     `json:"primaryDeletes"` // what the recovery region's bucket of files does with the primary's deletions
	Primary     Side       `json:"primary"`
	Recovery    Side       `json:"recovery"`
	Replicated  string     `json:"replicatedUntil"`
	RPOSeconds  int64      `json:"rpoSeconds"` // longest possible loss now; -1 if it is not known
	Objective   int64      `json:"rpoObjectiveSeconds"`
	Backup      string     `json:"replicatedBackup"` // latest restorable time in the recovery region
	Copy        string     `json:"lastCopy"`         // newest recovery point in the recovery region's vault
	Leftovers   []Leftover `json:"leftovers"`
	Unfinished  []string   `json:"unfinished"` // journals
	NotFoundOut []string   `json:"notFoundOut"`
}

// Side is the state of one region.
type Side struct {
	Region   string    `json:"region"`
	Database Database  `json:"database"`
	Services []Service `json:"services"`
	Tasks    []Task    `json:"tasks"` // of the cluster, that have not stopped
	Asked    bool      `json:"tasksKnown"`
	Error    string    `json:"error,omitempty"` // of the questions that failed
}

// patience is the time limit of each question, because an operator is waiting for the status.
const patience = 6 * time.Second

// Status asks both regions for their state.
func (o *Operation) Status(ctx context.Context, now time.Time) Status {
	stack, site, primary, recovery := o.Stack, o.Site, o.Primary, o.Recovery
	s := Status{At: now, Stack: stack.Name(), RPOSeconds: -1, Objective: int64(site.RPOMinutes) * 60}
	note := func(what string, err error) {
		if err != nil {
			s.NotFoundOut = append(s.NotFoundOut, what+": "+err.Error())
		}
	}
	var err error
	s.Activation, err = stack.Activation(ctx)
	note("settings", err)
	s.Primary = side(ctx, primary, site.PrimaryDatabase, site.PrimaryCluster, values(site.PrimaryServices))
	s.Recovery = side(ctx, recovery, site.Database, site.Cluster, values(site.Services))

	s.Switch = "released"
	if engaged, err := recovery.Engaged(ctx, site.Switch); err != nil {
		s.Switch = "not known"
		note("switch", err)
	} else if engaged {
		s.Switch = "engaged"
	}
	published, err := recovery.Published(ctx, site.Switch)
	s.Publishes = publishes(published)
	if err != nil {
		s.Publishes = "not known"
		note("the switch's schedule", err)
	}
	s.Leads, s.Traffic = o.follows(ctx)
	s.Deletes = "taken"
	if refuses, err := recovery.RefusesDeletes(ctx, site.FilesBucket); err != nil {
		s.Deletes = "not known"
		note("bucket "+site.FilesBucket, err)
	} else if refuses {
		s.Deletes = "refused"
	}
	readings, err := recovery.ReplicaLag(ctx, site.Database, now.Add(-lagWindow))
	note("replica lag", err)
	if until, known := replicatedUntil(readings); known && s.Recovery.Database.Replica() {
		s.Replicated, s.RPOSeconds = clock(until), int64(lossAt(until, now, time.Time{}).Seconds())
	}
	switch backup, err := recovery.AutomatedBackup(ctx, site.PrimaryDatabaseArn); {
	case err != nil:
		note("replicated backup", err)
	case backup.LatestRestorable.IsZero():
		s.Backup = "nothing that can be restored yet, " + backup.Status
	default:
		s.Backup = clock(backup.LatestRestorable) + ", " + backup.Status
	}
	if at, err := recovery.LastCopy(ctx, site.Vault, site.PrimaryDatabaseArn); err == nil {
		s.Copy = clock(at)
	} else {
		note("copy in the vault", err)
	}
	s.Leftovers, err = recovery.Leftovers(ctx)
	note("leftovers of drills", err)
	return s
}

// publishes describes what a schedule publishes.
func publishes(p Published) string {
	switch {
	case !p.Found:
		return "nothing: there is no schedule"
	case !p.Enabled:
		return "nothing: the schedule is disabled"
	case p.Engaged:
		return "engaged"
	}
	return "released"
}

// side asks a region. A question that fails does not prevent the others.
func side(ctx context.Context, region Region, database, cluster string, services []string) Side {
	s := Side{Region: region.Name()}
	var problems []error
	ask := func(question func(context.Context) error) {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		problems = append(problems, question(ctx))
	}
	ask(func(ctx context.Context) (err error) {
		s.Database, err = region.Database(ctx, database)
		return err
	})
	ask(func(ctx context.Context) (err error) {
		s.Tasks, err = region.Tasks(ctx, cluster)
		s.Asked = err == nil
		return err
	})
	ask(func(ctx context.Context) (err error) {
		s.Services, err = region.Services(ctx, cluster, services)
		return err
	})
	if len(s.Services) > 0 {
		ask(func(ctx context.Context) (err error) {
			s.Services, err = region.Targets(ctx, s.Services)
			return err
		})
		ask(func(ctx context.Context) error {
			suspended, err := region.Suspended(ctx, cluster, services)
			for i := range s.Services {
				s.Services[i].Suspended = suspended[s.Services[i].Name]
			}
			return err
		})
	}
	if err := errors.Join(problems...); err != nil {
		s.Error = err.Error()
	}
	return s
}

// Write prints the status.
func (s Status) Write(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s at %s\n\n", s.Stack, clock(s.At))
	state := "standing by"
	switch {
	case s.Activation.Promoted:
		state = "active since " + s.Activation.ActivatedAt
	case s.Activation.Active:
		state = "being activated since " + s.Activation.ActivatedAt
	}
	fmt.Fprintf(&b, "  recovery stack   %s\n  switch           %s, published every minute: %s\n  traffic          %s\n  deletions        by %s, in the files of %s: %s\n",
		state, s.Switch, s.Publishes, s.Traffic, s.Primary.Region, s.Recovery.Region, s.Deletes)
	for _, one := range []struct {
		name string
		Side
	}{{"primary", s.Primary}, {"recovery", s.Recovery}} {
		fmt.Fprintf(&b, "\n  %s, %s\n", one.name, one.Region)
		if db := one.Database; db.Identifier != "" {
			follows := "takes writes"
			if db.Replica() {
				follows = "follows " + db.Source
			}
			fmt.Fprintf(&b, "    database       %s: %s, %s, standby %t, backups %d days\n", db.Identifier, db.Status, follows, db.MultiAZ, db.BackupRetentionDays)
		}
		for _, service := range one.Services {
			suspended := ""
			if service.Suspended {
				suspended = ", autoscaling suspended"
			}
			targets := ""
			switch {
			case service.Targets < 0:
				targets = ", targets not known"
			case len(service.TargetGroups) > 0:
				targets = fmt.Sprintf(", %d of %d targets healthy", service.Healthy, service.Targets)
			}
			fmt.Fprintf(&b, "    service        %s: %d of %d tasks%s%s\n", service.Name, service.Running, service.Desired, targets, suspended)
		}
		if one.Asked {
			fmt.Fprintf(&b, "    tasks          not stopped: %s\n", count(one.Tasks))
		}
		if one.Error != "" {
			fmt.Fprintf(&b, "    not answered   %s\n", strings.ReplaceAll(one.Error, "\n", "\n                   "))
		}
	}
	loss := "not known"
	switch {
	case s.RPOSeconds >= 0:
		loss = fmt.Sprintf("%s (objective %s)", time.Duration(s.RPOSeconds)*time.Second, time.Duration(s.Objective)*time.Second)
	case s.Activation.Active:
		loss = "does not apply: the recovery region takes the writes"
	}
	fmt.Fprintf(&b, "\n  data\n    replicated to  %s\n    lost if now    %s\n    backup         %s\n    copy in vault  %s\n",
		dash(s.Replicated), loss, dash(s.Backup), dash(s.Copy))
	for _, warning := range s.Warnings() {
		fmt.Fprintf(&b, "\n! %s", warning)
	}
	if len(s.Warnings()) > 0 {
		b.WriteString("\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Warnings lists what an operator should act on.
func (s Status) Warnings() (list []string) {
	// A service with a desired count starts tasks, even if none runs at the moment.
	running := max(len(s.Primary.Tasks), asked(s.Primary.Services))
	// During a failback, and while the recovery region's database is rebuilt, a fence would stop the services that serve.
	failback := s.Activation.Promoted && len(s.Recovery.Services) > 0 && asked(s.Recovery.Services) == 0
	switch {
	case failback:
		list = append(list, fmt.Sprintf("stack %s is failed over and the services in %s ask for no task, as in a failback that is not finished: carebase dr failback %[1]s --resume --return", s.Stack, s.Recovery.Region))
	case s.Activation.Active && !s.Primary.Asked:
		list = append(list, fmt.Sprintf("the recovery region is active and it is not known whether tasks run in %s, writing to old data: as soon as it answers, carebase dr fence %s", s.Primary.Region, s.Stack))
	case s.Activation.Active && running > 0:
		list = append(list, fmt.Sprintf("the recovery region is active and %d tasks run or are asked for in %s, writing to old data: carebase dr fence %s", running, s.Primary.Region, s.Stack))
	}
	for _, side := range []Side{s.Primary, s.Recovery} {
		if side.Error != "" {
			list = append(list, fmt.Sprintf("not found out: %s: %s", side.Region, strings.ReplaceAll(side.Error, "\n", "; ")))
		}
	}
	switch {
	case s.RPOSeconds > s.Objective:
		list = append(list, "more would be lost than the objective allows")
	case s.RPOSeconds < 0 && !s.Activation.Active:
		list = append(list, "how much would be lost now is not known")
	}
	if s.Switch == "engaged" && !s.Activation.Active {
		list = append(list, "the switch is engaged and the recovery region is not active: nobody is served")
	}
	if s.Switch == "released" && s.Activation.Promoted && !failback {
		list = append(list, "the recovery region is active and the switch is released: traffic may go to the primary")
	}
	list = append(list, s.disagreements(failback)...)
	for _, one := range s.Leftovers {
		list = append(list, fmt.Sprintf("%s %s is left from drill %s: carebase dr drill %s --clean", one.Kind, one.ID, one.Drill, s.Stack))
	}
	for _, path := range s.Unfinished {
		list = append(list, "unfinished: "+path)
	}
	for _, text := range s.NotFoundOut {
		list = append(list, "not found out: "+text)
	}
	return list
}

// disagreements lists contradictions between the switch, its schedule, the traffic and the bucket's policy.
func (s Status) disagreements(failback bool) (list []string) {
	switch {
	case s.Publishes == "not known", s.Switch == "not known":
	case s.Publishes != "engaged" && s.Publishes != "released":
		list = append(list, "the switch is published by "+s.Publishes+": Route 53 has only its last known status. pulumi up of the primary stack makes it")
	case s.Publishes != s.Switch:
		list = append(list, fmt.Sprintf("the switch's alarm sees it %s and its schedule publishes %s: the traffic is going to move", s.Switch, s.Publishes))
	}
	switch {
	case s.Switch == "engaged" && !s.Leads:
		list = append(list, "the switch is engaged, and "+s.Traffic)
	case s.Switch == "released" && s.Leads && !s.Activation.Active:
		list = append(list, "the switch is released, and "+s.Traffic)
	}
	switch {
	case s.Activation.Promoted && !failback && s.Deletes == "taken":
		list = append(list, fmt.Sprintf("the recovery region is active, and deletions in %s are repeated in its files: carebase dr fence %s", s.Primary.Region, s.Stack))
	case !s.Activation.Active && s.Switch == "released" && s.Deletes == "refused":
		list = append(list, "the recovery region stands by, and its copy of the files refuses the primary's deletions: carebase dr failover "+s.Stack+" --abort, or take the statement out of the bucket's policy")
	}
	return list
}

func dash(text string) string {
	if text == "" {
		return "not known"
	}
	return text
}

package failover

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Status is both sides as they are now. What could not be found out is an error's text and no reason to stop: in an outage
// this is the first thing anybody looks at.
type Status struct {
	At          time.Time  `json:"at"`
	Stack       string     `json:"stack"`
	Activation  Activation `json:"activation"`
	Switch      string     `json:"switch"` // engaged, released, or why it is not known
	Primary     Side       `json:"primary"`
	Recovery    Side       `json:"recovery"`
	Replicated  string     `json:"replicatedUntil"`
	RPOSeconds  int64      `json:"rpoSeconds"` // what would be lost now; -1 where it is not known
	Objective   int64      `json:"rpoObjectiveSeconds"`
	Backup      string     `json:"replicatedBackup"` // latest moment that can be restored in the recovery region
	Copy        string     `json:"lastCopy"`         // youngest recovery point in the recovery region's vault
	Leftovers   []Leftover `json:"leftovers"`
	Unfinished  []string   `json:"unfinished"` // journals
	NotFoundOut []string   `json:"notFoundOut"`
}

// Side is one region's.
type Side struct {
	Region   string    `json:"region"`
	Database Database  `json:"database"`
	Services []Service `json:"services"`
	Error    string    `json:"error,omitempty"` // why it could not be asked
}

// patience with a region that does not answer, while somebody looks at the screen.
const patience = 20 * time.Second

// Look finds out how both sides are.
func Look(ctx context.Context, stack Stack, site Site, primary, recovery Region, now time.Time) Status {
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

func side(ctx context.Context, region Region, database, cluster string, services []string) Side {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	s := Side{Region: region.Name()}
	db, err := region.Database(ctx, database)
	s.Database = db
	list, second := region.Services(ctx, cluster, services)
	if second == nil {
		s.Services = list
	}
	if err := errors.Join(err, second); err != nil {
		s.Error = err.Error()
	}
	return s
}

// Write shows the status to people.
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
	fmt.Fprintf(&b, "  recovery stack   %s\n  switch           %s\n", state, s.Switch)
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
			fmt.Fprintf(&b, "    service        %s: %d of %d tasks, %d of %d targets healthy%s\n",
				service.Name, service.Running, service.Desired, service.Healthy, service.Targets, suspended)
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

// Warnings are what somebody should do something about.
func (s Status) Warnings() (list []string) {
	running := 0
	for _, service := range s.Primary.Services {
		running += service.Running
	}
	// In a failback, and for the hours in which the recovery's database is rebuilt, a fence is the last thing to advise.
	failback := s.Activation.Promoted && s.Recovery.Services != nil && asked(s.Recovery.Services) == 0
	switch {
	case failback:
		list = append(list, fmt.Sprintf("stack %s is failed over and the services in %s ask for no task, as in a failback that is not finished: carebase dr failback %[1]s --resume --return", s.Stack, s.Recovery.Region))
	case s.Activation.Active && s.Primary.Services == nil:
		list = append(list, fmt.Sprintf("the recovery region is active and it is not known whether tasks run in %s, writing to old data: as soon as it answers, carebase dr fence %s", s.Primary.Region, s.Stack))
	case s.Activation.Active && running > 0:
		list = append(list, fmt.Sprintf("the recovery region is active and %d tasks run in %s, writing to old data: carebase dr fence %s", running, s.Primary.Region, s.Stack))
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

func dash(text string) string {
	if text == "" {
		return "not known"
	}
	return text
}

// Package objectives derives how much data a system can lose, and how long it can be away, when its region is lost, and
// holds both against what was promised (45 CFR 164.308(a)(7)(ii)(B): disaster recovery plan). Pure functions: settings in,
// figures out, each with what it rests on. It knows nothing of AWS's SDK or Pulumi.
//
// The figures are bounds, not expectations. What AWS publishes is taken at its worst; what AWS publishes no figure for is
// a time-out that the recovery procedure holds itself to: a step that takes longer stops and says so.
package objectives

import (
	"fmt"
	"time"
)

// Objectives are what was promised. Zero means no promise.
type Objectives struct {
	RTO time.Duration // until people are served again
	RPO time.Duration // how old the newest lost data may be
}

// A Source is what the database is recovered from.
type Source string

const (
	// Replica in the recovery region, promoted.
	Replica Source = "replica"
	// AutomatedBackups that RDS replicates to the recovery region with their transaction logs, restored to a point in time.
	AutomatedBackups Source = "automated-backups"
	// Copies of snapshots in the recovery region, restored.
	Copies Source = "copies"
	// Nothing leaves the region.
	Nothing Source = "nothing"
)

// A System as far as its recovery depends on it.
type System struct {
	// Database is recovered from this.
	Database Source
	// ReplicaLag is how far a Replica may be behind before its alarm goes off.
	ReplicaLag time.Duration
	// CopyEvery is how often Copies are made, CopyWithin how long one may take until it is complete in the recovery region.
	CopyEvery, CopyWithin time.Duration
	// DatabaseGiB is the database's size; restoring depends on it.
	DatabaseGiB int
	// FilesReplicated is true where S3 replicates buckets of files with replication time control; otherwise they are
	// recovered from Copies as well. HasFiles is false for a system without such buckets.
	HasFiles, FilesReplicated bool
	// Standby is true where a recovery stack stands ready; otherwise it is first made from the program.
	Standby bool
	// HasCache is true where a cache has to be made before services can start: not where one stands by.
	HasCache bool
	// Services are the names of those that write, as the settings have them.
	Services []string
	// Decision is how long people may take to decide on a failover, from the page on.
	Decision time.Duration
}

// Kind of what a figure rests on.
type Kind string

const (
	// Published by AWS, at the address in Source.
	Published Kind = "published"
	// Chosen in the system's settings.
	Chosen Kind = "setting"
	// TimeOut after which the procedure stops a step.
	TimeOut Kind = "time-out"
)

// A Figure is one part of a bound.
type Figure struct {
	What   string
	Length time.Duration
	Kind   Kind
	Source string // an address, a setting's name, or why this long
	// On are the resources of the plans that the figure rests on. Where there are none, Who answers for it.
	On  []Resource
	Who string
}

// A Path is one kind of data on its way to the recovery region. What is on it when the region is lost is lost.
type Path struct {
	Data    string   `json:"data"`
	Figures []Figure `json:"figures"`
	// Unbounded says why nothing can be promised of the data; empty where something can.
	Unbounded string `json:"unbounded,omitempty"`
}

// Length is the path's bound: all its figures, one after the other.
func (p Path) Length() time.Duration { return total(p.Figures) }

// A Derivation is the bounds and how they come about.
type Derivation struct {
	Paths []Path   `json:"paths"` // of data: the RPO is the worst of them
	Steps []Figure `json:"steps"` // one after the other: the RTO is their sum. It ends when the services are healthy
	// After are the steps that come when people are served again: no part of the RTO.
	After []Figure `json:"after"`
}

// Derive computes the bounds of a system.
func Derive(s System) Derivation {
	return Derivation{Paths: s.paths(), Steps: s.steps(), After: s.after()}
}

// RPO is the worst path's bound; ok is false where one of them has none.
func (d Derivation) RPO() (worst time.Duration, ok bool) {
	for _, path := range d.Paths {
		if path.Unbounded != "" {
			return 0, false
		}
		worst = max(worst, path.Length())
	}
	return worst, true
}

// RTO is the sum of the steps.
func (d Derivation) RTO() time.Duration { return total(d.Steps) }

// A Shortfall is one reason why an objective is not met.
type Shortfall struct {
	Objective string // "RTO" or "RPO"
	Reason    string
}

// Shortfalls are all the reasons why the system does not meet its objectives, each with what would help.
func (d Derivation) Shortfalls(o Objectives) []Shortfall {
	var found []Shortfall
	if o.RPO > 0 {
		for _, path := range d.Paths {
			switch {
			case path.Unbounded != "":
				found = append(found, Shortfall{"RPO", fmt.Sprintf("%s: %s", path.Data, path.Unbounded)})
			case path.Length() > o.RPO:
				found = append(found, Shortfall{"RPO", fmt.Sprintf("%s can lose %s, %s promised: %s",
					path.Data, Text(path.Length()), Text(o.RPO), breakdown(path.Figures))})
			}
		}
	}
	if o.RTO > 0 && d.RTO() > o.RTO {
		found = append(found, Shortfall{"RTO", fmt.Sprintf("recovery can take %s, %s promised: %s",
			Text(d.RTO()), Text(o.RTO), breakdown(d.Steps))})
	}
	return found
}

func total(figures []Figure) time.Duration {
	var sum time.Duration
	for _, f := range figures {
		sum += f.Length
	}
	return sum
}

func breakdown(figures []Figure) string {
	text := ""
	for i, f := range figures {
		if i > 0 {
			text += " + "
		}
		text += fmt.Sprintf("%s %s", Text(f.Length), f.What)
	}
	return text
}

// Text is a length as people write it: 1 h 30 min, 90 s.
func Text(d time.Duration) string {
	switch {
	case d < 2*time.Minute && d%time.Minute != 0:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 2*time.Hour && d%time.Hour != 0:
		return fmt.Sprintf("%g min", d.Minutes())
	case d%time.Hour == 0:
		return fmt.Sprintf("%d h", int(d.Hours()))
	default:
		return fmt.Sprintf("%d h %g min", int(d.Hours()), (d % time.Hour).Minutes())
	}
}

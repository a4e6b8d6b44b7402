package objectives

import (
	"fmt"
	"time"
)

// A Step of a recovery that somebody, or a command, carries out.
type Step string

// The steps, in the order of a failover; restore stands for promote and protect where there is no replica.
const (
	Page      Step = "page"      // somebody answers; then the next in the rota is called
	Check     Step = "check"     // that the recovery side is fit
	Fence     Step = "fence"     // stop the primary from writing, where it can be reached
	Switch    Step = "switch"    // engage the switch of the names
	CatchUp   Step = "catch-up"  // let the replica apply what it has received
	Provision Step = "provision" // make the recovery stack from the program
	Promote   Step = "promote"   // make the replica a database of its own
	Restore   Step = "restore"   // make the database from a copy; see RestoreTimeOut
	Cache     Step = "cache"     // make the cache
	Serve     Step = "serve"     // until the services are healthy
	Protect   Step = "protect"   // switch the database's backups and standby on
	Verify    Step = "verify"    // that people are served
)

// timeOuts that the recovery procedure holds its steps to. For none of them AWS publishes a figure that could be relied
// on: "a few minutes" is what it says of a promotion.
var timeOuts = map[Step]time.Duration{
	Page:      15 * time.Minute,
	Check:     5 * time.Minute,
	Fence:     5 * time.Minute,
	Switch:    5 * time.Minute,  // a metric is aggregated and then evaluated
	CatchUp:   15 * time.Minute, // the lag of an idle source's replica goes up and down by five
	Provision: 45 * time.Minute, // without the database
	Promote:   30 * time.Minute,
	Cache:     30 * time.Minute,
	Serve:     15 * time.Minute,
	Protect:   30 * time.Minute,
	Verify:    10 * time.Minute,
}

// TimeOut after which the procedure stops a step and says so.
func (s Step) TimeOut() time.Duration { return timeOuts[s] }

// Detection and traffic: Route 53's checkers ask every 30 seconds and want three failures in a row; an answer of Route 53
// for an alias of a load balancer may be kept for 60 seconds.
const (
	detection = 3 * 30 * time.Second
	aliasTTL  = 60 * time.Second
)

const (
	healthChecks = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html"
	aliasRecords = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-alias.html (TTL of an alias: 60 s for a load balancer)"
	promotions   = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Promote.html (\"a few minutes\"); the procedure stops after this long"
	pointInTime  = "https://docs.aws.amazon.com/prescriptive-guidance/latest/dr-standard-edition-amazon-rds/rds-pitr-snapshot.html (\"up to a few hours\": three)"
	restores     = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RestoreFromSnapshot.html (data is loaded in the background); the weekly restore test must stay below it"
	procedure    = "the procedure stops a step that takes longer"
)

// steps of a recovery, one after the other, though some overlap.
func (s System) steps() []Figure {
	steps := []Figure{
		{"until Route 53 finds the primary down", detection, Published, healthChecks},
		timed(Page, "until somebody answers the page", "then the next in the rota is called"),
		{"to decide", s.Decision, Chosen, "objectives.decisionMinutes"},
		timed(Check, "to check that the recovery side is fit", procedure),
		timed(Fence, "to stop the primary from writing, where it can be reached", procedure),
		timed(Switch, "to engage the switch", procedure),
	}
	if !s.Standby {
		steps = append(steps, timed(Provision, "to make the recovery stack from the program", procedure))
	}
	steps = append(steps, s.databaseSteps()...)
	if s.HasCache {
		steps = append(steps, timed(Cache, "to make the cache, unless it stands by", procedure))
	}
	steps = append(steps, timed(Serve, "until the services are healthy", procedure))
	if s.Database == Replica {
		steps = append(steps, timed(Protect, "to switch the database's backups and standby on", procedure))
	}
	return append(steps,
		Figure{"until name servers ask again", aliasTTL, Published, aliasRecords},
		timed(Verify, "to verify", procedure),
	)
}

func timed(step Step, what, why string) Figure { return Figure{what, step.TimeOut(), TimeOut, why} }

func (s System) databaseSteps() []Figure {
	switch s.Database {
	case Replica:
		return []Figure{
			timed(CatchUp, "to let the replica apply what it has", procedure),
			timed(Promote, "to promote the replica", promotions),
		}
	case AutomatedBackups:
		restore := Figure{"to restore the database to the last point in time", PointInTimeTimeOut(s.DatabaseGiB), Published, pointInTime}
		if restore.Length > toAPointInTime {
			restore.Kind, restore.Source = TimeOut, restores
		}
		return []Figure{restore}
	case Copies:
		return []Figure{{fmt.Sprintf("to restore the database (%d GiB)", s.DatabaseGiB), RestoreTimeOut(s.DatabaseGiB), TimeOut, restores}}
	default:
		return nil
	}
}

// toAPointInTime is how long AWS says that it takes, at the longest it says.
const toAPointInTime = 3 * time.Hour

// PointInTimeTimeOut of a restore from automated backups: a snapshot is restored, and then the logs are.
func PointInTimeTimeOut(gib int) time.Duration { return max(toAPointInTime, RestoreTimeOut(gib)) }

// RestoreTimeOut of a snapshot: half an hour, and as long again for every 500 GiB begun. RDS loads the data in the
// background, so most of it is what any new instance takes.
func RestoreTimeOut(gib int) time.Duration {
	return 30*time.Minute + time.Duration((gib+499)/500)*30*time.Minute
}

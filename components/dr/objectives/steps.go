package objectives

import (
	"fmt"
	"strings"
	"time"

	"github.com/carebase/carebase/components/observability/detection"
)

// A Step of a recovery that somebody, or a command, carries out.
type Step string

// The steps, in the order of a failover; restore stands for promote and protect where there is no replica.
const (
	Page      Step = "page"      // somebody answers; then the next in the rota is called
	Check     Step = "check"     // that the recovery side is fit
	Fence     Step = "fence"     // stop the primary from writing, where it can be reached
	Switch    Step = "switch"    // engage the switch of the names
	Traffic   Step = "traffic"   // until the origin's name leads to the recovery region
	CatchUp   Step = "catch-up"  // let the replica apply what it has received
	Provision Step = "provision" // make the recovery stack from the program
	Promote   Step = "promote"   // make the replica a database of its own
	Restore   Step = "restore"   // make the database from a copy; see RestoreTimeOut
	Cache     Step = "cache"     // make the cache
	Serve     Step = "serve"     // until the services are healthy
	Protect   Step = "protect"   // switch the database's standby and AWS Backup on
	Verify    Step = "verify"    // that people are served
)

// timeOuts that the recovery procedure holds its steps to. AWS publishes no figure for these steps that could be relied
// on: "a few minutes" is what it says of a promotion.
var timeOuts = map[Step]time.Duration{
	Page:      15 * time.Minute,
	Check:     5 * time.Minute,
	Fence:     5 * time.Minute,
	Switch:    5 * time.Minute,  // a metric is aggregated and then evaluated
	Traffic:   5 * time.Minute,  // Route 53 reads the alarm's metric, and resolvers keep an answer for a minute
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

// Where no recovery stack watches the system from outside, its own health check does: Route 53's checkers ask every 30 seconds
// and want three failures in a row. An answer of Route 53 for an alias of a load balancer may be kept for 60 seconds.
const (
	checkInterval = 30 * time.Second
	checkFailures = 3
	aliasTTL      = 60 * time.Second
)

const (
	healthChecks = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html"
	aliasRecords = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-alias.html (TTL of an alias: 60 s for a load balancer)"
	promotions   = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Promote.html (\"a few minutes\"); the procedure stops after this long"
	pointInTime  = "https://docs.aws.amazon.com/prescriptive-guidance/latest/dr-standard-edition-amazon-rds/rds-pitr-snapshot.html (\"up to a few hours\": three)"
	restores     = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RestoreFromSnapshot.html (data is loaded in the background); the weekly restore test must stay below it"
	stops        = "carebase dr stops a step that takes longer"
)

// steps of a recovery until people are served, one after the other, though some overlap.
func (s System) steps() []Figure {
	steps := append(s.detection(),
		Figure{What: "until somebody answers the page", Length: Page.TimeOut(), Kind: TimeOut, Source: "then the next in the rota is called", Who: people},
		Figure{What: "to decide", Length: s.Decision, Kind: Chosen, Source: "objectives.decisionMinutes", Who: people},
		timed(Check, "to check that the recovery side is fit", stops),
		timed(Fence, "to stop the primary from writing, where it can be reached", stops, s.services(Primary)...),
		timed(Switch, "to engage the switch", stops, s.switched(
			primary("recovery-failover-switch", map[string]any{"period": seconds(time.Minute), "evaluationPeriods": 1}),
			primary("recovery-failover-switch-publisher", map[string]any{"scheduleExpression": "rate(1 minute)", "state": "ENABLED"}))...),
	)
	if !s.Standby {
		steps = append(steps, timed(Provision, "to make the recovery stack from the program", stops))
	}
	if s.Standby {
		steps = append(steps, timed(Traffic, "until the origin's name leads to the recovery region", stops,
			primary("recovery-failover-switch-health", map[string]any{"type": "CLOUDWATCH_METRIC", "insufficientDataHealthStatus": "LastKnownStatus"}),
			primary("edge-origin-record", nil), recovery("edge-origin-record", nil)))
	}
	steps = append(steps, s.databaseSteps()...)
	if s.HasCache {
		steps = append(steps, timed(Cache, "to make the cache, unless it stands by", stops, s.standing("cache")...))
	}
	var serving []Resource
	if s.Standby {
		serving = s.services(Recovery)
	}
	return append(steps,
		timed(Serve, "until the services are healthy", stops, serving...),
		Figure{What: "until name servers ask again", Length: aliasTTL, Kind: Published, Source: aliasRecords, On: []Resource{primary("edge-origin-record", nil)}},
	)
}

// after are the steps that follow once people are served.
func (s System) after() (steps []Figure) {
	if s.Database == Replica {
		steps = append(steps, timed(Protect, "to switch the database's standby and AWS Backup on", stops, recovery(replicaInstance, nil)))
	}
	return append(steps, timed(Verify, "to verify", stops))
}

// detection is until the notification that the system is down has arrived.
func (s System) detection() (steps []Figure) {
	if !s.Standby {
		return []Figure{{
			What: "until Route 53 finds the primary down", Length: checkFailures * checkInterval, Kind: Published, Source: healthChecks,
			On: []Resource{primary("edge-health-check", map[string]any{"requestInterval": seconds(checkInterval), "failureThreshold": checkFailures})},
		}}
	}
	for _, part := range detection.Parts() {
		figure := Figure{What: part.What, Length: part.Length, Kind: TimeOut, Source: part.Source, On: []Resource{
			recovery(detection.AlarmName, map[string]any{
				"period": seconds(detection.Period), "evaluationPeriods": detection.EvaluationPeriods, "datapointsToAlarm": detection.DatapointsToAlarm,
			}),
		}}
		if strings.HasPrefix(part.Source, "https://") {
			figure.Kind = Published
		}
		steps = append(steps, figure)
	}
	return steps
}

// switched are resources of the switch; a system without a second region has none.
func (s System) switched(resources ...Resource) []Resource {
	if !s.Standby {
		return nil
	}
	return resources
}

// standing is a component of the recovery stack, where there is one.
func (s System) standing(name string) []Resource {
	if !s.Standby {
		return nil
	}
	return []Resource{recovery(name, nil)}
}

// timed is a step that carebase dr stops after its time-out, on those resources.
func timed(step Step, what, why string, on ...Resource) Figure {
	return Figure{What: what, Length: step.TimeOut(), Kind: TimeOut, Source: why, On: on, Who: procedure}
}

func (s System) databaseSteps() []Figure {
	switch s.Database {
	case Replica:
		return []Figure{
			timed(CatchUp, "to let the replica apply what it has", stops, recovery(replicaInstance, nil)),
			timed(Promote, "to promote the replica", promotions, recovery(replicaInstance, nil)),
		}
	case AutomatedBackups:
		restore := Figure{
			What: "to restore the database to the last point in time", Length: PointInTimeTimeOut(s.DatabaseGiB), Kind: Published, Source: pointInTime,
			On: []Resource{primary("recovery-database-automated-backups", nil)},
		}
		if restore.Length > toAPointInTime {
			restore.Kind, restore.Source = TimeOut, restores
		}
		return []Figure{restore}
	case Copies:
		return []Figure{timedRestore(s.DatabaseGiB)}
	default:
		return nil
	}
}

func timedRestore(gib int) Figure {
	return Figure{
		What: fmt.Sprintf("to restore the database (%d GiB)", gib), Length: RestoreTimeOut(gib), Kind: TimeOut, Source: restores, Who: people,
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

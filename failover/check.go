package failover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/carebase/carebase/failover/steps"
)

// lagWindow is how far back readings of the replica's lag are requested, from now or from the beginning of the outage.
const lagWindow = 3 * time.Hour

// Reasons finds every reason against a failover now. A question that AWS does not answer is a reason too. outageBegan is when
// the primary stopped serving, or zero if the primary still serves: data that was written before outageBegan must not be lost.
//
// Only the recovery region is called, unless askPrimary is set. Then the primary region is also asked about what would prevent
// a failover later; a primary region that does not answer adds no reason.
func (o *Operation) Reasons(ctx context.Context, now, outageBegan time.Time, askPrimary bool) []Reason {
	stack, site, recovery := o.Stack, o.Site, o.Recovery
	var found []Reason
	activation, err := stack.Activation(ctx)
	switch {
	case err != nil:
		found = append(found, unknown("settings", err))
	case activation.Promoted:
		found = append(found, Reason{CodeSettings, "stack " + stack.Name(),
			"it was failed over at " + activation.ActivatedAt, "If the primary has returned: carebase dr failback " + stack.Name()})
	}
	// The database of an activation that is being resumed may be promoted already.
	if !activation.Active {
		found = append(found, checkReplica(ctx, site, recovery, now, outageBegan)...)
		found = append(found, checkSwitch(ctx, site, recovery)...)
	}
	if askPrimary && !activation.Active {
		found = append(found, checkSlot(ctx, site, o.Primary)...)
	}
	found = append(found, stack.Dependencies(ctx, site.PrimaryRegion, site.Region, site.PrimaryStack)...)
	return append(found, recovery.Obstacles(ctx, Needs{
		Images: site.Images, CertificateArn: site.CertificateArn, SecretArns: site.SecretArns, FargateVCPUs: site.FargateVCPUs,
	})...)
}

func checkReplica(ctx context.Context, site Site, recovery Region, now, outageBegan time.Time) []Reason {
	subject := "database " + site.Database
	db, err := recovery.Database(ctx, site.Database)
	switch {
	case errors.Is(err, ErrNotFound):
		return []Reason{{CodeReplica, subject, "it is not there", "pulumi up of the recovery stack makes it; without it, restore: docs/disaster-recovery.md, section \"Without a replica\""}}
	case err != nil:
		return []Reason{unknown(subject, err)}
	}
	var found []Reason
	if !db.Replica() {
		found = append(found, Reason{CodeReplica, subject, "it follows no other database", "It was promoted behind the stack's back: see docs/disaster-recovery.md before going on"})
	}
	// A backup in progress ends by itself, and the promotion waits for its end.
	if !db.Available() && db.Status != "backing-up" {
		found = append(found, Reason{CodeReplica, subject, "it is " + db.Status, "Wait until it is available"})
	}
	if db.Replica() && db.BackupRetentionDays == 0 {
		found = append(found, Reason{CodeBackups, subject, "it keeps no backups: once promoted, people write without point-in-time recovery until the first whole backup",
			"Turn its backups on while it follows: pulumi up of the recovery stack"})
	}
	since := now
	if !outageBegan.IsZero() && outageBegan.Before(now) {
		since = outageBegan // a replica without its source reports no lag, or -1
	}
	since = since.Add(-lagWindow)
	readings, err := recovery.ReplicaLag(ctx, site.Database, since)
	if err != nil {
		return append(found, unknown("replica lag", err))
	}
	until, known := replicatedUntil(readings)
	objective := time.Duration(site.RPOMinutes) * time.Minute
	switch loss := lossAt(until, now, outageBegan); {
	case !known:
		found = append(found, Reason{CodeLag, subject, "no reading of its lag since " + clock(since),
			"Look at the metric ReplicaLag; say when the outage began, if it was before that; going on may lose any amount of data"})
	case loss > objective:
		found = append(found, Reason{CodeLag, subject,
			fmt.Sprintf("it has what was written until %s: %s would be lost, the objective is %s", clock(until), short(loss), short(objective)),
			"Wait if the primary lives; say when the outage began if it does not; or accept the loss"})
	}
	return found
}

func checkSwitch(ctx context.Context, site Site, recovery Region) (found []Reason) {
	subject := "alarm " + site.Switch.Alarm
	engaged, err := recovery.Engaged(ctx, site.Switch)
	switch {
	case err != nil:
		found = append(found, unknown("switch "+site.Switch.Alarm, err))
	case engaged:
		found = append(found, Reason{CodeSwitch, subject, "the switch is engaged although the recovery region is not active: nobody is served",
			"Somebody began a failover: resume or undo it"})
	}
	published, unread := recovery.Published(ctx, site.Switch)
	switch {
	case unread != nil:
		return append(found, unknown("schedule of switch "+site.Switch.Alarm, unread))
	case !published.Found || !published.Enabled || published.Last.IsZero():
		found = append(found, Reason{CodeSwitch, subject, "its value is published by " + publishes(published) + ", last at " + orNever(published.Last) +
			": Route 53 has only its last known status, on which AWS advises not to rely for long", "pulumi up of the primary stack makes the schedule and its role"})
	case err == nil && published.Engaged != engaged:
		found = append(found, Reason{CodeSwitch, subject, "it sees the switch " + state(engaged) + ", and the schedule publishes " + publishes(published),
			"Somebody began a failover, or ended one: resume or undo it"})
	}
	return found
}

func state(engaged bool) string { return map[bool]string{true: "engaged", false: "released"}[engaged] }

func orNever(at time.Time) string {
	if at.IsZero() {
		return "not within the last quarter of an hour"
	}
	return clock(at)
}

// checkSlot returns a reason if transaction logs that a replica does not fetch fill the primary's disk. If the primary region does
// not answer, there is no reason.
func checkSlot(ctx context.Context, site Site, primary Region) []Reason {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	logs, free, err := primary.LogUsage(ctx, site.PrimaryDatabase)
	if err != nil || logs <= free {
		return nil
	}
	const gib = 1 << 30
	return []Reason{{CodeSlot, "database " + site.PrimaryDatabase,
		fmt.Sprintf("transaction logs take %.1f GiB of its disk, and %.1f GiB are free: a replica does not take them", float64(logs)/gib, float64(free)/gib),
		"Mend or delete the replica that does not follow, before the disk is full and the primary stops: alarms OldestReplicationSlotLag, TransactionLogsDiskUsage"}}
}

func unknown(subject string, err error) Reason {
	return Reason{CodeUnknown, subject, err.Error(), "Could not be found out; mend it, or accept not knowing"}
}

// replicatedUntil returns the time until which the replica has replicated everything: the latest reading's time minus its lag. RDS
// reports -1 while replication is not active; such readings do not count.
func replicatedUntil(readings []Reading) (until time.Time, known bool) {
	for _, reading := range readings {
		if at := reading.At.Add(-reading.Lag); reading.Lag >= 0 && at.After(until) {
			until, known = at, true
		}
	}
	return until, known
}

// lossAt returns the longest possible loss of a failover now.
func lossAt(until, now, outageBegan time.Time) time.Duration {
	if !outageBegan.IsZero() && outageBegan.Before(now) {
		now = outageBegan
	}
	return max(0, now.Sub(until))
}

// check is the first step of a failover. It refuses if there are reasons that the operator has not accepted.
func (o *Operation) check(ctx context.Context, r *steps.Run) error {
	reasons := o.Reasons(ctx, r.Clock.Now(), o.Began.OutageBegan, false)
	codes := o.consent().Accepted
	var against, accepted []Reason
	for _, reason := range reasons {
		if slices.Contains(codes, reason.Code) {
			accepted = append(accepted, reason)
		} else {
			against = append(against, reason)
		}
	}
	if len(against) > 0 {
		return steps.Refuse("%s", refusal(against))
	}
	if len(accepted) > 0 {
		return r.Remember(keyAccepted, accepted)
	}
	return nil
}

func refusal(reasons []Reason) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d reasons not to fail over:", len(reasons))
	for _, reason := range reasons {
		fmt.Fprintf(&b, "\n  - %s", reason)
	}
	b.WriteString("\nMend them, or accept them by code: --accept " + strings.Join(codes(reasons), ","))
	return b.String()
}

func codes(reasons []Reason) (list []string) {
	for _, reason := range reasons {
		list = append(list, reason.Code)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

func short(d time.Duration) string { return d.Round(time.Second).String() }

package observability

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
)

// A Database is an instance of RDS for PostgreSQL that leaves max_connections to RDS.
type Database struct {
	Identifier pulumi.StringInput // of the instance
	// InstanceClass, e.g. db.r6g.large, says how much memory and how many connections there are.
	InstanceClass string
	// AllocatedStorageGiB is what the instance began with, 20 to 65536. RDS adds storage when a tenth of what it has is
	// left, so less than a tenth of the beginning means that it has not, or cannot.
	AllocatedStorageGiB int
	// SlotWALGiB is how much of the write-ahead log a replica may make the instance keep (max_slot_wal_keep_size), where
	// there is a replica, here or in another region; 0 without one.
	SlotWALGiB int
	// Replicas whose lag counts. A replica that was promoted has none any more and must not stay in the list.
	Replicas []Replica
}

// A Replica of a database, in the region of the alarms.
type Replica struct {
	Name       string // e.g. reports
	Identifier pulumi.StringInput
	// LagMinutes and LagPeriodMinutes are set if a recovery objective depends on the replica: the alarm goes off when the
	// replica is more than LagMinutes behind for LagPeriodMinutes. If both are 0, the limit is ten minutes.
	LagMinutes, LagPeriodMinutes int
}

const (
	databaseCPUPercent = 80
	// replicaLagSeconds is far below a recovery point objective of one hour. It is above five minutes, because the lag of a
	// healthy replica without transactions grows until PostgreSQL switches the write-ahead log, every five minutes.
	replicaLagSeconds = 600
)

func (d *Database) validate(p *arg.Problems) {
	p.Require("System.Database.Identifier", d.Identifier != nil, "the instance's identifier (see components/database)")
	if _, err := memoryBytes(d.InstanceClass); err != nil {
		p.Add("System.Database.InstanceClass", d.InstanceClass, err.Error())
	}
	p.Between("System.Database.AllocatedStorageGiB", d.AllocatedStorageGiB, 20, 65536)
	p.Between("System.Database.SlotWALGiB", d.SlotWALGiB, 0, 32768)
	names := newDistinct(p, "System.Database.Replicas")
	for i, r := range d.Replicas {
		names.check(i, r.Name)
		p.Require(fmt.Sprintf("System.Database.Replicas[%d].Identifier", i), r.Identifier != nil, "the replica's identifier")
		if (r.LagMinutes == 0) != (r.LagPeriodMinutes == 0) || r.LagMinutes < 0 || r.LagPeriodMinutes < 0 || r.LagPeriodMinutes > 60 {
			p.Add(fmt.Sprintf("System.Database.Replicas[%d].LagMinutes", i), fmt.Sprintf("%d in %d", r.LagMinutes, r.LagPeriodMinutes),
				"0 in 0, or 1 minute or more in 1 to 60")
		}
	}
}

// The limits at which alarms go off. The class has been validated.

func (d *Database) mostConnections() float64 {
	bytes, _ := memoryBytes(d.InstanceClass)
	return float64(connectionLimit(bytes) * 80 / 100)
}

func (d *Database) leastMemory() float64 {
	bytes, _ := memoryBytes(d.InstanceClass)
	return float64(bytes / 10)
}

func (d *Database) leastStorage() float64 { return float64(d.AllocatedStorageGiB * gib / 10) }

// Half of what a replica may hold back, and three quarters of it in all of the write-ahead log: both come before the replica
// is lost. They are two, because a slot that nobody uses any more has no lag in the end, and the log may stay for another reason.
func (d *Database) mostSlotLag() float64 { return float64(d.SlotWALGiB * gib / 2) }
func (d *Database) mostLogs() float64    { return float64(d.SlotWALGiB * gib * 3 / 4) }

func instanceMetric(identifier pulumi.StringInput, name string) metric {
	return metric{"AWS/RDS", name, []dimension{{"DBInstanceIdentifier", identifier}}}
}

func (d *Database) metric(name string) metric { return instanceMetric(d.Identifier, name) }
func (r Replica) lag() metric                 { return instanceMetric(r.Identifier, "ReplicaLag") }

func (r Replica) mostLagSeconds() int {
	if r.LagMinutes > 0 {
		return r.LagMinutes * 60
	}
	return replicaLagSeconds
}

func (d *Database) alarms() []alarm {
	alarms := []alarm{
		{
			key: "database-cpu", metric: d.metric("CPUUtilization"), statistic: "Average",
			operator: above, threshold: databaseCPUPercent, period: 300, periods: 2,
			Note:    page("database-cpu"),
			silence: silenceAlarms, // a running instance always reports its CPU
			meaning: fmt.Sprintf("The database uses more than %d %% of its CPU, or reports nothing at all.", databaseCPUPercent),
			remedy: "If it reports nothing, look at the instance's status and events. Otherwise find the statements with the " +
				"highest load in Performance Insights; end one with pg_terminate_backend, or take a larger class.",
		},
		{
			key: "database-connections", metric: d.metric("DatabaseConnections"), statistic: "Average",
			operator: above, threshold: d.mostConnections(), period: 300, periods: 2,
			Note:    inform("database-connections"),
			silence: silenceChangesNothing,
			meaning: fmt.Sprintf("More than %.0f connections to the database are open, 80 %% of what %s allows.",
				d.mostConnections(), d.InstanceClass),
			remedy: "Count them by state and user in pg_stat_activity. Many \"idle in transaction\" are a leak: redeploy the " +
				"service and find it. Otherwise tasks times pool size is too much: lower one of them.",
		},
		{
			key: "database-memory", metric: d.metric("FreeableMemory"), statistic: "Average",
			operator: below, threshold: d.leastMemory(), period: 300, periods: 2,
			Note:    inform("database-memory"),
			silence: silenceChangesNothing,
			meaning: fmt.Sprintf("The database has less than a tenth of the memory of %s left.", d.InstanceClass),
			remedy: "Look for swapping (SwapUsage), many connections, and statements that sort or hash a lot. If it is the " +
				"usual load, take a larger class.",
		},
		{
			key: "database-storage", metric: d.metric("FreeStorageSpace"), statistic: "Minimum",
			operator: below, threshold: d.leastStorage(), period: 300, periods: 2,
			Note:    page("database-storage"),
			silence: silenceChangesNothing,
			meaning: fmt.Sprintf("The database has less than a tenth of %d GiB of storage left, and RDS has not added any.",
				d.AllocatedStorageGiB),
			remedy: "A full database stops. RDS waits six hours between two extensions and ends at maxAllocatedStorageGiB: " +
				"raise that, or the storage itself. Look for abandoned replication slots and old logs.",
		},
	}
	if d.SlotWALGiB > 0 {
		alarms = append(alarms, d.slotAlarms()...)
	}
	for _, r := range d.Replicas {
		period, periods := 300, 2
		if r.LagPeriodMinutes > 0 {
			period, periods = 60, r.LagPeriodMinutes
		}
		alarms = append(alarms, alarm{
			key: "replica-" + r.Name + "-lag", metric: r.lag(), statistic: "Average",
			operator: above, threshold: float64(r.mostLagSeconds()), period: period, periods: periods,
			Note:    page("replica-lag"),
			silence: silenceAlarms, // a replica that is gone reports no lag
			meaning: fmt.Sprintf("Replica %s is more than %d minutes behind, or reports nothing at all.", r.Name, r.mostLagSeconds()/60),
			remedy: "What it lacks is lost if the primary is lost now. Read the replica's status and log: long statements on " +
				"the replica, bulk writes on the primary, a class too small. A replica in error has to be made anew.",
		}, alarm{
			// RDS reports -1 where replication is not active, which is no lag at all.
			// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Monitoring.html
			key: "replica-" + r.Name + "-stopped", metric: r.lag(), statistic: "Minimum",
			operator: below, threshold: 0, period: period, periods: periods,
			Note:    page("replica-stopped"),
			silence: silenceAlarms,
			meaning: fmt.Sprintf("Replica %s does not replicate (its lag is -1), or reports nothing at all.", r.Name),
			remedy: "What is written now is lost if the primary is lost. Read the replica's status, events and log: its slot on the " +
				"primary may be lost (max_slot_wal_keep_size), or RDS has ended the replication. Then it has to be made anew.",
		})
	}
	return alarms
}

// slotAlarms watch what a replica makes its source keep.
func (d *Database) slotAlarms() []alarm {
	const remedy = "Look for a replica that is stopped, in error or too slow, and for slots that nobody uses " +
		"(SELECT * FROM pg_replication_slots): delete those. At the limit the replica is lost and has to be made anew."
	return []alarm{
		{
			key: "database-slot-lag", metric: d.metric("OldestReplicationSlotLag"), statistic: "Maximum",
			operator: above, threshold: d.mostSlotLag(), period: 300, periods: 2,
			Note:    page("database-slot-lag"),
			silence: silenceChangesNothing,
			meaning: fmt.Sprintf("A replica is so far behind that the database keeps more than half of %d GiB of write-ahead log for it.", d.SlotWALGiB),
			remedy:  remedy,
		},
		{
			key: "database-transaction-logs", metric: d.metric("TransactionLogsDiskUsage"), statistic: "Maximum",
			operator: above, threshold: d.mostLogs(), period: 300, periods: 2,
			Note:    page("database-transaction-logs"),
			silence: silenceChangesNothing,
			meaning: fmt.Sprintf("The database's write-ahead log takes more than three quarters of the %d GiB that replicas may hold back.", d.SlotWALGiB),
			remedy:  remedy,
		},
	}
}

func (d *Database) widgets() []widget {
	widgets := []widget{
		{
			title: "Database: CPU (%)", statistic: "Average", percent: true,
			lines:  []line{{metric: d.metric("CPUUtilization"), label: "CPU"}},
			limits: []limit{{"alarm", databaseCPUPercent}},
		},
		{
			title: "Database: connections", statistic: "Average",
			lines:  []line{{metric: d.metric("DatabaseConnections"), label: "open"}},
			limits: []limit{{"alarm", d.mostConnections()}},
		},
		{
			title: "Database: latency (s)", statistic: "Average",
			lines: []line{{metric: d.metric("ReadLatency"), label: "read"}, {metric: d.metric("WriteLatency"), label: "write"}},
		},
		{
			title: "Database: freeable memory (bytes)", statistic: "Average",
			lines:  []line{{metric: d.metric("FreeableMemory"), label: "memory"}},
			limits: []limit{{"alarm", d.leastMemory()}},
		},
		{
			title: "Database: free storage (bytes)", statistic: "Minimum",
			lines:  []line{{metric: d.metric("FreeStorageSpace"), label: "storage"}},
			limits: []limit{{"alarm", d.leastStorage()}},
		},
	}
	if d.SlotWALGiB > 0 {
		widgets = append(widgets, widget{
			title: "Database: write-ahead log (bytes)", statistic: "Maximum",
			lines: []line{
				{metric: d.metric("OldestReplicationSlotLag"), label: "slot lag"},
				{metric: d.metric("TransactionLogsDiskUsage"), label: "on disk"},
			},
			limits: []limit{{"slot lag alarm", d.mostSlotLag()}, {"on disk alarm", d.mostLogs()}},
		})
	}
	if len(d.Replicas) == 0 {
		return widgets
	}
	lag := widget{title: "Database: replica lag (s)", statistic: "Average", limits: []limit{{"alarm", float64(d.Replicas[0].mostLagSeconds())}}}
	for _, r := range d.Replicas {
		lag.lines = append(lag.lines, line{metric: r.lag(), label: r.Name})
	}
	return append(widgets, lag)
}

package objectives

import "time"

// paths are the ways data takes to the recovery region. The cache is not in the list, because everything in the cache is also in the database.
func (s System) paths() []Path {
	found := []Path{s.databasePath()}
	if s.HasFiles {
		found = append(found, s.filesPath())
	}
	return found
}

func (s System) databasePath() Path {
	path := Path{Data: "database"}
	switch s.Database {
	case Replica:
		path.Figures = []Figure{
			{
				What: "the replica may be behind before its alarm goes off", Length: s.ReplicaLag, Kind: Chosen, Source: "objectives.replicaLagMinutes",
				On: []Resource{recovery(replicaInstance, nil), recovery(lagAlarm, map[string]any{"threshold": seconds(s.ReplicaLag)})},
			},
			{
				What: "until the alarm goes off", Length: LagAlarmMinutes * time.Minute, Kind: Chosen,
				Source: "the alarm goes off after this many minutes in a row, and treats missing data as lag",
				On: []Resource{recovery(lagAlarm, map[string]any{
					"period": seconds(time.Minute), "evaluationPeriods": LagAlarmMinutes, "treatMissingData": "breaching",
				})},
			},
		}
	case AutomatedBackups:
		path.Figures = []Figure{
			{
				What: "until RDS has copied snapshots and transaction logs", Length: 30 * time.Minute, Kind: Published,
				Source: "https://docs.aws.amazon.com/prescriptive-guidance/latest/dr-standard-edition-amazon-rds/rds-pitr-snapshot.html (5 to 30 minutes)",
				On:     []Resource{primary("recovery-database-automated-backups", nil)},
			},
		}
	case Copies:
		path.Figures = s.copyFigures()
	default:
		path.Unbounded = "nothing of it leaves the region"
	}
	return path
}

func (s System) filesPath() Path {
	path := Path{Data: "files"}
	switch {
	case s.FilesReplicated:
		path.Figures = []Figure{
			{
				What: "until S3 has replicated an object", Length: replicationTime, Kind: Published,
				Source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html (99.99 % of objects; an alarm tells of the others)",
				On:     s.replication(),
			},
		}
	case s.CopyEvery > 0:
		path.Figures = s.copyFigures()
	default:
		path.Unbounded = "nothing of them leaves the region"
	}
	return path
}

// copyFigures: what is written right after a copy began is lost until the next one is complete.
func (s System) copyFigures() []Figure {
	return []Figure{
		{What: "between copies", Length: s.CopyEvery, Kind: Chosen, Source: "how often copies are made", Who: people},
		{What: "until a copy is complete in the recovery region", Length: s.CopyWithin, Kind: TimeOut, Source: "an alarm tells of a copy that is not there by then", Who: people},
	}
}

// replicationTime is what S3's Replication Time Control promises.
const replicationTime = 15 * time.Minute

// replication is what copies the files, and, where there is a recovery stack, the alarm that tells of copies that are late.
func (s System) replication() []Resource {
	found := []Resource{primary("recovery-files-copy-configuration", map[string]any{
		"rules[0].status": "Enabled", "rules[0].destination.replicationTime.status": "Enabled",
		"rules[0].destination.replicationTime.time.minutes": replicationTime.Minutes(),
	})}
	if s.Standby {
		found = append(found, recovery("alarms-replication-files-latency", map[string]any{"threshold": seconds(replicationTime)}))
	}
	return found
}

const (
	replicaInstance = "database-instance"
	lagAlarm        = "alarms-replica-recovery-lag"
)

// LagAlarmMinutes is for how many minutes in a row the replica has to be behind before the alarm on its lag goes off.
const LagAlarmMinutes = 5

package objectives

import "time"

// paths are the ways data takes to the recovery region. The cache is none of them: it holds nothing that is nowhere else.
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
			{"the replica may be behind before its alarm goes off", s.ReplicaLag, Chosen, "objectives.replicaLagMinutes"},
			{"until the alarm goes off", LagAlarmMinutes * time.Minute, Chosen,
				"the alarm on the replica's lag wants that many minutes in a row; while it is silent the bound holds"},
		}
	case AutomatedBackups:
		path.Figures = []Figure{
			{"until RDS has copied snapshots and transaction logs", 30 * time.Minute, Published,
				"https://docs.aws.amazon.com/prescriptive-guidance/latest/dr-standard-edition-amazon-rds/rds-pitr-snapshot.html (5 to 30 minutes)"},
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
			{"until S3 has replicated an object", 15 * time.Minute, Published,
				"https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html (99.99 % of objects; an alarm tells of the others)"},
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
		{"between copies", s.CopyEvery, Chosen, "how often copies are made"},
		{"until a copy is complete in the recovery region", s.CopyWithin, TimeOut, "an alarm tells of a copy that is not there by then"},
	}
}

// LagAlarmMinutes is for how many minutes in a row the replica has to be behind before the alarm on its lag goes off.
const LagAlarmMinutes = 5

package rds

import (
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// snapshotsEncrypted looks at snapshots, which are encrypted as their source is, and at copies into another region,
// which take a key of that region. Copies in the same region keep the source's key.
func snapshotsEncrypted(s *inspect.Stack, report *policy.Report) {
	const fix = "encrypt the database (RDS-1): its snapshots are then encrypted as well"
	for _, way := range []struct{ typ, property string }{
		{dbSnapshotType, "dbInstanceIdentifier"}, {clusterSnapshotType, "dbClusterIdentifier"},
	} {
		for _, r := range s.Of(way.typ) {
			encrypted := r.Output("encrypted")
			if source := s.Resolve(r.At(way.property), databases...); source != nil && !encrypted.True() && !encrypted.False() {
				encrypted = source.At("storageEncrypted")
			}
			if encrypted.Unset() && s.Resolve(r.At(way.property), databases...) == nil {
				continue // of a database that the stack does not have
			}
			if policy.IsTrue("", fix).Judge(report, r, encrypted) {
				report.Pass(r)
			}
		}
	}
	for _, way := range []struct{ typ, property string }{
		{dbSnapCopyType, "sourceDbSnapshotIdentifier"}, {clusterSnapCopyType, "sourceDbClusterSnapshotIdentifier"},
		{dbReplicateType, "sourceDbInstanceArn"},
	} {
		for _, r := range s.Of(way.typ) {
			to := inspect.RegionOf(r)
			if destination := r.At("destinationRegion").Text(); destination != "" {
				to = destination
			}
			if resolveRegion(s, r.At(way.property), inspect.RegionOf(r)) == to {
				report.Pass(r)
				continue
			}
			good := report.Check(r, r, policy.CustomerKey("kmsKeyId", "name a key of the region that the copy goes to: a key's replica, from components/keys"))
			key := r.At("kmsKeyId")
			if region := resolveRegion(s, key, to); region != "" && region != to {
				good = false
				report.Fail(r, "kmsKeyId", key.Show()+" "+inspect.NameOfRegion(region), "a key "+inspect.NameOfRegion(to), "KMS keys work in their own region only: name one of "+to)
			}
			if good {
				report.Pass(r)
			}
		}
	}
}

func snapshotsPrivate(s *inspect.Stack, report *policy.Report) {
	const want, fix = "accounts by their number", `take "all" out of sharedAccounts`
	for _, r := range s.Of(dbSnapshotType, dbSnapCopyType, clusterSnapshotType, clusterSnapCopyType) {
		private := policy.Expectation{Path: "", Want: want, Fix: fix, Holds: func(v inspect.Value) bool { return v.Text() != "all" }}
		good := true
		for _, account := range inspect.Elements(r.At("sharedAccounts")) {
			good = private.Judge(report, r, account) && good
		}
		if good {
			report.Pass(r)
		}
	}
}

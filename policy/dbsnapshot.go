package policy

// snapshotsEncrypted looks at snapshots, which are encrypted as their source is, and at copies into another region,
// which take a key of that region. Copies in the same region keep the source's key.
func snapshotsEncrypted(s *Stack, report *Report) {
	const fix = "encrypt the database (RDS-1): its snapshots are then encrypted as well"
	for _, way := range []struct{ typ, property string }{
		{dbSnapshotType, "dbInstanceIdentifier"}, {clusterSnapshotType, "dbClusterIdentifier"},
	} {
		for _, r := range s.Of(way.typ) {
			encrypted := Value{value: r.Outputs.Get("encrypted"), path: "encrypted", resource: r}
			if source := s.meant(r.At(way.property), databases...); source != nil && !encrypted.True() && !encrypted.False() {
				encrypted = source.At("storageEncrypted")
			}
			if encrypted.Unset() && s.meant(r.At(way.property), databases...) == nil {
				continue // of a database that the stack does not have
			}
			if isTrue("", fix).judge(report, r, encrypted) {
				report.Pass(r)
			}
		}
	}
	for _, way := range []struct{ typ, property string }{
		{dbSnapCopyType, "sourceDbSnapshotIdentifier"}, {clusterSnapCopyType, "sourceDbClusterSnapshotIdentifier"},
		{dbReplicateType, "sourceDbInstanceArn"},
	} {
		for _, r := range s.Of(way.typ) {
			to := regionOf(r)
			if destination := r.At("destinationRegion").Text(); destination != "" {
				to = destination
			}
			if s.regionMeant(r.At(way.property), regionOf(r)) == to {
				report.Pass(r)
				continue
			}
			good := r.check(report, r, customerKey("kmsKeyId", "name a key of the region that the copy goes to: a key's replica, from components/keys"))
			key := r.At("kmsKeyId")
			if region := s.regionMeant(key, to); region != "" && region != to {
				good = false
				report.Fail(r, "kmsKeyId", key.Show()+" "+nameOfRegion(region), "a key "+nameOfRegion(to), "KMS keys work in their own region only: name one of "+to)
			}
			if good {
				report.Pass(r)
			}
		}
	}
}

func snapshotsPrivate(s *Stack, report *Report) {
	const want, fix = "accounts by their number", `take "all" out of sharedAccounts`
	for _, r := range s.Of(dbSnapshotType, dbSnapCopyType, clusterSnapshotType, clusterSnapCopyType) {
		private := expectation{"", want, fix, func(_ *Resource, v Value) bool { return v.Text() != "all" }}
		good := true
		for _, account := range elements(r.At("sharedAccounts")) {
			good = private.judge(report, r, account) && good
		}
		if good {
			report.Pass(r)
		}
	}
}

package policy

import (
	"slices"
	"strings"
)

// isPrimary is false for a replica: it has neither a standby, nor backups, nor a final snapshot of its own. The day it
// is promoted, the property goes and it is primary.
func isPrimary(r *Resource) bool { return replicaOf(r).Unset() }

// replicaOf is what the database replicates.
func replicaOf(r *Resource) Value {
	if r.Type == dbClusterType {
		return r.At("replicationSourceIdentifier")
	}
	return r.At("replicateSourceDb")
}

// meant is the resource that a value means. Where a deployed one is a name, which is no identity, it is the one that the
// value was made from.
func (s *Stack) meant(v Value, types ...string) *Resource {
	if r := s.Referent(v, types...); r != nil {
		return r
	}
	for _, urn := range v.resource.PropertyDependencies[v.top()] {
		if r := s.resources[urn]; r != nil && slices.Contains(types, r.Type) {
			return r
		}
	}
	return nil
}

// inherits is true for a replica in its source's region: it takes the source's key and parameters. A source in another
// region can only be named by its ARN.
func (s *Stack) inherits(replica *Resource) bool {
	v := replicaOf(replica)
	if replica.Type != dbInstanceType || v.Unset() {
		return false
	}
	if source := s.meant(v, dbInstanceType); source != nil {
		return regionOf(source) == regionOf(replica)
	}
	region := arnRegion(v.Text())
	return !v.Unknown() && (region == "" || region == regionOf(replica))
}

// arnRegion is the region in an ARN; empty in anything else.
func arnRegion(text string) string {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return ""
	}
	return parts[3]
}

// regionMeant is the region of the resource that a value means, or in its ARN; for a plain id the given one. Empty where
// that is not known.
func (s *Stack) regionMeant(v Value, otherwise string) string {
	// An ARN says it itself, also where a part of it comes from another resource, or another stack.
	if region := arnRegion(v.Text()); region != "" {
		return region
	}
	for _, r := range s.Referents(v) {
		return regionOf(r)
	}
	if v.Unknown() {
		return ""
	}
	return otherwise
}

// replicatedElsewhere wants of every database a replica or its automated backups in another region. A replica from
// another region is what is wanted; one from the same region adds nothing. The daily copies of AWS Backup are the matter
// of X-BK-XR: they are too old for what must be back within an hour.
func replicatedElsewhere(s *Stack, report *Report) {
	for _, r := range s.Of(databases...) {
		from := s.regionMeant(replicaOf(r), regionOf(r))
		switch {
		case !isPrimary(r) && from == regionOf(r):
		case from == "":
			report.Undecided(r, replicaOf(r).Path(), "a replica from another region")
		case from != regionOf(r) || s.replicated(r):
			report.Pass(r)
		default:
			report.Fail(r, "replica", "none in another region",
				"a replica, or replicated automated backups, in another region", "replicate its automated backups to the recovery region (components/dr)")
		}
	}
}

// replicated is true where something of this stack carries the database to another region: a replica, the replication of
// its automated backups, or, for Aurora, the global cluster that it shares with a cluster elsewhere.
func (s *Stack) replicated(r *Resource) bool {
	var copies []*Resource
	for _, way := range []struct{ typ, property string }{
		{dbInstanceType, "replicateSourceDb"}, {dbClusterType, "replicationSourceIdentifier"}, {dbReplicateType, "sourceDbInstanceArn"},
	} {
		copies = append(copies, s.Pointing(r, way.typ, way.property)...)
	}
	if global := s.meant(r.At("globalClusterIdentifier"), "aws:rds/globalCluster:GlobalCluster"); global != nil {
		copies = append(copies, s.Pointing(global, dbClusterType, "globalClusterIdentifier")...)
	}
	return slices.ContainsFunc(copies, func(one *Resource) bool { return regionOf(one) != regionOf(r) })
}

package rds

import (
	"slices"
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// isPrimary is false for a replica: it has neither a standby, nor backups, nor a final snapshot of its own. The day it
// is promoted, the property goes and it is primary.
func isPrimary(r *inspect.Resource) bool { return replicaOf(r).Unset() }

// replicaOf is what the database replicates.
func replicaOf(r *inspect.Resource) inspect.Value {
	if r.Type == inspect.DbClusterType {
		return r.At("replicationSourceIdentifier")
	}
	return r.At("replicateSourceDb")
}

// inherits is true for a replica in its source's region: it takes the source's key and parameters. A source in another
// region can only be named by its ARN.
func inherits(s *inspect.Stack, replica *inspect.Resource) bool {
	v := replicaOf(replica)
	if replica.Type != inspect.DbInstanceType || v.Unset() {
		return false
	}
	if source := s.Resolve(v, inspect.DbInstanceType); source != nil {
		return inspect.RegionOf(source) == inspect.RegionOf(replica)
	}
	region := arnRegion(v.Text())
	return !v.Unknown() && (region == "" || region == inspect.RegionOf(replica))
}

// arnRegion is the region in an ARN; empty in anything else.
func arnRegion(text string) string {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return ""
	}
	return parts[3]
}

// resolveRegion is the region of the resource that a value means, or in its ARN; for a plain id the given one. Empty where
// that is not known.
func resolveRegion(s *inspect.Stack, v inspect.Value, otherwise string) string {
	// An ARN says it itself, also where a part of it comes from another resource, or another stack.
	if region := arnRegion(v.Text()); region != "" {
		return region
	}
	for _, r := range s.ResolveAll(v) {
		return inspect.RegionOf(r)
	}
	if v.Unknown() {
		return ""
	}
	return otherwise
}

// replicatedElsewhere wants of every database a replica or its automated backups in another region. A replica from
// another region is what is wanted; one from the same region adds nothing. The daily copies of AWS Backup are the matter
// of X-BK-XR: they are too old for what must be back within an hour.
func replicatedElsewhere(s *inspect.Stack, report *policy.Report) {
	for _, r := range s.Of(databases...) {
		from := resolveRegion(s, replicaOf(r), inspect.RegionOf(r))
		switch {
		case !isPrimary(r) && from == inspect.RegionOf(r):
		case from == "":
			report.Undecided(r, replicaOf(r).Path(), "a replica from another region")
		case from != inspect.RegionOf(r) || replicated(s, r):
			report.Pass(r)
		default:
			report.Fail(r, "replica", "none in another region",
				"a replica, or replicated automated backups, in another region", "replicate its automated backups to the recovery region (components/dr)")
		}
	}
}

// replicated is true where something of this stack carries the database to another region: a replica, the replication of
// its automated backups, or, for Aurora, the global cluster that it shares with a cluster elsewhere.
func replicated(s *inspect.Stack, r *inspect.Resource) bool {
	var copies []*inspect.Resource
	for _, way := range []struct{ typ, property string }{
		{inspect.DbInstanceType, "replicateSourceDb"}, {inspect.DbClusterType, "replicationSourceIdentifier"}, {dbReplicateType, "sourceDbInstanceArn"},
	} {
		copies = append(copies, s.Pointing(r, way.typ, way.property)...)
	}
	if global := s.Resolve(r.At("globalClusterIdentifier"), "aws:rds/globalCluster:GlobalCluster"); global != nil {
		copies = append(copies, s.Pointing(global, inspect.DbClusterType, "globalClusterIdentifier")...)
	}
	return slices.ContainsFunc(copies, func(one *inspect.Resource) bool { return inspect.RegionOf(one) != inspect.RegionOf(r) })
}

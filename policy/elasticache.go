package policy

import "strings"

var elasticacheControls = []*Control{
	{
		ID: "EC-1", Service: "ElastiCache", Kind: Property, Severity: Medium, Applies: WherePHI,
		Title:     "Automatic backups kept >= 15 days",
		Citations: []string{"164.308(a)(7)(i)", "164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)"},
		Config:    []string{"elasticache-redis-cluster-automatic-backup-check"},
		Nag:       []string{"ElastiCacheRedisClusterAutomaticBackup"},
		Why:       "Sessions and queues that are kept in the cache alone are lost with its nodes.",
		check: eachWhere(of(cacheGroupType, cacheClusterType, serverlessCacheType), keepsData,
			atLeast("snapshotRetentionLimit", 15, "set careconnect:cache.snapshotRetentionDays to 15 or more, 35 at most")),
	},
	{
		ID: "X-EC-REST", Service: "ElastiCache", Kind: Property, Severity: High,
		Title:     "Encryption at rest",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(2)(ii)"},
		Analogy:   true,
		Why:       "Whatever patient data is cached lies on the nodes' disks and in their snapshots.",
		check:     cachesEncrypted,
	},
	{
		ID: "X-EC-TLS", Service: "ElastiCache", Kind: Property, Severity: High,
		Title:     "Encryption in transit",
		Citations: []string{"164.312(d)", "164.312(e)(1)", "164.312(e)(2)(ii)"},
		Analogy:   true,
		Why:       "A cache without TLS and sign-in gives sessions and patient data to whoever reaches its port.",
		check:     cachesByTLS,
	},
	{
		ID: "X-EC-HA", Service: "ElastiCache", Kind: Property, Severity: Medium, Applies: ProductionOnly,
		Title:     "Automatic failover Multi-AZ",
		Citations: []string{"164.308(a)(7)(i)"},
		Analogy:   true,
		Why:       "A cache on one node, or in one zone, signs everybody out when that is lost, and the system waits for it.",
		check:     cachesFailOver,
	},
}

const (
	cacheGroupType      = "aws:elasticache/replicationGroup:ReplicationGroup"
	cacheClusterType    = "aws:elasticache/cluster:Cluster"
	serverlessCacheType = "aws:elasticache/serverlessCache:ServerlessCache"
)

// isMemcached is true for a cache that keeps nothing: Memcached has neither backups nor users.
func isMemcached(r *Resource) bool { return strings.EqualFold(r.At("engine").Text(), "memcached") }

// standsAlone is false for a cluster that is a node of a replication group, which says all that is to be said of it.
func standsAlone(r *Resource) bool {
	return r.At("replicationGroupId").Unset() || r.Type != cacheClusterType
}

func keepsData(r *Resource) bool { return standsAlone(r) && !isMemcached(r) }

// isSecondary is true for a replication group that follows another one in a global datastore: it takes encryption at
// rest and in transit from that one, and AWS refuses to be told.
func isSecondary(r *Resource) bool { return !r.At("globalReplicationGroupId").Unset() }

// cachesEncrypted wants a replication group or a serverless cache: nothing else in ElastiCache encrypts what it stores.
func cachesEncrypted(s *Stack, report *Report) {
	const fix = "set atRestEncryptionEnabled: true and kmsKeyId to the data key of components/keys; components/cache does"
	encrypted := expectation{"atRestEncryptionEnabled", "true", fix, func(r *Resource, v Value) bool {
		return v.True() || v.Unset() && r.At("engine").Text() == "valkey"
	}}
	key := customerKey("kmsKeyId", fix)
	for _, r := range s.Of(cacheGroupType) {
		if !isSecondary(r) {
			r.expect(report, encrypted, key)
		}
	}
	for _, r := range s.Of(serverlessCacheType) {
		r.expect(report, key)
	}
	for _, r := range s.Of(cacheClusterType) {
		if standsAlone(r) {
			report.Fail(r, "atRestEncryptionEnabled", "not to be had for a cluster by itself", "true", "make it a replication group, if of one node; components/cache does")
		}
	}
}

// cachesByTLS also wants that clients sign in. Serverless caches always have TLS.
func cachesByTLS(s *Stack, report *Report) {
	const fix = "set transitEncryptionEnabled: true and transitEncryptionMode: required; components/cache does"
	const signIn = "give it userGroupIds, whose users sign in by IAM, as components/cache does; or an authToken"
	encrypted := isTrue("transitEncryptionEnabled", fix)
	required := expectation{"transitEncryptionMode", "required, or not set", fix, func(_ *Resource, v Value) bool {
		return v.Unset() || v.Text() == "required"
	}}
	users := expectation{"userGroupIds", "a user group, or authToken", signIn, func(r *Resource, v Value) bool {
		return len(v.List()) > 0 || !r.At("authToken").Unset()
	}}
	for _, r := range s.Of(cacheGroupType) {
		if !isSecondary(r) {
			r.expect(report, encrypted, required, users)
		}
	}
	for _, r := range s.Of(cacheClusterType) {
		if standsAlone(r) {
			r.expect(report, encrypted)
		}
	}
	for _, r := range s.Of(serverlessCacheType) {
		if !isMemcached(r) {
			r.expect(report, isSet("userGroupId", signIn))
		}
	}
}

// cachesFailOver leaves serverless caches out, which are in several zones always.
func cachesFailOver(s *Stack, report *Report) {
	const fix = "set careconnect:cache.nodes to 2 or more and careconnect:cache.multiAz: true"
	for _, r := range s.Of(cacheGroupType) {
		r.expect(report, isTrue("automaticFailoverEnabled", fix), isTrue("multiAzEnabled", fix))
	}
	for _, r := range s.Of(cacheClusterType) {
		switch {
		case !standsAlone(r):
		case isMemcached(r):
			r.expect(report, isOneOf("azMode", "set azMode: cross-az and numCacheNodes to 2 or more", "cross-az"))
		default:
			report.Fail(r, "automaticFailoverEnabled", "not to be had for a cluster by itself", "true", "make it a replication group; components/cache does")
		}
	}
}

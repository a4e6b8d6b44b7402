package elasticache

import (
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const (
	cacheGroupType      = "aws:elasticache/replicationGroup:ReplicationGroup"
	cacheClusterType    = "aws:elasticache/cluster:Cluster"
	serverlessCacheType = "aws:elasticache/serverlessCache:ServerlessCache"
)

// isMemcached is true for a cache that keeps nothing: Memcached has neither backups nor users.
func isMemcached(r *inspect.Resource) bool {
	return strings.EqualFold(r.At("engine").Text(), "memcached")
}

// standsAlone is false for a cluster that is a node of a replication group, which says all that is to be said of it.
func standsAlone(r *inspect.Resource) bool {
	return r.At("replicationGroupId").Unset() || r.Type != cacheClusterType
}

func keepsData(r *inspect.Resource) bool { return standsAlone(r) && !isMemcached(r) }

// isSecondary is true for a replication group that follows another one in a global datastore: it takes encryption at
// rest and in transit from that one, and AWS refuses to be told.
func isSecondary(r *inspect.Resource) bool { return !r.At("globalReplicationGroupId").Unset() }

// cachesEncrypted wants a replication group or a serverless cache: nothing else in ElastiCache encrypts what it stores.
func cachesEncrypted(s *inspect.Stack, report *policy.Report) {
	const fix = "set atRestEncryptionEnabled: true and kmsKeyId to the data key of components/keys; components/cache does"
	encrypted := policy.Expectation{Path: "atRestEncryptionEnabled", Want: "true", Fix: fix, Holds: func(v inspect.Value) bool {
		return v.True() || v.Unset() && v.Resource().At("engine").Text() == "valkey"
	}}
	key := policy.CustomerKey("kmsKeyId", fix)
	for _, r := range s.Of(cacheGroupType) {
		if !isSecondary(r) {
			report.Expect(r, encrypted, key)
		}
	}
	for _, r := range s.Of(serverlessCacheType) {
		report.Expect(r, key)
	}
	for _, r := range s.Of(cacheClusterType) {
		if standsAlone(r) {
			report.Fail(r, "atRestEncryptionEnabled", "not to be had for a cluster by itself", "true", "make it a replication group, if of one node; components/cache does")
		}
	}
}

// cachesByTLS also wants that clients sign in. Serverless caches always have TLS.
func cachesByTLS(s *inspect.Stack, report *policy.Report) {
	const fix = "set transitEncryptionEnabled: true and transitEncryptionMode: required; components/cache does"
	const signIn = "give it userGroupIds, whose users sign in by IAM, as components/cache does; or an authToken"
	encrypted := policy.IsTrue("transitEncryptionEnabled", fix)
	required := policy.Expectation{Path: "transitEncryptionMode", Want: "required, or not set", Fix: fix, Holds: func(v inspect.Value) bool {
		return v.Unset() || v.Text() == "required"
	}}
	users := policy.Expectation{Path: "userGroupIds", Want: "a user group, or authToken", Fix: signIn, Holds: func(v inspect.Value) bool {
		return len(v.List()) > 0 || !v.Resource().At("authToken").Unset()
	}}
	for _, r := range s.Of(cacheGroupType) {
		if !isSecondary(r) {
			report.Expect(r, encrypted, required, users)
		}
	}
	for _, r := range s.Of(cacheClusterType) {
		if standsAlone(r) {
			report.Expect(r, encrypted)
		}
	}
	for _, r := range s.Of(serverlessCacheType) {
		if !isMemcached(r) {
			report.Expect(r, policy.IsSet("userGroupId", signIn))
		}
	}
}

// cachesFailOver leaves serverless caches out, which are in several zones always.
func cachesFailOver(s *inspect.Stack, report *policy.Report) {
	const fix = "run two nodes or more, with Multi-AZ and automatic failover"
	for _, r := range s.Of(cacheGroupType) {
		report.Expect(r, policy.IsTrue("automaticFailoverEnabled", fix), policy.IsTrue("multiAzEnabled", fix))
	}
	for _, r := range s.Of(cacheClusterType) {
		switch {
		case !standsAlone(r):
		case isMemcached(r):
			report.Expect(r, policy.IsOneOf("azMode", "set azMode: cross-az and numCacheNodes to 2 or more", "cross-az"))
		default:
			report.Fail(r, "automaticFailoverEnabled", "not to be had for a cluster by itself", "true", "make it a replication group; components/cache does")
		}
	}
}

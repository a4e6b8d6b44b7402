// Package elasticache has the controls of Amazon ElastiCache.
package elasticache

import "github.com/carebase/carebase/policy"

// Controls of this package, in the order in which reports list them.
var Controls = []*policy.Control{
	{
		ID: "EC-1", Service: "ElastiCache", Kind: policy.Property, Severity: policy.Medium, Applies: policy.WherePHI,
		Title:     "Automatic backups kept >= 15 days",
		Citations: []string{"164.308(a)(7)(i)", "164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)"},
		Config:    []string{"elasticache-redis-cluster-automatic-backup-check"},
		Nag:       []string{"ElastiCacheRedisClusterAutomaticBackup"},
		Setting:   "cache.snapshotRetentionDays",
		Why:       "Sessions and queues that are kept in the cache alone are lost with its nodes.",
		Check: policy.EachWhere([]string{cacheGroupType, cacheClusterType, serverlessCacheType}, keepsData,
			policy.AtLeast("snapshotRetentionLimit", 15, "keep snapshots for 15 days or more, 35 at most")),
	},
	{
		ID: "X-EC-REST", Service: "ElastiCache", Kind: policy.Property, Severity: policy.High,
		Title:     "Encryption at rest",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(2)(ii)"},
		Analogy:   true,
		Why:       "Whatever patient data is cached lies on the nodes' disks and in their snapshots.",
		Check:     cachesEncrypted,
	},
	{
		ID: "X-EC-TLS", Service: "ElastiCache", Kind: policy.Property, Severity: policy.High,
		Title:     "Encryption in transit",
		Citations: []string{"164.312(d)", "164.312(e)(1)", "164.312(e)(2)(ii)"},
		Analogy:   true,
		Why:       "A cache without TLS and sign-in gives sessions and patient data to whoever reaches its port.",
		Check:     cachesByTLS,
	},
	{
		ID: "X-EC-HA", Service: "ElastiCache", Kind: policy.Property, Severity: policy.Medium, Applies: policy.ProductionOnly,
		Title:     "Automatic failover Multi-AZ",
		Citations: []string{"164.308(a)(7)(i)"},
		Analogy:   true,
		Setting:   "cache.multiAz",
		Why:       "A cache on one node, or in one zone, signs everybody out when that is lost, and the system waits for it.",
		Check:     cachesFailOver,
	},
}

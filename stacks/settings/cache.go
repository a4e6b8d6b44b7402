package settings

import (
	"fmt"

	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// Cache is an ElastiCache for Redis OSS replication group.
type Cache struct {
	// Version of Redis OSS: 7.1, the last that ElastiCache offers.
	EngineVersion string `setting:"engineVersion" oneof:"7.1"`
	// ElastiCache node type, such as cache.r6g.large.
	NodeType string `setting:"nodeType"`
	// Number of nodes: the primary and its replicas.
	Nodes int `setting:"nodes" range:"1..6" phi:"2 or more" cfr:"164.308(a)(7)(i)"`
	// Whether the nodes are in different availability zones and a replica takes over by itself.
	MultiAZ bool `setting:"multiAz" phi:"true" cfr:"164.308(a)(7)(i)"`
	// Days for which ElastiCache keeps its daily snapshots. Where PHI lives 15 or more, as AWS Config's rule
	// elasticache-redis-cluster-automatic-backup-check asks.
	SnapshotRetentionDays int `setting:"snapshotRetentionDays" range:"1..35" phi:"15 or more" cfr:"164.308(a)(7)(ii)(A)"`
	// Daily window of the snapshot, hh:mm-hh:mm in UTC.
	SnapshotWindow string `setting:"snapshotWindow"`
	// Weekly maintenance window, ddd:hh:mm-ddd:hh:mm in UTC.
	MaintenanceWindow string `setting:"maintenanceWindow"`
}

func (s *Settings) checkCache(p *decode.Problems) {
	c := s.Cache
	if c == nil {
		return
	}
	if !limits.CacheClass.MatchString(c.NodeType) {
		p.Refuse("cache.nodeType", c.NodeType, "an ElastiCache node type such as cache.r6g.large")
	}
	if c.MultiAZ && c.Nodes < 2 && p.Decoded("cache.nodes") {
		p.Refuse("cache.multiAz", c.MultiAZ, fmt.Sprintf("false with cache.nodes = %d: two zones need two nodes", c.Nodes))
	}
	checkWindows(p, limits.CacheWindow,
		windowSetting{Key: "cache.snapshotWindow", Text: c.SnapshotWindow},
		windowSetting{Key: "cache.maintenanceWindow", Text: c.MaintenanceWindow})
}

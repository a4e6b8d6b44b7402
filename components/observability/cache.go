package observability

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
)

// A Cache is an ElastiCache replication group without cluster mode. AWS calls its nodes <group>-001, <group>-002 ….
type Cache struct {
	ReplicationGroupID pulumi.StringInput
	Nodes              int // 1 to 6
}

const (
	cacheCPUPercent    = 80
	cacheMemoryPercent = 80
)

func (c *Cache) validate(p *arg.Problems) {
	p.Require("System.Cache.ReplicationGroupID", c.ReplicationGroupID != nil, "the replication group's ID (see components/cache)")
	p.Between("System.Cache.Nodes", c.Nodes, 1, 6)
}

// nodes are the ends of the nodes' identifiers.
func (c *Cache) nodes() []string {
	nodes := make([]string, c.Nodes)
	for i := range nodes {
		nodes[i] = fmt.Sprintf("%03d", i+1)
	}
	return nodes
}

// metric of a node. ElastiCache counts nodes within a cluster as well, and in Redis each cluster is one node.
func (c *Cache) metric(node, name string) metric {
	return metric{"AWS/ElastiCache", name, []dimension{
		{"CacheClusterId", pulumi.Sprintf("%s-%s", c.ReplicationGroupID, node)},
		{"CacheNodeId", pulumi.String("0001")},
	}}
}

func (c *Cache) alarms() []alarm {
	var alarms []alarm
	for _, node := range c.nodes() {
		key := "cache-" + node + "-"
		alarms = append(alarms,
			alarm{
				key: key + "cpu", metric: c.metric(node, "EngineCPUUtilization"), statistic: "Average",
				operator: above, threshold: cacheCPUPercent, period: 300, periods: 2,
				Note:    inform("cache-cpu"),
				silence: silenceAlarms, // a running node always reports
				meaning: fmt.Sprintf("Redis on cache node %s uses more than %d %% of its one core, or reports nothing at all.", node, cacheCPUPercent),
				remedy: "If it reports nothing, look at the replication group's events. Otherwise find slow commands in the slow " +
					"log (KEYS, large ranges); read from replicas, or take a larger node type.",
			},
			alarm{
				key: key + "memory", metric: c.metric(node, "DatabaseMemoryUsagePercentage"), statistic: "Average",
				operator: above, threshold: cacheMemoryPercent, period: 300, periods: 2,
				Note:    inform("cache-memory"),
				silence: silenceChangesNothing,
				meaning: fmt.Sprintf("Cache node %s has filled more than %d %% of its memory.", node, cacheMemoryPercent),
				remedy: "At 100 % it throws keys away or refuses writes. Look for keys without an expiry; shorten expiries, or " +
					"take a larger node type.",
			},
			alarm{
				key: key + "evictions", metric: c.metric(node, "Evictions"), statistic: "Sum",
				operator: above, threshold: 0, period: 300, periods: 2,
				Note:    inform("cache-evictions"),
				silence: silenceIsFine,
				meaning: fmt.Sprintf("Cache node %s has been throwing away keys before their time for ten minutes.", node),
				remedy:  "The memory is full: sessions may be lost, and the database gets the load. Take a larger node type.",
			})
	}
	if c.Nodes > 1 {
		alarms = append(alarms, c.failover())
	}
	return alarms
}

// failover goes off when a node becomes the primary or stops being it. ElastiCache tells of that only topics that are
// not encrypted. A node that is gone reports nothing, and a minute's report may be late: until there is one, the last
// counts, and the minute is looked at again with the four after it.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html
func (c *Cache) failover() alarm {
	changes := &formula{}
	var each []string
	for i, node := range c.nodes() {
		changes.metrics = append(changes.metrics, c.metric(node, "IsMaster"))
		each = append(each, fmt.Sprintf("ABS(DIFF(FILL(m%d,REPEAT)))", i+1))
	}
	changes.text = "MAX([" + strings.Join(each, ",") + "])"
	return alarm{
		key: "cache-failover", formula: changes, statistic: "Maximum",
		operator: above, threshold: 0, period: 60, periods: 5,
		Note:    inform("cache-failover"),
		silence: silenceIsFine,
		meaning: "Another node has become the cache's primary.",
		remedy: "What was written in the last seconds may be lost, sessions among it, and connections were cut: see that the services " +
			"have connected again. The replication group's events say why (aws elasticache describe-events).",
	}
}

func (c *Cache) widgets() []widget {
	perNode := func(metric string) []line {
		var lines []line
		for _, node := range c.nodes() {
			lines = append(lines, line{metric: c.metric(node, metric), label: node})
		}
		return lines
	}
	widgets := []widget{
		{
			title: "Cache: engine CPU (%)", statistic: "Average", percent: true,
			lines: perNode("EngineCPUUtilization"), limits: []limit{{"alarm", cacheCPUPercent}},
		},
		{
			title: "Cache: memory (%)", statistic: "Average", percent: true,
			lines: perNode("DatabaseMemoryUsagePercentage"), limits: []limit{{"alarm", cacheMemoryPercent}},
		},
		{title: "Cache: evictions", statistic: "Sum", lines: perNode("Evictions")},
		{title: "Cache: hit rate (%)", statistic: "Average", percent: true, lines: perNode("CacheHitRate")},
	}
	if c.Nodes > 1 {
		widgets = append(widgets, widget{title: "Cache: the primary (1)", statistic: "Maximum", lines: perNode("IsMaster")})
	}
	return widgets
}

package observability

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
)

// A Replication of a bucket with replication time control. S3 publishes how far the copy is behind in the destination's
// region, and what could not be copied in the source's. An alarm sees its own region only, so the two are in two systems:
// among the Replications of that which is copied to, and the Outgoing of that which is copied from.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/repl-metrics.html
type Replication struct {
	Name                string             // e.g. files
	Source, Destination pulumi.StringInput // names of the buckets
	RuleID              string
}

// replicationSeconds is what replication time control promises.
const replicationSeconds = 900

func (r Replication) validate(p *arg.Problems, at string) {
	p.Require(at+"Source", r.Source != nil, "the name of the bucket that is replicated")
	p.Require(at+"Destination", r.Destination != nil, "the name of the bucket that it is replicated to")
	p.Require(at+"RuleID", r.RuleID != "", "the id of the rule")
}

func (r Replication) metric(name string) metric {
	return metric{"AWS/S3", name, []dimension{
		{"SourceBucket", r.Source}, {"DestinationBucket", r.Destination}, {"RuleId", pulumi.String(r.RuleID)},
	}}
}

func (r Replication) latency() metric { return r.metric("ReplicationLatency") }

// failures are objects, delete markers, tags and locks that S3 has given up on: nobody is told of them by the latency.
func (r Replication) failures() metric { return r.metric("OperationsFailedReplication") }

func (r Replication) latencyWidget() widget {
	return widget{
		title: r.Name + ": copy behind (s)", statistic: "Maximum",
		lines:  []line{{metric: r.latency(), label: "latency"}},
		limits: []limit{{"alarm", replicationSeconds}},
	}
}

func (r Replication) failuresWidget() widget {
	return widget{title: r.Name + ": copies failed", statistic: "Sum", lines: []line{{metric: r.failures(), label: "failed"}}}
}

func (r Replication) latencyAlarm() alarm {
	return alarm{
		key: "replication-" + r.Name + "-latency", statistic: "Maximum", metric: r.latency(),
		operator: above, threshold: replicationSeconds, period: 300, periods: 1,
		Note:    inform("replication-latency"),
		silence: silenceIsFine, // nothing is reported while nothing is written
		meaning: "The copy of bucket " + r.Name + " is more than fifteen minutes behind.",
		remedy: "What it lacks is lost if the primary region is lost now. Look for objects that failed to replicate " +
			"(s3:Replication:OperationFailedReplication): usually a key or a policy was changed. Repeat them by a Batch Replication job.",
	}
}

func (r Replication) failuresAlarm() alarm {
	return alarm{
		key: "replication-" + r.Name + "-failed", statistic: "Sum", metric: r.failures(),
		operator: above, threshold: 0, period: 300, periods: 1,
		Note:    inform("replication-failed"),
		silence: silenceIsFine, // nothing is reported while nothing is written
		meaning: "Something in bucket " + r.Name + " could not be copied to the other region, and S3 does not try again.",
		remedy: "It has no copy until it is repeated. Usually a key, a policy or the replication's role was changed: put that right, " +
			"find what has the replication status FAILED, and repeat it by a Batch Replication job.",
	}
}

package observability

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
)

// A Replication of a bucket with replication time control. S3 publishes its metrics in the destination's region, which is
// where the alarm has to be.
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

func (r Replication) latency() metric {
	return metric{"AWS/S3", "ReplicationLatency", []dimension{
		{"SourceBucket", r.Source}, {"DestinationBucket", r.Destination}, {"RuleId", pulumi.String(r.RuleID)},
	}}
}

func (r Replication) widget() widget {
	return widget{
		title: r.Name + ": copy behind (s)", statistic: "Maximum",
		lines:  []line{{metric: r.latency(), label: "latency"}},
		limits: []limit{{"alarm", replicationSeconds}},
	}
}

func (r Replication) alarm() alarm {
	return alarm{
		key: "replication-" + r.Name + "-latency", statistic: "Maximum", metric: r.latency(),
		operator: above, threshold: replicationSeconds, period: 300, periods: 1,
		silence: silenceIsFine, // nothing is reported while nothing is written
		meaning: "The copy of bucket " + r.Name + " is more than fifteen minutes behind.",
		remedy: "What it lacks is lost if the primary region is lost now. Look for objects that failed to replicate " +
			"(s3:Replication:OperationFailedReplication): usually a key or a policy was changed. Repeat them by a Batch Replication job.",
	}
}

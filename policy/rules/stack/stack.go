package stack

import (
	"slices"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// dataBearing are the types that hold data, or the key to it, and cannot be made anew.
var dataBearing = slices.Concat(inspect.BucketTypes, []string{
	"aws:rds/instance:Instance", "aws:rds/cluster:Cluster", "aws:docdb/cluster:Cluster", "aws:neptune/cluster:Cluster",
	"aws:redshift/cluster:Cluster", "aws:dynamodb/table:Table", "aws:opensearch/domain:Domain",
	"aws:elasticache/replicationGroup:ReplicationGroup", "aws:efs/fileSystem:FileSystem", "aws:ebs/volume:Volume",
	"aws:cognito/userPool:UserPool", inspect.KeyType, "aws:kms/replicaKey:ReplicaKey", inspect.SecretType, inspect.VaultType,
})

// classified looks at a resource's own tags and at those its provider puts on everything.
func classified(s *inspect.Stack, report *policy.Report) {
	for _, r := range s.Of(dataBearing...) {
		good := true
		for _, key := range []string{"DataClassification", "Environment", "Owner"} {
			v := r.Tag(key).As(r, "tags."+key)
			good = policy.IsSet("", "set it in the provider's defaultTags, as stacks does for everything").Judge(report, r, v) && good
		}
		if good {
			report.Pass(r)
		}
	}
}

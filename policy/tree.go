package policy

import "slices"

var treeControls = []*Control{
	{
		ID: "X-TAGS", Service: "Stack", Kind: Property, Severity: Medium,
		Title:     "Data-classification and owner tags",
		Citations: []string{"164.310(d)(2)(iii)"},
		Analogy:   true,
		Why:       "What nobody answers for, and what nobody knows to hold patient data, is forgotten when somebody leaves, moves or is audited.",
		check:     classified,
	},
	{
		ID: "X-PROTECT", Service: "Stack", Kind: Property, Severity: High, Applies: WherePHI,
		Title:     "Stateful resources protected",
		Citations: []string{"164.308(a)(7)(ii)(A)", "164.312(c)(1)"},
		Analogy:   true,
		Why:       "One mistaken destroy, or a rename, deletes what no backup brings back in time.",
		check: each(dataBearing,
			expectation{"protect", "protect or retainOnDelete", "set careconnect:protect: true, which reaches every component as Protect",
				func(r *Resource, _ Value) bool { return r.Protect || r.RetainOnDelete }},
			notTrue("forceDestroy", "leave forceDestroy unset: it deletes what is in it")),
	},
}

// dataBearing are the types that hold data, or the key to it, and cannot be made anew.
var dataBearing = slices.Concat(bucketTypes, of(
	"aws:rds/instance:Instance", "aws:rds/cluster:Cluster", "aws:docdb/cluster:Cluster", "aws:neptune/cluster:Cluster",
	"aws:redshift/cluster:Cluster", "aws:dynamodb/table:Table", "aws:opensearch/domain:Domain",
	"aws:elasticache/replicationGroup:ReplicationGroup", "aws:efs/fileSystem:FileSystem", "aws:ebs/volume:Volume",
	"aws:cognito/userPool:UserPool", keyType, "aws:kms/replicaKey:ReplicaKey", secretType, vaultType,
))

// classified looks at a resource's own tags and at those its provider puts on everything.
func classified(s *Stack, report *Report) {
	for _, r := range s.Of(dataBearing...) {
		good := true
		for _, key := range []string{"DataClassification", "Environment", "Owner"} {
			v := r.tag(key)
			v.path, v.resource = "tags."+key, r
			good = isSet("", "set it in the provider's defaultTags, as stacks does for everything").judge(report, r, v) && good
		}
		if good {
			report.Pass(r)
		}
	}
}

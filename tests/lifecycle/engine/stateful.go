package engine

import "slices"

// stateful are the types whose resources hold what a replacement would lose, or that what holds it depends on and
// cannot be moved from.
var stateful = []string{
	"aws:rds/instance:Instance", "aws:rds/cluster:Cluster", "aws:elasticache/replicationGroup:ReplicationGroup",
	"aws:s3/bucket:Bucket", "aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey",
	"aws:secretsmanager/secret:Secret", "aws:cloudwatch/logGroup:LogGroup", "aws:ec2/subnet:Subnet", "aws:ec2/vpc:Vpc",
	"aws:backup/vault:Vault", "aws:ecr/repository:Repository", "aws:route53/zone:Zone", "aws:sqs/queue:Queue",
}

// Stateful says whether a resource of that type must never be replaced or deleted by a change of ours.
func Stateful(resourceType string) bool { return slices.Contains(stateful, resourceType) }

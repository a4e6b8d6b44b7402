package inspect

import (
	"slices"
)

const TrailType = "aws:cloudtrail/trail:Trail"

// A Use of a bucket: a property of some types that names it.
type Use struct {
	Property string
	Types    []string
	counts   func(*Resource) bool // nil where each of the types counts
}

var (
	AccessLogTarget = []Use{
		{Property: "targetBucket", Types: LoggingPart.Types},
		{Property: "logging.targetBucket", Types: BucketTypes[:1]},
		{Property: "loggings[*].targetBucket", Types: BucketTypes[1:]},
	}
	BalancerLogTarget = []Use{
		{Property: "accessLogs.bucket", Types: []string{ClassicLoadBalancer}},
		{Property: "accessLogs.bucket", Types: LoadBalancers, counts: notNetwork},
		{Property: "connectionLogs.bucket", Types: LoadBalancers},
	}
	TrailTarget = []Use{{Property: "s3BucketName", Types: []string{TrailType}}}
	// otherLogTarget are what else AWS writes for the record: configuration history, flow, viewer and firewall logs.
	otherLogTarget = []Use{
		{Property: "s3BucketName", Types: []string{"aws:cfg/deliveryChannel:DeliveryChannel"}},
		{Property: "logDestination", Types: []string{"aws:ec2/flowLog:FlowLog"}},
		{Property: "loggingConfig.bucket", Types: []string{DistributionType}},
		{
			Property: "deliveryDestinationConfiguration.destinationResourceArn",
			Types:    []string{"aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination"},
		},
		{Property: "logDestinationConfigs[*]", Types: []string{"aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"}},
	}
	replicaTarget = []Use{
		{Property: "rules[*].destination.bucket", Types: ReplicationPart.Types},
		{Property: "replicationConfiguration.rules[*].destination.bucket", Types: BucketTypes[:1]},
		{Property: "replicationConfigurations[*].rules[*].destinations[*].bucket", Types: BucketTypes[1:]},
	}
)

// notNetwork leaves out network load balancers, which do deliver to buckets with a KMS key.
func notNetwork(balancer *Resource) bool { return KindOf(balancer) != Network }

// BucketsOf are the buckets that others use so.
func (s *Stack) BucketsOf(uses ...[]Use) map[*Resource]bool {
	found := map[*Resource]bool{}
	buckets := s.Resolver(s.Of(BucketTypes...))
	for _, one := range slices.Concat(uses...) {
		for _, user := range s.Of(one.Types...) {
			if one.counts != nil && !one.counts(user) {
				continue
			}
			for _, v := range user.Each(one.Property) {
				bucket := buckets.Resolve(v)
				if bucket != nil && bucket != buckets.Resolve(user.At("bucket")) {
					found[bucket] = true
				}
			}
		}
	}
	return found
}

// publicBuckets hold what CloudFront serves to whoever asks, without a signature: no patient data. Of origins that are not
// known, a deployed distribution's with a secret header among them, they are the buckets that those are made of.
func (s *Stack) publicBuckets() map[*Resource]bool {
	found := map[*Resource]bool{}
	buckets := s.Resolver(s.Of(BucketTypes...))
	for _, distribution := range s.Of(DistributionType) {
		unsigned := unsignedOrigins(distribution)
		if origins := distribution.At("origins"); len(unsigned) > 0 && origins.Unknown() {
			for _, bucket := range s.ResolveAll(origins) {
				found[bucket] = slices.Contains(BucketTypes, bucket.Type) || found[bucket]
			}
			continue
		}
		for _, origin := range Elements(distribution.At("origins")) {
			if !slices.Contains(unsigned, origin.At("originId").Text()) {
				continue
			}
			if name := origin.At("domainName"); !name.Unknown() {
				if bucket := buckets.Resolve(name); bucket != nil {
					found[bucket] = true
				}
				continue
			}
			for _, bucket := range s.ResolveAll(origin.At("domainName")) {
				found[bucket] = slices.Contains(BucketTypes, bucket.Type) || found[bucket]
			}
		}
	}
	return found
}

// unsignedOrigins are the ids of the origins whose content a distribution gives without asking for a signature.
func unsignedOrigins(distribution *Resource) []string {
	var ids []string
	for _, behavior := range append(Elements(distribution.At("orderedCacheBehaviors")), distribution.At("defaultCacheBehavior")) {
		if !hasSigners(behavior.At("trustedKeyGroups")) && !hasSigners(behavior.At("trustedSigners")) {
			ids = append(ids, behavior.At("targetOriginId").Text())
		}
	}
	for _, group := range Elements(distribution.At("originGroups")) {
		if slices.Contains(ids, group.At("originId").Text()) {
			for _, member := range Elements(group.At("members")) {
				ids = append(ids, member.At("originId").Text())
			}
		}
	}
	return ids
}

// hasSigners is false for no signers. In a preview, a list that is unknown as a whole is one that the program left to AWS: a
// list of its own has as many elements as it gave, known or not.
func hasSigners(signers Value) bool {
	return signers.Sealed() || !signers.Unknown() && len(signers.List()) > 0
}

// DocumentBuckets may hold patients' documents or backups: neither logs, nor what CloudFront serves to everyone, nor
// copies of another bucket. Two buckets that replicate to each other are no copies: either may be written to.
func (s *Stack) DocumentBuckets() []*Resource {
	others, public := s.BucketsOf(AccessLogTarget, BalancerLogTarget, TrailTarget, otherLogTarget), s.publicBuckets()
	copies, replication := s.BucketsOf(replicaTarget), s.BucketSettings(ReplicationPart)
	return slices.DeleteFunc(s.Of(BucketTypes...), func(bucket *Resource) bool {
		return others[bucket] || public[bucket] || copies[bucket] && len(replication.Of(bucket)) == 0
	})
}

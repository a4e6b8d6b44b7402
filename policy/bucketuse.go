package policy

import "slices"

const trailType = "aws:cloudtrail/trail:Trail"

// A use of a bucket: a property of some types that names it.
type use struct {
	property string
	types    []string
	counts   func(*Resource) bool // nil where each of the types counts
}

var (
	accessLogTarget = []use{
		{property: "targetBucket", types: loggingPart.types},
		{property: "logging.targetBucket", types: bucketTypes[:1]},
		{property: "loggings[*].targetBucket", types: bucketTypes[1:]},
	}
	balancerLogTarget = []use{
		{property: "accessLogs.bucket", types: of(classicLoadBalancer)},
		{property: "accessLogs.bucket", types: loadBalancers, counts: notNetwork},
		{property: "connectionLogs.bucket", types: loadBalancers},
	}
	trailTarget = []use{{property: "s3BucketName", types: of(trailType)}}
	// otherLogTarget are what else AWS writes for the record: configuration history, flow, viewer and firewall logs.
	otherLogTarget = []use{
		{property: "s3BucketName", types: of("aws:cfg/deliveryChannel:DeliveryChannel")},
		{property: "logDestination", types: of("aws:ec2/flowLog:FlowLog")},
		{property: "loggingConfig.bucket", types: of(distributionType)},
		{
			property: "deliveryDestinationConfiguration.destinationResourceArn",
			types:    of("aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination"),
		},
		{property: "logDestinationConfigs[*]", types: of("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration")},
	}
	// exportTarget are what writes backups of databases.
	exportTarget = []use{
		{property: "s3BucketName", types: of("aws:rds/exportTask:ExportTask")},
		{property: "s3Bucket", types: of("aws:dynamodb/tableExport:TableExport")},
	}
	replicaTarget = []use{
		{property: "rules[*].destination.bucket", types: replicationPart.types},
		{property: "replicationConfiguration.rules[*].destination.bucket", types: bucketTypes[:1]},
		{property: "replicationConfigurations[*].rules[*].destinations[*].bucket", types: bucketTypes[1:]},
	}
)

// notNetwork leaves out network load balancers, which do deliver to buckets with a KMS key.
func notNetwork(balancer *Resource) bool { return kindOf(balancer) != network }

// bucketsOf are the buckets that others use so.
func (s *Stack) bucketsOf(uses ...[]use) map[*Resource]bool {
	found := map[*Resource]bool{}
	buckets := s.lookup(s.Of(bucketTypes...))
	for _, one := range slices.Concat(uses...) {
		for _, user := range s.Of(one.types...) {
			if one.counts != nil && !one.counts(user) {
				continue
			}
			for _, v := range user.Each(one.property) {
				bucket := buckets.named(v)
				if bucket != nil && bucket != buckets.named(user.At("bucket")) {
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
	buckets := s.lookup(s.Of(bucketTypes...))
	for _, distribution := range s.Of(distributionType) {
		unsigned := unsignedOrigins(distribution)
		if origins := distribution.At("origins"); len(unsigned) > 0 && (origins.Unknown() || sealed(origins.value)) {
			for _, bucket := range s.Referents(origins) {
				found[bucket] = slices.Contains(bucketTypes, bucket.Type) || found[bucket]
			}
			continue
		}
		for _, origin := range elements(distribution.At("origins")) {
			if !slices.Contains(unsigned, origin.At("originId").Text()) {
				continue
			}
			if name := origin.At("domainName"); !name.Unknown() {
				if bucket := buckets.named(name); bucket != nil {
					found[bucket] = true
				}
				continue
			}
			for _, bucket := range s.Referents(origin.At("domainName")) {
				found[bucket] = slices.Contains(bucketTypes, bucket.Type) || found[bucket]
			}
		}
	}
	return found
}

// unsignedOrigins are the ids of the origins whose content a distribution gives without asking for a signature.
func unsignedOrigins(distribution *Resource) []string {
	var ids []string
	for _, behavior := range append(elements(distribution.At("orderedCacheBehaviors")), distribution.At("defaultCacheBehavior")) {
		if !hasSigners(behavior.At("trustedKeyGroups")) && !hasSigners(behavior.At("trustedSigners")) {
			ids = append(ids, behavior.At("targetOriginId").Text())
		}
	}
	for _, group := range elements(distribution.At("originGroups")) {
		if slices.Contains(ids, group.At("originId").Text()) {
			for _, member := range elements(group.At("members")) {
				ids = append(ids, member.At("originId").Text())
			}
		}
	}
	return ids
}

// hasSigners is false for no signers. In a preview, a list that is unknown as a whole is one that the program left to AWS: a
// list of its own has as many elements as it gave, known or not.
func hasSigners(signers Value) bool { return !signers.Unknown() && len(elements(signers)) > 0 }

// documentBuckets may hold patients' documents or backups: neither logs, nor what CloudFront serves to everyone, nor
// copies of another bucket. Two buckets that replicate to each other are no copies: either may be written to.
func (s *Stack) documentBuckets() []*Resource {
	others, public := s.bucketsOf(accessLogTarget, balancerLogTarget, trailTarget, otherLogTarget), s.publicBuckets()
	copies, replication := s.bucketsOf(replicaTarget), s.bucketSettings(replicationPart)
	return slices.DeleteFunc(s.Of(bucketTypes...), func(bucket *Resource) bool {
		return others[bucket] || public[bucket] || copies[bucket] && len(replication.of(bucket)) == 0
	})
}

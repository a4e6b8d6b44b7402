package storage

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A tier is a cheaper storage class, the age in days at which objects move to it, and the shortest stay AWS charges for.
type tier struct {
	class       string
	age         int
	minimumStay int
}

var (
	// archiveTiers may take hours to read: the guide's table for backups. Up to 90 days old, the backups a recovery
	// needs, objects can be read at once.
	archiveTiers = []tier{{"STANDARD_IA", 30, 30}, {"GLACIER", 90, 90}, {"DEEP_ARCHIVE", 365, 180}}
	// readableTiers answer in milliseconds.
	readableTiers = []tier{{"STANDARD_IA", 30, 30}, {"GLACIER_IR", 90, 90}}
)

const (
	abandonedUploadDays = 7  // after which the parts of an unfinished upload, which nobody sees but pays, are removed
	noncurrentDays      = 30 // for which deleted and overwritten objects can be recovered, except in Files
)

// lifecycle is one rule for all objects. One rule, because S3 settles conflicts between overlapping ones by cost.
func (b *builder) lifecycle() error {
	rule := s3.BucketLifecycleConfigurationRuleArgs{
		Id:     pulumi.String("all-objects"),
		Status: pulumi.String("Enabled"),
		// Written out: S3 returns it when it is left out, and the difference would show for ever.
		Filter: s3.BucketLifecycleConfigurationRuleFilterArgs{Prefix: pulumi.String("")},
		AbortIncompleteMultipartUpload: s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs{
			DaysAfterInitiation: pulumi.Int(abandonedUploadDays),
		},
	}
	if b.fixed.expires {
		// The version becomes noncurrent then. S3 keeps locked ones until their lock ends, whatever the rule says.
		rule.Expiration = s3.BucketLifecycleConfigurationRuleExpirationArgs{Days: pulumi.Int(b.args.RetentionDays)}
		rule.Transitions = transitions(worthwhile(b.fixed.tiers, b.args.RetentionDays))
	} else {
		// Delete markers that hide no version any more. Cannot be combined with Days, which implies it.
		rule.Expiration = s3.BucketLifecycleConfigurationRuleExpirationArgs{ExpiredObjectDeleteMarker: pulumi.Bool(true)}
		rule.Transitions = transitions(b.fixed.tiers)
	}
	noncurrent := b.noncurrentDays()
	rule.NoncurrentVersionExpiration = s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs{
		NoncurrentDays: pulumi.Int(noncurrent),
	}
	rule.NoncurrentVersionTransitions = noncurrentTransitions(worthwhile(b.fixed.tiers, noncurrent))

	return b.done(s3.NewBucketLifecycleConfiguration(b.ctx, b.name+"-lifecycle", &s3.BucketLifecycleConfigurationArgs{
		Bucket: b.id(),
		Rules:  s3.BucketLifecycleConfigurationRuleArray{rule},
		// Small objects stay where they are: in colder classes each costs more than it saves.
		TransitionDefaultMinimumObjectSize: pulumi.String("all_storage_classes_128K"),
	}, b.afterVersioning()...))
}

// noncurrentDays is how long a deleted or overwritten version is kept.
func (b *builder) noncurrentDays() int {
	if b.fixed.retained && !b.fixed.expires {
		return b.args.RetentionDays
	}
	return noncurrentDays
}

// worthwhile leaves out the tiers where an object that lives that many days would not stay as long as AWS charges for.
// That also keeps every move before the end, as S3 demands.
func worthwhile(tiers []tier, days int) []tier {
	var kept []tier
	for _, t := range tiers {
		if t.age+t.minimumStay <= days {
			kept = append(kept, t)
		}
	}
	return kept
}

func transitions(tiers []tier) (list s3.BucketLifecycleConfigurationRuleTransitionArray) {
	for _, t := range tiers {
		list = append(list, s3.BucketLifecycleConfigurationRuleTransitionArgs{
			Days: pulumi.Int(t.age), StorageClass: pulumi.String(t.class),
		})
	}
	return list
}

func noncurrentTransitions(tiers []tier) (list s3.BucketLifecycleConfigurationRuleNoncurrentVersionTransitionArray) {
	for _, t := range tiers {
		list = append(list, s3.BucketLifecycleConfigurationRuleNoncurrentVersionTransitionArgs{
			NoncurrentDays: pulumi.Int(t.age), StorageClass: pulumi.String(t.class),
		})
	}
	return list
}

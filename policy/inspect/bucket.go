package inspect

var BucketTypes = []string{"aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"}

// A BucketPart is a setting of a bucket. The provider has had it in three shapes: as a resource of its own (of which
// there may be two types, one an old name of the other), within the bucket, and within a BucketV2.
type BucketPart struct {
	Types          []string
	Within, Inside string // property of Bucket, of BucketV2
}

var (
	EncryptionPart = BucketPart{
		Types: []string{"aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
			"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"},
		Within: "serverSideEncryptionConfiguration", Inside: "serverSideEncryptionConfigurations",
	}
	LoggingPart = BucketPart{
		Types: []string{"aws:s3/bucketLogging:BucketLogging", "aws:s3/bucketLoggingV2:BucketLoggingV2"}, Within: "logging", Inside: "loggings",
	}
	ReplicationPart = BucketPart{
		Types:  []string{"aws:s3/bucketReplicationConfig:BucketReplicationConfig"},
		Within: "replicationConfiguration", Inside: "replicationConfigurations",
	}
)

// shape in which a setting is written; an index of paths.
type shape int

const (
	separate shape = iota
	within
	inside
)

// A Setting is a bucket's part in one shape.
type Setting struct {
	On    *Resource // the part, or the bucket itself
	Shape shape
}

// BucketSettings are a part's settings of every bucket.
type BucketSettings struct {
	Part     BucketPart
	Separate Attachments
}

func (s *Stack) BucketSettings(part BucketPart) BucketSettings {
	return BucketSettings{part, s.Attachments(s.Of(BucketTypes...), "bucket", part.Types...)}
}

// Of are the bucket's: more than one where a program makes that mistake; the last one that AWS is given wins.
func (b BucketSettings) Of(bucket *Resource) []Setting {
	var found []Setting
	for _, r := range b.Separate.Of[bucket.URN] {
		found = append(found, Setting{r, separate})
	}
	property, as := b.Part.Within, within
	if bucket.Type != BucketTypes[0] {
		property, as = b.Part.Inside, inside
	}
	if property == "" || len(found) > 0 {
		return found
	}
	if v := bucket.At(property); v.Unknown() || !v.Unset() {
		found = append(found, Setting{bucket, as})
	}
	return found
}

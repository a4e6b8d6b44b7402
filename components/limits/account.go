package limits

import "regexp"

// Names and ARNs that several components and settings take.
var (
	// Words is lower-case letters, digits and single hyphens between them: a part of an alarm's or subscription's name.
	Words = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	// SlackID is the id of a workspace or channel of Slack.
	// https://docs.aws.amazon.com/chatbot/latest/APIReference/API_CreateSlackChannelConfiguration.html
	SlackID = regexp.MustCompile(`^[A-Z0-9]{1,255}$`)
	// Bucket is a bucket's name without dots. AnyBucket takes dots, too, as buckets have that no component makes.
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
	Bucket    = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`)
	AnyBucket = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	// RoleName is the name of an IAM role, and IAMUser the ARN of an IAM user.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
	RoleName = regexp.MustCompile(`^[A-Za-z0-9_+=,.@-]{1,64}$`)
	IAMUser  = regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:user/[A-Za-z0-9_+=,.@/-]{1,512}$`)
	// Sid names a statement of an IAM policy.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
	Sid = regexp.MustCompile(`^[A-Za-z0-9]+$`)
	// KMSKey is the ARN of a KMS key by its id; its first group is the region.
	KMSKey = regexp.MustCompile(`^arn:aws[a-z-]*:kms:([a-z0-9-]+):[0-9]{12}:key/[A-Za-z0-9-]+$`)
)

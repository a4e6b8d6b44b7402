package limits

import "regexp"

// Identifiers that EC2 and Amazon Linux define.
var (
	// GravitonType is an EC2 instance type with AWS's arm64 processors: the family ends in a generation and "g", as in t4g or m7gd.
	// https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
	GravitonType = regexp.MustCompile(`^[a-z]+[0-9]+g[a-z]*\.[a-z0-9]+$`)
	// ImageID is the ID of an Amazon Machine Image.
	ImageID = regexp.MustCompile(`^ami-[0-9a-f]{8}([0-9a-f]{9})?$`)
	// RPMPackage is the name of a package in the repositories of Amazon Linux.
	RPMPackage = regexp.MustCompile(`^[a-z0-9][a-z0-9+._-]*$`)
)

// The rules of hosts in words.
const (
	HostNameRule     = "1 to 40 lower-case letters, digits and single hyphens, beginning with a letter"
	GravitonTypeRule = "an instance type with a Graviton processor (arm64), e.g. t4g.medium"
)

// HostName is true for a name that is part of the names of a host's alarms, log groups and documents.
func HostName(name string) bool { return len(name) <= MostHostName && Hyphenated.MatchString(name) }

// MostHostName is how long a host's name may be, so that the names of its documents and alarms stay below AWS's limits.
const MostHostName = 40

// GiB of gp3 volumes. The image of Amazon Linux 2023 needs 8.
// https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html#gp3-ebs-volume-type
const (
	LeastRootGiB = 8
	MostRootGiB  = 1024
	MostDataGiB  = 16384
)

// Daily snapshots that Data Lifecycle Manager keeps.
// https://docs.aws.amazon.com/dlm/latest/APIReference/API_RetainRule.html
const (
	LeastSnapshots = 1
	MostSnapshots  = 1000
)

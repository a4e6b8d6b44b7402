package storage

import (
	"slices"
	"strings"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
)

// Prefixes and suffixes that S3 keeps for itself: internationalised names, demonstrations, access points, Object Lambda,
// directory and table buckets, account-regional namespaces.
var (
	reservedPrefixes = []string{"xn--", "sthree-", "amzn-s3-demo-"}
	reservedSuffixes = []string{"-s3alias", "--ol-s3", "--x-s3", "--table-s3", "-an"}
)

// checkBucketName refuses dots, which S3 allows. S3's certificate covers one label before ".s3.<region>.amazonaws.com", so a
// bucket with a dot cannot be reached by its own host name over TLS, and this component allows nothing else. Without dots no
// name looks like an IP address either.
func checkBucketName(p *arg.Problems, name string) {
	p.Match("BucketName", name, limits.Bucket,
		"3 to 63 lower-case letters, digits and hyphens that begin and end with a letter or digit (dots break TLS)")
	if slices.ContainsFunc(reservedPrefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) }) {
		p.Add("BucketName", name, "a name that does not begin with "+strings.Join(reservedPrefixes, ", "))
	}
	if slices.ContainsFunc(reservedSuffixes, func(suffix string) bool { return strings.HasSuffix(name, suffix) }) {
		p.Add("BucketName", name, "a name that does not end with "+strings.Join(reservedSuffixes, ", "))
	}
}

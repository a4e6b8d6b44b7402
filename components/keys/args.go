package keys

import (
	"regexp"
	"strings"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
)

// Args of the keys of a stack.
type Args struct {
	// AliasPrefix begins the alias of each key: "clinic-prod" gives alias/clinic-prod-data and so on.
	// Letters, digits, "/", "_" and "-", beginning with a letter or digit, 242 characters at most; "aws/" is
	// reserved by AWS. Changing it replaces the aliases, never the keys.
	AliasPrefix string

	// MultiRegion makes multi-region primary keys, of which another region can hold replicas with the same key
	// material (disaster recovery). KMS fixes this when a key is made: changing it REPLACES EVERY KEY, and what
	// the old keys encrypted has to be encrypted anew. Decide it before the first deployment.
	MultiRegion bool

	// FrontendUnderData is the name of a front end's bucket in which objects are still encrypted under Data: CloudFront may
	// decrypt with Data for that bucket, until its objects have been copied. Empty: CloudFront cannot use Data. See
	// docs/operations.md, "The front end's key".
	FrontendUnderData string

	// Protect keeps the keys: Pulumi refuses to delete or replace them, and a key that leaves the program stays
	// in the account. True wherever the keys protect data that matters.
	Protect bool
}

var aliasPrefix = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9/_-]{0,241}$`)

func (a *Args) validate(name string) error {
	p := arg.Check("keys", name)
	if p.Require("Args", a != nil, "the keys' arguments"); a == nil {
		return p.Err()
	}
	checkAliasPrefix(p, a.AliasPrefix)
	checkFrontendBucket(p, a.FrontendUnderData)
	return p.Err()
}

func checkFrontendBucket(p *arg.Problems, bucket string) {
	if bucket != "" {
		p.Match("FrontendUnderData", bucket, limits.Bucket, "the name of a bucket, or nothing")
	}
}

func checkAliasPrefix(p *arg.Problems, prefix string) {
	const allowed = `letters, digits, "/", "_" and "-", beginning with a letter or digit, 242 at most, not "aws/…"`
	if strings.HasPrefix(prefix, "aws/") {
		p.Add("AliasPrefix", prefix, allowed)
	} else {
		p.Match("AliasPrefix", prefix, aliasPrefix, allowed)
	}
}

package service

import (
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
)

// An Image in ECR. Repository.Image makes one; a repository elsewhere (a replica, a pull-through cache) can be named
// by its URL and ARN.
type Image struct {
	// Repository is the URL without a tag, e.g. 123456789012.dkr.ecr.us-east-1.amazonaws.com/careconnect-prod/backend.
	Repository pulumi.StringInput
	// RepositoryArn is what the task may pull from.
	RepositoryArn pulumi.StringInput
	// Tag names one build for ever. "latest" is refused: what runs must be what was reviewed and scanned.
	Tag string
}

var tagPattern = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)

func (i Image) check(p *arg.Problems, argument string) {
	p.Require(argument+".Repository", i.Repository != nil, "the URL of an ECR repository")
	p.Require(argument+".RepositoryArn", i.RepositoryArn != nil, "the ARN of that repository")
	if !tagPattern.MatchString(i.Tag) || strings.EqualFold(i.Tag, "latest") {
		p.Add(argument+".Tag", i.Tag, "an immutable tag of up to 128 letters, digits and . _ -, not latest")
	}
}

func (i Image) uri() pulumi.StringOutput { return pulumi.Sprintf("%s:%s", i.Repository, i.Tag) }

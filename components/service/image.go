package service

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
)

// An Image in ECR. Repository.Image makes one; a repository elsewhere (a replica, a pull-through cache) can be named
// by its URL and ARN.
type Image struct {
	// Repository is the URL without a tag, e.g. 123456789012.dkr.ecr.us-east-1.amazonaws.com/clinic-prod/backend.
	Repository pulumi.StringInput
	// RepositoryArn is what the task may pull from.
	RepositoryArn pulumi.StringInput
	// Tag names one build for ever. "latest" is refused: what runs must be what was reviewed and scanned.
	Tag string
}

func (i Image) check(p *arg.Problems, argument string) {
	p.Require(argument+".Repository", i.Repository != nil, "the URL of an ECR repository")
	p.Require(argument+".RepositoryArn", i.RepositoryArn != nil, "the ARN of that repository")
	if !limits.ImageTag(i.Tag) {
		p.Add(argument+".Tag", i.Tag, limits.ImageTagRule)
	}
}

func (i Image) uri() pulumi.StringOutput { return pulumi.Sprintf("%s:%s", i.Repository, i.Tag) }

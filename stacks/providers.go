package stacks

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws"
	"github.com/pulumi/pulumi-awsx/sdk/v3/go/awsx"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// globalRegion is where AWS keeps what belongs to no region: CloudFront's certificate, firewall and logs.
const globalRegion = "us-east-1"

// providers are all that a stack's resources may use; the default ones are disabled (Pulumi.yaml).
type providers struct {
	regional *aws.Provider
	global   *aws.Provider
	images   *awsx.Provider // nil in a recovery stack, which makes no repositories
	recovery *aws.Provider  // nil without a recovery region
}

func newProviders(ctx *pulumi.Context, s *Settings) (providers, error) {
	regional, err := newProvider(ctx, "regional", s.Region, s)
	if err != nil {
		return providers{}, err
	}
	global, err := newProvider(ctx, "global", globalRegion, s)
	if err != nil {
		return providers{}, err
	}
	images, err := awsx.NewProvider(ctx, "images", &awsx.ProviderArgs{})
	made := providers{regional: regional, global: global, images: images}
	if err != nil || !s.Protected() {
		return made, err
	}
	made.recovery, err = newProvider(ctx, "recovery", s.Protection.Region, s)
	return made, err
}

// newProvider pins the account, so that no stack ever lands in another's, and tags everything it makes.
func newProvider(ctx *pulumi.Context, name, region string, s *Settings) (*aws.Provider, error) {
	return aws.NewProvider(ctx, name, &aws.ProviderArgs{
		Region:            pulumi.String(region),
		AllowedAccountIds: pulumi.ToStringArray([]string{s.AccountID}),
		DefaultTags:       aws.ProviderDefaultTagsArgs{Tags: pulumi.ToStringMap(s.tags())},
	})
}

// tags are on every resource: who answers for it, and what it may hold (45 CFR 164.310(d)(2)(iii), accountability).
func (s *Settings) tags() map[string]string {
	classification := "synthetic"
	if s.PHI {
		classification = "phi"
	}
	return map[string]string{
		"Project":            Namespace,
		"Environment":        s.Environment,
		"Owner":              s.Owner,
		"DataClassification": classification,
		"ManagedBy":          "pulumi",
	}
}

// option hands the regional provider, and the image repositories' one where the stack has them, to a component.
func (p providers) option() pulumi.ResourceOption {
	if p.images == nil {
		return pulumi.Providers(p.regional)
	}
	return pulumi.Providers(p.regional, p.images)
}

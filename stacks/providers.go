package stacks

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws"
	"github.com/pulumi/pulumi-awsx/sdk/v3/go/awsx"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/stacks/settings"
)

// providers are the only providers that a stack's resources may use: Pulumi.yaml disables the default providers.
type providers struct {
	regional *aws.Provider
	global   *aws.Provider
	images   *awsx.Provider // nil in a recovery stack, which makes no repositories
	recovery *aws.Provider  // nil without a recovery region
}

func newProviders(ctx *pulumi.Context, s *settings.Settings) (providers, error) {
	regional, err := newProvider(ctx, "regional", s.Region, s)
	if err != nil {
		return providers{}, err
	}
	global, err := newProvider(ctx, "global", settings.GlobalRegion, s)
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

// newProvider returns a provider that refuses every account but the stack's, and tags every resource.
func newProvider(ctx *pulumi.Context, name, region string, s *settings.Settings) (*aws.Provider, error) {
	return aws.NewProvider(ctx, name, &aws.ProviderArgs{
		Region:            pulumi.String(region),
		AllowedAccountIds: pulumi.ToStringArray([]string{s.AccountID}),
		DefaultTags:       aws.ProviderDefaultTagsArgs{Tags: pulumi.ToStringMap(tagsOf(s))},
	})
}

// tagsOf returns the tags of every resource: who answers for the resource, and which class of data it may hold
// (45 CFR 164.310(d)(2)(iii), accountability).
func tagsOf(s *settings.Settings) map[string]string {
	classification := "synthetic"
	if s.PHI {
		classification = "phi"
	}
	return map[string]string{
		"Project":            s.Project,
		"Environment":        s.Environment,
		"Owner":              s.Owner,
		"DataClassification": classification,
		"ManagedBy":          "pulumi",
	}
}

// option returns the providers of a component in the stack's region.
func (p providers) option() pulumi.ResourceOption {
	if p.images == nil {
		return pulumi.Providers(p.regional)
	}
	return pulumi.Providers(p.regional, p.images)
}

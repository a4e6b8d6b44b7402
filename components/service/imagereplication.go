package service

import (
	"regexp"

	awsecr "github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ecr"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/limits"
)

// ImageReplicationArgs shape an ImageReplication.
type ImageReplicationArgs struct {
	// Region that images are copied to, e.g. us-west-2; not the region of the registry itself.
	Region string
	// RepositoryPrefixes, 1 to 100, choose the repositories by the beginning of their names, e.g. "clinic-prod/".
	RepositoryPrefixes []string
}

// An ImageReplication copies images into the same account's registry in another region as they are pushed, and none that
// were there before. It is the registry's one replication configuration, once per account and region: two
// stacks that each had one would overwrite each other's for ever. Where several share an account, one of them has it, with
// the prefixes of all.
//
// Images go into a repository of the same name, which ECR makes, with Amazon's key and movable tags, where there is none:
// make it first, by a Repository in that region.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html
type ImageReplication struct {
	pulumi.ResourceState
}

var (
	regionPattern           = limits.Region
	repositoryPrefixPattern = regexp.MustCompile(`^[a-z0-9]+([._/-][a-z0-9]+)*[._/-]?$`)
)

// mostFilters is ECR's limit for one rule.
const mostFilters = 100

func (args *ImageReplicationArgs) check(name string) error {
	p := arg.Check("image replication", name)
	if args == nil {
		p.Require("Args", false, "a *service.ImageReplicationArgs")
		return p.Err()
	}
	p.Match("Region", args.Region, regionPattern, "a region, e.g. us-west-2")
	p.Between("RepositoryPrefixes", len(args.RepositoryPrefixes), 1, mostFilters)
	for _, prefix := range args.RepositoryPrefixes {
		if len(prefix) < 2 || len(prefix) > 256 || !repositoryPrefixPattern.MatchString(prefix) {
			p.Add("RepositoryPrefixes", prefix, "2 to 256 lower-case letters and digits, with single . _ - / between or after them")
		}
	}
	return p.Err()
}

// NewImageReplication registers the registry's replication, under a provider of the region that images are pushed to.
func NewImageReplication(
	ctx *pulumi.Context, name string, args *ImageReplicationArgs, opts ...pulumi.ResourceOption,
) (*ImageReplication, error) {
	if err := args.check(name); err != nil {
		return nil, err
	}
	r := &ImageReplication{}
	if err := ctx.RegisterComponentResource("carebase:service:ImageReplication", name, r, opts...); err != nil {
		return nil, err
	}
	filters := awsecr.ReplicationConfigurationReplicationConfigurationRuleRepositoryFilterArray{}
	for _, prefix := range args.RepositoryPrefixes {
		filters = append(filters, awsecr.ReplicationConfigurationReplicationConfigurationRuleRepositoryFilterArgs{
			Filter: pulumi.String(prefix), FilterType: pulumi.String("PREFIX_MATCH"),
		})
	}
	_, err := awsecr.NewReplicationConfiguration(ctx, name+"-registry", &awsecr.ReplicationConfigurationArgs{
		ReplicationConfiguration: awsecr.ReplicationConfigurationReplicationConfigurationArgs{
			Rules: awsecr.ReplicationConfigurationReplicationConfigurationRuleArray{
				awsecr.ReplicationConfigurationReplicationConfigurationRuleArgs{
					Destinations: awsecr.ReplicationConfigurationReplicationConfigurationRuleDestinationArray{
						awsecr.ReplicationConfigurationReplicationConfigurationRuleDestinationArgs{
							Region: pulumi.String(args.Region), RegistryId: caller.Look(ctx, r).Account,
						},
					},
					RepositoryFilters: filters,
				},
			},
		},
	}, pulumi.Parent(r))
	if err != nil {
		return nil, err
	}
	return r, ctx.RegisterResourceOutputs(r, pulumi.Map{})
}

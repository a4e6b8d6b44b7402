package service

import (
	"fmt"
	"regexp"

	awsecr "github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ecr"
	"github.com/pulumi/pulumi-awsx/sdk/v3/go/awsx/ecr"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/internal/caller"
)

// RepositoryArgs shape a Repository.
type RepositoryArgs struct {
	// RepositoryName is the name in ECR, e.g. clinic-prod/backend: 2 to 256 lower-case letters and digits, with
	// single . _ - / between them. Changing it replaces the repository.
	RepositoryName string
	// KeyArn is the KMS key that encrypts the images. ECR grants itself the use of it; changing it replaces the repository.
	KeyArn pulumi.StringInput
	// KeepImages is how many images are kept, 10 to 1000; older ones expire. More than can be pushed while one of them
	// still runs, and every platform of a multi-platform image counts.
	KeepImages int
	// ForceDelete lets the repository be deleted with the images in it. Only where they can be built again. Without it the
	// repository stays in AWS when it leaves the stack: ECR deletes none that holds images.
	ForceDelete bool
}

// untaggedDays is how long an image lives that lost its tag or never had one.
const untaggedDays = 14

// A Repository for container images.
type Repository struct {
	pulumi.ResourceState

	Url            pulumi.StringOutput `pulumi:"url"` // without a tag
	Arn            pulumi.StringOutput `pulumi:"arn"`
	RepositoryName pulumi.StringOutput `pulumi:"repositoryName"`
}

var repositoryNamePattern = regexp.MustCompile(`^[a-z0-9]+([._/-][a-z0-9]+)*$`)

func (args *RepositoryArgs) check(name string) error {
	p := arg.Check("repository", name)
	if args == nil {
		p.Require("Args", false, "a *service.RepositoryArgs")
		return p.Err()
	}
	if n := len(args.RepositoryName); n < 2 || n > 256 || !repositoryNamePattern.MatchString(args.RepositoryName) {
		p.Add("RepositoryName", args.RepositoryName, "2 to 256 lower-case letters and digits, with single . _ - / between them")
	}
	p.Require("KeyArn", args.KeyArn != nil, "the ARN of a KMS key")
	p.Between("KeepImages", args.KeepImages, 10, 1000)
	return p.Err()
}

// NewRepository makes a repository whose tags cannot be moved and whose images are scanned when they are pushed.
func NewRepository(ctx *pulumi.Context, name string, args *RepositoryArgs, opts ...pulumi.ResourceOption) (*Repository, error) {
	if err := args.check(name); err != nil {
		return nil, err
	}
	r := &Repository{}
	if err := ctx.RegisterComponentResource("carebase:service:Repository", name, r, opts...); err != nil {
		return nil, err
	}
	images, err := ecr.NewRepository(ctx, name+"-images", &ecr.RepositoryArgs{
		Name:               pulumi.String(args.RepositoryName),
		ForceDelete:        pulumi.Bool(args.ForceDelete),
		ImageTagMutability: pulumi.String("IMMUTABLE"),
		ImageScanningConfiguration: &awsecr.RepositoryImageScanningConfigurationArgs{
			ScanOnPush: pulumi.Bool(true),
		},
		EncryptionConfigurations: awsecr.RepositoryEncryptionConfigurationArray{awsecr.RepositoryEncryptionConfigurationArgs{
			EncryptionType: pulumi.String("KMS"), KmsKey: args.KeyArn,
		}},
		LifecyclePolicy: lifecycle(args.KeepImages),
	}, pulumi.Parent(r), pulumi.RetainOnDelete(!args.ForceDelete)) // which the engine hands to what awsx makes
	if err != nil {
		return nil, err
	}

	r.Url = images.Url
	// The repository inside awsx's component is a value that only the engine has; its ARN follows from its name.
	r.Arn = caller.Look(ctx, r).Arn("ecr", pulumi.String("repository/"+args.RepositoryName))
	r.RepositoryName = pulumi.String(args.RepositoryName).ToStringOutput()
	return r, ctx.RegisterResourceOutputs(r, pulumi.Map{"url": r.Url, "arn": r.Arn, "repositoryName": r.RepositoryName})
}

// lifecycle expires what is untagged by age and everything by number. ECR has a rule for tagged images too, but only
// by the tags' prefixes, which are not known here.
func lifecycle(keep int) *ecr.LifecyclePolicyArgs {
	return &ecr.LifecyclePolicyArgs{Rules: ecr.LifecyclePolicyRuleArray{
		ecr.LifecyclePolicyRuleArgs{
			Description:     pulumi.String(fmt.Sprintf("Untagged images live %d days", untaggedDays)),
			TagStatus:       ecr.LifecycleTagStatusUntagged,
			MaximumAgeLimit: pulumi.Float64(untaggedDays),
		},
		ecr.LifecyclePolicyRuleArgs{
			Description:           pulumi.String(fmt.Sprintf("The last %d images are kept", keep)),
			TagStatus:             ecr.LifecycleTagStatusAny,
			MaximumNumberOfImages: pulumi.Float64(keep),
		},
	}}
}

// Image is the image of that tag in this repository.
func (r *Repository) Image(tag string) Image {
	return Image{Repository: r.Url, RepositoryArn: r.Arn, Tag: tag}
}

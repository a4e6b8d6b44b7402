package audit

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newAccountDefaults are settings that AWS has once per account. The numbers of the password policy are those of AWS's
// conformance pack for HIPAA. People should sign in by federation; the policy is for the IAM users that exist anyway.
func (c *Audit) newAccountDefaults(ctx *pulumi.Context, args *Args) error {
	if !args.AccountDefaults {
		return nil
	}
	_, err := iam.NewAccountPasswordPolicy(ctx, c.name+"-passwords", &iam.AccountPasswordPolicyArgs{
		MinimumPasswordLength:      pulumi.Int(14),
		RequireLowercaseCharacters: pulumi.Bool(true),
		RequireUppercaseCharacters: pulumi.Bool(true),
		RequireNumbers:             pulumi.Bool(true),
		RequireSymbols:             pulumi.Bool(true),
		PasswordReusePrevention:    pulumi.Int(24),
		MaxPasswordAge:             pulumi.Int(90),
		AllowUsersToChangePassword: pulumi.Bool(true),
		HardExpiry:                 pulumi.Bool(false), // an expired password can still be changed by its user
	}, pulumi.Parent(c))
	if err != nil {
		return err
	}
	_, err = s3.NewAccountPublicAccessBlock(ctx, c.name+"-public-buckets", &s3.AccountPublicAccessBlockArgs{
		BlockPublicAcls:       pulumi.Bool(true),
		BlockPublicPolicy:     pulumi.Bool(true),
		IgnorePublicAcls:      pulumi.Bool(true),
		RestrictPublicBuckets: pulumi.Bool(true),
	}, pulumi.Parent(c))
	return err
}

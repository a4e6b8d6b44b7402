package database

import (
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// noSecretYet is an engine that shows an instance as it was while it had a password of its own.
type noSecretYet struct{}

func (noSecretYet) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	outputs := args.Inputs.Copy()
	if args.TypeToken == instanceType {
		outputs["masterUserSecrets"] = resource.NewProperty([]resource.PropertyValue{})
	}
	return args.Name, outputs, nil
}

func (noSecretYet) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return resource.NewPropertyMapFromMap(map[string]any{"accountId": "123456789012", "partition": "aws", "id": "us-east-1"}), nil
}

// A preview of the update that hands the password over to RDS shows no secret yet: that must not end it.
func TestHandingThePasswordOverCanBePreviewed(t *testing.T) {
	for _, preview := range []bool{true, false} {
		arn := "not resolved"
		err := pulumi.RunErr(func(ctx *pulumi.Context) error {
			provider, err := aws.NewProvider(ctx, "aws", &aws.ProviderArgs{Region: pulumi.String("us-east-1")})
			if err != nil {
				return err
			}
			db, err := New(ctx, "database", production(), pulumi.Providers(provider))
			if err != nil {
				return err
			}
			ctx.Export("arn", db.MasterSecretArn.ApplyT(func(value string) string { arn = value; return value }))
			return nil
		}, pulumi.WithMocks("careconnect", "test", noSecretYet{}), func(info *pulumi.RunInfo) { info.DryRun = preview })
		require.NoError(t, err)
		if preview {
			assert.Equal(t, "not resolved", arn, "what RDS will make is not known before")
		} else {
			assert.Empty(t, arn)
		}
	}
}

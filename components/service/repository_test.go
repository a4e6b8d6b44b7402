package service_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/service"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
)

func repository(t *testing.T, args *service.RepositoryArgs) *graph.Resource {
	t.Helper()
	g := planned(t, "backend", buildRepository(args))
	assert.Equal(t, map[string]int{"carebase:service:Repository": 1, "awsx:ecr:Repository": 1}, componenttest.Counts(g))
	return componenttest.Find(t, g, "awsx:ecr:Repository", "backend-images")
}

func TestRepositoryIsImmutableScannedAndEncrypted(t *testing.T) {
	r := repository(t, repositoryArgs())
	assert.Equal(t, "careconnect-prod/backend", componenttest.Input(t, r, "name"))
	assert.Equal(t, "IMMUTABLE", componenttest.Input(t, r, "imageTagMutability"))
	assert.Equal(t, true, componenttest.Input(t, r, "imageScanningConfiguration.scanOnPush"))
	assert.Equal(t, []any{map[string]any{"encryptionType": "KMS", "kmsKey": "data-key"}}, componenttest.Input(t, r, "encryptionConfigurations"))
}

func TestRepositoryKeepsImagesUnlessTold(t *testing.T) {
	args := repositoryArgs()
	r := repository(t, args)
	assert.Equal(t, false, componenttest.Input(t, r, "forceDelete"))
	assert.True(t, r.RetainOnDelete, "ECR deletes no repository with images: the update would fail")
	args.ForceDelete = true
	r = repository(t, args)
	assert.Equal(t, true, componenttest.Input(t, r, "forceDelete"))
	assert.False(t, r.RetainOnDelete)
}

func TestOldImagesExpire(t *testing.T) {
	assert.Equal(t, []any{
		map[string]any{"tagStatus": "untagged", "maximumAgeLimit": 14.0, "description": "Untagged images live 14 days"},
		map[string]any{"tagStatus": "any", "maximumNumberOfImages": 50.0, "description": "The last 50 images are kept"},
	}, componenttest.Input(t, repository(t, repositoryArgs()), "lifecyclePolicy.rules"))
}

func TestRepositoryRefusesItsArguments(t *testing.T) {
	refused := func(args *service.RepositoryArgs) string {
		return componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			return buildRepository(args)(ctx, "images", opts...)
		}).Error()
	}
	assert.Equal(t, `repository "images": 3 problems:
  - RepositoryName = "CareConnect/": allowed is 2 to 256 lower-case letters and digits, with single . _ - / between them
  - KeyArn is missing: it takes the ARN of a KMS key
  - KeepImages = 9: allowed is 10 to 1000`, refused(&service.RepositoryArgs{RepositoryName: "CareConnect/", KeepImages: 9}))
	assert.Equal(t, `repository "images": Args is missing: it takes a *service.RepositoryArgs`, refused(nil))
	for _, name := range []string{"", "a", "a//b", "-ab", "ab_"} {
		args := repositoryArgs()
		args.RepositoryName = name
		assert.Contains(t, refused(args), "RepositoryName = ", name)
	}
}

func TestRepositoryIsInItsProvidersRegion(t *testing.T) {
	var arn string
	g := componenttest.Plan(t, "us-west-2", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		r, err := service.NewRepository(ctx, "backend", repositoryArgs(), opts...)
		if err != nil {
			return err
		}
		ctx.Export("arn", r.Arn.ApplyT(func(value string) string { arn = value; return value }))
		return nil
	})
	images := componenttest.Find(t, g, "awsx:ecr:Repository", "backend-images")
	assert.Equal(t, componenttest.Find(t, g, "carebase:service:Repository", "backend").URN, images.Parent, "the engine takes its providers from there")
	assert.Nil(t, componenttest.Input(t, images, "region"))
	assert.Equal(t, "arn:aws:ecr:us-west-2:"+account+":repository/careconnect-prod/backend", arn)
}

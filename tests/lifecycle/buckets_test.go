//go:build engine

package lifecycle

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bucketsHold looks at the buckets of one region, whose names end in suffix; S3 lists those of all.
func bucketsHold(t *testing.T, want environment, cfg aws.Config, account, suffix string, keys keyring) {
	client := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
	all, err := client.ListBuckets(t.Context(), nil)
	require.NoError(t, err)
	encryptedWith := map[string]string{
		"logs": "", "frontend": keys.frontend, "files": keys.data, "backups": keys.backups, "audit": keys.logs,
	}
	locked := map[string]types.ObjectLockRetentionMode{"backups": "GOVERNANCE", "audit": "COMPLIANCE"}
	if !want.phi {
		locked["audit"] = "GOVERNANCE" // what is forced to go with the stack cannot be locked for good
	}
	found := map[string]bool{}
	for _, bucket := range all.Buckets {
		found[*bucket.Name] = true
	}
	regions := map[bool]int{false: 1, true: 2}[want.copied]
	require.Len(t, found, regions*len(encryptedWith))
	for purpose, key := range encryptedWith {
		name := "careconnect-" + want.name + "-" + purpose + "-" + account + suffix
		require.True(t, found[name], "%s is not among %v", name, found)

		block, err := client.GetPublicAccessBlock(t.Context(), &s3.GetPublicAccessBlockInput{Bucket: &name})
		require.NoError(t, err, name)
		assert.Equal(t, types.PublicAccessBlockConfiguration{
			BlockPublicAcls: aws.Bool(true), BlockPublicPolicy: aws.Bool(true),
			IgnorePublicAcls: aws.Bool(true), RestrictPublicBuckets: aws.Bool(true),
		}, *block.PublicAccessBlockConfiguration, name)

		encryption, err := client.GetBucketEncryption(t.Context(), &s3.GetBucketEncryptionInput{Bucket: &name})
		require.NoError(t, err, name)
		require.Len(t, encryption.ServerSideEncryptionConfiguration.Rules, 1, name)
		rule := encryption.ServerSideEncryptionConfiguration.Rules[0]
		if key == "" {
			assert.Equal(t, types.ServerSideEncryptionAes256, rule.ApplyServerSideEncryptionByDefault.SSEAlgorithm, name)
		} else {
			assert.Equal(t, types.ServerSideEncryptionAwsKms, rule.ApplyServerSideEncryptionByDefault.SSEAlgorithm, name)
			assert.Equal(t, key, aws.ToString(rule.ApplyServerSideEncryptionByDefault.KMSMasterKeyID), name)
			assert.True(t, aws.ToBool(rule.BucketKeyEnabled), name)
		}

		versioning, err := client.GetBucketVersioning(t.Context(), &s3.GetBucketVersioningInput{Bucket: &name})
		require.NoError(t, err, name)
		assert.Equal(t, types.BucketVersioningStatusEnabled, versioning.Status, name)

		ownership, err := client.GetBucketOwnershipControls(t.Context(), &s3.GetBucketOwnershipControlsInput{Bucket: &name})
		require.NoError(t, err, name)
		assert.Equal(t, types.ObjectOwnershipBucketOwnerEnforced, ownership.OwnershipControls.Rules[0].ObjectOwnership, name)

		assert.True(t, refusesPlainHTTP(t, client, name), name)

		lock, err := client.GetObjectLockConfiguration(t.Context(), &s3.GetObjectLockConfigurationInput{Bucket: &name})
		if mode, is := locked[purpose]; is {
			require.NoError(t, err, name)
			assert.Equal(t, mode, lock.ObjectLockConfiguration.Rule.DefaultRetention.Mode, name)
		} else {
			assert.Error(t, err, "%s has no object lock", name)
		}
	}
}

// refusesPlainHTTP looks for the statement that denies everybody everything without TLS.
func refusesPlainHTTP(t *testing.T, client *s3.Client, bucket string) bool {
	t.Helper()
	policy, err := client.GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: &bucket})
	require.NoError(t, err, bucket)
	var document struct {
		Statement []struct {
			Effect    string
			Action    any
			Principal any
			Condition map[string]map[string]any
		}
	}
	require.NoError(t, json.Unmarshal([]byte(*policy.Policy), &document), bucket)
	for _, s := range document.Statement {
		if s.Effect == "Deny" && s.Action == "s3:*" && s.Condition["Bool"]["aws:SecureTransport"] == "false" {
			return true
		}
	}
	return false
}

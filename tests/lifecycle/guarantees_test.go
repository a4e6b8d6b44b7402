//go:build engine

package lifecycle

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/tests/lifecycle/engine"
)

// guaranteesHold asks AWS itself, by another client than the one that made it, for what the project promises.
func guaranteesHold(t *testing.T, want environment, emulator *engine.Emulator) {
	cfg := emulator.Config("us-east-1")
	keys := keysHold(t, want, cfg)
	t.Run("database", func(t *testing.T) { databaseHolds(t, want, cfg, keys) })
	t.Run("cache", func(t *testing.T) { cacheHolds(t, want, cfg, keys) })
	t.Run("buckets", func(t *testing.T) { bucketsHold(t, want, cfg, emulator.Account, "", keys) })
	t.Run("secrets", func(t *testing.T) { secretsHold(t, want, cfg, keys) })
	t.Run("logs", func(t *testing.T) { logGroupsHold(t, want, cfg, keys) })
	t.Run("network", func(t *testing.T) { networkHolds(t, want, cfg) })
	t.Run("security groups", func(t *testing.T) { securityGroupsHold(t, want, cfg) })
	t.Run("load balancer", func(t *testing.T) { loadBalancerHolds(t, want, cfg) })
	t.Run("distribution", func(t *testing.T) { distributionHolds(t, want, cfg) })
	t.Run("firewall", func(t *testing.T) { firewallHolds(t, want, cfg) })
	t.Run("services", func(t *testing.T) { servicesHold(t, want, cfg) })
	t.Run("images", func(t *testing.T) { imagesHold(t, want, cfg, keys) })
	t.Run("backups", func(t *testing.T) { backupsHold(t, want, cfg, keys) })
	if want.copied {
		t.Run("copies", func(t *testing.T) {
			there := emulator.Config("us-west-2")
			bucketsHold(t, want, there, emulator.Account, "-usw2", keysHold(t, want, there))
		})
	}
}

// keyring holds the ARNs of the stack's keys by what they encrypt.
type keyring struct{ data, logs, secrets, backups, frontend string }

// keysHold finds the stack's keys by their aliases: managed by the customer, rotated, ready for another region.
func keysHold(t *testing.T, want environment, cfg aws.Config) keyring {
	t.Helper()
	client := kms.NewFromConfig(cfg)
	find := func(class string) string {
		alias := "alias/careconnect-" + want.name + "-" + class
		key, err := client.DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: &alias})
		require.NoError(t, err, alias)
		assert.Equal(t, "CUSTOMER", string(key.KeyMetadata.KeyManager), alias)
		assert.True(t, key.KeyMetadata.Enabled, alias)
		assert.True(t, aws.ToBool(key.KeyMetadata.MultiRegion), alias)
		rotation, err := client.GetKeyRotationStatus(t.Context(), &kms.GetKeyRotationStatusInput{KeyId: key.KeyMetadata.KeyId})
		require.NoError(t, err, alias)
		assert.True(t, rotation.KeyRotationEnabled, alias)
		return aws.ToString(key.KeyMetadata.Arn)
	}
	return keyring{data: find("data"), logs: find("logs"), secrets: find("secrets"), backups: find("backups"), frontend: find("frontend")}
}

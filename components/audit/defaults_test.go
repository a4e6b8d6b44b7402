package audit_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/componenttest"
)

func TestPasswordPolicyIsThePacks(t *testing.T) {
	policy := componenttest.Find(t, planned(t, production()), passwordsType, "audit-passwords")
	for input, want := range map[string]any{
		"minimumPasswordLength": 14.0, "passwordReusePrevention": 24.0, "maxPasswordAge": 90.0,
		"requireLowercaseCharacters": true, "requireUppercaseCharacters": true, "requireNumbers": true, "requireSymbols": true,
		"allowUsersToChangePassword": true, "hardExpiry": false,
	} {
		assert.Equal(t, want, componenttest.Input(t, policy, input), input)
	}
}

func TestNoBucketOfTheAccountIsPublic(t *testing.T) {
	block := componenttest.Find(t, planned(t, production()), bucketsType, "audit-public-buckets")
	for _, input := range []string{"blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"} {
		assert.Equal(t, true, componenttest.Input(t, block, input), input)
	}
}

func TestVolumesAreEncryptedByDefault(t *testing.T) {
	g := planned(t, production())
	assert.Equal(t, dataKey, componenttest.Input(t, componenttest.Find(t, g, volumeKeyType, "audit-volume-key"), "keyArn"))
	assert.Equal(t, true, componenttest.Input(t, componenttest.Find(t, g, volumesType, "audit-volume-encryption"), "enabled"))
}

func TestNoSnapshotOfTheAccountIsPublic(t *testing.T) {
	block := componenttest.Find(t, planned(t, production()), snapshotsType, "audit-public-snapshots")
	assert.Equal(t, "block-all-sharing", componenttest.Input(t, block, "state"))
}

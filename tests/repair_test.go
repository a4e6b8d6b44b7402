package tests

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/repair"
)

// Whatever a stack is made of can be found again after an interrupted update.
func TestEveryResourceTypeCanBeRepaired(t *testing.T) {
	kinds := map[string]bool{
		// What awsx makes is not in a plan, and what follows is in none of the stacks as they are set.
		"aws:ecr/repository:Repository": true, "aws:ecr/lifecyclePolicy:LifecyclePolicy": true,
		"aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": true, "aws:kms/replicaKey:ReplicaKey": true,
		"aws:secretsmanager/secretRotation:SecretRotation": true, "aws:wafv2/webAclAssociation:WebAclAssociation": true,
	}
	for _, stack := range all {
		for _, r := range planned(t, stack).Resources {
			if r.Custom && !strings.HasPrefix(string(r.Type), "pulumi:") {
				kinds[string(r.Type)] = true
			}
		}
	}
	assert.Greater(t, len(kinds), 100)
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		assert.Truef(t, repair.Knows(kind), "%s: carebase repair has no rule for it (repair/rules.go): say how AWS is asked whether one exists, "+
			"or that creating it again does no harm", kind)
	}
}

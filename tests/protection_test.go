package tests

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/stacks"
	"github.com/carebase/carebase/stacks/settings"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// with plans the stack with the settings on disaster recovery as given: none, copies, or copies and a replica.
func with(t *testing.T, stack, protection string) *graph.Graph {
	t.Helper()
	p := frozen.program(t, stack)
	config := maps.Clone(p.Config)
	encrypted := slices.Clone(p.Secrets)
	for _, key := range []string{"protection", "objectives", "masterPassword", "originToken"} {
		delete(config, "careconnect:"+key)
	}
	if protection != "" {
		config["careconnect:protection"] = protection
		config["careconnect:objectives"] = `{"rtoMinutes":480,"rpoMinutes":60,"replicaLagMinutes":15,"decisionMinutes":30}`
		config["careconnect:originToken"] = "[secret]"
		encrypted = append(encrypted, "careconnect:originToken")
	}
	if strings.Contains(protection, `"replica":true`) {
		config["careconnect:masterPassword"] = "[secret]"
		encrypted = append(encrypted, "careconnect:masterPassword")
	}
	p.Config, p.Secrets = config, encrypted
	p.Run = stacks.Program(decode.Config{Project: "careconnect", Values: config, Encrypted: encrypted})
	g, err := plan.Run(p)
	require.NoError(t, err)
	return g
}

const (
	copies  = `{"region":"us-west-2","replica":false,"images":true,"vaultCopyDays":365}`
	replica = `{"region":"us-west-2","replica":true,"images":true,"vaultCopyDays":365}`
)

// touched are the resources of a stack without protection that differ once it has it, with the inputs that do.
func touched(t *testing.T, before, after *graph.Graph) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, r := range before.Resources {
		now := after.Lookup(r.URN)
		if strings.HasPrefix(r.Name, "edge") || r.Name == "backend-tg" || r.Type == graph.StackType {
			continue // the load balancer is another one, and a target group belongs to one
		}
		if !assert.NotNilf(t, now, "%s would be deleted", r.URN) {
			continue
		}
		inputs := map[string]bool{}
		for key, value := range r.Inputs.All {
			if !now.Inputs.Get(key).Equals(value) {
				inputs[key] = true
			}
		}
		for key := range now.Inputs.All {
			if r.Inputs.Get(key).IsNull() && !now.Inputs.Get(key).IsNull() {
				inputs[key] = true
			}
		}
		if len(inputs) > 0 {
			found[r.Name] = slices.Sorted(maps.Keys(inputs))
		}
	}
	return found
}

// Disaster recovery can be turned on for a stack that runs, with this and no more done to what it has: updates in place,
// and a new revision of one task definition. Turned off, the same back.
func TestProtectionTouchesOnly(t *testing.T) {
	for _, stack := range frozenPrimaries {
		secrets := map[string][]string{}
		for _, secret := range with(t, stack, "").OfType("aws:secretsmanager/secret:Secret") {
			secrets[secret.Name] = []string{"replicas"}
		}
		want := map[string][]string{
			"backup-plan": {"rules"}, "audit-trail": {"advancedEventSelectors"},
			// Traffic comes by another load balancer, which wants a proof.
			"backend-rule": {"actions", "conditions"}, "backend-service": {"loadBalancers"},
			"backend-scaling-requests":        {"targetTrackingScalingPolicyConfiguration"},
			"alarms-target-backend-unhealthy": {"dimensions"}, "alarms-target-backend-none-healthy": {"dimensions"},
			"dashboard-dashboard": {"dashboardBody"},
		}
		maps.Copy(want, secrets)
		assert.Equal(t, want, touched(t, with(t, stack, ""), with(t, stack, copies)), stack)

		// The password moves from RDS to a secret of the stack, which the task that creates the roles then reads.
		want["database-instance"] = []string{"manageMasterUserPassword", "masterUserSecretKmsKeyId", "password"}
		want["database-roles-definition"] = []string{"containerDefinitions"}
		want["database-roles-start-policy"] = []string{"policy"}
		assert.Equal(t, want, touched(t, with(t, stack, ""), with(t, stack, replica)), stack)
	}
}

// What the protection adds is the protection, and its part of every stack is the same.
func TestProtectionAdds(t *testing.T) {
	for _, stack := range frozenPrimaries {
		before, after := with(t, stack, ""), with(t, stack, replica)
		for _, r := range after.Resources {
			if before.Lookup(r.URN) == nil && !r.IsProvider() && !strings.HasPrefix(r.Name, "edge") {
				assert.Regexp(t, `^(recovery(-|$)|secrets-db-master-password(-|$)|backup-copy-failed|audit-break-glass-use-(alarm|filter)|alarms-replication-(frontend|files|backups|evidence)-failed|alarms-health-check-origin|alarms-database-(slot-lag|transaction-logs)$|backend-(on|probe-rule)$)`, r.Name, stack)
			}
		}
		providers := after.OfType("pulumi:providers:aws")
		at := slices.IndexFunc(providers, func(r *graph.Resource) bool { return r.Name == "recovery" })
		require.GreaterOrEqual(t, at, 0)
		assert.Equal(t, property.New("us-west-2"), providers[at].Inputs.Get("region"))
	}
}

// In production the copies are protected as what they are copies of, and the engine refuses to take them away.
func TestCopiesAreProtectedInProduction(t *testing.T) {
	holding := []string{
		"aws:s3/bucket:Bucket", "aws:kms/replicaKey:ReplicaKey", "aws:backup/vault:Vault",
		"aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication",
	}
	for _, stack := range frozenPrimaries {
		count := 0
		for _, r := range with(t, stack, copies).OfType(holding...) {
			if strings.HasPrefix(r.Name, "recovery-") {
				count++
				assert.Equal(t, stack == "prod", r.Protect, r.Name)
				assert.Equal(t, stack == "prod", r.RetainOnDelete, r.Name)
			}
		}
		assert.Equal(t, 12, count, "%s: five keys, five buckets, vault, automated backups", stack)
	}
}

// The password is an input of the instance and of the stack's secret, and of nothing that runs.
func TestTheMasterPasswordStaysASecret(t *testing.T) {
	g := with(t, "prod", replica)
	var holding []string
	for _, r := range g.Resources {
		for key, value := range r.Inputs.All {
			if value.HasSecrets() {
				holding = append(holding, r.Name+"."+key)
			}
		}
	}
	assert.Subset(t, holding, []string{"database-instance.password", "secrets-db-master-password-version.secretString"})
	for _, one := range holding {
		assert.Regexp(t, `^(database-instance|secrets-db-master-password-version|edge.*|backend-rule)\.`, one)
	}
}

// The stack's own secret must not meet one of the settings' by its name.
func TestTheMasterSecretsNameIsTaken(t *testing.T) {
	p := frozen.program(t, "prod")
	config := maps.Clone(p.Config)
	config["careconnect:secrets"] = strings.Replace(config["careconnect:secrets"], `"db-readonly-password"`, `"db-master-password"`, 1)
	config["careconnect:protection"] = replica
	encrypted := append(slices.Clone(p.Secrets), "careconnect:masterPassword", "careconnect:originToken")
	_, err := settings.Decode("prod", decode.Config{Project: "careconnect", Values: config, Encrypted: encrypted})
	assert.ErrorContains(t, err, `careconnect:secrets.names[2].name = "db-master-password": allowed is any other name where protection.replica is true`)
}

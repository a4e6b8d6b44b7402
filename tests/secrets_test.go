package tests

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// readByNobody are secrets that no task of a stack uses to sign in, and why. The job database-roles, which sets the passwords of the
// database's roles, does not count: it signs in as the master user.
var readByNobody = map[string]string{
	"db-readonly-password": "people and reports, through a job that a team adds: docs/operations.md, Jobs",
	"db-backup-password":   "logical backups, through a job that a team adds: docs/operations.md, Jobs",
}

// rolesJob sets the roles' passwords and does not sign in with them.
const rolesJob = "database-roles"

// Every secret of the settings is read by a task that uses it, whose role may read it and which reaches the database if the
// secret opens that; or it is in readByNobody.
func TestEverySecretHasAReader(t *testing.T) {
	for _, stack := range all {
		g, set := planned(t, stack), settingsOf(t, stack)
		if set.IsRecovery() {
			continue // a recovery stack has no jobs, and its secrets are replicas of the primary's
		}
		reaches := reach(t, g, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "to")
		for _, secret := range set.Secrets.Names {
			arn := fmt.Sprintf("${secrets-%s.arn}", secret.Name)
			var readers []string
			for _, r := range g.OfType("aws:ecs/taskDefinition:TaskDefinition") {
				var containers []struct {
					Name    string
					Secrets []struct{ ValueFrom string }
				}
				require.NoError(t, json.Unmarshal([]byte(r.Readable()["containerDefinitions"].(string)), &containers))
				for _, container := range containers {
					if container.Name == rolesJob || !slices.ContainsFunc(container.Secrets, func(one struct{ ValueFrom string }) bool { return one.ValueFrom == arn }) {
						continue
					}
					readers = append(readers, container.Name)
					policy := fmt.Sprint(byName(t, g, container.Name+"-start-policy").Readable()["policy"])
					assert.Contains(t, policy, arn, "%s: %s names %s and may not read it", stack, container.Name, secret.Name)
					if len(secret.Name) > 3 && secret.Name[:3] == "db-" {
						assert.Contains(t, reaches, fmt.Sprintf("${%s-tasks.id} to ${database-security-group.id} 5432", container.Name),
							"%s: %s has %s and does not reach the database", stack, container.Name, secret.Name)
					}
				}
			}
			assert.Equal(t, readByNobody[secret.Name] == "", len(readers) > 0, "%s: %s is read by %v", stack, secret.Name, readers)
		}
	}
}

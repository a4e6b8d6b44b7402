package backup_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/backup"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
)

const (
	component   = "carebase:backup:Backup"
	keyArn      = "arn:aws:kms:us-east-1:123456789012:key/backups"
	alarmTopic  = "arn:aws:sns:us-east-1:123456789012:alarms"
	databaseArn = "arn:aws:rds:us-east-1:123456789012:db:careconnect-prod-db"
	copyVault   = "arn:aws:backup:us-west-2:123456789012:backup-vault:careconnect-dr"

	vaultType       = "aws:backup/vault:Vault"
	lockType        = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
	vaultPolicyType = "aws:backup/vaultPolicy:VaultPolicy"
	planType        = "aws:backup/plan:Plan"
	selectionType   = "aws:backup/selection:Selection"
	testType        = "aws:backup/restoreTestingPlan:RestoreTestingPlan"
	testOfType      = "aws:backup/restoreTestingSelection:RestoreTestingSelection"
	roleType        = "aws:iam/role:Role"
	attachType      = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	alarmType       = "aws:cloudwatch/metricAlarm:MetricAlarm"
	eventType       = "aws:cloudwatch/eventRule:EventRule"
	targetType      = "aws:cloudwatch/eventTarget:EventTarget"
	subnetsType     = "aws:rds/subnetGroup:SubnetGroup"
	groupType       = "aws:ec2/securityGroup:SecurityGroup"
)

// production is where PHI lives: an irrevocable lock, copies in another region, restores tested.
func production() *backup.Args {
	return &backup.Args{
		VaultName:   "careconnect-prod",
		KeyArn:      pulumi.String(keyArn),
		LockMinDays: 7, LockMaxDays: 3653, LockChangeableDays: 30,
		AlarmTopicArn: pulumi.String(alarmTopic),
		Plan: &backup.Plan{
			Resources:      pulumi.StringArray{pulumi.String(databaseArn)},
			CopyToVaultArn: pulumi.String(copyVault),
			RestoreTest: &backup.RestoreTest{
				VpcID:     pulumi.String("vpc-1"),
				SubnetIDs: pulumi.ToStringArray([]string{"subnet-1", "subnet-2"}),
				Buckets:   true,
			},
		},
		Protect: true,
	}
}

func changed(change func(*backup.Args)) *backup.Args {
	args := production()
	change(args)
	return args
}

func planned(t *testing.T, args *backup.Args) *graph.Graph {
	t.Helper()
	return componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := backup.New(ctx, "backup", args, opts...)
		return err
	})
}

func TestShapes(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*backup.Args)
		want   map[string]int
	}{
		"everything": {func(*backup.Args) {}, map[string]int{
			component: 1, vaultType: 1, lockType: 1, vaultPolicyType: 1, roleType: 2, attachType: 4,
			planType: 1, selectionType: 1, testType: 1, testOfType: 2, subnetsType: 1, groupType: 1,
			eventType: 5, targetType: 3, alarmType: 2,
		}},
		"databases restored, buckets not": {func(a *backup.Args) { a.Plan.RestoreTest.Buckets = false }, map[string]int{
			component: 1, vaultType: 1, lockType: 1, vaultPolicyType: 1, roleType: 2, attachType: 4,
			planType: 1, selectionType: 1, testType: 1, testOfType: 1, subnetsType: 1, groupType: 1,
			eventType: 4, targetType: 3, alarmType: 1,
		}},
		"no restore test": {func(a *backup.Args) { a.Plan.RestoreTest = nil }, map[string]int{
			component: 1, vaultType: 1, lockType: 1, vaultPolicyType: 1, roleType: 2, attachType: 4,
			planType: 1, selectionType: 1, eventType: 3, targetType: 3,
		}},
		"one region, by tag": {func(a *backup.Args) { a.Plan = &backup.Plan{} }, map[string]int{
			component: 1, vaultType: 1, lockType: 1, vaultPolicyType: 1, roleType: 2, attachType: 4,
			planType: 1, selectionType: 1, eventType: 2, targetType: 2,
		}},
		"copies of another region": {func(a *backup.Args) { a.Plan = nil }, map[string]int{
			component: 1, vaultType: 1, lockType: 1, vaultPolicyType: 1, roleType: 1, attachType: 2,
			eventType: 1, targetType: 1,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			g := planned(t, changed(c.change))
			assert.Equal(t, c.want, componenttest.Counts(g))
			componenttest.AssertTree(t, g, component, "backup")
		})
	}
}

func TestOutputs(t *testing.T) {
	for title, c := range map[string]struct {
		args *backup.Args
		want []any
	}{
		"plan":  {production(), []any{"careconnect-prod", "${backup-vault.arn}", "${backup-plan.id}", "${backup-restore-role.arn}"}},
		"vault": {changed(func(a *backup.Args) { a.Plan = nil }), []any{"careconnect-prod", "${backup-vault.arn}", "", "${backup-restore-role.arn}"}},
	} {
		t.Run(title, func(t *testing.T) {
			assert.Equal(t, c.want, componenttest.Outputs(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) ([]pulumi.StringOutput, error) {
				b, err := backup.New(ctx, "backup", c.args, opts...)
				if err != nil {
					return nil, err
				}
				return []pulumi.StringOutput{b.VaultName, b.VaultArn, b.PlanID, b.RestoreRoleArn}, nil
			}))
		})
	}
}

func TestCallersOptionsRegionAndStability(t *testing.T) {
	build := func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		args := production()
		args.KeyArn, args.AlarmTopicArn = pulumi.String("key"), pulumi.String("topic")
		args.Plan.CopyToVaultArn, args.Plan.Resources = pulumi.String("vault"), nil
		_, err := backup.New(ctx, name, args, opts...)
		return err
	}
	componenttest.AssertRegion(t, build)
	componenttest.AssertOptionsStay(t, build)
	componenttest.AssertStable(t, build)
}

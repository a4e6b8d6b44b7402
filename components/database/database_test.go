package database

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
)

const (
	instanceType = "aws:rds/instance:Instance"
	logGroupType = "aws:cloudwatch/logGroup:LogGroup"
	ruleType     = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
)

// production is CareConnect's, without replicas and without a topic for events.
func production() *Args {
	return &Args{
		VpcID: pulumi.String("vpc-1"), SubnetIDs: pulumi.ToStringArray([]string{"subnet-a", "subnet-b"}),
		KeyArn: pulumi.String("arn:key/data"), SecretKeyArn: pulumi.String("arn:key/secrets"), LogsKeyArn: pulumi.String("arn:key/logs"),
		Identifier: "careconnect-prod-db", InstanceClass: "db.r6g.large", EngineVersion: "16",
		DatabaseName: "careconnect", MasterUsername: "careconnect_master",
		AllocatedStorageGiB: 100, MaxAllocatedStorageGiB: 1000, SlotWALGiB: 20,
		MultiAZ: true, BackupRetentionDays: 30, BackupWindow: "03:00-04:00", MaintenanceWindow: "sun:04:00-sun:05:00",
		DeletionProtection: true, FinalSnapshotName: "careconnect-prod-final", Protect: true, LogRetentionDays: 365,
	}
}

// development is the smallest: synthetic data, nothing kept.
func development() *Args {
	a := production()
	a.Identifier, a.InstanceClass = "careconnect-dev-db", "db.t4g.micro"
	a.AllocatedStorageGiB, a.MaxAllocatedStorageGiB, a.SlotWALGiB, a.LogSlowStatements = 20, 50, 4, true
	a.MultiAZ, a.BackupRetentionDays, a.LogRetentionDays = false, 7, 30
	a.DeletionProtection, a.FinalSnapshotName, a.Protect = false, "", false
	return a
}

func replicated() *Args {
	a := production()
	a.ReadReplicas = []Replica{{Name: "reports", InstanceClass: "db.r6g.large"}, {Name: "b2", InstanceClass: "db.t4g.medium"}}
	a.MasterPassword = pulumi.String("not to be seen")
	return a
}

func build(args func() *Args) func(*pulumi.Context, string, ...pulumi.ResourceOption) error {
	return func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		a := args()
		a.EventsTopicArn = pulumi.String("arn:topic")
		db, err := New(ctx, name, a, opts...)
		if err != nil {
			return err
		}
		return db.AllowFrom(ctx, "backend", pulumi.String("sg-backend"))
	}
}

func planned(t *testing.T, args *Args) *graph.Graph {
	t.Helper()
	return componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := New(ctx, "database", args, opts...)
		return err
	})
}

func instance(t *testing.T, args *Args) *graph.Resource {
	t.Helper()
	return componenttest.Find(t, planned(t, args), instanceType, "database-instance")
}

func TestShapes(t *testing.T) {
	with := func(args *Args, change func(*Args)) *Args { change(args); return args }
	topic := func(a *Args) { a.EventsTopicArn = pulumi.String("arn:topic") }
	for name, c := range map[string]struct {
		args                         *Args
		instances, logGroups, events int
	}{
		"production":                    {production(), 1, 2, 0},
		"development":                   {development(), 1, 2, 0},
		"with events":                   {with(production(), topic), 1, 2, 1},
		"with replicas":                 {replicated(), 3, 6, 0},
		"with replicas and events":      {with(replicated(), topic), 3, 6, 1},
		"with one replica":              {with(replicated(), func(a *Args) { a.ReadReplicas = a.ReadReplicas[:1] }), 2, 4, 0},
		"with a password, no replica":   {with(replicated(), func(a *Args) { a.ReadReplicas = nil }), 1, 2, 0},
		"development, password, events": {with(with(development(), topic), func(a *Args) { a.MasterPassword = pulumi.String("x") }), 1, 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			g := planned(t, c.args)
			want := map[string]int{
				"carebase:database:Database":                        1,
				"aws:rds/subnetGroup:SubnetGroup":                   1,
				"aws:ec2/securityGroup:SecurityGroup":               1,
				"aws:rds/parameterGroup:ParameterGroup":             1,
				"aws:iam/role:Role":                                 1,
				"aws:iam/rolePolicyAttachment:RolePolicyAttachment": 1,
				logGroupType: c.logGroups,
				instanceType: c.instances,
			}
			if c.events > 0 {
				want["aws:rds/eventSubscription:EventSubscription"] = c.events
			}
			assert.Equal(t, want, componenttest.Counts(g))
			componenttest.AssertTree(t, g, "carebase:database:Database", "database")
		})
	}
}

func TestRulesOfEveryComponent(t *testing.T) {
	for name, args := range map[string]func() *Args{"production": production, "development": development, "replicated": replicated} {
		t.Run(name, func(t *testing.T) {
			componenttest.AssertRegion(t, build(args))
			componenttest.AssertOptionsStay(t, build(args))
			componenttest.AssertStable(t, build(args))
		})
	}
}

// Every input of the instance, so that nothing about it changes unnoticed.
func TestInstance(t *testing.T) {
	assert.Equal(t, map[string]any{
		"identifier": "careconnect-prod-db", "instanceClass": "db.r6g.large", "applyImmediately": true,
		"engine": "postgres", "engineVersion": "16", "autoMinorVersionUpgrade": true,
		"dbName": "careconnect", "username": "careconnect_master",
		"manageMasterUserPassword": true, "masterUserSecretKmsKeyId": "arn:key/secrets",
		"storageEncrypted": true, "kmsKeyId": "arn:key/data", "storageType": "gp3",
		"allocatedStorage": 100.0, "maxAllocatedStorage": 1000.0,
		"publiclyAccessible": false, "port": 5432.0, "multiAz": true,
		"dbSubnetGroupName": "${database-subnets.name}", "vpcSecurityGroupIds": []any{"${database-security-group.id}"},
		"parameterGroupName": "${database-parameters.name}",
		"caCertIdentifier":   "rds-ca-rsa2048-g1", "iamDatabaseAuthenticationEnabled": true,
		"backupRetentionPeriod": 30.0, "backupWindow": "03:00-04:00", "maintenanceWindow": "sun:04:00-sun:05:00",
		"copyTagsToSnapshot": true, "deletionProtection": true,
		"skipFinalSnapshot": false, "finalSnapshotIdentifier": "careconnect-prod-final", "deleteAutomatedBackups": false,
		"enabledCloudwatchLogsExports": []any{"postgresql", "upgrade"},
		"monitoringInterval":           60.0, "monitoringRoleArn": "${database-monitoring.arn}",
		"performanceInsightsEnabled": true, "performanceInsightsKmsKeyId": "arn:key/data", "performanceInsightsRetentionPeriod": 7.0,
	}, componenttest.Input(t, instance(t, production()), ""))
}

// A volume that grows over the threshold is given what it then has at no charge; the provider would keep the smaller one's.
func TestLargeVolumesAreGivenTheirBaseline(t *testing.T) {
	for size, want := range map[int][]any{399: {nil, nil}, 400: {12000.0, 500.0}, 30000: {12000.0, 500.0}} {
		args := production()
		args.AllocatedStorageGiB, args.MaxAllocatedStorageGiB = size, 2*size
		i := instance(t, args)
		assert.Equal(t, want, []any{componenttest.Input(t, i, "iops"), componenttest.Input(t, i, "storageThroughput")}, size)
	}
}

func TestDevelopmentKeepsTheGuaranteesAndSavesTheRest(t *testing.T) {
	i := instance(t, development())
	for input, want := range map[string]any{
		"storageEncrypted": true, "kmsKeyId": "arn:key/data", "publiclyAccessible": false, "manageMasterUserPassword": true,
		"performanceInsightsEnabled": true, "performanceInsightsKmsKeyId": "arn:key/data", "monitoringInterval": 60.0,
		"backupRetentionPeriod": 7.0, "copyTagsToSnapshot": true, "iamDatabaseAuthenticationEnabled": true,
		"multiAz": false, "deletionProtection": false, "instanceClass": "db.t4g.micro", "allocatedStorage": 20.0,
		"skipFinalSnapshot": true, "finalSnapshotIdentifier": nil, "deleteAutomatedBackups": true,
	} {
		assert.Equal(t, want, componenttest.Input(t, i, input), input)
	}
}

// A replica takes from its source what AWS refuses to be told, and has every guarantee of its own.
func TestReplicas(t *testing.T) {
	g := planned(t, replicated())
	common := map[string]any{
		"applyImmediately": true, "autoMinorVersionUpgrade": true, "replicateSourceDb": "careconnect-prod-db",
		"storageEncrypted": true, "storageType": "gp3", "maxAllocatedStorage": 1000.0,
		"publiclyAccessible": false, "port": 5432.0,
		"vpcSecurityGroupIds": []any{"${database-security-group.id}"}, "parameterGroupName": "${database-parameters.name}",
		"caCertIdentifier": "rds-ca-rsa2048-g1", "iamDatabaseAuthenticationEnabled": true,
		"backupRetentionPeriod": 30.0, "backupWindow": "03:00-04:00",
		"maintenanceWindow": "sun:04:00-sun:05:00", "copyTagsToSnapshot": true, "deletionProtection": true,
		"skipFinalSnapshot":            true,
		"enabledCloudwatchLogsExports": []any{"postgresql", "upgrade"},
		"monitoringInterval":           60.0, "monitoringRoleArn": "${database-monitoring.arn}",
		"performanceInsightsEnabled": true, "performanceInsightsKmsKeyId": "arn:key/data", "performanceInsightsRetentionPeriod": 7.0,
	}
	for name, class := range map[string]string{"reports": "db.r6g.large", "b2": "db.t4g.medium"} {
		replica := componenttest.Find(t, g, instanceType, "database-replica-"+name)
		want := map[string]any{"identifier": "careconnect-prod-db-" + name, "instanceClass": class}
		for input, value := range common {
			want[input] = value
		}
		assert.Equal(t, want, componenttest.Input(t, replica, ""), name)
		assert.True(t, replica.Protect, name)
		assert.Subset(t, replica.IgnoreChanges, []string{"replicateSourceDb", "performanceInsightsKmsKeyId"}, "AWS refuses a change")
	}
}

// AWS cannot replicate from an instance whose password RDS manages.
func TestMasterPassword(t *testing.T) {
	i := instance(t, replicated())
	assert.True(t, componenttest.IsSecret(i, "password"), "the password is in plain text")
	assert.Equal(t, "not to be seen", componenttest.Input(t, i, "password"))
	assert.Nil(t, componenttest.Input(t, i, "manageMasterUserPassword"), "the provider refuses both")
	assert.Nil(t, componenttest.Input(t, i, "masterUserSecretKmsKeyId"))
}

func TestProtection(t *testing.T) {
	for _, protect := range []bool{true, false} {
		args := production()
		args.Protect = protect
		g := planned(t, args)
		i := componenttest.Find(t, g, instanceType, "database-instance")
		assert.Equal(t, protect, i.Protect)
		assert.Equal(t, protect, i.RetainOnDelete)
		assert.Equal(t, []string{"dbName", "kmsKeyId", "performanceInsightsKmsKeyId", "username"}, i.IgnoreChanges, "a change of these would replace the database")
		for _, group := range g.OfType(logGroupType) {
			assert.Equal(t, protect, group.RetainOnDelete, "%s: a renamed instance would lose its audit log", group.Name)
		}
	}
}

func TestParameters(t *testing.T) {
	for _, version := range []string{"15", "16", "17"} {
		args := production()
		args.EngineVersion = version
		group := componenttest.Find(t, planned(t, args), "aws:rds/parameterGroup:ParameterGroup", "database-parameters")
		assert.Equal(t, map[string]any{
			"description": "TLS, audit and logging of the database",
			"family":      "postgres" + version, // and no name: the new group of another family must fit beside the old one
			"parameters": []any{
				map[string]any{"name": "log_connections", "value": "1", "applyMethod": "immediate"},
				map[string]any{"name": "log_disconnections", "value": "1", "applyMethod": "immediate"},
				map[string]any{"name": "log_error_verbosity", "value": "terse", "applyMethod": "immediate"},
				map[string]any{"name": "log_min_duration_statement", "value": "-1", "applyMethod": "immediate"},
				map[string]any{"name": "log_min_error_statement", "value": "panic", "applyMethod": "immediate"},
				map[string]any{"name": "log_min_messages", "value": "log", "applyMethod": "immediate"},
				map[string]any{"name": "log_parameter_max_length", "value": "0", "applyMethod": "immediate"},
				map[string]any{"name": "max_slot_wal_keep_size", "value": "20480", "applyMethod": "immediate"},
				map[string]any{"name": "pg_stat_statements.track_utility", "value": "0", "applyMethod": "immediate"},
				map[string]any{"name": "pgaudit.log", "value": "ddl,read,role,write", "applyMethod": "immediate"},
				map[string]any{"name": "pgaudit.log_relation", "value": "1", "applyMethod": "immediate"},
				map[string]any{"name": "pgaudit.log_statement", "value": "0", "applyMethod": "immediate"},
				map[string]any{"name": "rds.force_ssl", "value": "1", "applyMethod": "pending-reboot"},
				map[string]any{"name": "shared_preload_libraries", "value": "pg_stat_statements,pgaudit", "applyMethod": "pending-reboot"},
			},
		}, componenttest.Input(t, group, ""))
	}
}

func TestLogGroups(t *testing.T) {
	g := planned(t, replicated())
	for logical, instance := range map[string]string{
		"database": "careconnect-prod-db", "database-replica-reports": "careconnect-prod-db-reports", "database-replica-b2": "careconnect-prod-db-b2",
	} {
		for _, log := range []string{"postgresql", "upgrade"} {
			group := componenttest.Find(t, g, logGroupType, logical+"-"+log+"-log")
			assert.Equal(t, map[string]any{
				"name": "/aws/rds/instance/" + instance + "/" + log, "kmsKeyId": "arn:key/logs", "retentionInDays": 365.0,
			}, componenttest.Input(t, group, ""))
			owner := "database-instance"
			if logical != "database" {
				owner = logical
			}
			assert.Contains(t, componenttest.Find(t, g, instanceType, owner).Dependencies, group.URN,
				"RDS would make the log group itself, without a key")
		}
	}
}

func TestNetwork(t *testing.T) {
	g := componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		db, err := New(ctx, "database", production(), opts...)
		if err != nil {
			return err
		}
		for _, peer := range []string{"backend", "jobs"} {
			if err := db.AllowFrom(ctx, peer, pulumi.String("sg-"+peer)); err != nil {
				return err
			}
		}
		return nil
	})
	assert.Equal(t, map[string]any{
		"description": "Isolated subnets of the database", "subnetIds": []any{"subnet-a", "subnet-b"},
	}, componenttest.Input(t, componenttest.Find(t, g, "aws:rds/subnetGroup:SubnetGroup", "database-subnets"), ""))
	// Neither ingress nor egress: nothing gets in but by the rules below, and nothing gets out.
	assert.Equal(t, map[string]any{
		"vpcId": "vpc-1", "description": "Who may connect to PostgreSQL", "revokeRulesOnDelete": true,
		"tags": map[string]any{"Name": "database"},
	}, componenttest.Input(t, componenttest.Find(t, g, "aws:ec2/securityGroup:SecurityGroup", "database-security-group"), ""))
	require.Len(t, g.OfType(ruleType), 2)
	assert.Zero(t, componenttest.Counts(g)["aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"])
	for _, peer := range []string{"backend", "jobs"} {
		assert.Equal(t, map[string]any{
			"securityGroupId": "${database-security-group.id}", "referencedSecurityGroupId": "sg-" + peer,
			"ipProtocol": "tcp", "fromPort": 5432.0, "toPort": 5432.0, "description": "PostgreSQL from " + peer,
		}, componenttest.Input(t, componenttest.Find(t, g, ruleType, "database-from-"+peer), ""))
	}
	componenttest.AssertTree(t, g, "carebase:database:Database", "database")
}

func TestMonitoringRole(t *testing.T) {
	g := planned(t, replicated())
	role := componenttest.Find(t, g, "aws:iam/role:Role", "database-monitoring")
	arn := "arn:aws:rds:us-east-1:" + componenttest.Account + ":db:careconnect-prod-db"
	assert.Equal(t, map[string]any{
		"Version": "2012-10-17",
		"Statement": []any{map[string]any{
			"Sid": "EnhancedMonitoring", "Effect": "Allow", "Action": "sts:AssumeRole",
			"Principal": map[string]any{"Service": "monitoring.rds.amazonaws.com"},
			"Condition": map[string]any{
				"StringEquals": map[string]any{"aws:SourceAccount": componenttest.Account},
				"ArnLike":      map[string]any{"aws:SourceArn": []any{arn, arn + "-kept-*", arn + "-reports", arn + "-b2"}},
			},
		}},
	}, componenttest.JSON(t, role, "assumeRolePolicy"))
	assert.Nil(t, componenttest.Input(t, role, "inlinePolicies"))

	policy := componenttest.Find(t, g, "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "database-monitoring-policy")
	assert.Equal(t, map[string]any{
		"role": "${database-monitoring.name}", "policyArn": "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
	}, componenttest.Input(t, policy, ""))
	for _, i := range g.OfType(instanceType) {
		assert.Contains(t, i.Dependencies, policy.URN, "%s: RDS checks the role's policy when it creates the instance", i.Name)
	}
}

func TestEvents(t *testing.T) {
	args := replicated()
	args.EventsTopicArn = pulumi.String("arn:topic")
	subscription := componenttest.Find(t, planned(t, args), "aws:rds/eventSubscription:EventSubscription", "database-events")
	assert.Equal(t, map[string]any{
		"snsTopic": "arn:topic", "sourceType": "db-instance",
		"sourceIds": []any{"careconnect-prod-db", "careconnect-prod-db-reports", "careconnect-prod-db-b2"},
		"eventCategories": []any{
			"availability", "backup", "configuration change", "deletion", "failover", "failure", "low storage", "maintenance",
			"read replica", "recovery", "security", "security patching",
		},
	}, componenttest.Input(t, subscription, ""))
}

func TestOutputs(t *testing.T) {
	for name, c := range map[string]struct {
		args     *Args
		secret   string
		replicas []string
	}{
		"production": {production(), "${database-instance.masterUserSecrets[0].secretArn}", []string{}},
		"replicated": {replicated(), "", []string{"${database-replica-reports.endpoint}", "${database-replica-b2.endpoint}"}},
	} {
		t.Run(name, func(t *testing.T) {
			var seen []any
			componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
				db, err := New(ctx, "database", c.args, opts...)
				if err != nil {
					return err
				}
				pulumi.All(db.Address, db.Endpoint, db.Port, db.Name, db.InstanceIdentifier, db.InstanceArn, db.ResourceID,
					db.MasterSecretArn, db.SecurityGroupID, db.ReplicaEndpoints).ApplyT(func(all []any) error {
					seen = all
					return nil
				})
				return nil
			})
			for i, value := range seen {
				switch value := value.(type) {
				case string:
					seen[i] = graph.Readable(value)
				case []string:
					for j := range value {
						value[j] = graph.Readable(value[j])
					}
				}
			}
			assert.Equal(t, []any{
				"${database-instance.address}", "${database-instance.endpoint}", 5432, "careconnect", "careconnect-prod-db",
				"${database-instance.arn}", "${database-instance.resourceId}", c.secret, "${database-security-group.id}", c.replicas,
			}, seen)
		})
	}
}

// Nothing in the graph but the instance's own secret input knows the password.
func TestThePasswordGoesNowhereElse(t *testing.T) {
	var holders []string
	for _, r := range planned(t, replicated()).Resources {
		for input := range r.Inputs.All {
			if strings.Contains(strings.Join(strings.Fields(r.Inputs.Get(input).GoString()), " "), "not to be seen") {
				holders = append(holders, r.Name+"."+input)
			}
		}
	}
	assert.Equal(t, []string{"database-instance.password"}, holders)
}

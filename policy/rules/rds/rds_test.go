package rds

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

const (
	backupSelection  = "aws:backup/selection:Selection"
	globalCluster    = "aws:rds/globalCluster:GlobalCluster"
	encryptedBut     = "encrypted, but "
	elsewhereArn     = "arn:aws:rds:us-west-2:123456789012:db:db"
	sameRegionArn    = "arn:aws:rds:us-east-1:123456789012:db:db"
	recoveryKeyArn   = "arn:aws:kms:us-west-2:123456789012:key/k"
	pgauditClasses   = "ddl,read,role,write"
	pgauditLibraries = "pg_stat_statements,pgaudit"
)

var rdsFixtures = map[string]Fixture{
	"RDS-1": {
		Satisfied: []Example{
			{About: "a key of this stack", Resources: Resources(
				Resource(examples.KmsKey, "data", Inputs{}), examples.Db(Inputs{"storageEncrypted": true, "kmsKeyId": Ref(examples.KmsKey, "data", "arn")}))},
			{About: "a key elsewhere", Resources: Resources(examples.Db(Inputs{"storageEncrypted": true, "kmsKeyId": examples.KeyArn}))},
			{About: "a replica as its source", Resources: Resources(
				examples.Db(Inputs{"storageEncrypted": true, "kmsKeyId": examples.KeyArn}), replica(Ref(inspect.DbInstanceType, "db", "identifier"), Inputs{"storageEncrypted": true}))},
			{About: "a replica that leaves it to its source", Resources: Resources(
				examples.Db(Inputs{"storageEncrypted": true, "kmsKeyId": examples.KeyArn}), replica(Ref(inspect.DbInstanceType, "db", "identifier"), Inputs{}))},
			{About: "a replica of an instance elsewhere", Resources: Resources(replica("db", Inputs{"storageEncrypted": true}))},
			{About: "a replica of one named by its ARN", Resources: Resources(replica(sameRegionArn, Inputs{"storageEncrypted": true}))},
			{About: "a replica from another region", Resources: Resources(replica(elsewhereArn, Inputs{"kmsKeyId": examples.KeyArn}))},
			{About: "a cluster", Resources: Resources(cluster(Inputs{"storageEncrypted": true, "kmsKeyId": examples.KeyArn}))},
		},
		Violated: []Example{
			{About: "not set", Property: "storageEncrypted", Resources: Resources(examples.Db(Inputs{"kmsKeyId": examples.KeyArn}))},
			{About: "off", Property: "storageEncrypted", Resources: Resources(examples.Db(Inputs{"storageEncrypted": false, "kmsKeyId": examples.KeyArn}))},
			{About: encryptedBut + "by AWS's key", Property: "kmsKeyId", Resources: Resources(examples.Db(Inputs{"storageEncrypted": true}))},
			{About: encryptedBut + "by AWS's key, named", Property: "kmsKeyId", Resources: Resources(examples.Db(Inputs{"storageEncrypted": true, "kmsKeyId": "alias/aws/rds"}))},
			{About: "a replica against its source", Property: "storageEncrypted", Resources: Resources(
				examples.Db(Inputs{"storageEncrypted": true, "kmsKeyId": examples.KeyArn}), replica(Ref(inspect.DbInstanceType, "db", "identifier"), Inputs{"storageEncrypted": false}))},
			{About: "a replica of an instance elsewhere", Property: "storageEncrypted", Resources: Resources(replica("db", Inputs{}))},
			{About: "a replica from another region", Property: "kmsKeyId", Resources: Resources(replica(elsewhereArn, Inputs{"storageEncrypted": true}))},
			{About: "a replica of this stack in another region", Property: "kmsKeyId", Resources: Resources(
				examples.Db(Inputs{"storageEncrypted": true, "kmsKeyId": examples.KeyArn}),
				InRegion("us-west-2", replica(Ref(inspect.DbInstanceType, "db", "arn"), Inputs{"storageEncrypted": true})))},
			{About: "a cluster", Property: "storageEncrypted", Resources: Resources(cluster(Inputs{}))},
			{About: "a cluster's replica from another region", Property: "storageEncrypted", Resources: Resources(
				cluster(Inputs{"replicationSourceIdentifier": "arn:aws:rds:us-west-2:123456789012:cluster:main", "kmsKeyId": examples.KeyArn}))},
			{About: "a cluster's replica at home, which does not take its source's key", Property: "kmsKeyId", Resources: Resources(
				cluster(Inputs{"replicationSourceIdentifier": "arn:aws:rds:us-east-1:123456789012:cluster:first", "storageEncrypted": true}))},
			{About: "a cluster's key", Property: "kmsKeyId", Resources: Resources(cluster(Inputs{"storageEncrypted": true}))},
		},
		Undecided: []Example{
			{About: "not known", Resources: Resources(examples.Db(Inputs{"storageEncrypted": Unknown, "kmsKeyId": examples.KeyArn}))},
			{About: "key not known", Resources: Resources(examples.Db(Inputs{"storageEncrypted": true, "kmsKeyId": Unknown}))},
			{About: "a replica of which the source is not known", Resources: Resources(replica(Unknown, Inputs{"storageEncrypted": true}))},
		},
	},
	"RDS-2": {
		Satisfied: []Example{
			{About: "a standby", Resources: Resources(examples.Db(Inputs{"multiAz": true}))},
			{About: "and a replica without", Resources: Resources(examples.Db(Inputs{"multiAz": true}), replica(Ref(inspect.DbInstanceType, "db", "identifier"), Inputs{"multiAz": false}))},
			{About: "a cluster of two", Resources: Resources(cluster(Inputs{"engine": "aurora-postgresql"}), member("a", Inputs{}), member("b", Inputs{}))},
			{About: "a cluster over two zones", Resources: Resources(cluster(Inputs{"engine": "aurora-postgresql"}),
				member("a", Inputs{"availabilityZone": "us-east-1a"}), member("b", Inputs{"availabilityZone": "us-east-1b"}))},
			{About: "a Multi-AZ cluster", Resources: Resources(cluster(Inputs{"engine": "postgres", "dbClusterInstanceClass": "db.m6gd.large"}))},
			{About: "serverless", Resources: Resources(cluster(Inputs{"engine": "aurora-postgresql", "engineMode": "serverless"}))},
			{About: "and a cluster's replica of one", Resources: Resources(cluster(Inputs{}), member("a", Inputs{}), member("b", Inputs{}),
				Resource(inspect.DbClusterType, "second", Inputs{"replicationSourceIdentifier": Ref(inspect.DbClusterType, "main", "arn")}))},
			{About: "a deployed cluster", Resources: Resources(
				WithOutputs(cluster(Inputs{}), Inputs{"id": "main"}),
				Resource(dbMemberType, "a", Inputs{"clusterIdentifier": "main"}), Resource(dbMemberType, "b", Inputs{"clusterIdentifier": "main"}))},
		},
		Violated: []Example{
			{About: "not set", Property: "multiAz", Resources: Resources(examples.Db(Inputs{}))},
			{About: "off", Property: "multiAz", Resources: Resources(examples.Db(Inputs{"multiAz": false}))},
			{About: "a replica that was promoted", Property: "multiAz", Resources: Resources(replica("", Inputs{"multiAz": false}))},
			{About: "a cluster without members", Property: "ClusterInstance", Resources: Resources(cluster(Inputs{}))},
			{About: "a cluster of one", Property: "ClusterInstance", Resources: Resources(cluster(Inputs{}), member("a", Inputs{}))},
			{About: "members of another", Property: "ClusterInstance", Resources: Resources(cluster(Inputs{}),
				Resource(dbMemberType, "a", Inputs{"clusterIdentifier": "other"}), Resource(dbMemberType, "b", Inputs{"clusterIdentifier": "other"}))},
			{About: "a cluster in one zone", Property: "availabilityZone", Resources: Resources(cluster(Inputs{}),
				member("a", Inputs{"availabilityZone": "us-east-1a"}), member("b", Inputs{"availabilityZone": "us-east-1a"}))},
		},
		Undecided: []Example{
			{About: "not known", Resources: Resources(examples.Db(Inputs{"multiAz": Unknown}))},
			{About: "zones not known", Resources: Resources(cluster(Inputs{}),
				member("a", Inputs{"availabilityZone": "us-east-1a"}), member("b", Inputs{"availabilityZone": Unknown}))},
			{About: "the first zone not known", Resources: Resources(cluster(Inputs{}),
				member("a", Inputs{"availabilityZone": Unknown}), member("b", Inputs{"availabilityZone": "us-east-1a"}))},
		},
	},
	"RDS-3": {
		Satisfied: []Example{
			{About: "a week", Resources: Resources(examples.Db(Inputs{"backupRetentionPeriod": 7}))},
			{About: "and a replica without", Resources: Resources(
				examples.Db(Inputs{"backupRetentionPeriod": 30}), replica(Ref(inspect.DbInstanceType, "db", "identifier"), Inputs{}))},
			{About: "a cluster", Resources: Resources(cluster(Inputs{"backupRetentionPeriod": 35}))},
		},
		Violated: []Example{
			{About: "not set", Property: "backupRetentionPeriod", Resources: Resources(examples.Db(Inputs{}))},
			{About: "off", Property: "backupRetentionPeriod", Resources: Resources(examples.Db(Inputs{"backupRetentionPeriod": 0}))},
			{About: "too short", Property: "backupRetentionPeriod", Resources: Resources(examples.Db(Inputs{"backupRetentionPeriod": 6}))},
			{About: "a cluster's default of a day", Property: "backupRetentionPeriod", Resources: Resources(cluster(Inputs{}))},
		},
		Undecided: []Example{{About: "not known", Resources: Resources(examples.Db(Inputs{"backupRetentionPeriod": Unknown}))}},
	},
	"RDS-4": {
		Satisfied: []Example{{About: "on", Resources: Resources(examples.Db(Inputs{"deletionProtection": true}), cluster(Inputs{"deletionProtection": true}))}},
		Violated: []Example{
			{About: "not set", Property: "deletionProtection", Resources: Resources(examples.Db(Inputs{}))},
			{About: "off", Property: "deletionProtection", Resources: Resources(examples.Db(Inputs{"deletionProtection": false}))},
			{About: "a cluster", Property: "deletionProtection", Resources: Resources(cluster(Inputs{}))},
		},
		Undecided: []Example{{About: "not known", Resources: Resources(examples.Db(Inputs{"deletionProtection": Unknown}))}},
	},
	"RDS-5": {
		Satisfied: []Example{{About: "off, or not set", Resources: Resources(examples.Db(Inputs{"publiclyAccessible": false}), member("a", Inputs{}))}},
		Violated: []Example{
			{About: "an instance", Property: "publiclyAccessible", Resources: Resources(examples.Db(Inputs{"publiclyAccessible": true}))},
			{About: "a cluster's member", Property: "publiclyAccessible", Resources: Resources(member("a", Inputs{"publiclyAccessible": true}))},
		},
		Undecided: []Example{{About: "not known", Resources: Resources(examples.Db(Inputs{"publiclyAccessible": Unknown}))}},
	},
	"RDS-6": {
		Satisfied: []Example{
			{About: "PostgreSQL", Resources: Resources(exporting("postgres", "postgresql", "upgrade"))},
			{About: "MySQL", Resources: Resources(exporting("mysql", "audit", "error", "general", "slowquery"))},
			{About: "SQL Server", Resources: Resources(exporting("sqlserver-se", "agent", "error"))},
			{About: "SQL Server Express", Resources: Resources(exporting("sqlserver-ex", "error"))},
			{About: "Aurora PostgreSQL", Resources: Resources(cluster(Inputs{"engine": "aurora-postgresql", "enabledCloudwatchLogsExports": []any{"postgresql"}}))},
			{About: "a replica", Resources: Resources(exporting("postgres", "postgresql", "upgrade"),
				replica(Ref(inspect.DbInstanceType, "db", "identifier"), Inputs{"enabledCloudwatchLogsExports": []any{"postgresql", "upgrade"}}))},
			{About: "a replica of which the parameter group tells the engine", Resources: Resources(
				Resource(dbGroupType, "group", Inputs{"family": "postgres16"}),
				replica(elsewhereArn, Inputs{"parameterGroupName": Ref(dbGroupType, "group", "name"), "enabledCloudwatchLogsExports": []any{"postgresql", "upgrade"}}))},
			{About: "a deployed replica", Resources: Resources(WithOutputs(
				replica(elsewhereArn, Inputs{"enabledCloudwatchLogsExports": []any{"postgresql", "upgrade"}}), Inputs{"engine": "postgres"}))},
		},
		Violated: []Example{
			{About: "none", Property: "enabledCloudwatchLogsExports", Resources: Resources(exporting("postgres"))},
			{About: "not set", Property: "enabledCloudwatchLogsExports", Resources: Resources(examples.Db(Inputs{"engine": "postgres"}))},
			{About: "one missing", Property: "enabledCloudwatchLogsExports", Resources: Resources(exporting("postgres", "postgresql"))},
			{About: "MySQL without audit", Property: "enabledCloudwatchLogsExports", Resources: Resources(exporting("mysql", "error", "general", "slowquery"))},
			{About: "MariaDB", Property: "enabledCloudwatchLogsExports", Resources: Resources(exporting("mariadb", "error"))},
			{About: "Oracle", Property: "enabledCloudwatchLogsExports", Resources: Resources(exporting("oracle-ee", "alert"))},
			{About: "Db2", Property: "enabledCloudwatchLogsExports", Resources: Resources(exporting("db2-se", "diag.log"))},
			{About: "Aurora PostgreSQL", Property: "enabledCloudwatchLogsExports", Resources: Resources(cluster(Inputs{"engine": "aurora-postgresql"}))},
			{About: "Aurora MySQL", Property: "enabledCloudwatchLogsExports", Resources: Resources(
				cluster(Inputs{"engine": "aurora-mysql", "enabledCloudwatchLogsExports": []any{"postgresql"}}))},
			{About: "a replica", Property: "enabledCloudwatchLogsExports", Resources: Resources(
				exporting("postgres", "postgresql", "upgrade"), replica(Ref(inspect.DbInstanceType, "db", "identifier"), Inputs{}))},
		},
		Undecided: []Example{
			{About: "not known", Resources: Resources(examples.Db(Inputs{"engine": "postgres", "enabledCloudwatchLogsExports": Unknown}))},
			{About: "engine not known", Resources: Resources(examples.Db(Inputs{"engine": Unknown, "enabledCloudwatchLogsExports": []any{"postgresql", "upgrade"}}))},
			{About: "an engine that only AWS knows", Resources: Resources(examples.Db(Inputs{"engine": Ref(inspect.DbClusterType, "main", "engine")}))},
			{About: "a replica of what is not here", Resources: Resources(replica(elsewhereArn, Inputs{}))},
			{About: "a replica of what is not here, in its region", Resources: Resources(replica("db", Inputs{}))},
		},
	},
	"RDS-7": {
		Satisfied: []Example{{About: "on, or not set", Resources: Resources(examples.Db(Inputs{"autoMinorVersionUpgrade": true}), member("a", Inputs{}))}},
		Violated: []Example{
			{About: "off", Property: "autoMinorVersionUpgrade", Resources: Resources(examples.Db(Inputs{"autoMinorVersionUpgrade": false}))},
			{About: "off for a member", Property: "autoMinorVersionUpgrade", Resources: Resources(member("a", Inputs{"autoMinorVersionUpgrade": false}))},
		},
		Undecided: []Example{{About: "not known", Resources: Resources(examples.Db(Inputs{"autoMinorVersionUpgrade": Unknown}))}},
	},
	"RDS-8": {
		Satisfied: []Example{
			{About: "every minute", Resources: Resources(examples.Db(Inputs{"monitoringInterval": 60, "monitoringRoleArn": "arn:r"}))},
			{About: "a member's own", Resources: Resources(cluster(Inputs{}), member("a", Inputs{"monitoringInterval": 1, "monitoringRoleArn": "arn:r"}))},
			{About: "a member's by its cluster", Resources: Resources(cluster(Inputs{"monitoringInterval": 60, "monitoringRoleArn": "arn:r"}), member("a", Inputs{}))},
			{About: "a Multi-AZ cluster", Resources: Resources(cluster(Inputs{"dbClusterInstanceClass": "c", "monitoringInterval": 60, "monitoringRoleArn": "arn:r"}))},
		},
		Violated: []Example{
			{About: "not set", Property: "monitoringInterval", Resources: Resources(examples.Db(Inputs{"monitoringRoleArn": "arn:r"}))},
			{About: "off", Property: "monitoringInterval", Resources: Resources(examples.Db(Inputs{"monitoringInterval": 0, "monitoringRoleArn": "arn:r"}))},
			{About: "no role", Property: "monitoringRoleArn", Resources: Resources(examples.Db(Inputs{"monitoringInterval": 60}))},
			{About: "a member", Property: "monitoringInterval", Resources: Resources(cluster(Inputs{}), member("a", Inputs{}))},
			{About: "off in spite of its cluster", Property: "monitoringInterval", Resources: Resources(
				cluster(Inputs{"monitoringInterval": 60, "monitoringRoleArn": "arn:r"}), member("a", Inputs{"monitoringInterval": 0}))},
			{About: "a Multi-AZ cluster", Property: "monitoringInterval", Resources: Resources(cluster(Inputs{"dbClusterInstanceClass": "c"}))},
		},
		Undecided: []Example{{About: "not known", Resources: Resources(examples.Db(Inputs{"monitoringInterval": Unknown, "monitoringRoleArn": "arn:r"}))}},
	},
	"RDS-9": {
		Satisfied: []Example{
			{About: "by its tag", Resources: Resources(examples.Db(Inputs{"tags": Inputs{"Backup": "prod"}}), selecting("Backup", "prod"))},
			{About: "by a tag of its provider", Resources: Resources(examples.Db(Inputs{}), selecting("Environment", "prod"))},
			{About: "by its ARN", Resources: Resources(examples.Db(Inputs{}), Resource(backupSelection, "selection", Inputs{"resources": []any{Ref(inspect.DbInstanceType, "db", "arn")}}))},
			{About: "all databases", Resources: Resources(examples.Db(Inputs{}), Resource(backupSelection, "selection", Inputs{"resources": []any{"arn:aws:rds:*:*:db:*"}}))},
			{About: "a cluster", Resources: Resources(cluster(Inputs{}), Resource(backupSelection, "selection", Inputs{"resources": []any{"arn:aws:rds:*:*:cluster:*"}}))},
			{About: "and a replica, which is not", Resources: Resources(
				examples.Db(Inputs{"tags": Inputs{"Backup": "prod"}}), replica(Ref(inspect.DbInstanceType, "db", "identifier"), Inputs{}), selecting("Backup", "prod"))},
		},
		Violated: []Example{
			{About: "no selection", Property: "tags", Resources: Resources(examples.Db(Inputs{"tags": Inputs{"Backup": "prod"}}))},
			{About: "no tag", Property: "tags", Resources: Resources(examples.Db(Inputs{}), selecting("Backup", "prod"))},
			{About: "another value", Property: "tags", Resources: Resources(examples.Db(Inputs{"tags": Inputs{"Backup": "none"}}), selecting("Backup", "prod"))},
			{About: "its own tag against its provider's", Property: "tags", Resources: Resources(
				examples.Db(Inputs{"tags": Inputs{"Environment": "scratch"}}), selecting("Environment", "prod"))},
			{About: "another region's", Property: "tags", Resources: Resources(
				examples.Db(Inputs{"tags": Inputs{"Backup": "prod"}}), InRegion("us-west-2", selecting("Backup", "prod")))},
			{About: "another's ARN", Property: "tags", Resources: Resources(examples.Db(Inputs{}), Resource(inspect.DbInstanceType, "other", Inputs{"replicateSourceDb": "db"}),
				Resource(backupSelection, "selection", Inputs{"resources": []any{Ref(inspect.DbInstanceType, "other", "arn")}}))},
			{About: "excluded", Property: "tags", Resources: Resources(examples.Db(Inputs{}), Resource(backupSelection, "selection", Inputs{
				"resources": []any{"*"}, "notResources": []any{Ref(inspect.DbInstanceType, "db", "arn")}}))},
			{About: "a cluster, where instances are", Property: "tags", Resources: Resources(
				cluster(Inputs{}), Resource(backupSelection, "selection", Inputs{"resources": []any{"arn:aws:rds:*:*:db:*"}}))},
		},
		Undecided: []Example{{About: "tags not known", Resources: Resources(examples.Db(Inputs{"tags": Unknown}), selecting("Backup", "prod"))}},
	},
	"RDS-10": {
		Satisfied: []Example{
			{About: "of an encrypted database", Resources: Resources(
				examples.Db(Inputs{"storageEncrypted": true}), Resource(dbSnapshotType, "snapshot", Inputs{"dbInstanceIdentifier": Ref(inspect.DbInstanceType, "db", "identifier")}))},
			{About: "of an encrypted cluster", Resources: Resources(
				cluster(Inputs{"storageEncrypted": true}), Resource(clusterSnapshotType, "snapshot", Inputs{"dbClusterIdentifier": Ref(inspect.DbClusterType, "main", "id")}))},
			{About: "as AWS says", Resources: Resources(WithOutputs(Resource(dbSnapshotType, "snapshot", Inputs{"dbInstanceIdentifier": "db"}), Inputs{"encrypted": true}))},
			{About: "as AWS says, not as the program", Resources: Resources(examples.Db(Inputs{}),
				WithOutputs(Resource(dbSnapshotType, "snapshot", Inputs{"dbInstanceIdentifier": Ref(inspect.DbInstanceType, "db", "identifier")}), Inputs{"encrypted": true}))},
			{About: "beside one of a database elsewhere", Resources: Resources(
				WithOutputs(Resource(dbSnapshotType, "snapshot", Inputs{"dbInstanceIdentifier": "db"}), Inputs{"encrypted": true}),
				Resource(dbSnapshotType, "other", Inputs{"dbInstanceIdentifier": "other"}))},
			{About: "a copy in the region", Resources: Resources(Resource(dbSnapCopyType, "copy", Inputs{"sourceDbSnapshotIdentifier": "snapshot"}))},
			{About: "a copy from another region", Resources: Resources(Resource(dbSnapCopyType, "copy", Inputs{
				"sourceDbSnapshotIdentifier": "arn:aws:rds:us-west-2:123456789012:snapshot:s", "kmsKeyId": "arn:k"}))},
			{About: "a copy to another region", Resources: Resources(Resource(clusterSnapCopyType, "copy", Inputs{
				"sourceDbClusterSnapshotIdentifier": "snapshot", "destinationRegion": "us-west-2", "kmsKeyId": recoveryKeyArn}))},
			{About: "automated backups under a key of the other region", Resources: Resources(
				examples.Db(Inputs{}), InRegion("us-west-2", Resource(examples.KmsKey, "replica", Inputs{})),
				InRegion("us-west-2", Resource(dbReplicateType, "backups", Inputs{
					"sourceDbInstanceArn": Ref(inspect.DbInstanceType, "db", "arn"), "kmsKeyId": Ref(examples.KmsKey, "replica", "arn")})))},
		},
		Violated: []Example{
			{About: "of a database that is not", Property: "storageEncrypted", Resources: Resources(
				examples.Db(Inputs{}), Resource(dbSnapshotType, "snapshot", Inputs{"dbInstanceIdentifier": Ref(inspect.DbInstanceType, "db", "identifier")}))},
			{About: "of a cluster that is not", Property: "storageEncrypted", Resources: Resources(
				cluster(Inputs{}), Resource(clusterSnapshotType, "snapshot", Inputs{"dbClusterIdentifier": Ref(inspect.DbClusterType, "main", "id")}))},
			{About: "as AWS says", Property: "encrypted", Resources: Resources(
				examples.Db(Inputs{"storageEncrypted": true}),
				WithOutputs(Resource(dbSnapshotType, "snapshot", Inputs{"dbInstanceIdentifier": Ref(inspect.DbInstanceType, "db", "identifier")}), Inputs{"encrypted": false}))},
			{About: "a copy from another region", Property: "kmsKeyId", Resources: Resources(Resource(dbSnapCopyType, "copy", Inputs{
				"sourceDbSnapshotIdentifier": "arn:aws:rds:us-west-2:123456789012:snapshot:s"}))},
			{About: "a copy to another region", Property: "kmsKeyId", Resources: Resources(Resource(clusterSnapCopyType, "copy", Inputs{
				"sourceDbClusterSnapshotIdentifier": "snapshot", "destinationRegion": "us-west-2"}))},
			{About: "a copy by the key that it left", Property: "kmsKeyId", Resources: Resources(Resource(dbSnapCopyType, "copy", Inputs{
				"sourceDbSnapshotIdentifier": "snapshot", "destinationRegion": "us-west-2", "kmsKeyId": examples.KeyArn}))},
			{About: "automated backups", Property: "kmsKeyId", Resources: Resources(
				InRegion("us-west-2", Resource(dbReplicateType, "backups", Inputs{"sourceDbInstanceArn": sameRegionArn})))},
			{About: "automated backups by AWS's key", Property: "kmsKeyId", Resources: Resources(
				InRegion("us-west-2", Resource(dbReplicateType, "backups", Inputs{"sourceDbInstanceArn": sameRegionArn, "kmsKeyId": "alias/aws/rds"})))},
			{About: "automated backups by a key of the first region", Property: "kmsKeyId", Resources: Resources(
				Resource(examples.KmsKey, "data", Inputs{}),
				InRegion("us-west-2", Resource(dbReplicateType, "backups", Inputs{"sourceDbInstanceArn": sameRegionArn, "kmsKeyId": Ref(examples.KmsKey, "data", "arn")})))},
		},
		Undecided: []Example{
			{About: "key not known", Resources: Resources(InRegion("us-west-2", Resource(dbReplicateType, "backups", Inputs{"sourceDbInstanceArn": sameRegionArn, "kmsKeyId": Unknown})))},
			{About: "its database's not known", Resources: Resources(
				examples.Db(Inputs{"storageEncrypted": Unknown}), Resource(dbSnapshotType, "snapshot", Inputs{"dbInstanceIdentifier": Ref(inspect.DbInstanceType, "db", "identifier")}))},
		},
	},
	"RDS-11": {
		Satisfied: []Example{
			{About: "nobody", Resources: Resources(Resource(dbSnapshotType, "snapshot", Inputs{}))},
			{About: "an account", Resources: Resources(Resource(clusterSnapshotType, "snapshot", Inputs{"sharedAccounts": []any{"123456789012"}}))},
		},
		Violated: []Example{
			{About: "a snapshot", Property: "sharedAccounts[0]", Resources: Resources(Resource(dbSnapshotType, "snapshot", Inputs{"sharedAccounts": []any{"all"}}))},
			{About: "a snapshot, and an account", Property: "sharedAccounts[0]", Resources: Resources(Resource(dbSnapshotType, "snapshot", Inputs{"sharedAccounts": []any{"all", "123456789012"}}))},
			{About: "a copy", Property: "sharedAccounts[1]", Resources: Resources(Resource(dbSnapCopyType, "copy", Inputs{"sharedAccounts": []any{"123456789012", "all"}}))},
			{About: "a cluster's", Property: "sharedAccounts[0]", Resources: Resources(Resource(clusterSnapshotType, "snapshot", Inputs{"sharedAccounts": []any{"all"}}))},
			{About: "a copy of a cluster's", Property: "sharedAccounts[0]", Resources: Resources(Resource(clusterSnapCopyType, "copy", Inputs{"sharedAccounts": []any{"all"}}))},
		},
		Undecided: []Example{
			{About: "not known", Resources: Resources(Resource(dbSnapshotType, "snapshot", Inputs{"sharedAccounts": Unknown}))},
			{About: "one not known", Resources: Resources(Resource(dbSnapshotType, "snapshot", Inputs{"sharedAccounts": []any{Unknown}}))},
		},
	},
	"RDS-12": {
		Satisfied: []Example{
			{About: "on", Resources: Resources(examples.Db(Inputs{"engine": "postgres", "iamDatabaseAuthenticationEnabled": true}), cluster(Inputs{"iamDatabaseAuthenticationEnabled": true}))},
			{About: "beside an engine that has none", Resources: Resources(
				examples.Db(Inputs{"engine": "oracle-ee"}), cluster(Inputs{"engine": "aurora-mysql", "iamDatabaseAuthenticationEnabled": true}))},
		},
		Violated: []Example{
			{About: "not set", Property: "iamDatabaseAuthenticationEnabled", Resources: Resources(examples.Db(Inputs{"engine": "postgres"}))},
			{About: "off", Property: "iamDatabaseAuthenticationEnabled", Resources: Resources(examples.Db(Inputs{"engine": "mysql", "iamDatabaseAuthenticationEnabled": false}))},
			{About: "a cluster", Property: "iamDatabaseAuthenticationEnabled", Resources: Resources(cluster(Inputs{"engine": "aurora-postgresql"}))},
			{About: "a replica", Property: "iamDatabaseAuthenticationEnabled", Resources: Resources(
				examples.Db(Inputs{"engine": "postgres", "iamDatabaseAuthenticationEnabled": true}), replica(Ref(inspect.DbInstanceType, "db", "identifier"), Inputs{}))},
		},
		Undecided: []Example{{About: "not known", Resources: Resources(examples.Db(Inputs{"engine": "postgres", "iamDatabaseAuthenticationEnabled": Unknown}))}},
	},
	"X-RDS-TLS": {
		Satisfied: []Example{
			{About: "PostgreSQL", Resources: parametrised("postgres", Inputs{"rds.force_ssl": "1"})},
			{About: "by AWS since version 15", Resources: Resources(examples.Db(Inputs{"engine": "postgres", "engineVersion": "16"}))},
			{About: "by AWS for a replica", Resources: Resources(
				examples.Db(Inputs{"engine": "postgres", "engineVersion": "16"}), replica(Ref(inspect.DbInstanceType, "db", "identifier"), Inputs{}))},
			{About: "by AWS for a replica of which the parameter group tells the version", Resources: Resources(
				Resource(dbGroupType, "group", Inputs{"family": "postgres16"}), replica(elsewhereArn, Inputs{"parameterGroupName": Ref(dbGroupType, "group", "name")}))},
			{About: "beside an engine that has no such parameter", Resources: Resources(
				examples.Db(Inputs{"engine": "oracle-ee"}), cluster(Inputs{"engine": "postgres", "engineVersion": "16"}))},
			{About: "by AWS's group", Resources: Resources(examples.Db(Inputs{"engine": "postgres", "engineVersion": "15.4", "parameterGroupName": "default.postgres15"}))},
			{About: "a group that leaves it as it is", Resources: parametrised("postgres", Inputs{"log_connections": "1"}, Inputs{"engineVersion": "17"})},
			{About: "by AWS for a replica of an older version", Resources: append(
				parametrised("postgres", Inputs{"rds.force_ssl": "1"}, Inputs{"engineVersion": "14"}),
				InRegion("us-west-2", replica(Ref(inspect.DbInstanceType, "db", "arn"), Inputs{"engineVersion": "16"})))},
			{About: "MySQL", Resources: parametrised("mysql", Inputs{"require_secure_transport": "ON"})},
			{About: "MariaDB", Resources: parametrised("mariadb", Inputs{"require_secure_transport": "1"})},
			{About: "SQL Server", Resources: parametrised("sqlserver-se", Inputs{"rds.force_ssl": "1"})},
			{About: "Aurora", Resources: clusterParametrised("aurora-postgresql", Inputs{"rds.force_ssl": "1"})},
			{About: "a replica by its source's group", Resources: append(
				parametrised("postgres", Inputs{"rds.force_ssl": "1"}), replica(Ref(inspect.DbInstanceType, "db", "identifier"), Inputs{}))},
			{About: "a proxy", Resources: Resources(Resource(dbProxyType, "proxy", Inputs{"requireTls": true}))},
			{About: "a deployed group", Resources: Resources(
				WithOutputs(Resource(dbGroupType, "group", Inputs{"parameters": []any{Inputs{"name": "rds.force_ssl", "value": "1"}}}), Inputs{"id": "group-1"}),
				examples.Db(Inputs{"engine": "postgres", "engineVersion": "14", "parameterGroupName": "group-1"}))},
		},
		Violated: []Example{
			{About: "off", Property: "parameters[0].value", Resources: parametrised("postgres", Inputs{"rds.force_ssl": "0"}, Inputs{"engineVersion": "16"})},
			{About: "not set before version 15", Property: "parameters", Resources: parametrised("postgres", Inputs{}, Inputs{"engineVersion": "14.9"})},
			{About: "no group before version 15", Property: "parameterGroupName", Resources: Resources(examples.Db(Inputs{"engine": "postgres", "engineVersion": "13"}))},
			{About: "no group, and which version is AWS's choice", Property: "parameterGroupName", Resources: Resources(examples.Db(Inputs{"engine": "postgres"}))},
			{About: "a group elsewhere", Property: "parameterGroupName", Resources: Resources(examples.Db(Inputs{"engine": "postgres", "engineVersion": "16", "parameterGroupName": "other"}))},
			{About: "a replica's own group", Property: "parameters[0].value", Resources: append(
				parametrised("postgres", Inputs{"rds.force_ssl": "1"}),
				Resource(dbGroupType, "replicas", Inputs{"parameters": []any{Inputs{"name": "rds.force_ssl", "value": "0"}}}),
				replica(Ref(inspect.DbInstanceType, "db", "identifier"), Inputs{"parameterGroupName": Ref(dbGroupType, "replicas", "name")}))},
			{About: "a replica in another region, which does not take its source's group", Property: "parameterGroupName", Resources: append(
				parametrised("postgres", Inputs{"rds.force_ssl": "1"}, Inputs{"engineVersion": "14"}),
				InRegion("us-west-2", replica(Ref(inspect.DbInstanceType, "db", "arn"), Inputs{})))},
			{About: "MySQL", Property: "parameters", Resources: parametrised("mysql", Inputs{"rds.force_ssl": "1"})},
			{About: "MariaDB", Property: "parameters[0].value", Resources: parametrised("mariadb", Inputs{"require_secure_transport": "OFF"})},
			{About: "MySQL without a group", Property: "parameterGroupName", Resources: Resources(examples.Db(Inputs{"engine": "mysql"}))},
			{About: "SQL Server", Property: "parameters", Resources: parametrised("sqlserver-ee", Inputs{})},
			{About: "Aurora PostgreSQL without a group", Property: "dbClusterParameterGroupName", Resources: Resources(cluster(Inputs{"engine": "aurora-postgresql", "engineVersion": "16.4"}))},
			{About: "Aurora MySQL", Property: "parameters", Resources: clusterParametrised("aurora-mysql", Inputs{})},
			{About: "a proxy", Property: "requireTls", Resources: Resources(Resource(dbProxyType, "proxy", Inputs{}))},
		},
		Undecided: []Example{
			{About: "value not known", Resources: parametrised("postgres", Inputs{"rds.force_ssl": Unknown})},
			{About: "parameters not known", Resources: Resources(
				Resource(dbGroupType, "group", Inputs{"parameters": Unknown}), examples.Db(Inputs{"engine": "postgres", "parameterGroupName": Ref(dbGroupType, "group", "name")}))},
			{About: "a parameter's name not known", Resources: Resources(
				Resource(dbGroupType, "group", Inputs{"parameters": []any{Inputs{"name": Unknown, "value": "1"}}}), examples.Db(Inputs{"engine": "postgres", "parameterGroupName": Ref(dbGroupType, "group", "name")}))},
			{About: "group not known", Resources: Resources(examples.Db(Inputs{"engine": "postgres", "parameterGroupName": Unknown}))},
			{About: "engine not known", Resources: Resources(replica(elsewhereArn, Inputs{}))},
		},
	},
	"X-RDS-PGAUDIT": {
		Satisfied: []Example{
			{About: "loaded and told", Resources: parametrised("postgres", Inputs{"shared_preload_libraries": pgauditLibraries, "pgaudit.log": pgauditClasses})},
			{About: "all of it", Resources: parametrised("postgres", Inputs{"shared_preload_libraries": "pgaudit", "pgaudit.log": "ALL, -misc"})},
			{About: "by object", Resources: parametrised("postgres", Inputs{"shared_preload_libraries": "pgaudit", "pgaudit.log": "none", "pgaudit.role": "rds_pgaudit"})},
			{About: "beside another engine", Resources: append(
				parametrised("postgres", Inputs{"shared_preload_libraries": "pgaudit", "pgaudit.log": "all"}), cluster(Inputs{"engine": "aurora-mysql"}))},
			{About: "Aurora", Resources: clusterParametrised("aurora-postgresql", Inputs{"shared_preload_libraries": "pgaudit", "pgaudit.log": pgauditClasses})},
			{About: "a replica by its source's group", Resources: append(
				parametrised("postgres", Inputs{"shared_preload_libraries": "pgaudit", "pgaudit.log": "all"}), replica(Ref(inspect.DbInstanceType, "db", "identifier"), Inputs{}))},
		},
		Violated: []Example{
			{About: "no group", Property: "parameterGroupName", Resources: Resources(examples.Db(Inputs{"engine": "postgres", "engineVersion": "16"}))},
			{About: "not loaded", Property: "parameters", Resources: parametrised("postgres", Inputs{"pgaudit.log": pgauditClasses})},
			{About: "another library", Property: "parameters[1].value", Resources: parametrised("postgres", Inputs{"shared_preload_libraries": "pg_stat_statements", "pgaudit.log": pgauditClasses})},
			{About: "told nothing", Property: "parameters", Resources: parametrised("postgres", Inputs{"shared_preload_libraries": "pgaudit"})},
			{About: "told to be silent", Property: "parameters[0].value", Resources: parametrised("postgres", Inputs{"shared_preload_libraries": "pgaudit", "pgaudit.log": "none"})},
			{About: "reading left out", Property: "parameters[0].value", Resources: parametrised("postgres", Inputs{"shared_preload_libraries": "pgaudit", "pgaudit.log": "ddl,write"})},
			{About: "writing left out", Property: "parameters[0].value", Resources: parametrised("postgres", Inputs{"shared_preload_libraries": "pgaudit", "pgaudit.log": "read,role"})},
			{About: "reading taken out of all", Property: "parameters[0].value", Resources: parametrised("postgres", Inputs{"shared_preload_libraries": "pgaudit", "pgaudit.log": "all,-read"})},
			{About: "writing taken out of all", Property: "parameters[0].value", Resources: parametrised("postgres", Inputs{"shared_preload_libraries": "pgaudit", "pgaudit.log": "all,-write"})},
			{About: "Aurora", Property: "dbClusterParameterGroupName", Resources: Resources(cluster(Inputs{"engine": "aurora-postgresql"}))},
		},
		Undecided: []Example{
			{About: "libraries not known", Resources: parametrised("postgres", Inputs{"shared_preload_libraries": Unknown, "pgaudit.log": "all"})},
			{About: "engine not known", Resources: Resources(replica(elsewhereArn, Inputs{}))},
		},
	},
	"X-RDS-FINAL": {
		Satisfied: []Example{
			{About: "kept", Resources: Resources(examples.Db(Inputs{"skipFinalSnapshot": false, "finalSnapshotIdentifier": "careconnect-prod-db-final"}))},
			{About: "by default", Resources: Resources(examples.Db(Inputs{"finalSnapshotIdentifier": "final-2"}))},
			{About: "and a replica without", Resources: Resources(
				examples.Db(Inputs{"finalSnapshotIdentifier": "final"}), replica(Ref(inspect.DbInstanceType, "db", "identifier"), Inputs{"skipFinalSnapshot": true}))},
			{About: "a cluster", Resources: Resources(cluster(Inputs{"finalSnapshotIdentifier": "final"}))},
		},
		Violated: []Example{
			{About: "skipped", Property: "skipFinalSnapshot", Resources: Resources(examples.Db(Inputs{"skipFinalSnapshot": true, "finalSnapshotIdentifier": "final"}))},
			{About: "without a name", Property: "finalSnapshotIdentifier", Resources: Resources(examples.Db(Inputs{"skipFinalSnapshot": false}))},
			{About: "a date in its name", Property: "finalSnapshotIdentifier", Resources: Resources(examples.Db(Inputs{"finalSnapshotIdentifier": "final-2025-01-31"}))},
			{About: "a time in its name", Property: "finalSnapshotIdentifier", Resources: Resources(examples.Db(Inputs{"finalSnapshotIdentifier": "final-20250131142500"}))},
			{About: "seconds in its name", Property: "finalSnapshotIdentifier", Resources: Resources(examples.Db(Inputs{"finalSnapshotIdentifier": "final-1738333500"}))},
			{About: "a cluster", Property: "skipFinalSnapshot", Resources: Resources(cluster(Inputs{"skipFinalSnapshot": true}))},
		},
		Undecided: []Example{{About: "name not known", Resources: Resources(examples.Db(Inputs{"finalSnapshotIdentifier": Unknown}))}},
	},
	"X-RDS-PI": {
		Satisfied: []Example{
			{About: "under a key", Resources: Resources(examples.Db(Inputs{"performanceInsightsEnabled": true, "performanceInsightsKmsKeyId": examples.KeyArn}))},
			{About: "beside some without", Resources: Resources(
				examples.Db(Inputs{"performanceInsightsEnabled": true, "performanceInsightsKmsKeyId": examples.KeyArn}),
				Resource(inspect.DbInstanceType, "off", Inputs{"performanceInsightsEnabled": false}), Resource(inspect.DbInstanceType, "unset", Inputs{}))},
			{About: "under a key, if at all", Resources: Resources(examples.Db(Inputs{"performanceInsightsEnabled": Unknown, "performanceInsightsKmsKeyId": examples.KeyArn}))},
			{About: "under its cluster's", Resources: Resources(
				cluster(Inputs{"performanceInsightsEnabled": true, "performanceInsightsKmsKeyId": examples.KeyArn}), member("a", Inputs{"performanceInsightsEnabled": true}))},
		},
		Violated: []Example{
			{About: "under AWS's key", Property: "performanceInsightsKmsKeyId", Resources: Resources(examples.Db(Inputs{"performanceInsightsEnabled": true}))},
			{About: "under AWS's key, named", Property: "performanceInsightsKmsKeyId", Resources: Resources(
				examples.Db(Inputs{"performanceInsightsEnabled": true, "performanceInsightsKmsKeyId": "alias/aws/rds"}))},
			{About: "a cluster", Property: "performanceInsightsKmsKeyId", Resources: Resources(cluster(Inputs{"performanceInsightsEnabled": true}))},
			{About: "a member", Property: "performanceInsightsKmsKeyId", Resources: Resources(cluster(Inputs{}), member("a", Inputs{"performanceInsightsEnabled": true}))},
		},
		Undecided: []Example{
			{About: "not known whether it is on", Resources: Resources(examples.Db(Inputs{"performanceInsightsEnabled": Unknown}))},
			{About: "key not known", Resources: Resources(examples.Db(Inputs{"performanceInsightsEnabled": true, "performanceInsightsKmsKeyId": Unknown}))},
		},
	},
	"X-RDS-DR": {
		Satisfied: []Example{
			{About: "automated backups", Resources: Resources(examples.Db(Inputs{}),
				InRegion("us-west-2", Resource(dbReplicateType, "backups", Inputs{"sourceDbInstanceArn": Ref(inspect.DbInstanceType, "db", "arn")})))},
			{About: "a replica", Resources: Resources(examples.Db(Inputs{}), InRegion("us-west-2", replica(Ref(inspect.DbInstanceType, "db", "arn"), Inputs{})))},
			{About: "a replica by its own region", Resources: Resources(examples.Db(Inputs{}), replica(Ref(inspect.DbInstanceType, "db", "arn"), Inputs{"region": "us-west-2"}))},
			{About: "the replica itself, in the recovery stack", Resources: Resources(replica(elsewhereArn, Inputs{}))},
			{About: "the replica, of an instance whose name another stack knows", Resources: Resources(
				Resource("pulumi:pulumi:StackReference", "primary", Inputs{"name": "organization/p/prod"}),
				replica("arn:aws:rds:eu-west-1:123456789012:db:"+Ref("pulumi:pulumi:StackReference", "primary", "outputs.identifier"), Inputs{}))},
			{About: "and a replica at home", Resources: Resources(examples.Db(Inputs{}), InRegion("us-west-2", replica(Ref(inspect.DbInstanceType, "db", "arn"), Inputs{})),
				Resource(inspect.DbInstanceType, "reader", Inputs{"replicateSourceDb": Ref(inspect.DbInstanceType, "db", "identifier")}))},
			{About: "a global cluster", Resources: Resources(Resource(globalCluster, "global", Inputs{}),
				cluster(Inputs{"globalClusterIdentifier": Ref(globalCluster, "global", "id")}),
				InRegion("us-west-2", Resource(inspect.DbClusterType, "second", Inputs{"globalClusterIdentifier": Ref(globalCluster, "global", "id")})))},
			{About: "a cluster's replica", Resources: Resources(cluster(Inputs{}),
				InRegion("us-west-2", Resource(inspect.DbClusterType, "second", Inputs{"replicationSourceIdentifier": Ref(inspect.DbClusterType, "main", "arn")})),
				Resource(inspect.DbClusterType, "reader", Inputs{"replicationSourceIdentifier": Ref(inspect.DbClusterType, "main", "arn")}))},
			{About: "deployed", Resources: Resources(WithOutputs(examples.Db(Inputs{}), Inputs{"arn": sameRegionArn}),
				InRegion("us-west-2", Resource(dbReplicateType, "backups", Inputs{"sourceDbInstanceArn": sameRegionArn})))},
		},
		Violated: []Example{
			{About: "none", Property: "replica", Resources: Resources(examples.Db(Inputs{}))},
			{About: "a replica at home", Property: "replica", Resources: Resources(examples.Db(Inputs{}), replica(Ref(inspect.DbInstanceType, "db", "identifier"), Inputs{}))},
			{About: "another's backups", Property: "replica", Resources: Resources(examples.Db(Inputs{}),
				InRegion("us-west-2", Resource(dbReplicateType, "backups", Inputs{"sourceDbInstanceArn": "arn:aws:rds:us-east-1:123456789012:db:other"})))},
			{About: "backups that stay", Property: "replica", Resources: Resources(examples.Db(Inputs{}),
				Resource(dbReplicateType, "backups", Inputs{"sourceDbInstanceArn": Ref(inspect.DbInstanceType, "db", "arn")}))},
			{About: "a global cluster of one", Property: "replica", Resources: Resources(Resource(globalCluster, "global", Inputs{}),
				cluster(Inputs{"globalClusterIdentifier": Ref(globalCluster, "global", "id")}))},
			{About: "a cluster", Property: "replica", Resources: Resources(cluster(Inputs{}))},
		},
		Undecided: []Example{{About: "source not known", Resources: Resources(replica(Unknown, Inputs{}))}},
	},
}

func cluster(inputs Inputs) *graph.Resource { return Resource(inspect.DbClusterType, "main", inputs) }

// replica of an instance, or, where of is empty, what it becomes when it is promoted.
func replica(of any, inputs Inputs) *graph.Resource {
	all := Inputs{"replicateSourceDb": of}
	maps.Copy(all, inputs)
	return Resource(inspect.DbInstanceType, "replica", all)
}

// member of the cluster.
func member(name string, inputs Inputs) *graph.Resource {
	all := Inputs{"clusterIdentifier": Ref(inspect.DbClusterType, "main", "id")}
	maps.Copy(all, inputs)
	return Resource(dbMemberType, name, all)
}

func exporting(engine string, logs ...any) *graph.Resource {
	return examples.Db(Inputs{"engine": engine, "enabledCloudwatchLogsExports": logs})
}

func selecting(key, value string) *graph.Resource {
	return Resource(backupSelection, "selection", Inputs{"selectionTags": []any{Inputs{"type": "STRINGEQUALS", "key": key, "value": value}}})
}

// parameters in order of name.
func parameters(values Inputs) []any {
	list := []any{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		list = append(list, Inputs{"name": name, "value": values[name]})
	}
	return list
}

// parametrised is an instance with a parameter group, and what else it has.
func parametrised(engine string, values Inputs, more ...Inputs) []*graph.Resource {
	instance := Inputs{"engine": engine, "parameterGroupName": Ref(dbGroupType, "group", "name")}
	for _, one := range more {
		maps.Copy(instance, one)
	}
	return Resources(Resource(dbGroupType, "group", Inputs{"parameters": parameters(values)}), examples.Db(instance))
}

func clusterParametrised(engine string, values Inputs) []*graph.Resource {
	return Resources(
		Resource(dbClusterGroupType, "group", Inputs{"parameters": parameters(values)}),
		cluster(Inputs{"engine": engine, "dbClusterParameterGroupName": Ref(dbClusterGroupType, "group", "name")}))
}

func TestParameterGroupThatDatabasesShareIsJudgedOnce(t *testing.T) {
	shared := append(parametrised("postgres", Inputs{"rds.force_ssl": "0"}), replica(Ref(inspect.DbInstanceType, "db", "identifier"), Inputs{}))
	assert.Len(t, Audit(t, policy.Lookup(Controls, "X-RDS-TLS"), Example{Resources: shared}).Findings, 1)
}

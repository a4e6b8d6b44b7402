package policy

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/graph"
)

const (
	backupSelection  = "aws:backup/selection:Selection"
	globalCluster    = "aws:rds/globalCluster:GlobalCluster"
	kmsKey           = "aws:kms/key:Key"
	encryptedBut     = "encrypted, but "
	elsewhereArn     = "arn:aws:rds:us-west-2:123456789012:db:db"
	sameRegionArn    = "arn:aws:rds:us-east-1:123456789012:db:db"
	keyArn           = "arn:aws:kms:us-east-1:123456789012:key/k"
	recoveryKeyArn   = "arn:aws:kms:us-west-2:123456789012:key/k"
	pgauditClasses   = "ddl,read,role,write"
	pgauditLibraries = "pg_stat_statements,pgaudit"
)

var rdsFixtures = map[string]fixture{
	"RDS-1": {
		satisfied: []example{
			{about: "a key of this stack", resources: these(
				res(kmsKey, "data", in{}), db(in{"storageEncrypted": true, "kmsKeyId": ref(kmsKey, "data", "arn")}))},
			{about: "a key elsewhere", resources: these(db(in{"storageEncrypted": true, "kmsKeyId": keyArn}))},
			{about: "a replica as its source", resources: these(
				db(in{"storageEncrypted": true, "kmsKeyId": keyArn}), replica(ref(dbInstanceType, "db", "identifier"), in{"storageEncrypted": true}))},
			{about: "a replica that leaves it to its source", resources: these(
				db(in{"storageEncrypted": true, "kmsKeyId": keyArn}), replica(ref(dbInstanceType, "db", "identifier"), in{}))},
			{about: "a replica of an instance elsewhere", resources: these(replica("db", in{"storageEncrypted": true}))},
			{about: "a replica of one named by its ARN", resources: these(replica(sameRegionArn, in{"storageEncrypted": true}))},
			{about: "a replica from another region", resources: these(replica(elsewhereArn, in{"kmsKeyId": keyArn}))},
			{about: "a cluster", resources: these(cluster(in{"storageEncrypted": true, "kmsKeyId": keyArn}))},
		},
		violated: []example{
			{about: "not set", property: "storageEncrypted", resources: these(db(in{"kmsKeyId": keyArn}))},
			{about: "off", property: "storageEncrypted", resources: these(db(in{"storageEncrypted": false, "kmsKeyId": keyArn}))},
			{about: encryptedBut + "by AWS's key", property: "kmsKeyId", resources: these(db(in{"storageEncrypted": true}))},
			{about: encryptedBut + "by AWS's key, named", property: "kmsKeyId", resources: these(db(in{"storageEncrypted": true, "kmsKeyId": "alias/aws/rds"}))},
			{about: "a replica against its source", property: "storageEncrypted", resources: these(
				db(in{"storageEncrypted": true, "kmsKeyId": keyArn}), replica(ref(dbInstanceType, "db", "identifier"), in{"storageEncrypted": false}))},
			{about: "a replica of an instance elsewhere", property: "storageEncrypted", resources: these(replica("db", in{}))},
			{about: "a replica from another region", property: "kmsKeyId", resources: these(replica(elsewhereArn, in{"storageEncrypted": true}))},
			{about: "a replica of this stack in another region", property: "kmsKeyId", resources: these(
				db(in{"storageEncrypted": true, "kmsKeyId": keyArn}),
				inRegion("us-west-2", replica(ref(dbInstanceType, "db", "arn"), in{"storageEncrypted": true})))},
			{about: "a cluster", property: "storageEncrypted", resources: these(cluster(in{}))},
			{about: "a cluster's replica from another region", property: "storageEncrypted", resources: these(
				cluster(in{"replicationSourceIdentifier": "arn:aws:rds:us-west-2:123456789012:cluster:main", "kmsKeyId": keyArn}))},
			{about: "a cluster's replica at home, which does not take its source's key", property: "kmsKeyId", resources: these(
				cluster(in{"replicationSourceIdentifier": "arn:aws:rds:us-east-1:123456789012:cluster:first", "storageEncrypted": true}))},
			{about: "a cluster's key", property: "kmsKeyId", resources: these(cluster(in{"storageEncrypted": true}))},
		},
		undecided: []example{
			{about: "not known", resources: these(db(in{"storageEncrypted": unknown, "kmsKeyId": keyArn}))},
			{about: "key not known", resources: these(db(in{"storageEncrypted": true, "kmsKeyId": unknown}))},
			{about: "a replica of which the source is not known", resources: these(replica(unknown, in{"storageEncrypted": true}))},
		},
	},
	"RDS-2": {
		satisfied: []example{
			{about: "a standby", resources: these(db(in{"multiAz": true}))},
			{about: "and a replica without", resources: these(db(in{"multiAz": true}), replica(ref(dbInstanceType, "db", "identifier"), in{"multiAz": false}))},
			{about: "a cluster of two", resources: these(cluster(in{"engine": "aurora-postgresql"}), member("a", in{}), member("b", in{}))},
			{about: "a cluster over two zones", resources: these(cluster(in{"engine": "aurora-postgresql"}),
				member("a", in{"availabilityZone": "us-east-1a"}), member("b", in{"availabilityZone": "us-east-1b"}))},
			{about: "a Multi-AZ cluster", resources: these(cluster(in{"engine": "postgres", "dbClusterInstanceClass": "db.m6gd.large"}))},
			{about: "serverless", resources: these(cluster(in{"engine": "aurora-postgresql", "engineMode": "serverless"}))},
			{about: "and a cluster's replica of one", resources: these(cluster(in{}), member("a", in{}), member("b", in{}),
				res(dbClusterType, "second", in{"replicationSourceIdentifier": ref(dbClusterType, "main", "arn")}))},
			{about: "a deployed cluster", resources: these(
				deployed(cluster(in{}), in{"id": "main"}),
				res(dbMemberType, "a", in{"clusterIdentifier": "main"}), res(dbMemberType, "b", in{"clusterIdentifier": "main"}))},
		},
		violated: []example{
			{about: "not set", property: "multiAz", resources: these(db(in{}))},
			{about: "off", property: "multiAz", resources: these(db(in{"multiAz": false}))},
			{about: "a replica that was promoted", property: "multiAz", resources: these(replica("", in{"multiAz": false}))},
			{about: "a cluster without members", property: "ClusterInstance", resources: these(cluster(in{}))},
			{about: "a cluster of one", property: "ClusterInstance", resources: these(cluster(in{}), member("a", in{}))},
			{about: "members of another", property: "ClusterInstance", resources: these(cluster(in{}),
				res(dbMemberType, "a", in{"clusterIdentifier": "other"}), res(dbMemberType, "b", in{"clusterIdentifier": "other"}))},
			{about: "a cluster in one zone", property: "availabilityZone", resources: these(cluster(in{}),
				member("a", in{"availabilityZone": "us-east-1a"}), member("b", in{"availabilityZone": "us-east-1a"}))},
		},
		undecided: []example{
			{about: "not known", resources: these(db(in{"multiAz": unknown}))},
			{about: "zones not known", resources: these(cluster(in{}),
				member("a", in{"availabilityZone": "us-east-1a"}), member("b", in{"availabilityZone": unknown}))},
			{about: "the first zone not known", resources: these(cluster(in{}),
				member("a", in{"availabilityZone": unknown}), member("b", in{"availabilityZone": "us-east-1a"}))},
		},
	},
	"RDS-3": {
		satisfied: []example{
			{about: "a week", resources: these(db(in{"backupRetentionPeriod": 7}))},
			{about: "and a replica without", resources: these(
				db(in{"backupRetentionPeriod": 30}), replica(ref(dbInstanceType, "db", "identifier"), in{}))},
			{about: "a cluster", resources: these(cluster(in{"backupRetentionPeriod": 35}))},
		},
		violated: []example{
			{about: "not set", property: "backupRetentionPeriod", resources: these(db(in{}))},
			{about: "off", property: "backupRetentionPeriod", resources: these(db(in{"backupRetentionPeriod": 0}))},
			{about: "too short", property: "backupRetentionPeriod", resources: these(db(in{"backupRetentionPeriod": 6}))},
			{about: "a cluster's default of a day", property: "backupRetentionPeriod", resources: these(cluster(in{}))},
		},
		undecided: []example{{about: "not known", resources: these(db(in{"backupRetentionPeriod": unknown}))}},
	},
	"RDS-4": {
		satisfied: []example{{about: "on", resources: these(db(in{"deletionProtection": true}), cluster(in{"deletionProtection": true}))}},
		violated: []example{
			{about: "not set", property: "deletionProtection", resources: these(db(in{}))},
			{about: "off", property: "deletionProtection", resources: these(db(in{"deletionProtection": false}))},
			{about: "a cluster", property: "deletionProtection", resources: these(cluster(in{}))},
		},
		undecided: []example{{about: "not known", resources: these(db(in{"deletionProtection": unknown}))}},
	},
	"RDS-5": {
		satisfied: []example{{about: "off, or not set", resources: these(db(in{"publiclyAccessible": false}), member("a", in{}))}},
		violated: []example{
			{about: "an instance", property: "publiclyAccessible", resources: these(db(in{"publiclyAccessible": true}))},
			{about: "a cluster's member", property: "publiclyAccessible", resources: these(member("a", in{"publiclyAccessible": true}))},
		},
		undecided: []example{{about: "not known", resources: these(db(in{"publiclyAccessible": unknown}))}},
	},
	"RDS-6": {
		satisfied: []example{
			{about: "PostgreSQL", resources: these(exporting("postgres", "postgresql", "upgrade"))},
			{about: "MySQL", resources: these(exporting("mysql", "audit", "error", "general", "slowquery"))},
			{about: "SQL Server", resources: these(exporting("sqlserver-se", "agent", "error"))},
			{about: "SQL Server Express", resources: these(exporting("sqlserver-ex", "error"))},
			{about: "Aurora PostgreSQL", resources: these(cluster(in{"engine": "aurora-postgresql", "enabledCloudwatchLogsExports": []any{"postgresql"}}))},
			{about: "a replica", resources: these(exporting("postgres", "postgresql", "upgrade"),
				replica(ref(dbInstanceType, "db", "identifier"), in{"enabledCloudwatchLogsExports": []any{"postgresql", "upgrade"}}))},
			{about: "a replica of which the parameter group tells the engine", resources: these(
				res(dbGroupType, "group", in{"family": "postgres16"}),
				replica(elsewhereArn, in{"parameterGroupName": ref(dbGroupType, "group", "name"), "enabledCloudwatchLogsExports": []any{"postgresql", "upgrade"}}))},
			{about: "a deployed replica", resources: these(deployed(
				replica(elsewhereArn, in{"enabledCloudwatchLogsExports": []any{"postgresql", "upgrade"}}), in{"engine": "postgres"}))},
		},
		violated: []example{
			{about: "none", property: "enabledCloudwatchLogsExports", resources: these(exporting("postgres"))},
			{about: "not set", property: "enabledCloudwatchLogsExports", resources: these(db(in{"engine": "postgres"}))},
			{about: "one missing", property: "enabledCloudwatchLogsExports", resources: these(exporting("postgres", "postgresql"))},
			{about: "MySQL without audit", property: "enabledCloudwatchLogsExports", resources: these(exporting("mysql", "error", "general", "slowquery"))},
			{about: "MariaDB", property: "enabledCloudwatchLogsExports", resources: these(exporting("mariadb", "error"))},
			{about: "Oracle", property: "enabledCloudwatchLogsExports", resources: these(exporting("oracle-ee", "alert"))},
			{about: "Db2", property: "enabledCloudwatchLogsExports", resources: these(exporting("db2-se", "diag.log"))},
			{about: "Aurora PostgreSQL", property: "enabledCloudwatchLogsExports", resources: these(cluster(in{"engine": "aurora-postgresql"}))},
			{about: "Aurora MySQL", property: "enabledCloudwatchLogsExports", resources: these(
				cluster(in{"engine": "aurora-mysql", "enabledCloudwatchLogsExports": []any{"postgresql"}}))},
			{about: "a replica", property: "enabledCloudwatchLogsExports", resources: these(
				exporting("postgres", "postgresql", "upgrade"), replica(ref(dbInstanceType, "db", "identifier"), in{}))},
		},
		undecided: []example{
			{about: "not known", resources: these(db(in{"engine": "postgres", "enabledCloudwatchLogsExports": unknown}))},
			{about: "engine not known", resources: these(db(in{"engine": unknown, "enabledCloudwatchLogsExports": []any{"postgresql", "upgrade"}}))},
			{about: "an engine that only AWS knows", resources: these(db(in{"engine": ref(dbClusterType, "main", "engine")}))},
			{about: "a replica of what is not here", resources: these(replica(elsewhereArn, in{}))},
			{about: "a replica of what is not here, in its region", resources: these(replica("db", in{}))},
		},
	},
	"RDS-7": {
		satisfied: []example{{about: "on, or not set", resources: these(db(in{"autoMinorVersionUpgrade": true}), member("a", in{}))}},
		violated: []example{
			{about: "off", property: "autoMinorVersionUpgrade", resources: these(db(in{"autoMinorVersionUpgrade": false}))},
			{about: "off for a member", property: "autoMinorVersionUpgrade", resources: these(member("a", in{"autoMinorVersionUpgrade": false}))},
		},
		undecided: []example{{about: "not known", resources: these(db(in{"autoMinorVersionUpgrade": unknown}))}},
	},
	"RDS-8": {
		satisfied: []example{
			{about: "every minute", resources: these(db(in{"monitoringInterval": 60, "monitoringRoleArn": "arn:r"}))},
			{about: "a member's own", resources: these(cluster(in{}), member("a", in{"monitoringInterval": 1, "monitoringRoleArn": "arn:r"}))},
			{about: "a member's by its cluster", resources: these(cluster(in{"monitoringInterval": 60, "monitoringRoleArn": "arn:r"}), member("a", in{}))},
			{about: "a Multi-AZ cluster", resources: these(cluster(in{"dbClusterInstanceClass": "c", "monitoringInterval": 60, "monitoringRoleArn": "arn:r"}))},
		},
		violated: []example{
			{about: "not set", property: "monitoringInterval", resources: these(db(in{"monitoringRoleArn": "arn:r"}))},
			{about: "off", property: "monitoringInterval", resources: these(db(in{"monitoringInterval": 0, "monitoringRoleArn": "arn:r"}))},
			{about: "no role", property: "monitoringRoleArn", resources: these(db(in{"monitoringInterval": 60}))},
			{about: "a member", property: "monitoringInterval", resources: these(cluster(in{}), member("a", in{}))},
			{about: "off in spite of its cluster", property: "monitoringInterval", resources: these(
				cluster(in{"monitoringInterval": 60, "monitoringRoleArn": "arn:r"}), member("a", in{"monitoringInterval": 0}))},
			{about: "a Multi-AZ cluster", property: "monitoringInterval", resources: these(cluster(in{"dbClusterInstanceClass": "c"}))},
		},
		undecided: []example{{about: "not known", resources: these(db(in{"monitoringInterval": unknown, "monitoringRoleArn": "arn:r"}))}},
	},
	"RDS-9": {
		satisfied: []example{
			{about: "by its tag", resources: these(db(in{"tags": in{"Backup": "prod"}}), selecting("Backup", "prod"))},
			{about: "by a tag of its provider", resources: these(db(in{}), selecting("Environment", "prod"))},
			{about: "by its ARN", resources: these(db(in{}), res(backupSelection, "selection", in{"resources": []any{ref(dbInstanceType, "db", "arn")}}))},
			{about: "all databases", resources: these(db(in{}), res(backupSelection, "selection", in{"resources": []any{"arn:aws:rds:*:*:db:*"}}))},
			{about: "a cluster", resources: these(cluster(in{}), res(backupSelection, "selection", in{"resources": []any{"arn:aws:rds:*:*:cluster:*"}}))},
			{about: "and a replica, which is not", resources: these(
				db(in{"tags": in{"Backup": "prod"}}), replica(ref(dbInstanceType, "db", "identifier"), in{}), selecting("Backup", "prod"))},
		},
		violated: []example{
			{about: "no selection", property: "tags", resources: these(db(in{"tags": in{"Backup": "prod"}}))},
			{about: "no tag", property: "tags", resources: these(db(in{}), selecting("Backup", "prod"))},
			{about: "another value", property: "tags", resources: these(db(in{"tags": in{"Backup": "none"}}), selecting("Backup", "prod"))},
			{about: "its own tag against its provider's", property: "tags", resources: these(
				db(in{"tags": in{"Environment": "scratch"}}), selecting("Environment", "prod"))},
			{about: "another region's", property: "tags", resources: these(
				db(in{"tags": in{"Backup": "prod"}}), inRegion("us-west-2", selecting("Backup", "prod")))},
			{about: "another's ARN", property: "tags", resources: these(db(in{}), res(dbInstanceType, "other", in{"replicateSourceDb": "db"}),
				res(backupSelection, "selection", in{"resources": []any{ref(dbInstanceType, "other", "arn")}}))},
			{about: "excluded", property: "tags", resources: these(db(in{}), res(backupSelection, "selection", in{
				"resources": []any{"*"}, "notResources": []any{ref(dbInstanceType, "db", "arn")}}))},
			{about: "a cluster, where instances are", property: "tags", resources: these(
				cluster(in{}), res(backupSelection, "selection", in{"resources": []any{"arn:aws:rds:*:*:db:*"}}))},
		},
		undecided: []example{{about: "tags not known", resources: these(db(in{"tags": unknown}), selecting("Backup", "prod"))}},
	},
	"RDS-10": {
		satisfied: []example{
			{about: "of an encrypted database", resources: these(
				db(in{"storageEncrypted": true}), res(dbSnapshotType, "snapshot", in{"dbInstanceIdentifier": ref(dbInstanceType, "db", "identifier")}))},
			{about: "of an encrypted cluster", resources: these(
				cluster(in{"storageEncrypted": true}), res(clusterSnapshotType, "snapshot", in{"dbClusterIdentifier": ref(dbClusterType, "main", "id")}))},
			{about: "as AWS says", resources: these(deployed(res(dbSnapshotType, "snapshot", in{"dbInstanceIdentifier": "db"}), in{"encrypted": true}))},
			{about: "as AWS says, not as the program", resources: these(db(in{}),
				deployed(res(dbSnapshotType, "snapshot", in{"dbInstanceIdentifier": ref(dbInstanceType, "db", "identifier")}), in{"encrypted": true}))},
			{about: "beside one of a database elsewhere", resources: these(
				deployed(res(dbSnapshotType, "snapshot", in{"dbInstanceIdentifier": "db"}), in{"encrypted": true}),
				res(dbSnapshotType, "other", in{"dbInstanceIdentifier": "other"}))},
			{about: "a copy in the region", resources: these(res(dbSnapCopyType, "copy", in{"sourceDbSnapshotIdentifier": "snapshot"}))},
			{about: "a copy from another region", resources: these(res(dbSnapCopyType, "copy", in{
				"sourceDbSnapshotIdentifier": "arn:aws:rds:us-west-2:123456789012:snapshot:s", "kmsKeyId": "arn:k"}))},
			{about: "a copy to another region", resources: these(res(clusterSnapCopyType, "copy", in{
				"sourceDbClusterSnapshotIdentifier": "snapshot", "destinationRegion": "us-west-2", "kmsKeyId": recoveryKeyArn}))},
			{about: "automated backups under a key of the other region", resources: these(
				db(in{}), inRegion("us-west-2", res(kmsKey, "replica", in{})),
				inRegion("us-west-2", res(dbReplicateType, "backups", in{
					"sourceDbInstanceArn": ref(dbInstanceType, "db", "arn"), "kmsKeyId": ref(kmsKey, "replica", "arn")})))},
		},
		violated: []example{
			{about: "of a database that is not", property: "storageEncrypted", resources: these(
				db(in{}), res(dbSnapshotType, "snapshot", in{"dbInstanceIdentifier": ref(dbInstanceType, "db", "identifier")}))},
			{about: "of a cluster that is not", property: "storageEncrypted", resources: these(
				cluster(in{}), res(clusterSnapshotType, "snapshot", in{"dbClusterIdentifier": ref(dbClusterType, "main", "id")}))},
			{about: "as AWS says", property: "encrypted", resources: these(
				db(in{"storageEncrypted": true}),
				deployed(res(dbSnapshotType, "snapshot", in{"dbInstanceIdentifier": ref(dbInstanceType, "db", "identifier")}), in{"encrypted": false}))},
			{about: "a copy from another region", property: "kmsKeyId", resources: these(res(dbSnapCopyType, "copy", in{
				"sourceDbSnapshotIdentifier": "arn:aws:rds:us-west-2:123456789012:snapshot:s"}))},
			{about: "a copy to another region", property: "kmsKeyId", resources: these(res(clusterSnapCopyType, "copy", in{
				"sourceDbClusterSnapshotIdentifier": "snapshot", "destinationRegion": "us-west-2"}))},
			{about: "a copy by the key that it left", property: "kmsKeyId", resources: these(res(dbSnapCopyType, "copy", in{
				"sourceDbSnapshotIdentifier": "snapshot", "destinationRegion": "us-west-2", "kmsKeyId": keyArn}))},
			{about: "automated backups", property: "kmsKeyId", resources: these(
				inRegion("us-west-2", res(dbReplicateType, "backups", in{"sourceDbInstanceArn": sameRegionArn})))},
			{about: "automated backups by AWS's key", property: "kmsKeyId", resources: these(
				inRegion("us-west-2", res(dbReplicateType, "backups", in{"sourceDbInstanceArn": sameRegionArn, "kmsKeyId": "alias/aws/rds"})))},
			{about: "automated backups by a key of the first region", property: "kmsKeyId", resources: these(
				res(kmsKey, "data", in{}),
				inRegion("us-west-2", res(dbReplicateType, "backups", in{"sourceDbInstanceArn": sameRegionArn, "kmsKeyId": ref(kmsKey, "data", "arn")})))},
		},
		undecided: []example{
			{about: "key not known", resources: these(inRegion("us-west-2", res(dbReplicateType, "backups", in{"sourceDbInstanceArn": sameRegionArn, "kmsKeyId": unknown})))},
			{about: "its database's not known", resources: these(
				db(in{"storageEncrypted": unknown}), res(dbSnapshotType, "snapshot", in{"dbInstanceIdentifier": ref(dbInstanceType, "db", "identifier")}))},
		},
	},
	"RDS-11": {
		satisfied: []example{
			{about: "nobody", resources: these(res(dbSnapshotType, "snapshot", in{}))},
			{about: "an account", resources: these(res(clusterSnapshotType, "snapshot", in{"sharedAccounts": []any{"123456789012"}}))},
		},
		violated: []example{
			{about: "a snapshot", property: "sharedAccounts[0]", resources: these(res(dbSnapshotType, "snapshot", in{"sharedAccounts": []any{"all"}}))},
			{about: "a snapshot, and an account", property: "sharedAccounts[0]", resources: these(res(dbSnapshotType, "snapshot", in{"sharedAccounts": []any{"all", "123456789012"}}))},
			{about: "a copy", property: "sharedAccounts[1]", resources: these(res(dbSnapCopyType, "copy", in{"sharedAccounts": []any{"123456789012", "all"}}))},
			{about: "a cluster's", property: "sharedAccounts[0]", resources: these(res(clusterSnapshotType, "snapshot", in{"sharedAccounts": []any{"all"}}))},
			{about: "a copy of a cluster's", property: "sharedAccounts[0]", resources: these(res(clusterSnapCopyType, "copy", in{"sharedAccounts": []any{"all"}}))},
		},
		undecided: []example{
			{about: "not known", resources: these(res(dbSnapshotType, "snapshot", in{"sharedAccounts": unknown}))},
			{about: "one not known", resources: these(res(dbSnapshotType, "snapshot", in{"sharedAccounts": []any{unknown}}))},
		},
	},
	"RDS-12": {
		satisfied: []example{
			{about: "on", resources: these(db(in{"engine": "postgres", "iamDatabaseAuthenticationEnabled": true}), cluster(in{"iamDatabaseAuthenticationEnabled": true}))},
			{about: "beside an engine that has none", resources: these(
				db(in{"engine": "oracle-ee"}), cluster(in{"engine": "aurora-mysql", "iamDatabaseAuthenticationEnabled": true}))},
		},
		violated: []example{
			{about: "not set", property: "iamDatabaseAuthenticationEnabled", resources: these(db(in{"engine": "postgres"}))},
			{about: "off", property: "iamDatabaseAuthenticationEnabled", resources: these(db(in{"engine": "mysql", "iamDatabaseAuthenticationEnabled": false}))},
			{about: "a cluster", property: "iamDatabaseAuthenticationEnabled", resources: these(cluster(in{"engine": "aurora-postgresql"}))},
			{about: "a replica", property: "iamDatabaseAuthenticationEnabled", resources: these(
				db(in{"engine": "postgres", "iamDatabaseAuthenticationEnabled": true}), replica(ref(dbInstanceType, "db", "identifier"), in{}))},
		},
		undecided: []example{{about: "not known", resources: these(db(in{"engine": "postgres", "iamDatabaseAuthenticationEnabled": unknown}))}},
	},
	"X-RDS-TLS": {
		satisfied: []example{
			{about: "PostgreSQL", resources: parametrised("postgres", in{"rds.force_ssl": "1"})},
			{about: "by AWS since version 15", resources: these(db(in{"engine": "postgres", "engineVersion": "16"}))},
			{about: "by AWS for a replica", resources: these(
				db(in{"engine": "postgres", "engineVersion": "16"}), replica(ref(dbInstanceType, "db", "identifier"), in{}))},
			{about: "by AWS for a replica of which the parameter group tells the version", resources: these(
				res(dbGroupType, "group", in{"family": "postgres16"}), replica(elsewhereArn, in{"parameterGroupName": ref(dbGroupType, "group", "name")}))},
			{about: "beside an engine that has no such parameter", resources: these(
				db(in{"engine": "oracle-ee"}), cluster(in{"engine": "postgres", "engineVersion": "16"}))},
			{about: "by AWS's group", resources: these(db(in{"engine": "postgres", "engineVersion": "15.4", "parameterGroupName": "default.postgres15"}))},
			{about: "a group that leaves it as it is", resources: parametrised("postgres", in{"log_connections": "1"}, in{"engineVersion": "17"})},
			{about: "by AWS for a replica of an older version", resources: append(
				parametrised("postgres", in{"rds.force_ssl": "1"}, in{"engineVersion": "14"}),
				inRegion("us-west-2", replica(ref(dbInstanceType, "db", "arn"), in{"engineVersion": "16"})))},
			{about: "MySQL", resources: parametrised("mysql", in{"require_secure_transport": "ON"})},
			{about: "MariaDB", resources: parametrised("mariadb", in{"require_secure_transport": "1"})},
			{about: "SQL Server", resources: parametrised("sqlserver-se", in{"rds.force_ssl": "1"})},
			{about: "Aurora", resources: clusterParametrised("aurora-postgresql", in{"rds.force_ssl": "1"})},
			{about: "a replica by its source's group", resources: append(
				parametrised("postgres", in{"rds.force_ssl": "1"}), replica(ref(dbInstanceType, "db", "identifier"), in{}))},
			{about: "a proxy", resources: these(res(dbProxyType, "proxy", in{"requireTls": true}))},
			{about: "a deployed group", resources: these(
				deployed(res(dbGroupType, "group", in{"parameters": []any{in{"name": "rds.force_ssl", "value": "1"}}}), in{"id": "group-1"}),
				db(in{"engine": "postgres", "engineVersion": "14", "parameterGroupName": "group-1"}))},
		},
		violated: []example{
			{about: "off", property: "parameters[0].value", resources: parametrised("postgres", in{"rds.force_ssl": "0"}, in{"engineVersion": "16"})},
			{about: "not set before version 15", property: "parameters", resources: parametrised("postgres", in{}, in{"engineVersion": "14.9"})},
			{about: "no group before version 15", property: "parameterGroupName", resources: these(db(in{"engine": "postgres", "engineVersion": "13"}))},
			{about: "no group, and which version is AWS's choice", property: "parameterGroupName", resources: these(db(in{"engine": "postgres"}))},
			{about: "a group elsewhere", property: "parameterGroupName", resources: these(db(in{"engine": "postgres", "engineVersion": "16", "parameterGroupName": "other"}))},
			{about: "a replica's own group", property: "parameters[0].value", resources: append(
				parametrised("postgres", in{"rds.force_ssl": "1"}),
				res(dbGroupType, "replicas", in{"parameters": []any{in{"name": "rds.force_ssl", "value": "0"}}}),
				replica(ref(dbInstanceType, "db", "identifier"), in{"parameterGroupName": ref(dbGroupType, "replicas", "name")}))},
			{about: "a replica in another region, which does not take its source's group", property: "parameterGroupName", resources: append(
				parametrised("postgres", in{"rds.force_ssl": "1"}, in{"engineVersion": "14"}),
				inRegion("us-west-2", replica(ref(dbInstanceType, "db", "arn"), in{})))},
			{about: "MySQL", property: "parameters", resources: parametrised("mysql", in{"rds.force_ssl": "1"})},
			{about: "MariaDB", property: "parameters[0].value", resources: parametrised("mariadb", in{"require_secure_transport": "OFF"})},
			{about: "MySQL without a group", property: "parameterGroupName", resources: these(db(in{"engine": "mysql"}))},
			{about: "SQL Server", property: "parameters", resources: parametrised("sqlserver-ee", in{})},
			{about: "Aurora PostgreSQL without a group", property: "dbClusterParameterGroupName", resources: these(cluster(in{"engine": "aurora-postgresql", "engineVersion": "16.4"}))},
			{about: "Aurora MySQL", property: "parameters", resources: clusterParametrised("aurora-mysql", in{})},
			{about: "a proxy", property: "requireTls", resources: these(res(dbProxyType, "proxy", in{}))},
		},
		undecided: []example{
			{about: "value not known", resources: parametrised("postgres", in{"rds.force_ssl": unknown})},
			{about: "parameters not known", resources: these(
				res(dbGroupType, "group", in{"parameters": unknown}), db(in{"engine": "postgres", "parameterGroupName": ref(dbGroupType, "group", "name")}))},
			{about: "a parameter's name not known", resources: these(
				res(dbGroupType, "group", in{"parameters": []any{in{"name": unknown, "value": "1"}}}), db(in{"engine": "postgres", "parameterGroupName": ref(dbGroupType, "group", "name")}))},
			{about: "group not known", resources: these(db(in{"engine": "postgres", "parameterGroupName": unknown}))},
			{about: "engine not known", resources: these(replica(elsewhereArn, in{}))},
		},
	},
	"X-RDS-PGAUDIT": {
		satisfied: []example{
			{about: "loaded and told", resources: parametrised("postgres", in{"shared_preload_libraries": pgauditLibraries, "pgaudit.log": pgauditClasses})},
			{about: "all of it", resources: parametrised("postgres", in{"shared_preload_libraries": "pgaudit", "pgaudit.log": "ALL, -misc"})},
			{about: "by object", resources: parametrised("postgres", in{"shared_preload_libraries": "pgaudit", "pgaudit.log": "none", "pgaudit.role": "rds_pgaudit"})},
			{about: "beside another engine", resources: append(
				parametrised("postgres", in{"shared_preload_libraries": "pgaudit", "pgaudit.log": "all"}), cluster(in{"engine": "aurora-mysql"}))},
			{about: "Aurora", resources: clusterParametrised("aurora-postgresql", in{"shared_preload_libraries": "pgaudit", "pgaudit.log": pgauditClasses})},
			{about: "a replica by its source's group", resources: append(
				parametrised("postgres", in{"shared_preload_libraries": "pgaudit", "pgaudit.log": "all"}), replica(ref(dbInstanceType, "db", "identifier"), in{}))},
		},
		violated: []example{
			{about: "no group", property: "parameterGroupName", resources: these(db(in{"engine": "postgres", "engineVersion": "16"}))},
			{about: "not loaded", property: "parameters", resources: parametrised("postgres", in{"pgaudit.log": pgauditClasses})},
			{about: "another library", property: "parameters[1].value", resources: parametrised("postgres", in{"shared_preload_libraries": "pg_stat_statements", "pgaudit.log": pgauditClasses})},
			{about: "told nothing", property: "parameters", resources: parametrised("postgres", in{"shared_preload_libraries": "pgaudit"})},
			{about: "told to be silent", property: "parameters[0].value", resources: parametrised("postgres", in{"shared_preload_libraries": "pgaudit", "pgaudit.log": "none"})},
			{about: "reading left out", property: "parameters[0].value", resources: parametrised("postgres", in{"shared_preload_libraries": "pgaudit", "pgaudit.log": "ddl,write"})},
			{about: "writing left out", property: "parameters[0].value", resources: parametrised("postgres", in{"shared_preload_libraries": "pgaudit", "pgaudit.log": "read,role"})},
			{about: "reading taken out of all", property: "parameters[0].value", resources: parametrised("postgres", in{"shared_preload_libraries": "pgaudit", "pgaudit.log": "all,-read"})},
			{about: "writing taken out of all", property: "parameters[0].value", resources: parametrised("postgres", in{"shared_preload_libraries": "pgaudit", "pgaudit.log": "all,-write"})},
			{about: "Aurora", property: "dbClusterParameterGroupName", resources: these(cluster(in{"engine": "aurora-postgresql"}))},
		},
		undecided: []example{
			{about: "libraries not known", resources: parametrised("postgres", in{"shared_preload_libraries": unknown, "pgaudit.log": "all"})},
			{about: "engine not known", resources: these(replica(elsewhereArn, in{}))},
		},
	},
	"X-RDS-FINAL": {
		satisfied: []example{
			{about: "kept", resources: these(db(in{"skipFinalSnapshot": false, "finalSnapshotIdentifier": "careconnect-prod-db-final"}))},
			{about: "by default", resources: these(db(in{"finalSnapshotIdentifier": "final-2"}))},
			{about: "and a replica without", resources: these(
				db(in{"finalSnapshotIdentifier": "final"}), replica(ref(dbInstanceType, "db", "identifier"), in{"skipFinalSnapshot": true}))},
			{about: "a cluster", resources: these(cluster(in{"finalSnapshotIdentifier": "final"}))},
		},
		violated: []example{
			{about: "skipped", property: "skipFinalSnapshot", resources: these(db(in{"skipFinalSnapshot": true, "finalSnapshotIdentifier": "final"}))},
			{about: "without a name", property: "finalSnapshotIdentifier", resources: these(db(in{"skipFinalSnapshot": false}))},
			{about: "a date in its name", property: "finalSnapshotIdentifier", resources: these(db(in{"finalSnapshotIdentifier": "final-2025-01-31"}))},
			{about: "a time in its name", property: "finalSnapshotIdentifier", resources: these(db(in{"finalSnapshotIdentifier": "final-20250131142500"}))},
			{about: "seconds in its name", property: "finalSnapshotIdentifier", resources: these(db(in{"finalSnapshotIdentifier": "final-1738333500"}))},
			{about: "a cluster", property: "skipFinalSnapshot", resources: these(cluster(in{"skipFinalSnapshot": true}))},
		},
		undecided: []example{{about: "name not known", resources: these(db(in{"finalSnapshotIdentifier": unknown}))}},
	},
	"X-RDS-PI": {
		satisfied: []example{
			{about: "under a key", resources: these(db(in{"performanceInsightsEnabled": true, "performanceInsightsKmsKeyId": keyArn}))},
			{about: "beside some without", resources: these(
				db(in{"performanceInsightsEnabled": true, "performanceInsightsKmsKeyId": keyArn}),
				res(dbInstanceType, "off", in{"performanceInsightsEnabled": false}), res(dbInstanceType, "unset", in{}))},
			{about: "under a key, if at all", resources: these(db(in{"performanceInsightsEnabled": unknown, "performanceInsightsKmsKeyId": keyArn}))},
			{about: "under its cluster's", resources: these(
				cluster(in{"performanceInsightsEnabled": true, "performanceInsightsKmsKeyId": keyArn}), member("a", in{"performanceInsightsEnabled": true}))},
		},
		violated: []example{
			{about: "under AWS's key", property: "performanceInsightsKmsKeyId", resources: these(db(in{"performanceInsightsEnabled": true}))},
			{about: "under AWS's key, named", property: "performanceInsightsKmsKeyId", resources: these(
				db(in{"performanceInsightsEnabled": true, "performanceInsightsKmsKeyId": "alias/aws/rds"}))},
			{about: "a cluster", property: "performanceInsightsKmsKeyId", resources: these(cluster(in{"performanceInsightsEnabled": true}))},
			{about: "a member", property: "performanceInsightsKmsKeyId", resources: these(cluster(in{}), member("a", in{"performanceInsightsEnabled": true}))},
		},
		undecided: []example{
			{about: "not known whether it is on", resources: these(db(in{"performanceInsightsEnabled": unknown}))},
			{about: "key not known", resources: these(db(in{"performanceInsightsEnabled": true, "performanceInsightsKmsKeyId": unknown}))},
		},
	},
	"X-RDS-DR": {
		satisfied: []example{
			{about: "automated backups", resources: these(db(in{}),
				inRegion("us-west-2", res(dbReplicateType, "backups", in{"sourceDbInstanceArn": ref(dbInstanceType, "db", "arn")})))},
			{about: "a replica", resources: these(db(in{}), inRegion("us-west-2", replica(ref(dbInstanceType, "db", "arn"), in{})))},
			{about: "a replica by its own region", resources: these(db(in{}), replica(ref(dbInstanceType, "db", "arn"), in{"region": "us-west-2"}))},
			{about: "the replica itself, in the recovery stack", resources: these(replica(elsewhereArn, in{}))},
			{about: "the replica, of an instance whose name another stack knows", resources: these(
				res("pulumi:pulumi:StackReference", "primary", in{"name": "organization/p/prod"}),
				replica("arn:aws:rds:eu-west-1:123456789012:db:"+ref("pulumi:pulumi:StackReference", "primary", "outputs.identifier"), in{}))},
			{about: "and a replica at home", resources: these(db(in{}), inRegion("us-west-2", replica(ref(dbInstanceType, "db", "arn"), in{})),
				res(dbInstanceType, "reader", in{"replicateSourceDb": ref(dbInstanceType, "db", "identifier")}))},
			{about: "a global cluster", resources: these(res(globalCluster, "global", in{}),
				cluster(in{"globalClusterIdentifier": ref(globalCluster, "global", "id")}),
				inRegion("us-west-2", res(dbClusterType, "second", in{"globalClusterIdentifier": ref(globalCluster, "global", "id")})))},
			{about: "a cluster's replica", resources: these(cluster(in{}),
				inRegion("us-west-2", res(dbClusterType, "second", in{"replicationSourceIdentifier": ref(dbClusterType, "main", "arn")})),
				res(dbClusterType, "reader", in{"replicationSourceIdentifier": ref(dbClusterType, "main", "arn")}))},
			{about: "deployed", resources: these(deployed(db(in{}), in{"arn": sameRegionArn}),
				inRegion("us-west-2", res(dbReplicateType, "backups", in{"sourceDbInstanceArn": sameRegionArn})))},
		},
		violated: []example{
			{about: "none", property: "replica", resources: these(db(in{}))},
			{about: "a replica at home", property: "replica", resources: these(db(in{}), replica(ref(dbInstanceType, "db", "identifier"), in{}))},
			{about: "another's backups", property: "replica", resources: these(db(in{}),
				inRegion("us-west-2", res(dbReplicateType, "backups", in{"sourceDbInstanceArn": "arn:aws:rds:us-east-1:123456789012:db:other"})))},
			{about: "backups that stay", property: "replica", resources: these(db(in{}),
				res(dbReplicateType, "backups", in{"sourceDbInstanceArn": ref(dbInstanceType, "db", "arn")}))},
			{about: "a global cluster of one", property: "replica", resources: these(res(globalCluster, "global", in{}),
				cluster(in{"globalClusterIdentifier": ref(globalCluster, "global", "id")}))},
			{about: "a cluster", property: "replica", resources: these(cluster(in{}))},
		},
		undecided: []example{{about: "source not known", resources: these(replica(unknown, in{}))}},
	},
}

func these(resources ...*graph.Resource) []*graph.Resource { return resources }

func db(inputs in) *graph.Resource { return res(dbInstanceType, "db", inputs) }

func cluster(inputs in) *graph.Resource { return res(dbClusterType, "main", inputs) }

// replica of an instance, or, where of is empty, what it becomes when it is promoted.
func replica(of any, inputs in) *graph.Resource {
	all := in{"replicateSourceDb": of}
	maps.Copy(all, inputs)
	return res(dbInstanceType, "replica", all)
}

// member of the cluster.
func member(name string, inputs in) *graph.Resource {
	all := in{"clusterIdentifier": ref(dbClusterType, "main", "id")}
	maps.Copy(all, inputs)
	return res(dbMemberType, name, all)
}

func exporting(engine string, logs ...any) *graph.Resource {
	return db(in{"engine": engine, "enabledCloudwatchLogsExports": logs})
}

func selecting(key, value string) *graph.Resource {
	return res(backupSelection, "selection", in{"selectionTags": []any{in{"type": "STRINGEQUALS", "key": key, "value": value}}})
}

// parameters in order of name.
func parameters(values in) []any {
	list := []any{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		list = append(list, in{"name": name, "value": values[name]})
	}
	return list
}

// parametrised is an instance with a parameter group, and what else it has.
func parametrised(engine string, values in, more ...in) []*graph.Resource {
	instance := in{"engine": engine, "parameterGroupName": ref(dbGroupType, "group", "name")}
	for _, one := range more {
		maps.Copy(instance, one)
	}
	return these(res(dbGroupType, "group", in{"parameters": parameters(values)}), db(instance))
}

func clusterParametrised(engine string, values in) []*graph.Resource {
	return these(
		res(dbClusterGroupType, "group", in{"parameters": parameters(values)}),
		cluster(in{"engine": engine, "dbClusterParameterGroupName": ref(dbClusterGroupType, "group", "name")}))
}

func TestParameterGroupThatDatabasesShareIsJudgedOnce(t *testing.T) {
	shared := append(parametrised("postgres", in{"rds.force_ssl": "0"}), replica(ref(dbInstanceType, "db", "identifier"), in{}))
	assert.Len(t, auditOne(t, Lookup("X-RDS-TLS"), example{resources: shared}).Findings, 1)
}

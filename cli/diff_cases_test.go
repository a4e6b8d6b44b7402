package cli

import (
	"slices"
	"testing"
)

const (
	ingress = "securityGroupIngressRule:SecurityGroupIngressRule"
	world   = "0.0.0.0/0"
)

var diffCases = []diffCase{
	{name: "task size", verdict: "prod: 1 replaced · 0 changed · 0 removed", sections: "Replacements", contains: []string{"backend-definition (ecs.TaskDefinition) replaced because of containerDefinitions, cpu, memory", "cpu: 1024 → 2048 (replaces)"}, edits: [][2]string{{"      cpu: 1024", "      cpu: 2048"}, {"      memoryMiB: 2048", "      memoryMiB: 4096"}}},
	{name: "image tag", verdict: "prod: 1 replaced · 0 changed · 0 removed", sections: "Replacements", edits: [][2]string{{"      imageTag: 1.0.0\n      architecture", "      imageTag: 1.0.1\n      architecture"}}},
	{name: "desired count", verdict: "prod: 0 changed · 0 removed · 1 not carried out", sections: "Changes", edits: [][2]string{{"desiredCount: 3", "desiredCount: 4"}}},
	{name: "database class", verdict: "prod: 4 changed · 0 removed", sections: "Changes", edits: [][2]string{{"db.r6g.large", "db.r6g.xlarge"}}},
	{name: "database storage", verdict: "prod: 6 changed · 0 removed", sections: "Changes", edits: [][2]string{{"allocatedStorageGiB: 100\n", "allocatedStorageGiB: 200\n"}}},
	{name: "database version", verdict: "prod: 1 replaced · 1 changed · 0 removed", sections: "Replacements, Changes", edits: [][2]string{{`engineVersion: "16"`, `engineVersion: "17"`}}},
	{name: "backups kept longer", verdict: "prod: 1 changed · 0 removed · 1 not carried out", sections: "Changes", edits: [][2]string{{"backupRetentionDays: 30", "backupRetentionDays: 35"}}},
	{name: "backups kept shorter", verdict: "prod: 1 changed · 0 removed", sections: "Data at risk, Changes", contains: []string{"backupRetentionPeriod: 30 → 7 (automated backups are kept for a shorter time)"}, plan: func(t *testing.T, p planFile) {
		p.inputs(t, "database-instance", "Instance")["backupRetentionPeriod"] = 7
	}},
	{name: "database name", verdict: "prod: 3 replaced · 0 changed · 0 removed · 1 not carried out", sections: "Data at risk, Replacements, Changes", contains: []string{"dbName: careconnect → care2 will not be carried out"}, edits: [][2]string{{"    name: careconnect\n", "    name: care2\n"}}},
	{name: "master user", verdict: "prod: 1 replaced · 0 changed · 0 removed · 1 not carried out", sections: "Data at risk, Replacements, Changes", edits: [][2]string{{"masterUsername: careconnect_user", "masterUsername: other_user"}}},
	{name: "network range", verdict: "prod: 80 replaced · 0 changed · 0 removed", sections: "Data at risk, Replacements, Changes", contains: []string{"network-vpc (ec2.Vpc) replaced because of cidrBlock: AWS does not move", "because network-vpc is replaced: "}, edits: [][2]string{{"cidr: 10.0.0.0/16", "cidr: 10.8.0.0/16"}}},
	{name: "zone removed", verdict: "prod: 18 changed · 11 removed", sections: "Changes", edits: [][2]string{{"us-east-1b, us-east-1c]", "us-east-1b]"}}},
	{name: "zone added", verdict: "dev: 16 changed · 8 added · 0 removed", sections: "Changes", stack: "dev", edits: [][2]string{{"us-east-1b]", "us-east-1b, us-east-1c]"}}},
	{name: "one NAT gateway", verdict: "prod: 3 changed · 6 removed", sections: "Changes", edits: [][2]string{{"nat: per-az", "nat: single"}}},
	{name: "endpoint added", verdict: "prod: 0 changed · 1 added · 0 removed", sections: "Security, Changes", edits: [][2]string{{"monitoring, sqs]", "monitoring, sqs, ssm]"}}},
	{name: "endpoint removed", verdict: "prod: 0 changed · 1 removed", sections: "Security, Changes", edits: [][2]string{{"monitoring, sqs]", "monitoring]"}}},
	{name: "endpoints in another order", verdict: "prod: no change", sections: "", edits: [][2]string{{"monitoring, sqs]", "sqs, monitoring]"}}},
	{name: "logs kept longer", verdict: "prod: 13 changed · 0 removed", sections: "Changes", edits: [][2]string{{"logs:\n    retentionDays: 365", "logs:\n    retentionDays: 400"}}},
	{name: "logs kept shorter", verdict: "dev: 12 changed · 0 removed", sections: "Data at risk, Changes", stack: "dev", edits: [][2]string{{"logs:\n    retentionDays: 30", "logs:\n    retentionDays: 14"}}},
	{name: "cache size", verdict: "prod: 1 changed · 0 removed", sections: "Changes", edits: [][2]string{{"cache.r6g.large", "cache.r6g.xlarge"}}},
	{name: "cache node added", verdict: "prod: 3 changed · 3 added · 0 removed", sections: "Changes", edits: [][2]string{{"nodes: 2", "nodes: 3"}}},
	{name: "cache snapshots kept longer", verdict: "prod: 1 changed · 0 removed", sections: "Changes", edits: [][2]string{{"snapshotRetentionDays: 15", "snapshotRetentionDays: 20"}}},
	{name: "secret added", verdict: "prod: 0 changed · 2 added · 0 removed · 1 new violation", sections: "Security, Controls, Changes", edits: [][2]string{{"      - name: api-keys\n", "      - name: new-key\n        description: A new key\n      - name: api-keys\n"}}},
	{name: "secret removed", verdict: "prod: 1 replaced · 1 changed · 2 removed (1 holds data and is protected: the update will fail) · 1 mended", sections: "Data at risk, Replacements, Security, Controls, Changes", edits: [][2]string{
		{"      - name: jwt-signing-key\n        description: Key that signs the sessions of the API\n", ""}, {"        JWT_SECRET: jwt-signing-key\n", ""},
	}},
	{name: "service's port", verdict: "prod: 2 replaced · 3 changed · 0 removed", sections: "Replacements, Security, Changes", edits: [][2]string{{"port: 8080", "port: 8443"}}},
	{name: "no way to the internet", verdict: "prod: 0 changed · 1 removed", sections: "Security, Changes", edits: [][2]string{{"internetEgress: true", "internetEgress: false"}}},
	{name: "service without the cache", verdict: "prod: 1 replaced · 1 changed · 2 removed", sections: "Replacements, Security, Changes", edits: [][2]string{{"connects: [database, cache]", "connects: [database]"}, {
		`        SPRING_REDIS_HOST: "{cache.address}"` + "\n" + `        SPRING_REDIS_PORT: "{cache.port}"` + "\n", "",
	}, {`        SPRING_REDIS_GROUP: "{cache.group}" # in whose name a token is signed` + "\n", ""}, {`        SPRING_REDIS_USERNAME: "{cache.user}" # signs in with IAM: there is no password` + "\n", ""}}},
	{name: "service added", verdict: "prod: 1 changed · 27 added · 0 removed", sections: "Security, Changes", edits: [][2]string{{"  # Run by a release", `    - name: admin
      imageTag: 1.0.0
      architecture: X86_64
      cpu: 512
      memoryMiB: 1024
      desiredCount: 2
      minCount: 2
      maxCount: 4
      port: 8080
      protocol: HTTPS
      paths: [/api/admin/*]
      priority: 50
      healthCheckPath: /health
      livenessPath: /alive
      enableExec: false
      internetEgress: false
      connects: [database]

  # Run by a release`}}},
	{name: "service's environment", verdict: "prod: 1 replaced · 0 changed · 0 removed", sections: "Replacements", edits: [][2]string{{`        SERVER_PORT: "8080"`, `        SERVER_PORT: "8080"` + "\n        FEATURE: blue"}}},
	{name: "job's command", verdict: "prod: 1 replaced · 0 changed · 0 removed", sections: "Replacements", edits: [][2]string{{"command: [migrate]", "command: [migrate, -X]"}}},
	{name: "firewall's rate", verdict: "prod: 1 changed · 0 removed", sections: "Changes", edits: [][2]string{{"rateLimitPerIp: 10000", "rateLimitPerIp: 5000"}}},
	{name: "countries in another order", verdict: "prod: no change", sections: "", edits: [][2]string{{"[US, CA, GB, DE]", "[CA, US, DE, GB]"}}},
	{name: "country added", verdict: "prod: 1 changed · 0 removed", sections: "Changes", edits: [][2]string{{"[US, CA, GB, DE]", "[US, CA, GB, DE, FR]"}}},
	{name: "owner", verdict: "prod: 292 changed · 0 removed", sections: "Changes", contains: []string{"tagsAll.Owner: careconnect-platform → careconnect-operations on 292 resources"}, edits: [][2]string{{"owner: careconnect-platform", "owner: careconnect-operations"}}},
	{name: "comment only", verdict: "prod: no change", sections: "", edits: [][2]string{{"# Production: patients' data.", "# Production."}}},
	{name: "keys in another order", verdict: "prod: no change", sections: "", edits: [][2]string{{"      cpu: 1024\n      memoryMiB: 2048\n", "      memoryMiB: 2048\n      cpu: 1024\n"}}},
	{name: "exception added", verdict: "dev: 0 changed · 0 removed · 1 exception added", sections: "Controls", stack: "dev", edits: [][2]string{{"config:\n", `config:
  careconnect:exceptions:
    - control: RDS-5
      resource: database-instance
      reason: "Synthetic data only, so that one availability zone is enough for development"
      owner: SRE lead
      expires: "2099-05-31"
`}}},
	{name: "exception removed", verdict: "prod: 0 changed · 0 removed · 1 new violation · 1 exception removed", sections: "Controls", edits: [][2]string{{`    - control: X-R53-HC
      resource: edge-origin-record
      reason: "Its SECONDARY record is the recovery stack's, which is deployed after this one and by itself"
      owner: SRE lead
      expires: "2099-05-31"
`, ""}}},
	{name: "secret value", verdict: "prod: 0 changed · 0 removed · 1 secret changed", sections: "Secrets", contains: []string{"careconnect:masterPassword: changed (hidden)", "a new encryption of the same value"}, edits: [][2]string{{"masterPassword:\n    secure: to-be-set", "masterPassword:\n    secure: v1:AAAA:other"}}},
	{name: "evidence kept longer", verdict: "prod: 8 changed · 0 removed", sections: "Changes", edits: [][2]string{{"retentionDays: 2557", "retentionDays: 3000"}}},
	{name: "objects locked longer", verdict: "prod: 2 changed · 0 removed", sections: "Changes", edits: [][2]string{{"objectLockDays: 30", "objectLockDays: 60"}}},
	{name: "protection lost", verdict: "prod: 1 changed · 0 removed", sections: "Data at risk, Changes", plan: func(t *testing.T, p planFile) { p.find(t, "files-bucket", "Bucket")["protect"] = false }},
	{name: "second zone for the database", verdict: "dev: 1 changed · 0 removed", sections: "Changes", stack: "dev", edits: [][2]string{{"multiAz: false\n    backup", "multiAz: true\n    backup"}}},
	{name: "one zone for the database", verdict: "prod: 1 changed · 0 removed · 1 new violation", sections: "Data at risk, Controls, Changes", plan: func(t *testing.T, p planFile) { p.inputs(t, "database-instance", "Instance")["multiAz"] = false }},
	{name: "deletion protection lost", verdict: "prod: 1 changed · 0 removed · 1 new violation", sections: "Data at risk, Controls, Changes", plan: func(t *testing.T, p planFile) {
		p.inputs(t, "database-instance", "Instance")["deletionProtection"] = false
	}},
	{name: "one bucket's tag", verdict: "prod: 1 changed · 0 removed", sections: "Changes", plan: func(t *testing.T, p planFile) {
		p.inputs(t, "files-bucket", "Bucket")["tags"] = map[string]any{"Purpose": "files"}
	}},
	{name: "bucket's name", verdict: "prod: 10 replaced (1 holds data and is protected: the update will fail) · 0 changed · 0 removed", sections: "Data at risk, Replacements, Changes", plan: func(t *testing.T, p planFile) { p.inputs(t, "files-bucket", "Bucket")["bucket"] = "another-bucket" }},
	{name: "key policy opened", verdict: "prod: 1 changed · 0 removed · 1 new violation", sections: "Security, Controls, Changes", contains: []string{"public: keys-data (kms.Key) policy: new statement allows everybody"}, plan: func(t *testing.T, p planFile) {
		document(t, p.inputs(t, "keys-data", "kms/key:Key"), "policy", func(policy map[string]any) {
			policy["Statement"] = append(statementsOf(policy), map[string]any{"Sid": "All", "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"})
		})
	}},
	{name: "backup selection removed", verdict: "prod: 0 changed · 1 removed · 1 new violation", sections: "Data at risk, Controls, Changes", plan: func(t *testing.T, p planFile) { p.remove(t, "backup-selection", "Selection") }},
	{name: "type that the table lacks", verdict: "prod: 0 changed · 1 added · 0 removed", sections: "Changes", plan: func(t *testing.T, p planFile) {
		r := p.find(t, "files-bucket", "s3/bucket:Bucket")
		p["resources"] = append(p.resources(), map[string]any{
			"urn": "urn:pulumi:prod::careconnect::aws:new/thing:Thing::thing", "type": "aws:new/thing:Thing", "name": "thing", "custom": true,
			"parent": "urn:pulumi:prod::careconnect::pulumi:pulumi:Stack::careconnect-prod", "provider": r["provider"], "inputs": map[string]any{"size": 1.0},
		})
	}},
	{name: "alerts to others", verdict: "prod: 1 changed · 2 added · 2 removed", sections: "Changes", edits: [][2]string{{"emails: [careconnect-oncall@example.com]", "emails: [sre@example.com]"}}},
	{name: "budget", verdict: "prod: 1 changed · 0 removed", sections: "Changes", edits: [][2]string{{"monthlyBudgetUsd: 6000", "monthlyBudgetUsd: 7000"}}},
	{name: "recovery time", verdict: "prod: 0 changed · 0 removed", sections: "Cost and recovery", contains: []string{"recovery time 2 h 45 → 3 h 00"}, edits: [][2]string{{"decisionMinutes: 30", "decisionMinutes: 45"}}},
	{name: "domain", verdict: "staging: 13 replaced (1 holds data) · 6 changed · 0 removed", sections: "Data at risk, Replacements, Changes", stack: "staging", edits: [][2]string{{"domain: staging.careconnect", "domain: stage.careconnect"}}},
	{name: "standby's class", verdict: "dr: 4 changed · 0 removed", sections: "Changes", stack: "dr", edits: [][2]string{{"db.r6g.large", "db.r6g.xlarge"}}},

	{name: "renamed without an alias", verdict: "prod: 2 replaced (1 holds data and is protected: the update will fail) · 1 deleted and created anew (1 holds data and is protected: the update will fail) · 0 changed · 0 removed", sections: "Data at risk, Replacements", contains: []string{"keys-patients (kms.Key) renamed from keys-data without an alias", "primaryKeyArn (keys-patients is replaced)"}, plan: func(t *testing.T, p planFile) { p.rename(t, "keys-data", "kms/key:Key", "keys-patients", false) }},
	{name: "renamed with an alias", verdict: "prod: 0 changed · 0 removed · 1 renamed", sections: "Changes", contains: []string{"keys-patients (kms.Key) was keys-data"}, plan: func(t *testing.T, p planFile) { p.rename(t, "keys-data", "kms/key:Key", "keys-patients", true) }},
	{name: "rule opened to everybody", verdict: "prod: 1 replaced · 0 changed · 0 removed · 2 new violations", sections: "Replacements, Security, Controls", contains: []string{"public: database-from-backend (vpc.SecurityGroupIngressRule) ingress tcp 5432 from ${backend-tasks.id} → ingress tcp 5432 from 0.0.0.0/0"}, plan: func(t *testing.T, p planFile) {
		rule := p.inputs(t, "database-from-backend", ingress)
		delete(rule, "referencedSecurityGroupId")
		rule["cidrIpv4"] = world
	}},
	{name: "IAM widened", verdict: "prod: 1 changed · 0 removed · 1 new violation", sections: "Security, Controls, Changes", contains: []string{"widened: backend-task-policy (iam.Policy) policy: statement SignInToCache: + action elasticache:*"}, plan: func(t *testing.T, p planFile) {
		document(t, p.inputs(t, "backend-task-policy", "iam/policy:Policy"), "policy", func(policy map[string]any) {
			s := statementsOf(policy)[0].(map[string]any)
			s["Action"] = []any{s["Action"], "elasticache:*"}
		})
	}},
	{name: "IAM narrowed", verdict: "prod: 1 changed · 0 removed", sections: "Security, Changes", contains: []string{"narrowed: backend-task-policy (iam.Policy) policy: statement removed: SignInToCache"}, plan: func(t *testing.T, p planFile) {
		document(t, p.inputs(t, "backend-task-policy", "iam/policy:Policy"), "policy", func(policy map[string]any) {
			policy["Statement"] = statementsOf(policy)[1:]
		})
	}},
	{name: "IAM statements in another order", verdict: "prod: no change", sections: "", plan: func(t *testing.T, p planFile) {
		document(t, p.inputs(t, "backend-task-policy", "iam/policy:Policy"), "policy", func(policy map[string]any) {
			slices.Reverse(statementsOf(policy))
		})
	}},
	{name: "database public", verdict: "prod: 1 changed · 0 removed · 1 new violation", sections: "Security, Controls, Changes", plan: func(t *testing.T, p planFile) {
		p.inputs(t, "database-instance", "Instance")["publiclyAccessible"] = true
	}},
	{name: "database's key", verdict: "prod: 0 changed · 0 removed · 1 not carried out", sections: "Data at risk, Changes", plan: func(t *testing.T, p planFile) {
		p.inputs(t, "database-instance", "Instance")["kmsKeyId"] = "arn:aws:kms:us-east-1:123456789012:key/other"
	}},
	{name: "bucket removed", verdict: "prod: 0 changed · 1 removed (1 holds data and is protected: the update will fail)", sections: "Data at risk, Changes", contains: []string{"files-bucket (s3.Bucket) removed; it is protected: the update will fail before anything is lost"}, plan: func(t *testing.T, p planFile) { p.remove(t, "files-bucket", "s3/bucket:Bucket") }},
	{name: "subnets in another order", verdict: "prod: no change", sections: "", plan: func(t *testing.T, p planFile) {
		service := p.inputs(t, "backend-service", "ecs/service:Service")["networkConfiguration"].(map[string]any)
		subnets := service["subnets"].([]any)
		subnets[0], subnets[1] = subnets[1], subnets[0]
	}},
}

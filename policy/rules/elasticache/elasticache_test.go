package elasticache

import (
	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

var elasticacheFixtures = map[string]Fixture{
	"EC-1": {
		Satisfied: []Example{
			{About: "15 days", Resources: Resources(caches(Inputs{"snapshotRetentionLimit": 15}))},
			{About: "a cluster by itself", Resources: Resources(Resource(cacheClusterType, "one", Inputs{"engine": "redis", "snapshotRetentionLimit": 35}))},
			{About: "a serverless cache", Resources: Resources(serverless(Inputs{"engine": "valkey", "snapshotRetentionLimit": 15}))},
			{About: "beside Memcached, which keeps nothing", Resources: Resources(
				caches(Inputs{"snapshotRetentionLimit": 15}), Resource(cacheClusterType, "memory", Inputs{"engine": "memcached"}))},
			{About: "and a node of the group", Resources: Resources(
				caches(Inputs{"snapshotRetentionLimit": 15}), Resource(cacheClusterType, "node", Inputs{"replicationGroupId": Ref(cacheGroupType, "cache", "id")}))},
		},
		Violated: []Example{
			{About: "not set", Property: "snapshotRetentionLimit", Resources: Resources(caches(Inputs{}))},
			{About: "off", Property: "snapshotRetentionLimit", Resources: Resources(caches(Inputs{"snapshotRetentionLimit": 0}))},
			{About: "off, for a group with a name", Property: "snapshotRetentionLimit", Resources: Resources(caches(Inputs{"replicationGroupId": "cache", "snapshotRetentionLimit": 0}))},
			{About: "too short", Property: "snapshotRetentionLimit", Resources: Resources(caches(Inputs{"snapshotRetentionLimit": 14}))},
			{About: "a cluster by itself", Property: "snapshotRetentionLimit", Resources: Resources(Resource(cacheClusterType, "one", Inputs{"engine": "redis"}))},
			{About: "a serverless cache", Property: "snapshotRetentionLimit", Resources: Resources(serverless(Inputs{"engine": "redis"}))},
		},
		Undecided: []Example{{About: "not known", Resources: Resources(caches(Inputs{"snapshotRetentionLimit": Unknown}))}},
	},
	"X-EC-REST": {
		Satisfied: []Example{
			{About: "under a key", Resources: Resources(caches(Inputs{"atRestEncryptionEnabled": true, "kmsKeyId": examples.KeyArn}))},
			{About: "Valkey, which always is", Resources: Resources(caches(Inputs{"engine": "valkey", "kmsKeyId": examples.KeyArn}))},
			{About: "a serverless cache", Resources: Resources(serverless(Inputs{"engine": "redis", "kmsKeyId": examples.KeyArn}))},
			{About: "as the primary of a global datastore", Resources: Resources(
				caches(Inputs{"atRestEncryptionEnabled": true, "kmsKeyId": examples.KeyArn}), secondary())},
			{About: "and a node of the group", Resources: Resources(caches(Inputs{"atRestEncryptionEnabled": true, "kmsKeyId": examples.KeyArn}),
				Resource(cacheClusterType, "node", Inputs{"replicationGroupId": Ref(cacheGroupType, "cache", "id")}))},
		},
		Violated: []Example{
			{About: "not set", Property: "atRestEncryptionEnabled", Resources: Resources(caches(Inputs{"engine": "redis", "kmsKeyId": examples.KeyArn}))},
			{About: "off", Property: "atRestEncryptionEnabled", Resources: Resources(caches(Inputs{"engine": "valkey", "atRestEncryptionEnabled": false, "kmsKeyId": examples.KeyArn}))},
			{About: "AWS's key", Property: "kmsKeyId", Resources: Resources(caches(Inputs{"atRestEncryptionEnabled": true}))},
			{About: "AWS's key, named", Property: "kmsKeyId", Resources: Resources(caches(Inputs{"atRestEncryptionEnabled": true, "kmsKeyId": "alias/aws/elasticache"}))},
			{About: "a serverless cache under AWS's key", Property: "kmsKeyId", Resources: Resources(serverless(Inputs{"engine": "redis"}))},
			{About: "a cluster by itself", Property: "atRestEncryptionEnabled", Resources: Resources(Resource(cacheClusterType, "one", Inputs{"engine": "redis"}))},
		},
		Undecided: []Example{{About: "not known", Resources: Resources(caches(Inputs{"atRestEncryptionEnabled": Unknown, "kmsKeyId": examples.KeyArn}))}},
	},
	"X-EC-TLS": {
		Satisfied: []Example{
			{About: "users", Resources: Resources(caches(Inputs{"transitEncryptionEnabled": true, "transitEncryptionMode": "required", "userGroupIds": []any{"users"}}))},
			{About: "a token", Resources: Resources(caches(Inputs{"transitEncryptionEnabled": true, "authToken": Secret("hunter2")}))},
			{About: "Memcached, which has no users", Resources: Resources(Resource(cacheClusterType, "memory", Inputs{"engine": "memcached", "transitEncryptionEnabled": true}))},
			{About: "serverless caches", Resources: Resources(
				serverless(Inputs{"engine": "redis", "userGroupId": "users"}), Resource(serverlessCacheType, "memory", Inputs{"engine": "memcached"}))},
			{About: "as the primary of a global datastore", Resources: Resources(
				caches(Inputs{"transitEncryptionEnabled": true, "userGroupIds": []any{"users"}}), secondary())},
		},
		Violated: []Example{
			{About: "not set", Property: "transitEncryptionEnabled", Resources: Resources(caches(Inputs{"userGroupIds": []any{"users"}}))},
			{About: "off", Property: "transitEncryptionEnabled", Resources: Resources(caches(Inputs{"transitEncryptionEnabled": false, "userGroupIds": []any{"users"}}))},
			{About: "not required", Property: "transitEncryptionMode", Resources: Resources(
				caches(Inputs{"transitEncryptionEnabled": true, "transitEncryptionMode": "preferred", "userGroupIds": []any{"users"}}))},
			{About: "nobody signs in", Property: "userGroupIds", Resources: Resources(caches(Inputs{"transitEncryptionEnabled": true}))},
			{About: "no groups", Property: "userGroupIds", Resources: Resources(caches(Inputs{"transitEncryptionEnabled": true, "userGroupIds": []any{}}))},
			{About: "a cluster by itself", Property: "transitEncryptionEnabled", Resources: Resources(Resource(cacheClusterType, "one", Inputs{"engine": "redis"}))},
			{About: "Memcached", Property: "transitEncryptionEnabled", Resources: Resources(Resource(cacheClusterType, "memory", Inputs{"engine": "memcached"}))},
			{About: "a serverless cache", Property: "userGroupId", Resources: Resources(serverless(Inputs{"engine": "valkey"}))},
		},
		Undecided: []Example{
			{About: "not known", Resources: Resources(caches(Inputs{"transitEncryptionEnabled": Unknown, "userGroupIds": []any{"users"}}))},
			{About: "users not known", Resources: Resources(caches(Inputs{"transitEncryptionEnabled": true, "userGroupIds": Unknown}))},
		},
	},
	"X-EC-HA": {
		Satisfied: []Example{
			{About: "a replica in another zone", Resources: Resources(caches(Inputs{"automaticFailoverEnabled": true, "multiAzEnabled": true}))},
			{About: "Memcached", Resources: Resources(Resource(cacheClusterType, "memory", Inputs{"engine": "memcached", "azMode": "cross-az"}))},
			{About: "and a node of the group", Resources: Resources(caches(Inputs{"automaticFailoverEnabled": true, "multiAzEnabled": true}),
				Resource(cacheClusterType, "node", Inputs{"replicationGroupId": Ref(cacheGroupType, "cache", "id")}))},
		},
		Violated: []Example{
			{About: "no failover", Property: "automaticFailoverEnabled", Resources: Resources(caches(Inputs{"multiAzEnabled": true}))},
			{About: "one zone", Property: "multiAzEnabled", Resources: Resources(caches(Inputs{"automaticFailoverEnabled": true, "multiAzEnabled": false}))},
			{About: "a cluster by itself", Property: "automaticFailoverEnabled", Resources: Resources(Resource(cacheClusterType, "one", Inputs{"engine": "redis"}))},
			{About: "Memcached", Property: "azMode", Resources: Resources(Resource(cacheClusterType, "memory", Inputs{"engine": "memcached"}))},
		},
		Undecided: []Example{{About: "not known", Resources: Resources(caches(Inputs{"automaticFailoverEnabled": Unknown, "multiAzEnabled": true}))}},
	},
}

func caches(inputs Inputs) *graph.Resource { return Resource(cacheGroupType, "cache", inputs) }

func serverless(inputs Inputs) *graph.Resource {
	return Resource(serverlessCacheType, "serverless", inputs)
}

// secondary follows another replication group.
func secondary() *graph.Resource {
	return InRegion("us-west-2", Resource(cacheGroupType, "secondary", Inputs{"globalReplicationGroupId": "datastore"}))
}

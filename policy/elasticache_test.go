package policy

import "github.com/carebase/carebase/graph"

var elasticacheFixtures = map[string]fixture{
	"EC-1": {
		satisfied: []example{
			{about: "15 days", resources: these(caches(in{"snapshotRetentionLimit": 15}))},
			{about: "a cluster by itself", resources: these(res(cacheClusterType, "one", in{"engine": "redis", "snapshotRetentionLimit": 35}))},
			{about: "a serverless cache", resources: these(serverless(in{"engine": "valkey", "snapshotRetentionLimit": 15}))},
			{about: "beside Memcached, which keeps nothing", resources: these(
				caches(in{"snapshotRetentionLimit": 15}), res(cacheClusterType, "memory", in{"engine": "memcached"}))},
			{about: "and a node of the group", resources: these(
				caches(in{"snapshotRetentionLimit": 15}), res(cacheClusterType, "node", in{"replicationGroupId": ref(cacheGroupType, "cache", "id")}))},
		},
		violated: []example{
			{about: "not set", property: "snapshotRetentionLimit", resources: these(caches(in{}))},
			{about: "off", property: "snapshotRetentionLimit", resources: these(caches(in{"snapshotRetentionLimit": 0}))},
			{about: "off, for a group with a name", property: "snapshotRetentionLimit", resources: these(caches(in{"replicationGroupId": "cache", "snapshotRetentionLimit": 0}))},
			{about: "too short", property: "snapshotRetentionLimit", resources: these(caches(in{"snapshotRetentionLimit": 14}))},
			{about: "a cluster by itself", property: "snapshotRetentionLimit", resources: these(res(cacheClusterType, "one", in{"engine": "redis"}))},
			{about: "a serverless cache", property: "snapshotRetentionLimit", resources: these(serverless(in{"engine": "redis"}))},
		},
		undecided: []example{{about: "not known", resources: these(caches(in{"snapshotRetentionLimit": unknown}))}},
	},
	"X-EC-REST": {
		satisfied: []example{
			{about: "under a key", resources: these(caches(in{"atRestEncryptionEnabled": true, "kmsKeyId": keyArn}))},
			{about: "Valkey, which always is", resources: these(caches(in{"engine": "valkey", "kmsKeyId": keyArn}))},
			{about: "a serverless cache", resources: these(serverless(in{"engine": "redis", "kmsKeyId": keyArn}))},
			{about: "as the primary of a global datastore", resources: these(
				caches(in{"atRestEncryptionEnabled": true, "kmsKeyId": keyArn}), secondary())},
			{about: "and a node of the group", resources: these(caches(in{"atRestEncryptionEnabled": true, "kmsKeyId": keyArn}),
				res(cacheClusterType, "node", in{"replicationGroupId": ref(cacheGroupType, "cache", "id")}))},
		},
		violated: []example{
			{about: "not set", property: "atRestEncryptionEnabled", resources: these(caches(in{"engine": "redis", "kmsKeyId": keyArn}))},
			{about: "off", property: "atRestEncryptionEnabled", resources: these(caches(in{"engine": "valkey", "atRestEncryptionEnabled": false, "kmsKeyId": keyArn}))},
			{about: "AWS's key", property: "kmsKeyId", resources: these(caches(in{"atRestEncryptionEnabled": true}))},
			{about: "AWS's key, named", property: "kmsKeyId", resources: these(caches(in{"atRestEncryptionEnabled": true, "kmsKeyId": "alias/aws/elasticache"}))},
			{about: "a serverless cache under AWS's key", property: "kmsKeyId", resources: these(serverless(in{"engine": "redis"}))},
			{about: "a cluster by itself", property: "atRestEncryptionEnabled", resources: these(res(cacheClusterType, "one", in{"engine": "redis"}))},
		},
		undecided: []example{{about: "not known", resources: these(caches(in{"atRestEncryptionEnabled": unknown, "kmsKeyId": keyArn}))}},
	},
	"X-EC-TLS": {
		satisfied: []example{
			{about: "users", resources: these(caches(in{"transitEncryptionEnabled": true, "transitEncryptionMode": "required", "userGroupIds": []any{"users"}}))},
			{about: "a token", resources: these(caches(in{"transitEncryptionEnabled": true, "authToken": secret("hunter2")}))},
			{about: "Memcached, which has no users", resources: these(res(cacheClusterType, "memory", in{"engine": "memcached", "transitEncryptionEnabled": true}))},
			{about: "serverless caches", resources: these(
				serverless(in{"engine": "redis", "userGroupId": "users"}), res(serverlessCacheType, "memory", in{"engine": "memcached"}))},
			{about: "as the primary of a global datastore", resources: these(
				caches(in{"transitEncryptionEnabled": true, "userGroupIds": []any{"users"}}), secondary())},
		},
		violated: []example{
			{about: "not set", property: "transitEncryptionEnabled", resources: these(caches(in{"userGroupIds": []any{"users"}}))},
			{about: "off", property: "transitEncryptionEnabled", resources: these(caches(in{"transitEncryptionEnabled": false, "userGroupIds": []any{"users"}}))},
			{about: "not required", property: "transitEncryptionMode", resources: these(
				caches(in{"transitEncryptionEnabled": true, "transitEncryptionMode": "preferred", "userGroupIds": []any{"users"}}))},
			{about: "nobody signs in", property: "userGroupIds", resources: these(caches(in{"transitEncryptionEnabled": true}))},
			{about: "no groups", property: "userGroupIds", resources: these(caches(in{"transitEncryptionEnabled": true, "userGroupIds": []any{}}))},
			{about: "a cluster by itself", property: "transitEncryptionEnabled", resources: these(res(cacheClusterType, "one", in{"engine": "redis"}))},
			{about: "Memcached", property: "transitEncryptionEnabled", resources: these(res(cacheClusterType, "memory", in{"engine": "memcached"}))},
			{about: "a serverless cache", property: "userGroupId", resources: these(serverless(in{"engine": "valkey"}))},
		},
		undecided: []example{
			{about: "not known", resources: these(caches(in{"transitEncryptionEnabled": unknown, "userGroupIds": []any{"users"}}))},
			{about: "users not known", resources: these(caches(in{"transitEncryptionEnabled": true, "userGroupIds": unknown}))},
		},
	},
	"X-EC-HA": {
		satisfied: []example{
			{about: "a replica in another zone", resources: these(caches(in{"automaticFailoverEnabled": true, "multiAzEnabled": true}))},
			{about: "Memcached", resources: these(res(cacheClusterType, "memory", in{"engine": "memcached", "azMode": "cross-az"}))},
			{about: "and a node of the group", resources: these(caches(in{"automaticFailoverEnabled": true, "multiAzEnabled": true}),
				res(cacheClusterType, "node", in{"replicationGroupId": ref(cacheGroupType, "cache", "id")}))},
		},
		violated: []example{
			{about: "no failover", property: "automaticFailoverEnabled", resources: these(caches(in{"multiAzEnabled": true}))},
			{about: "one zone", property: "multiAzEnabled", resources: these(caches(in{"automaticFailoverEnabled": true, "multiAzEnabled": false}))},
			{about: "a cluster by itself", property: "automaticFailoverEnabled", resources: these(res(cacheClusterType, "one", in{"engine": "redis"}))},
			{about: "Memcached", property: "azMode", resources: these(res(cacheClusterType, "memory", in{"engine": "memcached"}))},
		},
		undecided: []example{{about: "not known", resources: these(caches(in{"automaticFailoverEnabled": unknown, "multiAzEnabled": true}))}},
	},
}

func caches(inputs in) *graph.Resource { return res(cacheGroupType, "cache", inputs) }

func serverless(inputs in) *graph.Resource { return res(serverlessCacheType, "serverless", inputs) }

// secondary follows another replication group.
func secondary() *graph.Resource {
	return inRegion("us-west-2", res(cacheGroupType, "secondary", in{"globalReplicationGroupId": "datastore"}))
}

package policy

var snsFixtures = map[string]fixture{
	"SNS-1": {
		satisfied: []example{
			{about: "a key of this stack", resources: these(res(kmsKey, "data", in{}), res(topicType, "topic", in{"kmsMasterKeyId": ref(kmsKey, "data", "arn")}))},
			{about: "a key elsewhere", resources: these(res(topicType, "topic", in{"kmsMasterKeyId": "alias/careconnect-data"}))},
		},
		violated: []example{
			{about: "none", property: "kmsMasterKeyId", resources: these(res(topicType, "topic", in{}))},
			{about: "AWS's key", property: "kmsMasterKeyId", resources: these(res(topicType, "topic", in{"kmsMasterKeyId": "alias/aws/sns"}))},
			{about: "AWS's key by its ARN", property: "kmsMasterKeyId", resources: these(
				res(topicType, "topic", in{"kmsMasterKeyId": "arn:aws:kms:us-east-1:123456789012:alias/aws/sns"}))},
		},
		undecided: []example{{about: "not known", resources: these(res(topicType, "topic", in{"kmsMasterKeyId": unknown}))}},
	},
}

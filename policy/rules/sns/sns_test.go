package sns

import (
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

var snsFixtures = map[string]Fixture{
	"SNS-1": {
		Satisfied: []Example{
			{About: "a key of this stack", Resources: Resources(Resource(examples.KmsKey, "data", Inputs{}), Resource(inspect.TopicType, "topic", Inputs{"kmsMasterKeyId": Ref(examples.KmsKey, "data", "arn")}))},
			{About: "a key elsewhere", Resources: Resources(Resource(inspect.TopicType, "topic", Inputs{"kmsMasterKeyId": "alias/careconnect-data"}))},
		},
		Violated: []Example{
			{About: "none", Property: "kmsMasterKeyId", Resources: Resources(Resource(inspect.TopicType, "topic", Inputs{}))},
			{About: "AWS's key", Property: "kmsMasterKeyId", Resources: Resources(Resource(inspect.TopicType, "topic", Inputs{"kmsMasterKeyId": "alias/aws/sns"}))},
			{About: "AWS's key by its ARN", Property: "kmsMasterKeyId", Resources: Resources(
				Resource(inspect.TopicType, "topic", Inputs{"kmsMasterKeyId": "arn:aws:kms:us-east-1:123456789012:alias/aws/sns"}))},
		},
		Undecided: []Example{{About: "not known", Resources: Resources(Resource(inspect.TopicType, "topic", Inputs{"kmsMasterKeyId": Unknown}))}},
	},
}

// Package sns has the controls of Amazon SNS.
package sns

import (
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// Controls of this package, in the order in which reports list them.
var Controls = []*policy.Control{
	{
		ID: "X-NOTICE-TOPIC", Service: "SNS", Kind: policy.Relation, Severity: policy.High,
		Title:     "Topics have a subscriber",
		Citations: []string{"164.308(a)(6)(ii)", "164.312(b)"},
		Analogy:   true,
		Setting:   "alerts",
		Why:       "What is published to a topic without subscribers is gone.",
		Check:     topicsHeard,
	},
	{
		ID: "SNS-1", Service: "SNS", Kind: policy.Property, Severity: policy.High,
		Title:     "KMS encryption",
		Citations: []string{"164.308(a)(1)(ii)(B)", "164.312(a)(2)(iv)", "164.312(e)(2)(ii)", "164.314(b)(2)(i)"},
		Config:    []string{"sns-encrypted-kms"},
		Nag:       []string{"SNSEncryptedKMS"},
		Prowler:   []string{"sns_topics_kms_encryption_at_rest_enabled"},
		Why:       "Messages say what happened to whom; under AWS's own key nobody can see or stop who reads them, and no other service can publish.",
		Check: policy.Each([]string{inspect.TopicType},
			policy.CustomerKey("kmsMasterKeyId", "set kmsMasterKeyId to the data key of components/keys, whose policy admits the services that publish")),
	},
}

package policy

var snsControls = []*Control{
	{
		ID: "SNS-1", Service: "SNS", Kind: Property, Severity: High,
		Title:     "KMS encryption",
		Citations: []string{"164.308(a)(1)(ii)(B)", "164.312(a)(2)(iv)", "164.312(e)(2)(ii)", "164.314(b)(2)(i)"},
		Config:    []string{"sns-encrypted-kms"},
		Nag:       []string{"SNSEncryptedKMS"},
		Prowler:   []string{"sns_topics_kms_encryption_at_rest_enabled"},
		Why:       "Messages say what happened to whom; under AWS's own key nobody can see or stop who reads them, and no other service can publish.",
		check: each(of(topicType),
			customerKey("kmsMasterKeyId", "set kmsMasterKeyId to the data key of components/keys, whose policy admits the services that publish")),
	},
}

const topicType = "aws:sns/topic:Topic"

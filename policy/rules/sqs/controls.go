// Package sqs has the controls of Amazon SQS.
package sqs

import "github.com/carebase/carebase/policy"

// Controls of this package, in the order in which reports list them.
var Controls = []*policy.Control{
	{
		ID: "X-SQS-KMS", Service: "SQS", Kind: policy.Property, Severity: policy.High,
		Title:     "Queues encrypted",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(2)(ii)"},
		Analogy:   true,
		Why:       "Messages wait for days; under SQS's own key nobody can see or stop who reads them.",
		Check: policy.Each([]string{queueType},
			policy.CustomerKey("kmsMasterKeyId", "set kmsMasterKeyId to the data key of components/keys; sqsManagedSseEnabled is a key of AWS's")),
	},
	{
		ID: "X-SQS-TLS", Service: "SQS", Kind: policy.Relation, Severity: policy.Medium,
		Title:     "Queue and topic policies deny non-TLS",
		Citations: []string{"164.312(e)(1)"},
		Analogy:   true,
		Why:       "SQS and SNS also answer plain HTTP, on which anybody on the way reads the message.",
		Check:     plainHTTPDenied,
	},
	{
		ID: "X-SQS-DLQ", Service: "SQS", Kind: policy.Relation, Severity: policy.Medium,
		Title:     "Dead-letter queue",
		Citations: []string{"164.312(c)(1)"},
		Analogy:   true,
		Why:       "A message that nobody can work on comes back until it expires, and is then lost without a word.",
		Check:     deadLettersKept,
	},
}

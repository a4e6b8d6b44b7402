package examples

import (
	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	. "github.com/carebase/carebase/policy/policytest"
)

const (
	BucketV1 = "aws:s3/bucket:Bucket"
)

func PolicyOf(statements ...any) Inputs {
	return Inputs{"policy": JSON(Inputs{"Version": "2012-10-17", "Statement": statements})}
}

// Changed is the statement with some members changed; nil takes one out.
func Changed(s Inputs, changes Inputs) Inputs {
	all := Inputs{}
	for key, value := range s {
		all[key] = value
	}
	for key, value := range changes {
		if all[key] = value; value == nil {
			delete(all, key)
		}
	}
	return all
}

// Grant is a statement that a policy of a resource may have.
func Grant() Inputs {
	return Inputs{"Effect": "Allow", "Principal": Inputs{"AWS": "arn:aws:iam::111122223333:root"}, "Action": "s3:GetObject", "Resource": "*"}
}

// ClosedPolicies are statements that allow nothing to everybody.
func ClosedPolicies(make func(Inputs) []*graph.Resource) []Example {
	everybody := func(about string, condition Inputs) Example {
		return Example{About: about, Resources: make(Changed(Grant(), Inputs{"Principal": Inputs{"AWS": "*"}, "Condition": condition}))}
	}
	return []Example{
		{About: "an account", Resources: make(Grant())},
		{About: "a service", Resources: make(Changed(Grant(), Inputs{"Principal": Inputs{"Service": []any{"cloudfront.amazonaws.com"}}}))},
		{About: "denied to everybody", Resources: make(Changed(Grant(), Inputs{"Effect": "Deny", "Principal": "*"}))},
		everybody("everybody of an account", Inputs{"StringEquals": Inputs{"aws:PrincipalAccount": "111122223333"}}),
		everybody("everybody of an organisation", Inputs{"ForAnyValue:StringEquals": Inputs{"aws:PrincipalOrgID": []any{"o-1234567890"}}}),
		everybody("everybody by a VPC endpoint", Inputs{"StringEqualsIgnoreCase": Inputs{"AWS:sourceVpce": "vpce-1"}}),
		everybody("a source, with a wildcard after the account", Inputs{"ArnLike": Inputs{"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:*"}}),
		everybody("a bucket as source", Inputs{"ArnEquals": Inputs{"aws:SourceArn": "arn:aws:s3:::the-files"}}),
	}
}

// OpenPolicies are statements that allow something to everybody.
func OpenPolicies(make func(Inputs) []*graph.Resource) []Example {
	everybody := func(about string, changes Inputs) Example {
		return Example{About: about, Property: "policy", Resources: make(Changed(Changed(Grant(), Inputs{"Principal": "*"}), changes))}
	}
	when := func(about string, condition Inputs) Example { return everybody(about, Inputs{"Condition": condition}) }
	return []Example{
		everybody("everybody", nil),
		everybody("everybody by kind", Inputs{"Principal": Inputs{"AWS": "*"}}),
		everybody("everybody in a list", Inputs{"Principal": Inputs{"AWS": []any{"arn:aws:iam::111122223333:root", "*"}}}),
		everybody("everybody but one", Inputs{"Principal": nil, "NotPrincipal": Inputs{"AWS": "arn:aws:iam::111122223333:root"}}),
		when("by TLS", Inputs{"Bool": Inputs{"aws:SecureTransport": "true"}}),
		when("of any account", Inputs{"StringLike": Inputs{"aws:PrincipalAccount": "*"}}),
		when("of this account or any", Inputs{"StringLike": Inputs{"aws:PrincipalAccount": []any{"111122223333", "*"}}}),
		when("of no account", Inputs{"StringEquals": Inputs{"aws:PrincipalAccount": []any{}}}),
		when("of another account", Inputs{"StringNotEquals": Inputs{"aws:PrincipalAccount": "111122223333"}}),
		when("of an account, or of none", Inputs{"StringEqualsIfExists": Inputs{"aws:PrincipalAccount": "111122223333"}}),
		when("of an organisation, or of none", Inputs{"ForAllValues:StringEquals": Inputs{"aws:PrincipalOrgID": "o-1234567890"}}),
		when("a source in any account", Inputs{"ArnLike": Inputs{"aws:SourceArn": "arn:aws:sns:us-east-1:*:topic"}}),
		when("any bucket as source", Inputs{"ArnLike": Inputs{"aws:SourceArn": "arn:aws:s3:::*"}}),
	}
}

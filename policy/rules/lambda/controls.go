// Package lambda has the controls of AWS Lambda.
package lambda

import "github.com/carebase/carebase/policy"

// Controls of this package, in the order in which reports list them.
var Controls = []*policy.Control{
	{
		ID: "FN-1", Service: "Lambda", Kind: policy.Relation, Severity: policy.Medium,
		Title:     "Dead-letter queue",
		Citations: []string{"164.312(b)"},
		Nag:       []string{"LambdaDLQ"},
		Why:       "An event that a function failed on is dropped after three tries, and nobody knows which patient's it was.",
		Check:     failuresKept,
	},
	{
		ID: "FN-2", Service: "Lambda", Kind: policy.Relation, Severity: policy.Low,
		Title:     "Concurrency limit",
		Citations: []string{"164.312(b)"},
		Nag:       []string{"LambdaConcurrency"},
		Why:       "A function without a limit can use up the account's, and with it everything else that runs on Lambda, and the database's connections.",
		Check:     concurrencyLimited,
	},
	{
		ID: "FN-3", Service: "Lambda", Kind: policy.Relation, Severity: policy.Medium,
		Title:     "Inside the VPC",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)", "164.312(e)(1)"},
		Nag:       []string{"LambdaInsideVPC"},
		Why:       "A function outside the VPC reaches the whole internet, past every security group, endpoint policy and flow log.",
		Check: eachFunction(
			policy.IsSet("vpcConfig.subnetIds[*]", "name the private subnets of components/network"),
			policy.IsSet("vpcConfig.securityGroupIds[*]", "give the function a security group of its own")),
	},
	{
		ID: "FN-4", Service: "Lambda", Kind: policy.Property, Severity: policy.High,
		Title:     "No public invoke permission",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)", "164.312(e)(1)"},
		Config:    []string{"lambda-function-public-access-prohibited"},
		Nag:       []string{"LambdaFunctionPublicAccessProhibited"},
		Prowler:   []string{"awslambda_function_not_publicly_accessible"},
		Why:       "Who may invoke a function has it do what its role may do; a service that may, without saying for whom, does so for any account.",
		Check:     invokersNamed,
	},
	{
		ID: "FN-5", Service: "Lambda", Kind: policy.Property, Severity: policy.Critical,
		Title:     "No public function URL",
		Citations: []string{"164.308(a)(1)(ii)(B)", "164.308(a)(3)(i)", "164.312(a)(1)"},
		Prowler:   []string{"awslambda_function_url_public"},
		Why:       "A function URL without sign-in runs the function for everybody, past load balancer, firewall and access logs.",
		Check: policy.Each([]string{"aws:lambda/functionUrl:FunctionUrl"},
			policy.IsOneOf("authorizationType", "set authorizationType: AWS_IAM, or take the URL out", "AWS_IAM")),
	},
	{
		ID: "X-FN-ENV", Service: "Lambda", Kind: policy.Property, Severity: policy.Medium,
		Title:     "Environment encrypted with CMK",
		Citations: []string{"164.312(a)(2)(iv)"},
		Analogy:   true,
		Why:       "Under AWS's own key, whoever may look at a function reads its environment; under the account's, only who may use the key.",
		Check:     environmentsEncrypted,
	},
}

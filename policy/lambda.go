package policy

import (
	"slices"
	"strings"
)

var lambdaControls = []*Control{
	{
		ID: "FN-1", Service: "Lambda", Kind: Relation, Severity: Medium,
		Title:     "Dead-letter queue",
		Citations: []string{"164.312(b)"},
		Nag:       []string{"LambdaDLQ"},
		Why:       "An event that a function failed on is dropped after three tries, and nobody knows which patient's it was.",
		check:     failuresKept,
	},
	{
		ID: "FN-2", Service: "Lambda", Kind: Relation, Severity: Low,
		Title:     "Concurrency limit",
		Citations: []string{"164.312(b)"},
		Nag:       []string{"LambdaConcurrency"},
		Why:       "A function without a limit can use up the account's, and with it everything else that runs on Lambda, and the database's connections.",
		check:     concurrencyLimited,
	},
	{
		ID: "FN-3", Service: "Lambda", Kind: Relation, Severity: Medium,
		Title:     "Inside the VPC",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)", "164.312(e)(1)"},
		Nag:       []string{"LambdaInsideVPC"},
		Why:       "A function outside the VPC reaches the whole internet, past every security group, endpoint policy and flow log.",
		check: eachFunction(
			isSet("vpcConfig.subnetIds[*]", "name the private subnets of components/network"),
			isSet("vpcConfig.securityGroupIds[*]", "give the function a security group of its own")),
	},
	{
		ID: "FN-4", Service: "Lambda", Kind: Property, Severity: High,
		Title:     "No public invoke permission",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)", "164.312(e)(1)"},
		Config:    []string{"lambda-function-public-access-prohibited"},
		Nag:       []string{"LambdaFunctionPublicAccessProhibited"},
		Prowler:   []string{"awslambda_function_not_publicly_accessible"},
		Why:       "Who may invoke a function has it do what its role may do; a service that may, without saying for whom, does so for any account.",
		check:     invokersNamed,
	},
	{
		ID: "FN-5", Service: "Lambda", Kind: Property, Severity: Critical,
		Title:     "No public function URL",
		Citations: []string{"164.308(a)(1)(ii)(B)", "164.308(a)(3)(i)", "164.312(a)(1)"},
		Prowler:   []string{"awslambda_function_url_public"},
		Why:       "A function URL without sign-in runs the function for everybody, past load balancer, firewall and access logs.",
		check: each(of("aws:lambda/functionUrl:FunctionUrl"),
			isOneOf("authorizationType", "set authorizationType: AWS_IAM, or take the URL out", "AWS_IAM")),
	},
	{
		ID: "X-FN-ENV", Service: "Lambda", Kind: Property, Severity: Medium,
		Title:     "Environment encrypted with CMK",
		Citations: []string{"164.312(a)(2)(iv)"},
		Analogy:   true,
		Why:       "Under AWS's own key, whoever may look at a function reads its environment; under the account's, only who may use the key.",
		check:     environmentsEncrypted,
	},
}

const (
	functionType     = "aws:lambda/function:Function"
	permissionType   = "aws:lambda/permission:Permission"
	invokeConfigType = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
	eventSourceType  = "aws:lambda/eventSourceMapping:EventSourceMapping"
)

// functions are the stack's, without those that CloudFront runs at its edges: Lambda@Edge has neither dead-letter queue,
// VPC, environment nor concurrency of its own.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
func (s *Stack) functions() []*Resource {
	atEdge := s.atEdge()
	return slices.DeleteFunc(s.Of(functionType), func(r *Resource) bool {
		arn := r.Outputs.Get("arn")
		return atEdge[r.URN] || arn.IsString() && atEdge[arn.AsString()]
	})
}

// atEdge are the URNs, or the ARNs without their version, of the functions that distributions run.
func (s *Stack) atEdge() map[string]bool {
	found := map[string]bool{}
	for _, r := range s.Of(distributionType) {
		behaviors := append(elements(r.At("orderedCacheBehaviors")), r.At("defaultCacheBehavior"))
		for _, behavior := range behaviors {
			for _, association := range elements(behavior.At("lambdaFunctionAssociations")) {
				v := association.At("lambdaArn")
				if at := strings.LastIndex(v.Text(), ":"); at > 0 {
					found[v.Text()[:at]] = true
				}
				for _, function := range s.Referents(v) {
					found[function.URN] = true
				}
			}
		}
	}
	return found
}

func eachFunction(expectations ...expectation) func(*Stack, *Report) {
	return func(s *Stack, report *Report) {
		for _, r := range s.functions() {
			r.expect(report, expectations...)
		}
	}
}

// failuresKept takes a destination for failed events for a dead-letter queue: it is the newer way to the same end.
func failuresKept(s *Stack, report *Report) {
	kept := isSet("", "set deadLetterConfig.targetArn to a queue under the data key, and an alarm on that queue")
	for _, r := range s.functions() {
		v := r.At("deadLetterConfig.targetArn")
		for _, config := range s.Pointing(r, invokeConfigType, "functionName") {
			if destination := config.At("destinationConfig.onFailure.destination"); !destination.Unset() {
				v = destination
			}
		}
		if kept.judge(report, r, v) {
			report.Pass(r)
		}
	}
}

// concurrencyLimited takes limits at the queues that a function is fed from, where nothing else may invoke it.
func concurrencyLimited(s *Stack, report *Report) {
	limited := atLeast("reservedConcurrentExecutions", 1, "set reservedConcurrentExecutions to what the database and the account can bear; 0 stops the function")
	for _, r := range s.functions() {
		sources := s.Pointing(r, eventSourceType, "functionName")
		atSources := len(sources) > 0 && len(s.Pointing(r, permissionType, "function")) == 0 &&
			!slices.ContainsFunc(sources, func(source *Resource) bool {
				_, ok := source.At("scalingConfig.maximumConcurrency").Number()
				return !ok
			})
		if atSources && r.At("reservedConcurrentExecutions").Unset() {
			report.Pass(r)
			continue
		}
		r.expect(report, limited)
	}
}

// invokersNamed looks at who may invoke functions. Everybody may be named with the organisation that they must be of.
// Services must be told for whom they act; of S3 that takes the account, for a bucket's ARN does not say whose it is.
func invokersNamed(s *Stack, report *Report) {
	somebody := expectation{"principal", "a service, an account or a role", "name who may invoke it, not *",
		func(r *Resource, v Value) bool { return v.Text() != "*" || !r.At("principalOrgId").Unset() }}
	forWhom := expectation{"sourceArn", "sourceArn or sourceAccount, for a service", "set sourceArn to what the service acts for",
		func(r *Resource, v Value) bool {
			return !isService(r.At("principal")) || !v.Unset() && v.Text() != "*" || !r.At("sourceAccount").Unset()
		}}
	forAccount := expectation{"sourceAccount", "the account, for S3", "set sourceAccount: a bucket's name may be another account's tomorrow",
		func(r *Resource, v Value) bool { return !v.Unset() || r.At("principal").Text() != "s3.amazonaws.com" }}
	for _, r := range s.Of(permissionType) {
		r.expect(report, somebody, forWhom, forAccount)
	}
}

func isService(principal Value) bool {
	return strings.Contains(principal.Text(), ".amazonaws.com") && !strings.HasPrefix(principal.Text(), "arn:")
}

func environmentsEncrypted(s *Stack, report *Report) {
	key := customerKey("kmsKeyArn", "set kmsKeyArn to the data key of components/keys")
	for _, r := range s.Of(functionType) {
		variables, with := r.At("environment.variables"), r.At("kmsKeyArn")
		switch {
		case variables.Unknown() && with.Unset():
			report.Undecided(r, variables.Path(), key.want)
		case variables.Unknown() || len(variables.Keys()) > 0:
			r.expect(report, key)
		}
	}
}

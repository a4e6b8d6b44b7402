package lambda

import (
	"slices"
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const (
	permissionType = "aws:lambda/permission:Permission"
)

// functions are the stack's, without those that CloudFront runs at its edges: Lambda@Edge has neither dead-letter queue,
// VPC, environment nor concurrency of its own.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
func functions(s *inspect.Stack) []*inspect.Resource {
	atEdge := edgeFunctions(s)
	return slices.DeleteFunc(s.Of(inspect.FunctionType), func(r *inspect.Resource) bool {
		arn := r.Outputs.Get("arn")
		return atEdge[r.URN] || arn.IsString() && atEdge[arn.AsString()]
	})
}

// edgeFunctions are the URNs, or the ARNs without their version, of the functions that distributions run.
func edgeFunctions(s *inspect.Stack) map[string]bool {
	found := map[string]bool{}
	for _, r := range s.Of(inspect.DistributionType) {
		behaviors := append(inspect.Elements(r.At("orderedCacheBehaviors")), r.At("defaultCacheBehavior"))
		for _, behavior := range behaviors {
			for _, association := range inspect.Elements(behavior.At("lambdaFunctionAssociations")) {
				v := association.At("lambdaArn")
				if at := strings.LastIndex(v.Text(), ":"); at > 0 {
					found[v.Text()[:at]] = true
				}
				for _, function := range s.ResolveAll(v) {
					found[function.URN] = true
				}
			}
		}
	}
	return found
}

func eachFunction(expectations ...policy.Expectation) func(*inspect.Stack, *policy.Report) {
	return func(s *inspect.Stack, report *policy.Report) {
		for _, r := range functions(s) {
			report.Expect(r, expectations...)
		}
	}
}

// failuresKept takes a destination for failed events for a dead-letter queue: it is the newer way to the same end.
func failuresKept(s *inspect.Stack, report *policy.Report) {
	kept := policy.IsSet("", "set deadLetterConfig.targetArn to a queue under the data key, and an alarm on that queue")
	for _, r := range functions(s) {
		v := r.At("deadLetterConfig.targetArn")
		for _, config := range s.Pointing(r, inspect.InvokeConfigType, "functionName") {
			if destination := config.At("destinationConfig.onFailure.destination"); !destination.Unset() {
				v = destination
			}
		}
		if kept.Judge(report, r, v) {
			report.Pass(r)
		}
	}
}

// concurrencyLimited takes limits at the queues that a function is fed from, where nothing else may invoke it.
func concurrencyLimited(s *inspect.Stack, report *policy.Report) {
	limited := policy.AtLeast("reservedConcurrentExecutions", 1, "set reservedConcurrentExecutions to what the database and the account can bear; 0 stops the function")
	for _, r := range functions(s) {
		sources := s.Pointing(r, inspect.EventSourceType, "functionName")
		atSources := len(sources) > 0 && len(s.Pointing(r, permissionType, "function")) == 0 &&
			!slices.ContainsFunc(sources, func(source *inspect.Resource) bool {
				_, ok := source.At("scalingConfig.maximumConcurrency").Number()
				return !ok
			})
		if atSources && r.At("reservedConcurrentExecutions").Unset() {
			report.Pass(r)
			continue
		}
		report.Expect(r, limited)
	}
}

// invokersNamed looks at who may invoke functions. Everybody may be named with the organisation that they must be of.
// Services must be told for whom they act; of S3 that takes the account, for a bucket's ARN does not say whose it is.
func invokersNamed(s *inspect.Stack, report *policy.Report) {
	somebody := policy.Expectation{Path: "principal", Want: "a service, an account or a role", Fix: "name who may invoke it, not *",
		Holds: func(v inspect.Value) bool { return v.Text() != "*" || !v.Resource().At("principalOrgId").Unset() }}
	forWhom := policy.Expectation{Path: "sourceArn", Want: "sourceArn or sourceAccount, for a service", Fix: "set sourceArn to what the service acts for",
		Holds: func(v inspect.Value) bool {
			return !isService(v.Resource().At("principal")) || !v.Unset() && v.Text() != "*" || !v.Resource().At("sourceAccount").Unset()
		}}
	forAccount := policy.Expectation{Path: "sourceAccount", Want: "the account, for S3", Fix: "set sourceAccount: a bucket's name may be another account's tomorrow",
		Holds: func(v inspect.Value) bool {
			return !v.Unset() || v.Resource().At("principal").Text() != "s3.amazonaws.com"
		}}
	for _, r := range s.Of(permissionType) {
		report.Expect(r, somebody, forWhom, forAccount)
	}
}

func isService(principal inspect.Value) bool {
	return strings.Contains(principal.Text(), ".amazonaws.com") && !strings.HasPrefix(principal.Text(), "arn:")
}

func environmentsEncrypted(s *inspect.Stack, report *policy.Report) {
	key := policy.CustomerKey("kmsKeyArn", "set kmsKeyArn to the data key of components/keys")
	for _, r := range s.Of(inspect.FunctionType) {
		variables, with := r.At("environment.variables"), r.At("kmsKeyArn")
		switch {
		case variables.Unknown() && with.Unset():
			report.Undecided(r, variables.Path(), key.Want)
		case variables.Unknown() || len(variables.Keys()) > 0:
			report.Expect(r, key)
		}
	}
}

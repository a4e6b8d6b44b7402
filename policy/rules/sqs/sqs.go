package sqs

import (
	"slices"
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const (
	queueType       = "aws:sqs/queue:Queue"
	redriveType     = "aws:sqs/redrivePolicy:RedrivePolicy"
	queuePolicyType = "aws:sqs/queuePolicy:QueuePolicy"
	topicPolicyType = "aws:sns/topicPolicy:TopicPolicy"
)

// plainHTTPDenied wants a policy for every queue and topic by which nobody gets through without TLS.
func plainHTTPDenied(s *inspect.Stack, report *policy.Report) {
	for _, kind := range []struct {
		target, policy, property string
		actions                  []string
	}{
		{queueType, queuePolicyType, "queueUrl", []string{"sqs:SendMessage", "sqs:ReceiveMessage"}},
		{inspect.TopicType, topicPolicyType, "arn", []string{"sns:Publish"}},
	} {
		want := "a statement that denies everybody " + strings.Join(kind.actions, " and ") + " where aws:SecureTransport is false"
		const fix = "add the statement, as components/observability does for its topics"
		for _, r := range s.Of(kind.target) {
			// A policy of its own replaces the one that is written in the queue or topic.
			document, on := r.At("policy"), r
			for _, policyDocument := range s.Pointing(r, kind.policy, kind.property) {
				document, on = policyDocument.At("policy"), policyDocument
			}
			if document.Unset() {
				report.Fail(r, inspect.ShortName(kind.policy), "none", want, fix)
			} else if policy.JudgePolicy(report, on, document, want, fix, func(policyDocument []inspect.Statement) string {
				if slices.ContainsFunc(policyDocument, func(c inspect.Statement) bool { return deniesPlain(c, kind.actions) && isAbout(s, c, r) }) {
					return ""
				}
				return "no such statement"
			}) {
				report.Pass(r)
			}
		}
	}
}

// deniesPlain is true for a statement that forbids everybody the actions without TLS. A second condition would leave a
// way round it.
func deniesPlain(c inspect.Statement, actions []string) bool {
	if c.Effect != "Deny" || !c.Anyone() || len(c.Conditions) != 1 {
		return false
	}
	only := c.Conditions[0]
	return strings.HasPrefix(only.Test, "Bool") && strings.EqualFold(only.Key, "aws:SecureTransport") &&
		slices.Equal(only.Values, []string{"false"}) &&
		!slices.ContainsFunc(actions, func(action string) bool {
			return !inspect.Covers(c.Actions, action) && (len(c.NotActions) == 0 || inspect.Covers(c.NotActions, action))
		})
}

// isAbout is true where the statement is about the queue or topic, and not about another one. A literal ARN in a plan
// ends with the name that the program gives it.
func isAbout(s *inspect.Stack, c inspect.Statement, r *inspect.Resource) bool {
	arn, name := r.Output("arn"), r.At("name")
	return slices.ContainsFunc(c.ResourceValues(), func(one inspect.Value) bool {
		text := one.Text()
		switch {
		case one.HasReference():
			return s.Resolve(one, r.Type) == r
		case arn.Text() != "" && !arn.HasReference():
			return inspect.Glob(text, arn.Text())
		}
		return inspect.Glob(text[strings.LastIndex(text, ":")+1:], name.Text())
	})
}

// deadLettersKept leaves out the queues that are there for what others gave up.
func deadLettersKept(s *inspect.Stack, report *policy.Report) {
	const want = "a redrive policy with a deadLetterTargetArn"
	const fix = "give it a queue for what fails, and an alarm on that queue"
	last := deadLetterQueues(s)
	for _, r := range s.Of(queueType) {
		if last[r] {
			continue
		}
		policyDocument, on := r.At("redrivePolicy"), r
		for _, separate := range s.Pointing(r, redriveType, "queueUrl") {
			policyDocument, on = separate.At("redrivePolicy"), separate
		}
		document, _ := policyDocument.JSON()
		switch target := document.At("deadLetterTargetArn"); {
		case policyDocument.Unknown():
			report.Undecided(on, policyDocument.Path(), want)
		case target.Unset():
			report.Fail(on, policyDocument.Path(), policyDocument.Show(), want, fix)
		default:
			report.Pass(r)
		}
	}
}

// deadLetterQueues are those that something of the stack gives its failures to.
func deadLetterQueues(s *inspect.Stack) map[*inspect.Resource]bool {
	found := map[*inspect.Resource]bool{}
	add := func(typ, path string) {
		for _, r := range s.Of(typ) {
			v := r.At(path)
			if document, ok := v.JSON(); ok {
				v = document.At("deadLetterTargetArn")
			}
			for _, target := range s.ResolveAll(v) {
				found[target] = true
			}
		}
	}
	add(queueType, "redrivePolicy")
	add(redriveType, "redrivePolicy")
	add(inspect.SubscriptionType, "redrivePolicy")
	add(inspect.FunctionType, "deadLetterConfig.targetArn")
	add(inspect.InvokeConfigType, "destinationConfig.onFailure.destination")
	add(inspect.EventSourceType, "destinationConfig.onFailure.destinationArn")
	add(inspect.EventTargetType, "deadLetterConfig.arn")
	add(inspect.EventScheduleType, "target.deadLetterConfig.arn")
	return found
}

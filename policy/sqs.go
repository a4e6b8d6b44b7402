package policy

import (
	"slices"
	"strings"
)

var sqsControls = []*Control{
	{
		ID: "X-SQS-KMS", Service: "SQS", Kind: Property, Severity: High,
		Title:     "Queues encrypted",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(2)(ii)"},
		Analogy:   true,
		Why:       "Messages wait for days; under SQS's own key nobody can see or stop who reads them.",
		check: each(of(queueType),
			customerKey("kmsMasterKeyId", "set kmsMasterKeyId to the data key of components/keys; sqsManagedSseEnabled is a key of AWS's")),
	},
	{
		ID: "X-SQS-TLS", Service: "SQS", Kind: Relation, Severity: Medium,
		Title:     "Queue and topic policies deny non-TLS",
		Citations: []string{"164.312(e)(1)"},
		Analogy:   true,
		Why:       "SQS and SNS also answer plain HTTP, on which anybody on the way reads the message.",
		check:     plainHTTPDenied,
	},
	{
		ID: "X-SQS-DLQ", Service: "SQS", Kind: Relation, Severity: Medium,
		Title:     "Dead-letter queue",
		Citations: []string{"164.312(c)(1)"},
		Analogy:   true,
		Why:       "A message that nobody can work on comes back until it expires, and is then lost without a word.",
		check:     deadLettersKept,
	},
}

const (
	queueType         = "aws:sqs/queue:Queue"
	redriveType       = "aws:sqs/redrivePolicy:RedrivePolicy"
	subscriptionType  = "aws:sns/topicSubscription:TopicSubscription"
	queuePolicyType   = "aws:sqs/queuePolicy:QueuePolicy"
	topicPolicyType   = "aws:sns/topicPolicy:TopicPolicy"
	eventTargetType   = "aws:cloudwatch/eventTarget:EventTarget"
	eventScheduleType = "aws:scheduler/schedule:Schedule"
)

// plainHTTPDenied wants a policy for every queue and topic by which nobody gets through without TLS.
func plainHTTPDenied(s *Stack, report *Report) {
	for _, kind := range []struct {
		target, policy, property string
		actions                  []string
	}{
		{queueType, queuePolicyType, "queueUrl", []string{"sqs:SendMessage", "sqs:ReceiveMessage"}},
		{topicType, topicPolicyType, "arn", []string{"sns:Publish"}},
	} {
		want := "a statement that denies everybody " + strings.Join(kind.actions, " and ") + " where aws:SecureTransport is false"
		const fix = "add the statement, as components/observability does for its topics"
		for _, r := range s.Of(kind.target) {
			// A policy of its own replaces the one that is written in the queue or topic.
			document, on := r.At("policy"), r
			for _, policy := range s.Pointing(r, kind.policy, kind.property) {
				document, on = policy.At("policy"), policy
			}
			if document.Unset() {
				report.Fail(r, shortName(kind.policy), "none", want, fix)
			} else if judgePolicy(report, on, document, want, fix, func(policy []clause) string {
				if slices.ContainsFunc(policy, func(c clause) bool { return c.deniesPlain(kind.actions) && s.isAbout(c, r) }) {
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
func (c clause) deniesPlain(actions []string) bool {
	if c.Effect != "Deny" || !c.Anyone() || len(c.Conditions) != 1 {
		return false
	}
	only := c.Conditions[0]
	return strings.HasPrefix(only.Test, "Bool") && strings.EqualFold(only.Key, "aws:SecureTransport") &&
		slices.Equal(only.Values, []string{"false"}) &&
		!slices.ContainsFunc(actions, func(action string) bool {
			return !covers(c.Actions, action) && (len(c.NotActions) == 0 || covers(c.NotActions, action))
		})
}

// isAbout is true where the statement is about the queue or topic, and not about another one. A literal ARN in a plan
// ends with the name that the program gives it.
func (s *Stack) isAbout(c clause, r *Resource) bool {
	arn, name := Value{value: r.Outputs.Get("arn"), resource: r}, r.At("name")
	return slices.ContainsFunc(c.resources(), func(one Value) bool {
		text := one.Text()
		switch {
		case one.HasReference():
			return s.Referent(one, r.Type) == r
		case arn.Text() != "" && !arn.HasReference():
			return glob(text, arn.Text())
		}
		return glob(text[strings.LastIndex(text, ":")+1:], name.Text())
	})
}

// deadLettersKept leaves out the queues that are there for what others gave up.
func deadLettersKept(s *Stack, report *Report) {
	const want = "a redrive policy with a deadLetterTargetArn"
	const fix = "give it a queue for what fails, and an alarm on that queue"
	last := s.deadLetterQueues()
	for _, r := range s.Of(queueType) {
		if last[r] {
			continue
		}
		policy, on := r.At("redrivePolicy"), r
		for _, separate := range s.Pointing(r, redriveType, "queueUrl") {
			policy, on = separate.At("redrivePolicy"), separate
		}
		document, _ := policy.JSON()
		switch target := document.At("deadLetterTargetArn"); {
		case policy.Unknown():
			report.Undecided(on, policy.Path(), want)
		case target.Unset():
			report.Fail(on, policy.Path(), policy.Show(), want, fix)
		default:
			report.Pass(r)
		}
	}
}

// deadLetterQueues are those that something of the stack gives its failures to.
func (s *Stack) deadLetterQueues() map[*Resource]bool {
	found := map[*Resource]bool{}
	add := func(typ, path string) {
		for _, r := range s.Of(typ) {
			v := r.At(path)
			if document, ok := v.JSON(); ok {
				v = document.At("deadLetterTargetArn")
			}
			for _, target := range s.Referents(v) {
				found[target] = true
			}
		}
	}
	add(queueType, "redrivePolicy")
	add(redriveType, "redrivePolicy")
	add(subscriptionType, "redrivePolicy")
	add(functionType, "deadLetterConfig.targetArn")
	add(invokeConfigType, "destinationConfig.onFailure.destination")
	add(eventSourceType, "destinationConfig.onFailure.destinationArn")
	add(eventTargetType, "deadLetterConfig.arn")
	add(eventScheduleType, "target.deadLetterConfig.arn")
	return found
}

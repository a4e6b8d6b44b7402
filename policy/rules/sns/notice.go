package sns

import (
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// topicsHeard looks at every topic: one whose subscribers come from elsewhere is an exception.
func topicsHeard(s *inspect.Stack, report *policy.Report) {
	for _, topic := range s.Of(inspect.TopicType) {
		if len(s.Pointing(topic, inspect.SubscriptionType, "topic")) > 0 {
			report.Pass(topic)
			continue
		}
		report.Fail(topic, "subscriptions", "none", "at least one",
			"give the topic an e-mail address or an HTTPS receiver")
	}
}

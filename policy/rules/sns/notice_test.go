package sns

import (
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
)

var (
	topicAlarm   = Resource(inspect.MetricAlarmType, "alarm", Inputs{"alarmActions": []any{Ref(inspect.TopicType, "topic", "arn")}})
	subscription = Resource(inspect.SubscriptionType, "mail", Inputs{"topic": Ref(inspect.TopicType, "topic", "arn"), "protocol": "email"})
)

var noticeFixtures = map[string]Fixture{
	"X-NOTICE-TOPIC": {
		Satisfied: []Example{
			{About: "somebody", Resources: Resources(Resource(inspect.TopicType, "topic", Inputs{}), topicAlarm, subscription)},
		},
		Violated: []Example{
			{About: "nobody", Property: "subscriptions", Resources: Resources(Resource(inspect.TopicType, "topic", Inputs{}), topicAlarm)},
			{About: "nobody hears of events", Property: "subscriptions", Resources: Resources(Resource(inspect.TopicType, "topic", Inputs{}),
				Resource(inspect.EventTargetType, "target", Inputs{"arn": Ref(inspect.TopicType, "topic", "arn")}))},
			{About: "nobody hears of the database", Property: "subscriptions", Resources: Resources(Resource(inspect.TopicType, "topic", Inputs{}),
				Resource("aws:rds/eventSubscription:EventSubscription", "events", Inputs{"snsTopic": Ref(inspect.TopicType, "topic", "arn")}))},
		},
	},
}

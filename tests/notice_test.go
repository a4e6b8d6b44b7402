package tests

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/observability/detection"
	"github.com/carebase/carebase/graph"
)

// What watches the stacks and who is told, as data: read from plans, and evaluated without AWS.

// A watchAlarm is a metric alarm of a plan.
type watchAlarm struct {
	stack, name, region string
	severity            string // PAGE or NOTICE
	metrics             []watchMetric
	formula             bool // the change of one of the metrics, see cacheRole
	statistic, operator string
	threshold           float64
	period              time.Duration
	periods, datapoints int
	missing             string
	topics              []string
}

type watchMetric struct {
	namespace, name string
	dimensions      string // as text, for incidents to search in
}

// A watchRule passes events on: a rule of EventBridge, a subscription of RDS, or a budget's notification.
type watchRule struct {
	stack, name, region, severity string
	matches                       func(event map[string]any) bool
	topics                        []string
	emails                        []string // besides the topics
}

// A watchSubscription is a subscription of a topic. pagesOnly is true if its filter lets only messages of severity PAGE pass.
type watchSubscription struct {
	stack, topic, endpoint string
	pagesOnly              bool
}

type watchWorld struct {
	alarms        []watchAlarm
	rules         []watchRule
	subscriptions []watchSubscription
}

const (
	alarmType        = "aws:cloudwatch/metricAlarm:MetricAlarm"
	eventRuleType    = "aws:cloudwatch/eventRule:EventRule"
	eventTargetType  = "aws:cloudwatch/eventTarget:EventTarget"
	subscriptionType = "aws:sns/topicSubscription:TopicSubscription"
)

func listOf(v any) []string {
	var all []string
	list, _ := v.([]any)
	for _, element := range list {
		all = append(all, fmt.Sprint(element))
	}
	return all
}

func numberOr(v any, otherwise float64) float64 {
	if n, ok := v.(float64); ok {
		return n
	}
	return otherwise
}

func severityOf(description any) string {
	severity, _, _ := strings.Cut(fmt.Sprint(description), ":")
	return severity
}

// watchedBy reads what watches out of the stacks' plans, by name.
func watchedBy(t testing.TB, plans map[string]*graph.Graph) watchWorld {
	t.Helper()
	var world watchWorld
	for _, stack := range slices.Sorted(maps.Keys(plans)) {
		g := plans[stack]
		for _, r := range g.OfType(alarmType) {
			world.alarms = append(world.alarms, alarmOf(stack, r))
		}
		for _, r := range g.OfType(eventRuleType) {
			if rule, ok := ruleOf(t, stack, g, r); ok {
				world.rules = append(world.rules, rule)
			}
		}
		for _, r := range g.OfType("aws:rds/eventSubscription:EventSubscription") {
			in := r.Readable()
			categories := listOf(in["eventCategories"])
			world.rules = append(world.rules, watchRule{
				stack: stack, name: r.Name, region: r.Region, severity: "NOTICE", topics: []string{fmt.Sprint(in["snsTopic"])},
				matches: func(event map[string]any) bool {
					return event["source"] == "rds" && slices.Contains(categories, fmt.Sprint(event["category"]))
				},
			})
		}
		for _, r := range g.OfType("aws:budgets/budget:Budget") {
			world.rules = append(world.rules, budgetRules(stack, r)...)
		}
		for _, r := range g.OfType(subscriptionType) {
			in := r.Readable()
			world.subscriptions = append(world.subscriptions, watchSubscription{
				stack: stack, topic: fmt.Sprint(in["topic"]), endpoint: fmt.Sprint(in["endpoint"]), pagesOnly: in["filterPolicy"] != nil,
			})
		}
	}
	return world
}

func alarmOf(stack string, r *graph.Resource) watchAlarm {
	in := r.Readable()
	a := watchAlarm{
		stack: stack, name: r.Name, region: r.Region, severity: severityOf(in["alarmDescription"]),
		operator: fmt.Sprint(in["comparisonOperator"]), threshold: numberOr(in["threshold"], 0),
		period:  time.Duration(numberOr(in["period"], 60)) * time.Second,
		periods: int(numberOr(in["evaluationPeriods"], 1)), missing: fmt.Sprint(in["treatMissingData"]),
	}
	a.datapoints = int(numberOr(in["datapointsToAlarm"], float64(a.periods)))
	a.statistic = fmt.Sprint(in["statistic"])
	if in["actionsEnabled"] != false {
		a.topics = listOf(in["alarmActions"])
	}
	queries, _ := in["metricQueries"].([]any)
	for _, query := range queries {
		if metric, ok := query.(map[string]any)["metric"].(map[string]any); ok {
			a.formula = true
			a.period = time.Duration(numberOr(metric["period"], 60)) * time.Second
			a.metrics = append(a.metrics, metricOf(metric))
		}
	}
	if !a.formula {
		a.metrics = []watchMetric{metricOf(in)}
	}
	return a
}

func metricOf(in map[string]any) watchMetric {
	return watchMetric{fmt.Sprint(in["namespace"]), fmt.Sprint(in["metricName"]), fmt.Sprint(in["dimensions"])}
}

func ruleOf(t testing.TB, stack string, g *graph.Graph, r *graph.Resource) (watchRule, bool) {
	t.Helper()
	in := r.Readable()
	if in["eventPattern"] == nil {
		return watchRule{}, false // a schedule
	}
	var pattern map[string]any
	require.NoError(t, json.Unmarshal([]byte(in["eventPattern"].(string)), &pattern), r.URN)
	rule := watchRule{stack: stack, name: r.Name, region: r.Region, severity: severityOf(in["description"])}
	if in["state"] == nil || in["state"] == "ENABLED" {
		rule.matches = func(event map[string]any) bool { return eventMatches(pattern, event) }
	} else {
		rule.matches = func(map[string]any) bool { return false }
	}
	for _, target := range g.OfType(eventTargetType) {
		to := target.Readable()
		if to["rule"] == "${"+r.Name+".name}" {
			rule.topics = append(rule.topics, fmt.Sprint(to["arn"]))
		}
	}
	return rule, true
}

// budgetRules: AWS works the notifications out some times a day.
func budgetRules(stack string, r *graph.Resource) []watchRule {
	var rules []watchRule
	in := r.Readable()
	filters, _ := in["costFilters"].([]any)
	for _, filter := range filters {
		if filter.(map[string]any)["name"] == "TagKeyValue" {
			return nil // counts nothing, see X-NOTICE-BUDGET
		}
	}
	notifications, _ := in["notifications"].([]any)
	for i, setting := range notifications {
		n := setting.(map[string]any)
		rules = append(rules, watchRule{
			stack: stack, name: fmt.Sprintf("%s, notification %d", r.Name, i), region: "us-east-1", severity: "NOTICE",
			topics: listOf(n["subscriberSnsTopicArns"]), emails: listOf(n["subscriberEmailAddresses"]),
			matches: func(event map[string]any) bool {
				return event["source"] == "budget" && event["type"] == n["notificationType"] && numberOr(event["percent"], 0) > numberOr(n["threshold"], 0)
			},
		})
	}
	return rules
}

// eventMatches is EventBridge's matching, as far as the patterns of the stacks use it.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
func eventMatches(pattern map[string]any, event any) bool {
	switch e := event.(type) {
	case []any: // one of them
		return slices.ContainsFunc(e, func(one any) bool { return eventMatches(pattern, one) })
	case map[string]any:
		for key, want := range pattern {
			if key == "$or" {
				arms := want.([]any)
				if !slices.ContainsFunc(arms, func(arm any) bool { return eventMatches(arm.(map[string]any), e) }) {
					return false
				}
				continue
			}
			got, present := e[key]
			switch w := want.(type) {
			case map[string]any:
				if !present || !eventMatches(w, got) {
					return false
				}
			case []any:
				if !present || !slices.ContainsFunc(w, func(one any) bool { return valueMatches(one, got) }) {
					return false
				}
			}
		}
		return true
	default:
		return false
	}
}

func valueMatches(want, got any) bool {
	if list, ok := got.([]any); ok {
		return slices.ContainsFunc(list, func(one any) bool { return valueMatches(want, one) })
	}
	operator, ok := want.(map[string]any)
	if !ok {
		return want == got
	}
	for name, operand := range operator {
		switch name {
		case "prefix":
			return strings.HasPrefix(fmt.Sprint(got), fmt.Sprint(operand))
		case "anything-but":
			return got != nil && got != operand
		case "numeric":
			comparison := operand.([]any)
			than, value := comparison[1].(float64), numberOr(got, 0)
			return comparison[0] == ">=" && value >= than || comparison[0] == ">" && value > than
		}
	}
	panic(fmt.Sprintf("an operator that the simulation does not know: %v", operator))
}

// notify is from the last data point to the person.
const notify = detection.MetricDelay + detection.EvaluationInterval + detection.Delivery

// A behaviour is what a metric does, minute by minute: silent, or a value; of a statistic Sum, a value each minute.
type behaviour func(minute int) (value float64, present bool)

// rings tells how long after minute 0 the alarm goes off at the latest, wherever in its period the minute is.
func (a watchAlarm) rings(of func(watchMetric) behaviour) (latest time.Duration, ok bool) {
	period := max(1, int(a.period/time.Minute))
	behaviours := make([]behaviour, len(a.metrics))
	for i, metric := range a.metrics {
		behaviours[i] = of(metric)
	}
	step := max(1, period/10)
	for offset := 0; offset < period; offset += step {
		minute, rang := a.ringsAt(behaviours, period, offset)
		if !rang {
			return 0, false
		}
		latest = max(latest, time.Duration(minute)*time.Minute)
	}
	return latest + notify, true
}

// ringsAt evaluates the alarm at the end of each period. CloudWatch looks at two periods more than it needs where data is
// missing, and takes older data before it takes missing data for bad.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
func (a watchAlarm) ringsAt(behaviours []behaviour, period, offset int) (minute int, ok bool) {
	const history = 10
	var points []*bool // of each period: bad, not bad, missing
	for i := -history; i < a.periods+history; i++ {
		points = append(points, a.point(behaviours, i*period-offset, period))
		end := (i+1)*period - offset
		if i < 0 || end <= 0 {
			continue
		}
		if a.isAlarm(points) {
			return end, true
		}
	}
	return 0, false
}

func (a watchAlarm) isAlarm(points []*bool) bool {
	const beyond = 2
	var present []bool
	for _, point := range points[max(0, len(points)-a.periods-beyond):] {
		if point != nil {
			present = append(present, *point)
		}
	}
	present = present[max(0, len(present)-a.periods):]
	bad := 0
	for _, isBad := range present {
		if isBad {
			bad++
		}
	}
	if a.missing == "breaching" {
		bad += a.periods - len(present)
	}
	return bad >= a.datapoints
}

// point of one period: whether it is bad; nil where there is no data.
func (a watchAlarm) point(behaviours []behaviour, from, minutes int) *bool {
	if a.formula {
		return changed(behaviours, from, minutes)
	}
	sum, count := 0., 0.
	for minute := from; minute < from+minutes; minute++ {
		if value, present := behaviours[0](minute); present {
			sum, count = sum+value, count+1
		}
	}
	if count == 0 {
		return nil
	}
	value := sum / count
	switch a.statistic {
	case "Sum":
		value = sum
	case "SampleCount":
		value = count
	}
	var bad bool
	switch a.operator {
	case "GreaterThanThreshold":
		bad = value > a.threshold
	case "GreaterThanOrEqualToThreshold":
		bad = value >= a.threshold
	case "LessThanThreshold":
		bad = value < a.threshold
	case "LessThanOrEqualToThreshold":
		bad = value <= a.threshold
	}
	return &bad
}

// changed is the formula of the stacks: one of the metrics has another value than before.
func changed(behaviours []behaviour, from, minutes int) *bool {
	bad := false
	for _, of := range behaviours {
		for minute := from; minute < from+minutes; minute++ {
			before, had := of(minute - 1)
			now, has := of(minute)
			bad = bad || had && has && before != now
		}
	}
	return &bad
}

// A notification that somebody gets.
type notification struct {
	by     string // stack and resource
	pages  bool
	who    []string
	within time.Duration
}

// tell returns every alarm and rule that goes off in an incident and has a subscriber.
func (w watchWorld) tell(i incident) []notification {
	var all []notification
	add := func(stack, name, severity string, topics, emails []string, within time.Duration) {
		who := slices.Clone(emails)
		for _, s := range w.subscriptions {
			if s.stack == stack && slices.Contains(topics, s.topic) && (severity == "PAGE" || !s.pagesOnly) {
				who = append(who, s.endpoint)
			}
		}
		if len(who) > 0 {
			all = append(all, notification{by: stack + ": " + name, pages: severity == "PAGE", who: who, within: within})
		}
	}
	for _, a := range w.alarms {
		if a.region == i.lost {
			continue // its alarms are lost with it
		}
		if within, ok := a.rings(i.behaviour); ok {
			add(a.stack, a.name, a.severity, a.topics, nil, within)
		}
	}
	for _, rule := range w.rules {
		for _, event := range i.events {
			if rule.region != i.lost && (event["region"] == nil || event["region"] == rule.region) && rule.matches(event) {
				within := detection.Delivery
				if event["after"] != nil {
					within += event["after"].(time.Duration)
				}
				add(rule.stack, rule.name, rule.severity, rule.topics, rule.emails, within)
			}
		}
	}
	return all
}

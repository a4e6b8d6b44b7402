package cloudwatch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const (
	metricFilterType   = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
	compositeAlarmType = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
)

// A monitoredEvent is something in the trail that an alarm must ring for, after the CIS AWS Foundations Benchmark. What counts
// is which events a filter finds, however its pattern is written.
// https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
type monitoredEvent struct {
	what   string
	events map[string]inspect.Event // by what people call them
	times  float64                  // how often it may happen in one period before the alarm rings
}

var (
	consoleFailures = monitoredEvent{what: "failed sign-ins to the console", events: map[string]inspect.Event{"a failed ConsoleLogin": {
		"eventName": "ConsoleLogin", "eventSource": "signin.amazonaws.com", "eventType": "AwsConsoleSignIn",
		"errorMessage": "Failed authentication", "responseElements.ConsoleLogin": "Failure", "userIdentity.type": "IAMUser",
	}}, times: 10}
	rootUse = monitoredEvent{what: "use of the root user", events: map[string]inspect.Event{
		"root's calls": {
			"eventName": "CreateAccessKey", "eventSource": "iam.amazonaws.com", "eventType": "AwsApiCall", "userIdentity.type": "Root",
		},
		"root's sign-in": {
			"eventName": "ConsoleLogin", "eventSource": "signin.amazonaws.com", "eventType": "AwsConsoleSignIn",
			"responseElements.ConsoleLogin": "Success", "userIdentity.type": "Root",
		},
	}, times: 1}
	aclChanges = networkCalls("changes of network ACLs", "CreateNetworkAcl", "CreateNetworkAclEntry", "DeleteNetworkAcl",
		"DeleteNetworkAclEntry", "ReplaceNetworkAclEntry", "ReplaceNetworkAclAssociation")
	gatewayChanges = networkCalls("changes of gateways", "CreateCustomerGateway", "DeleteCustomerGateway",
		"AttachInternetGateway", "CreateInternetGateway", "DeleteInternetGateway", "DetachInternetGateway")
	routeChanges = networkCalls("changes of route tables", "CreateRoute", "CreateRouteTable", "ReplaceRoute",
		"ReplaceRouteTableAssociation", "DeleteRouteTable", "DeleteRoute", "DisassociateRouteTable")
	// The benchmark also has the calls of EC2-Classic, which is no more.
	vpcChanges = networkCalls("changes of VPCs", "CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "AcceptVpcPeeringConnection",
		"CreateVpcPeeringConnection", "DeleteVpcPeeringConnection", "RejectVpcPeeringConnection")
	// ordinary is what happens all day: a filter that finds it tells nothing.
	ordinary = networkCall("DescribeInstances")
)

func networkCalls(what string, names ...string) monitoredEvent {
	events := map[string]inspect.Event{}
	for _, name := range names {
		events[name] = networkCall(name)
	}
	return monitoredEvent{what: what, events: events, times: 1}
}

func networkCall(name string) inspect.Event {
	return inspect.Event{"eventName": name, "eventSource": "ec2.amazonaws.com", "eventType": "AwsApiCall", "userIdentity.type": "AssumedRole"}
}

// alarmOn checks that metric filters on the trail's log group find every event of the sighting, and that an alarm rings
// for each of them.
func alarmOn(seen monitoredEvent) func(*inspect.Stack, *policy.Report) {
	return func(s *inspect.Stack, report *policy.Report) {
		want := "a metric filter on the trail's log group for " + seen.what + ", and an alarm that rings for it"
		const fix = "components/audit makes both with its Trail, in one stack of the account"
		missing, problems, alarms := seen.names(), &policy.Report{Control: report.Control}, alarmsByMetric(s)
		var good []*inspect.Resource
		filters, trailKnown := trailFilters(s)
		for _, filter := range filters {
			found, group := seen.foundBy(filter), filter.At("logGroupName")
			switch {
			case filter.At("pattern").Unknown():
				problems.Undecided(filter, "pattern", want)
			case len(found) == 0:
			case group.Unknown() && s.Resolve(group, inspect.LogGroupType) == nil:
				problems.Undecided(filter, "logGroupName", want)
			case alarms.ring(problems, filter, seen, want, fix):
				good = append(good, filter)
				missing = slices.DeleteFunc(missing, func(name string) bool { return slices.Contains(found, name) })
			}
		}
		switch {
		case len(missing) == 0:
			for _, filter := range good {
				report.Pass(filter)
			}
		case len(problems.Findings) > 0:
			report.Findings = append(report.Findings, problems.Findings...)
		case len(good) > 0:
			report.Fail(good[0], "pattern", "nothing for "+strings.Join(missing, ", "), want, fix)
		case !trailKnown:
			report.Undecided(s.Root(), inspect.ShortName(metricFilterType), want)
		default:
			report.Fail(s.Root(), inspect.ShortName(metricFilterType), "none", want, fix)
		}
	}
}

func (seen monitoredEvent) names() []string {
	var names []string
	for name := range seen.events {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// foundBy are the names of the events that a filter finds; none where it finds ordinary ones as well.
func (seen monitoredEvent) foundBy(filter *inspect.Resource) []string {
	pattern := patternOf(filter)
	if pattern == nil || pattern(ordinary) {
		return nil
	}
	return slices.DeleteFunc(seen.names(), func(name string) bool { return !pattern(seen.events[name]) })
}

// patternText is the key of a pattern among the stack's cached answers.
type patternText string

// patternOf reads a metric filter's pattern; nil where it is none. Six controls look at every filter.
func patternOf(r *inspect.Resource) filterPattern {
	text := r.At("pattern").Text()
	return inspect.Cached(r.Stack(), patternText(text), func() filterPattern {
		if pattern, ok := parsePattern(text); ok {
			return pattern
		}
		return nil
	})
}

// trailFilters are the metric filters on the log groups of the stack's trails. Where the trail is another stack's, they
// are those on log groups that this stack does not have. Known is false where it is not known yet which group it is.
func trailFilters(s *inspect.Stack) (filters []*inspect.Resource, known bool) {
	groups := s.Resolver(s.Of(inspect.LogGroupType))
	key := func(v inspect.Value) string {
		if group := groups.Resolve(v); group != nil {
			return group.URN
		}
		name, region := inspect.PhysicalName(v.Text())
		if region == "" {
			region = inspect.RegionOf(v.Resource())
		}
		return region + " " + name
	}
	trails := s.Of(inspect.TrailType)
	written := map[string]bool{}
	known = true
	for _, trail := range trails {
		if group := trail.At("cloudWatchLogsGroupArn"); !group.Unset() {
			known = known && (!group.Unknown() || groups.Resolve(group) != nil)
			written[key(group)] = true
		}
	}
	return slices.DeleteFunc(s.Of(metricFilterType), func(filter *inspect.Resource) bool {
		group := filter.At("logGroupName")
		switch named := groups.Resolve(group); {
		case len(trails) == 0:
			return named != nil
		case group.Unknown() && named == nil:
			return false
		}
		return !written[key(group)]
	}), known
}

// ring checks that an alarm on the filter's metric rings when the sighting happens.
func (m metricAlarms) ring(report *policy.Report, filter *inspect.Resource, seen monitoredEvent, want, fix string) bool {
	alarms := m.on(filter)
	if len(alarms) == 0 && m.unplaced {
		report.Undecided(filter, "metricTransformation", want)
	} else if len(alarms) == 0 {
		report.Fail(filter, "metricTransformation", "no alarm on its metric", want, fix)
	}
	return report.OneOf(len(alarms), func(i int, report *policy.Report) bool {
		alarm := alarms[i]
		if alarm.At("metricName").Unset() {
			return true // metric maths, which says what it rings for in an expression
		}
		for _, property := range []string{"threshold", "comparisonOperator", "evaluationPeriods", "datapointsToAlarm"} {
			if alarm.At(property).Unknown() {
				report.Undecided(alarm, property, want)
				return false
			}
		}
		each, _ := filter.At("metricTransformation.value").Number()
		if rings(alarm, each, seen.times) {
			return true
		}
		report.Fail(alarm, "threshold", describe(alarm), fmt.Sprintf("an alarm that rings when it happened %g times", seen.times),
			"set statistic: Sum, comparisonOperator: GreaterThanOrEqualToThreshold, threshold: 1, evaluationPeriods: 1")
		return false
	}) >= 0
}

// A metric as CloudWatch knows it. One that has dimensions is another metric.
type metric struct{ region, namespace, name string }

type metricAlarms struct {
	by       map[metric][]*inspect.Resource
	of       map[*inspect.Resource][]*inspect.Resource // by the filter that the metric's name will come from
	unplaced bool                                      // of some alarm it is not known yet on which metric it is
}

func alarmsByMetric(s *inspect.Stack) metricAlarms {
	m := metricAlarms{by: map[metric][]*inspect.Resource{}, of: map[*inspect.Resource][]*inspect.Resource{}}
	for _, alarm := range s.Of(inspect.MetricAlarmType) {
		if name := alarm.At("metricName"); name.Unknown() {
			sources := s.ResolveAll(name)
			m.unplaced = m.unplaced || len(sources) == 0
			for _, source := range sources {
				m.of[source] = append(m.of[source], alarm)
			}
		}
		watched := []inspect.Value{alarm.At("")}
		for _, query := range inspect.Elements(alarm.At("metricQueries")) {
			watched = append(watched, query.At("metric"))
		}
		for _, one := range watched {
			if inspect.IsEmpty(one.At("dimensions")) {
				key := metric{region: inspect.RegionOf(alarm), namespace: one.At("namespace").Text(), name: one.At("metricName").Text()}
				m.by[key] = append(m.by[key], alarm)
			}
		}
	}
	return m
}

// on are the alarms on the metric that a filter writes.
func (m metricAlarms) on(filter *inspect.Resource) []*inspect.Resource {
	written := filter.At("metricTransformation")
	if !inspect.IsEmpty(written.At("dimensions")) {
		return nil
	}
	key := metric{region: inspect.RegionOf(filter), namespace: written.At("namespace").Text(), name: written.At("name").Text()}
	return append(slices.Clone(m.by[key]), m.of[filter]...)
}

// rings is true for an alarm that rings when a metric is written so many times in one period, each time with the value.
func rings(alarm *inspect.Resource, each, times float64) bool {
	got := each // maximum, average and the like
	switch alarm.At("statistic").Text() {
	case "Sum":
		got = each * times
	case "SampleCount":
		got = times
	}
	periods, set := inspect.First(alarm.At("datapointsToAlarm"), alarm.At("evaluationPeriods")).Number()
	threshold, known := alarm.At("threshold").Number()
	switch operator := alarm.At("comparisonOperator").Text(); {
	case !known || set && periods > 1:
		return false
	case operator == "GreaterThanThreshold":
		return got > threshold
	default:
		return operator == "GreaterThanOrEqualToThreshold" && got >= threshold
	}
}

func describe(alarm *inspect.Resource) string {
	return fmt.Sprintf("%s %s %s, in %s of %s periods", alarm.At("statistic").Show(), alarm.At("comparisonOperator").Show(),
		alarm.At("threshold").Show(), inspect.First(alarm.At("datapointsToAlarm"), alarm.At("evaluationPeriods")).Show(),
		alarm.At("evaluationPeriods").Show())
}

package policy

import (
	"fmt"
	"slices"
	"strings"
)

const (
	logGroupType       = "aws:cloudwatch/logGroup:LogGroup"
	metricFilterType   = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
	metricAlarmType    = "aws:cloudwatch/metricAlarm:MetricAlarm"
	compositeAlarmType = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
)

// A sighting is something in the trail that an alarm must ring for, after the CIS AWS Foundations Benchmark. What counts
// is which events a filter finds, however its pattern is written.
// https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
type sighting struct {
	what   string
	events map[string]event // by what people call them
	times  float64          // how often it may happen in one period before the alarm rings
}

var (
	consoleFailures = sighting{"failed sign-ins to the console", map[string]event{"a failed ConsoleLogin": {
		"eventName": "ConsoleLogin", "eventSource": "signin.amazonaws.com", "eventType": "AwsConsoleSignIn",
		"errorMessage": "Failed authentication", "responseElements.ConsoleLogin": "Failure", "userIdentity.type": "IAMUser",
	}}, 10}
	rootUse = sighting{"use of the root user", map[string]event{
		"root's calls": {
			"eventName": "CreateAccessKey", "eventSource": "iam.amazonaws.com", "eventType": "AwsApiCall", "userIdentity.type": "Root",
		},
		"root's sign-in": {
			"eventName": "ConsoleLogin", "eventSource": "signin.amazonaws.com", "eventType": "AwsConsoleSignIn",
			"responseElements.ConsoleLogin": "Success", "userIdentity.type": "Root",
		},
	}, 1}
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

func networkCalls(what string, names ...string) sighting {
	events := map[string]event{}
	for _, name := range names {
		events[name] = networkCall(name)
	}
	return sighting{what, events, 1}
}

func networkCall(name string) event {
	return event{"eventName": name, "eventSource": "ec2.amazonaws.com", "eventType": "AwsApiCall", "userIdentity.type": "AssumedRole"}
}

// alarmOn checks that metric filters on the trail's log group find every event of the sighting, and that an alarm rings
// for each of them.
func alarmOn(seen sighting) func(*Stack, *Report) {
	return func(s *Stack, report *Report) {
		want := "a metric filter on the trail's log group for " + seen.what + ", and an alarm that rings for it"
		const fix = "components/audit makes both with its Trail, in one stack of the account"
		missing, problems, alarms := seen.names(), &Report{control: report.control}, s.alarmsByMetric()
		var good []*Resource
		filters, trailKnown := s.trailFilters()
		for _, filter := range filters {
			found, group := seen.foundBy(filter), filter.At("logGroupName")
			switch {
			case filter.At("pattern").Unknown():
				problems.Undecided(filter, "pattern", want)
			case len(found) == 0:
			case group.Unknown() && s.Referent(group, logGroupType) == nil:
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
		case len(problems.findings) > 0:
			report.findings = append(report.findings, problems.findings...)
		case len(good) > 0:
			report.Fail(good[0], "pattern", "nothing for "+strings.Join(missing, ", "), want, fix)
		case !trailKnown:
			report.Undecided(s.Root(), shortName(metricFilterType), want)
		default:
			report.Fail(s.Root(), shortName(metricFilterType), "none", want, fix)
		}
	}
}

func (seen sighting) names() []string {
	var names []string
	for name := range seen.events {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// foundBy are the names of the events that a filter finds; none where it finds ordinary ones as well.
func (seen sighting) foundBy(filter *Resource) []string {
	pattern := filter.filterPattern()
	if pattern == nil || pattern(ordinary) {
		return nil
	}
	return slices.DeleteFunc(seen.names(), func(name string) bool { return !pattern(seen.events[name]) })
}

// filterPattern reads a metric filter's pattern; nil where it is none. Six controls look at every filter.
func (r *Resource) filterPattern() filterPattern {
	text := r.At("pattern").Text()
	return once(&r.stack.patterns, text, func() filterPattern {
		if pattern, ok := parsePattern(text); ok {
			return pattern
		}
		return nil
	})
}

// trailFilters are the metric filters on the log groups of the stack's trails. Where the trail is another stack's, they
// are those on log groups that this stack does not have. Known is false where it is not known yet which group it is.
func (s *Stack) trailFilters() (filters []*Resource, known bool) {
	groups := s.lookup(s.Of(logGroupType))
	key := func(v Value) string {
		if group := groups.named(v); group != nil {
			return group.URN
		}
		name, region := physicalName(v.Text())
		if region == "" {
			region = regionOf(v.resource)
		}
		return region + " " + name
	}
	trails := s.Of(trailType)
	written := map[string]bool{}
	known = true
	for _, trail := range trails {
		if group := trail.At("cloudWatchLogsGroupArn"); !group.Unset() {
			known = known && (!group.Unknown() || groups.named(group) != nil)
			written[key(group)] = true
		}
	}
	return slices.DeleteFunc(s.Of(metricFilterType), func(filter *Resource) bool {
		group := filter.At("logGroupName")
		switch named := groups.named(group); {
		case len(trails) == 0:
			return named != nil
		case group.Unknown() && named == nil:
			return false
		}
		return !written[key(group)]
	}), known
}

// ring checks that an alarm on the filter's metric rings when the sighting happens.
func (m metricAlarms) ring(report *Report, filter *Resource, seen sighting, want, fix string) bool {
	alarms := m.on(filter)
	if len(alarms) == 0 && m.unplaced {
		report.Undecided(filter, "metricTransformation", want)
	} else if len(alarms) == 0 {
		report.Fail(filter, "metricTransformation", "no alarm on its metric", want, fix)
	}
	return report.oneOf(len(alarms), func(i int, report *Report) bool {
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
	by       map[metric][]*Resource
	of       map[*Resource][]*Resource // by the filter that the metric's name will come from
	unplaced bool                      // of some alarm it is not known yet on which metric it is
}

func (s *Stack) alarmsByMetric() metricAlarms {
	m := metricAlarms{by: map[metric][]*Resource{}, of: map[*Resource][]*Resource{}}
	for _, alarm := range s.Of(metricAlarmType) {
		if name := alarm.At("metricName"); name.Unknown() {
			sources := s.Referents(name)
			m.unplaced = m.unplaced || len(sources) == 0
			for _, source := range sources {
				m.of[source] = append(m.of[source], alarm)
			}
		}
		watched := []Value{alarm.At("")}
		for _, query := range elements(alarm.At("metricQueries")) {
			watched = append(watched, query.At("metric"))
		}
		for _, one := range watched {
			if isEmpty(one.At("dimensions")) {
				key := metric{regionOf(alarm), one.At("namespace").Text(), one.At("metricName").Text()}
				m.by[key] = append(m.by[key], alarm)
			}
		}
	}
	return m
}

// on are the alarms on the metric that a filter writes.
func (m metricAlarms) on(filter *Resource) []*Resource {
	written := filter.At("metricTransformation")
	if !isEmpty(written.At("dimensions")) {
		return nil
	}
	key := metric{regionOf(filter), written.At("namespace").Text(), written.At("name").Text()}
	return append(slices.Clone(m.by[key]), m.of[filter]...)
}

// rings is true for an alarm that rings when a metric is written so many times in one period, each time with the value.
func rings(alarm *Resource, each, times float64) bool {
	got := each // maximum, average and the like
	switch alarm.At("statistic").Text() {
	case "Sum":
		got = each * times
	case "SampleCount":
		got = times
	}
	periods, set := first(alarm.At("datapointsToAlarm"), alarm.At("evaluationPeriods")).Number()
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

func describe(alarm *Resource) string {
	return fmt.Sprintf("%s %s %s, in %s of %s periods", alarm.At("statistic").Show(), alarm.At("comparisonOperator").Show(),
		alarm.At("threshold").Show(), first(alarm.At("datapointsToAlarm"), alarm.At("evaluationPeriods")).Show(),
		alarm.At("evaluationPeriods").Show())
}

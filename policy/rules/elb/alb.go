package elb

import (
	"fmt"
	"slices"
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

var (
	listeners            = inspect.Elb("listener:Listener")
	listenerRules        = inspect.Elb("listenerRule:ListenerRule")
	listenerCertificates = inspect.Elb("listenerCertificate:ListenerCertificate")
)

// eachBalancer is each for the load balancers of a kind.
func eachBalancer(kind string, expectations ...policy.Expectation) func(*inspect.Stack, *policy.Report) {
	return func(s *inspect.Stack, report *policy.Report) {
		for _, r := range s.Of(inspect.LoadBalancers...) {
			switch inspect.KindOf(r) {
			case kind:
				report.Expect(r, expectations...)
			case "":
				report.Undecided(r, "loadBalancerType", expectations[0].Want)
			}
		}
	}
}

// pointing is Pointing for several types.
func pointing(s *inspect.Stack, target *inspect.Resource, types []string, property string) []*inspect.Resource {
	var found []*inspect.Resource
	for _, typ := range types {
		found = append(found, s.Pointing(target, typ, property)...)
	}
	return found
}

// plain is true for a listener of an application load balancer that speaks HTTP, which it does unless told otherwise.
func plain(s *inspect.Stack, listener *inspect.Resource) bool {
	protocol := listener.At("protocol")
	if protocol.Unset() {
		balancer := s.Resolve(listener.At("loadBalancerArn"), inspect.LoadBalancers...)
		return balancer == nil || inspect.KindOf(balancer) == inspect.Application
	}
	return strings.EqualFold(protocol.Text(), "HTTP")
}

// encrypts is true for a listener that ends TLS.
func encrypts(listener *inspect.Resource) bool {
	protocol := listener.At("protocol").Text()
	return strings.EqualFold(protocol, "HTTPS") || strings.EqualFold(protocol, "TLS")
}

func httpRedirects(s *inspect.Stack, report *policy.Report) {
	const want = "a redirect to HTTPS"
	const fix = "redirect port 80 to HTTPS 443, as components/edge does"
	for _, listener := range s.Of(listeners...) {
		if listener.At("protocol").Unknown() {
			report.Undecided(listener, "protocol", want)
			continue
		}
		if !plain(s, listener) {
			continue
		}
		good := isRedirect(report, listener, "defaultActions", want, fix)
		for _, rule := range pointing(s, listener, listenerRules, "listenerArn") {
			good = isRedirect(report, rule, "actions", want, fix) && good
		}
		if good {
			report.Pass(listener)
		}
	}
}

// isRedirect checks that every action sends the client to HTTPS. A redirect that names no protocol keeps the request's.
func isRedirect(report *policy.Report, r *inspect.Resource, list, want, fix string) bool {
	actions := inspect.Elements(r.At(list))
	if len(actions) == 0 {
		report.Fail(r, list, "not set", want, fix)
		return false
	}
	good := true
	for _, action := range actions {
		good = policy.IsOneOf("", fix, "redirect").Judge(report, r, action.At("type")) &&
			policy.IsOneOf("", fix, "HTTPS").Judge(report, r, action.At("redirect.protocol")) && good
	}
	return good
}

// balancersLogged looks at application load balancers, and at network ones that end TLS: AWS logs no others.
func balancersLogged(s *inspect.Stack, report *policy.Report) {
	logged := []policy.Expectation{
		policy.IsTrue("accessLogs.enabled", "set accessLogs.enabled: true; components/edge logs to the log bucket of components/storage"),
		policy.IsSet("accessLogs.bucket", "name the bucket that the logs go to"),
	}
	for _, r := range s.Of(inspect.LoadBalancers...) {
		kind := inspect.KindOf(r)
		if kind == "" {
			report.Undecided(r, "loadBalancerType", "access logs")
		}
		if kind == inspect.Application || kind == inspect.Network && slices.ContainsFunc(pointing(s, r, listeners, "loadBalancerArn"), encrypts) {
			report.Expect(r, logged...)
		}
	}
	for _, r := range s.Of(inspect.ClassicLoadBalancer) {
		on := policy.Expectation{Path: "accessLogs.enabled", Want: "true, or not set", Fix: logged[0].Fix, Holds: func(v inspect.Value) bool { return !v.False() }}
		report.Expect(r, on, logged[1])
	}
}

// balancersGuarded leaves internal load balancers out: what they serve comes from inside, or through a CloudFront
// distribution, which X-CF-WAF looks at.
func balancersGuarded(s *inspect.Stack, report *policy.Report) {
	const want = "a web ACL for what faces the internet"
	for _, r := range s.Of(inspect.LoadBalancers...) {
		internal := r.At("internal")
		switch kind := inspect.KindOf(r); {
		case internal.True() || kind != inspect.Application && kind != "":
		case internal.Unknown():
			report.Undecided(r, "internal", want)
		case kind == "":
			report.Undecided(r, "loadBalancerType", want)
		default:
			associations := s.Pointing(r, "aws:wafv2/webAclAssociation:WebAclAssociation", "resourceArn")
			if len(associations) == 0 {
				report.Fail(r, "WebAclAssociation", "none", want,
					"put it behind CloudFront, as components/edge does, and make it internal; or associate a web ACL")
				continue
			}
			acl := policy.Expectation{Path: "webAclArn", Want: want, Fix: "name the web ACL", Holds: func(v inspect.Value) bool { return !v.Unset() }}
			if report.Check(associations[0], associations[0], acl) {
				report.Pass(r)
			}
		}
	}
}

// balancersSpread counts the zones of the subnets that the stack has. Where it has none of them their number says as
// much: AWS takes at most one subnet of a zone.
func balancersSpread(s *inspect.Stack, report *policy.Report) {
	const want = "subnets in at least two availability zones"
	const fix = "give it a subnet in each of two availability zones or more"
	for _, r := range s.Of(append(slices.Clone(inspect.LoadBalancers), inspect.ClassicLoadBalancer)...) {
		path := "subnets"
		for _, other := range []string{"subnetMappings", "availabilityZones"} {
			if !r.At(other).Unset() {
				path = other
			}
		}
		list := r.At(path)
		if list.Unknown() {
			report.Undecided(r, path, want)
			continue
		}
		count := len(list.List())
		if zones, all := zones(s, list); all {
			count = len(zones)
		}
		if count < 2 {
			report.Fail(r, path, fmt.Sprintf("in %d", count), want, fix)
			continue
		}
		report.Pass(r)
	}
}

// zones are the availability zones of the subnets in a list; all is false where one subnet's is not to be seen.
func zones(s *inspect.Stack, list inspect.Value) (zones map[string]bool, all bool) {
	zones, all = map[string]bool{}, true
	for _, element := range list.List() {
		subnet := s.Resolve(element, inspect.SubnetType)
		if subnet == nil || element.Unknown() { // of what is not known only that it is one of several
			all = false
			continue
		}
		zone := subnet.At("availabilityZone").Text() + subnet.At("availabilityZoneId").Text()
		all = all && zone != ""
		zones[zone] = true
	}
	return zones, all
}

package policy

import (
	"fmt"
	"slices"
	"strings"
)

var albControls = []*Control{
	{
		ID: "ALB-1", Service: "ALB", Kind: Relation, Severity: Critical,
		Title:     "HTTP redirects to HTTPS",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"},
		Config:    []string{"alb-http-to-https-redirection-check"},
		Nag:       []string{"ALBHttpToHttpsRedirection"},
		Why:       "A listener that answers plain HTTP takes passwords and patient data in the clear.",
		check:     httpRedirects,
	},
	{
		ID: "ALB-2", Service: "ALB", Kind: Property, Severity: Medium,
		Title:     "Drops invalid headers",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"},
		Nag:       []string{"ALBHttpDropInvalidHeaderEnabled"},
		Why:       "Headers that break the rules smuggle one request inside another past whoever checks the first.",
		check: eachBalancer(application,
			isTrue("dropInvalidHeaderFields", "set dropInvalidHeaderFields: true; components/edge does")),
	},
	{
		ID: "ALB-3", Service: "ALB", Kind: Property, Severity: Medium, Applies: WherePHI,
		Title:     "Deletion protection",
		Citations: []string{"164.308(a)(7)(i)", "164.308(a)(7)(ii)(C)"},
		Config:    []string{"elb-deletion-protection-enabled"},
		Nag:       []string{"ELBDeletionProtectionEnabled"},
		Prowler:   []string{"elbv2_deletion_protection"},
		Why:       "A load balancer deleted by mistake takes the system off the internet until names and certificates are rebuilt.",
		check: each(loadBalancers,
			isTrue("enableDeletionProtection", "set careconnect:edge.deletionProtection: true")),
	},
	{
		ID: "ALB-4", Service: "ALB", Kind: Relation, Severity: High,
		Title:     "Access logs on",
		Citations: []string{"164.312(b)"},
		Config:    []string{"elb-logging-enabled"},
		Nag:       []string{"ELBLoggingEnabled"},
		Prowler:   []string{"elbv2_logging_enabled", "elb_logging_enabled"},
		Why:       "Without access logs nobody can say afterwards who asked the system for what.",
		check:     balancersLogged,
	},
	{
		ID: "ALB-5", Service: "ALB", Kind: Relation, Severity: High,
		Title:     "ACM certificate on TLS listeners",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(2)(ii)"},
		Config:    []string{"elbv2-acm-certificate-required"},
		Nag:       []string{"ELBv2ACMCertificateRequired"},
		Why:       "A certificate that ACM does not keep expires, and people click through the warning.",
		check:     certificatesFromACM,
	},
	{
		ID: "ALB-6", Service: "ALB", Kind: Relation, Severity: High,
		Title:     "WAF attached",
		Citations: []string{"164.312(a)(1)"},
		Analogy:   true,
		Config:    []string{"alb-waf-enabled"},
		Why:       "A public load balancer without a web ACL lets every known attack through to the application.",
		check:     balancersGuarded,
	},
	{
		ID: "ALB-7", Service: "ALB", Kind: Relation, Severity: High,
		Title:     "TLS 1.2+ listener policy",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"},
		Config:    []string{"elb-predefined-security-policy-ssl-check", "elb-tls-https-listeners-only", "elb-acm-certificate-required"},
		Nag:       []string{"ELBTlsHttpsListenersOnly", "ELBACMCertificateRequired"},
		Prowler:   []string{"elb_ssl_listeners"},
		Why:       "Older versions of TLS and the policy that AWS sets by default can be broken on the way.",
		check:     tlsPolicies,
	},
	{
		ID: "ALB-8", Service: "ALB", Kind: Relation, Severity: Medium,
		Title:     "Spans >= 2 AZs",
		Citations: []string{"164.308(a)(7)(i)", "164.308(a)(7)(ii)(C)"},
		Config:    []string{"elb-cross-zone-load-balancing-enabled"},
		Nag:       []string{"ELBCrossZoneLoadBalancingEnabled"},
		Why:       "What stands in one availability zone is away when the zone is.",
		check:     balancersSpread,
	},
}

const classicLoadBalancer = "aws:elb/loadBalancer:LoadBalancer"

// The tokens of Elastic Load Balancing: the module has had four names.
var (
	loadBalancers        = elb("loadBalancer:LoadBalancer")
	listeners            = elb("listener:Listener")
	listenerRules        = elb("listenerRule:ListenerRule")
	listenerCertificates = elb("listenerCertificate:ListenerCertificate")
)

func elb(typ string) []string {
	var tokens []string
	for _, module := range []string{"lb", "alb", "elasticloadbalancingv2", "applicationloadbalancing"} {
		tokens = append(tokens, "aws:"+module+"/"+typ)
	}
	return tokens
}

// Kinds of load balancer.
const (
	application = "application"
	network     = "network"
)

// kindOf a load balancer; empty where it is not known.
func kindOf(balancer *Resource) string {
	kind := balancer.At("loadBalancerType")
	if kind.Unset() {
		return application
	}
	return kind.Text()
}

// eachBalancer is each for the load balancers of a kind.
func eachBalancer(kind string, expectations ...expectation) func(*Stack, *Report) {
	return func(s *Stack, report *Report) {
		for _, r := range s.Of(loadBalancers...) {
			switch kindOf(r) {
			case kind:
				r.expect(report, expectations...)
			case "":
				report.Undecided(r, "loadBalancerType", expectations[0].want)
			}
		}
	}
}

// pointing is Pointing for several types.
func (s *Stack) pointing(target *Resource, types []string, property string) []*Resource {
	var found []*Resource
	for _, typ := range types {
		found = append(found, s.Pointing(target, typ, property)...)
	}
	return found
}

// plain is true for a listener of an application load balancer that speaks HTTP, which it does unless told otherwise.
func (s *Stack) plain(listener *Resource) bool {
	protocol := listener.At("protocol")
	if protocol.Unset() {
		balancer := s.Referent(listener.At("loadBalancerArn"), loadBalancers...)
		return balancer == nil || kindOf(balancer) == application
	}
	return strings.EqualFold(protocol.Text(), "HTTP")
}

// encrypts is true for a listener that ends TLS.
func encrypts(listener *Resource) bool {
	protocol := listener.At("protocol").Text()
	return strings.EqualFold(protocol, "HTTPS") || strings.EqualFold(protocol, "TLS")
}

func httpRedirects(s *Stack, report *Report) {
	const want = "a redirect to HTTPS"
	const fix = "redirect port 80 to HTTPS 443, as components/edge does"
	for _, listener := range s.Of(listeners...) {
		if listener.At("protocol").Unknown() {
			report.Undecided(listener, "protocol", want)
			continue
		}
		if !s.plain(listener) {
			continue
		}
		good := isRedirect(report, listener, "defaultActions", want, fix)
		for _, rule := range s.pointing(listener, listenerRules, "listenerArn") {
			good = isRedirect(report, rule, "actions", want, fix) && good
		}
		if good {
			report.Pass(listener)
		}
	}
}

// isRedirect checks that every action sends the client to HTTPS. A redirect that names no protocol keeps the request's.
func isRedirect(report *Report, r *Resource, list, want, fix string) bool {
	actions := elements(r.At(list))
	if len(actions) == 0 {
		report.Fail(r, list, "not set", want, fix)
		return false
	}
	good := true
	for _, action := range actions {
		good = isOneOf("", fix, "redirect").judge(report, r, action.At("type")) &&
			isOneOf("", fix, "HTTPS").judge(report, r, action.At("redirect.protocol")) && good
	}
	return good
}

// balancersLogged looks at application load balancers, and at network ones that end TLS: AWS logs no others.
func balancersLogged(s *Stack, report *Report) {
	logged := []expectation{
		isTrue("accessLogs.enabled", "set accessLogs.enabled: true; components/edge logs to the log bucket of components/storage"),
		isSet("accessLogs.bucket", "name the bucket that the logs go to"),
	}
	for _, r := range s.Of(loadBalancers...) {
		kind := kindOf(r)
		if kind == "" {
			report.Undecided(r, "loadBalancerType", "access logs")
		}
		if kind == application || kind == network && slices.ContainsFunc(s.pointing(r, listeners, "loadBalancerArn"), encrypts) {
			r.expect(report, logged...)
		}
	}
	for _, r := range s.Of(classicLoadBalancer) {
		on := expectation{"accessLogs.enabled", "true, or not set", logged[0].fix, func(_ *Resource, v Value) bool { return !v.False() }}
		r.expect(report, on, logged[1])
	}
}

// balancersGuarded leaves internal load balancers out: what they serve comes from inside, or through a CloudFront
// distribution, which X-CF-WAF looks at.
func balancersGuarded(s *Stack, report *Report) {
	const want = "a web ACL for what faces the internet"
	for _, r := range s.Of(loadBalancers...) {
		internal := r.At("internal")
		switch kind := kindOf(r); {
		case internal.True() || kind != application && kind != "":
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
			acl := expectation{"webAclArn", want, "name the web ACL", func(_ *Resource, v Value) bool { return !v.Unset() }}
			if associations[0].check(report, associations[0], acl) {
				report.Pass(r)
			}
		}
	}
}

// balancersSpread counts the zones of the subnets that the stack has. Where it has none of them their number says as
// much: AWS takes at most one subnet of a zone.
func balancersSpread(s *Stack, report *Report) {
	const want = "subnets in at least two availability zones"
	const fix = "give it a subnet in each zone: careconnect:network.availabilityZones needs two or more"
	for _, r := range s.Of(append(slices.Clone(loadBalancers), classicLoadBalancer)...) {
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
		if zones, all := s.zones(list); all {
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
func (s *Stack) zones(list Value) (zones map[string]bool, all bool) {
	zones, all = map[string]bool{}, true
	for _, element := range list.List() {
		subnet := s.Referent(element, subnetType)
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

// Package elb has the controls of Elastic Load Balancing.
package elb

import (
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// Controls of this package, in the order in which reports list them.
var Controls = []*policy.Control{
	{
		ID: "ALB-1", Service: "ALB", Kind: policy.Relation, Severity: policy.Critical,
		Title:     "HTTP redirects to HTTPS",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"},
		Config:    []string{"alb-http-to-https-redirection-check"},
		Nag:       []string{"ALBHttpToHttpsRedirection"},
		Why:       "A listener that answers plain HTTP takes passwords and patient data in the clear.",
		Check:     httpRedirects,
	},
	{
		ID: "ALB-2", Service: "ALB", Kind: policy.Property, Severity: policy.Medium,
		Title:     "Drops invalid headers",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"},
		Nag:       []string{"ALBHttpDropInvalidHeaderEnabled"},
		Why:       "Headers that break the rules smuggle one request inside another past whoever checks the first.",
		Check: eachBalancer(inspect.Application,
			policy.IsTrue("dropInvalidHeaderFields", "set dropInvalidHeaderFields: true; components/edge does")),
	},
	{
		ID: "ALB-3", Service: "ALB", Kind: policy.Property, Severity: policy.Medium, Applies: policy.WherePHI,
		Title:     "Deletion protection",
		Citations: []string{"164.308(a)(7)(i)", "164.308(a)(7)(ii)(C)"},
		Config:    []string{"elb-deletion-protection-enabled"},
		Nag:       []string{"ELBDeletionProtectionEnabled"},
		Prowler:   []string{"elbv2_deletion_protection"},
		Setting:   "edge.deletionProtection",
		Why:       "A load balancer deleted by mistake takes the system off the internet until names and certificates are rebuilt.",
		Check: policy.Each(inspect.LoadBalancers,
			policy.IsTrue("enableDeletionProtection", "enable deletion protection")),
	},
	{
		ID: "ALB-4", Service: "ALB", Kind: policy.Relation, Severity: policy.High,
		Title:     "Access logs on",
		Citations: []string{"164.312(b)"},
		Config:    []string{"elb-logging-enabled"},
		Nag:       []string{"ELBLoggingEnabled"},
		Prowler:   []string{"elbv2_logging_enabled", "elb_logging_enabled"},
		Why:       "Without access logs nobody can say afterwards who asked the system for what.",
		Check:     balancersLogged,
	},
	{
		ID: "ALB-5", Service: "ALB", Kind: policy.Relation, Severity: policy.High,
		Title:     "ACM certificate on TLS listeners",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(2)(ii)"},
		Config:    []string{"elbv2-acm-certificate-required"},
		Nag:       []string{"ELBv2ACMCertificateRequired"},
		Why:       "A certificate that ACM does not keep expires, and people click through the warning.",
		Check:     certificatesFromACM,
	},
	{
		ID: "ALB-6", Service: "ALB", Kind: policy.Relation, Severity: policy.High,
		Title:     "WAF attached",
		Citations: []string{"164.312(a)(1)"},
		Analogy:   true,
		Config:    []string{"alb-waf-enabled"},
		Why:       "A public load balancer without a web ACL lets every known attack through to the application.",
		Check:     balancersGuarded,
	},
	{
		ID: "ALB-7", Service: "ALB", Kind: policy.Relation, Severity: policy.High,
		Title:     "TLS 1.2+ listener policy",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"},
		Config:    []string{"elb-predefined-security-policy-ssl-check", "elb-tls-https-listeners-only", "elb-acm-certificate-required"},
		Nag:       []string{"ELBTlsHttpsListenersOnly", "ELBACMCertificateRequired"},
		Prowler:   []string{"elb_ssl_listeners"},
		Why:       "Older versions of TLS and the policy that AWS sets by default can be broken on the way.",
		Check:     tlsPolicies,
	},
	{
		ID: "ALB-8", Service: "ALB", Kind: policy.Relation, Severity: policy.Medium,
		Title:     "Spans >= 2 AZs",
		Citations: []string{"164.308(a)(7)(i)", "164.308(a)(7)(ii)(C)"},
		Config:    []string{"elb-cross-zone-load-balancing-enabled"},
		Nag:       []string{"ELBCrossZoneLoadBalancingEnabled"},
		Setting:   "network.availabilityZones",
		Why:       "What stands in one availability zone is away when the zone is.",
		Check:     balancersSpread,
	},
	{
		ID: "X-ALB-TARGET-TLS", Service: "ALB", Kind: policy.Property, Severity: policy.High, Applies: policy.WherePHI,
		Title:     "TLS from the load balancer to its targets",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"},
		Analogy:   true,
		Config:    []string{"elbv2-targetgroup-protocol-encrypted"},
		Setting:   "services[].protocol",
		Why:       "TLS that ends at the load balancer leaves patients' data in the clear on the network between it and the tasks.",
		Check: policy.EachWhere(inspect.TargetGroups, routesRequests, policy.IsOneOf("protocol",
			"let the application listen by TLS, with a self-signed certificate (load balancers accept it), and send requests to it by HTTPS",
			"HTTPS", "TLS", "QUIC")),
	},
}

package elb

import (
	"slices"
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

func certificatesFromACM(s *inspect.Stack, report *policy.Report) {
	const fix = "ask ACM for the certificate, as components/edge does"
	for _, r := range s.Of(listeners...) {
		if r.At("protocol").Unknown() {
			report.Undecided(r, "protocol", "a certificate of ACM")
		} else if encrypts(r) && isFromACM(s, report, r, r.At("certificateArn"), fix) {
			report.Pass(r)
		}
	}
	for _, r := range s.Of(listenerCertificates...) {
		if isFromACM(s, report, r, r.At("certificateArn"), fix) {
			report.Pass(r)
		}
	}
	for _, r := range s.Of(inspect.ClassicLoadBalancer) {
		good := true
		for _, listener := range inspect.Elements(r.At("listeners")) {
			if protocol := strings.ToLower(listener.At("lbProtocol").Text()); protocol == "https" || protocol == "ssl" {
				good = isFromACM(s, report, r, listener.At("sslCertificateId"), fix) && good
			}
		}
		if good {
			report.Pass(r)
		}
	}
}

// isFromACM knows a certificate of ACM by what the value refers to, or by its ARN.
func isFromACM(s *inspect.Stack, report *policy.Report, on *inspect.Resource, certificate inspect.Value, fix string) bool {
	const want = "a certificate of ACM"
	known := s.Resolve(certificate, "aws:acm/certificate:Certificate", "aws:acm/certificateValidation:CertificateValidation") != nil
	arn := strings.Split(certificate.Text(), ":")
	if known || len(arn) > 2 && arn[0] == "arn" && arn[2] == "acm" {
		return true
	}
	if (certificate.Unknown() || certificate.HasReference()) && len(s.ResolveAll(certificate)) == 0 {
		report.Undecided(on, certificate.Path(), want)
		return false
	}
	report.Fail(on, certificate.Path(), certificate.Show(), want, fix)
	return false
}

// Policies that begin so admit nothing before TLS 1.2: AWS names each after the oldest version that it takes.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
var modernPolicies = []string{
	"ELBSecurityPolicy-TLS13-1-2-", "ELBSecurityPolicy-TLS13-1-3-", "ELBSecurityPolicy-TLS-1-2-", "ELBSecurityPolicy-FS-1-2-",
}

func isModern(document string) bool {
	return slices.ContainsFunc(modernPolicies, func(begin string) bool { return strings.HasPrefix(document, begin) })
}

func tlsPolicies(s *inspect.Stack, report *policy.Report) {
	const want = "a policy with TLS 1.2 or later, such as ELBSecurityPolicy-TLS13-1-2-2021-06"
	const fix = "set sslPolicy: ELBSecurityPolicy-TLS13-1-2-2021-06; AWS's default takes TLS 1.0"
	modern := policy.Expectation{Path: "sslPolicy", Want: want, Fix: fix, Holds: func(v inspect.Value) bool { return isModern(v.Text()) }}
	for _, r := range s.Of(listeners...) {
		if r.At("protocol").Unknown() {
			report.Undecided(r, "protocol", want)
		} else if encrypts(r) {
			report.Expect(r, modern)
		}
	}
	for _, r := range s.Of(inspect.ClassicLoadBalancer) {
		judgeClassic(s, report, r, want)
	}
}

// judgeClassic wants TLS on every listener of a classic load balancer, and a modern predefined policy, which such a
// one takes by a policy resource.
func judgeClassic(s *inspect.Stack, report *policy.Report, r *inspect.Resource, want string) {
	good := true
	for _, listener := range inspect.Elements(r.At("listeners")) {
		secure := policy.Expectation{Path: "", Want: "https or ssl", Fix: "end TLS at the load balancer; an application load balancer does more for it", Holds: func(v inspect.Value) bool {
			return slices.Contains([]string{"https", "ssl"}, strings.ToLower(v.Text()))
		}}
		good = secure.Judge(report, r, listener.At("lbProtocol")) && good
	}
	policies := s.Pointing(r, "aws:elb/loadBalancerPolicy:LoadBalancerPolicy", "loadBalancerName")
	if !slices.ContainsFunc(policies, func(document *inspect.Resource) bool {
		return slices.ContainsFunc(document.At("policyAttributes").List(), func(one inspect.Value) bool {
			return one.At("name").Text() == "Reference-Security-Policy" && isModern(one.At("value").Text())
		})
	}) {
		good = false
		report.Fail(r, "LoadBalancerPolicy", "none with ELBSecurityPolicy-TLS-1-2-2017-01", want,
			"use an application load balancer; or give this one that policy")
	}
	if good {
		report.Pass(r)
	}
}

package policy

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/graph"
)

const (
	certificateType = "aws:acm/certificate:Certificate"
	validationType  = "aws:acm/certificateValidation:CertificateValidation"
	aclOfALBType    = "aws:wafv2/webAclAssociation:WebAclAssociation"
	classicPolicy   = "aws:elb/loadBalancerPolicy:LoadBalancerPolicy"
)

var albFixtures = map[string]fixture{
	"ALB-1": {
		satisfied: []example{
			{about: "redirect", resources: []*graph.Resource{listener("HTTP", in{"defaultActions": []any{toHTTPS}})}},
			{about: "redirect by default, for one path, and nothing said of the protocol", resources: []*graph.Resource{
				listener("", in{"defaultActions": []any{toHTTPS}}),
				res(listenerRules[0], "rule", in{"listenerArn": ref(listeners[0], "listener", "arn"), "actions": []any{toHTTPS}})}},
			{about: "not for what speaks anything else", resources: []*graph.Resource{
				listener("HTTP", in{"defaultActions": []any{toHTTPS}}),
				res(listeners[0], "https", in{"protocol": "HTTPS", "defaultActions": []any{forward}}),
				res(listeners[0], "tcp", in{"protocol": "TCP", "defaultActions": []any{forward}}),
				res(loadBalancers[0], "gateway", in{"loadBalancerType": "gateway"}),
				res(listeners[0], "geneve", in{"loadBalancerArn": ref(loadBalancers[0], "gateway", "arn"), "defaultActions": []any{forward}})}},
		},
		violated: []example{
			{about: "forward", property: "defaultActions[0].type", resources: []*graph.Resource{listener("HTTP", in{"defaultActions": []any{forward}})}},
			{about: "forward, nothing said of the protocol", property: "defaultActions[0].type", resources: []*graph.Resource{listener("", in{"defaultActions": []any{forward}})}},
			{about: "an answer", property: "defaultActions[0].type", resources: []*graph.Resource{listener("HTTP", in{"defaultActions": []any{in{"type": "fixed-response"}}})}},
			{about: "redirect to HTTP", property: "defaultActions[0].redirect.protocol", resources: []*graph.Resource{
				listener("HTTP", in{"defaultActions": []any{in{"type": "redirect", "redirect": in{"protocol": "HTTP", "statusCode": "HTTP_301"}}}})}},
			{about: "redirect to the same protocol", property: "defaultActions[0].redirect.protocol", resources: []*graph.Resource{
				listener("HTTP", in{"defaultActions": []any{in{"type": "redirect", "redirect": in{"host": "x.example", "statusCode": "HTTP_301"}}}})}},
			{about: "forward after a redirect", property: "defaultActions[1].type", resources: []*graph.Resource{listener("HTTP", in{"defaultActions": []any{toHTTPS, forward}})}},
			{about: "forward, nothing said of the protocol, of a load balancer elsewhere", property: "defaultActions[0].type", resources: []*graph.Resource{
				res(listeners[0], "listener", in{"loadBalancerArn": "arn:lb", "defaultActions": []any{forward}})}},
			{about: "forward, nothing said of the protocol, of this load balancer", property: "defaultActions[0].type", resources: []*graph.Resource{
				balancer(in{}), listener("", in{"defaultActions": []any{forward}})}},
			{about: "forward of one path", property: "actions[0].type", resources: []*graph.Resource{
				listener("HTTP", in{"defaultActions": []any{toHTTPS}}),
				res(listenerRules[0], "rule", in{"listenerArn": ref(listeners[0], "listener", "arn"), "actions": []any{forward}})}},
			{about: "no action", property: "defaultActions", resources: []*graph.Resource{listener("HTTP", in{})}},
			{about: "forward, by another token", property: "defaultActions[0].type", resources: []*graph.Resource{
				res(listeners[1], "listener", in{"protocol": "HTTP", "defaultActions": []any{forward}})}},
		},
		undecided: []example{
			{about: "protocol not known", resources: []*graph.Resource{res(listeners[0], "listener", in{"protocol": unknown, "defaultActions": []any{forward}})}},
			{about: "actions not known", resources: []*graph.Resource{listener("HTTP", in{"defaultActions": unknown})}},
			{about: "target not known", resources: []*graph.Resource{listener("HTTP", in{"defaultActions": []any{in{"type": "redirect", "redirect": in{"protocol": unknown}}}})}},
		},
	},
	"ALB-2": {
		satisfied: []example{
			{about: "dropped", resources: []*graph.Resource{balancer(in{"dropInvalidHeaderFields": true})}},
			{about: "not for a network load balancer", resources: []*graph.Resource{
				balancer(in{"dropInvalidHeaderFields": true}), res(loadBalancers[0], "nlb", in{"loadBalancerType": "network"})}},
		},
		violated: []example{
			{about: "not set", property: "dropInvalidHeaderFields", resources: []*graph.Resource{balancer(in{})}},
			{about: "off", property: "dropInvalidHeaderFields", resources: []*graph.Resource{balancer(in{"dropInvalidHeaderFields": false})}},
			{about: "not set, by another token", property: "dropInvalidHeaderFields", resources: []*graph.Resource{res(loadBalancers[1], "alb", in{"loadBalancerType": "application"})}},
		},
		undecided: []example{
			{about: "not known", resources: []*graph.Resource{balancer(in{"dropInvalidHeaderFields": unknown})}},
			{about: "kind not known", resources: []*graph.Resource{balancer(in{"loadBalancerType": unknown})}},
		},
	},
	"ALB-3": {
		satisfied: []example{{about: "on", resources: []*graph.Resource{balancer(in{"enableDeletionProtection": true})}}},
		violated: []example{
			{about: "not set", property: "enableDeletionProtection", resources: []*graph.Resource{balancer(in{})}},
			{about: "off", property: "enableDeletionProtection", resources: []*graph.Resource{balancer(in{"enableDeletionProtection": false})}},
			{about: "off, for a network load balancer", property: "enableDeletionProtection", resources: []*graph.Resource{balancer(in{"loadBalancerType": "network"})}},
		},
		undecided: []example{{about: "not known", resources: []*graph.Resource{balancer(in{"enableDeletionProtection": unknown})}}},
	},
	"ALB-4": {
		satisfied: []example{
			{about: "on", resources: []*graph.Resource{balancer(in{"accessLogs": in{"enabled": true, "bucket": "logs"}})}},
			{about: "a network load balancer with TLS", resources: []*graph.Resource{
				balancer(in{"loadBalancerType": "network", "accessLogs": in{"enabled": true, "bucket": "logs"}}), listener("TLS", in{})}},
			{about: "not for a network load balancer without", resources: []*graph.Resource{
				balancer(in{"accessLogs": in{"enabled": true, "bucket": "logs"}}), res(loadBalancers[0], "nlb", in{"loadBalancerType": "network"})}},
			{about: "a classic one, on by itself", resources: []*graph.Resource{res(classicLoadBalancer, "elb", in{"accessLogs": in{"bucket": "logs"}})}},
		},
		violated: []example{
			{about: "not set", property: "accessLogs.enabled", resources: []*graph.Resource{balancer(in{})}},
			{about: "not switched on", property: "accessLogs.enabled", resources: []*graph.Resource{balancer(in{"accessLogs": in{"bucket": "logs"}})}},
			{about: "off", property: "accessLogs.enabled", resources: []*graph.Resource{balancer(in{"accessLogs": in{"enabled": false, "bucket": "logs"}})}},
			{about: "no bucket", property: "accessLogs.bucket", resources: []*graph.Resource{balancer(in{"accessLogs": in{"enabled": true}})}},
			{about: "a network load balancer with TLS", property: "accessLogs.enabled", resources: []*graph.Resource{balancer(in{"loadBalancerType": "network"}), listener("TLS", in{})}},
			{about: "a classic one", property: "accessLogs.bucket", resources: []*graph.Resource{res(classicLoadBalancer, "elb", in{})}},
			{about: "a classic one, off", property: "accessLogs.enabled", resources: []*graph.Resource{res(classicLoadBalancer, "elb", in{"accessLogs": in{"bucket": "logs", "enabled": false}})}},
		},
		undecided: []example{
			{about: "bucket not known", resources: []*graph.Resource{balancer(in{"accessLogs": in{"enabled": true, "bucket": unknown}})}},
			{about: "kind not known", resources: []*graph.Resource{balancer(in{"loadBalancerType": unknown})}},
		},
	},
	"ALB-5": {
		satisfied: []example{
			{about: "of this stack", resources: []*graph.Resource{res(certificateType, "certificate", in{}), listener("HTTPS", in{"certificateArn": ref(certificateType, "certificate", "arn")})}},
			{about: "of this stack, validated", resources: []*graph.Resource{res(validationType, "validation", in{}), listener("TLS", in{"certificateArn": ref(validationType, "validation", "certificateArn")})}},
			{about: "elsewhere", resources: []*graph.Resource{listener("HTTPS", in{"certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1"})}},
			{about: "a second one", resources: []*graph.Resource{res(listenerCertificates[0], "second", in{"certificateArn": "arn:aws-us-gov:acm:us-gov-west-1:123456789012:certificate/1"})}},
			{about: "a classic load balancer's", resources: []*graph.Resource{res(classicLoadBalancer, "elb", in{"listeners": []any{
				in{"lbProtocol": "http"}, in{"lbProtocol": "https", "sslCertificateId": "arn:aws:acm:us-east-1:123456789012:certificate/1"}}})}},
		},
		violated: []example{
			{about: "none", property: "certificateArn", resources: []*graph.Resource{listener("HTTPS", in{})}},
			{about: "none, for TLS", property: "certificateArn", resources: []*graph.Resource{listener("TLS", in{})}},
			{about: "IAM's", property: "certificateArn", resources: []*graph.Resource{listener("HTTPS", in{"certificateArn": "arn:aws:iam::123456789012:server-certificate/c"})}},
			{about: "IAM's, of this stack", property: "certificateArn", resources: []*graph.Resource{
				res("aws:iam/serverCertificate:ServerCertificate", "certificate", in{}), listener("HTTPS", in{"certificateArn": ref("aws:iam/serverCertificate:ServerCertificate", "certificate", "arn")})}},
			{about: "IAM's, as a second one", property: "certificateArn", resources: []*graph.Resource{res(listenerCertificates[0], "second", in{"certificateArn": "arn:aws:iam::123456789012:server-certificate/c"})}},
			{about: "a classic load balancer's", property: "listeners[0].sslCertificateId", resources: []*graph.Resource{res(classicLoadBalancer, "elb", in{"listeners": []any{
				in{"lbProtocol": "SSL", "sslCertificateId": "arn:aws:iam::123456789012:server-certificate/c"}}})}},
			{about: "a classic load balancer's, for HTTPS", property: "listeners[0].sslCertificateId", resources: []*graph.Resource{res(classicLoadBalancer, "elb", in{"listeners": []any{
				in{"lbProtocol": "https", "sslCertificateId": "arn:aws:iam::123456789012:server-certificate/c"}}})}},
		},
		undecided: []example{
			{about: "not known", resources: []*graph.Resource{listener("HTTPS", in{"certificateArn": unknown})}},
			{about: "of something that is not in the plan", resources: []*graph.Resource{listener("HTTPS", in{"certificateArn": ref("pulumi:pulumi:StackReference", "other", "certificate")})}},
			{about: "protocol not known", resources: []*graph.Resource{res(listeners[0], "listener", in{"protocol": unknown})}},
		},
	},
	"ALB-6": {
		satisfied: []example{
			{about: "a web ACL", resources: []*graph.Resource{balancer(in{}), guard(in{"webAclArn": "arn:acl"})}},
			{about: "a web ACL, and an internal load balancer", resources: []*graph.Resource{
				balancer(in{"internal": false}), guard(in{"webAclArn": "arn:acl"}), res(loadBalancers[0], "inside", in{"internal": true})}},
		},
		violated: []example{
			{about: "none", property: "WebAclAssociation", resources: []*graph.Resource{balancer(in{})}},
			{about: "none, said to face the internet", property: "WebAclAssociation", resources: []*graph.Resource{balancer(in{"internal": false, "loadBalancerType": "application"})}},
			{about: "another's", property: "WebAclAssociation", resources: []*graph.Resource{
				balancer(in{}), res(loadBalancers[0], "other", in{"internal": true}),
				res(aclOfALBType, "guard", in{"resourceArn": ref(loadBalancers[0], "other", "arn"), "webAclArn": "arn:acl"})}},
			{about: "an association without a web ACL", property: "webAclArn", resources: []*graph.Resource{balancer(in{}), guard(in{})}},
		},
		undecided: []example{
			{about: "not known whether it faces the internet", resources: []*graph.Resource{balancer(in{"internal": unknown})}},
			{about: "kind not known", resources: []*graph.Resource{balancer(in{"loadBalancerType": unknown})}},
			{about: "web ACL not known", resources: []*graph.Resource{balancer(in{}), guard(in{"webAclArn": unknown})}},
		},
	},
	"ALB-7": {
		satisfied: []example{
			{about: "recommended", resources: []*graph.Resource{listener("HTTPS", in{"sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"})}},
			{about: "post-quantum", resources: []*graph.Resource{listener("TLS", in{"sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"})}},
			{about: "TLS 1.3 only", resources: []*graph.Resource{listener("HTTPS", in{"sslPolicy": "ELBSecurityPolicy-TLS13-1-3-2021-06"})}},
			{about: "TLS 1.2 only", resources: []*graph.Resource{listener("HTTPS", in{"sslPolicy": "ELBSecurityPolicy-TLS-1-2-2017-01"})}},
			{about: "FIPS", resources: []*graph.Resource{listener("HTTPS", in{"sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04"})}},
			{about: "forward secrecy", resources: []*graph.Resource{listener("HTTPS", in{"sslPolicy": "ELBSecurityPolicy-FS-1-2-Res-2020-10"})}},
			{about: "a classic load balancer with TLS 1.2, not HTTPS", resources: classic("SSL", "ELBSecurityPolicy-TLS-1-2-2017-01")},
			{about: "a classic load balancer with TLS 1.2", resources: classic("https", "ELBSecurityPolicy-TLS-1-2-2017-01")},
		},
		violated: []example{
			{about: "AWS's default", property: "sslPolicy", resources: []*graph.Resource{listener("HTTPS", in{})}},
			{about: "AWS's default, by its name", property: "sslPolicy", resources: []*graph.Resource{listener("HTTPS", in{"sslPolicy": "ELBSecurityPolicy-2016-08"})}},
			{about: "TLS 1.0 beside 1.3", property: "sslPolicy", resources: []*graph.Resource{listener("TLS", in{"sslPolicy": "ELBSecurityPolicy-TLS13-1-0-2021-06"})}},
			{about: "TLS 1.1", property: "sslPolicy", resources: []*graph.Resource{listener("HTTPS", in{"sslPolicy": "ELBSecurityPolicy-TLS-1-1-2017-01"})}},
			{about: "forward secrecy with TLS 1.0", property: "sslPolicy", resources: []*graph.Resource{listener("HTTPS", in{"sslPolicy": "ELBSecurityPolicy-FS-2018-06"})}},
			{about: "a classic load balancer without TLS", property: "listeners[0].lbProtocol", resources: classic("tcp", "ELBSecurityPolicy-TLS-1-2-2017-01")},
			{about: "a classic load balancer with TLS 1.0", property: "LoadBalancerPolicy", resources: classic("ssl", "ELBSecurityPolicy-2016-08")},
			{about: "a classic load balancer without policy", property: "LoadBalancerPolicy", resources: classic("https", "")[:1]},
		},
		undecided: []example{
			{about: "not known", resources: []*graph.Resource{listener("HTTPS", in{"sslPolicy": unknown})}},
			{about: "protocol not known", resources: []*graph.Resource{res(listeners[0], "listener", in{"protocol": unknown})}},
		},
	},
	"ALB-8": {
		satisfied: []example{
			{about: "two zones", resources: spread("us-east-1a", "us-east-1b")},
			{about: "two zones by their ids", resources: []*graph.Resource{
				res(subnetType, "one", in{"availabilityZoneId": "use1-az1"}), res(subnetType, "two", in{"availabilityZoneId": "use1-az2"}),
				balancer(in{"subnets": []any{ref(subnetType, "one", "id"), ref(subnetType, "two", "id")}})}},
			{about: "subnets elsewhere", resources: []*graph.Resource{balancer(in{"subnets": []any{"subnet-1", "subnet-2"}})}},
			{about: "mappings", resources: []*graph.Resource{balancer(in{"subnetMappings": []any{in{"subnetId": "subnet-1"}, in{"subnetId": "subnet-2"}}})}},
			{about: "subnets that are not known, but two", resources: []*graph.Resource{balancer(in{"subnets": []any{unknown, unknown}})}},
			{about: "subnets that are not known, of two zones", resources: waiting("subnets", spread("us-east-1a", "us-east-1b"), balancer(in{"subnets": []any{unknown, unknown}}))},
			{about: "subnets that AWS puts somewhere", resources: spread("", "")},
			{about: "a classic one in two zones", resources: []*graph.Resource{res(classicLoadBalancer, "elb", in{"availabilityZones": []any{"us-east-1a", "us-east-1b"}})}},
		},
		violated: []example{
			{about: "none", property: "subnets", resources: []*graph.Resource{balancer(in{})}},
			{about: "one subnet", property: "subnets", resources: []*graph.Resource{balancer(in{"loadBalancerType": "network", "subnets": []any{"subnet-1"}})}},
			{about: "two subnets of one zone", property: "subnets", resources: spread("us-east-1a", "us-east-1a")},
			{about: "two subnets of one zone by its id", property: "subnets", resources: []*graph.Resource{
				res(subnetType, "one", in{"availabilityZoneId": "use1-az1"}), res(subnetType, "two", in{"availabilityZoneId": "use1-az1"}),
				balancer(in{"subnets": []any{ref(subnetType, "one", "id"), ref(subnetType, "two", "id")}})}},
			{about: "one mapping", property: "subnetMappings", resources: []*graph.Resource{balancer(in{"subnetMappings": []any{in{"subnetId": "subnet-1"}}})}},
			{about: "a classic one in one zone", property: "availabilityZones", resources: []*graph.Resource{res(classicLoadBalancer, "elb", in{"availabilityZones": []any{"us-east-1a"}})}},
		},
		undecided: []example{{about: "not known", resources: []*graph.Resource{balancer(in{"subnets": unknown})}}},
	},
}

var (
	toHTTPS = in{"type": "redirect", "redirect": in{"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}
	forward = in{"type": "forward", "targetGroupArn": "arn:t"}
)

func balancer(inputs in) *graph.Resource { return res(loadBalancers[0], "alb", inputs) }

// listener of that balancer; no protocol where it is empty.
func listener(protocol string, inputs in) *graph.Resource {
	inputs = maps.Clone(inputs)
	inputs["loadBalancerArn"] = ref(loadBalancers[0], "alb", "arn")
	if protocol != "" {
		inputs["protocol"] = protocol
	}
	return res(listeners[0], "listener", inputs)
}

// guard associates that balancer with a web ACL.
func guard(inputs in) *graph.Resource {
	inputs = maps.Clone(inputs)
	inputs["resourceArn"] = ref(loadBalancers[0], "alb", "arn")
	return res(aclOfALBType, "guard", inputs)
}

// classic is a classic load balancer with one listener and a TLS policy.
func classic(protocol, policy string) []*graph.Resource {
	return []*graph.Resource{
		res(classicLoadBalancer, "elb", in{"listeners": []any{in{"lbProtocol": protocol}}}),
		res(classicPolicy, "policy", in{
			"loadBalancerName": ref(classicLoadBalancer, "elb", "name"),
			"policyAttributes": []any{in{"name": "Reference-Security-Policy", "value": policy}},
		}),
	}
}

// spread is a load balancer in a subnet of each zone.
func spread(zones ...string) []*graph.Resource {
	var found []*graph.Resource
	var subnets []any
	for i, zone := range zones {
		name := string(rune('a' + i))
		found = append(found, res(subnetType, name, in{"availabilityZone": zone}))
		subnets = append(subnets, ref(subnetType, name, "id"))
	}
	return append(found, balancer(in{"subnets": subnets}))
}

// waiting replaces the last resource by one whose property is not known and waits for the others.
func waiting(property string, known []*graph.Resource, r *graph.Resource) []*graph.Resource {
	known = known[:len(known)-1]
	for _, one := range known {
		r.PropertyDependencies[property] = append(r.PropertyDependencies[property], one.URN)
	}
	return append(known, r)
}

// The other tests take the tokens from the controls; here they stand as programs write them.
func TestTokensOfLoadBalancing(t *testing.T) {
	assert.Equal(t, []string{
		"aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer",
		"aws:elasticloadbalancingv2/loadBalancer:LoadBalancer", "aws:applicationloadbalancing/loadBalancer:LoadBalancer",
	}, loadBalancers)
	assert.Equal(t, "aws:lb/listener:Listener", listeners[0])
	assert.Equal(t, "aws:lb/listenerRule:ListenerRule", listenerRules[0])
	assert.Equal(t, "aws:lb/listenerCertificate:ListenerCertificate", listenerCertificates[0])
}

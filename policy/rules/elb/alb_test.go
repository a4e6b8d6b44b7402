package elb

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

const (
	validationType = "aws:acm/certificateValidation:CertificateValidation"
	aclOfALBType   = "aws:wafv2/webAclAssociation:WebAclAssociation"
	classicPolicy  = "aws:elb/loadBalancerPolicy:LoadBalancerPolicy"
)

var albFixtures = map[string]Fixture{
	"ALB-1": {
		Satisfied: []Example{
			{About: "redirect", Resources: []*graph.Resource{listener("HTTP", Inputs{"defaultActions": []any{toHTTPS}})}},
			{About: "redirect by default, for one path, and nothing said of the protocol", Resources: []*graph.Resource{
				listener("", Inputs{"defaultActions": []any{toHTTPS}}),
				Resource(listenerRules[0], "rule", Inputs{"listenerArn": Ref(listeners[0], "listener", "arn"), "actions": []any{toHTTPS}})}},
			{About: "not for what speaks anything else", Resources: []*graph.Resource{
				listener("HTTP", Inputs{"defaultActions": []any{toHTTPS}}),
				Resource(listeners[0], "https", Inputs{"protocol": "HTTPS", "defaultActions": []any{forward}}),
				Resource(listeners[0], "tcp", Inputs{"protocol": "TCP", "defaultActions": []any{forward}}),
				Resource(inspect.LoadBalancers[0], "gateway", Inputs{"loadBalancerType": "gateway"}),
				Resource(listeners[0], "geneve", Inputs{"loadBalancerArn": Ref(inspect.LoadBalancers[0], "gateway", "arn"), "defaultActions": []any{forward}})}},
		},
		Violated: []Example{
			{About: "forward", Property: "defaultActions[0].type", Resources: []*graph.Resource{listener("HTTP", Inputs{"defaultActions": []any{forward}})}},
			{About: "forward, nothing said of the protocol", Property: "defaultActions[0].type", Resources: []*graph.Resource{listener("", Inputs{"defaultActions": []any{forward}})}},
			{About: "an answer", Property: "defaultActions[0].type", Resources: []*graph.Resource{listener("HTTP", Inputs{"defaultActions": []any{Inputs{"type": "fixed-response"}}})}},
			{About: "redirect to HTTP", Property: "defaultActions[0].redirect.protocol", Resources: []*graph.Resource{
				listener("HTTP", Inputs{"defaultActions": []any{Inputs{"type": "redirect", "redirect": Inputs{"protocol": "HTTP", "statusCode": "HTTP_301"}}}})}},
			{About: "redirect to the same protocol", Property: "defaultActions[0].redirect.protocol", Resources: []*graph.Resource{
				listener("HTTP", Inputs{"defaultActions": []any{Inputs{"type": "redirect", "redirect": Inputs{"host": "x.example", "statusCode": "HTTP_301"}}}})}},
			{About: "forward after a redirect", Property: "defaultActions[1].type", Resources: []*graph.Resource{listener("HTTP", Inputs{"defaultActions": []any{toHTTPS, forward}})}},
			{About: "forward, nothing said of the protocol, of a load balancer elsewhere", Property: "defaultActions[0].type", Resources: []*graph.Resource{
				Resource(listeners[0], "listener", Inputs{"loadBalancerArn": "arn:lb", "defaultActions": []any{forward}})}},
			{About: "forward, nothing said of the protocol, of this load balancer", Property: "defaultActions[0].type", Resources: []*graph.Resource{
				balancer(Inputs{}), listener("", Inputs{"defaultActions": []any{forward}})}},
			{About: "forward of one path", Property: "actions[0].type", Resources: []*graph.Resource{
				listener("HTTP", Inputs{"defaultActions": []any{toHTTPS}}),
				Resource(listenerRules[0], "rule", Inputs{"listenerArn": Ref(listeners[0], "listener", "arn"), "actions": []any{forward}})}},
			{About: "no action", Property: "defaultActions", Resources: []*graph.Resource{listener("HTTP", Inputs{})}},
			{About: "forward, by another token", Property: "defaultActions[0].type", Resources: []*graph.Resource{
				Resource(listeners[1], "listener", Inputs{"protocol": "HTTP", "defaultActions": []any{forward}})}},
		},
		Undecided: []Example{
			{About: "protocol not known", Resources: []*graph.Resource{Resource(listeners[0], "listener", Inputs{"protocol": Unknown, "defaultActions": []any{forward}})}},
			{About: "actions not known", Resources: []*graph.Resource{listener("HTTP", Inputs{"defaultActions": Unknown})}},
			{About: "target not known", Resources: []*graph.Resource{listener("HTTP", Inputs{"defaultActions": []any{Inputs{"type": "redirect", "redirect": Inputs{"protocol": Unknown}}}})}},
		},
	},
	"ALB-2": {
		Satisfied: []Example{
			{About: "dropped", Resources: []*graph.Resource{balancer(Inputs{"dropInvalidHeaderFields": true})}},
			{About: "not for a network load balancer", Resources: []*graph.Resource{
				balancer(Inputs{"dropInvalidHeaderFields": true}), Resource(inspect.LoadBalancers[0], "nlb", Inputs{"loadBalancerType": "network"})}},
		},
		Violated: []Example{
			{About: "not set", Property: "dropInvalidHeaderFields", Resources: []*graph.Resource{balancer(Inputs{})}},
			{About: "off", Property: "dropInvalidHeaderFields", Resources: []*graph.Resource{balancer(Inputs{"dropInvalidHeaderFields": false})}},
			{About: "not set, by another token", Property: "dropInvalidHeaderFields", Resources: []*graph.Resource{Resource(inspect.LoadBalancers[1], "alb", Inputs{"loadBalancerType": "application"})}},
		},
		Undecided: []Example{
			{About: "not known", Resources: []*graph.Resource{balancer(Inputs{"dropInvalidHeaderFields": Unknown})}},
			{About: "kind not known", Resources: []*graph.Resource{balancer(Inputs{"loadBalancerType": Unknown})}},
		},
	},
	"ALB-3": {
		Satisfied: []Example{{About: "on", Resources: []*graph.Resource{balancer(Inputs{"enableDeletionProtection": true})}}},
		Violated: []Example{
			{About: "not set", Property: "enableDeletionProtection", Resources: []*graph.Resource{balancer(Inputs{})}},
			{About: "off", Property: "enableDeletionProtection", Resources: []*graph.Resource{balancer(Inputs{"enableDeletionProtection": false})}},
			{About: "off, for a network load balancer", Property: "enableDeletionProtection", Resources: []*graph.Resource{balancer(Inputs{"loadBalancerType": "network"})}},
		},
		Undecided: []Example{{About: "not known", Resources: []*graph.Resource{balancer(Inputs{"enableDeletionProtection": Unknown})}}},
	},
	"ALB-4": {
		Satisfied: []Example{
			{About: "on", Resources: []*graph.Resource{balancer(Inputs{"accessLogs": Inputs{"enabled": true, "bucket": "logs"}})}},
			{About: "a network load balancer with TLS", Resources: []*graph.Resource{
				balancer(Inputs{"loadBalancerType": "network", "accessLogs": Inputs{"enabled": true, "bucket": "logs"}}), listener("TLS", Inputs{})}},
			{About: "not for a network load balancer without", Resources: []*graph.Resource{
				balancer(Inputs{"accessLogs": Inputs{"enabled": true, "bucket": "logs"}}), Resource(inspect.LoadBalancers[0], "nlb", Inputs{"loadBalancerType": "network"})}},
			{About: "a classic one, on by itself", Resources: []*graph.Resource{Resource(inspect.ClassicLoadBalancer, "elb", Inputs{"accessLogs": Inputs{"bucket": "logs"}})}},
		},
		Violated: []Example{
			{About: "not set", Property: "accessLogs.enabled", Resources: []*graph.Resource{balancer(Inputs{})}},
			{About: "not switched on", Property: "accessLogs.enabled", Resources: []*graph.Resource{balancer(Inputs{"accessLogs": Inputs{"bucket": "logs"}})}},
			{About: "off", Property: "accessLogs.enabled", Resources: []*graph.Resource{balancer(Inputs{"accessLogs": Inputs{"enabled": false, "bucket": "logs"}})}},
			{About: "no bucket", Property: "accessLogs.bucket", Resources: []*graph.Resource{balancer(Inputs{"accessLogs": Inputs{"enabled": true}})}},
			{About: "a network load balancer with TLS", Property: "accessLogs.enabled", Resources: []*graph.Resource{balancer(Inputs{"loadBalancerType": "network"}), listener("TLS", Inputs{})}},
			{About: "a classic one", Property: "accessLogs.bucket", Resources: []*graph.Resource{Resource(inspect.ClassicLoadBalancer, "elb", Inputs{})}},
			{About: "a classic one, off", Property: "accessLogs.enabled", Resources: []*graph.Resource{Resource(inspect.ClassicLoadBalancer, "elb", Inputs{"accessLogs": Inputs{"bucket": "logs", "enabled": false}})}},
		},
		Undecided: []Example{
			{About: "bucket not known", Resources: []*graph.Resource{balancer(Inputs{"accessLogs": Inputs{"enabled": true, "bucket": Unknown}})}},
			{About: "kind not known", Resources: []*graph.Resource{balancer(Inputs{"loadBalancerType": Unknown})}},
		},
	},
	"ALB-5": {
		Satisfied: []Example{
			{About: "of this stack", Resources: []*graph.Resource{Resource(examples.CertificateType, "certificate", Inputs{}), listener("HTTPS", Inputs{"certificateArn": Ref(examples.CertificateType, "certificate", "arn")})}},
			{About: "of this stack, validated", Resources: []*graph.Resource{Resource(validationType, "validation", Inputs{}), listener("TLS", Inputs{"certificateArn": Ref(validationType, "validation", "certificateArn")})}},
			{About: "elsewhere", Resources: []*graph.Resource{listener("HTTPS", Inputs{"certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1"})}},
			{About: "a second one", Resources: []*graph.Resource{Resource(listenerCertificates[0], "second", Inputs{"certificateArn": "arn:aws-us-gov:acm:us-gov-west-1:123456789012:certificate/1"})}},
			{About: "a classic load balancer's", Resources: []*graph.Resource{Resource(inspect.ClassicLoadBalancer, "elb", Inputs{"listeners": []any{
				Inputs{"lbProtocol": "http"}, Inputs{"lbProtocol": "https", "sslCertificateId": "arn:aws:acm:us-east-1:123456789012:certificate/1"}}})}},
		},
		Violated: []Example{
			{About: "none", Property: "certificateArn", Resources: []*graph.Resource{listener("HTTPS", Inputs{})}},
			{About: "none, for TLS", Property: "certificateArn", Resources: []*graph.Resource{listener("TLS", Inputs{})}},
			{About: "IAM's", Property: "certificateArn", Resources: []*graph.Resource{listener("HTTPS", Inputs{"certificateArn": "arn:aws:iam::123456789012:server-certificate/c"})}},
			{About: "IAM's, of this stack", Property: "certificateArn", Resources: []*graph.Resource{
				Resource("aws:iam/serverCertificate:ServerCertificate", "certificate", Inputs{}), listener("HTTPS", Inputs{"certificateArn": Ref("aws:iam/serverCertificate:ServerCertificate", "certificate", "arn")})}},
			{About: "IAM's, as a second one", Property: "certificateArn", Resources: []*graph.Resource{Resource(listenerCertificates[0], "second", Inputs{"certificateArn": "arn:aws:iam::123456789012:server-certificate/c"})}},
			{About: "a classic load balancer's", Property: "listeners[0].sslCertificateId", Resources: []*graph.Resource{Resource(inspect.ClassicLoadBalancer, "elb", Inputs{"listeners": []any{
				Inputs{"lbProtocol": "SSL", "sslCertificateId": "arn:aws:iam::123456789012:server-certificate/c"}}})}},
			{About: "a classic load balancer's, for HTTPS", Property: "listeners[0].sslCertificateId", Resources: []*graph.Resource{Resource(inspect.ClassicLoadBalancer, "elb", Inputs{"listeners": []any{
				Inputs{"lbProtocol": "https", "sslCertificateId": "arn:aws:iam::123456789012:server-certificate/c"}}})}},
		},
		Undecided: []Example{
			{About: "not known", Resources: []*graph.Resource{listener("HTTPS", Inputs{"certificateArn": Unknown})}},
			{About: "of something that is not in the plan", Resources: []*graph.Resource{listener("HTTPS", Inputs{"certificateArn": Ref("pulumi:pulumi:StackReference", "other", "certificate")})}},
			{About: "protocol not known", Resources: []*graph.Resource{Resource(listeners[0], "listener", Inputs{"protocol": Unknown})}},
		},
	},
	"ALB-6": {
		Satisfied: []Example{
			{About: "a web ACL", Resources: []*graph.Resource{balancer(Inputs{}), guard(Inputs{"webAclArn": "arn:acl"})}},
			{About: "a web ACL, and an internal load balancer", Resources: []*graph.Resource{
				balancer(Inputs{"internal": false}), guard(Inputs{"webAclArn": "arn:acl"}), Resource(inspect.LoadBalancers[0], "inside", Inputs{"internal": true})}},
		},
		Violated: []Example{
			{About: "none", Property: "WebAclAssociation", Resources: []*graph.Resource{balancer(Inputs{})}},
			{About: "none, said to face the internet", Property: "WebAclAssociation", Resources: []*graph.Resource{balancer(Inputs{"internal": false, "loadBalancerType": "application"})}},
			{About: "another's", Property: "WebAclAssociation", Resources: []*graph.Resource{
				balancer(Inputs{}), Resource(inspect.LoadBalancers[0], "other", Inputs{"internal": true}),
				Resource(aclOfALBType, "guard", Inputs{"resourceArn": Ref(inspect.LoadBalancers[0], "other", "arn"), "webAclArn": "arn:acl"})}},
			{About: "an association without a web ACL", Property: "webAclArn", Resources: []*graph.Resource{balancer(Inputs{}), guard(Inputs{})}},
		},
		Undecided: []Example{
			{About: "not known whether it faces the internet", Resources: []*graph.Resource{balancer(Inputs{"internal": Unknown})}},
			{About: "kind not known", Resources: []*graph.Resource{balancer(Inputs{"loadBalancerType": Unknown})}},
			{About: "web ACL not known", Resources: []*graph.Resource{balancer(Inputs{}), guard(Inputs{"webAclArn": Unknown})}},
		},
	},
	"ALB-7": {
		Satisfied: []Example{
			{About: "recommended", Resources: []*graph.Resource{listener("HTTPS", Inputs{"sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"})}},
			{About: "post-quantum", Resources: []*graph.Resource{listener("TLS", Inputs{"sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"})}},
			{About: "TLS 1.3 only", Resources: []*graph.Resource{listener("HTTPS", Inputs{"sslPolicy": "ELBSecurityPolicy-TLS13-1-3-2021-06"})}},
			{About: "TLS 1.2 only", Resources: []*graph.Resource{listener("HTTPS", Inputs{"sslPolicy": "ELBSecurityPolicy-TLS-1-2-2017-01"})}},
			{About: "FIPS", Resources: []*graph.Resource{listener("HTTPS", Inputs{"sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04"})}},
			{About: "forward secrecy", Resources: []*graph.Resource{listener("HTTPS", Inputs{"sslPolicy": "ELBSecurityPolicy-FS-1-2-Res-2020-10"})}},
			{About: "a classic load balancer with TLS 1.2, not HTTPS", Resources: classic("SSL", "ELBSecurityPolicy-TLS-1-2-2017-01")},
			{About: "a classic load balancer with TLS 1.2", Resources: classic("https", "ELBSecurityPolicy-TLS-1-2-2017-01")},
		},
		Violated: []Example{
			{About: "AWS's default", Property: "sslPolicy", Resources: []*graph.Resource{listener("HTTPS", Inputs{})}},
			{About: "AWS's default, by its name", Property: "sslPolicy", Resources: []*graph.Resource{listener("HTTPS", Inputs{"sslPolicy": "ELBSecurityPolicy-2016-08"})}},
			{About: "TLS 1.0 beside 1.3", Property: "sslPolicy", Resources: []*graph.Resource{listener("TLS", Inputs{"sslPolicy": "ELBSecurityPolicy-TLS13-1-0-2021-06"})}},
			{About: "TLS 1.1", Property: "sslPolicy", Resources: []*graph.Resource{listener("HTTPS", Inputs{"sslPolicy": "ELBSecurityPolicy-TLS-1-1-2017-01"})}},
			{About: "forward secrecy with TLS 1.0", Property: "sslPolicy", Resources: []*graph.Resource{listener("HTTPS", Inputs{"sslPolicy": "ELBSecurityPolicy-FS-2018-06"})}},
			{About: "a classic load balancer without TLS", Property: "listeners[0].lbProtocol", Resources: classic("tcp", "ELBSecurityPolicy-TLS-1-2-2017-01")},
			{About: "a classic load balancer with TLS 1.0", Property: "LoadBalancerPolicy", Resources: classic("ssl", "ELBSecurityPolicy-2016-08")},
			{About: "a classic load balancer without policy", Property: "LoadBalancerPolicy", Resources: classic("https", "")[:1]},
		},
		Undecided: []Example{
			{About: "not known", Resources: []*graph.Resource{listener("HTTPS", Inputs{"sslPolicy": Unknown})}},
			{About: "protocol not known", Resources: []*graph.Resource{Resource(listeners[0], "listener", Inputs{"protocol": Unknown})}},
		},
	},
	"ALB-8": {
		Satisfied: []Example{
			{About: "two zones", Resources: spread("us-east-1a", "us-east-1b")},
			{About: "two zones by their ids", Resources: []*graph.Resource{
				Resource(inspect.SubnetType, "one", Inputs{"availabilityZoneId": "use1-az1"}), Resource(inspect.SubnetType, "two", Inputs{"availabilityZoneId": "use1-az2"}),
				balancer(Inputs{"subnets": []any{Ref(inspect.SubnetType, "one", "id"), Ref(inspect.SubnetType, "two", "id")}})}},
			{About: "subnets elsewhere", Resources: []*graph.Resource{balancer(Inputs{"subnets": []any{"subnet-1", "subnet-2"}})}},
			{About: "mappings", Resources: []*graph.Resource{balancer(Inputs{"subnetMappings": []any{Inputs{"subnetId": "subnet-1"}, Inputs{"subnetId": "subnet-2"}}})}},
			{About: "subnets that are not known, but two", Resources: []*graph.Resource{balancer(Inputs{"subnets": []any{Unknown, Unknown}})}},
			{About: "subnets that are not known, of two zones", Resources: examples.Waiting("subnets", spread("us-east-1a", "us-east-1b"), balancer(Inputs{"subnets": []any{Unknown, Unknown}}))},
			{About: "subnets that AWS puts somewhere", Resources: spread("", "")},
			{About: "a classic one in two zones", Resources: []*graph.Resource{Resource(inspect.ClassicLoadBalancer, "elb", Inputs{"availabilityZones": []any{"us-east-1a", "us-east-1b"}})}},
		},
		Violated: []Example{
			{About: "none", Property: "subnets", Resources: []*graph.Resource{balancer(Inputs{})}},
			{About: "one subnet", Property: "subnets", Resources: []*graph.Resource{balancer(Inputs{"loadBalancerType": "network", "subnets": []any{"subnet-1"}})}},
			{About: "two subnets of one zone", Property: "subnets", Resources: spread("us-east-1a", "us-east-1a")},
			{About: "two subnets of one zone by its id", Property: "subnets", Resources: []*graph.Resource{
				Resource(inspect.SubnetType, "one", Inputs{"availabilityZoneId": "use1-az1"}), Resource(inspect.SubnetType, "two", Inputs{"availabilityZoneId": "use1-az1"}),
				balancer(Inputs{"subnets": []any{Ref(inspect.SubnetType, "one", "id"), Ref(inspect.SubnetType, "two", "id")}})}},
			{About: "one mapping", Property: "subnetMappings", Resources: []*graph.Resource{balancer(Inputs{"subnetMappings": []any{Inputs{"subnetId": "subnet-1"}}})}},
			{About: "a classic one in one zone", Property: "availabilityZones", Resources: []*graph.Resource{Resource(inspect.ClassicLoadBalancer, "elb", Inputs{"availabilityZones": []any{"us-east-1a"}})}},
		},
		Undecided: []Example{{About: "not known", Resources: []*graph.Resource{balancer(Inputs{"subnets": Unknown})}}},
	},
}

var (
	toHTTPS = Inputs{"type": "redirect", "redirect": Inputs{"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}
	forward = Inputs{"type": "forward", "targetGroupArn": "arn:t"}
)

func balancer(inputs Inputs) *graph.Resource {
	return Resource(inspect.LoadBalancers[0], "alb", inputs)
}

// listener of that balancer; no protocol where it is empty.
func listener(protocol string, inputs Inputs) *graph.Resource {
	inputs = maps.Clone(inputs)
	inputs["loadBalancerArn"] = Ref(inspect.LoadBalancers[0], "alb", "arn")
	if protocol != "" {
		inputs["protocol"] = protocol
	}
	return Resource(listeners[0], "listener", inputs)
}

// guard associates that balancer with a web ACL.
func guard(inputs Inputs) *graph.Resource {
	inputs = maps.Clone(inputs)
	inputs["resourceArn"] = Ref(inspect.LoadBalancers[0], "alb", "arn")
	return Resource(aclOfALBType, "guard", inputs)
}

// classic is a classic load balancer with one listener and a TLS policy.
func classic(protocol, document string) []*graph.Resource {
	return []*graph.Resource{
		Resource(inspect.ClassicLoadBalancer, "elb", Inputs{"listeners": []any{Inputs{"lbProtocol": protocol}}}),
		Resource(classicPolicy, "policy", Inputs{
			"loadBalancerName": Ref(inspect.ClassicLoadBalancer, "elb", "name"),
			"policyAttributes": []any{Inputs{"name": "Reference-Security-Policy", "value": document}},
		}),
	}
}

// spread is a load balancer in a subnet of each zone.
func spread(zones ...string) []*graph.Resource {
	var found []*graph.Resource
	var subnets []any
	for i, zone := range zones {
		name := string(rune('a' + i))
		found = append(found, Resource(inspect.SubnetType, name, Inputs{"availabilityZone": zone}))
		subnets = append(subnets, Ref(inspect.SubnetType, name, "id"))
	}
	return append(found, balancer(Inputs{"subnets": subnets}))
}

// The other tests take the tokens from the controls; here they stand as programs write them.
func TestTokensOfLoadBalancing(t *testing.T) {
	assert.Equal(t, []string{
		"aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer",
		"aws:elasticloadbalancingv2/loadBalancer:LoadBalancer", "aws:applicationloadbalancing/loadBalancer:LoadBalancer",
	}, inspect.LoadBalancers)
	assert.Equal(t, "aws:lb/listener:Listener", listeners[0])
	assert.Equal(t, "aws:lb/listenerRule:ListenerRule", listenerRules[0])
	assert.Equal(t, "aws:lb/listenerCertificate:ListenerCertificate", listenerCertificates[0])
}

// Package listener is what a load balancer's listener hands to the services behind it. A service takes the whole of it, so
// that what the listener demands of a request cannot be left out of a service's rule.
package listener

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Listener of a load balancer that services add their rules to; components/edge makes it.
type Listener struct {
	// Arn of the listener.
	Arn pulumi.StringInput
	// SecurityGroupID of the load balancer: who may open connections to the services.
	SecurityGroupID pulumi.StringInput
	// ArnSuffix is the end of the load balancer's ARN, e.g. app/prod/0123456789abcdef.
	ArnSuffix pulumi.StringInput
	// Proof that a request must carry to be passed on; nil where only CloudFront has a way to the load balancer.
	Proof *Proof
	// Probe that is passed on without proof: Route 53's checkers cannot give one. Nil where nobody probes the load balancer.
	Probe *Probe
}

// Proof is a header with a secret value, which CloudFront adds.
type Proof struct {
	Header string
	Value  pulumi.StringInput
	// AlsoAccepted is a second value that passes, while Value is being changed. Nil: none.
	AlsoAccepted pulumi.StringInput
}

// Probe is a GET of one path of one host.
type Probe struct {
	Host, Path string
}

package inspect

const ClassicLoadBalancer = "aws:elb/loadBalancer:LoadBalancer"

// The tokens of Elastic Load Balancing: the module has had four names.
var (
	LoadBalancers = Elb("loadBalancer:LoadBalancer")
)

func Elb(typ string) []string {
	var tokens []string
	for _, module := range []string{"lb", "alb", "elasticloadbalancingv2", "applicationloadbalancing"} {
		tokens = append(tokens, "aws:"+module+"/"+typ)
	}
	return tokens
}

// Kinds of load balancer.
const (
	Application = "application"
	Network     = "network"
)

// KindOf a load balancer; empty where it is not known.
func KindOf(balancer *Resource) string {
	kind := balancer.At("loadBalancerType")
	if kind.Unset() {
		return Application
	}
	return kind.Text()
}

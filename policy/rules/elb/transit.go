package elb

import (
	"github.com/carebase/carebase/policy/inspect"
)

// routesRequests is true for a target group whose targets get requests over the network. For Lambda functions AWS calls the
// function, and a group of load balancers ends no TLS: its target does.
func routesRequests(r *inspect.Resource) bool {
	kind := r.At("targetType").Text()
	return kind != "lambda" && kind != "alb"
}

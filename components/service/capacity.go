package service

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Fargate's capacity providers.
const (
	onDemand = "FARGATE"
	spot     = "FARGATE_SPOT"
)

// capacity puts spotPercent of the tasks on Spot, which AWS takes back with two minutes' notice. The first task is
// always on demand.
func capacity(spotPercent int) ecs.ServiceCapacityProviderStrategyArray {
	strategy := ecs.ServiceCapacityProviderStrategyArray{ecs.ServiceCapacityProviderStrategyArgs{
		CapacityProvider: pulumi.String(onDemand), Base: pulumi.Int(1), Weight: pulumi.Int(100 - spotPercent),
	}}
	if spotPercent > 0 {
		strategy = append(strategy, ecs.ServiceCapacityProviderStrategyArgs{
			CapacityProvider: pulumi.String(spot), Base: pulumi.Int(0), Weight: pulumi.Int(spotPercent),
		})
	}
	return strategy
}

package service

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/servicediscovery"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/timeouts"
)

func newNamespace(ctx *pulumi.Context, parent pulumi.Resource, name string, args *ClusterArgs) (*servicediscovery.PrivateDnsNamespace, error) {
	return servicediscovery.NewPrivateDnsNamespace(ctx, name+"-namespace", &servicediscovery.PrivateDnsNamespaceArgs{
		Name:        pulumi.String(args.NamespaceName),
		Description: pulumi.String(fmt.Sprintf("Services of ECS cluster %s", args.ClusterName)),
		Vpc:         args.VpcID,
	}, pulumi.Parent(parent))
}

// newDiscovery registers the addresses of the healthy tasks under <name>.<namespace>.
func newDiscovery(
	ctx *pulumi.Context, parent pulumi.Resource, name string, cluster ClusterRef,
) (*servicediscovery.Service, error) {
	return servicediscovery.NewService(ctx, name+"-discovery", &servicediscovery.ServiceArgs{
		Name: pulumi.String(name),
		DnsConfig: &servicediscovery.ServiceDnsConfigArgs{
			NamespaceId:   cluster.NamespaceID,
			RoutingPolicy: pulumi.String("MULTIVALUE"),
			DnsRecords: servicediscovery.ServiceDnsConfigDnsRecordArray{servicediscovery.ServiceDnsConfigDnsRecordArgs{
				Type: pulumi.String("A"), Ttl: pulumi.Int(timeouts.DiscoveryTTL),
			}},
		},
		// ECS tells Cloud Map which tasks are healthy only where there is a custom health check. Its threshold is always 1
		// and the argument is deprecated, yet the provider leaves the whole check out without it.
		// https://github.com/hashicorp/terraform-provider-aws/issues/44285
		//lint:ignore SA1019 see above
		HealthCheckCustomConfig: &servicediscovery.ServiceHealthCheckCustomConfigArgs{FailureThreshold: pulumi.Int(1)},
		ForceDestroy:            pulumi.Bool(true), // its instances are the tasks, gone with the service
	}, pulumi.Parent(parent))
}

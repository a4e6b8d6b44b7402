package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/observability"
)

func (f *foundation) buildTopic(ctx *pulumi.Context) (err error) {
	f.topic, err = observability.NewTopic(ctx, "alerts", &observability.TopicArgs{
		Name:   f.names().prefix() + "-alerts",
		KeyArn: f.keyArns.data,
		Emails: f.Alerts.Emails,
	}, f.providers.option())
	return err
}

// buildFrontAlarms watches the load balancer before there are services, so that their deployments can be undone by it.
func (f *foundation) buildFrontAlarms(ctx *pulumi.Context) (err error) {
	f.frontAlarms, err = observability.NewAlarms(ctx, "front-alarms", &observability.AlarmsArgs{
		NamePrefix: f.names().prefix(),
		TopicArn:   f.topic.Arn,
		System:     observability.System{LoadBalancer: f.watchedLoadBalancer()},
	}, f.providers.option())
	return err
}

func (f *foundation) watchedLoadBalancer() *observability.LoadBalancer {
	return &observability.LoadBalancer{ArnSuffix: f.front.Listener().ArnSuffix}
}

// watched is the stack as alarms and the dashboard see it.
func (f *foundation) watched() observability.System {
	system := observability.System{
		LoadBalancer: f.watchedLoadBalancer(),
		Database: &observability.Database{
			Identifier:          f.database.InstanceIdentifier,
			InstanceClass:       f.Database.InstanceClass,
			AllocatedStorageGiB: f.Database.AllocatedStorageGiB,
		},
		Cache: &observability.Cache{ReplicationGroupID: f.cache.ReplicationGroupID, Nodes: f.Cache.Nodes},
	}
	for i, one := range f.Services {
		system.Services = append(system.Services, observability.Service{
			Name: one.Name, ClusterName: f.cluster.ClusterName, ServiceName: f.services[i].ServiceName, MinTasks: one.MinCount,
		})
		system.TargetGroups = append(system.TargetGroups, observability.TargetGroup{
			Name: one.Name, ArnSuffix: f.services[i].TargetGroupArnSuffix, LoadBalancerArnSuffix: f.front.Listener().ArnSuffix,
		})
	}
	return system
}

func (f *foundation) buildBudget(ctx *pulumi.Context) error {
	_, err := observability.NewBudget(ctx, "budget", &observability.BudgetArgs{
		Name:        f.names().prefix(),
		MonthlyUSD:  f.Alerts.MonthlyBudgetUSD,
		Environment: f.Environment,
		Emails:      f.Alerts.Emails,
		TopicArn:    f.topic.Arn,
	}, f.providers.option())
	return err
}

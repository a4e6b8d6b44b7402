package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/observability"
)

func (f *foundation) buildTopic(ctx *pulumi.Context) (err error) {
	args := &observability.TopicArgs{
		Name:   f.names().prefix() + "-alerts",
		KeyArn: f.keyArns.data,
		Emails: f.Alerts.Emails,
		HTTPS:  f.alertReceivers(),
	}
	if slack := f.Alerts.Slack; slack != (Slack{}) {
		args.Slack = &observability.SlackChannel{TeamID: slack.TeamID, ChannelID: slack.ChannelID}
	}
	f.topic, err = observability.NewTopic(ctx, "alerts", args, f.providers.option())
	return err
}

// alertReceivers are told by HTTPS. Their addresses are secrets whether or not they were encrypted in the settings.
func (s *Settings) alertReceivers() []observability.Receiver {
	var receivers []observability.Receiver
	for _, receiver := range s.Alerts.HTTPS {
		receivers = append(receivers, observability.Receiver{
			Name: receiver.Name, URL: pulumi.ToSecret(pulumi.String(receiver.URL)).(pulumi.StringOutput),
		})
	}
	return receivers
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
		NatGateways:  f.watchedNatGateways(),
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
			Serving: one.MinCount > 0,
		})
	}
	return system
}

func (f *foundation) watchedNatGateways() []observability.NatGateway {
	var watched []observability.NatGateway
	for _, gateway := range f.network.NatGateways {
		watched = append(watched, observability.NatGateway{Name: gateway.Zone, ID: gateway.ID})
	}
	return watched
}

func (f *foundation) buildBudget(ctx *pulumi.Context) error {
	args := &observability.BudgetArgs{
		Name:       f.names().prefix(),
		MonthlyUSD: f.Alerts.MonthlyBudgetUSD,
		AccountID:  f.AccountID,
		Emails:     f.Alerts.Emails,
		TopicArn:   f.topic.Arn,
	}
	if f.IsRecovery() {
		args.Region = f.Region // its account is the primary's, whose budget counts the whole account
	}
	_, err := observability.NewBudget(ctx, "budget", args, f.providers.option())
	return err
}

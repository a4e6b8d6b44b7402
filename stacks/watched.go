package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/observability"
	"github.com/carebase/carebase/stacks/settings"
)

func (f *foundation) buildTopic(ctx *pulumi.Context) (err error) {
	f.topic, err = f.newTopic(ctx, "alerts", f.names().prefix()+"-alerts", f.keyArns.Data, f.providers.option())
	return err
}

// newTopic creates a topic that passes alarms to the settings' receivers.
func (f *foundation) newTopic(
	ctx *pulumi.Context, name, topicName string, keyArn pulumi.StringInput, provider pulumi.ResourceOption,
) (*observability.Topic, error) {
	args := &observability.TopicArgs{Name: topicName, KeyArn: keyArn, Emails: f.Alerts.Emails, HTTPS: alertReceivers(f.Settings)}
	if slack := f.Alerts.Slack; slack != nil {
		args.Slack = &observability.SlackChannel{TeamID: slack.TeamID, ChannelID: slack.ChannelID}
	}
	return observability.NewTopic(ctx, name, args, provider)
}

// alertReceivers returns the receivers by HTTPS. Their URLs are secrets.
func alertReceivers(s *settings.Settings) []observability.Receiver {
	var receivers []observability.Receiver
	for _, receiver := range s.Alerts.HTTPS {
		receivers = append(receivers, observability.Receiver{
			Name: receiver.Name, URL: pulumi.ToSecret(pulumi.String(receiver.URL)).(pulumi.StringOutput),
		})
	}
	return receivers
}

// buildFrontAlarms creates the load balancer's alarms before the services, whose deployments these alarms roll back.
func (f *foundation) buildFrontAlarms(ctx *pulumi.Context) (err error) {
	if f.front == nil {
		return nil
	}
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

// watched returns what alarms and the dashboard show of the stack.
func (f *foundation) watched() observability.System {
	system := observability.System{NatGateways: f.watchedNatGateways()}
	if f.front != nil {
		system.LoadBalancer = f.watchedLoadBalancer()
	}
	if f.database != nil {
		system.Database = &observability.Database{
			Identifier:          f.database.InstanceIdentifier,
			InstanceClass:       f.Database.InstanceClass,
			AllocatedStorageGiB: f.Database.AllocatedStorageGiB,
		}
	}
	if f.cache != nil {
		system.Cache = &observability.Cache{ReplicationGroupID: f.cache.ReplicationGroupID, Nodes: f.Cache.Nodes}
	}
	for i, service := range f.Services {
		system.Services = append(system.Services, observability.Service{
			Name: service.Name, ClusterName: f.cluster.ClusterName, ServiceName: f.services[i].ServiceName, MinTasks: service.MinCount,
		})
		system.TargetGroups = append(system.TargetGroups, observability.TargetGroup{
			Name: service.Name, ArnSuffix: f.services[i].TargetGroupArnSuffix, LoadBalancerArnSuffix: f.front.Listener().ArnSuffix,
			Serving: service.MinCount > 0,
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

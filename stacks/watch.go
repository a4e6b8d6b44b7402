package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/audit"
	"github.com/carebase/carebase/components/backup"
	"github.com/carebase/carebase/components/observability"
	"github.com/carebase/carebase/components/storage"
	"github.com/carebase/carebase/stacks/settings"
)

// watched returns what the alarms and the dashboard show of the stack, and the failures of replication to the recovery region. The lag
// of the replication is a metric of the recovery region, which the recovery stack watches.
func (p *primary) watched() observability.System {
	system := p.foundation.watched()
	global := p.watchedGlobally()
	system.HealthChecks, system.Distribution, system.Firewall = global.HealthChecks, global.Distribution, global.Firewall
	if p.public != nil {
		system.Firewall = &observability.Firewall{MetricName: p.public.FirewallMetricName}
	}
	if p.Replicated() {
		system.Database.SlotWALGiB = p.slotWALGiB()
	}
	if p.protection == nil {
		return system
	}
	for _, bucket := range []struct {
		name     string
		original *storage.Bucket
		purpose  storage.Purpose
	}{
		{"frontend", p.buckets.frontend, storage.Frontend},
		{"files", p.buckets.files, storage.Files},
		{"backups", p.buckets.backups, storage.Backups},
		{"evidence", p.buckets.evidence, storage.Audit},
	} {
		if bucket.original == nil {
			continue
		}
		system.Outgoing = append(system.Outgoing, observability.Replication{
			Name: bucket.name, Source: bucket.original.Name, Destination: p.replicas[bucket.purpose].Name, RuleID: storage.ReplicationRule,
		})
	}
	return system
}

// watchedGlobally returns what has its metrics in settings.GlobalRegion, wherever the stack is.
func (p *primary) watchedGlobally() observability.System {
	switch {
	case p.public != nil:
		return observability.System{HealthChecks: []observability.HealthCheck{siteCheck(p.public.HealthCheckID)}}
	case p.edge == nil:
		return observability.System{}
	}
	return observability.System{
		HealthChecks: p.watchedHealthChecks(),
		Distribution: &observability.Distribution{ID: p.edge.DistributionID},
		Firewall:     &observability.Firewall{MetricName: p.edge.FirewallMetricName},
	}
}

// watchedHealthChecks returns the site's health check, and the calculated health check by which Route 53 chooses the load balancer.
func (p *primary) watchedHealthChecks() []observability.HealthCheck {
	checks := []observability.HealthCheck{siteCheck(p.edge.HealthCheckID)}
	if p.edge.OriginHealthCheckID != nil {
		checks = append(checks, observability.HealthCheck{
			Name: "origin", ID: p.edge.OriginHealthCheckID,
			Meaning: "Route 53 has turned traffic away from this region: its load balancer does not answer, or the failover switch is engaged.",
			Remedy: "If nobody is failing over, find out why the load balancer does not answer. If the recovery region does not serve either, " +
				"decide on a failover (docs/disaster-recovery.md).",
		})
	}
	return checks
}

// siteCheck returns the health check of the site.
func siteCheck(id pulumi.StringInput) observability.HealthCheck {
	return observability.HealthCheck{
		Name: "site", ID: id,
		Meaning: "Route 53's health checkers do not get an answer from the site, asked for as people do.",
		Remedy: "Open the site yourself. Then look at the alarms of CloudFront, the load balancer and the services, in this order. " +
			"A release or a change in the last minutes: undo it.",
	}
}

// buildAlarms creates the alarms of the stack, except for those of the load balancer, which buildFrontAlarms creates.
func (p *primary) buildAlarms(ctx *pulumi.Context) (err error) {
	args := &observability.AlarmsArgs{
		NamePrefix:       p.names().prefix(),
		TopicArn:         p.topic.Arn,
		System:           p.watched(),
		AccountEvents:    true,
		SecurityFindings: p.Audit != nil && (p.Audit.GuardDuty || p.Audit.SecurityHub),
	}
	if p.cluster != nil {
		args.ClusterName = p.cluster.ClusterName
	}
	args.System.LoadBalancer = nil
	args.Certificates = p.certificates()
	if p.Region == settings.GlobalRegion { // an alarm reads metrics of its own region only
		args.Certificates = append(args.Certificates, p.globalCertificates()...)
	} else if p.Edge != nil {
		args.System.HealthChecks, args.System.Distribution = nil, nil
		if p.edge != nil {
			args.System.Firewall = nil
		}
		if err := p.buildGlobalAlarms(ctx); err != nil {
			return err
		}
	}
	p.alarms, err = observability.NewAlarms(ctx, "alarms", args, p.providers.option())
	return err
}

// certificates returns the certificates in the stack's region.
func (p *primary) certificates() []observability.Certificate {
	switch {
	case p.edge != nil:
		return []observability.Certificate{{Name: "load-balancer", Arn: p.edge.CertificateArn}}
	case p.public != nil:
		return []observability.Certificate{{Name: "load-balancer", Arn: p.public.CertificateArn}}
	}
	return nil
}

// globalCertificates returns the certificates in settings.GlobalRegion.
func (p *primary) globalCertificates() []observability.Certificate {
	if p.edge == nil {
		return nil
	}
	return []observability.Certificate{{Name: "cloudfront", Arn: p.edge.GlobalCertificateArn}}
}

// buildGlobalAlarms creates the alarms of Route 53, CloudFront and its web ACL in settings.GlobalRegion, for a stack in another region.
func (p *primary) buildGlobalAlarms(ctx *pulumi.Context) error {
	provider := pulumi.Providers(p.providers.global)
	topic, err := p.newTopic(ctx, "global-alerts", p.names().prefix()+"-global-alerts", p.globalKeys.Data, provider)
	if err != nil {
		return err
	}
	_, err = observability.NewAlarms(ctx, "global-alarms", &observability.AlarmsArgs{
		NamePrefix: p.names().prefix(), TopicArn: topic.Arn, System: p.watchedGlobally(),
		Certificates: p.globalCertificates(),
	}, provider)
	return err
}

func (p *primary) buildDashboard(ctx *pulumi.Context) error {
	_, err := observability.NewDashboard(ctx, "dashboard", &observability.DashboardArgs{
		Name:      p.names().prefix(),
		System:    p.watched(),
		AlarmArns: p.alarms.Arns,
	}, p.providers.option())
	return err
}

// buildAudit makes what records and judges the account, where this stack is the one that has it.
func (p *primary) buildAudit(ctx *pulumi.Context) error {
	if p.Audit == nil || *p.Audit == (settings.Audit{}) {
		return nil
	}
	args := &audit.Args{
		GuardDuty:            p.Audit.GuardDuty,
		SecurityHub:          p.Audit.SecurityHub,
		AccessAnalyzer:       p.Audit.AccessAnalyzer,
		Inspector:            p.Audit.Inspector,
		AccountDefaults:      p.Audit.AccountDefaults,
		RegionDefaults:       p.Audit.AccountDefaults,
		BlockPublicSnapshots: p.Audit.BlockPublicSnapshots,
		LogsKeyArn:           p.keys.LogsArn,
		DataKeyArn:           p.keys.DataArn,
		Protect:              p.Protect,
	}
	if p.Audit.Trail {
		args.Trail = &audit.Trail{
			Bucket:           p.buckets.evidence.Name,
			Echoes:           p.excludedPrefixes(),
			LogGroupName:     p.names().trail(),
			LogRetentionDays: p.Logs.RetentionDays,
			AlarmTopicArn:    p.topic.Arn,
		}
		if p.Protected() { // the recovery stack makes the role
			args.Trail.BreakGlassRole = p.names().breakGlass()
		}
	}
	if p.Audit.Config {
		args.Config = &audit.Config{
			Bucket: p.buckets.logs.Name, GlobalTypes: true, ServiceLinkedRole: !p.Audit.ConfigRoleExists,
		}
	}
	_, err := audit.New(ctx, "audit", args, p.providers.option())
	return err
}

// excludedPrefixes returns the prefixes of the objects that S3 writes because of the trail's own deliveries. A trail that recorded
// them would record its own deliveries without end.
func (p *primary) excludedPrefixes() []string {
	evidence, logs := p.names().bucket(string(storage.Audit)), p.names().bucket(string(storage.Logs))
	prefixes := []string{logs + "/" + storage.AccessLogs(p.AccountID, p.Region, evidence)}
	if p.protection != nil {
		region := p.Protection.Region
		replica, logs := p.names().replica(string(storage.Audit), region), p.names().replica(string(storage.Logs), region)
		prefixes = append(prefixes, replica+"/", logs+"/"+storage.AccessLogs(p.AccountID, region, replica))
	}
	return prefixes
}

// buildBackup creates the AWS Backup plan of the database and the files. Both also have backups of their own service.
func (p *primary) buildBackup(ctx *pulumi.Context) error {
	if p.Backup == nil {
		return nil
	}
	plan := &backup.Plan{}
	resources := pulumi.StringArray{}
	if p.database != nil {
		resources = append(resources, p.database.InstanceArn)
	}
	if p.buckets.files != nil {
		resources = append(resources, p.buckets.files.Arn)
	}
	plan.Resources = resources
	if p.protection != nil {
		plan.CopyToVaultArn, plan.CopyDays = p.protection.VaultArn, p.Protection.VaultCopyDays
	}
	_, err := p.buildVault(ctx, plan)
	return err
}

package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/audit"
	"github.com/carebase/carebase/components/backup"
	"github.com/carebase/carebase/components/observability"
	"github.com/carebase/carebase/components/storage"
)

// watched is the stack, and what S3 cannot copy from it to the recovery region. How far the copies are behind is known
// there, and watched by the recovery stack.
func (p *primary) watched() observability.System {
	system := p.foundation.watched()
	system.HealthChecks = p.watchedHealthChecks()
	system.Distribution = &observability.Distribution{ID: p.edge.DistributionID}
	system.Firewall = &observability.Firewall{MetricName: p.edge.FirewallMetricName}
	if p.Protection.Replica {
		system.Database.SlotWALGiB = p.slotWALGiB()
	}
	if p.protection == nil {
		return system
	}
	for _, one := range []struct {
		name     string
		original *storage.Bucket
		purpose  storage.Purpose
	}{
		{"frontend", p.buckets.frontend, storage.Frontend},
		{"files", p.buckets.files, storage.Files},
		{"backups", p.buckets.backups, storage.Backups},
		{"evidence", p.buckets.evidence, storage.Audit},
	} {
		if one.original == nil {
			continue // the trail is another stack's
		}
		system.Outgoing = append(system.Outgoing, observability.Replication{
			Name: one.name, Source: one.original.Name, Destination: p.twins[one.purpose].Name, RuleID: storage.ReplicationRule,
		})
	}
	return system
}

// watchedHealthChecks are the site's, and the one by which Route 53 chooses the load balancer. The others are parts of
// that one.
func (p *primary) watchedHealthChecks() []observability.HealthCheck {
	checks := []observability.HealthCheck{{
		Name: "site", ID: p.edge.HealthCheckID,
		Meaning: "Route 53's health checkers do not get an answer from the site, asked for as people do.",
		Remedy: "Open the site yourself. Then look at the alarms of CloudFront, the load balancer and the services, in this order. " +
			"A release or a change in the last minutes: undo it.",
	}}
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

// buildAlarms watches everything else. Route 53, CloudFront and its firewall report to us-east-1, where this stack is.
func (p *primary) buildAlarms(ctx *pulumi.Context) (err error) {
	args := &observability.AlarmsArgs{
		NamePrefix:       p.names().prefix(),
		TopicArn:         p.topic.Arn,
		System:           p.watched(),
		Certificates:     []observability.Certificate{{Name: "load-balancer", Arn: p.edge.CertificateArn}},
		ClusterName:      p.cluster.ClusterName,
		AccountEvents:    true,
		SecurityFindings: p.Audit.GuardDuty || p.Audit.SecurityHub,
	}
	if p.Region == globalRegion { // an alarm sees metrics of its own region only
		args.Certificates = append(args.Certificates, observability.Certificate{Name: "cloudfront", Arn: p.edge.GlobalCertificateArn})
	}
	args.System.LoadBalancer = nil // watched already
	p.alarms, err = observability.NewAlarms(ctx, "alarms", args, p.providers.option())
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
	if p.Audit == (Audit{}) {
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
			Echoes:           p.trailEchoes(),
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

// trailEchoes are where the trail's deliveries make further objects.
func (p *primary) trailEchoes() []string {
	evidence, logs := p.names().bucket(string(storage.Audit)), p.names().bucket(string(storage.Logs))
	echoes := []string{logs + "/" + storage.AccessLogs(p.AccountID, p.Region, evidence)}
	if p.protection != nil {
		region := p.Protection.Region
		twin, logs := p.names().twin(string(storage.Audit), region), p.names().twin(string(storage.Logs), region)
		echoes = append(echoes, twin+"/", logs+"/"+storage.AccessLogs(p.AccountID, region, twin))
	}
	return echoes
}

// buildBackup backs up the database and the files, besides what their services keep themselves.
func (p *primary) buildBackup(ctx *pulumi.Context) error {
	plan := &backup.Plan{Resources: pulumi.StringArray{p.database.InstanceArn, p.buckets.files.Arn}}
	if p.protection != nil {
		plan.CopyToVaultArn, plan.CopyDays = p.protection.VaultArn, p.Protection.VaultCopyDays
	}
	_, err := p.buildVault(ctx, plan)
	return err
}

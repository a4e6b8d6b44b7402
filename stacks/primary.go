package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/cache"
	"github.com/carebase/carebase/components/database"
	"github.com/carebase/carebase/components/dr"
	"github.com/carebase/carebase/components/edge"
	"github.com/carebase/carebase/components/keys"
	"github.com/carebase/carebase/components/secrets"
	"github.com/carebase/carebase/components/storage"
	"github.com/carebase/carebase/stacks/settings"
)

// primary is the composition that serves dev, staging and prod: they differ in settings only.
type primary struct {
	foundation

	keys       *keys.Keys
	globalKeys KeyArns // in settings.GlobalRegion; data and logs only
	buckets    buckets
	secrets    *secrets.Secrets
	edge       *edge.Edge   // nil without CloudFront
	public     *edge.Public // nil with CloudFront

	protection *dr.Protection // nil without a recovery region
	replicas   map[storage.Purpose]*storage.Bucket
}

// deployPrimary builds from the ground up. Security groups refer to each other along one path and no other:
// internet, CloudFront, load balancer, service, database and cache.
func deployPrimary(ctx *pulumi.Context, s *settings.Settings, extend []Extension) error {
	made, err := newProviders(ctx, s)
	if err != nil {
		return err
	}
	p := &primary{foundation: foundation{Settings: s, providers: made}, replicas: map[storage.Purpose]*storage.Bucket{}}
	p.image = p.newImage
	for _, build := range []func(*pulumi.Context) error{
		p.buildKeys, p.buildTopic, p.buildProtection, p.buildGlobalKeys, p.buildNetwork, p.buildBuckets, p.buildAudit, p.buildSecrets,
		p.buildDatabase, p.protectDatabase, p.buildCache, p.buildEdge, p.buildFrontAlarms,
		p.buildCluster, p.buildServices, p.buildDatabaseRoles, p.buildJobs,
		p.buildBackup, p.buildAlarms, p.buildDashboard, p.buildBudget,
	} {
		if err := build(ctx); err != nil {
			return err
		}
	}
	p.export(ctx)
	return p.extend(ctx, extend)
}

func (p *primary) buildKeys(ctx *pulumi.Context) (err error) {
	if p.keys, err = keys.New(ctx, "keys", &keys.Args{
		AliasPrefix: p.names().prefix(),
		// Whether a key can be replicated is fixed when it is made, and costs nothing until it is: any stack may be
		// given a recovery region later.
		MultiRegion:       true,
		FrontendUnderData: p.frontendUnderData(p.names().bucket(string(storage.Frontend))),
		Protect:           p.Protect,
	}, p.providers.option()); err != nil {
		return err
	}
	p.keyArns = KeyArns{Data: p.keys.DataArn, Logs: p.keys.LogsArn, Secrets: p.keys.SecretsArn, Backups: p.keys.BackupsArn}
	return nil
}

func (p *primary) buildSecrets(ctx *pulumi.Context) (err error) {
	if p.Secrets == nil {
		return nil
	}
	args := &secrets.Args{
		KeyArn:             p.keys.SecretsArn,
		NamePattern:        p.Secrets.NamePattern,
		Environment:        p.Environment,
		Project:            p.Project,
		RecoveryWindowDays: p.Secrets.RecoveryWindowDays,
		Protect:            p.Protect,
	}
	for _, named := range p.Secrets.Names {
		secret := secrets.Secret{Name: named.Name, Description: named.Description, Service: named.Service}
		if value, given := p.SecretValues[named.Key()]; given {
			secret.Value = pulumi.ToSecret(pulumi.String(value)).(pulumi.StringOutput)
		}
		args.Secrets = append(args.Secrets, secret)
	}
	if p.Replicated() {
		args.Secrets = append(args.Secrets, p.masterSecret())
	}
	if p.protection != nil {
		args.Replicas = []secrets.Replica{p.protection.SecretReplica()}
	}
	if p.secrets, err = secrets.New(ctx, "secrets", args, p.providers.option()); err != nil {
		return err
	}
	p.secretArn = p.secrets.Arn
	return nil
}

func (p *primary) buildDatabase(ctx *pulumi.Context) (err error) {
	d := p.Database
	if d == nil {
		return nil
	}
	finalSnapshot := ""
	if d.FinalSnapshot {
		finalSnapshot = p.names().finalSnapshot("db")
	}
	args := &database.Args{
		VpcID:                  p.network.VpcID,
		SubnetIDs:              p.network.IsolatedSubnetIDs,
		KeyArn:                 p.keyArns.Data,
		SecretKeyArn:           p.keys.SecretsArn,
		LogsKeyArn:             p.keys.LogsArn,
		Identifier:             p.names().database(),
		InstanceClass:          d.InstanceClass,
		EngineVersion:          d.EngineVersion,
		DatabaseName:           d.Name,
		MasterUsername:         d.MasterUsername,
		AllocatedStorageGiB:    d.AllocatedStorageGiB,
		MaxAllocatedStorageGiB: d.MaxAllocatedStorageGiB,
		SlotWALGiB:             p.slotWALGiB(),
		LogSlowStatements:      !p.PHI,
		MultiAZ:                d.MultiAZ,
		BackupRetentionDays:    d.BackupRetentionDays,
		BackupWindow:           d.BackupWindow,
		MaintenanceWindow:      d.MaintenanceWindow,
		DeletionProtection:     d.DeletionProtection,
		FinalSnapshotName:      finalSnapshot,
		Protect:                p.Protect,
		LogRetentionDays:       p.Logs.RetentionDays,
		EventsTopicArn:         p.topic.Arn,
	}
	if p.Replicated() {
		args.MasterPassword = pulumi.String(p.MasterPassword)
	}
	p.database, err = database.New(ctx, "database", args, p.providers.option())
	return err
}

func (p *primary) buildCache(ctx *pulumi.Context) (err error) {
	if p.Cache == nil {
		return nil
	}
	p.cache, err = cache.New(ctx, "cache", p.cacheArgs(), p.providers.option())
	return err
}

func (p *primary) buildEdge(ctx *pulumi.Context) (err error) {
	switch {
	case p.Edge == nil:
		return nil
	case !p.HasCloudFront():
		return p.buildPublicEdge(ctx)
	}
	args := &edge.Args{
		Domain:             p.Domain,
		AlternativeNames:   p.Edge.AlternativeNames,
		VpcID:              p.network.VpcID,
		SubnetIDs:          p.network.PrivateSubnetIDs,
		LogBucket:          p.buckets.logs.Name,
		LogBucketArn:       p.buckets.logs.Arn,
		LogBucketReady:     p.buckets.logs.Ready(),
		AccessLogPrefix:    storage.LoadBalancerLogPrefix,
		ApiPaths:           p.Edge.APIPaths,
		ApiHost:            p.Edge.APIHostLabel(),
		HealthCheckPath:    p.Edge.HealthCheckPath,
		RateLimit:          p.Edge.RateLimitPerIP,
		BlockedCountries:   p.Edge.BlockedCountries,
		AllowedCountries:   p.Edge.AllowedCountries,
		DeletionProtection: p.Edge.DeletionProtection,
		LogRetentionDays:   p.Logs.RetentionDays,
		WafLogGroupName:    p.names().firewallLogs(),
		GlobalLogsKeyArn:   p.globalKeys.Logs,
		Global:             p.providers.global,
	}
	if p.HasFrontend() {
		args.FrontendBucketDomain = p.buckets.frontend.RegionalDomainName
		args.ContentSecurityPolicy = p.ContentSecurityPolicy()
	}
	if p.protection != nil {
		args.SubnetIDs = p.network.PublicSubnetIDs
		args.Origin = p.origin()
		args.Origin.SwitchHealthCheckID = p.protection.SwitchHealthCheckID
		if p.HasFrontend() {
			args.FrontendReplicaDomain = p.replicas[storage.Frontend].RegionalDomainName
		}
	}
	if p.Edge.ZoneID != "" {
		args.ZoneID = pulumi.String(p.Edge.ZoneID)
	}
	if p.edge, err = edge.New(ctx, "edge", args, p.providers.option()); err != nil {
		return err
	}
	p.front = p.edge
	return nil
}

// buildPublicEdge creates the internet-facing load balancer of a stack without CloudFront.
func (p *primary) buildPublicEdge(ctx *pulumi.Context) (err error) {
	args := &edge.PublicArgs{
		Domain:             p.Domain,
		AlternativeNames:   p.Edge.AlternativeNames,
		VpcID:              p.network.VpcID,
		SubnetIDs:          p.network.PublicSubnetIDs,
		LogBucket:          p.buckets.logs.Name,
		LogBucketReady:     p.buckets.logs.Ready(),
		AccessLogPrefix:    storage.LoadBalancerLogPrefix,
		HealthCheckPath:    p.Edge.HealthCheckPath,
		RateLimit:          p.Edge.RateLimitPerIP,
		BlockedCountries:   p.Edge.BlockedCountries,
		AllowedCountries:   p.Edge.AllowedCountries,
		DeletionProtection: p.Edge.DeletionProtection,
		LogRetentionDays:   p.Logs.RetentionDays,
		WafLogGroupName:    p.names().firewallLogs(),
		LogsKeyArn:         p.keys.LogsArn,
	}
	if p.Edge.ZoneID != "" {
		args.ZoneID = pulumi.String(p.Edge.ZoneID)
	}
	if p.public, err = edge.NewPublic(ctx, "edge", args, p.providers.option()); err != nil {
		return err
	}
	p.front = p.public
	return nil
}

// buildGlobalKeys sets the keys of the resources in settings.GlobalRegion: the web ACL's log group and the topic of global alarms.
// CloudWatch Logs and SNS encrypt with keys of their own region only, so a stack in another region has replicas of its keys there.
func (p *primary) buildGlobalKeys(ctx *pulumi.Context) error {
	switch {
	case p.Edge == nil:
	case p.Region == settings.GlobalRegion:
		p.globalKeys = p.keyArns
	case p.protection != nil && p.Protection.Region == settings.GlobalRegion:
		p.globalKeys = KeyArns{Data: p.protection.Keys.DataArn, Logs: p.protection.Keys.LogsArn}
	default:
		replicas, err := keys.NewReplicas(ctx, "global-keys", &keys.ReplicasArgs{
			Of: p.keys, AliasPrefix: p.names().prefix(), Classes: []keys.Class{keys.Data, keys.Logs}, Protect: p.Protect,
		}, pulumi.Providers(p.providers.global))
		if err != nil {
			return err
		}
		p.globalKeys = KeyArns{Data: replicas.DataArn, Logs: replicas.LogsArn}
	}
	return nil
}

// export gives people and pipelines the names and addresses that they need to release and to operate, and no secret.
func (p *primary) export(ctx *pulumi.Context) {
	if p.Edge != nil {
		ctx.Export("url", pulumi.Sprintf("https://%s", p.Domain))
	}
	if p.public != nil {
		ctx.Export("nameServers", p.public.NameServers)
		ctx.Export("loadBalancerDnsName", p.public.LoadBalancerDNSName)
	}
	if p.edge != nil {
		ctx.Export("nameServers", p.edge.NameServers)
		ctx.Export("distributionId", p.edge.DistributionID)
	}
	if p.buckets.frontend != nil {
		ctx.Export("frontendBucket", p.buckets.frontend.Name)
	}
	if p.buckets.files != nil {
		ctx.Export("filesBucket", p.buckets.files.Name)
	}
	if p.cluster != nil {
		ctx.Export("clusterName", p.cluster.ClusterName)
	}
	if p.database != nil {
		ctx.Export("databaseEndpoint", p.database.Endpoint)
		ctx.Export("databaseMasterSecretArn", p.masterSecretArn())
	}
	if p.cache != nil {
		ctx.Export("cacheEndpoint", p.cache.PrimaryEndpoint)
	}
	if p.secrets != nil {
		ctx.Export("secretArns", p.secrets.Arns)
	}
	ctx.Export("vpcId", p.network.VpcID)
	ctx.Export("privateSubnetIds", p.network.PrivateSubnetIDs)
	if p.protection != nil {
		ctx.Export(recoveryOutput, p.handover().export())
	}
}

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
)

// primary is the composition that serves dev, staging and prod: they differ in settings only.
type primary struct {
	foundation

	keys    *keys.Keys
	buckets buckets
	secrets *secrets.Secrets
	edge    *edge.Edge

	protection *dr.Protection // nil without a recovery region
	twins      map[storage.Purpose]*storage.Bucket
}

// deployPrimary builds from the ground up. Security groups refer to each other along one path and no other:
// internet, CloudFront, load balancer, service, database and cache.
func deployPrimary(ctx *pulumi.Context, s *Settings) error {
	made, err := newProviders(ctx, s)
	if err != nil {
		return err
	}
	p := &primary{foundation: foundation{Settings: s, providers: made}, twins: map[storage.Purpose]*storage.Bucket{}}
	p.image = p.newImage
	for _, build := range []func(*pulumi.Context) error{
		p.buildKeys, p.buildTopic, p.buildProtection, p.buildNetwork, p.buildBuckets, p.buildAudit, p.buildSecrets,
		p.buildDatabase, p.protectDatabase, p.buildCache, p.buildEdge, p.buildFrontAlarms,
		p.buildCluster, p.buildServices, p.buildDatabaseRoles, p.buildJobs,
		p.buildBackup, p.buildAlarms, p.buildDashboard, p.buildBudget,
	} {
		if err := build(ctx); err != nil {
			return err
		}
	}
	p.export(ctx)
	return nil
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
	p.keyArns = keyArns{data: p.keys.DataArn, logs: p.keys.LogsArn, secrets: p.keys.SecretsArn, backups: p.keys.BackupsArn}
	return nil
}

func (p *primary) buildSecrets(ctx *pulumi.Context) (err error) {
	args := &secrets.Args{
		KeyArn:             p.keys.SecretsArn,
		NamePattern:        p.Secrets.NamePattern,
		Environment:        p.Environment,
		Project:            Namespace,
		RecoveryWindowDays: p.Secrets.RecoveryWindowDays,
		Protect:            p.Protect,
	}
	for _, one := range p.Secrets.Names {
		secret := secrets.Secret{Name: one.Name, Description: one.Description}
		if value, given := p.SecretValues[one.Name]; given {
			secret.Value = pulumi.ToSecret(pulumi.String(value)).(pulumi.StringOutput)
		}
		args.Secrets = append(args.Secrets, secret)
	}
	if p.Protection.Replica {
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
	finalSnapshot := ""
	if d.FinalSnapshot {
		finalSnapshot = p.names().finalSnapshot("db")
	}
	args := &database.Args{
		VpcID:                  p.network.VpcID,
		SubnetIDs:              p.network.IsolatedSubnetIDs,
		KeyArn:                 p.keyArns.data,
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
	if p.Protection.Replica {
		args.MasterPassword = pulumi.String(p.MasterPassword)
	}
	p.database, err = database.New(ctx, "database", args, p.providers.option())
	return err
}

func (p *primary) buildCache(ctx *pulumi.Context) (err error) {
	p.cache, err = cache.New(ctx, "cache", p.cacheArgs(), p.providers.option())
	return err
}

func (p *primary) buildEdge(ctx *pulumi.Context) (err error) {
	args := &edge.Args{
		Domain:               p.Domain,
		AlternativeNames:     p.Edge.AlternativeNames,
		VpcID:                p.network.VpcID,
		SubnetIDs:            p.network.PrivateSubnetIDs,
		FrontendBucketDomain: p.buckets.frontend.RegionalDomainName,
		LogBucket:            p.buckets.logs.Name,
		LogBucketArn:         p.buckets.logs.Arn,
		LogBucketReady:       p.buckets.logs.Ready(),
		AccessLogPrefix:      storage.LoadBalancerLogPrefix,
		ApiPaths:             p.Edge.APIPaths,
		ApiHost:              p.apiHost(),
		HealthCheckPath:      p.Edge.HealthCheckPath,
		RateLimit:            p.Edge.RateLimitPerIP,
		BlockedCountries:     p.Edge.BlockedCountries,
		AllowedCountries:     p.Edge.AllowedCountries,
		DeletionProtection:   p.Edge.DeletionProtection,
		LogRetentionDays:     p.Logs.RetentionDays,
		WafLogGroupName:      p.names().firewallLogs(),
		GlobalLogsKeyArn:     p.keys.LogsArn,
		Global:               p.providers.global,

		ContentSecurityPolicy: p.contentSecurityPolicy(),
	}
	if p.protection != nil {
		args.SubnetIDs = p.network.PublicSubnetIDs
		args.Origin = p.origin()
		args.Origin.SwitchHealthCheckID = p.protection.SwitchHealthCheckID
		args.FrontendReplicaDomain = p.twins[storage.Frontend].RegionalDomainName
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

// export gives people and pipelines what they need to release and to operate: names and addresses, never secrets.
func (p *primary) export(ctx *pulumi.Context) {
	ctx.Export("url", pulumi.Sprintf("https://%s", p.Domain))
	ctx.Export("nameServers", p.edge.NameServers)
	ctx.Export("distributionId", p.edge.DistributionID)
	ctx.Export("frontendBucket", p.buckets.frontend.Name)
	ctx.Export("filesBucket", p.buckets.files.Name)
	ctx.Export("clusterName", p.cluster.ClusterName)
	ctx.Export("databaseEndpoint", p.database.Endpoint)
	ctx.Export("databaseMasterSecretArn", p.masterSecretArn())
	ctx.Export("cacheEndpoint", p.cache.PrimaryEndpoint)
	ctx.Export("secretArns", p.secrets.Arns)
	ctx.Export("vpcId", p.network.VpcID)
	ctx.Export("privateSubnetIds", p.network.PrivateSubnetIDs)
	if p.protection != nil {
		ctx.Export("recovery", p.forRecovery())
	}
}

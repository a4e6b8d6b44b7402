package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/audit"
	"github.com/carebase/carebase/components/backup"
	"github.com/carebase/carebase/components/cache"
	"github.com/carebase/carebase/components/database"
	"github.com/carebase/carebase/components/dr"
	"github.com/carebase/carebase/components/dr/objectives"
	"github.com/carebase/carebase/components/edge"
	"github.com/carebase/carebase/components/observability"
	"github.com/carebase/carebase/components/observability/detection"
	"github.com/carebase/carebase/components/service"
	"github.com/carebase/carebase/components/storage"
	"github.com/carebase/carebase/stacks/settings"
)

// recovery is the composition of the stack in the second region. Its settings switch it through three phases:
//
//	standby   active false                 database replica, no tasks, no cache nodes
//	step 1    active true                  replica promoted, cache created, services started
//	step 2    active true, promoted true   Multi-AZ and AWS Backup switched on, autoscaling released
//
// Between the phases no resource of IAM, Route 53, CloudFront or another service changes whose control plane AWS runs in one region, and the
// stack has no provider of another region, because on the day of the disaster that region may not answer.
type recovery struct {
	foundation
	primary handover
	logs    *storage.Bucket
	edge    *edge.Secondary

	evidence  *storage.Bucket // holds the trail's files; nil without a trail
	vault     *backup.Backup
	emergency *dr.BreakGlass // nil without the section breakGlass
}

func deployRecovery(ctx *pulumi.Context, s *settings.Settings, extensions []Extension) error {
	r, err := newRecovery(ctx, s)
	if err != nil {
		return err
	}
	for _, build := range []func(*pulumi.Context) error{
		r.buildTopic, r.buildNetwork, r.buildLogBucket, r.buildEvidence, r.buildAudit, r.buildDatabase, r.buildCache, r.buildEdge,
		r.buildFrontAlarms, r.buildCluster, r.buildServices, r.buildBackup, r.buildBreakGlass, r.buildCanary, r.buildAlarms,
		r.buildDashboard, r.buildBudget,
	} {
		if err := build(ctx); err != nil {
			return err
		}
	}
	r.export(ctx)
	return r.extend(ctx, extensions)
}

func newRecovery(ctx *pulumi.Context, s *settings.Settings) (*recovery, error) {
	regional, err := newProvider(ctx, "regional", s.Region, s)
	if err != nil {
		return nil, err
	}
	primary, err := readHandover(ctx, s)
	if err != nil {
		return nil, err
	}
	r := &recovery{foundation: foundation{Settings: s, providers: providers{regional: regional}}, primary: primary}
	r.keyArns = KeyArns{Data: primary.DataKeyArn, Logs: primary.LogsKeyArn, Secrets: primary.SecretsKeyArn, Backups: primary.BackupsKeyArn}
	r.secretArn = func(name string) pulumi.StringOutput { return member(primary.SecretArns, name) }
	if s.HasFiles() {
		r.files = bucketRef{name: primary.FilesBucket, arn: pulumi.Sprintf("arn:%s:s3:::%s", partition, primary.FilesBucket)}
	}
	r.image = r.findImage
	return r, nil
}

// partition of AWS in which all regions of the settings are.
const partition = "aws"

// findImage returns an image in the repository that ECR replicates the primary's images to.
func (r *recovery) findImage(_ *pulumi.Context, of, tag string) (service.Image, error) {
	name := member(r.primary.Repositories, of)
	return service.Image{
		Repository:    pulumi.Sprintf("%s.dkr.ecr.%s.amazonaws.com/%s", r.AccountID, r.Region, name),
		RepositoryArn: pulumi.Sprintf("arn:%s:ecr:%s:%s:repository/%s", partition, r.Region, r.AccountID, name),
		Tag:           tag,
	}, nil
}

// buildLogBucket creates the bucket of access logs: load balancers write to buckets of their own region only.
func (r *recovery) buildLogBucket(ctx *pulumi.Context) (err error) {
	if r.Storage == nil {
		return nil
	}
	r.logs, err = storage.New(ctx, "logs", &storage.Args{
		Purpose:       storage.Logs,
		BucketName:    r.names().bucket(string(storage.Logs)),
		RetentionDays: r.Storage.RetentionDays,
		Protect:       r.Protect,
		ForceDestroy:  !r.Protect,
	}, r.providers.option())
	return err
}

// buildEvidence creates the bucket of the stack's trail.
func (r *recovery) buildEvidence(ctx *pulumi.Context) (err error) {
	if !r.HasTrail() {
		return nil
	}
	r.evidence, err = storage.New(ctx, "evidence", &storage.Args{
		Purpose:        storage.Audit,
		BucketName:     r.names().bucket(string(storage.Audit)),
		KeyArn:         r.keyArns.Logs,
		LogBucket:      r.logs.Name,
		RetentionDays:  r.Storage.RetentionDays,
		ObjectLockDays: r.Storage.AuditLockDays,
		Protect:        r.Protect,
		ForceDestroy:   !r.Protect,
	}, r.providers.option())
	return err
}

// trail returns the arguments of the account's second trail. The primary's trail has its bucket, log group and alarms in the
// primary's region; once that region is lost, its records cannot be read. This trail delivers to the recovery region from the first
// day, because nothing may have to be created on the day of the disaster. It is a trail of all regions, because the global events of IAM and
// STS reach only such trails.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events
//
// It records the object events of the replicas in this region, which the application uses after a failover. It excludes the deliveries of
// both trails, which would otherwise record each other without end.
func (r *recovery) trail() *audit.Trail {
	of := primaryNames(r.Settings)
	return &audit.Trail{
		Bucket: r.evidence.Name,
		Echoes: []string{
			r.names().bucket(string(storage.Logs)) + "/",
			of.replica(string(storage.Audit), r.Region) + "/", of.replica(string(storage.Logs), r.Region) + "/",
		},
		ObjectBuckets: []string{
			of.replica(string(storage.Files), r.Region), of.replica(string(storage.Frontend), r.Region), of.replica(string(storage.Backups), r.Region),
		},
		LogGroupName:     r.names().trail(),
		LogRetentionDays: r.Logs.RetentionDays,
		AlarmTopicArn:    r.topic.Arn,
		BreakGlassRole:   r.names().breakGlass(),
	}
}

// buildAudit creates what exists once per region, and a trail that survives the loss of the primary's region.
func (r *recovery) buildAudit(ctx *pulumi.Context) error {
	if r.Audit == nil {
		return nil
	}
	args := &audit.Args{
		GuardDuty:            r.Audit.GuardDuty,
		SecurityHub:          r.Audit.SecurityHub,
		AccessAnalyzer:       r.Audit.AccessAnalyzer,
		Inspector:            r.Audit.Inspector,
		RegionDefaults:       true,
		BlockPublicSnapshots: r.Audit.BlockPublicSnapshots,
		LogsKeyArn:           r.keyArns.Logs,
		DataKeyArn:           r.keyArns.Data,
		Protect:              r.Protect,
	}
	if r.Audit.Trail {
		args.Trail = r.trail()
	}
	if r.Audit.Config {
		args.Config = &audit.Config{Bucket: r.logs.Name}
	}
	_, err := audit.New(ctx, "audit", args, r.providers.option())
	return err
}

func (r *recovery) buildDatabase(ctx *pulumi.Context) (err error) {
	d := r.Database
	if d == nil {
		return nil
	}
	finalSnapshot := ""
	if d.FinalSnapshot {
		finalSnapshot = r.names().finalSnapshot("db")
	}
	r.database, err = database.New(ctx, "database", &database.Args{
		VpcID:                  r.network.VpcID,
		SubnetIDs:              r.network.IsolatedSubnetIDs,
		KeyArn:                 r.keyArns.Data,
		LogsKeyArn:             r.keyArns.Logs,
		Identifier:             r.names().database(),
		InstanceClass:          d.InstanceClass,
		EngineVersion:          d.EngineVersion,
		DatabaseName:           d.Name,
		MaxAllocatedStorageGiB: d.MaxAllocatedStorageGiB,
		SlotWALGiB:             r.slotWALGiB(),
		LogSlowStatements:      !r.PHI,
		MultiAZ:                d.MultiAZ,
		BackupRetentionDays:    d.BackupRetentionDays,
		BackupWindow:           d.BackupWindow,
		MaintenanceWindow:      d.MaintenanceWindow,
		DeletionProtection:     d.DeletionProtection,
		FinalSnapshotName:      finalSnapshot,
		Protect:                r.Protect,
		LogRetentionDays:       r.Logs.RetentionDays,
		EventsTopicArn:         r.topic.Arn,
		Recovery:               &database.Recovery{SourceArn: r.sourceArn(), Phase: r.phase()},
	}, r.providers.option())
	return err
}

// sourceArn returns the ARN of the primary's database instance, the source of the replica.
func (r *recovery) sourceArn() pulumi.StringOutput {
	return pulumi.Sprintf("arn:%s:rds:%s:%s:db:%s", partition, r.Recovery.PrimaryRegion, r.AccountID, r.primary.DatabaseIdentifier)
}

func (r *recovery) phase() database.Phase {
	switch {
	case r.Recovery.Promoted:
		return database.Independent
	case r.Recovery.Active:
		return database.Promoted
	default:
		return database.Following
	}
}

// hasCacheNodes is true in the phases in which the cache has nodes.
func (r *recovery) hasCacheNodes() bool {
	return r.Cache != nil && (r.Recovery.Active || r.Recovery.WarmCache)
}

// buildCache creates the cache, without nodes while the stack stands by. A failback deletes the nodes without a final snapshot: its data
// would be old at the next failover, and its name would be taken.
func (r *recovery) buildCache(ctx *pulumi.Context) (err error) {
	if r.Cache == nil {
		return nil
	}
	args := r.cacheArgs()
	args.FinalSnapshotName = ""
	args.ReplicationGroupID = r.names().cache() // task policies refer to the name before the nodes exist
	args.Standby = !r.hasCacheNodes()
	r.cache, err = cache.New(ctx, "cache", args, r.providers.option())
	return err
}

func (r *recovery) buildEdge(ctx *pulumi.Context) (err error) {
	if r.Edge == nil {
		return nil
	}
	if r.edge, err = edge.NewSecondary(ctx, "edge", &edge.SecondaryArgs{
		Domain:             r.Domain,
		ZoneID:             r.primary.ZoneID,
		VpcID:              r.network.VpcID,
		SubnetIDs:          r.network.PublicSubnetIDs,
		Origin:             r.origin(),
		LogBucket:          r.logs.Name,
		LogBucketReady:     r.logs.Ready(),
		AccessLogPrefix:    storage.LoadBalancerLogPrefix,
		HealthCheckPath:    r.Edge.HealthCheckPath,
		DeletionProtection: r.Edge.DeletionProtection,
		LogRetentionDays:   r.Logs.RetentionDays,
		SwitchAlarmName:    r.primary.SwitchAlarmName,
	}, r.providers.option()); err != nil {
		return err
	}
	r.front = r.edge
	return nil
}

// buildBackup creates the AWS Backup plan of the files, and of the database once it is promoted: RDS does not promote a replica
// while AWS Backup backs it up. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PromoteReadReplica.html
//
// The restore test covers the primary's vault in this region as well, which holds the copies of the primary's backups: databases
// can be restored into subnets of the same region only.
func (r *recovery) buildBackup(ctx *pulumi.Context) (err error) {
	if r.Backup == nil {
		return nil
	}
	resources := pulumi.StringArray{}
	if r.HasFiles() {
		resources = append(resources, r.files.arn)
	}
	if r.Recovery.Promoted && r.database != nil {
		resources = append(resources, r.database.InstanceArn)
	}
	r.vault, err = r.buildVault(ctx, &backup.Plan{Resources: resources}, r.copyVaultArn())
	return err
}

// copyVaultArn returns the ARN of the primary's vault in this region, which receives the copies of the primary's backups.
func (r *recovery) copyVaultArn() pulumi.StringOutput {
	return pulumi.Sprintf("arn:%s:backup:%s:%s:backup-vault:%s", partition, r.Region, r.AccountID, r.primary.VaultName)
}

// buildBreakGlass creates the role that people fail over with when their usual way into AWS is lost with the primary's region.
func (r *recovery) buildBreakGlass(ctx *pulumi.Context) (err error) {
	if r.BreakGlass == nil {
		return nil
	}
	passed := pulumi.StringArray{}
	if r.vault != nil {
		passed = append(passed, r.vault.JobRoleArn)
	}
	for _, service := range r.services {
		passed = append(passed, service.ExecutionRoleArn, service.TaskRoleArn)
	}
	r.emergency, err = dr.NewBreakGlass(ctx, "break-glass", &dr.BreakGlassArgs{
		RoleName:       r.names().breakGlass(),
		Principals:     r.BreakGlass.Principals,
		Region:         r.Region,
		PrimaryCluster: r.primary.ClusterName,
		Cluster:        r.cluster.ClusterName,
		PassRoles:      passed,
		FilesBucket:    r.files.name,
		Switch:         r.primary.SwitchAlarmName,
		// The primary stack's role for its schedule in this region, which has a name of Pulumi's.
		SwitchRoleArn: pulumi.Sprintf("arn:%s:iam::%s:role/%s-failover-switch-*", partition, r.AccountID, protectionName),
		StateBucket:   r.BreakGlass.StateBucket,
		StateKeyArns:  r.BreakGlass.StateKeyArns,
	}, r.providers.option())
	return err
}

// watched returns what alarms and the dashboard show of this stack, and of the primary's copies that arrive here. While the
// primary's region is lost, the primary's alarms are silent, but the lag of its replica grows here.
func (r *recovery) watched() observability.System {
	system := r.foundation.watched()
	if r.Edge != nil {
		system.Canary = &observability.CanaryMetric{Stack: r.Environment}
	}
	if !r.hasCacheNodes() {
		system.Cache = nil
	}
	if !r.Recovery.Active {
		for i := range system.Services {
			system.Services[i].MinTasks = 0
			system.TargetGroups[i].Serving = false
		}
		if system.Database != nil {
			system.Database.Replicas = []observability.Replica{{
				Name: "recovery", Identifier: r.database.InstanceIdentifier,
				LagMinutes: r.Objectives.ReplicaLagMinutes, LagPeriodMinutes: objectives.LagAlarmMinutes,
			}}
		}
		system.Copies = r.copies()
	}
	of := primaryNames(r.Settings)
	for _, bucket := range []struct {
		present bool
		name    string
		purpose storage.Purpose
		replica pulumi.StringInput
	}{
		{r.HasFiles(), "files", storage.Files, r.primary.FilesBucket},
		{r.HasBackups(), "backups", storage.Backups, r.primary.BackupsBucket},
		{r.HasFrontend(), "frontend", storage.Frontend, r.primary.FrontendBucket},
		// By its name, because the bucket is not in the handover: a primary whose account has its trail in another stack has no such
		// bucket, and S3 reports no metric of a bucket that does not exist.
		{r.Storage != nil, "evidence", storage.Audit, pulumi.String(of.replica(string(storage.Audit), r.Region))},
	} {
		if bucket.present {
			system.Replications = append(system.Replications, observability.Replication{
				Name: bucket.name, Source: pulumi.String(of.bucket(string(bucket.purpose))), Destination: bucket.replica, RuleID: storage.ReplicationRule,
			})
		}
	}
	if r.HasFiles() { // after a failover S3 replicates the application's files back to the primary's bucket (components/dr)
		system.Outgoing = []observability.Replication{{
			Name: "files-back", Source: r.files.name, Destination: pulumi.String(of.bucket(string(storage.Files))), RuleID: storage.ReplicationRule,
		}}
	}
	return system
}

// buildCanary creates the canary. It calls the site from this region, because it must work when the primary's region is lost.
func (r *recovery) buildCanary(ctx *pulumi.Context) error {
	if r.Edge == nil {
		return nil
	}
	_, err := observability.NewCanary(ctx, detection.CanaryName, &observability.CanaryArgs{
		FunctionName:     r.names().canary(),
		Stack:            r.Environment,
		Domain:           r.Domain,
		HealthPath:       r.Edge.HealthCheckPath,
		VpcID:            r.network.VpcID,
		SubnetIDs:        r.network.PrivateSubnetIDs,
		LogsKeyArn:       r.keyArns.Logs,
		LogRetentionDays: r.Logs.RetentionDays,
		TopicArn:         r.topic.Arn,
		TopicKeyArn:      r.keyArns.Data,
	}, r.providers.option())
	return err
}

func (r *recovery) buildAlarms(ctx *pulumi.Context) (err error) {
	args := &observability.AlarmsArgs{
		NamePrefix:       r.names().prefix(),
		TopicArn:         r.topic.Arn,
		System:           r.watched(),
		AccountEvents:    true,
		SecurityFindings: r.Audit != nil && (r.Audit.GuardDuty || r.Audit.SecurityHub),
	}
	args.System.LoadBalancer = nil // buildFrontAlarms
	if r.edge != nil {
		args.Certificates = []observability.Certificate{{Name: "load-balancer", Arn: r.edge.CertificateArn}}
	}
	if r.cluster != nil {
		args.ClusterName = r.cluster.ClusterName
	}
	r.alarms, err = observability.NewAlarms(ctx, "alarms", args, r.providers.option())
	return err
}

// buildDashboard creates the dashboard of this region. It does not show CloudFront, whose metrics are in us-east-1.
func (r *recovery) buildDashboard(ctx *pulumi.Context) error {
	_, err := observability.NewDashboard(ctx, "dashboard", &observability.DashboardArgs{
		Name: r.names().prefix(), System: r.watched(), AlarmArns: r.alarms.Arns,
	}, r.providers.option())
	return err
}

// copies returns the copies of the primary's backups, which arrive once a day until this stack is active.
func (r *recovery) copies() []observability.Copies {
	var copies []observability.Copies
	for _, resource := range []struct {
		present            bool
		name, resourceType string
	}{{r.Database != nil, "database", "RDS"}, {r.HasFiles(), "files", "S3"}} {
		if resource.present && r.Backup != nil {
			copies = append(copies, observability.Copies{
				Name: resource.name, VaultName: r.primary.VaultName, ResourceType: resource.resourceType, EveryHours: 24,
			})
		}
	}
	return copies
}

// export writes everything that people and carebase dr need on the day of the disaster, so that they read one state only.
func (r *recovery) export(ctx *pulumi.Context) {
	services, primaryServices, counts, images := pulumi.StringMap{}, pulumi.StringMap{}, pulumi.IntMap{}, pulumi.StringMap{}
	for i, service := range r.Services {
		services[service.Name] = r.services[i].ServiceName
		primaryServices[service.Name] = member(r.primary.ServiceNames, service.Name)
		counts[service.Name] = pulumi.Int(service.DesiredCount)
		images[service.Name] = pulumi.Sprintf("%s.dkr.ecr.%s.amazonaws.com/%s:%s",
			r.AccountID, r.Region, member(r.primary.Repositories, service.Name), service.ImageTag)
	}
	secrets := pulumi.StringMap{}
	for _, secret := range r.SecretList() {
		secrets[secret.Key()] = r.secretArn(secret.Key())
	}
	outputs := pulumi.Map{
		"role":                pulumi.String("recovery"),
		"active":              pulumi.Bool(r.Recovery.Active),
		"promoted":            pulumi.Bool(r.Recovery.Promoted),
		"region":              pulumi.String(r.Region),
		"primaryStack":        pulumi.String(r.Recovery.PrimaryStack),
		"primaryRegion":       pulumi.String(r.Recovery.PrimaryRegion),
		"primaryServices":     primaryServices,
		"services":            services,
		"serviceCounts":       counts,
		"images":              images,
		"secretArns":          secrets,
		"switchAlarmName":     r.primary.SwitchAlarmName,
		"switchHealthCheckId": r.primary.SwitchHealthCheckID,
		"switchNamespace":     pulumi.String(dr.SwitchNamespace),
		"switchMetric":        pulumi.String(dr.SwitchMetric),
		"switchStack":         pulumi.String(r.Recovery.PrimaryEnvironment),
		"vaultName":           r.primary.VaultName,
		"vpcId":               r.network.VpcID,
		"privateSubnetIds":    r.network.PrivateSubnetIDs,
	}
	if r.emergency != nil {
		outputs["breakGlassRoleArn"] = r.emergency.RoleArn
	}
	if r.database != nil {
		outputs["primaryDatabaseInstanceArn"] = r.sourceArn()
		outputs["primaryDatabaseInstanceIdentifier"] = r.primary.DatabaseIdentifier
		outputs["databaseInstanceIdentifier"] = r.database.InstanceIdentifier
		outputs["databaseInstanceArn"] = r.database.InstanceArn
		outputs["databaseEndpoint"] = r.database.Endpoint
	}
	if r.cluster != nil {
		outputs["clusterName"] = r.cluster.ClusterName
		outputs["primaryClusterName"] = r.primary.ClusterName
	}
	if r.cache != nil {
		outputs["cacheReplicationGroupId"] = r.cache.ReplicationGroupID
		outputs["cacheEndpoint"] = r.cache.PrimaryEndpoint
	}
	if r.edge != nil {
		outputs["loadBalancerArn"] = r.edge.LoadBalancerArn
		outputs["loadBalancerDnsName"] = r.edge.LoadBalancerDNSName
		outputs["certificateArn"] = r.edge.CertificateArn
		outputs["healthCheckId"] = r.edge.HealthCheckID
		outputs["healthUrl"] = pulumi.Sprintf("https://%s%s", r.Domain, r.Edge.HealthCheckPath)
		outputs["originName"] = pulumi.String(edge.OriginName(r.Domain))
		outputs["primaryOriginName"] = pulumi.String(edge.PrimaryOrigin(r.Domain))
		outputs["recoveryOriginName"] = pulumi.String(edge.RecoveryOrigin(r.Domain))
		outputs["zoneId"] = r.primary.ZoneID
		outputs["distributionId"] = r.primary.DistributionID
	}
	for _, bucket := range []struct {
		present bool
		output  string
		name    pulumi.StringOutput
	}{
		{r.HasFiles(), "filesBucket", r.files.name},
		{r.HasBackups(), "backupsBucket", r.primary.BackupsBucket},
		{r.HasFrontend(), "frontendBucket", r.primary.FrontendBucket},
	} {
		if bucket.present {
			outputs[bucket.output] = bucket.name
		}
	}
	for name, value := range outputs {
		ctx.Export(name, value)
	}
}

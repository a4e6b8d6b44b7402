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
)

// recovery is the composition of the stack in the second region. It follows the primary until it is told to take over:
//
//	standby    active false                 a replica, no tasks, no cache nodes
//	step 1     active true                  the replica promoted, the cache made, the services started
//	step 2     active true, promoted true   standby of the database and AWS Backup, autoscaling free
//
// Nothing of IAM, Route 53, CloudFront or anything else that AWS runs from one region changes between them, and no
// provider of another region is made: on the day of the disaster there may be nothing to answer it.
type recovery struct {
	foundation
	source source
	logs   *storage.Bucket
	edge   *edge.Secondary

	evidence  *storage.Bucket // of the trail; nil without it
	vault     *backup.Backup
	emergency *dr.BreakGlass // nil where the settings name nobody
}

func deployRecovery(ctx *pulumi.Context, s *Settings) error {
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
	return nil
}

func newRecovery(ctx *pulumi.Context, s *Settings) (*recovery, error) {
	regional, err := newProvider(ctx, "regional", s.Region, s)
	if err != nil {
		return nil, err
	}
	from, err := newSource(ctx, s.Recovery.PrimaryStack)
	if err != nil {
		return nil, err
	}
	r := &recovery{foundation: foundation{Settings: s, providers: providers{regional: regional}}, source: from}
	r.keyArns = keyArns{
		data: from.text("dataKeyArn"), logs: from.text("logsKeyArn"),
		secrets: from.text("secretsKeyArn"), backups: from.text("backupsKeyArn"),
	}
	r.secretArn = func(name string) pulumi.StringOutput { return from.text("secretArns", name) }
	files := from.text("filesBucket")
	r.files = bucketRef{name: files, arn: pulumi.Sprintf("arn:%s:s3:::%s", partition, files)}
	r.image = r.findImage
	return r, nil
}

// partition of the regions that this program knows.
const partition = "aws"

// findImage is in the repository that the primary's images are replicated to.
func (r *recovery) findImage(_ *pulumi.Context, of, tag string) (service.Image, error) {
	name := r.source.text("repositories", of)
	return service.Image{
		Repository:    pulumi.Sprintf("%s.dkr.ecr.%s.amazonaws.com/%s", r.AccountID, r.Region, name),
		RepositoryArn: pulumi.Sprintf("arn:%s:ecr:%s:%s:repository/%s", partition, r.Region, r.AccountID, name),
		Tag:           tag,
	}, nil
}

// buildLogBucket makes the bucket that this region's logs go to: load balancers write in their own region only.
func (r *recovery) buildLogBucket(ctx *pulumi.Context) (err error) {
	r.logs, err = storage.New(ctx, "logs", &storage.Args{
		Purpose:       storage.Logs,
		BucketName:    r.names().bucket(string(storage.Logs)),
		RetentionDays: r.Storage.RetentionDays,
		Protect:       r.Protect,
		ForceDestroy:  !r.Protect,
	}, r.providers.option())
	return err
}

// buildEvidence makes the bucket of this stack's trail.
func (r *recovery) buildEvidence(ctx *pulumi.Context) (err error) {
	if !r.Audit.Trail {
		return nil
	}
	r.evidence, err = storage.New(ctx, "evidence", &storage.Args{
		Purpose:        storage.Audit,
		BucketName:     r.names().bucket(string(storage.Audit)),
		KeyArn:         r.keyArns.logs,
		LogBucket:      r.logs.Name,
		RetentionDays:  r.Storage.RetentionDays,
		ObjectLockDays: r.Storage.AuditLockDays,
		Protect:        r.Protect,
		ForceDestroy:   !r.Protect,
	}, r.providers.option())
	return err
}

// trail is a second one of the account. The primary's has its bucket, its log group and its alarms in the primary's region:
// once that is lost, nobody sees any more what is done in the account. So this one delivers here, from the first day on,
// because nothing of it may have to be made on the day. It is for all regions, as IAM's and STS's global events reach trails
// for all regions only.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events
//
// Of objects it records those in this region that the primary's trail records too: the copies, which the application uses
// while this side serves. It leaves out all deliveries of both trails, or the two would record each other for ever.
func (r *recovery) trail() *audit.Trail {
	of := names{project: Namespace, environment: r.Recovery.PrimaryEnvironment, account: r.AccountID}
	return &audit.Trail{
		Bucket: r.evidence.Name,
		Echoes: []string{
			r.names().bucket(string(storage.Logs)) + "/",
			of.twin(string(storage.Audit), r.Region) + "/", of.twin(string(storage.Logs), r.Region) + "/",
		},
		ObjectBuckets: []string{
			of.twin(string(storage.Files), r.Region), of.twin(string(storage.Frontend), r.Region), of.twin(string(storage.Backups), r.Region),
		},
		LogGroupName:     r.names().trail(),
		LogRetentionDays: r.Logs.RetentionDays,
		AlarmTopicArn:    r.topic.Arn,
		BreakGlassRole:   r.names().breakGlass(),
	}
}

// buildAudit makes what exists once per region, and a trail that is not lost with the primary's region.
func (r *recovery) buildAudit(ctx *pulumi.Context) error {
	args := &audit.Args{
		GuardDuty:            r.Audit.GuardDuty,
		SecurityHub:          r.Audit.SecurityHub,
		AccessAnalyzer:       r.Audit.AccessAnalyzer,
		Inspector:            r.Audit.Inspector,
		RegionDefaults:       true,
		BlockPublicSnapshots: r.Audit.BlockPublicSnapshots,
		LogsKeyArn:           r.keyArns.logs,
		DataKeyArn:           r.keyArns.data,
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
	finalSnapshot := ""
	if d.FinalSnapshot {
		finalSnapshot = r.names().finalSnapshot("db")
	}
	r.database, err = database.New(ctx, "database", &database.Args{
		VpcID:                  r.network.VpcID,
		SubnetIDs:              r.network.IsolatedSubnetIDs,
		KeyArn:                 r.keyArns.data,
		LogsKeyArn:             r.keyArns.logs,
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

// sourceArn says where the source is, for all who read it.
func (r *recovery) sourceArn() pulumi.StringOutput {
	return pulumi.Sprintf("arn:%s:rds:%s:%s:db:%s", partition, r.Recovery.PrimaryRegion, r.AccountID, r.source.text("databaseIdentifier"))
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

// cacheStands is true where the cache has nodes.
func (r *recovery) cacheStands() bool { return r.Recovery.Active || r.Recovery.WarmCache }

// buildCache makes what the sessions live in while this side serves. It leaves no final snapshot when the stack stands by
// again: what it held is old by then, and the snapshot's name would be taken the next time.
func (r *recovery) buildCache(ctx *pulumi.Context) (err error) {
	args := r.cacheArgs()
	args.FinalSnapshotName = ""
	args.ReplicationGroupID = r.names().cache() // policies name it before it exists
	args.Standby = !r.cacheStands()
	r.cache, err = cache.New(ctx, "cache", args, r.providers.option())
	return err
}

func (r *recovery) buildEdge(ctx *pulumi.Context) (err error) {
	if r.edge, err = edge.NewSecondary(ctx, "edge", &edge.SecondaryArgs{
		Domain:             r.Domain,
		ZoneID:             r.source.text("zoneId"),
		VpcID:              r.network.VpcID,
		SubnetIDs:          r.network.PublicSubnetIDs,
		Origin:             r.origin(),
		LogBucket:          r.logs.Name,
		LogBucketReady:     r.logs.Ready(),
		AccessLogPrefix:    storage.LoadBalancerLogPrefix,
		HealthCheckPath:    r.Edge.HealthCheckPath,
		DeletionProtection: r.Edge.DeletionProtection,
		LogRetentionDays:   r.Logs.RetentionDays,
		SwitchAlarmName:    r.source.text("switchAlarmName"),
	}, r.providers.option()); err != nil {
		return err
	}
	r.front = r.edge
	return nil
}

// buildBackup backs up the files, and the database once it is on its own: RDS does not promote a replica while a backup
// of it is being made. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PromoteReadReplica.html
//
// Its restore test covers the primary's vault in this region as well: there the copies of the primary's backups are, and
// databases can be restored into this stack's subnets only.
func (r *recovery) buildBackup(ctx *pulumi.Context) (err error) {
	plan := &backup.Plan{Resources: pulumi.StringArray{r.files.arn}}
	if r.Recovery.Promoted {
		plan.Resources = append(plan.Resources, r.database.InstanceArn)
	}
	r.vault, err = r.buildVault(ctx, plan, r.copyVaultArn())
	return err
}

// copyVaultArn is the primary's vault in this region, which receives the copies of its backups.
func (r *recovery) copyVaultArn() pulumi.StringOutput {
	return pulumi.Sprintf("arn:%s:backup:%s:%s:backup-vault:%s", partition, r.Region, r.AccountID, r.source.text("vaultName"))
}

// buildBreakGlass makes the role that fails over when people's usual way in is lost with the primary's region.
func (r *recovery) buildBreakGlass(ctx *pulumi.Context) (err error) {
	if !r.HasBreakGlass() {
		return nil
	}
	passed := pulumi.StringArray{r.vault.JobRoleArn}
	for _, service := range r.services {
		passed = append(passed, service.ExecutionRoleArn, service.TaskRoleArn)
	}
	r.emergency, err = dr.NewBreakGlass(ctx, "break-glass", &dr.BreakGlassArgs{
		RoleName:       r.names().breakGlass(),
		Principals:     r.BreakGlass.Principals,
		Region:         r.Region,
		PrimaryCluster: r.source.text("clusterName"),
		Cluster:        r.cluster.ClusterName,
		PassRoles:      passed,
		FilesBucket:    r.files.name,
		Switch:         r.source.text("switchAlarmName"),
		// The primary stack's role for its schedule in this region, which has a name of Pulumi's.
		SwitchRoleArn: pulumi.Sprintf("arn:%s:iam::%s:role/%s-failover-switch-*", partition, r.AccountID, protectionName),
		StateBucket:   r.BreakGlass.StateBucket,
		StateKeyArns:  r.BreakGlass.StateKeyArns,
	}, r.providers.option())
	return err
}

// watched is the recovery side, and of the primary what arrives here: while its region is away no alarm of its own goes
// off, but its replica falls behind.
func (r *recovery) watched() observability.System {
	system := r.foundation.watched()
	system.Canary = &observability.CanaryMetric{Stack: r.Environment}
	system.Cache = nil
	if r.cacheStands() {
		system.Cache = &observability.Cache{ReplicationGroupID: r.cache.ReplicationGroupID, Nodes: r.Cache.Nodes}
	}
	if !r.Recovery.Active {
		for i := range system.Services {
			system.Services[i].MinTasks = 0
			system.TargetGroups[i].Serving = false
		}
		system.Database.Replicas = []observability.Replica{{
			Name: "recovery", Identifier: r.database.InstanceIdentifier,
			LagMinutes: r.Objectives.ReplicaLagMinutes, LagPeriodMinutes: objectives.LagAlarmMinutes,
		}}
		system.Copies = r.copies()
	}
	of := names{project: Namespace, environment: r.Recovery.PrimaryEnvironment, account: r.AccountID}
	for _, one := range []struct {
		name    string
		purpose storage.Purpose
		to      pulumi.StringInput
	}{
		{"files", storage.Files, r.files.name},
		{"backups", storage.Backups, r.source.text("backupsBucket")},
		{"frontend", storage.Frontend, r.source.text("frontendBucket")},
		// By its name, which is no output: a primary that leaves the trail to another stack of its account has no such
		// bucket, and of a bucket that is not there nothing is reported.
		{"evidence", storage.Audit, pulumi.String(of.twin(string(storage.Audit), r.Region))},
	} {
		system.Replications = append(system.Replications, observability.Replication{
			Name: one.name, Source: pulumi.String(of.bucket(string(one.purpose))), Destination: one.to, RuleID: storage.ReplicationRule,
		})
	}
	// What the application writes here goes back to the primary's bucket (components/dr).
	system.Outgoing = []observability.Replication{{
		Name: "files-back", Source: r.files.name, Destination: pulumi.String(of.bucket(string(storage.Files))), RuleID: storage.ReplicationRule,
	}}
	return system
}

// buildCanary asks for the site from here, where the loss of the primary's region is seen.
func (r *recovery) buildCanary(ctx *pulumi.Context) error {
	_, err := observability.NewCanary(ctx, detection.CanaryName, &observability.CanaryArgs{
		FunctionName:     r.names().canary(),
		Stack:            r.Environment,
		Domain:           r.Domain,
		HealthPath:       r.Edge.HealthCheckPath,
		VpcID:            r.network.VpcID,
		SubnetIDs:        r.network.PrivateSubnetIDs,
		LogsKeyArn:       r.keyArns.logs,
		LogRetentionDays: r.Logs.RetentionDays,
		TopicArn:         r.topic.Arn,
		TopicKeyArn:      r.keyArns.data,
	}, r.providers.option())
	return err
}

func (r *recovery) buildAlarms(ctx *pulumi.Context) (err error) {
	system := r.watched()
	system.LoadBalancer = nil // watched already
	r.alarms, err = observability.NewAlarms(ctx, "alarms", &observability.AlarmsArgs{
		NamePrefix:       r.names().prefix(),
		TopicArn:         r.topic.Arn,
		System:           system,
		Certificates:     []observability.Certificate{{Name: "load-balancer", Arn: r.edge.CertificateArn}},
		ClusterName:      r.cluster.ClusterName,
		AccountEvents:    true,
		SecurityFindings: r.Audit.GuardDuty || r.Audit.SecurityHub,
	}, r.providers.option())
	return err
}

// buildDashboard shows what is here, without CloudFront: its metrics are in the primary's region.
func (r *recovery) buildDashboard(ctx *pulumi.Context) error {
	_, err := observability.NewDashboard(ctx, "dashboard", &observability.DashboardArgs{
		Name: r.names().prefix(), System: r.watched(), AlarmArns: r.alarms.Arns,
	}, r.providers.option())
	return err
}

// copies of the primary's backups, of which its plan makes one a day. Once this side serves there are none to come.
func (r *recovery) copies() []observability.Copies {
	var copies []observability.Copies
	for _, of := range []struct{ name, resourceType string }{{"database", "RDS"}, {"files", "S3"}} {
		copies = append(copies, observability.Copies{
			Name: of.name, VaultName: r.source.text("vaultName"), ResourceType: of.resourceType, EveryHours: 24,
		})
	}
	return copies
}

// export gives people, and carebase dr, all they need on the day of the disaster, so that they read one stack's state.
func (r *recovery) export(ctx *pulumi.Context) {
	services, primaryServices, counts, images, secrets := pulumi.StringMap{}, pulumi.StringMap{}, pulumi.IntMap{}, pulumi.StringMap{}, pulumi.StringMap{}
	for i, one := range r.Services {
		services[one.Name] = r.services[i].ServiceName
		primaryServices[one.Name] = r.source.text("serviceNames", one.Name)
		counts[one.Name] = pulumi.Int(one.DesiredCount)
		images[one.Name] = pulumi.Sprintf("%s.dkr.ecr.%s.amazonaws.com/%s:%s", r.AccountID, r.Region, r.source.text("repositories", one.Name), one.ImageTag)
	}
	for _, one := range r.Secrets.Names {
		secrets[one.Name] = r.secretArn(one.Name)
	}
	if r.emergency != nil {
		ctx.Export("breakGlassRoleArn", r.emergency.RoleArn)
	}
	for name, value := range (pulumi.Map{
		"role":                              pulumi.String("recovery"),
		"active":                            pulumi.Bool(r.Recovery.Active),
		"promoted":                          pulumi.Bool(r.Recovery.Promoted),
		"region":                            pulumi.String(r.Region),
		"primaryStack":                      pulumi.String(r.Recovery.PrimaryStack),
		"primaryRegion":                     pulumi.String(r.Recovery.PrimaryRegion),
		"primaryDatabaseInstanceArn":        r.sourceArn(),
		"primaryDatabaseInstanceIdentifier": r.source.text("databaseIdentifier"),
		"primaryClusterName":                r.source.text("clusterName"),
		"primaryServices":                   primaryServices,
		"databaseInstanceIdentifier":        r.database.InstanceIdentifier,
		"databaseInstanceArn":               r.database.InstanceArn,
		"databaseEndpoint":                  r.database.Endpoint,
		"clusterName":                       r.cluster.ClusterName,
		"services":                          services,
		"serviceCounts":                     counts,
		"images":                            images,
		"secretArns":                        secrets,
		"cacheReplicationGroupId":           r.cache.ReplicationGroupID,
		"cacheEndpoint":                     r.cache.PrimaryEndpoint,
		"loadBalancerArn":                   r.edge.LoadBalancerArn,
		"loadBalancerDnsName":               r.edge.LoadBalancerDNSName,
		"certificateArn":                    r.edge.CertificateArn,
		"healthCheckId":                     r.edge.HealthCheckID,
		"healthUrl":                         pulumi.Sprintf("https://%s%s", r.Domain, r.Edge.HealthCheckPath),
		"originName":                        pulumi.String(edge.OriginName(r.Domain)),
		"primaryOriginName":                 pulumi.String(edge.PrimaryOrigin(r.Domain)),
		"recoveryOriginName":                pulumi.String(edge.RecoveryOrigin(r.Domain)),
		"zoneId":                            r.source.text("zoneId"),
		"distributionId":                    r.source.text("distributionId"),
		"switchAlarmName":                   r.source.text("switchAlarmName"),
		"switchHealthCheckId":               r.source.text("switchHealthCheckId"),
		"switchNamespace":                   pulumi.String(dr.SwitchNamespace),
		"switchMetric":                      pulumi.String(dr.SwitchMetric),
		"switchStack":                       pulumi.String(r.Recovery.PrimaryEnvironment),
		"vaultName":                         r.source.text("vaultName"),
		"filesBucket":                       r.files.name,
		"backupsBucket":                     r.source.text("backupsBucket"),
		"frontendBucket":                    r.source.text("frontendBucket"),
		"vpcId":                             r.network.VpcID,
		"privateSubnetIds":                  r.network.PrivateSubnetIDs,
	}) {
		ctx.Export(name, value)
	}
}

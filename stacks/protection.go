package stacks

import (
	"encoding/json"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/database"
	"github.com/carebase/carebase/components/dr"
	"github.com/carebase/carebase/components/keys"
	"github.com/carebase/carebase/components/secrets"
	"github.com/carebase/carebase/components/storage"
	"github.com/carebase/carebase/stacks/settings"
)

// protectionName is the name of the component that receives the copies in the second region. It is the prefix of auto-generated names.
const protectionName = "recovery"

// buildProtection creates what receives copies of the stack's data in the recovery region. It runs early, because secrets and
// buckets refer to it when they are created.
func (p *primary) buildProtection(ctx *pulumi.Context) (err error) {
	if !p.Protected() {
		return nil
	}
	args := &dr.Args{
		Primary:            p.providers.regional,
		Region:             p.Protection.Region,
		NamePrefix:         p.names().prefix(),
		Environment:        p.Environment,
		Keys:               p.keys,
		Emails:             p.Alerts.Emails,
		HTTPS:              alertReceivers(p.Settings),
		LogBucketName:      p.names().replica(string(storage.Logs), p.Protection.Region),
		LogRetentionDays:   p.Storage.RetentionDays,
		LockMinDays:        shortestBackup,
		LockMaxDays:        longestBackup,
		LockChangeableDays: p.Backup.LockChangeableDays,
		FrontendUnderData:  p.frontendUnderData(p.names().replica(string(storage.Frontend), p.Protection.Region)),
		Protect:            p.Protect,
	}
	if p.Protection.Images {
		args.ImagePrefixes = []string{p.names().repository("")}
	}
	p.protection, err = dr.New(ctx, protectionName, args, pulumi.Providers(p.providers.recovery, p.providers.images))
	return err
}

// protectDatabase copies the database's backups, as far back as the database keeps them itself.
func (p *primary) protectDatabase(ctx *pulumi.Context) error {
	switch {
	case p.database == nil:
		return nil
	case p.Database.BackupsRegion != "":
		return p.replicateBackups(ctx)
	case p.protection == nil:
		return nil
	}
	return p.protection.ReplicateBackups(ctx, p.database.InstanceArn, p.Database.BackupRetentionDays)
}

// replicateBackups copies the database's automated backups to the region in the settings, under a replica of the data key there.
func (p *primary) replicateBackups(ctx *pulumi.Context) error {
	provider, err := newProvider(ctx, "backups-region", p.Database.BackupsRegion, p.Settings)
	if err != nil {
		return err
	}
	replicas, err := keys.NewReplicas(ctx, "backups-region-keys", &keys.ReplicasArgs{
		Of: p.keys, AliasPrefix: p.names().prefix(), Classes: []keys.Class{keys.Data}, Protect: p.Protect,
	}, pulumi.Providers(provider))
	if err != nil {
		return err
	}
	_, err = database.NewBackupReplication(ctx, "database-backups", &database.BackupReplicationArgs{
		SourceArn: p.database.InstanceArn, KeyArn: replicas.DataArn, RetentionDays: p.Database.BackupRetentionDays, Protect: p.Protect,
	}, pulumi.Providers(provider))
	return err
}

// masterSecret returns the secret of the master user, in the form of the secret that RDS would keep.
func (p *primary) masterSecret() secrets.Secret {
	text, err := json.Marshal(map[string]string{"username": p.Database.MasterUsername, "password": p.MasterPassword})
	if err != nil {
		panic(err) // two strings
	}
	return secrets.Secret{
		Name:        settings.MasterSecret,
		Description: "Master user of the database, for the task that creates its roles and for emergencies",
		Value:       pulumi.ToSecret(pulumi.String(text)).(pulumi.StringOutput),
	}
}

func (p *primary) masterSecretArn() pulumi.StringOutput {
	if p.Replicated() {
		return p.secrets.Arn(settings.MasterSecret)
	}
	return p.database.MasterSecretArn
}

// handover returns what the recovery stack reads of this stack.
func (p *primary) handover() handover {
	repositories, services := pulumi.StringMap{}, pulumi.StringMap{}
	if p.Database != nil && p.Database.Roles != nil {
		repositories[settings.RolesJob] = pulumi.String(p.names().repository(settings.RolesJob))
	}
	if p.Tracing != nil {
		repositories[settings.CollectorImage] = pulumi.String(p.names().repository(settings.CollectorImage))
	}
	for i, service := range p.Services {
		repositories[service.Name] = pulumi.String(p.names().repository(service.Name))
		services[service.Name] = p.services[i].ServiceName
	}
	h := handover{
		Region:              pulumi.String(p.Protection.Region).ToStringOutput(),
		DataKeyArn:          p.protection.Keys.DataArn,
		LogsKeyArn:          p.protection.Keys.LogsArn,
		SecretsKeyArn:       p.protection.Keys.SecretsArn,
		BackupsKeyArn:       p.protection.Keys.BackupsArn,
		VaultName:           p.protection.VaultName,
		SwitchAlarmName:     p.protection.SwitchAlarmName,
		SwitchHealthCheckID: p.protection.SwitchHealthCheckID,
		TopicArn:            p.protection.TopicArn,
		Repositories:        repositories,
		ServiceNames:        services,
	}
	for purpose, name := range map[storage.Purpose]*pulumi.StringOutput{
		storage.Files: &h.FilesBucket, storage.Frontend: &h.FrontendBucket, storage.Backups: &h.BackupsBucket,
	} {
		if replica := p.replicas[purpose]; replica != nil {
			*name = replica.Name
		}
	}
	if p.database != nil {
		h.DatabaseArn, h.DatabaseIdentifier = p.database.InstanceArn, p.database.InstanceIdentifier
	}
	if p.secrets != nil {
		h.SecretArns = p.replicaArns()
	}
	if p.cluster != nil {
		h.ClusterName = p.cluster.ClusterName
	}
	if p.edge != nil {
		h.ZoneID, h.DistributionID = p.edge.ZoneID, p.edge.DistributionID
	}
	return h
}

// replicaArns returns the ARNs of the secrets' replicas. Secrets Manager gives a replica the name and the suffix of its secret.
func (p *primary) replicaArns() pulumi.StringMapOutput {
	return p.secrets.Arns.ApplyT(func(arns map[string]string) map[string]string {
		replicas := map[string]string{}
		for name, arn := range arns {
			replicas[name] = strings.Replace(arn, ":"+p.Region+":", ":"+p.Protection.Region+":", 1)
		}
		return replicas
	}).(pulumi.StringMapOutput)
}

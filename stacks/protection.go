package stacks

import (
	"encoding/json"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/dr"
	"github.com/carebase/carebase/components/secrets"
	"github.com/carebase/carebase/components/storage"
)

// buildProtection makes what receives copies of the stack's data in the recovery region. It comes early: secrets and
// buckets name it when they are made.
// protectionName is the component of the copies in the second region; the names of what AWS names by itself begin with it.
const protectionName = "recovery"

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
		HTTPS:              p.alertReceivers(),
		LogBucketName:      p.names().twin(string(storage.Logs), p.Protection.Region),
		LogRetentionDays:   p.Storage.RetentionDays,
		LockMinDays:        shortestBackup,
		LockMaxDays:        longestBackup,
		LockChangeableDays: p.Backup.LockChangeableDays,
		FrontendUnderData:  p.frontendUnderData(p.names().twin(string(storage.Frontend), p.Protection.Region)),
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
	if p.protection == nil {
		return nil
	}
	return p.protection.ReplicateBackups(ctx, p.database.InstanceArn, p.Database.BackupRetentionDays)
}

// masterSecretName is the secret that the stack keeps the master user in where RDS cannot.
const masterSecretName = "db-master-password"

// masterSecret has the form of the secret that RDS would keep.
func (p *primary) masterSecret() secrets.Secret {
	text, err := json.Marshal(map[string]string{"username": p.Database.MasterUsername, "password": p.MasterPassword})
	if err != nil {
		panic(err) // two strings
	}
	return secrets.Secret{
		Name:        masterSecretName,
		Description: "Master user of the database, for the task that creates its roles and for emergencies",
		Value:       pulumi.ToSecret(pulumi.String(text)).(pulumi.StringOutput),
	}
}

func (p *primary) masterSecretArn() pulumi.StringOutput {
	if p.Protection.Replica {
		return p.secrets.Arn(masterSecretName)
	}
	return p.database.MasterSecretArn
}

// forRecovery is all that the recovery stack has to know of this one, so that it asks the state and never this region.
func (p *primary) forRecovery() pulumi.Map {
	repositories, services := pulumi.StringMap{}, pulumi.StringMap{}
	repositories[rolesJob] = pulumi.String(p.names().repository(rolesJob))
	for i, one := range p.Services {
		repositories[one.Name] = pulumi.String(p.names().repository(one.Name))
		services[one.Name] = p.services[i].ServiceName
	}
	return pulumi.Map{
		"region":              pulumi.String(p.Protection.Region),
		"dataKeyArn":          p.protection.Keys.DataArn,
		"logsKeyArn":          p.protection.Keys.LogsArn,
		"secretsKeyArn":       p.protection.Keys.SecretsArn,
		"backupsKeyArn":       p.protection.Keys.BackupsArn,
		"databaseArn":         p.database.InstanceArn,
		"databaseIdentifier":  p.database.InstanceIdentifier,
		"filesBucket":         p.twins[storage.Files].Name,
		"frontendBucket":      p.twins[storage.Frontend].Name,
		"backupsBucket":       p.twins[storage.Backups].Name,
		"vaultName":           p.protection.VaultName,
		"switchAlarmName":     p.protection.SwitchAlarmName,
		"switchHealthCheckId": p.protection.SwitchHealthCheckID,
		"topicArn":            p.protection.TopicArn,
		"secretArns":          p.replicaArns(),
		"repositories":        repositories,
		"clusterName":         p.cluster.ClusterName,
		"serviceNames":        services,
		"zoneId":              p.edge.ZoneID,
		"distributionId":      p.edge.DistributionID,
	}
}

// replicaArns are the secrets' in the recovery region: Secrets Manager gives a replica its secret's name and suffix.
func (p *primary) replicaArns() pulumi.StringMapOutput {
	return p.secrets.Arns.ApplyT(func(arns map[string]string) map[string]string {
		replicas := map[string]string{}
		for name, arn := range arns {
			replicas[name] = strings.Replace(arn, ":"+p.Region+":", ":"+p.Protection.Region+":", 1)
		}
		return replicas
	}).(pulumi.StringMapOutput)
}

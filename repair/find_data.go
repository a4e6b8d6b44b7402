package repair

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	backuptypes "github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	cachetypes "github.com/aws/aws-sdk-go-v2/service/elasticache/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secretstypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
)

// findKeys compares description and tags, which KMS sets in the call that creates a key. A key that waits for its deletion is
// no candidate.
func findKeys(ctx context.Context, s *subject) ([]candidate, error) {
	description, err := s.in.Text("description")
	if err != nil {
		return nil, err
	}
	client := kms.NewFromConfig(s.cloud.config)
	keys, err := all(ctx, kms.NewListKeysPaginator(client, &kms.ListKeysInput{}), func(o *kms.ListKeysOutput) []kmstypes.KeyListEntry { return o.Keys })
	if err != nil {
		return nil, err
	}
	var found []candidate
	for _, key := range keys {
		details, err := client.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: key.KeyId})
		if err != nil {
			return nil, err
		}
		have := details.KeyMetadata
		if aws.ToString(have.Description) != description || have.KeyManager != kmstypes.KeyManagerTypeCustomer ||
			have.KeyState == kmstypes.KeyStatePendingDeletion || have.KeyState == kmstypes.KeyStatePendingReplicaDeletion {
			continue
		}
		labels, err := client.ListResourceTags(ctx, &kms.ListResourceTagsInput{KeyId: key.KeyId})
		if err != nil {
			return nil, err
		}
		ours, err := s.hasTags(tagsOf(labels.Tags, func(t kmstypes.Tag) (*string, *string) { return t.TagKey, t.TagValue }), nil)
		if err != nil {
			return nil, err
		}
		if ours {
			found = append(found, candidate{id: aws.ToString(key.KeyId)})
		}
	}
	return found, nil
}

// findSecrets asks for the name. The id is the ARN, in which AWS appends six characters to the name.
func findSecrets(ctx context.Context, s *subject) ([]candidate, error) {
	name, err := s.in.Text("name")
	if err != nil {
		return nil, err
	}
	secret, err := secretsmanager.NewFromConfig(s.cloud.config).DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: &name})
	if err != nil || secret.DeletedDate != nil {
		return nil, ignore[*secretstypes.ResourceNotFoundException](err)
	}
	return []candidate{{id: aws.ToString(secret.ARN)}}, nil
}

// findDatabases asks for the identifier, and waits until RDS has made the instance.
func findDatabases(ctx context.Context, s *subject) (found []candidate, err error) {
	identifier, err := s.in.Text("identifier")
	if err != nil {
		return nil, err
	}
	client := rds.NewFromConfig(s.cloud.config)
	err = untilMade(ctx, "database "+identifier, func() (status string, err error) {
		found = nil
		answer, err := client.DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{DBInstanceIdentifier: &identifier})
		if err != nil {
			return "", ignore[*rdstypes.DBInstanceNotFoundFault](err)
		}
		for _, instance := range answer.DBInstances {
			status = aws.ToString(instance.DBInstanceStatus)
			found = append(found, candidate{id: aws.ToString(instance.DbiResourceId)})
		}
		return status, nil
	})
	return found, err
}

// findBackupReplications compares the source instance, whose automated backups are replicated to this region at most once.
// Backups of an instance that was deleted are only retained.
func findBackupReplications(ctx context.Context, s *subject) ([]candidate, error) {
	source, err := s.in.Text("sourceDbInstanceArn")
	if err != nil {
		return nil, err
	}
	backups, err := all(ctx, rds.NewDescribeDBInstanceAutomatedBackupsPaginator(rds.NewFromConfig(s.cloud.config), &rds.DescribeDBInstanceAutomatedBackupsInput{}),
		func(o *rds.DescribeDBInstanceAutomatedBackupsOutput) []rdstypes.DBInstanceAutomatedBackup {
			return o.DBInstanceAutomatedBackups
		})
	return each(backups, err, func(b rdstypes.DBInstanceAutomatedBackup) *string {
		return idIf(b.DBInstanceAutomatedBackupsArn, aws.ToString(b.DBInstanceArn) == source && aws.ToString(b.Status) != "retained")
	})
}

func listReplicationGroups(ctx context.Context, s *subject) (found []named, err error) {
	client := elasticache.NewFromConfig(s.cloud.config)
	groups := func(id *string) ([]cachetypes.ReplicationGroup, error) {
		list, err := all(ctx, elasticache.NewDescribeReplicationGroupsPaginator(client, &elasticache.DescribeReplicationGroupsInput{ReplicationGroupId: id}),
			func(o *elasticache.DescribeReplicationGroupsOutput) []cachetypes.ReplicationGroup {
				return o.ReplicationGroups
			})
		return list, ignore[*cachetypes.ReplicationGroupNotFoundFault](err)
	}
	var exact *string
	if name := s.exactName(); name != "" {
		exact = &name
	}
	list, err := groups(exact)
	for _, group := range list {
		id := group.ReplicationGroupId
		found = append(found, named{id: id, name: id, tags: func() (map[string]string, error) {
			labels, err := client.ListTagsForResource(ctx, &elasticache.ListTagsForResourceInput{ResourceName: group.ARN})
			if err != nil {
				return nil, err
			}
			return tagsOf(labels.TagList, func(t cachetypes.Tag) (*string, *string) { return t.Key, t.Value }), nil
		}, made: func() (exists bool, err error) {
			err = untilMade(ctx, "cache "+aws.ToString(id), func() (status string, err error) {
				list, err := groups(id)
				if exists = len(list) > 0; exists {
					status = aws.ToString(list[0].Status)
				}
				return status, err
			})
			return exists, err
		}})
	}
	return found, err
}

func listBackupPlans(ctx context.Context, s *subject) (found []named, err error) {
	client := backup.NewFromConfig(s.cloud.config)
	plans, err := all(ctx, backup.NewListBackupPlansPaginator(client, &backup.ListBackupPlansInput{}),
		func(o *backup.ListBackupPlansOutput) []backuptypes.BackupPlansListMember { return o.BackupPlansList })
	for _, plan := range plans {
		if plan.DeletionDate != nil {
			continue
		}
		found = append(found, named{id: plan.BackupPlanId, name: plan.BackupPlanName, tags: func() (map[string]string, error) {
			labels, err := client.ListTags(ctx, &backup.ListTagsInput{ResourceArn: plan.BackupPlanArn})
			if err != nil {
				return nil, err
			}
			return labels.Tags, nil
		}})
	}
	return found, err
}

// listBackupSelections lists the selections of the stack's backup plan.
func listBackupSelections(ctx context.Context, s *subject) (found []named, err error) {
	plan, err := s.in.Text("planId")
	if err != nil {
		return nil, err
	}
	selections, err := all(ctx, backup.NewListBackupSelectionsPaginator(backup.NewFromConfig(s.cloud.config), &backup.ListBackupSelectionsInput{BackupPlanId: &plan}),
		func(o *backup.ListBackupSelectionsOutput) []backuptypes.BackupSelectionsListMember {
			return o.BackupSelectionsList
		})
	for _, selection := range selections {
		found = append(found, named{id: selection.SelectionId, name: selection.SelectionName})
	}
	return found, err
}

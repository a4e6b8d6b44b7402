package repair

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	elasticachetypes "github.com/aws/aws-sdk-go-v2/service/elasticache/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secretstypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
)

// unless is an error, or none where it only says that there is no such resource.
func unless(absent bool, err error) error {
	if absent {
		return nil
	}
	return err
}

func number[N int32 | int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// findKeys goes by description and tags, both of which come with the creation. A key that waits for its deletion is
// nobody's.
func findKeys(ctx context.Context, s *subject) ([]candidate, error) {
	description, err := s.in.text("description")
	if err != nil {
		return nil, err
	}
	want, err := s.identity()
	if err != nil {
		return nil, err
	}
	client := kms.NewFromConfig(s.cloud.config)
	var found []candidate
	for p := kms.NewListKeysPaginator(client, &kms.ListKeysInput{}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, key := range page.Keys {
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
			tags := map[string]string{}
			for _, tag := range labels.Tags {
				tags[aws.ToString(tag.TagKey)] = aws.ToString(tag.TagValue)
			}
			if carries(tags, want) {
				found = append(found, candidate{id: aws.ToString(key.KeyId)})
			}
		}
	}
	return found, nil
}

// findSecrets goes by the name. AWS puts six characters behind it in the ARN, which is the id.
func findSecrets(ctx context.Context, s *subject) ([]candidate, error) {
	name, err := s.in.text("name")
	if err != nil {
		return nil, err
	}
	secret, err := secretsmanager.NewFromConfig(s.cloud.config).DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: &name})
	var absent *secretstypes.ResourceNotFoundException
	if err != nil {
		return nil, unless(errors.As(err, &absent), err)
	}
	if secret.DeletedDate != nil {
		return nil, nil
	}
	return []candidate{{id: aws.ToString(secret.ARN)}}, nil
}

// pause is between two looks at something that AWS is still making; patience is for how long.
var (
	pause    = 15 * time.Second
	patience = 60 * time.Minute
)

// settled asks until what AWS is making is made: an update would fail on it, or find it half done.
func settled(ctx context.Context, what string, status func() (string, error)) error {
	for end := time.Now().Add(patience); ; {
		now, err := status()
		switch {
		case err != nil:
			return err
		case now != "creating" && now != "backing-up" && now != "modifying" && now != "configuring-enhanced-monitoring":
			return nil
		case time.Now().After(end):
			return fmt.Errorf("%s is still %q after %v; start again when AWS has made it", what, now, patience)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// findDatabases goes by the identifier, and waits until the instance can be worked with.
func findDatabases(ctx context.Context, s *subject) ([]candidate, error) {
	identifier, err := s.in.text("identifier")
	if err != nil {
		return nil, err
	}
	client := rds.NewFromConfig(s.cloud.config)
	var found []candidate
	err = settled(ctx, "database "+identifier, func() (string, error) {
		answer, err := client.DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{DBInstanceIdentifier: &identifier})
		var absent *rdstypes.DBInstanceNotFoundFault
		if err != nil {
			return "", unless(errors.As(err, &absent), err)
		}
		found = nil
		status := ""
		for _, instance := range answer.DBInstances {
			status = aws.ToString(instance.DBInstanceStatus)
			found = append(found, candidate{id: aws.ToString(instance.DbiResourceId)})
		}
		return status, nil
	})
	return found, err
}

// findBackupReplications goes by the instance whose automated backups come to this region: each does so once.
func findBackupReplications(ctx context.Context, s *subject) ([]candidate, error) {
	source, err := s.in.text("sourceDbInstanceArn")
	if err != nil {
		return nil, err
	}
	var found []candidate
	pages := rds.NewDescribeDBInstanceAutomatedBackupsPaginator(rds.NewFromConfig(s.cloud.config), &rds.DescribeDBInstanceAutomatedBackupsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, backups := range page.DBInstanceAutomatedBackups {
			// What is left of an instance that is gone is only retained.
			if aws.ToString(backups.DBInstanceArn) == source && aws.ToString(backups.Status) != "retained" {
				found = append(found, candidate{id: aws.ToString(backups.DBInstanceAutomatedBackupsArn)})
			}
		}
	}
	return found, nil
}

// findReplicationGroups goes by the id that the provider chose, and waits like findDatabases.
func findReplicationGroups(ctx context.Context, s *subject) ([]candidate, error) {
	id, err := s.in.text("replicationGroupId")
	if err != nil {
		return nil, err
	}
	return findReplicationGroup(ctx, elasticache.NewFromConfig(s.cloud.config), id)
}

func findReplicationGroup(ctx context.Context, client *elasticache.Client, id string) (found []candidate, err error) {
	err = settled(ctx, "cache "+id, func() (string, error) {
		answer, err := client.DescribeReplicationGroups(ctx, &elasticache.DescribeReplicationGroupsInput{ReplicationGroupId: &id})
		var absent *elasticachetypes.ReplicationGroupNotFoundFault
		if err != nil {
			return "", unless(errors.As(err, &absent), err)
		}
		found = nil
		status := ""
		for _, group := range answer.ReplicationGroups {
			status = aws.ToString(group.Status)
			found = append(found, candidate{id: aws.ToString(group.ReplicationGroupId)})
		}
		return status, nil
	})
	return found, err
}

// findBackupPlans goes by the name. AWS lets several plans have one; the suffix that the provider chose makes it ours.
func findBackupPlans(ctx context.Context, s *subject) ([]candidate, error) {
	name, err := s.in.text("name")
	if err != nil {
		return nil, err
	}
	client := backup.NewFromConfig(s.cloud.config)
	var found []candidate
	for p := backup.NewListBackupPlansPaginator(client, &backup.ListBackupPlansInput{}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, plan := range page.BackupPlansList {
			if aws.ToString(plan.BackupPlanName) == name && plan.DeletionDate == nil {
				found = append(found, candidate{id: aws.ToString(plan.BackupPlanId)})
			}
		}
	}
	return found, nil
}

func findBackupSelections(ctx context.Context, s *subject) ([]candidate, error) {
	parts, err := s.in.texts("planId", "name")
	if err != nil {
		return nil, err
	}
	client := backup.NewFromConfig(s.cloud.config)
	var found []candidate
	for p := backup.NewListBackupSelectionsPaginator(client, &backup.ListBackupSelectionsInput{BackupPlanId: &parts[0]}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, selection := range page.BackupSelectionsList {
			if aws.ToString(selection.SelectionName) == parts[1] {
				found = append(found, candidate{id: aws.ToString(selection.SelectionId)})
			}
		}
	}
	return found, nil
}

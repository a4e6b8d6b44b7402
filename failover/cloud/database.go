package cloud

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	backuptypes "github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/carebase/carebase/failover"
)

// Database describes an RDS instance. The error is failover.ErrNotFound if there is none.
func (r *Region) Database(ctx context.Context, identifier string) (failover.Database, error) {
	answer, err := r.rds.DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{DBInstanceIdentifier: &identifier})
	var missing *rdstypes.DBInstanceNotFoundFault
	switch {
	case errors.As(err, &missing) || err == nil && len(answer.DBInstances) == 0:
		return failover.Database{}, fmt.Errorf("database %s in %s: %w", identifier, r.name, failover.ErrNotFound)
	case err != nil:
		return failover.Database{}, err
	}
	return describe(answer.DBInstances[0]), nil
}

func describe(i rdstypes.DBInstance) failover.Database {
	d := failover.Database{
		Identifier: aws.ToString(i.DBInstanceIdentifier), Arn: aws.ToString(i.DBInstanceArn), ResourceID: aws.ToString(i.DbiResourceId),
		Status: aws.ToString(i.DBInstanceStatus), Source: aws.ToString(i.ReadReplicaSourceDBInstanceIdentifier),
		Class: aws.ToString(i.DBInstanceClass), EngineVersion: aws.ToString(i.EngineVersion), StorageGiB: int(aws.ToInt32(i.AllocatedStorage)),
		MultiAZ: aws.ToBool(i.MultiAZ), BackupRetentionDays: int(aws.ToInt32(i.BackupRetentionPeriod)),
		LatestRestorable: aws.ToTime(i.LatestRestorableTime), Encrypted: aws.ToBool(i.StorageEncrypted), KeyArn: aws.ToString(i.KmsKeyId),
		MonitoringRoleArn: aws.ToString(i.MonitoringRoleArn), InsightsKeyArn: aws.ToString(i.PerformanceInsightsKMSKeyId),
		LogExports: i.EnabledCloudwatchLogsExports, DeletionProtection: aws.ToBool(i.DeletionProtection),
		PubliclyAccessible: aws.ToBool(i.PubliclyAccessible),
	}
	if i.DBSubnetGroup != nil {
		d.SubnetGroup, d.Vpc = aws.ToString(i.DBSubnetGroup.DBSubnetGroupName), aws.ToString(i.DBSubnetGroup.VpcId)
	}
	for _, group := range i.VpcSecurityGroups {
		d.SecurityGroups = append(d.SecurityGroups, aws.ToString(group.VpcSecurityGroupId))
	}
	if len(i.DBParameterGroups) > 0 {
		d.ParameterGroup = aws.ToString(i.DBParameterGroups[0].DBParameterGroupName)
		d.ParameterStatus = aws.ToString(i.DBParameterGroups[0].ParameterApplyStatus)
	}
	return d
}

// ReplicaLag reads the replica's metric in the replica's region: the maximum of every minute, with the time of the minute's
// beginning. So the data is never less complete than the reading says.
func (r *Region) ReplicaLag(ctx context.Context, identifier string, since time.Time) ([]failover.Reading, error) {
	var readings []failover.Reading
	for _, part := range days(since, time.Now().Add(time.Minute)) {
		answer, err := r.cloudwatch.GetMetricStatistics(ctx, &cloudwatch.GetMetricStatisticsInput{
			Namespace: aws.String("AWS/RDS"), MetricName: aws.String("ReplicaLag"),
			Dimensions: []cloudwatchtypes.Dimension{{Name: aws.String("DBInstanceIdentifier"), Value: &identifier}},
			StartTime:  &part.from, EndTime: &part.to,
			Period: aws.Int32(60), Statistics: []cloudwatchtypes.Statistic{cloudwatchtypes.StatisticMaximum},
		})
		if err != nil {
			return nil, err
		}
		for _, point := range answer.Datapoints {
			readings = append(readings, failover.Reading{
				At: aws.ToTime(point.Timestamp), Lag: time.Duration(aws.ToFloat64(point.Maximum) * float64(time.Second)),
			})
		}
	}
	slices.SortFunc(readings, func(a, b failover.Reading) int { return a.At.Compare(b.At) })
	return readings, nil
}

// LogUsage returns the last readings of TransactionLogsDiskUsage and FreeStorageSpace. For a database without replicas RDS reports no
// transaction logs.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html
func (r *Region) LogUsage(ctx context.Context, identifier string) (logs, free int64, err error) {
	now := time.Now()
	for metric, into := range map[string]*int64{"TransactionLogsDiskUsage": &logs, "FreeStorageSpace": &free} {
		answer, err := r.cloudwatch.GetMetricStatistics(ctx, &cloudwatch.GetMetricStatisticsInput{
			Namespace: aws.String("AWS/RDS"), MetricName: &metric,
			Dimensions: []cloudwatchtypes.Dimension{{Name: aws.String("DBInstanceIdentifier"), Value: &identifier}},
			StartTime:  aws.Time(now.Add(-recently)), EndTime: aws.Time(now.Add(time.Minute)),
			Period: aws.Int32(60), Statistics: []cloudwatchtypes.Statistic{cloudwatchtypes.StatisticMaximum},
		})
		if err != nil {
			return 0, 0, err
		}
		var last time.Time
		for _, point := range answer.Datapoints {
			if at := aws.ToTime(point.Timestamp); at.After(last) {
				last, *into = at, int64(aws.ToFloat64(point.Maximum))
			}
		}
		if last.IsZero() && metric == "FreeStorageSpace" {
			return 0, 0, fmt.Errorf("%s of %s in %s: %w", metric, identifier, r.name, failover.ErrNotFound)
		}
	}
	return logs, free, nil
}

const (
	// day is the longest time of one request, because CloudWatch returns at most 1,440 readings, here one per minute.
	day = 24 * time.Hour
	// kept is how long CloudWatch keeps readings of a minute. A request that begins earlier gets none.
	kept = 15 * day
)

type span struct{ from, to time.Time } // to is not included

// days splits a time into parts that CloudWatch accepts. Each begins on a whole minute, because CloudWatch rounds the beginning down
// and would count one more minute.
func days(since, until time.Time) (parts []span) {
	if earliest := until.Add(time.Minute - kept); since.Before(earliest) {
		since = earliest
	}
	for from := since.Truncate(time.Minute); from.Before(until); from = from.Add(day) {
		to := from.Add(day)
		if to.After(until) {
			to = until
		}
		parts = append(parts, span{from, to})
	}
	return parts
}

// AutomatedBackup returns the backup that RDS replicates into this region from the instance with that ARN. After a failback there may
// also be a retained backup of the earlier instance with the same ARN, which is not continued.
func (r *Region) AutomatedBackup(ctx context.Context, databaseArn string) (failover.Backup, error) {
	var latest failover.Backup
	pages := rds.NewDescribeDBInstanceAutomatedBackupsPaginator(r.rds, &rds.DescribeDBInstanceAutomatedBackupsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return failover.Backup{}, err
		}
		for _, backup := range page.DBInstanceAutomatedBackups {
			if aws.ToString(backup.DBInstanceArn) != databaseArn || aws.ToString(backup.Status) == "retained" {
				continue
			}
			found := failover.Backup{Arn: aws.ToString(backup.DBInstanceAutomatedBackupsArn), Status: aws.ToString(backup.Status)}
			if backup.RestoreWindow != nil {
				found.LatestRestorable = aws.ToTime(backup.RestoreWindow.LatestTime)
			}
			if latest.Arn == "" || found.LatestRestorable.After(latest.LatestRestorable) {
				latest = found
			}
		}
	}
	if latest.Arn != "" {
		return latest, nil
	}
	return failover.Backup{}, fmt.Errorf("a replicated backup of %s in %s: %w", databaseArn, r.name, failover.ErrNotFound)
}

// LastCopy returns the time of a resource's newest complete recovery point. The error is failover.ErrNotFound if there is none.
func (r *Region) LastCopy(ctx context.Context, vault, resourceArn string) (time.Time, error) {
	var last time.Time
	pages := backup.NewListRecoveryPointsByBackupVaultPaginator(r.backup, &backup.ListRecoveryPointsByBackupVaultInput{
		BackupVaultName: &vault, ByResourceArn: &resourceArn,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return last, err
		}
		for _, point := range page.RecoveryPoints {
			if at := aws.ToTime(point.CreationDate); point.Status == backuptypes.RecoveryPointStatusCompleted && at.After(last) {
				last = at
			}
		}
	}
	if last.IsZero() {
		return last, fmt.Errorf("a recovery point of %s in vault %s of %s: %w", resourceArn, vault, r.name, failover.ErrNotFound)
	}
	return last, nil
}

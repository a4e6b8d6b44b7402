package cloud

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/carebase/carebase/failover"
)

// Snapshot creates a snapshot unless it exists, and returns its status.
func (r *Region) Snapshot(ctx context.Context, database, snapshot string) (string, error) {
	// The snapshot is looked for first, because RDS refuses a second snapshot of an instance while it makes one.
	there, err := r.rds.DescribeDBSnapshots(ctx, &rds.DescribeDBSnapshotsInput{DBSnapshotIdentifier: &snapshot})
	var missing *rdstypes.DBSnapshotNotFoundFault
	switch {
	case err == nil && len(there.DBSnapshots) > 0:
		return aws.ToString(there.DBSnapshots[0].Status), nil
	case err != nil && !errors.As(err, &missing):
		return "", err
	}
	made, err := r.rds.CreateDBSnapshot(ctx, &rds.CreateDBSnapshotInput{DBInstanceIdentifier: &database, DBSnapshotIdentifier: &snapshot})
	var exists *rdstypes.DBSnapshotAlreadyExistsFault
	var busy *rdstypes.InvalidDBInstanceStateFault
	switch {
	case errors.As(err, &exists): // an answer was lost, and the SDK asked again
		return "creating", nil
	case errors.As(err, &busy): // a backup of RDS's own, or the same
		return "not begun: " + busy.ErrorMessage(), nil
	case err != nil:
		return "", err
	}
	return aws.ToString(made.DBSnapshot.Status), nil
}

// Rename changes an instance's identifier at once. Its data and its resource id stay.
func (r *Region) Rename(ctx context.Context, from, to string) error {
	_, err := r.rds.ModifyDBInstance(ctx, &rds.ModifyDBInstanceInput{
		DBInstanceIdentifier: &from, NewDBInstanceIdentifier: &to, ApplyImmediately: aws.Bool(true),
	})
	return err
}

// CreateReplica creates a replica, in another region than its source, with the identifier and all settings of another instance except
// the parameter group: RDS accepts no group for a new replica of PostgreSQL (CreateDBInstanceReadReplica, API reference,
// DBParameterGroupName).
func (r *Region) CreateReplica(ctx context.Context, like failover.Database, sourceArn string) error {
	in := &rds.CreateDBInstanceReadReplicaInput{
		DBInstanceIdentifier: &like.Identifier, SourceDBInstanceIdentifier: &sourceArn, DBInstanceClass: &like.Class,
		KmsKeyId: &like.KeyArn, VpcSecurityGroupIds: like.SecurityGroups,
		CopyTagsToSnapshot: aws.Bool(true), PubliclyAccessible: aws.Bool(false), DeletionProtection: &like.DeletionProtection,
		AutoMinorVersionUpgrade: aws.Bool(true), EnableIAMDatabaseAuthentication: aws.Bool(true), MultiAZ: &like.MultiAZ,
		EnableCloudwatchLogsExports: like.LogExports,
	}
	if parts := strings.Split(sourceArn, ":"); len(parts) > 3 && parts[3] != r.name {
		in.SourceRegion = &parts[3] // the SDK signs the request to the source's region with it; nothing is sent there
	}
	if like.SubnetGroup != "" {
		in.DBSubnetGroupName = &like.SubnetGroup
	}
	if like.MonitoringRoleArn != "" {
		in.MonitoringInterval, in.MonitoringRoleArn = aws.Int32(60), &like.MonitoringRoleArn
	}
	if like.InsightsKeyArn != "" {
		in.EnablePerformanceInsights, in.PerformanceInsightsKMSKeyId = aws.Bool(true), &like.InsightsKeyArn
		in.PerformanceInsightsRetentionPeriod = aws.Int32(7)
	}
	_, err := r.rds.CreateDBInstanceReadReplica(ctx, in)
	var there *rdstypes.DBInstanceAlreadyExistsFault
	if errors.As(err, &there) {
		return nil // the caller checks that it is a replica of that source
	}
	return err
}

// Configure sets at once what RDS does not accept for a new replica: the parameter group, and backups, so that there is a backup
// before the promotion.
func (r *Region) Configure(ctx context.Context, identifier, parameterGroup string, backupRetentionDays int) error {
	_, err := r.rds.ModifyDBInstance(ctx, &rds.ModifyDBInstanceInput{
		DBInstanceIdentifier: &identifier, DBParameterGroupName: &parameterGroup,
		BackupRetentionPeriod: aws.Int32(int32(backupRetentionDays)), ApplyImmediately: aws.Bool(true),
	})
	return err
}

// Restart reboots an instance.
func (r *Region) Restart(ctx context.Context, identifier string) error {
	_, err := r.rds.RebootDBInstance(ctx, &rds.RebootDBInstanceInput{DBInstanceIdentifier: &identifier})
	return err
}

// Promote promotes a replica, and sets its backup retention.
func (r *Region) Promote(ctx context.Context, identifier string, backupRetentionDays int) error {
	_, err := r.rds.PromoteReadReplica(ctx, &rds.PromoteReadReplicaInput{
		DBInstanceIdentifier: &identifier, BackupRetentionPeriod: aws.Int32(int32(backupRetentionDays)),
	})
	return err
}

package cloud

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/aws/smithy-go"

	"github.com/carebase/carebase/failover"
)

// drillTag is the tag of everything that a drill creates; its value is the drill's id. Nothing without the tag is deleted.
const drillTag = "carebase:drill"

// Isolate creates a security group without any rule, unless the drill has one.
func (r *Region) Isolate(ctx context.Context, vpc, drill string) (string, error) {
	groups, err := r.groups(ctx, ec2types.Filter{Name: aws.String("tag:" + drillTag), Values: []string{drill}})
	if err != nil {
		return "", err
	}
	if len(groups) > 0 {
		return aws.ToString(groups[0].GroupId), r.close(ctx, groups[0])
	}
	made, err := r.ec2.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
		GroupName: aws.String("carebase-drill-" + drill), Description: aws.String("Recovery drill: nothing in, nothing out"), VpcId: &vpc,
		TagSpecifications: []ec2types.TagSpecification{{
			ResourceType: ec2types.ResourceTypeSecurityGroup, Tags: []ec2types.Tag{{Key: aws.String(drillTag), Value: &drill}},
		}},
	})
	if err != nil {
		return "", err
	}
	groups, err = r.groups(ctx, ec2types.Filter{Name: aws.String("group-id"), Values: []string{aws.ToString(made.GroupId)}})
	if err != nil {
		return "", err
	}
	if len(groups) == 0 {
		return "", fmt.Errorf("security group %s: %w", aws.ToString(made.GroupId), failover.ErrNotFound)
	}
	return aws.ToString(made.GroupId), r.close(ctx, groups[0])
}

// close removes the egress rule for all traffic that AWS adds to every new group.
func (r *Region) close(ctx context.Context, group ec2types.SecurityGroup) error {
	if len(group.IpPermissionsEgress) == 0 {
		return nil
	}
	_, err := r.ec2.RevokeSecurityGroupEgress(ctx, &ec2.RevokeSecurityGroupEgressInput{
		GroupId: group.GroupId, IpPermissions: group.IpPermissionsEgress,
	})
	if isCode(err, "InvalidPermission.NotFound") {
		return nil
	}
	return err
}

func (r *Region) groups(ctx context.Context, filter ec2types.Filter) ([]ec2types.SecurityGroup, error) {
	answer, err := r.ec2.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{Filters: []ec2types.Filter{filter}})
	if err != nil {
		return nil, err
	}
	return answer.SecurityGroups, nil
}

// Restore starts to restore the replicated backup to its latest restorable time, behind the drill's security group.
func (r *Region) Restore(ctx context.Context, d failover.Restore) error {
	in := &rds.RestoreDBInstanceToPointInTimeInput{
		TargetDBInstanceIdentifier: &d.Identifier, SourceDBInstanceAutomatedBackupsArn: &d.Backup.Arn, UseLatestRestorableTime: aws.Bool(true),
		DBInstanceClass: &d.Like.Class, DBSubnetGroupName: &d.Like.SubnetGroup, VpcSecurityGroupIds: []string{d.SecurityGroup},
		PubliclyAccessible: aws.Bool(false), MultiAZ: aws.Bool(false), DeletionProtection: aws.Bool(false), CopyTagsToSnapshot: aws.Bool(true),
		Tags: []rdstypes.Tag{{Key: aws.String(drillTag), Value: &d.Drill}},
	}
	if d.Like.ParameterGroup != "" {
		in.DBParameterGroupName = &d.Like.ParameterGroup
	}
	_, err := r.rds.RestoreDBInstanceToPointInTime(ctx, in)
	var there *rdstypes.DBInstanceAlreadyExistsFault
	if errors.As(err, &there) {
		return nil
	}
	return err
}

// Leftovers returns what drills created in this region and did not delete. If one of the two requests fails, the result of the other
// is returned with the error.
func (r *Region) Leftovers(ctx context.Context) (found []failover.Leftover, err error) {
	var problems []error
	pages := rds.NewDescribeDBInstancesPaginator(r.rds, &rds.DescribeDBInstancesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			problems = append(problems, err)
			break
		}
		for _, instance := range page.DBInstances {
			if drill := tagged(instance); drill != "" {
				found = append(found, failover.Leftover{Kind: failover.DrillDatabase, ID: aws.ToString(instance.DBInstanceIdentifier), Drill: drill})
			}
		}
	}
	groups, err := r.groups(ctx, ec2types.Filter{Name: aws.String("tag-key"), Values: []string{drillTag}})
	for _, group := range groups {
		for _, tag := range group.Tags {
			if aws.ToString(tag.Key) == drillTag {
				found = append(found, failover.Leftover{Kind: failover.DrillGroup, ID: aws.ToString(group.GroupId), Drill: aws.ToString(tag.Value)})
			}
		}
	}
	return found, errors.Join(append(problems, err)...)
}

func tagged(instance rdstypes.DBInstance) string {
	for _, tag := range instance.TagList {
		if aws.ToString(tag.Key) == drillTag {
			return aws.ToString(tag.Value)
		}
	}
	return ""
}

// Remove deletes a leftover, after it has checked the drill's tag. A leftover that does not exist any more, or that is being deleted,
// is no error; a security group in use is.
func (r *Region) Remove(ctx context.Context, l failover.Leftover) error {
	if l.Kind == failover.DrillGroup {
		groups, err := r.groups(ctx, ec2types.Filter{Name: aws.String("tag:" + drillTag), Values: []string{l.Drill}})
		if err != nil {
			return err
		}
		for _, group := range groups {
			if aws.ToString(group.GroupId) == l.ID {
				_, err = r.ec2.DeleteSecurityGroup(ctx, &ec2.DeleteSecurityGroupInput{GroupId: &l.ID})
			}
		}
		if isCode(err, "InvalidGroup.NotFound") {
			return nil
		}
		return err
	}
	answer, err := r.rds.DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{DBInstanceIdentifier: &l.ID})
	var gone *rdstypes.DBInstanceNotFoundFault
	switch {
	case errors.As(err, &gone) || err == nil && len(answer.DBInstances) == 0:
		return nil
	case err != nil:
		return err
	case tagged(answer.DBInstances[0]) != l.Drill || l.Drill == "":
		return fmt.Errorf("database %s was not made by drill %q: it is left alone", l.ID, l.Drill)
	case aws.ToString(answer.DBInstances[0].DBInstanceStatus) == "deleting":
		return nil
	}
	_, err = r.rds.DeleteDBInstance(ctx, &rds.DeleteDBInstanceInput{
		DBInstanceIdentifier: &l.ID, SkipFinalSnapshot: aws.Bool(true), DeleteAutomatedBackups: aws.Bool(true),
	})
	if errors.As(err, &gone) {
		return nil
	}
	return err
}

func isCode(err error, code string) bool {
	var api smithy.APIError
	return errors.As(err, &api) && api.ErrorCode() == code
}

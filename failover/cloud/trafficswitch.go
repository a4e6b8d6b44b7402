package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"github.com/carebase/carebase/components/dr/switching"
	"github.com/carebase/carebase/failover"
)

// Engaged is true if the switch's alarm is in ALARM.
func (r *Region) Engaged(ctx context.Context, s failover.Switch) (bool, error) {
	answer, err := r.cloudwatch.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{AlarmNames: []string{s.Alarm}})
	if err != nil {
		return false, err
	}
	if len(answer.MetricAlarms) == 0 {
		return false, fmt.Errorf("alarm %s in %s: %w", s.Alarm, r.name, failover.ErrNotFound)
	}
	return answer.MetricAlarms[0].StateValue == cloudwatchtypes.StateValueAlarm, nil
}

// Turn writes one datum of the switch's metric, 1 for engaged or 0 for released, and has the schedule publish the same value. Without
// a schedule the single datum is enough, because the alarm ignores missing data.
func (r *Region) Turn(ctx context.Context, s failover.Switch, engaged bool) error {
	return errors.Join(r.publish(ctx, s, engaged), r.put(ctx, s, engaged))
}

func (r *Region) put(ctx context.Context, s failover.Switch, engaged bool) error {
	value := switching.Value(engaged)
	_, err := r.cloudwatch.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{
		Namespace: &s.Namespace,
		MetricData: []cloudwatchtypes.MetricDatum{{
			MetricName: &s.Metric, Value: &value,
			Dimensions: []cloudwatchtypes.Dimension{{Name: aws.String(switching.Dimension), Value: &s.Stack}},
		}},
	})
	return err
}

// publish changes only the schedule's input. UpdateSchedule replaces the whole schedule, so all its other values are read and passed
// again. https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html
func (r *Region) publish(ctx context.Context, s failover.Switch, engaged bool) error {
	is, err := r.schedule(ctx, s)
	if err != nil || is == nil {
		return err
	}
	target := *is.Target
	target.Input = aws.String(switching.Input(s.Stack, engaged))
	_, err = r.scheduler.UpdateSchedule(ctx, &scheduler.UpdateScheduleInput{
		Name: is.Name, GroupName: is.GroupName, Target: &target, State: schedulertypes.ScheduleStateEnabled,
		FlexibleTimeWindow: is.FlexibleTimeWindow, ScheduleExpression: is.ScheduleExpression, ScheduleExpressionTimezone: is.ScheduleExpressionTimezone,
		Description: is.Description, KmsKeyArn: is.KmsKeyArn, StartDate: is.StartDate, EndDate: is.EndDate, ActionAfterCompletion: is.ActionAfterCompletion,
	})
	return err
}

// schedule returns the schedule that publishes the switch, whose name is the alarm's name, or nil if there is none.
func (r *Region) schedule(ctx context.Context, s failover.Switch) (*scheduler.GetScheduleOutput, error) {
	is, err := r.scheduler.GetSchedule(ctx, &scheduler.GetScheduleInput{Name: &s.Alarm})
	var none *schedulertypes.ResourceNotFoundException
	switch {
	case errors.As(err, &none):
		return nil, nil
	case err != nil:
		return nil, err
	case is.Target == nil:
		return nil, fmt.Errorf("schedule %s in %s has no target", s.Alarm, r.name)
	}
	return is, nil
}

// recently is how far back the metric's last value is requested.
const recently = 15 * time.Minute

// Published returns what the schedule publishes, and the time of the metric's last value.
func (r *Region) Published(ctx context.Context, s failover.Switch) (found failover.Published, err error) {
	is, err := r.schedule(ctx, s)
	if err != nil {
		return found, err
	}
	if is != nil {
		var input switching.MetricData
		if err := json.Unmarshal([]byte(aws.ToString(is.Target.Input)), &input); err != nil || len(input.MetricData) != 1 {
			return found, fmt.Errorf("schedule %s in %s does not publish the switch: its input is %q", s.Alarm, r.name, aws.ToString(is.Target.Input))
		}
		found.Found, found.Enabled = true, is.State == schedulertypes.ScheduleStateEnabled
		found.Engaged = input.MetricData[0].Value >= switching.Value(true)
	}
	now := time.Now()
	answer, err := r.cloudwatch.GetMetricStatistics(ctx, &cloudwatch.GetMetricStatisticsInput{
		Namespace: &s.Namespace, MetricName: &s.Metric,
		Dimensions: []cloudwatchtypes.Dimension{{Name: aws.String(switching.Dimension), Value: &s.Stack}},
		StartTime:  aws.Time(now.Add(-recently)), EndTime: aws.Time(now.Add(time.Minute)),
		Period: aws.Int32(60), Statistics: []cloudwatchtypes.Statistic{cloudwatchtypes.StatisticMaximum},
	})
	if err != nil {
		return found, err
	}
	for _, point := range answer.Datapoints {
		if at := aws.ToTime(point.Timestamp); at.After(found.Last) {
			found.Last = at
		}
	}
	return found, nil
}

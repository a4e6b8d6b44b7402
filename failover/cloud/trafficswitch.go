package cloud

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/carebase/carebase/failover"
)

// Engaged says whether the switch's alarm is in ALARM.
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

// Turn writes one datum of the switch's metric: 1 engaged, 0 released. The alarm takes missing data for no change.
func (r *Region) Turn(ctx context.Context, s failover.Switch, engaged bool) error {
	value := 0.0
	if engaged {
		value = 1
	}
	_, err := r.cloudwatch.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{
		Namespace: &s.Namespace,
		MetricData: []cloudwatchtypes.MetricDatum{{
			MetricName: &s.Metric, Value: &value,
			Dimensions: []cloudwatchtypes.Dimension{{Name: aws.String("Stack"), Value: &s.Stack}},
		}},
	})
	return err
}

package audit

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudtrail"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// eventSelectors choose every management event, and every read and write of an object in every bucket of the account,
// with one exception: new objects in the trail's own bucket, and those that follow from them. Each delivery of the trail is
// one, and recording it would keep the trail writing about itself for ever. Who reads or deletes there is recorded.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
func (c *Audit) eventSelectors(t *Trail) cloudtrail.TrailAdvancedEventSelectorArray {
	own := pulumi.StringArray{pulumi.Sprintf("arn:%s:s3:::%s/", c.id.Partition, t.Bucket)}
	for _, echo := range t.Echoes {
		own = append(own, pulumi.Sprintf("arn:%s:s3:::%s", c.id.Partition, echo))
	}
	return cloudtrail.TrailAdvancedEventSelectorArray{
		selector("Management events", field("eventCategory", "Management")),
		selector("Objects in S3", field("eventCategory", "Data"), field("resources.type", "AWS::S3::Object"),
			cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs{
				Field: pulumi.String("resources.ARN"), NotStartsWiths: own,
			}),
		selector("Objects of the trail", field("eventCategory", "Data"), field("resources.type", "AWS::S3::Object"),
			cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs{
				Field: pulumi.String("resources.ARN"), StartsWiths: own,
			},
			cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs{
				Field: pulumi.String("eventName"), NotEquals: pulumi.ToStringArray([]string{"PutObject"}),
			}),
	}
}

func selector(
	name string, fields ...cloudtrail.TrailAdvancedEventSelectorFieldSelectorInput,
) cloudtrail.TrailAdvancedEventSelectorArgs {
	return cloudtrail.TrailAdvancedEventSelectorArgs{
		Name:           pulumi.String(name),
		FieldSelectors: cloudtrail.TrailAdvancedEventSelectorFieldSelectorArray(fields),
	}
}

func field(name, value string) cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs {
	return cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs{
		Field: pulumi.String(name), Equals: pulumi.ToStringArray([]string{value}),
	}
}

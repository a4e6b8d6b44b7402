package audit

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudtrail"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// eventSelectors choose every management event, and every read and write of an object in every bucket of the account (or
// in Trail.ObjectBuckets), with one exception: new objects in the trail's own bucket, and those that follow from them. Each
// delivery of the trail is one, and recording it would keep the trail writing about itself for ever. Who reads or deletes
// there is recorded.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
func (c *Audit) eventSelectors(t *Trail) cloudtrail.TrailAdvancedEventSelectorArray {
	own := pulumi.StringArray{pulumi.Sprintf("arn:%s:s3:::%s/", c.id.Partition, t.Bucket)}
	for _, echo := range t.Echoes {
		own = append(own, pulumi.Sprintf("arn:%s:s3:::%s", c.id.Partition, echo))
	}
	recorded := cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs{Field: pulumi.String("resources.ARN"), NotStartsWiths: own}
	if len(t.ObjectBuckets) > 0 {
		var objects pulumi.StringArray
		for _, bucket := range t.ObjectBuckets {
			objects = append(objects, pulumi.Sprintf("arn:%s:s3:::%s/", c.id.Partition, bucket))
		}
		recorded = cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs{Field: pulumi.String("resources.ARN"), StartsWiths: objects}
	}
	return cloudtrail.TrailAdvancedEventSelectorArray{
		selector("Management events", field("eventCategory", "Management")),
		selector("Objects in S3", field("eventCategory", "Data"), field("resources.type", "AWS::S3::Object"), recorded),
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

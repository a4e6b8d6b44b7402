package policy

import (
	"slices"

	"github.com/carebase/carebase/graph"
)

// trailed is a trail with the inputs.
func trailed(inputs in, more ...*graph.Resource) []*graph.Resource {
	return append([]*graph.Resource{res(trailType, "trail", inputs)}, more...)
}

// fields are an advanced selector's; each is the field, the operator and a value or a list of them.
func selectorOf(fields ...[3]any) in {
	var selectors []any
	for _, field := range fields {
		values, isList := field[2].([]any)
		if !isList {
			values = []any{field[2]}
		}
		selectors = append(selectors, in{"field": field[0], field[1].(string): values})
	}
	return in{"fieldSelectors": selectors}
}

var (
	management = selectorOf([3]any{"eventCategory", "equals", "Management"})
	dataField  = [3]any{"eventCategory", "equals", "Data"}
	s3Field    = [3]any{"resources.type", "equals", "AWS::S3::Object"}
)

func advanced(selectors ...any) in { return in{"advancedEventSelectors": selectors} }
func basic(selectors ...any) in    { return in{"eventSelectors": selectors} }

// objects is a basic selector of objects whose ARNs begin with one of the values.
func objects(values ...any) in {
	return in{"readWriteType": "All", "dataResources": []any{in{"type": "AWS::S3::Object", "values": values}}}
}

var cloudtrailFixtures = map[string]fixture{
	"CT-1": {
		satisfied: []example{
			{about: "a trail", resources: trailed(in{})},
			{about: "said to log", resources: trailed(in{"enableLogging": true})},
			{about: "management events chosen", resources: trailed(basic(in{"readWriteType": "All", "includeManagementEvents": true}))},
			{about: "management events among others", resources: trailed(advanced(selectorOf(dataField, s3Field), management))},
			{about: "a second trail that is off", resources: trailed(in{}, res(trailType, "old", in{"enableLogging": false}))},
		},
		violated: []example{
			{about: "none", property: "Trail", resources: []*graph.Resource{}},
			{about: "a trail of another", property: "Trail", resources: []*graph.Resource{read(res(trailType, "trail", in{}))}},
			{about: "off", property: "enableLogging", resources: trailed(in{"enableLogging": false})},
			{about: "reads only", property: "eventSelectors", resources: trailed(basic(in{"readWriteType": "ReadOnly"}))},
			{about: "writes only", property: "eventSelectors", resources: trailed(basic(in{"readWriteType": "WriteOnly", "includeManagementEvents": true}))},
			{about: "data events only", property: "eventSelectors", resources: trailed(basic(changed(objects("arn:aws:s3"), in{"includeManagementEvents": false})))},
			{about: "without KMS", property: "eventSelectors", resources: trailed(basic(in{"excludeManagementEventSources": []any{"kms.amazonaws.com"}}))},
			{about: "data events only, advanced", property: "advancedEventSelectors", resources: trailed(advanced(selectorOf(dataField, s3Field)))},
			{about: "writes only, advanced", property: "advancedEventSelectors", resources: trailed(advanced(selectorOf([3]any{"eventCategory", "equals", "Management"}, [3]any{"readOnly", "equals", "false"})))},
		},
		undecided: []example{
			{about: "not known", resources: trailed(in{"enableLogging": unknown})},
			{about: "selectors not known", resources: trailed(in{"advancedEventSelectors": unknown})},
			{about: "basic selectors not known", resources: trailed(in{"eventSelectors": unknown})},
		},
	},
	"CT-2": {
		satisfied: []example{
			{about: "all regions", resources: trailed(in{"isMultiRegionTrail": true})},
			{about: "and global services, said so", resources: trailed(in{"isMultiRegionTrail": true, "includeGlobalServiceEvents": true})},
			{about: "beside one of one region", resources: trailed(in{"isMultiRegionTrail": true}, res(trailType, "local", in{}))},
		},
		violated: []example{
			{about: "not set", property: "isMultiRegionTrail", resources: trailed(in{})},
			{about: "one region", property: "isMultiRegionTrail", resources: trailed(in{"isMultiRegionTrail": false})},
			{about: "without IAM", property: "includeGlobalServiceEvents", resources: trailed(in{"isMultiRegionTrail": true, "includeGlobalServiceEvents": false})},
		},
		undecided: []example{{about: "not known", resources: trailed(in{"isMultiRegionTrail": unknown})}},
	},
	"CT-3": {
		satisfied: []example{{about: "group and role", resources: trailed(in{"cloudWatchLogsGroupArn": ref(logGroupType, "log", "arn") + ":*", "cloudWatchLogsRoleArn": "arn:x"})}},
		violated: []example{
			{about: "neither", property: "cloudWatchLogsGroupArn", resources: trailed(in{})},
			{about: "no group", property: "cloudWatchLogsGroupArn", resources: trailed(in{"cloudWatchLogsRoleArn": "arn:x"})},
			{about: "no role", property: "cloudWatchLogsRoleArn", resources: trailed(in{"cloudWatchLogsGroupArn": "arn:x"})},
			{about: "a second trail without", property: "cloudWatchLogsGroupArn", resources: trailed(in{"cloudWatchLogsGroupArn": "arn:x", "cloudWatchLogsRoleArn": "arn:x"}, res(trailType, "second", in{}))},
		},
		undecided: []example{{about: "not known", resources: trailed(in{"cloudWatchLogsGroupArn": unknown, "cloudWatchLogsRoleArn": "arn:x"})}},
	},
	"CT-4": {
		satisfied: []example{{about: "a key of the stack", resources: trailed(in{"kmsKeyId": ref(keyType, "logs", "arn")})}},
		violated: []example{
			{about: "none", property: "kmsKeyId", resources: trailed(in{})},
			{about: "AWS's", property: "kmsKeyId", resources: trailed(in{"kmsKeyId": "alias/aws/s3"})},
		},
		undecided: []example{{about: "not known", resources: trailed(in{"kmsKeyId": unknown})}},
	},
	"CT-5": {
		satisfied: []example{{about: "on", resources: trailed(in{"enableLogFileValidation": true})}},
		violated: []example{
			{about: "not set", property: "enableLogFileValidation", resources: trailed(in{})},
			{about: "off", property: "enableLogFileValidation", resources: trailed(in{"enableLogFileValidation": false})},
		},
		undecided: []example{{about: "not known", resources: trailed(in{"enableLogFileValidation": unknown})}},
	},
	"CT-6": {
		satisfied: slices.Concat(seenObjects(res(bucketV1, "files", in{"bucket": "the-files"})), []example{
			{about: "no bucket in the stack", resources: trailed(basic(objects("arn:aws:s3:::central/")))},
			{about: "no bucket in the stack, advanced", resources: trailed(advanced(selectorOf(dataField, s3Field)))},
			{about: "no bucket in the stack, one elsewhere", resources: trailed(advanced(selectorOf(dataField, s3Field, [3]any{"resources.ARN", "startsWiths", "arn:aws:s3:::central/"})))},
			{about: "all but the trail's own", resources: trailed(
				changed(advanced(selectorOf(dataField, s3Field, [3]any{"resources.ARN", "notStartsWiths", "arn:aws:s3:::the-trail/"})), in{"s3BucketName": "the-trail"}),
				res(bucketV1, "trail", in{"bucket": "the-trail"}), res(bucketV1, "files", in{}),
			)},
			{about: "a second trail", resources: trailed(in{}, res(trailType, "objects", basic(objects("arn:aws:s3"))), res(bucketV1, "files", in{}))},
		}),
		violated: unseenObjects(res(bucketV1, "files", in{"bucket": "the-files"})),
		undecided: []example{
			{about: "not known", resources: trailed(in{"eventSelectors": unknown})},
			{about: "advanced not known", resources: trailed(in{"advancedEventSelectors": unknown}, res(bucketV1, "files", in{}))},
		},
	},
}

// seenObjects are the ways to choose every read and write in the bucket the-files.
func seenObjects(bucket *graph.Resource) []example {
	arn := ref(bucketV1, "files", "arn")
	all := func(about string, inputs in) example {
		return example{about: about, resources: trailed(inputs, bucket)}
	}
	return []example{
		all("all buckets", basic(objects("arn:aws:s3"))),
		all("all buckets, otherwise written", basic(objects("arn:aws:s3:::"))),
		all("this bucket", basic(objects(arn+"/"))),
		all("this bucket by its name", basic(objects("arn:aws:s3:::another/", "arn:aws:s3:::the-files/"))),
		all("reads and writes unless said", basic(in{"dataResources": []any{in{"type": "AWS::S3::Object", "values": []any{"arn:aws:s3"}}}})),
		all("all objects", advanced(management, selectorOf(dataField, s3Field))),
		all("this bucket, advanced", advanced(selectorOf(dataField, s3Field, [3]any{"resources.ARN", "startsWiths", []any{"arn:aws:s3:::another/", arn + "/"}}))),
		all("all but another", advanced(selectorOf(dataField, s3Field, [3]any{"resources.ARN", "notStartsWiths", "arn:aws:s3:::another/"}))),
		all("reads and writes apart", advanced(
			selectorOf(dataField, s3Field, [3]any{"readOnly", "equals", "true"}), selectorOf(dataField, s3Field, [3]any{"readOnly", "equals", "false"}))),
		all("calls by the beginning", advanced(selectorOf(dataField, s3Field, [3]any{"eventName", "startsWiths", []any{"Get", "Put", "Delete"}}))),
		all("calls but one", advanced(selectorOf(dataField, s3Field, [3]any{"eventName", "notEquals", "HeadObject"}))),
	}
}

// unseenObjects are the ways to miss some.
func unseenObjects(bucket *graph.Resource) []example {
	bad := func(about string, inputs in) example {
		property := "eventSelectors"
		if inputs["advancedEventSelectors"] != nil {
			property = "advancedEventSelectors"
		}
		return example{about: about, property: property, resources: trailed(inputs, bucket)}
	}
	arn := ref(bucketV1, "files", "arn")
	return []example{
		bad("AWS's choice", in{}),
		{about: "AWS's choice, no bucket in the stack", property: "eventSelectors", resources: trailed(in{})},
		bad("reads only", basic(changed(objects("arn:aws:s3"), in{"readWriteType": "ReadOnly"}))),
		bad("writes only", basic(changed(objects("arn:aws:s3"), in{"readWriteType": "WriteOnly"}))),
		bad("functions", basic(in{"dataResources": []any{in{"type": "AWS::Lambda::Function", "values": []any{"arn:aws:lambda"}}}})),
		bad("another bucket", basic(objects("arn:aws:s3:::another/"))),
		bad("some of the objects", basic(objects(arn+"/public/"))),
		bad("management events only", advanced(management)),
		bad("no category", advanced(selectorOf(s3Field))),
		bad("tables", advanced(selectorOf(dataField, [3]any{"resources.type", "equals", "AWS::DynamoDB::Table"}))),
		bad("reads only, advanced", advanced(selectorOf(dataField, s3Field, [3]any{"readOnly", "equals", "true"}))),
		bad("another bucket, advanced", advanced(selectorOf(dataField, s3Field, [3]any{"resources.ARN", "startsWiths", "arn:aws:s3:::another/"}))),
		bad("all but this bucket", advanced(selectorOf(dataField, s3Field, [3]any{"resources.ARN", "notStartsWiths", arn + "/"}))),
		bad("all but some of its objects", advanced(selectorOf(dataField, s3Field, [3]any{"resources.ARN", "notStartsWiths", arn + "/public/"}))),
		bad("one object", advanced(selectorOf(dataField, s3Field, [3]any{"resources.ARN", "equals", arn + "/x"}))),
		bad("without deletions", advanced(selectorOf(dataField, s3Field, [3]any{"eventName", "notEquals", "DeleteObject"}))),
		bad("without what begins with Get", advanced(selectorOf(dataField, s3Field, [3]any{"eventName", "notStartsWiths", "Get"}))),
		bad("what ends in Acl", advanced(selectorOf(dataField, s3Field, [3]any{"eventName", "endsWiths", "Acl"}))),
		bad("one person's", advanced(selectorOf(dataField, s3Field, [3]any{"userIdentity.arn", "equals", "arn:aws:iam::111122223333:user/x"}))),
	}
}

// read marks a resource as one that the stack only reads.
func read(r *graph.Resource) *graph.Resource {
	r.External = true
	return r
}

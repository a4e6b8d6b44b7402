package cloudtrail

import (
	"slices"

	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

// trailed is a trail with the inputs.
func trailed(inputs Inputs, more ...*graph.Resource) []*graph.Resource {
	return append([]*graph.Resource{Resource(inspect.TrailType, "trail", inputs)}, more...)
}

// fields are an advanced selector's; each is the field, the operator and a value or a list of them.
func selectorOf(fields ...[3]any) Inputs {
	var selectors []any
	for _, field := range fields {
		values, isList := field[2].([]any)
		if !isList {
			values = []any{field[2]}
		}
		selectors = append(selectors, Inputs{"field": field[0], field[1].(string): values})
	}
	return Inputs{"fieldSelectors": selectors}
}

var (
	management = selectorOf([3]any{"eventCategory", "equals", "Management"})
	dataField  = [3]any{"eventCategory", "equals", "Data"}
	s3Field    = [3]any{"resources.type", "equals", "AWS::S3::Object"}
)

func advanced(selectors ...any) Inputs { return Inputs{"advancedEventSelectors": selectors} }

func basic(selectors ...any) Inputs { return Inputs{"eventSelectors": selectors} }

// objects is a basic selector of objects whose ARNs begin with one of the values.
func objects(values ...any) Inputs {
	return Inputs{"readWriteType": "All", "dataResources": []any{Inputs{"type": "AWS::S3::Object", "values": values}}}
}

var cloudtrailFixtures = map[string]Fixture{
	"CT-1": {
		Satisfied: []Example{
			{About: "a trail", Resources: trailed(Inputs{})},
			{About: "said to log", Resources: trailed(Inputs{"enableLogging": true})},
			{About: "management events chosen", Resources: trailed(basic(Inputs{"readWriteType": "All", "includeManagementEvents": true}))},
			{About: "management events among others", Resources: trailed(advanced(selectorOf(dataField, s3Field), management))},
			{About: "a second trail that is off", Resources: trailed(Inputs{}, Resource(inspect.TrailType, "old", Inputs{"enableLogging": false}))},
		},
		Violated: []Example{
			{About: "none", Property: "Trail", Resources: []*graph.Resource{}},
			{About: "a trail of another", Property: "Trail", Resources: []*graph.Resource{External(Resource(inspect.TrailType, "trail", Inputs{}))}},
			{About: "off", Property: "enableLogging", Resources: trailed(Inputs{"enableLogging": false})},
			{About: "reads only", Property: "eventSelectors", Resources: trailed(basic(Inputs{"readWriteType": "ReadOnly"}))},
			{About: "writes only", Property: "eventSelectors", Resources: trailed(basic(Inputs{"readWriteType": "WriteOnly", "includeManagementEvents": true}))},
			{About: "data events only", Property: "eventSelectors", Resources: trailed(basic(examples.Changed(objects("arn:aws:s3"), Inputs{"includeManagementEvents": false})))},
			{About: "without KMS", Property: "eventSelectors", Resources: trailed(basic(Inputs{"excludeManagementEventSources": []any{"kms.amazonaws.com"}}))},
			{About: "data events only, advanced", Property: "advancedEventSelectors", Resources: trailed(advanced(selectorOf(dataField, s3Field)))},
			{About: "writes only, advanced", Property: "advancedEventSelectors", Resources: trailed(advanced(selectorOf([3]any{"eventCategory", "equals", "Management"}, [3]any{"readOnly", "equals", "false"})))},
		},
		Undecided: []Example{
			{About: "not known", Resources: trailed(Inputs{"enableLogging": Unknown})},
			{About: "selectors not known", Resources: trailed(Inputs{"advancedEventSelectors": Unknown})},
			{About: "basic selectors not known", Resources: trailed(Inputs{"eventSelectors": Unknown})},
		},
	},
	"CT-2": {
		Satisfied: []Example{
			{About: "all regions", Resources: trailed(Inputs{"isMultiRegionTrail": true})},
			{About: "and global services, said so", Resources: trailed(Inputs{"isMultiRegionTrail": true, "includeGlobalServiceEvents": true})},
			{About: "beside one of one region", Resources: trailed(Inputs{"isMultiRegionTrail": true}, Resource(inspect.TrailType, "local", Inputs{}))},
		},
		Violated: []Example{
			{About: "not set", Property: "isMultiRegionTrail", Resources: trailed(Inputs{})},
			{About: "one region", Property: "isMultiRegionTrail", Resources: trailed(Inputs{"isMultiRegionTrail": false})},
			{About: "without IAM", Property: "includeGlobalServiceEvents", Resources: trailed(Inputs{"isMultiRegionTrail": true, "includeGlobalServiceEvents": false})},
		},
		Undecided: []Example{{About: "not known", Resources: trailed(Inputs{"isMultiRegionTrail": Unknown})}},
	},
	"CT-3": {
		Satisfied: []Example{{About: "group and role", Resources: trailed(Inputs{"cloudWatchLogsGroupArn": Ref(inspect.LogGroupType, "log", "arn") + ":*", "cloudWatchLogsRoleArn": "arn:x"})}},
		Violated: []Example{
			{About: "neither", Property: "cloudWatchLogsGroupArn", Resources: trailed(Inputs{})},
			{About: "no group", Property: "cloudWatchLogsGroupArn", Resources: trailed(Inputs{"cloudWatchLogsRoleArn": "arn:x"})},
			{About: "no role", Property: "cloudWatchLogsRoleArn", Resources: trailed(Inputs{"cloudWatchLogsGroupArn": "arn:x"})},
			{About: "a second trail without", Property: "cloudWatchLogsGroupArn", Resources: trailed(Inputs{"cloudWatchLogsGroupArn": "arn:x", "cloudWatchLogsRoleArn": "arn:x"}, Resource(inspect.TrailType, "second", Inputs{}))},
		},
		Undecided: []Example{{About: "not known", Resources: trailed(Inputs{"cloudWatchLogsGroupArn": Unknown, "cloudWatchLogsRoleArn": "arn:x"})}},
	},
	"CT-4": {
		Satisfied: []Example{{About: "a key of the stack", Resources: trailed(Inputs{"kmsKeyId": Ref(inspect.KeyType, "logs", "arn")})}},
		Violated: []Example{
			{About: "none", Property: "kmsKeyId", Resources: trailed(Inputs{})},
			{About: "AWS's", Property: "kmsKeyId", Resources: trailed(Inputs{"kmsKeyId": "alias/aws/s3"})},
		},
		Undecided: []Example{{About: "not known", Resources: trailed(Inputs{"kmsKeyId": Unknown})}},
	},
	"CT-5": {
		Satisfied: []Example{{About: "on", Resources: trailed(Inputs{"enableLogFileValidation": true})}},
		Violated: []Example{
			{About: "not set", Property: "enableLogFileValidation", Resources: trailed(Inputs{})},
			{About: "off", Property: "enableLogFileValidation", Resources: trailed(Inputs{"enableLogFileValidation": false})},
		},
		Undecided: []Example{{About: "not known", Resources: trailed(Inputs{"enableLogFileValidation": Unknown})}},
	},
	"CT-6": {
		Satisfied: slices.Concat(seenObjects(Resource(examples.BucketV1, "files", Inputs{"bucket": "the-files"})), []Example{
			{About: "no bucket in the stack", Resources: trailed(basic(objects("arn:aws:s3:::central/")))},
			{About: "no bucket in the stack, advanced", Resources: trailed(advanced(selectorOf(dataField, s3Field)))},
			{About: "no bucket in the stack, one elsewhere", Resources: trailed(advanced(selectorOf(dataField, s3Field, [3]any{"resources.ARN", "startsWiths", "arn:aws:s3:::central/"})))},
			{About: "all but the trail's own", Resources: trailed(
				examples.Changed(advanced(selectorOf(dataField, s3Field, [3]any{"resources.ARN", "notStartsWiths", "arn:aws:s3:::the-trail/"})), Inputs{"s3BucketName": "the-trail"}),
				Resource(examples.BucketV1, "trail", Inputs{"bucket": "the-trail"}), Resource(examples.BucketV1, "files", Inputs{}),
			)},
			{About: "a second trail", Resources: trailed(Inputs{}, Resource(inspect.TrailType, "objects", basic(objects("arn:aws:s3"))), Resource(examples.BucketV1, "files", Inputs{}))},
		}),
		Violated: unseenObjects(Resource(examples.BucketV1, "files", Inputs{"bucket": "the-files"})),
		Undecided: []Example{
			{About: "not known", Resources: trailed(Inputs{"eventSelectors": Unknown})},
			{About: "advanced not known", Resources: trailed(Inputs{"advancedEventSelectors": Unknown}, Resource(examples.BucketV1, "files", Inputs{}))},
		},
	},
}

// seenObjects are the ways to choose every read and write in the bucket the-files.
func seenObjects(bucket *graph.Resource) []Example {
	arn := Ref(examples.BucketV1, "files", "arn")
	all := func(about string, inputs Inputs) Example {
		return Example{About: about, Resources: trailed(inputs, bucket)}
	}
	return []Example{
		all("all buckets", basic(objects("arn:aws:s3"))),
		all("all buckets, otherwise written", basic(objects("arn:aws:s3:::"))),
		all("this bucket", basic(objects(arn+"/"))),
		all("this bucket by its name", basic(objects("arn:aws:s3:::another/", "arn:aws:s3:::the-files/"))),
		all("reads and writes unless said", basic(Inputs{"dataResources": []any{Inputs{"type": "AWS::S3::Object", "values": []any{"arn:aws:s3"}}}})),
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
func unseenObjects(bucket *graph.Resource) []Example {
	bad := func(about string, inputs Inputs) Example {
		property := "eventSelectors"
		if inputs["advancedEventSelectors"] != nil {
			property = "advancedEventSelectors"
		}
		return Example{About: about, Property: property, Resources: trailed(inputs, bucket)}
	}
	arn := Ref(examples.BucketV1, "files", "arn")
	return []Example{
		bad("AWS's choice", Inputs{}),
		{About: "AWS's choice, no bucket in the stack", Property: "eventSelectors", Resources: trailed(Inputs{})},
		bad("reads only", basic(examples.Changed(objects("arn:aws:s3"), Inputs{"readWriteType": "ReadOnly"}))),
		bad("writes only", basic(examples.Changed(objects("arn:aws:s3"), Inputs{"readWriteType": "WriteOnly"}))),
		bad("functions", basic(Inputs{"dataResources": []any{Inputs{"type": "AWS::Lambda::Function", "values": []any{"arn:aws:lambda"}}}})),
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

package policy

import (
	"slices"

	"github.com/carebase/carebase/graph"
)

const (
	recorderStatusType = "aws:cfg/recorderStatus:RecorderStatus"
	channelType        = "aws:cfg/deliveryChannel:DeliveryChannel"
	hubV2Type          = "aws:securityhub/accountV2:AccountV2"
	standardType       = "aws:securityhub/standardsSubscription:StandardsSubscription"
)

// perRegion are the examples that everything has that is turned on by region. On makes it.
func perRegion(property string, on func(name string) []*graph.Resource) (satisfied, violated []example) {
	far := func() []*graph.Resource {
		resources := on("far")
		for _, r := range resources {
			inRegion("us-west-2", r)
		}
		return resources
	}
	vpc := res(vpcType, "vpc", in{})
	return []example{
			{about: "on, no network", resources: on("one")},
			{about: "on in the network's region", resources: append(on("one"), vpc)},
			{about: "on in both networks' regions", resources: slices.Concat(on("one"), far(), []*graph.Resource{vpc, inRegion("us-west-2", res(vpcType, "far-vpc", in{}))})},
			{about: "on where nothing is, too", resources: slices.Concat(on("one"), far(), []*graph.Resource{vpc})},
		}, []example{
			{about: "off", property: property, resources: []*graph.Resource{}},
			{about: "off, with a network", property: property, resources: []*graph.Resource{vpc}},
			{about: "on in another region", property: property, resources: append(far(), vpc)},
			{about: "on in one of two regions", property: property, resources: append(on("one"), vpc, inRegion("us-west-2", res(vpcType, "far-vpc", in{})))},
		}
}

func withDetector(inputs in) []*graph.Resource {
	return []*graph.Resource{res(detectorType, "detector", inputs)}
}
func withHub(inputs in) []*graph.Resource { return []*graph.Resource{res(hubType, "hub", inputs)} }

// recording is AWS Config at work; status and channel are left out where nil.
func recording(recorder, status, channel in) []*graph.Resource {
	found := []*graph.Resource{res(recorderType, "recorder", recorder)}
	if status != nil {
		found = append(found, res(recorderStatusType, "status", changed(in{"name": ref(recorderType, "recorder", "name")}, status)))
	}
	if channel != nil {
		found = append(found, res(channelType, "channel", channel))
	}
	return found
}

var everything = in{"recordingGroup": in{"allSupported": true, "includeGlobalResourceTypes": true}}

func detectionFixture(property string, on func(string) []*graph.Resource, satisfied, violated, undecided []example) fixture {
	good, bad := perRegion(property, on)
	return fixture{satisfied: append(good, satisfied...), violated: append(bad, violated...), undecided: undecided}
}

var detectionFixtures = map[string]fixture{
	"DET-1": detectionFixture("Detector", func(name string) []*graph.Resource {
		return []*graph.Resource{res(detectorType, name, in{"enable": true})}
	},
		[]example{{about: "on by itself", resources: withDetector(in{})}},
		[]example{
			{about: "suspended", property: "enable", resources: withDetector(in{"enable": false})},
			{about: "only read", property: "Detector", resources: []*graph.Resource{read(res(detectorType, "detector", in{}))}},
		},
		[]example{{about: "not known", resources: withDetector(in{"enable": unknown})}}),
	"DET-2": detectionFixture("Account", func(name string) []*graph.Resource { return []*graph.Resource{res(hubType, name, in{})} },
		[]example{
			{about: "AWS's standards", resources: withHub(in{"enableDefaultStandards": true})},
			{about: "a standard chosen", resources: append(withHub(in{"enableDefaultStandards": false}), res(standardType, "standard", in{"standardsArn": "arn:x"}))},
			{about: "the newer one", resources: []*graph.Resource{res(hubV2Type, "hub", in{}), res(vpcType, "vpc", in{})}},
		},
		[]example{
			{about: "no standards", property: "enableDefaultStandards", resources: withHub(in{"enableDefaultStandards": false})},
			{about: "a standard in another region", property: "enableDefaultStandards", resources: append(withHub(in{"enableDefaultStandards": false}), inRegion("us-west-2", res(standardType, "standard", in{})))},
		},
		[]example{{about: "not known", resources: withHub(in{"enableDefaultStandards": unknown})}}),
	"DET-3": detectionFixture("Recorder", func(name string) []*graph.Resource {
		return []*graph.Resource{
			res(recorderType, name, in{"name": name}), res(recorderStatusType, name, in{"name": ref(recorderType, name, "name"), "isEnabled": true}), res(channelType, name, in{}),
		}
	},
		[]example{
			{about: "everything", resources: recording(everything, in{"isEnabled": true}, in{})},
			{about: "everything but some", resources: recording(in{"recordingGroup": in{
				"allSupported": false, "exclusionByResourceTypes": []any{in{"resourceTypes": []any{"AWS::EC2::NetworkInterface"}}},
				"recordingStrategies": []any{in{"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"}},
			}}, in{"isEnabled": true}, in{})},
			{about: "by its name", resources: recording(in{"name": "main"}, in{"isEnabled": true, "name": "main"}, in{})},
			{about: "by none", resources: recording(in{}, in{"isEnabled": true, "name": nil}, in{})},
		},
		[]example{
			{about: "not started", property: "RecorderStatus", resources: recording(everything, nil, in{})},
			{about: "started in another region", property: "RecorderStatus", resources: append(recording(everything, nil, in{}), inRegion("us-west-2", res(recorderStatusType, "far", in{"isEnabled": true})))},
			{about: "stopped", property: "isEnabled", resources: recording(everything, in{"isEnabled": false}, in{})},
			{about: "delivers nowhere", property: "DeliveryChannel", resources: recording(everything, in{"isEnabled": true}, nil)},
			{about: "delivers in another region", property: "DeliveryChannel", resources: append(recording(everything, in{"isEnabled": true}, nil), inRegion("us-west-2", res(channelType, "far", in{})))},
			{about: "some types", property: "recordingGroup", resources: recording(in{"recordingGroup": in{"allSupported": false, "resourceTypes": []any{"AWS::S3::Bucket"}}}, in{"isEnabled": true}, in{})},
		},
		[]example{
			{about: "started or not is not known", resources: recording(everything, in{"isEnabled": unknown}, in{})},
			{about: "what it records is not known", resources: recording(in{"recordingGroup": unknown}, in{"isEnabled": true}, in{})},
		}),
}

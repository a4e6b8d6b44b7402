package config

import (
	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

const (
	recorderStatusType = "aws:cfg/recorderStatus:RecorderStatus"
	channelType        = "aws:cfg/deliveryChannel:DeliveryChannel"
)

// recording is AWS Config at work; status and channel are left out where nil.
func recording(recorder, status, channel Inputs) []*graph.Resource {
	found := []*graph.Resource{Resource(recorderType, "recorder", recorder)}
	if status != nil {
		found = append(found, Resource(recorderStatusType, "status", examples.Changed(Inputs{"name": Ref(recorderType, "recorder", "name")}, status)))
	}
	if channel != nil {
		found = append(found, Resource(channelType, "channel", channel))
	}
	return found
}

var everything = Inputs{"recordingGroup": Inputs{"allSupported": true, "includeGlobalResourceTypes": true}}

var detectionFixtures = map[string]Fixture{
	"DET-3": examples.DetectionFixture("Recorder", func(name string) []*graph.Resource {
		return []*graph.Resource{
			Resource(recorderType, name, Inputs{"name": name}), Resource(recorderStatusType, name, Inputs{"name": Ref(recorderType, name, "name"), "isEnabled": true}), Resource(channelType, name, Inputs{}),
		}
	},
		[]Example{
			{About: "everything", Resources: recording(everything, Inputs{"isEnabled": true}, Inputs{})},
			{About: "everything but some", Resources: recording(Inputs{"recordingGroup": Inputs{
				"allSupported": false, "exclusionByResourceTypes": []any{Inputs{"resourceTypes": []any{"AWS::EC2::NetworkInterface"}}},
				"recordingStrategies": []any{Inputs{"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"}},
			}}, Inputs{"isEnabled": true}, Inputs{})},
			{About: "by its name", Resources: recording(Inputs{"name": "main"}, Inputs{"isEnabled": true, "name": "main"}, Inputs{})},
			{About: "by none", Resources: recording(Inputs{}, Inputs{"isEnabled": true, "name": nil}, Inputs{})},
		},
		[]Example{
			{About: "not started", Property: "RecorderStatus", Resources: recording(everything, nil, Inputs{})},
			{About: "started in another region", Property: "RecorderStatus", Resources: append(recording(everything, nil, Inputs{}), InRegion("us-west-2", Resource(recorderStatusType, "far", Inputs{"isEnabled": true})))},
			{About: "stopped", Property: "isEnabled", Resources: recording(everything, Inputs{"isEnabled": false}, Inputs{})},
			{About: "delivers nowhere", Property: "DeliveryChannel", Resources: recording(everything, Inputs{"isEnabled": true}, nil)},
			{About: "delivers in another region", Property: "DeliveryChannel", Resources: append(recording(everything, Inputs{"isEnabled": true}, nil), InRegion("us-west-2", Resource(channelType, "far", Inputs{})))},
			{About: "some types", Property: "recordingGroup", Resources: recording(Inputs{"recordingGroup": Inputs{"allSupported": false, "resourceTypes": []any{"AWS::S3::Bucket"}}}, Inputs{"isEnabled": true}, Inputs{})},
		},
		[]Example{
			{About: "started or not is not known", Resources: recording(everything, Inputs{"isEnabled": Unknown}, Inputs{})},
			{About: "what it records is not known", Resources: recording(Inputs{"recordingGroup": Unknown}, Inputs{"isEnabled": true}, Inputs{})},
		}),
}

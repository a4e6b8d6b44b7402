package config

import (
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const (
	recorderType = "aws:cfg/recorder:Recorder"
)

// recorderOn wants a recorder of everything that was started and delivers somewhere. AWS has one of each per account and
// region, so the region says which belong together.
func recorderOn(s *inspect.Stack, report *policy.Report) {
	const fix = "once per account and region: turn on Config of components/audit in one stack"
	const statusType, channelType = "aws:cfg/recorderStatus:RecorderStatus", "aws:cfg/deliveryChannel:DeliveryChannel"
	policy.InEachRegion(s, report, []string{recorderType}, fix, func(r *inspect.Resource) bool {
		good := report.Check(r, r, recordsAll)
		status := s.SameRegion(r, statusType)
		if status == nil {
			report.Fail(r, inspect.ShortName(statusType), "none "+inspect.NameOfRegion(inspect.RegionOf(r)), "a status: a recorder does not start by itself", fix)
		}
		if s.SameRegion(r, channelType) == nil {
			good = false
			report.Fail(r, inspect.ShortName(channelType), "none "+inspect.NameOfRegion(inspect.RegionOf(r)), "a delivery channel: a recorder without one does not start", fix)
		}
		return status != nil && report.Check(status, status, policy.IsTrue("isEnabled", "set isEnabled: true")) && good
	})
}

// recordsAll also takes everything but some types. Without a group AWS records everything of the region.
var recordsAll = policy.Expectation{
	Path: "recordingGroup", Want: "all types, or all but some", Fix: "set allSupported: true, as components/audit does",
	Holds: func(group inspect.Value) bool {
		return !group.At("allSupported").False() || group.At("recordingStrategies[0].useOnly").Text() == "EXCLUSION_BY_RESOURCE_TYPES"
	},
}

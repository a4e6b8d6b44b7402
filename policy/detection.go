package policy

import (
	"maps"
	"slices"
)

var detectionControls = []*Control{
	{
		ID: "DET-1", Service: "GuardDuty", Kind: Presence, Severity: High, Applies: WherePHI,
		Title:     "Detector enabled",
		Citations: []string{"164.308(a)(5)(ii)(C)", "164.308(a)(6)(ii)", "164.312(b)"},
		Config:    []string{"guardduty-enabled-centralized"},
		Prowler:   []string{"guardduty_is_enabled"},
		Why:       "What an intruder does with stolen credentials looks like work; GuardDuty knows the difference, and the logs it reads are too many for people.",
		check:     detectorsOn,
	},
	{
		ID: "DET-2", Service: "Security Hub", Kind: Presence, Severity: Medium, Applies: WherePHI,
		Title:     "Enabled",
		Citations: []string{"164.312(b)"},
		Config:    []string{"securityhub-enabled"},
		Prowler:   []string{"securityhub_enabled"},
		Why:       "What a console or another team changes is never in this program; Security Hub looks at what is really there.",
		check:     hubOn,
	},
	{
		ID: "DET-3", Service: "AWS Config", Kind: Presence, Severity: Medium, Applies: WherePHI,
		Title:     "Recorder on",
		Citations: []string{"164.308(a)(1)(ii)(A)"},
		Prowler:   []string{"config_recorder_all_regions_enabled"},
		Why:       "Without a record of every resource's configuration nobody can say what was open, and since when.",
		check:     recorderOn,
	},
}

const (
	detectorType = "aws:guardduty/detector:Detector"
	hubType      = "aws:securityhub/account:Account"
	recorderType = "aws:cfg/recorder:Recorder"
)

// inEachRegion checks that every region in which the stack has a VPC, and so something at work, has one of the types on
// which good holds; where it has none, that there is one at all.
func (s *Stack) inEachRegion(report *Report, types []string, fix string, good func(*Resource) bool) {
	want := "one in every region in use"
	regions := map[string]bool{}
	for _, vpc := range s.Of(vpcType) {
		regions[regionOf(vpc)] = true
	}
	for _, r := range s.Of(types...) {
		delete(regions, regionOf(r))
		if good(r) {
			report.Pass(r)
		}
	}
	for _, region := range slices.Sorted(maps.Keys(regions)) {
		report.Fail(s.Root(), shortName(types[0]), "none "+nameOfRegion(region), want, fix)
	}
	if len(s.Of(types...)) == 0 && len(regions) == 0 {
		report.Fail(s.Root(), shortName(types[0]), "none", want, fix)
	}
}

func detectorsOn(s *Stack, report *Report) {
	const fix = "once per account and region: turn on GuardDuty of components/audit in one stack"
	s.inEachRegion(report, of(detectorType), fix, func(r *Resource) bool { return r.check(report, r, notFalse("enable", fix)) })
}

// hubOn wants standards, without which Security Hub checks nothing: AWS's choice, or one subscribed to. The newer Security
// Hub (AccountV2) brings its own checks.
func hubOn(s *Stack, report *Report) {
	const fix = "once per account and region: turn on SecurityHub of components/audit in one stack"
	const subscriptionType = "aws:securityhub/standardsSubscription:StandardsSubscription"
	s.inEachRegion(report, of(hubType, "aws:securityhub/accountV2:AccountV2"), fix, func(r *Resource) bool {
		return r.Type != hubType || r.check(report, r, expectation{
			"enableDefaultStandards", "true or not set, or a StandardsSubscription in the region", "subscribe to a standard, as components/audit does",
			func(r *Resource, v Value) bool {
				return v.Unset() || v.True() || s.sameRegion(r, subscriptionType) != nil
			},
		})
	})
}

// recorderOn wants a recorder of everything that was started and delivers somewhere. AWS has one of each per account and
// region, so the region says which belong together.
func recorderOn(s *Stack, report *Report) {
	const fix = "once per account and region: turn on Config of components/audit in one stack"
	const statusType, channelType = "aws:cfg/recorderStatus:RecorderStatus", "aws:cfg/deliveryChannel:DeliveryChannel"
	s.inEachRegion(report, of(recorderType), fix, func(r *Resource) bool {
		good := r.check(report, r, recordsAll)
		status := s.sameRegion(r, statusType)
		if status == nil {
			report.Fail(r, shortName(statusType), "none "+nameOfRegion(regionOf(r)), "a status: a recorder does not start by itself", fix)
		}
		if s.sameRegion(r, channelType) == nil {
			good = false
			report.Fail(r, shortName(channelType), "none "+nameOfRegion(regionOf(r)), "a delivery channel: a recorder without one does not start", fix)
		}
		return status != nil && status.check(report, status, isTrue("isEnabled", "set isEnabled: true")) && good
	})
}

// recordsAll also takes everything but some types. Without a group AWS records everything of the region.
var recordsAll = expectation{
	"recordingGroup", "all types, or all but some", "set allSupported: true, as components/audit does",
	func(_ *Resource, group Value) bool {
		return !group.At("allSupported").False() || group.At("recordingStrategies[0].useOnly").Text() == "EXCLUSION_BY_RESOURCE_TYPES"
	},
}

package ec2

import (
	"maps"
	"slices"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const (
	volumeType       = "aws:ebs/volume:Volume"
	defaultKeyType   = "aws:ebs/defaultKmsKey:DefaultKmsKey"
	defaultCryptType = "aws:ebs/encryptionByDefault:EncryptionByDefault"
)

// Where volumes are described, and what describes them.
var volumePaths = map[string][]string{
	inspect.InstanceType:                              {"rootBlockDevice", "ebsBlockDevices[*]"},
	"aws:ec2/spotInstanceRequest:SpotInstanceRequest": {"rootBlockDevice", "ebsBlockDevices[*]"},
	launchTemplateType:                                {"blockDeviceMappings[*].ebs"},
	launchConfigType:                                  {"rootBlockDevice", "ebsBlockDevices[*]"},
	volumeType:                                        {""},
}

// volumesEncrypted looks at every volume that the stack describes, and at the root volumes that it leaves to their
// image. Where it switches on encryption by default, every volume of the region is encrypted; with which key, the
// region's default key says.
func volumesEncrypted(s *inspect.Stack, report *policy.Report) {
	const fix = "set encrypted: true and kmsKeyId to the data key of components/keys"
	for _, r := range s.Of(slices.Concat(instances, []string{volumeType, launchTemplateType, launchConfigType})...) {
		always := s.SameRegion(r, defaultCryptType)
		encrypted := policy.Expectation{Path: "", Want: "true", Fix: fix, Holds: func(v inspect.Value) bool {
			return v.True() || always != nil && !always.At("enabled").False()
		}}
		standard := s.SameRegion(r, defaultKeyType)
		good := true
		for _, path := range volumePaths[r.Type] {
			for _, volume := range r.Each(path) {
				if volume.Unset() && !describes(s, r, volume) {
					continue
				}
				good = encrypted.Judge(report, r, volume.At("encrypted")) && good
				key := volume.At("kmsKeyId")
				if key.Unset() && standard != nil {
					key = standard.At("keyArn")
				}
				good = policy.CustomerKey("", fix).Judge(report, r, key) && good
			}
		}
		if good {
			report.Pass(r)
		}
	}
}

// describes is true where the resource has a volume although it does not say so: the root volume of its image.
func describes(s *inspect.Stack, r *inspect.Resource, volume inspect.Value) bool {
	if r.Type == launchTemplateType {
		return volume.Path() == "blockDeviceMappings" && startsGroup(s, r) // not so for a part of a template
	}
	template := s.Resolve(r.At("launchTemplate"), launchTemplateType)
	return volume.Path() == "rootBlockDevice" && (template == nil || len(template.At("blockDeviceMappings").List()) == 0)
}

// encryptedByDefault wants the switch in every region in which the stack has hosts or volumes, or else in one.
func encryptedByDefault(s *inspect.Stack, report *policy.Report) {
	const want = "one, switched on, in every region with hosts or volumes"
	const fix = "once per account and region: make an ebs.EncryptionByDefault"
	regions := map[string]bool{}
	for _, r := range s.Of(slices.Concat(instances, []string{volumeType, launchTemplateType, launchConfigType})...) {
		regions[inspect.RegionOf(r)] = true
	}
	switches := s.Of(defaultCryptType)
	for _, r := range switches {
		delete(regions, inspect.RegionOf(r))
		on := policy.Expectation{Path: "enabled", Want: "true, or not set", Fix: fix, Holds: func(v inspect.Value) bool { return v.Unset() || v.True() }}
		report.Expect(r, on)
	}
	for _, region := range slices.Sorted(maps.Keys(regions)) {
		report.Fail(s.Root(), inspect.ShortName(defaultCryptType), "none "+inspect.NameOfRegion(region), want, fix)
	}
	if len(switches) == 0 && len(regions) == 0 {
		report.Fail(s.Root(), inspect.ShortName(defaultCryptType), "none", want, fix)
	}
	for _, r := range s.Of(defaultKeyType) {
		report.Expect(r, policy.CustomerKey("keyArn", "name the data key of components/keys"))
	}
}

package policy

import (
	"maps"
	"slices"
)

const (
	volumeType       = "aws:ebs/volume:Volume"
	defaultKeyType   = "aws:ebs/defaultKmsKey:DefaultKmsKey"
	defaultCryptType = "aws:ebs/encryptionByDefault:EncryptionByDefault"
)

// Where volumes are described, and what describes them.
var volumePaths = map[string][]string{
	instanceType: {"rootBlockDevice", "ebsBlockDevices[*]"},
	"aws:ec2/spotInstanceRequest:SpotInstanceRequest": {"rootBlockDevice", "ebsBlockDevices[*]"},
	launchTemplateType: {"blockDeviceMappings[*].ebs"},
	launchConfigType:   {"rootBlockDevice", "ebsBlockDevices[*]"},
	volumeType:         {""},
}

// volumesEncrypted looks at every volume that the stack describes, and at the root volumes that it leaves to their
// image. Where it switches on encryption by default, every volume of the region is encrypted; with which key, the
// region's default key says.
func volumesEncrypted(s *Stack, report *Report) {
	const fix = "set encrypted: true and kmsKeyId to the data key of components/keys"
	for _, r := range s.Of(slices.Concat(instances, of(volumeType, launchTemplateType, launchConfigType))...) {
		always := s.sameRegion(r, defaultCryptType)
		encrypted := expectation{"", "true", fix, func(_ *Resource, v Value) bool {
			return v.True() || always != nil && !always.At("enabled").False()
		}}
		standard := s.sameRegion(r, defaultKeyType)
		good := true
		for _, path := range volumePaths[r.Type] {
			for _, volume := range r.Each(path) {
				if volume.Unset() && !s.describes(r, volume) {
					continue
				}
				good = encrypted.judge(report, r, volume.At("encrypted")) && good
				key := volume.At("kmsKeyId")
				if key.Unset() && standard != nil {
					key = standard.At("keyArn")
				}
				good = customerKey("", fix).judge(report, r, key) && good
			}
		}
		if good {
			report.Pass(r)
		}
	}
}

// describes is true where the resource has a volume although it does not say so: the root volume of its image.
func (s *Stack) describes(r *Resource, volume Value) bool {
	if r.Type == launchTemplateType {
		return volume.Path() == "blockDeviceMappings" && s.startsGroup(r) // not so for a part of a template
	}
	template := s.Referent(r.At("launchTemplate"), launchTemplateType)
	return volume.Path() == "rootBlockDevice" && (template == nil || len(template.At("blockDeviceMappings").List()) == 0)
}

// encryptedByDefault wants the switch in every region in which the stack has hosts or volumes, or else in one.
func encryptedByDefault(s *Stack, report *Report) {
	const want = "one, switched on, in every region with hosts or volumes"
	const fix = "once per account and region: make an ebs.EncryptionByDefault"
	regions := map[string]bool{}
	for _, r := range s.Of(slices.Concat(instances, of(volumeType, launchTemplateType, launchConfigType))...) {
		regions[regionOf(r)] = true
	}
	switches := s.Of(defaultCryptType)
	for _, r := range switches {
		delete(regions, regionOf(r))
		on := expectation{"enabled", "true, or not set", fix, func(_ *Resource, v Value) bool { return v.Unset() || v.True() }}
		r.expect(report, on)
	}
	for _, region := range slices.Sorted(maps.Keys(regions)) {
		report.Fail(s.Root(), shortName(defaultCryptType), "none "+nameOfRegion(region), want, fix)
	}
	if len(switches) == 0 && len(regions) == 0 {
		report.Fail(s.Root(), shortName(defaultCryptType), "none", want, fix)
	}
	for _, r := range s.Of(defaultKeyType) {
		r.expect(report, customerKey("keyArn", "name the data key of components/keys"))
	}
}

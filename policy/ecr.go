package policy

import (
	"slices"
	"strings"
)

var ecrControls = []*Control{
	{
		ID: "X-ECR", Service: "ECR", Kind: Relation, Severity: Medium,
		Title:     "Scan on push, immutable tags, CMK",
		Citations: []string{"164.308(a)(5)(ii)(B)", "164.312(a)(2)(iv)", "164.312(c)(1)"},
		Analogy:   true,
		Why:       "An image that nobody scanned, or whose tag somebody moved, is not what was reviewed.",
		check:     repositories,
	},
}

const (
	repositoryType = "aws:ecr/repository:Repository"
	// remoteRepositoryType is a component of the awsx package: a plan shows it without what is in it, a deployed state
	// with the repository below it.
	remoteRepositoryType = "awsx:ecr:Repository"
)

func repositories(s *Stack, report *Report) {
	const fix = "build it with components/service, which sets all three"
	immutable := isOneOf("imageTagMutability", fix, "IMMUTABLE")
	byKMS := isOneOf("encryptionConfigurations[*].encryptionType", fix+"; AWS fixes it when the repository is made", "KMS", "KMS_DSSE")
	key := customerKey("encryptionConfigurations[*].kmsKey", fix+"; AWS fixes it when the repository is made")
	for _, r := range s.Of(repositoryType, remoteRepositoryType) {
		if s.hasRepository(r) {
			continue // a component, deployed: it is judged by what is in it
		}
		scanned := expectation{"imageScanningConfiguration.scanOnPush", "true, or scanning on push set for the registry", fix,
			func(r *Resource, v Value) bool { return v.True() || s.scannedByRegistry(r) }}
		r.expect(report, scanned, immutable, byKMS, key)
	}
}

func (s *Stack) hasRepository(component *Resource) bool {
	for _, child := range s.Children(component.URN) {
		if child.Type == repositoryType {
			return true
		}
	}
	return false
}

// scannedByRegistry is true where the registry's own settings have the repository scanned whenever something is pushed.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html#image-scanning-filters
func (s *Stack) scannedByRegistry(r *Resource) bool {
	name := r.At("name").Text()
	for _, registry := range s.Of("aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration") {
		if regionOf(registry) != regionOf(r) {
			continue
		}
		for _, rule := range registry.At("rules").List() {
			if !slices.Contains([]string{"SCAN_ON_PUSH", "CONTINUOUS_SCAN"}, rule.At("scanFrequency").Text()) {
				continue
			}
			if slices.ContainsFunc(rule.At("repositoryFilters").List(), func(filter Value) bool {
				pattern := filter.At("filter").Text()
				if !strings.Contains(pattern, "*") {
					pattern = "*" + pattern + "*" // as ECR reads one without
				}
				return glob(pattern, name)
			}) {
				return true
			}
		}
	}
	return false
}

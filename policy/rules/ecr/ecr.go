package ecr

import (
	"slices"
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const (
	// remoteRepositoryType is a component of the awsx package: a plan shows it without what is in it, a deployed state
	// with the repository below it.
	remoteRepositoryType = "awsx:ecr:Repository"
)

func repositories(s *inspect.Stack, report *policy.Report) {
	const fix = "build it with components/service, which sets all three"
	immutable := policy.IsOneOf("imageTagMutability", fix, "IMMUTABLE")
	byKMS := policy.IsOneOf("encryptionConfigurations[*].encryptionType", fix+"; AWS fixes it when the repository is made", "KMS", "KMS_DSSE")
	key := policy.CustomerKey("encryptionConfigurations[*].kmsKey", fix+"; AWS fixes it when the repository is made")
	for _, r := range s.Of(inspect.RepositoryType, remoteRepositoryType) {
		if hasRepository(s, r) {
			continue // a component, deployed: it is judged by what is in it
		}
		scanned := policy.Expectation{Path: "imageScanningConfiguration.scanOnPush", Want: "true, or scanning on push set for the registry", Fix: fix,
			Holds: func(v inspect.Value) bool { return v.True() || scannedByRegistry(s, r) }}
		report.Expect(r, scanned, immutable, byKMS, key)
	}
}

func hasRepository(s *inspect.Stack, component *inspect.Resource) bool {
	for _, child := range s.Children(component.URN) {
		if child.Type == inspect.RepositoryType {
			return true
		}
	}
	return false
}

// scannedByRegistry is true where the registry's own settings have the repository scanned whenever something is pushed.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html#image-scanning-filters
func scannedByRegistry(s *inspect.Stack, r *inspect.Resource) bool {
	name := r.At("name").Text()
	for _, registry := range s.Of("aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration") {
		if inspect.RegionOf(registry) != inspect.RegionOf(r) {
			continue
		}
		for _, rule := range registry.At("rules").List() {
			if !slices.Contains([]string{"SCAN_ON_PUSH", "CONTINUOUS_SCAN"}, rule.At("scanFrequency").Text()) {
				continue
			}
			if slices.ContainsFunc(rule.At("repositoryFilters").List(), func(filter inspect.Value) bool {
				pattern := filter.At("filter").Text()
				if !strings.Contains(pattern, "*") {
					pattern = "*" + pattern + "*" // as ECR reads one without
				}
				return inspect.Glob(pattern, name)
			}) {
				return true
			}
		}
	}
	return false
}

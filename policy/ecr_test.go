package policy

import (
	"maps"

	"github.com/carebase/carebase/graph"
)

var ecrFixtures = map[string]fixture{
	"X-ECR": {
		satisfied: []example{
			{about: "a repository", resources: these(images(repositoryType, in{}))},
			{about: "a component in a plan", resources: these(images(remoteRepositoryType, in{}))},
			{about: "a component, deployed", resources: these(
				res(remoteRepositoryType, "images", in{}), childOf(images(repositoryType, in{}), urnOf(remoteRepositoryType, "images")))},
			{about: "two layers of encryption", resources: these(images(repositoryType, in{
				"encryptionConfigurations": []any{in{"encryptionType": "KMS_DSSE", "kmsKey": keyArn}}}))},
			{about: "scanned by the registry", resources: these(images(repositoryType, in{"imageScanningConfiguration": nil}), registry("*", "CONTINUOUS_SCAN"))},
			{about: "scanned by the registry, by its name", resources: these(
				images(repositoryType, in{"imageScanningConfiguration": nil, "name": "prod/backend"}), registry("prod/*", "SCAN_ON_PUSH"))},
			{about: "scanned by the registry, by a part of its name", resources: these(
				images(repositoryType, in{"imageScanningConfiguration": nil, "name": "prod/backend"}), registry("prod", "SCAN_ON_PUSH"))},
		},
		violated: append(append(brokenRepositories(repositoryType), brokenRepositories(remoteRepositoryType)...),
			example{about: "a component, deployed", property: "imageTagMutability", resources: these(
				images(remoteRepositoryType, in{}), childOf(images(repositoryType, in{"imageTagMutability": "MUTABLE"}), urnOf(remoteRepositoryType, "images")))},
			example{about: "a component with something else in it", property: "imageTagMutability", resources: these(
				images(remoteRepositoryType, in{"imageTagMutability": "MUTABLE"}),
				childOf(res("aws:ecr/lifecyclePolicy:LifecyclePolicy", "images", in{}), urnOf(remoteRepositoryType, "images")))},
			example{about: "the registry scans by hand", property: "imageScanningConfiguration.scanOnPush", resources: these(
				images(repositoryType, in{"imageScanningConfiguration": nil}), registry("*", "MANUAL"))},
			example{about: "the registry scans others", property: "imageScanningConfiguration.scanOnPush", resources: these(
				images(repositoryType, in{"imageScanningConfiguration": nil, "name": "dev/backend"}), registry("prod/*", "SCAN_ON_PUSH"))},
			example{about: "another region's registry", property: "imageScanningConfiguration.scanOnPush", resources: these(
				images(repositoryType, in{"imageScanningConfiguration": nil}), inRegion("us-west-2", registry("*", "SCAN_ON_PUSH")))}),
		undecided: []example{
			{about: "tags not known", resources: these(images(repositoryType, in{"imageTagMutability": unknown}))},
			{about: "encryption not known", resources: these(images(repositoryType, in{"encryptionConfigurations": unknown}))},
		},
	},
}

// images is a repository as it should be, but for these inputs.
func images(typ string, inputs in) *graph.Resource {
	all := in{
		"imageScanningConfiguration": in{"scanOnPush": true}, "imageTagMutability": "IMMUTABLE",
		"encryptionConfigurations": []any{in{"encryptionType": "KMS", "kmsKey": keyArn}},
	}
	maps.Copy(all, inputs)
	return res(typ, "images", all)
}

func brokenRepositories(typ string) []example {
	return []example{
		{about: "scanning not set", property: "imageScanningConfiguration.scanOnPush", resources: these(images(typ, in{"imageScanningConfiguration": nil}))},
		{about: "not scanned", property: "imageScanningConfiguration.scanOnPush", resources: these(images(typ, in{"imageScanningConfiguration": in{"scanOnPush": false}}))},
		{about: "tags that move", property: "imageTagMutability", resources: these(images(typ, in{"imageTagMutability": "MUTABLE"}))},
		{about: "some tags that move", property: "imageTagMutability", resources: these(images(typ, in{"imageTagMutability": "IMMUTABLE_WITH_EXCLUSION"}))},
		{about: "tags that move by default", property: "imageTagMutability", resources: these(images(typ, in{"imageTagMutability": nil}))},
		{about: "no encryption of its own", property: "encryptionConfigurations", resources: these(images(typ, in{"encryptionConfigurations": nil}))},
		{about: "S3's key", property: "encryptionConfigurations[0].encryptionType", resources: these(
			images(typ, in{"encryptionConfigurations": []any{in{"encryptionType": "AES256"}}}))},
		{about: "AWS's key", property: "encryptionConfigurations[0].kmsKey", resources: these(
			images(typ, in{"encryptionConfigurations": []any{in{"encryptionType": "KMS"}}}))},
		{about: "AWS's key, named", property: "encryptionConfigurations[0].kmsKey", resources: these(
			images(typ, in{"encryptionConfigurations": []any{in{"encryptionType": "KMS", "kmsKey": "alias/aws/ecr"}}}))},
	}
}

func registry(filter, frequency string) *graph.Resource {
	return res("aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration", "registry", in{"scanType": "BASIC", "rules": []any{
		in{"scanFrequency": frequency, "repositoryFilters": []any{in{"filter": filter, "filterType": "WILDCARD"}}}}})
}

// childOf puts a resource below another.
func childOf(r *graph.Resource, parent string) *graph.Resource {
	r.Parent = parent
	return r
}

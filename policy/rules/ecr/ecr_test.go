package ecr

import (
	"maps"

	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

var ecrFixtures = map[string]Fixture{
	"X-ECR": {
		Satisfied: []Example{
			{About: "a repository", Resources: Resources(images(inspect.RepositoryType, Inputs{}))},
			{About: "a component in a plan", Resources: Resources(images(remoteRepositoryType, Inputs{}))},
			{About: "a component, deployed", Resources: Resources(
				Resource(remoteRepositoryType, "images", Inputs{}), childOf(images(inspect.RepositoryType, Inputs{}), URN(remoteRepositoryType, "images")))},
			{About: "two layers of encryption", Resources: Resources(images(inspect.RepositoryType, Inputs{
				"encryptionConfigurations": []any{Inputs{"encryptionType": "KMS_DSSE", "kmsKey": examples.KeyArn}}}))},
			{About: "scanned by the registry", Resources: Resources(images(inspect.RepositoryType, Inputs{"imageScanningConfiguration": nil}), registry("*", "CONTINUOUS_SCAN"))},
			{About: "scanned by the registry, by its name", Resources: Resources(
				images(inspect.RepositoryType, Inputs{"imageScanningConfiguration": nil, "name": "prod/backend"}), registry("prod/*", "SCAN_ON_PUSH"))},
			{About: "scanned by the registry, by a part of its name", Resources: Resources(
				images(inspect.RepositoryType, Inputs{"imageScanningConfiguration": nil, "name": "prod/backend"}), registry("prod", "SCAN_ON_PUSH"))},
		},
		Violated: append(append(brokenRepositories(inspect.RepositoryType), brokenRepositories(remoteRepositoryType)...),
			Example{About: "a component, deployed", Property: "imageTagMutability", Resources: Resources(
				images(remoteRepositoryType, Inputs{}), childOf(images(inspect.RepositoryType, Inputs{"imageTagMutability": "MUTABLE"}), URN(remoteRepositoryType, "images")))},
			Example{About: "a component with something else in it", Property: "imageTagMutability", Resources: Resources(
				images(remoteRepositoryType, Inputs{"imageTagMutability": "MUTABLE"}),
				childOf(Resource("aws:ecr/lifecyclePolicy:LifecyclePolicy", "images", Inputs{}), URN(remoteRepositoryType, "images")))},
			Example{About: "the registry scans by hand", Property: "imageScanningConfiguration.scanOnPush", Resources: Resources(
				images(inspect.RepositoryType, Inputs{"imageScanningConfiguration": nil}), registry("*", "MANUAL"))},
			Example{About: "the registry scans others", Property: "imageScanningConfiguration.scanOnPush", Resources: Resources(
				images(inspect.RepositoryType, Inputs{"imageScanningConfiguration": nil, "name": "dev/backend"}), registry("prod/*", "SCAN_ON_PUSH"))},
			Example{About: "another region's registry", Property: "imageScanningConfiguration.scanOnPush", Resources: Resources(
				images(inspect.RepositoryType, Inputs{"imageScanningConfiguration": nil}), InRegion("us-west-2", registry("*", "SCAN_ON_PUSH")))}),
		Undecided: []Example{
			{About: "tags not known", Resources: Resources(images(inspect.RepositoryType, Inputs{"imageTagMutability": Unknown}))},
			{About: "encryption not known", Resources: Resources(images(inspect.RepositoryType, Inputs{"encryptionConfigurations": Unknown}))},
		},
	},
}

// images is a repository as it should be, but for these inputs.
func images(typ string, inputs Inputs) *graph.Resource {
	all := Inputs{
		"imageScanningConfiguration": Inputs{"scanOnPush": true}, "imageTagMutability": "IMMUTABLE",
		"encryptionConfigurations": []any{Inputs{"encryptionType": "KMS", "kmsKey": examples.KeyArn}},
	}
	maps.Copy(all, inputs)
	return Resource(typ, "images", all)
}

func brokenRepositories(typ string) []Example {
	return []Example{
		{About: "scanning not set", Property: "imageScanningConfiguration.scanOnPush", Resources: Resources(images(typ, Inputs{"imageScanningConfiguration": nil}))},
		{About: "not scanned", Property: "imageScanningConfiguration.scanOnPush", Resources: Resources(images(typ, Inputs{"imageScanningConfiguration": Inputs{"scanOnPush": false}}))},
		{About: "tags that move", Property: "imageTagMutability", Resources: Resources(images(typ, Inputs{"imageTagMutability": "MUTABLE"}))},
		{About: "some tags that move", Property: "imageTagMutability", Resources: Resources(images(typ, Inputs{"imageTagMutability": "IMMUTABLE_WITH_EXCLUSION"}))},
		{About: "tags that move by default", Property: "imageTagMutability", Resources: Resources(images(typ, Inputs{"imageTagMutability": nil}))},
		{About: "no encryption of its own", Property: "encryptionConfigurations", Resources: Resources(images(typ, Inputs{"encryptionConfigurations": nil}))},
		{About: "S3's key", Property: "encryptionConfigurations[0].encryptionType", Resources: Resources(
			images(typ, Inputs{"encryptionConfigurations": []any{Inputs{"encryptionType": "AES256"}}}))},
		{About: "AWS's key", Property: "encryptionConfigurations[0].kmsKey", Resources: Resources(
			images(typ, Inputs{"encryptionConfigurations": []any{Inputs{"encryptionType": "KMS"}}}))},
		{About: "AWS's key, named", Property: "encryptionConfigurations[0].kmsKey", Resources: Resources(
			images(typ, Inputs{"encryptionConfigurations": []any{Inputs{"encryptionType": "KMS", "kmsKey": "alias/aws/ecr"}}}))},
	}
}

func registry(filter, frequency string) *graph.Resource {
	return Resource("aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration", "registry", Inputs{"scanType": "BASIC", "rules": []any{
		Inputs{"scanFrequency": frequency, "repositoryFilters": []any{Inputs{"filter": filter, "filterType": "WILDCARD"}}}}})
}

// childOf puts a resource below another.
func childOf(r *graph.Resource, parent string) *graph.Resource {
	r.Parent = parent
	return r
}

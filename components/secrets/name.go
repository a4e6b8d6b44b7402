package secrets

import "github.com/carebase/carebase/components/limits"

// The names of secrets follow components/limits, by which settings refuse a wrong one first.
const (
	envPlaceholder     = limits.EnvPlaceholder
	projectPlaceholder = limits.ProjectPlaceholder
	servicePlaceholder = limits.ServicePlaceholder

	allowedPart = limits.SecretPartRule
)

var (
	render       = limits.RenderSecretName
	checkPattern = limits.CheckSecretPattern
	checkName    = limits.CheckSecretName

	partCharacters = limits.SecretPart
)

// Package carebase holds the settings of the systems in this repository, as templates for new systems.
package carebase

import "embed"

// Systems has the folder of each system: CareConnect's files are at the root, other systems are in examples/<system>.
//
//go:embed Pulumi.yaml Pulumi.dev.yaml Pulumi.staging.yaml Pulumi.prod.yaml Pulumi.dr.yaml
var Systems embed.FS

// Root is the system whose files are at the root, and RootTitle its name in texts.
const (
	Root      = "careconnect"
	RootTitle = "CareConnect"
)

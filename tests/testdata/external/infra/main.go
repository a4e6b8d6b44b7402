// Command infra is the Pulumi program.
package main

import (
	"github.com/carebase/carebase/stacks"

	"clinic.example.com/infrastructure/system"
)

func main() { stacks.Run(system.Extend) }

// Command clinic plans, audits and operates the clinic's stacks: carebase with what the clinic adds.
package main

import (
	"github.com/carebase/carebase/cli"

	"clinic.example.com/infrastructure/system"
)

func main() { cli.Main(system.Extend) }

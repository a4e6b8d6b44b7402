// Command clinic plans, audits and operates the clinic's stacks.
package main

import (
	"github.com/carebase/carebase/cli"
	"github.com/carebase/carebase/stacks"

	"clinic.example.com/infrastructure/system"
)

func main() {
	cli.Main(cli.Program{Extensions: []stacks.Extension{system.Extend}, Controls: system.Controls})
}

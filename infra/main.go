// Command infra is the Pulumi program: it reads its stack's settings and deploys the stack.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/stacks"
)

func main() {
	pulumi.Run(stacks.Program(stacks.EngineConfig()))
}

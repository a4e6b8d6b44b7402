// Command infra is the Pulumi program: it reads its stack's settings and deploys the stack.
package main

import (
	"github.com/carebase/carebase/stacks"
)

func main() {
	stacks.Run()
}

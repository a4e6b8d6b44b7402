// Command infra is the Pulumi program of zero-to-running.
package main

import "github.com/carebase/carebase/stacks"

func main() { stacks.Run() }

// Command infra is the Pulumi program of skin-club-pro.
package main

import "github.com/carebase/carebase/stacks"

func main() { stacks.Run() }

// Command pack is the control catalogue as a CrossGuard policy pack:
//
//	pulumi preview --policy-pack policy/pack
//
// Every control of package policy is a policy of its own name. Where one resource suffices to decide it, it judges
// resources before they are created; the others judge the stack. On stacks with PHI a violation stops the update; on
// others it is advice.
package main

import (
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/policyx"
)

func main() {
	if err := policyx.Main(newPack); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

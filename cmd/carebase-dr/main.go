// Command carebase-dr carries out what `carebase dr` and `carebase repair` ask for. It has the AWS SDK: see package dr.
package main

import "github.com/carebase/carebase/cli/dr"

func main() { dr.Main() }

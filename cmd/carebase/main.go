// Command carebase is the command line of CareConnect: see package cli.
package main

import "github.com/carebase/carebase/cli"

func main() { cli.Main(cli.Program{}) }

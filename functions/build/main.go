// Command build builds the functions for AWS Lambda and prints the SHA-256 of each archive. `pulumi up` needs the archives;
// `carebase plan` does not.
//
//	go run ./functions/build [-o functions/dist]
//
// A project of its own, which requires this module, runs it as go run github.com/carebase/carebase/functions/build.
package main

import (
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/carebase/carebase/functions/archive"
)

// functions are the folders beside this command that contain a function.
var functions = []string{"rotation"}

const module = "github.com/carebase/carebase/functions/"

func main() {
	output := flag.String("o", archive.Folder, "folder of the archives")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *output); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, output string) error {
	for _, function := range functions {
		path := filepath.Join(output, archive.Name(function))
		if err := archive.Build(ctx, ".", module+function, path); err != nil {
			return err
		}
		code, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		fmt.Printf("%x  %s\n", sha256.Sum256(code), path)
	}
	return nil
}

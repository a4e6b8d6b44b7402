// Package plan runs a Pulumi program without a cloud and records what it would create. It needs no
// credentials, network, plugin or passphrase: the program's resource registrations are answered by the Pulumi
// SDK's mock monitor, and every value that only the cloud knows stays a reference (see graph.Reference).
//
// It works for any pulumi.RunFunc, not only for this module's.
package plan

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/hashicorp/go-multierror"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/internal/stackfile"
)

// A Program to plan: the function, and what `pulumi` would tell it about where it runs.
type Program struct {
	Project      string
	Stack        string
	Organization string // "organization" unless set
	// Config holds the stack's configuration by full key ("project:key"); structured values as JSON, as in
	// the environment of a Pulumi program. Secrets lists the keys whose value is a secret.
	Config  map[string]string
	Secrets []string
	// File is the stack's settings file, where Load read one: it tells more than Config does (see stackfile.Value).
	File *stackfile.File
	Run  pulumi.RunFunc
	// Functions answers calls of provider functions ("aws:ec2/getVpc:getVpc") by what they would return.
	// A function that is neither here nor known to this package (see functions.go) fails the plan:
	// what it returns cannot be known without a cloud.
	Functions map[string]Function
	// StackOutputs are the outputs of other stacks that the program reads by a pulumi.StackReference, by the stack's full
	// name ("organization/project/stack"). A dot leads into an output that is a map: "recovery.zoneId". Each is text that
	// only the other stack's state knows and stays a reference; any other output is unknown.
	StackOutputs map[string][]string
}

// Run runs the program and returns what it declared. The same program and configuration give the same graph.
// Every error of the program is returned, joined; a panic in it is returned as an error.
func Run(p Program) (*graph.Graph, error) {
	r := newRecorder(p)
	ctx, err := pulumi.NewContext(context.Background(), pulumi.RunInfo{
		Project: p.Project, Stack: p.Stack, Organization: p.organization(),
		Config: p.Config, ConfigSecretKeys: p.Secrets,
		DryRun: true, // so that what has no value stays unknown instead of becoming empty
		Mocks:  r,
	})
	if err != nil {
		return nil, fmt.Errorf("preparing the plan of %s: %w", p.Stack, err)
	}
	defer func() { _ = ctx.Close() }() // closes connections; with mocks there is none

	err = pulumi.RunWithContext(ctx, func(ctx *pulumi.Context) error {
		// The stack's transformation sees the Go value of every resource, which tells its outputs and their types.
		if err := ctx.RegisterStackTransformation(r.learnOutputs); err != nil {
			return err
		}
		return protected(p.Run, ctx)
	})
	if err := flatten(err); err != nil {
		return nil, err
	}
	return r.graph(), nil
}

func (p Program) organization() string {
	if p.Organization == "" {
		return "organization"
	}
	return p.Organization
}

// protected turns a panic of the program into an error that names the place.
func protected(run pulumi.RunFunc, ctx *pulumi.Context) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("the program panicked: %v%s", cause, panicPlace(debug.Stack()))
		}
	}()
	return run(ctx)
}

// panicPlace finds the line of the program that panicked: the first frame after the runtime's own.
func panicPlace(stack []byte) string {
	lines := strings.Split(string(stack), "\n")
	after := false
	for _, line := range lines {
		if strings.HasPrefix(line, "panic(") {
			after = true
			continue
		}
		if place := strings.TrimSpace(line); after && strings.HasPrefix(line, "\t") && !strings.Contains(place, "/src/runtime/") {
			place, _, _ = strings.Cut(place, " +0x")
			return " (at " + place + ")"
		}
	}
	return ""
}

// flatten takes the bullets off the SDK's collected errors and drops repetitions: a failed output is reported
// by everything that waited for it.
func flatten(err error) error {
	if err == nil {
		return nil
	}
	var each []error
	var walk func(error)
	walk = func(err error) {
		var many *multierror.Error
		if errors.As(err, &many) {
			for _, one := range many.Errors {
				walk(one)
			}
			return
		}
		if !slices.ContainsFunc(each, func(seen error) bool { return seen.Error() == err.Error() }) {
			each = append(each, err)
		}
	}
	walk(err)
	if len(each) == 1 {
		return each[0]
	}
	return errors.Join(each...)
}

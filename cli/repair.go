package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/carebase/carebase/cli/handoff"
)

// repairCommand returns the command under its name, or, hidden, under the name that the command had before: recover.
func repairCommand(name string) *cobra.Command {
	request := handoff.Request{Operation: handoff.Repair}
	command := &cobra.Command{
		Use:    name + " STACK",
		Hidden: name != "repair",
		Short:  "Repair the state after an interrupted update",
		Long: `Finds, for every resource that the engine was creating when it ended, whether AWS has the resource, and
puts the resource's id into the stack's state. The next update then neither creates the resource twice nor fails
because the name is taken. Without --yes it only prints what it would do. It needs the credentials of the stack's
account, pulumi and its plugins, and no update in progress: after a crash, run pulumi cancel first.

It may be interrupted and run again. If it cannot decide on a resource, it fails and changes nothing.

With --failed it also looks for what the next update would create: a creation that failed after AWS had made the
resource, or whose answer was lost, leaves nothing in the state, and fails again because the name is taken. Read
what it would do: AWS may have a resource of that name for another reason.

With --orphans it only lists what AWS has under the stack's tags Project and Environment and its state does not have.

Exit status: 0 repaired, or no operation is open; 1 a resource cannot be decided on, is open and --yes was not
given, or is an orphan; 2 wrong usage.`,
		Example: "  pulumi cancel --stack prod --yes\n  carebase repair prod\n  carebase repair prod --yes\n  pulumi up --stack prod",
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) != 1 || args[0] == "":
				return usageError{errors.New("name one stack")}
			case request.Orphans && (request.Apply || request.Failed):
				return usageError{errors.New("--orphans goes with no other flag")}
			}
			return nil
		},
		RunE: func(command *cobra.Command, args []string) (err error) {
			request.Command, request.Stack = command.CommandPath(), args[0]
			if request.Directory, err = command.Flags().GetString("directory"); err != nil {
				return err
			}
			if request.AllowStale, err = command.Flags().GetBool("allow-stale"); err != nil {
				return err
			}
			return handOff(request)
		},
	}
	command.Flags().BoolVar(&request.Apply, "yes", false, "do it")
	command.Flags().BoolVar(&request.Failed, "failed", false, "look for what the next update would create, too")
	command.Flags().BoolVar(&request.Orphans, "orphans", false, "list what AWS has under the stack's tags and its state does not")
	return command
}

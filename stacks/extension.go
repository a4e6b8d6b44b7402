package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/cache"
	"github.com/carebase/carebase/components/database"
	"github.com/carebase/carebase/components/network"
	"github.com/carebase/carebase/components/observability"
	"github.com/carebase/carebase/components/service"
	"github.com/carebase/carebase/stacks/settings"
)

// Extension adds resources to a stack after the components of the settings' sections are registered. Plans, audits and updates
// include these resources. Extension is called for primary and recovery stacks: see Stack.Settings.IsRecovery.
type Extension func(ctx *pulumi.Context, stack *Stack) error

// Stack is a stack whose components are registered. A component whose section the settings lack is nil.
type Stack struct {
	Settings *settings.Settings
	// KeyArns are the stack's KMS keys, in its region.
	KeyArns  KeyArns
	Network  *network.Network
	Database *database.Database
	Cache    *cache.Cache
	Cluster  *service.Cluster
	// Services by name.
	Services map[string]*service.Web
	// Topic receives the stack's alarms.
	Topic *observability.Topic

	providers providers
}

// Options returns the options that a component or resource of the stack needs: the stack's provider. Default providers are disabled.
func (s *Stack) Options() pulumi.ResourceOption { return s.providers.option() }

// Prefix returns "project-environment", the prefix of the stack's physical names.
func (s *Stack) Prefix() string { return namesOf(s.Settings).prefix() }

func (f *foundation) extend(ctx *pulumi.Context, extensions []Extension) error {
	stack := &Stack{
		Settings: f.Settings, KeyArns: f.keyArns, Network: f.network, Database: f.database, Cache: f.cache, Cluster: f.cluster,
		Services: map[string]*service.Web{}, Topic: f.topic, providers: f.providers,
	}
	for i, web := range f.services {
		stack.Services[f.Services[i].Name] = web
	}
	for _, extension := range extensions {
		if err := extension(ctx, stack); err != nil {
			return err
		}
	}
	return nil
}

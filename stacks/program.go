package stacks

import (
	"encoding/json"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/stacks/settings"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// Run is the main function of a system's Pulumi program. It deploys the stack that the engine names, then calls the extensions.
func Run(extensions ...Extension) { pulumi.Run(Program(EngineConfig(), extensions...)) }

// Program returns the Pulumi program of the stack with that configuration. It refuses settings with any problem before it
// registers a resource.
func Program(config decode.Config, extensions ...Extension) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		s, err := settings.Decode(ctx.Stack(), config)
		if err != nil {
			return err
		}
		if s.IsRecovery() {
			return deployRecovery(ctx, s, extensions)
		}
		return deployPrimary(ctx, s, extensions)
	}
}

// EngineConfig returns the configuration that the Pulumi engine gave this process. It is read from the environment, as the SDK
// does, because the SDK answers only for keys that the caller names: a misspelt key would go unnoticed.
//
// The engine passes texts, and of secrets only the top-level keys. The types, the spellings and which values are encrypted are in
// the stack's file, which is looked for from the working directory upwards, as Pulumi does. There may be no file if the values come
// from an ESC environment or from --config-file.
func EngineConfig() decode.Config {
	config := decode.Config{Project: os.Getenv(pulumi.EnvProject)}
	// Without an engine both variables are empty, and the settings are reported as missing.
	_ = json.Unmarshal([]byte(os.Getenv(pulumi.EnvConfig)), &config.Values)
	_ = json.Unmarshal([]byte(os.Getenv(pulumi.EnvConfigSecretKeys)), &config.Encrypted)
	if loaded, err := plan.Load(".", os.Getenv(pulumi.EnvStack)); err == nil {
		config.File, config.FromFile = loaded.File, loaded.Config
	}
	return config
}

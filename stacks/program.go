package stacks

import (
	"encoding/json"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/plan"
)

// Program is the Pulumi program of a stack with that configuration: it decodes the settings, refuses them whole
// where anything is wrong, and deploys the composition.
func Program(config Config) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		settings, err := Decode(ctx.Stack(), config)
		if err != nil {
			return err
		}
		return Deploy(ctx, settings)
	}
}

// EngineConfig is the configuration that the Pulumi engine gave this process. It is read from the environment,
// as the SDK does, because the SDK answers only for keys one knows: a misspelt one would pass unseen. The engine gives text,
// and of secrets only the top-level keys; types, spellings and what is encrypted are in the stack's file, which is found as
// Pulumi finds it, from the folder of the program upwards. Where the values are from elsewhere (an ESC environment, a
// --config-file in another folder) there may be none.
func EngineConfig() Config {
	var config Config
	// The engine writes both; where there is no engine they are empty, and the settings are reported missing.
	_ = json.Unmarshal([]byte(os.Getenv(pulumi.EnvConfig)), &config.Values)
	_ = json.Unmarshal([]byte(os.Getenv(pulumi.EnvConfigSecretKeys)), &config.Encrypted)
	if loaded, err := plan.Load(".", os.Getenv(pulumi.EnvStack)); err == nil {
		config.File, config.FromFile = loaded.File, loaded.Config
	}
	return config
}

// Deploy composes the stack from settings that Decode has validated. Which composition it is the settings say, not the
// stack's name.
func Deploy(ctx *pulumi.Context, settings *Settings) error {
	if settings.IsRecovery() {
		return deployRecovery(ctx, settings)
	}
	return deployPrimary(ctx, settings)
}

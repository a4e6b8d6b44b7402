package graph

import (
	"encoding/json"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// UnfoldProvider reads a provider's configuration as the engine keeps it, every value that is no text as JSON in a
// text, and returns it as its program gave it.
func UnfoldProvider(inputs property.Map) property.Map {
	for key, value := range inputs.AsMap() {
		if !value.IsString() || value.Secret() || !strings.ContainsAny(value.AsString()[:min(1, len(value.AsString()))], "{[") {
			continue
		}
		var decoded any
		if err := json.Unmarshal([]byte(value.AsString()), &decoded); err != nil {
			continue // a text that begins so by chance
		}
		inputs = inputs.Set(key, resource.FromResourcePropertyValue(resource.NewPropertyValue(decoded)))
	}
	return inputs
}

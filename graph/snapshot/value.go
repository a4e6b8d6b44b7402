package snapshot

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// values reads a mapping of properties as Pulumi stores it, in which secrets, unknown values and assets are marked.
func values(stored map[string]any) (property.Map, error) {
	object, err := convertObject(stored)
	return resource.FromResourcePropertyMap(object), err
}

// sealed is how previews write a secret.
const sealed = "[secret]"

func convertValue(stored any) (resource.PropertyValue, error) {
	switch v := stored.(type) {
	case string:
		switch v {
		case plugin.UnknownStringValue, plugin.UnknownBoolValue, plugin.UnknownNumberValue, plugin.UnknownArrayValue,
			plugin.UnknownObjectValue, plugin.UnknownAssetValue, plugin.UnknownArchiveValue:
			return resource.MakeComputed(resource.NewProperty("")), nil
		case sealed:
			return resource.MakeSecret(resource.NewProperty(sealed)), nil
		}
		return resource.NewProperty(v), nil
	case []any:
		list := make([]resource.PropertyValue, 0, len(v))
		for _, element := range v {
			one, err := convertValue(element)
			if err != nil {
				return resource.PropertyValue{}, err
			}
			list = append(list, one)
		}
		return resource.NewProperty(list), nil
	case map[string]any:
		if signature, ok := v[resource.SigKey].(string); ok {
			return convertSigned(signature, v)
		}
		object, err := convertObject(v)
		return resource.NewProperty(object), err
	case nil, bool, float64:
		return resource.NewPropertyValue(v), nil
	default:
		return resource.PropertyValue{}, fmt.Errorf("a value of Go type %T", v)
	}
}

// convertObject leaves out what Pulumi and its providers keep for themselves beside the properties.
func convertObject(stored map[string]any) (resource.PropertyMap, error) {
	object := make(resource.PropertyMap, len(stored))
	for key, value := range stored {
		if own := key == "__defaults" || key == "__meta" || key == "__internal" || strings.HasPrefix(key, "__pulumi"); own {
			continue
		}
		one, err := convertValue(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		object[resource.PropertyKey(key)] = one
	}
	return object, nil
}

// convertSecret leaves a ciphertext unread. An export with --show-secrets has the value: a list of which one member is a
// secret is one as a whole, and there is more in it to judge.
func convertSecret(v map[string]any) (resource.PropertyValue, error) {
	text, shown := v["plaintext"].(string)
	if !shown {
		return resource.MakeSecret(resource.NewProperty(sealed)), nil
	}
	var stored any
	if err := json.Unmarshal([]byte(text), &stored); err != nil {
		return resource.PropertyValue{}, fmt.Errorf("a secret that is no JSON")
	}
	inner, err := convertValue(stored)
	return resource.MakeSecret(inner), err
}

// convertSigned reads what Pulumi marks by a signature: a secret, a reference to another resource, and assets, of which
// nothing is judged.
func convertSigned(signature string, v map[string]any) (resource.PropertyValue, error) {
	switch signature {
	case resource.SecretSig:
		return convertSecret(v)
	case resource.ResourceReferenceSig:
		urn, _ := v["urn"].(string)
		return resource.NewProperty(resource.ResourceReference{URN: resource.URN(urn)}), nil
	case resource.OutputValueSig:
		inner, known := v["value"]
		if !known {
			return resource.MakeComputed(resource.NewProperty("")), nil
		}
		one, err := convertValue(inner)
		if secret, _ := v["secret"].(bool); secret {
			return resource.MakeSecret(resource.NewProperty(sealed)), err
		}
		return one, err
	default:
		return resource.NewProperty("asset"), nil
	}
}

package engine

import (
	"encoding/json"
	"errors"
	"fmt"
)

const (
	instanceType = "aws:rds/instance:Instance"
	cacheType    = "aws:elasticache/replicationGroup:ReplicationGroup"
)

// find is the URN of the one database in the state with that identifier.
func find(deployment json.RawMessage, identifier string) (string, error) {
	var state struct {
		Resources []struct {
			URN    string `json:"urn"`
			Type   string `json:"type"`
			Delete bool   `json:"delete"`
			Inputs struct {
				Identifier any `json:"identifier"`
			} `json:"inputs"`
		} `json:"resources"`
	}
	if err := json.Unmarshal(deployment, &state); err != nil {
		return "", fmt.Errorf("reading the state: %w", err)
	}
	var found []string
	for _, resource := range state.Resources {
		if resource.Type == instanceType && !resource.Delete && resource.Inputs.Identifier == identifier {
			found = append(found, resource.URN)
		}
	}
	if len(found) != 1 {
		return "", fmt.Errorf("the state has %d databases of the identifier %s, not one", len(found), identifier)
	}
	return found[0], nil
}

// withID is the state with another id for one resource; nil where it has that id already.
func withID(deployment json.RawMessage, urn, id string) (json.RawMessage, error) {
	found := false
	changed, err := edited(deployment, func(resource map[string]json.RawMessage) (bool, error) {
		if string(resource["urn"]) != quote(urn) {
			return false, nil
		}
		found = true
		if string(resource["id"]) == quote(id) {
			return false, nil
		}
		resource["id"] = json.RawMessage(quote(id))
		var outputs map[string]json.RawMessage
		if err := json.Unmarshal(resource["outputs"], &outputs); err != nil {
			return false, fmt.Errorf("reading the outputs of %s: %w", urn, err)
		}
		outputs["id"] = json.RawMessage(quote(id))
		text, err := json.Marshal(outputs)
		resource["outputs"] = text
		return true, err
	})
	if err == nil && !found {
		err = errors.New("the state has no " + urn)
	}
	return changed, err
}

// unprotected is the state without protection of the resources of a type; nil where none has any.
func unprotected(deployment json.RawMessage, resourceType string) (json.RawMessage, error) {
	return edited(deployment, func(resource map[string]json.RawMessage) (bool, error) {
		if string(resource["type"]) != quote(resourceType) || string(resource["protect"]) != "true" {
			return false, nil
		}
		delete(resource, "protect")
		return true, nil
	})
}

// edited is the state with its resources changed, nil where none was. Everything else stays as it was written, number
// for number.
func edited(deployment json.RawMessage, change func(resource map[string]json.RawMessage) (bool, error)) (json.RawMessage, error) {
	var state map[string]json.RawMessage
	if err := json.Unmarshal(deployment, &state); err != nil {
		return nil, fmt.Errorf("reading the state: %w", err)
	}
	var resources []map[string]json.RawMessage
	if err := json.Unmarshal(state["resources"], &resources); err != nil {
		return nil, fmt.Errorf("reading the state's resources: %w", err)
	}
	some := false
	for _, resource := range resources {
		changed, err := change(resource)
		if err != nil {
			return nil, err
		}
		some = some || changed
	}
	if !some {
		return nil, nil
	}
	text, err := json.Marshal(resources)
	if err != nil {
		return nil, err
	}
	state["resources"] = text
	return json.Marshal(state)
}

func quote(text string) string {
	quoted, _ := json.Marshal(text) // a string always can be
	return string(quoted)
}

package engine

import (
	"encoding/json"
	"errors"
	"fmt"
)

const instanceType = "aws:rds/instance:Instance"

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

// withID is the state with another id for one resource; nil where it has that id already. Everything else stays as it
// was written, number for number.
func withID(deployment json.RawMessage, urn, id string) (json.RawMessage, error) {
	var state map[string]json.RawMessage
	if err := json.Unmarshal(deployment, &state); err != nil {
		return nil, fmt.Errorf("reading the state: %w", err)
	}
	var resources []map[string]json.RawMessage
	if err := json.Unmarshal(state["resources"], &resources); err != nil {
		return nil, fmt.Errorf("reading the state's resources: %w", err)
	}
	for _, resource := range resources {
		if string(resource["urn"]) != quote(urn) {
			continue
		}
		if string(resource["id"]) == quote(id) {
			return nil, nil
		}
		resource["id"] = json.RawMessage(quote(id))
		var outputs map[string]json.RawMessage
		if err := json.Unmarshal(resource["outputs"], &outputs); err != nil {
			return nil, fmt.Errorf("reading the outputs of %s: %w", urn, err)
		}
		outputs["id"] = json.RawMessage(quote(id))
		text, err := json.Marshal(outputs)
		if err != nil {
			return nil, err
		}
		resource["outputs"] = text
		if state["resources"], err = json.Marshal(resources); err != nil {
			return nil, err
		}
		return json.Marshal(state)
	}
	return nil, errors.New("the state has no " + urn)
}

func quote(text string) string {
	quoted, _ := json.Marshal(text) // a string always can be
	return string(quoted)
}

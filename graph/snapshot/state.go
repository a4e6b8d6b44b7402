package snapshot

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/carebase/carebase/graph"
)

// FromState reads the output of `pulumi stack export`. Secrets stay sealed: neither their ciphertext nor, of an export
// with --show-secrets, their text is read.
func FromState(text []byte) (*graph.Graph, error) {
	return stateAs(text, deployed)
}

// InputsOfState reads the output of `pulumi stack export`, but each resource has the inputs that its program gave it, and not
// what the provider answered. It is for the comparison with a plan or a preview.
func InputsOfState(text []byte) (*graph.Graph, error) { return stateAs(text, written) }

func stateAs(text []byte, as view) (*graph.Graph, error) {
	g, err := fromState(text, as)
	if err != nil {
		return nil, fmt.Errorf("reading the state: %w", err)
	}
	return g, nil
}

func fromState(text []byte, as view) (*graph.Graph, error) {
	var file struct {
		Version    int
		Deployment *struct {
			Resources []apitype.ResourceV3 `json:"resources"`
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, err
	}
	if file.Deployment == nil {
		return nil, errors.New("there is no deployment in it; it takes the output of `pulumi stack export`")
	}
	if file.Version < 3 || file.Version > 4 {
		return nil, fmt.Errorf("version = %d: allowed is 3, 4; export it again with a current Pulumi", file.Version)
	}
	var live []apitype.ResourceV3
	for _, r := range file.Deployment.Resources {
		// What an interrupted update has replaced and not deleted yet is there, but the stack's no more; what it has
		// deleted to make it anew is not there.
		if !r.Delete && !r.PendingReplacement {
			live = append(live, r)
		}
	}
	if len(live) == 0 {
		return nil, errors.New("there are no resources in it: the stack is not deployed")
	}
	return build(live, as)
}

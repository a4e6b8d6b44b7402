// Package inventory lists what is in an emulator of AWS, service by service, and compares that with what a stack's state
// says is there: what AWS has and the state does not is an orphan, and what the state has and AWS does not is lost.
//
// It knows the emulator's answers only as far as it needs them, and asks without a signature worth the name.
package inventory

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Inventory are the keys of everything there is, by resource type.
type Inventory map[string][]string

// home is the region whose things go by their bare keys, and where AWS keeps what belongs to no region.
const home = "us-east-1"

// Take lists what the emulator has in us-east-1, in the services that belong to no region, and in further regions.
func Take(ctx context.Context, endpoint string, further ...string) (Inventory, error) {
	found := Inventory{}
	for _, region := range append([]string{home}, further...) {
		e := emulator{endpoint: endpoint, region: region}
		for _, l := range listings {
			if l.global() && region != home {
				continue
			}
			keys, err := l.keys(ctx, e)
			if err != nil {
				return nil, fmt.Errorf("%s in %s: %w", l.kind, region, err)
			}
			for _, key := range keys {
				found[l.kind] = append(found[l.kind], in(region, key))
			}
		}
	}
	return found, nil
}

// in is the key of what is in a region.
func in(region, key string) string {
	if region == home {
		return key
	}
	return region + " " + key
}

// keys asks for everything of one kind.
func (l listing) keys(ctx context.Context, e emulator) ([]string, error) {
	parents := []string{""}
	if l.per != nil {
		var err error
		if parents, err = l.per.keys(ctx, e); err != nil {
			return nil, err
		}
	}
	var keys []string
	for _, parent := range parents {
		items, err := e.list(ctx, l, parent)
		if err != nil {
			return nil, err
		}
		for _, i := range items {
			if key := l.key(i, parent); key != "" {
				keys = append(keys, key)
			}
		}
	}
	slices.Sort(keys)
	return keys, nil
}

// Compare tells how what was made since an inventory was taken differs from a state, as `pulumi stack export` writes
// it. Nothing means that AWS has each resource of the state once, and of these kinds nothing else.
func Compare(before, now Inventory, export []byte) ([]string, error) {
	var state struct {
		Deployment struct{ Resources []resource }
	}
	if err := json.Unmarshal(export, &state); err != nil {
		return nil, err
	}
	regions := map[string]string{} // of the providers
	for _, r := range state.Deployment.Resources {
		if region, is := r.Inputs["region"].(string); is && strings.HasPrefix(r.Type, "pulumi:providers:") {
			regions[r.URN+"::"+r.ID] = region
		}
	}
	want := Inventory{}
	for _, r := range state.Deployment.Resources {
		if r.Type == "aws:kms/replicaKey:ReplicaKey" {
			r.Type = "aws:kms/key:Key" // where it is, it is a key as others are
		}
		if l, known := byKind[r.Type]; known {
			region := regions[r.Provider]
			if l.global() || region == "" {
				region = home
			}
			want[r.Type] = append(want[r.Type], in(region, l.stateKey(r)))
		}
	}
	var differences []string
	for _, kind := range slices.Sorted(maps.Keys(byKind)) {
		for _, key := range without(without(now[kind], before[kind]), want[kind]) {
			differences = append(differences, kind+" "+key+": AWS has it, the state does not")
		}
		for _, key := range without(want[kind], now[kind]) {
			differences = append(differences, kind+" "+key+": the state has it, AWS does not")
		}
	}
	return differences, nil
}

// without is what is left of a list after taking each of the others away once: what is there twice stays once.
func without(list, others []string) []string {
	left := slices.Clone(list)
	for _, other := range others {
		if i := slices.Index(left, other); i >= 0 {
			left = slices.Delete(left, i, i+1)
		}
	}
	return left
}

// resource is one of a state.
type resource struct {
	URN, Type, ID   string
	Provider        string // its provider's URN and id
	Inputs, Outputs map[string]any
}

// stateKey is what the listing calls the resource.
func (l listing) stateKey(r resource) string {
	if l.state != nil {
		return l.state(r)
	}
	return r.ID
}

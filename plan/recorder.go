package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/carebase/carebase/graph"
)

// recorder answers the program's registrations and keeps them. The SDK calls it from many goroutines.
type recorder struct {
	program Program

	mu        sync.Mutex
	resources map[string]*graph.Resource   // by URN
	providers map[string]*graph.Resource   // by the reference the SDK hands out: URN::ID
	outputs   map[string]outputs           // by type token
	given     map[string]map[string]string // providers by package that a component was given, by URN
}

func newRecorder(p Program) *recorder {
	return &recorder{
		program:   p,
		resources: map[string]*graph.Resource{},
		providers: map[string]*graph.Resource{},
		outputs:   map[string]outputs{},
		given:     map[string]map[string]string{},
	}
}

// learnOutputs is a stack transformation that changes nothing.
func (r *recorder) learnOutputs(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
	known := outputsOf(args.Resource)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.outputs[args.Type] = known
	return nil
}

// NewResource implements pulumi.MockResourceMonitor: it records the resource and answers with its inputs and,
// for every other output, a reference.
func (r *recorder) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	rpc := args.RegisterRPC
	parent, object := rpc.GetParent(), rpc.GetObject()
	if rpc == nil {
		parent, object = args.ReadRPC.GetParent(), args.ReadRPC.GetProperties()
	}
	// The mock monitor's own reading of the inputs (args.Inputs) leaves out what is unknown.
	inputs, err := plugin.UnmarshalProperties(object, plugin.MarshalOptions{
		KeepUnknowns: true, KeepSecrets: true, KeepResources: true,
	})
	if err != nil {
		return "", nil, fmt.Errorf("reading the inputs of %s %q: %w", args.TypeToken, args.Name, err)
	}
	urn := r.urn(parent, args.TypeToken, args.Name)
	recorded := &graph.Resource{
		URN: urn, Type: args.TypeToken, Name: args.Name, Parent: parent,
		Custom: args.Custom || rpc == nil, External: rpc == nil,
		Inputs: resource.FromResourcePropertyMap(inputs),
	}
	if rpc != nil {
		recorded.Dependencies = sorted(rpc.GetDependencies())
		recorded.PropertyDependencies = propertyDependencies(rpc)
		recorded.Protect = rpc.GetProtect()
		recorded.RetainOnDelete = rpc.GetRetainOnDelete()
		recorded.IgnoreChanges = sorted(rpc.GetIgnoreChanges())
		recorded.Aliases = r.aliases(rpc)
	}

	r.mu.Lock()
	defer r.mu.Unlock()
	if provider := r.providers[r.providerOf(args)]; provider != nil {
		recorded.Provider, recorded.Region = provider.URN, provider.Region
	}
	if rpc.GetRemote() && recorded.Region == "" {
		recorded.Region = r.remoteRegion(rpc)
	}
	state := inputs.Copy()
	for property, value := range r.outputs[args.TypeToken].symbolic(urn) {
		if _, set := state[property]; !set {
			state[property] = value
		}
	}
	if args.TypeToken == stackReference {
		state["outputs"] = r.stackOutputs(urn, args.ID)
	}
	if rpc != nil {
		for _, property := range rpc.GetAdditionalSecretOutputs() {
			key := resource.PropertyKey(property)
			if value, ok := state[key]; ok && !value.IsSecret() {
				state[key] = resource.MakeSecret(value)
			}
		}
	}
	recorded.Outputs = resource.FromResourcePropertyMap(state)

	id := args.ID
	if recorded.Custom && id == "" {
		id = graph.Reference{URN: urn, Property: "id"}.Token()
	}
	if region, ok := plainString(inputs["region"]); ok {
		recorded.Region = region // the provider's own, or AWS's per-resource override of it
	}
	if recorded.IsProvider() {
		r.providers[urn+"::"+id] = recorded
	}
	r.resources[urn] = recorded
	r.given[urn] = rpc.GetProviders()
	return id, state, nil
}

// providerOf is the reference of the provider that manages the resource. A remote component's request names none:
// like the engine, look for what it or the nearest component above it was given for its package.
func (r *recorder) providerOf(args pulumi.MockResourceArgs) string {
	if args.Provider != "" || !args.RegisterRPC.GetRemote() {
		return args.Provider
	}
	pkg, _, _ := strings.Cut(args.TypeToken, ":")
	for _, given := range r.handedDown(args.RegisterRPC) {
		if reference := given[pkg]; reference != "" {
			return reference
		}
	}
	return ""
}

// remoteRegion is where a remote component's children go: the region of the nearest provider handed down to it.
func (r *recorder) remoteRegion(rpc *pulumirpc.RegisterResourceRequest) string {
	for _, given := range r.handedDown(rpc) {
		for _, pkg := range slices.Sorted(maps.Keys(given)) {
			if provider := r.providers[given[pkg]]; provider != nil && provider.Region != "" {
				return provider.Region
			}
		}
	}
	return ""
}

// handedDown lists the providers that a component and those above it were given, the nearest first.
func (r *recorder) handedDown(rpc *pulumirpc.RegisterResourceRequest) []map[string]string {
	given := []map[string]string{rpc.GetProviders()}
	for parent := rpc.GetParent(); parent != "" && r.resources[parent] != nil; parent = r.resources[parent].Parent {
		given = append(given, r.given[parent])
	}
	return given
}

// urn is built as the mock monitor builds it.
func (r *recorder) urn(parent, typ, name string) string {
	parentType := tokens.Type("")
	if parent != "" && resource.URN(parent).QualifiedType() != resource.RootStackType {
		parentType = resource.URN(parent).QualifiedType()
	}
	return string(resource.NewURN(tokens.QName(r.program.Stack), tokens.PackageName(r.program.Project),
		parentType, tokens.Type(typ), name))
}

// aliases gives each alias as the URN it stands for.
func (r *recorder) aliases(rpc *pulumirpc.RegisterResourceRequest) []string {
	urns := slices.Clone(rpc.GetAliasURNs())
	for _, alias := range rpc.GetAliases() {
		if urn := alias.GetUrn(); urn != "" {
			urns = append(urns, urn)
			continue
		}
		spec := alias.GetSpec()
		parent := rpc.GetParent()
		if spec.GetNoParent() {
			parent = ""
		} else if spec.GetParentUrn() != "" {
			parent = spec.GetParentUrn()
		}
		old := recorder{program: Program{
			Project: or(spec.GetProject(), r.program.Project), Stack: or(spec.GetStack(), r.program.Stack),
		}}
		urns = append(urns, old.urn(parent, or(spec.GetType(), rpc.GetType()), or(spec.GetName(), rpc.GetName())))
	}
	return sorted(urns)
}

// graph returns what was recorded, under the stack that holds it.
func (r *recorder) graph() *graph.Graph {
	r.mu.Lock()
	defer r.mu.Unlock()
	name := r.program.Project + "-" + r.program.Stack
	all := []*graph.Resource{{URN: r.urn("", graph.StackType, name), Type: graph.StackType, Name: name}}
	for _, one := range r.resources {
		all = append(all, one)
	}
	return graph.New(r.program.Project, r.program.Stack, all)
}

func propertyDependencies(rpc *pulumirpc.RegisterResourceRequest) map[string][]string {
	found := map[string][]string{}
	for property, on := range rpc.GetPropertyDependencies() {
		if len(on.GetUrns()) > 0 {
			found[property] = sorted(on.GetUrns())
		}
	}
	return found
}

func sorted(values []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(values)))
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

func plainString(v resource.PropertyValue) (string, bool) {
	for v.IsSecret() {
		v = v.SecretValue().Element
	}
	if !v.IsString() || strings.Contains(v.StringValue(), "${") {
		return "", false
	}
	return v.StringValue(), true
}

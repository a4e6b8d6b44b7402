// Package diff compares two graphs of a stack: what a change adds, removes, changes and replaces, which data it puts at risk, and
// what it opens. It runs no Pulumi program and knows no AWS SDK: which inputs replace a resource is data (replacements.txt).
package diff

// SchemaVersion is the version of Result as JSON. It rises when a member is renamed or removed.
const SchemaVersion = 1

// Result of a comparison. It holds no value of a secret.
type Result struct {
	SchemaVersion int      `json:"schemaVersion"`
	Project       string   `json:"project"`
	Stack         string   `json:"stack"`
	Base          SideInfo `json:"base"`
	Head          SideInfo `json:"head"`
	Counts        Counts   `json:"counts"`
	// Changes are sorted by URN. A resource without a change is not in it.
	Changes []*Change `json:"changes"`
	// Risks to data, the worst first.
	Risks    []Risk           `json:"risks"`
	Security []SecurityChange `json:"security"`
	// Groups are equal changes of many resources. Change.Properties has them as well, with Grouped set.
	Groups []Group `json:"groups"`
	// Settings has the encrypted settings whose ciphertext differs.
	Settings   []SecretChange    `json:"secretSettings"`
	Controls   *ControlChange    `json:"controls,omitempty"`
	Cost       *CostChange       `json:"cost,omitempty"`
	Objectives *ObjectivesChange `json:"objectives,omitempty"`
	// Notes say what the comparison cannot tell.
	Notes []string `json:"notes"`
}

// SideInfo says what one side of the comparison is.
type SideInfo struct {
	// Label is what people call it: a file, a folder, a revision.
	Label string `json:"label"`
	// Revision is the full hash of a git commit, if the side is a commit.
	Revision string `json:"revision,omitempty"`
	Kind     Kind   `json:"kind"`
}

// Kind of a side.
type Kind string

// The kinds of sides.
const (
	Plan    Kind = "plan"
	Preview Kind = "preview"
	State   Kind = "state"
	Absent  Kind = "absent" // the stack does not exist on this side
)

// Counts of resources. Components and providers count only as Unchanged or not at all.
type Counts struct {
	Added      int `json:"added"`
	Removed    int `json:"removed"`
	Changed    int `json:"changed"`
	Replaced   int `json:"replaced"`
	MayReplace int `json:"mayBeReplaced"`
	Renamed    int `json:"renamed"`
	Recreated  int `json:"recreated"`
	Unchanged  int `json:"unchanged"`
	// NotCarriedOut counts resources of which ignoreChanges covers every change.
	NotCarriedOut int `json:"notCarriedOut"`
}

// Action is what happens to a resource.
type Action string

// The actions.
const (
	Added      Action = "added"
	Removed    Action = "removed"
	Changed    Action = "changed"
	Replaced   Action = "replaced"
	MayReplace Action = "may be replaced"
	// NotCarriedOut is a resource of which ignoreChanges covers every change.
	NotCarriedOut Action = "not carried out (ignoreChanges)"
	// Renamed is a resource with a new URN that keeps what is deployed, because an alias names the old URN.
	Renamed Action = "renamed"
	// Recreated is a resource with a new URN that no alias connects with the old URN: Pulumi creates another and deletes the old.
	Recreated Action = "deleted and created anew under another name"
)

// Change of one resource.
type Change struct {
	URN string `json:"urn"`
	// WasURN is the URN on the base side, where it differs.
	WasURN string `json:"wasUrn,omitempty"`
	Type   string `json:"type"`
	Name   string `json:"name"`
	// Component is the name of the nearest component above.
	Component  string     `json:"component,omitempty"`
	Action     Action     `json:"action"`
	Properties []Property `json:"properties"`
	// Causes of a replacement.
	Causes []Cause `json:"causes,omitempty"`
	// Root is the URN of the resource whose replacement causes this one, directly or through others.
	Root string `json:"root,omitempty"`
	// Order of a replacement, if the head is a preview: "create before delete" or "delete before create".
	Order string `json:"order,omitempty"`
	// HoldsData is true for types whose resources hold what cannot be made again.
	HoldsData bool `json:"holdsData,omitempty"`
	// Protected is true if Pulumi refuses to delete the deployed resource; Retained if it leaves the resource in AWS.
	Protected bool `json:"protected,omitempty"`
	Retained  bool `json:"retained,omitempty"`
}

// Property is a change of one input, or of one member of it.
type Property struct {
	// Path such as policy.Statement[AllowRoot].Action.
	Path string `json:"path"`
	// Old and New are the values as text; "" with OldSet or NewSet false where there is no value.
	Old    string `json:"old"`
	New    string `json:"new"`
	OldSet bool   `json:"oldSet"`
	NewSet bool   `json:"newSet"`
	// Hidden is true for secrets: Old and New are empty.
	Hidden bool `json:"hidden,omitempty"`
	// Replaces is true if this change replaces the resource.
	Replaces bool `json:"replaces,omitempty"`
	// Ignored is true if ignoreChanges keeps the change from being carried out.
	Ignored bool `json:"ignored,omitempty"`
	// Grouped is true if Result.Groups has the same change.
	Grouped bool `json:"grouped,omitempty"`

	table    string // path in the form of the replacement table
	letter   byte   // c, a, r as in the replacement table
	value    any    // what was set or is not set any more, for a and r
	document bool   // within a JSON text
}

// Cause of a replacement.
type Cause struct {
	// Property that replaces the resource.
	Property string `json:"property"`
	// From is the URN of the replaced resource that the property refers to; "" if the property itself has changed.
	From string `json:"from,omitempty"`
	// Sure is false if the replacement table does not have the property.
	Sure bool `json:"sure"`
}

// Risk to data.
type Risk struct {
	Kind RiskKind `json:"kind"`
	URN  string   `json:"urn"`
	Type string   `json:"type"`
	Name string   `json:"name"`
	// Text is one sentence.
	Text string `json:"text"`
}

// RiskKind orders risks: the first kinds are the worst.
type RiskKind string

// The kinds of risks.
const (
	DataReplaced      RiskKind = "data replaced"
	DataRemoved       RiskKind = "data removed"
	DataMayBeReplaced RiskKind = "data may be replaced"
	UpdateFails       RiskKind = "update fails"
	LostProtection    RiskKind = "lost protection"
	LostRetention     RiskKind = "lost retention"
	Silenced          RiskKind = "silenced by ignoreChanges"
)

// SecurityChange is a change of who may do what, or who may reach what.
type SecurityChange struct {
	URN  string `json:"urn"`
	Type string `json:"type"`
	Name string `json:"name"`
	// Effect of the change.
	Effect Effect `json:"effect"`
	// Rule is the Sid of a statement, or the rule of a security group.
	Rule string `json:"rule"`
	Text string `json:"text"`
}

// Effect of a security change.
type Effect string

// The effects.
const (
	Public   Effect = "public" // opens to everybody
	Widened  Effect = "widened"
	Altered  Effect = "changed"
	Narrowed Effect = "narrowed"
)

// Group is a change that many resources share.
type Group struct {
	Property  Property `json:"property"`
	Resources int      `json:"resources"`
	// Types are the types of the resources, with the number of each.
	Types map[string]int `json:"types"`
}

// SecretChange is an encrypted setting whose ciphertext differs, or that is on one side only.
type SecretChange struct {
	Path string `json:"path"`
	// What is "changed", "added" or "removed".
	What string `json:"what"`
}

// ControlChange is how the audit of the head differs from that of the base.
type ControlChange struct {
	New    []ControlFinding `json:"new"`
	Mended []ControlFinding `json:"mended"`
	// Added and Removed exceptions; Expiring are exceptions of the head that end within 60 days.
	Added    []ExceptionInfo `json:"exceptionsAdded"`
	Removed  []ExceptionInfo `json:"exceptionsRemoved"`
	Expiring []ExceptionInfo `json:"exceptionsExpiring"`
}

// ControlFinding is a violation of a control.
type ControlFinding struct {
	Control  string `json:"control"`
	Severity string `json:"severity"`
	URN      string `json:"urn"`
	Name     string `json:"name"`
	Message  string `json:"message"`
	// Excepted is true if an exception covers the violation.
	Excepted bool `json:"excepted"`
}

// ExceptionInfo is an exception to a control.
type ExceptionInfo struct {
	Control  string `json:"control"`
	Resource string `json:"resource"`
	Reason   string `json:"reason"`
	Owner    string `json:"owner"`
	Expires  string `json:"expires"`
}

// Cost of one side, in US dollars a month.
type Cost struct {
	Total float64 `json:"total"`
	// Services by their name.
	Services map[string]float64 `json:"services"`
	// Unpriced types of resources.
	Unpriced []string `json:"unpriced"`
}

// CostChange holds the cost of both sides.
type CostChange struct {
	Base Cost `json:"base"`
	Head Cost `json:"head"`
}

// Objectives of one side: recovery time and recovery point, in minutes.
type Objectives struct {
	RTO float64 `json:"rtoMinutes"`
	RPO float64 `json:"rpoMinutes"`
}

// ObjectivesChange holds the objectives of both sides.
type ObjectivesChange struct {
	Base Objectives `json:"base"`
	Head Objectives `json:"head"`
}

// Empty is true if nothing differs. Exceptions that expire soon are no difference.
func (r *Result) Empty() bool {
	controls := r.Controls == nil || len(r.Controls.New)+len(r.Controls.Mended)+len(r.Controls.Added)+len(r.Controls.Removed) == 0
	cost := r.Cost == nil || r.Cost.Base.Total == r.Cost.Head.Total
	objectives := r.Objectives == nil || r.Objectives.Base == r.Objectives.Head
	return len(r.Changes)+len(r.Settings) == 0 && controls && cost && objectives
}

package failover

import (
	"context"
	"encoding/json"
	"time"

	"github.com/carebase/carebase/failover/journal"
	"github.com/carebase/carebase/failover/steps"
)

// Operation is what an operation acts on.
type Operation struct {
	Stack     Stack // the recovery stack
	Protected Stack // the primary stack; failback needs it, failover must not have it
	Site      Site
	Primary   Region
	Recovery  Region
	Run       *steps.Run
	// Timeout of a step, from the objectives.
	Timeout func(step string) time.Duration
	// Probe asks the system for its health through the address that people use.
	Probe func(ctx context.Context, url string) error
	// Resolve looks addresses up.
	Resolve func(ctx context.Context, host string) ([]string, error)
	Began   Began
}

// Began is the journal's first record: who started what, and what they agreed to.
type Began struct {
	Operation string `json:"operation"`
	Stack     string `json:"stack"`
	Operator  string `json:"operator"` // user and machine
	Caller    string `json:"caller"`   // AWS principal
	Commit    string `json:"commit"`   // of the settings
	Version   string `json:"version"`  // of the tool
	// OutageBegan is when the primary stopped serving, where that is known; otherwise when the operation began.
	OutageBegan time.Time `json:"outageBegan"`
	Consent     Consent   `json:"consent"`
}

// Consent is what the operator agreed to beforehand. Each run may add to it, and every agreement is journaled.
type Consent struct {
	// PrimaryUnreachable: go on although the primary could not be fenced.
	PrimaryUnreachable bool `json:"primaryUnreachable,omitempty"`
	// Accepted are codes of reasons for which a failover would be refused.
	Accepted []string `json:"accepted,omitempty"`
}

// Keys under which steps remember things.
const (
	keyCounts     = "counts"     // tasks that the primary's services had before the fence
	keyFence      = "fence"      // Fence
	keyReplicated = "replicated" // Replicated
	keyActivation = "activation" // when the replica's promotion was decided
	keyServing    = "serving"    // when the recovery region served
	keyAccepted   = "accepted"   // reasons that the operator accepted
	keyConsent    = "consent"
	keyDNS        = "dns"
	keyDeletes    = "deletes" // "" where the files bucket refuses replicated deletions, otherwise why not
	keyTraffic    = "traffic" // where the origin's name led before the promotion
)

// Fence is what became of the attempt to stop the primary's writers.
type Fence struct {
	// Reached: every task of the cluster was seen STOPPED.
	Reached bool      `json:"reached"`
	At      time.Time `json:"at"` // when the last was seen STOPPED, where Reached; otherwise when the fence was given up
	Stopped Stopped   `json:"stopped"`
	Error   string    `json:"error,omitempty"`
}

// Proven says that nothing has written since At: all tasks are STOPPED, and nothing starts others.
func (f Fence) Proven() bool { return f.Reached && len(f.Stopped.NotAsked) == 0 }

// Stopped is what was told to stop, and what could not be told.
type Stopped struct {
	Services []string `json:"services,omitempty"` // ECS took the request for no tasks
	Tasks    []string `json:"tasks,omitempty"`    // of no service: jobs, by family and ARN
	NotAsked []string `json:"notAsked,omitempty"` // requests that AWS did not answer, each with the error
}

// Replicated says up to when the replica has what was written.
type Replicated struct {
	Until time.Time `json:"until"`
	// Complete: nothing that was written before the fence is missing.
	Complete bool `json:"complete"`
	// Loss is the most that can be missing: from Until to when writing stopped.
	Loss time.Duration `json:"lossNanoseconds"`
}

func (o *Operation) step(name, title string, do func(context.Context, *steps.Run) error) steps.Step {
	return steps.Step{Name: name, Title: title, Timeout: o.Timeout(name), Do: do}
}

// ReadBegan is what a journal says its operation began with; false where it has no record yet.
func ReadBegan(j *journal.Journal) (began Began, ok bool) {
	records := j.Records()
	if len(records) == 0 {
		return began, false
	}
	return began, json.Unmarshal(records[0].Data, &began) == nil
}

// Agree journals what this run's operator agrees to.
func (o *Operation) Agree(more Consent) error {
	if !more.PrimaryUnreachable && len(more.Accepted) == 0 {
		return nil
	}
	was := o.consent()
	was.PrimaryUnreachable = was.PrimaryUnreachable || more.PrimaryUnreachable
	was.Accepted = append(was.Accepted, more.Accepted...)
	return o.Run.Remember(keyConsent, was)
}

func (o *Operation) consent() Consent {
	if given, found := steps.Recall[Consent](o.Run, keyConsent); found {
		return given
	}
	return o.Began.Consent
}

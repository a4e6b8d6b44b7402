package failover

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/carebase/carebase/failover/journal"
	"github.com/carebase/carebase/failover/steps"
)

// Operation is one failover, failback, fence or drill with everything that it calls: the two stacks, AWS in the two regions,
// the journal, and the network as users see it.
type Operation struct {
	Stack        Stack // the recovery stack
	PrimaryStack Stack // set for a failback only, because a failover must work without the primary stack
	Site         Site
	Primary      Region
	Recovery     Region
	Run          *steps.Run
	// Probe requests the system's health check at its public URL. It returns nil for status 200.
	Probe func(ctx context.Context, url string) error
	// Resolve returns the IP addresses of a host name.
	Resolve func(ctx context.Context, host string) ([]string, error)
	Began   Began
}

// Began is the data of the journal's first record: who started which operation, and what the operator consented to.
type Began struct {
	Operation string `json:"operation"`
	Stack     string `json:"stack"`
	Operator  string `json:"operator"` // user and machine
	Caller    string `json:"caller"`   // ARN of the AWS principal
	Commit    string `json:"commit"`   // of the settings
	Version   string `json:"version"`  // of carebase-dr
	// OutageBegan is when the primary stopped serving. It is zero if the operator did not give the time; then the time of
	// the first record counts.
	OutageBegan time.Time `json:"outageBegan"`
	Consent     Consent   `json:"consent"`
}

// Consent is what the operator agreed to beforehand. Each run may add to the consent, and each addition is journaled.
type Consent struct {
	// PrimaryUnreachable lets the failover continue although the primary could not be fenced.
	PrimaryUnreachable bool `json:"primaryUnreachable,omitempty"`
	// Accepted are codes of reasons (Codes) that do not stop the failover.
	Accepted []string `json:"accepted,omitempty"`
}

// Keys of the journal's notes.
const (
	keyCounts     = "counts"     // desired task counts of the primary's services before the fence
	keyFence      = "fence"      // Fence
	keyReplicated = "replicated" // Replicated
	keyActivation = "activation" // time at which the promotion was decided
	keyServing    = "serving"    // time at which the recovery region served
	keyAccepted   = "accepted"   // reasons that the operator accepted
	keyConsent    = "consent"
	keyDNS        = "dns"
	keyDeletes    = "deletes" // "" if the files bucket refuses replicated deletions, otherwise the error
	keyTraffic    = "traffic" // what the origin's name resolved to before the promotion
)

// Fence is the result of stopping the primary's writers.
type Fence struct {
	// Reached is true if every task of the cluster was seen STOPPED.
	Reached bool `json:"reached"`
	// At is when the last task was seen STOPPED; if Reached is false, when the attempt was given up.
	At      time.Time `json:"at"`
	Stopped Stopped   `json:"stopped"`
	Error   string    `json:"error,omitempty"`
}

// Proven is true if nothing can have written since At: every task is STOPPED, and every request that keeps new tasks from
// starting was answered.
func (f Fence) Proven() bool { return f.Reached && len(f.Stopped.NotAsked) == 0 }

// Stopped lists the stop requests that AWS accepted, and those that failed.
type Stopped struct {
	Services []string `json:"services,omitempty"` // ECS accepted a desired count of 0
	Tasks    []string `json:"tasks,omitempty"`    // tasks without a service (jobs): family and ARN
	NotAsked []string `json:"notAsked,omitempty"` // requests that failed, each with the error
}

// Replicated says how far the replica has replicated what the primary wrote.
type Replicated struct {
	Until time.Time `json:"until"`
	// Complete is true if nothing that was written before the fence is missing.
	Complete bool `json:"complete"`
	// Loss is the longest possible loss: from Until to the end of writing.
	Loss time.Duration `json:"lossNanoseconds"`
}

// Steps lists the steps of an operation of the given kind, in order. Nothing is called, so Site needs only the two regions
// and the settings.
func (o *Operation) Steps(operation string) []steps.Step {
	switch operation {
	case OperationFailover:
		return o.failoverSteps()
	case OperationFailback:
		return o.failbackSteps()
	case OperationDrill:
		return o.drillSteps()
	default:
		return o.fenceSteps()
	}
}

func (o *Operation) step(name, title string, do func(context.Context, *steps.Run) error) steps.Step {
	return steps.Step{Name: name, Title: title, Timeout: stepTimeout(name, o.Site.DatabaseMaxGiB), Do: do}
}

// Begin starts the operation in an empty journal, or resumes the operation that the journal is of. In both cases the consent
// is journaled.
func (o *Operation) Begin(run *steps.Run, operation string, consent Consent, outageBegan time.Time) error {
	o.Run, o.Began.Operation, o.Began.Consent = run, operation, consent
	records := run.Journal.Records()
	if len(records) == 0 {
		o.Began.OutageBegan = outageBegan
		return run.Mark(journal.Begin, o.Began)
	}
	// Steps that the journal calls done are not repeated. With the journal of another stack the fence would be skipped.
	var began Began
	_ = json.Unmarshal(records[0].Data, &began)
	if began.Stack != o.Began.Stack || began.Operation != operation {
		return fmt.Errorf("the journal %s says that it is of operation %q on stack %q, and not of %q on %q: nothing was done. Move it to where it belongs",
			run.Journal.Path(), began.Operation, began.Stack, operation, o.Began.Stack)
	}
	o.Began = began
	return o.agree(consent)
}

// agree journals what this run's operator consents to.
func (o *Operation) agree(more Consent) error {
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

package repair

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Action is what a repair does about one interrupted operation.
type Action string

// The actions.
const (
	// Recreate: AWS does not have the resource, or its creation is repeatable. The next update creates it.
	Recreate Action = "create again"
	// Verify: the state gets the id that follows from the inputs, and the provider's read says whether the resource exists.
	Verify Action = "look up"
	// Adopt: AWS has the resource. The state gets its id.
	Adopt Action = "adopt"
	// Refresh: the state has the resource. The provider reads its present properties.
	Refresh Action = "refresh"
	// Delete: the state has another resource in its place, or it may be partial. The next update deletes it.
	Delete Action = "delete"
)

// Step is the decision on one interrupted operation.
type Step struct {
	URN, Type, Name string
	Operation       string // creating, updating, …
	Action          Action
	ID              string // of the resource in AWS, or "" if it is not known
	Why             string

	record record // what the state gets, or nil
}

// Plan lists what Apply will do. The whole plan is made before anything is changed.
type Plan struct {
	Steps []Step
	state *State
}

// Plan decides on every interrupted operation. It reads from AWS and changes nothing. If some operations cannot be decided, the
// error names each of them, and there is no plan.
func (s *State) Plan(ctx context.Context) (*Plan, error) {
	clouds, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	return s.plan(ctx, clouds)
}

func (s *State) plan(ctx context.Context, clouds map[string]*cloud) (*Plan, error) {
	p := &planner{state: s, clouds: clouds}
	var problems []error
	for _, op := range s.open {
		step, err := p.decide(ctx, op)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s (%s): %w", op.Resource.Name(), op.Resource.Type(), err))
			continue
		}
		p.steps = append(p.steps, step)
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	for _, r := range s.Resources {
		if r["refreshBeforeUpdate"] == true && !r.PendingDelete() {
			p.steps = append(p.steps, Step{URN: r.URN(), Type: r.Type(), Name: r.Name(), Operation: "reading",
				Action: Refresh, ID: r.ID(), Why: "an earlier repair was interrupted"})
		}
	}
	return &Plan{Steps: p.steps, state: s}, nil
}

// planner makes the steps of a plan. Later steps must not claim a resource that an earlier step claims.
type planner struct {
	state  *State
	clouds map[string]*cloud
	steps  []Step
}

func (p *planner) decide(ctx context.Context, op operation) (Step, error) {
	r := op.Resource
	step := Step{URN: r.URN(), Type: r.Type(), Name: r.Name(), Operation: op.Type}
	if op.Type != creating {
		step.Action, step.Why = Refresh, "the next update repeats it"
		if live := p.state.Live(r.URN()); live != nil {
			step.ID = live.ID()
		}
		return step, nil
	}
	rule, known := rules[r.Type()]
	switch {
	case !r.Custom(), isProvider(r.Type()):
		step.Action, step.Why = Recreate, "it is nothing in AWS"
		return step, nil
	case !known:
		return step, errors.New("there is no rule that says how to find a resource of this type; look in AWS whether it " +
			"exists, then `pulumi refresh` without --yes asks what to do with it")
	case rule.repeatable != "":
		step.Action, step.Why = Recreate, rule.repeatable
		return step, nil
	}
	where := p.clouds[r.Provider()]
	if where == nil {
		return step, fmt.Errorf("its provider %q is not in the state", r.Provider())
	}
	s := &subject{record: r, in: r.Inputs(), cloud: where, nameUnknown: op.wanted && stem(r, nameKey(r.Type())) != ""}
	if rule.id != nil && !s.nameUnknown {
		return p.verify(step, rule, s)
	}
	return p.adopt(ctx, step, rule, s)
}

// verify decides on a resource whose id follows from its inputs.
func (p *planner) verify(step Step, rule rule, s *subject) (Step, error) {
	id, err := rule.id(s)
	if err != nil {
		return step, err
	}
	step.ID = id
	live := p.claimed(step.URN)
	if live == nil {
		step.Action, step.Why = Verify, "its id follows from its name"
		step.record = adopted(s.record, candidate{id: id}, rule)
		return deletePartial(step, rule), nil
	}
	same, err := rule.id(&subject{record: live, in: live.Inputs(), cloud: s.cloud})
	if err != nil {
		return step, err
	}
	if same == id {
		step.Action, step.Why = Refresh, "the state has it already"
		return step, nil
	}
	return supersede(step, rule, s, candidate{id: id}, live)
}

// adopt decides on a resource whose id only AWS knows.
func (p *planner) adopt(ctx context.Context, step Step, rule rule, s *subject) (Step, error) {
	candidates, err := rule.finder()(ctx, s)
	if err != nil {
		return step, err
	}
	candidates = slices.DeleteFunc(candidates, func(c candidate) bool { return p.taken(s.Type(), c) })
	if len(candidates) > p.wanting(s) {
		return step, fmt.Errorf("AWS has %d that could be it, and the state none of them: %v; delete those that are not "+
			"in use, then start again", len(candidates), candidates)
	}
	if len(candidates) == 0 {
		if live := p.claimed(step.URN); live != nil {
			step.Action, step.ID, step.Why = Refresh, live.ID(), "the state has it already"
			return step, nil
		}
		step.Action, step.Why = Recreate, "AWS does not have it"
		return step, nil
	}
	c := candidates[0]
	step.ID = c.String()
	if live := p.claimed(step.URN); live != nil {
		return supersede(step, rule, s, c, live)
	}
	step.Action, step.Why = Adopt, "AWS has it"
	step.record = adopted(s.With(c.inputs), c, rule)
	return deletePartial(step, rule), nil
}

// deletePartial has the next update delete a resource that may be partial, and create another.
func deletePartial(step Step, rule rule) Step {
	if rule.partial != "" {
		step.Action, step.Why = Delete, rule.partial
		step.record["delete"] = true
	}
	return step
}

// taken is true if the state or an earlier step has the candidate already.
func (p *planner) taken(kind string, c candidate) bool {
	inState := slices.ContainsFunc(p.state.Resources, func(r record) bool { return r.Type() == kind && c.is(r) })
	return inState || slices.ContainsFunc(p.steps, func(s Step) bool {
		return s.record != nil && s.Type == kind && c.is(s.record)
	})
}

// claimed returns the resource that the state has under a URN, or that an earlier step adds there, or nil.
func (p *planner) claimed(urn string) record {
	if live := p.state.Live(urn); live != nil {
		return live
	}
	for _, s := range p.steps {
		if s.URN == urn && s.record != nil && !s.record.PendingDelete() {
			return s.record
		}
	}
	return nil
}

// wanting counts the open creations that a candidate could belong to: the subject's, and those with the same inputs, such as
// two certificates for one domain. It does not matter which of these creations gets which candidate.
func (p *planner) wanting(s *subject) int {
	count := 0
	for _, op := range p.state.open {
		same := op.Type == creating && op.Resource.Type() == s.Type()
		if same && (op.Resource.URN() == s.URN() || sameInputs(op.Resource, s.record) && p.clouds[op.Resource.Provider()].region == s.cloud.region) {
			count++
		}
	}
	return count
}

// supersede has the next update delete a resource that another resource replaced. Protected resources are never deleted by a
// program: an operator has to decide.
func supersede(step Step, rule rule, s *subject, c candidate, live record) (Step, error) {
	if s.Protected() || live.Protected() {
		return step, fmt.Errorf("%s may exist beside %s, which the state has, and it is protected; find out which one holds "+
			"data, delete the other, then start again", c, live.ID())
	}
	step.Action, step.Why = Delete, "the state has "+live.ID()+" in its place"
	step.record = adopted(s.record, c, rule)
	step.record["delete"] = true
	return step, nil
}

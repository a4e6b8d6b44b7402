package repair

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Action is what becomes of one interrupted operation.
type Action string

// What becomes of an operation.
const (
	// Remake: nothing to look for, or nothing was found; the next update creates it.
	Remake Action = "create again"
	// Verify: the state takes the id that the inputs imply, and the provider's read says whether it exists.
	Verify Action = "look up"
	// Adopt: AWS has it; the state takes its id.
	Adopt Action = "adopt"
	// Refresh: the state knows the resource; the provider reads what it is now.
	Refresh Action = "refresh"
	// Delete: another took its place, or it may be half made; the next update deletes it.
	Delete Action = "delete"
)

// Step is the decision on one interrupted operation.
type Step struct {
	URN, Type, Name string
	Operation       string // creating, updating, …
	Action          Action
	ID              string // of the resource in AWS, where one is known
	Why             string

	record record // what the state gets, if anything
}

// Plan is what Settle will do, decided whole before anything is changed.
type Plan struct {
	Steps []Step
	state *State
}

// Plan decides on every interrupted operation. It reads from AWS and changes nothing. Every operation that cannot be
// decided is named in the error, and then there is no plan.
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
			problems = append(problems, fmt.Errorf("%s (%s): %w", op.resource.name(), op.resource.kind(), err))
			continue
		}
		p.steps = append(p.steps, step)
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	for _, r := range s.resources {
		if r["refreshBeforeUpdate"] == true && !r.doomed() {
			p.steps = append(p.steps, Step{URN: r.urn(), Type: r.kind(), Name: r.name(), Operation: "reading",
				Action: Refresh, ID: r.id(), Why: "an earlier recovery did not come to its end"})
		}
	}
	return &Plan{Steps: p.steps, state: s}, nil
}

// planner remembers what earlier steps claimed.
type planner struct {
	state  *State
	clouds map[string]*cloud
	steps  []Step
}

func (p *planner) decide(ctx context.Context, op operation) (Step, error) {
	r := op.resource
	step := Step{URN: r.urn(), Type: r.kind(), Name: r.name(), Operation: op.kind}
	if op.kind != creating {
		step.Action, step.Why = Refresh, "the next update repeats it"
		if live := p.state.live(r.urn()); live != nil {
			step.ID = live.id()
		}
		return step, nil
	}
	rule, known := rules[r.kind()]
	switch {
	case !r.custom(), isProvider(r.kind()):
		step.Action, step.Why = Remake, "it is nothing in AWS"
		return step, nil
	case !known:
		return step, errors.New("there is no rule that says how to find a resource of this type; look in AWS whether it " +
			"exists, then `pulumi refresh` without --yes asks what to do with it")
	case rule.again != "":
		step.Action, step.Why = Remake, rule.again
		return step, nil
	}
	where := p.clouds[r.provider()]
	if where == nil {
		return step, fmt.Errorf("its provider %q is not in the state", r.provider())
	}
	s := &subject{record: r, in: r.inputs(), cloud: where}
	if op.wanted && r.stem(nameKey(r.kind())) != "" {
		rule.id, rule.find = nil, renamed[r.kind()]
	}
	if rule.id != nil {
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
		return anew(step, rule), nil
	}
	same, err := rule.id(&subject{record: live, in: live.inputs(), cloud: s.cloud})
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
	candidates, err := rule.find(ctx, s)
	if err != nil {
		return step, err
	}
	candidates = slices.DeleteFunc(candidates, func(c candidate) bool { return p.taken(s.kind(), c) })
	if len(candidates) > p.wanting(s) {
		return step, fmt.Errorf("AWS has %d that could be it, and the state none of them: %v; delete those that are not "+
			"in use, then start again", len(candidates), candidates)
	}
	if len(candidates) == 0 {
		if live := p.claimed(step.URN); live != nil {
			step.Action, step.ID, step.Why = Refresh, live.id(), "the state has it already"
			return step, nil
		}
		step.Action, step.Why = Remake, "AWS does not have it"
		return step, nil
	}
	c := candidates[0]
	step.ID = c.String()
	if live := p.claimed(step.URN); live != nil {
		return supersede(step, rule, s, c, live)
	}
	step.Action, step.Why = Adopt, "AWS has it"
	step.record = adopted(s.with(c.inputs), c, rule)
	return anew(step, rule), nil
}

// anew gives what may be half made to the next update for deletion, which then makes another.
func anew(step Step, rule rule) Step {
	if rule.half != "" {
		step.Action, step.Why = Delete, rule.half
		step.record["delete"] = true
	}
	return step
}

// taken tells whether a resource in AWS is the state's already, or an earlier step's.
func (p *planner) taken(kind string, c candidate) bool {
	return p.state.has(kind, c) || slices.ContainsFunc(p.steps, func(s Step) bool {
		return s.record != nil && s.Type == kind && c.is(s.record)
	})
}

// claimed is what the state has under a URN, or what an earlier step puts there.
func (p *planner) claimed(urn string) record {
	if live := p.state.live(urn); live != nil {
		return live
	}
	for _, s := range p.steps {
		if s.URN == urn && s.record != nil && !s.record.doomed() {
			return s.record
		}
	}
	return nil
}

// wanting counts the open creations that a candidate of this one could be of: its own, and those of resources that
// were asked for in the same words, such as two certificates for one domain. Which of those gets which does not matter.
func (p *planner) wanting(s *subject) int {
	count := 0
	for _, op := range p.state.open {
		same := op.kind == creating && op.resource.kind() == s.kind()
		if same && (op.resource.urn() == s.urn() || alike(op.resource, s.record) && p.clouds[op.resource.provider()].region == s.cloud.region) {
			count++
		}
	}
	return count
}

// supersede gives a resource that another replaced to the next update for deletion. What is protected is not deleted
// by a program: a person decides.
func supersede(step Step, rule rule, s *subject, c candidate, live record) (Step, error) {
	if s.keptSafe() || live.keptSafe() {
		return step, fmt.Errorf("%s may exist beside %s, which the state has, and it is protected; find out which one holds "+
			"data, delete the other, then start again", c, live.id())
	}
	step.Action, step.Why = Delete, "the state has "+live.id()+" in its place"
	step.record = adopted(s.record, c, rule)
	step.record["delete"] = true
	return step, nil
}

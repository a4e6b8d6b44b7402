package repair

import "context"

// rule says how the resource of an interrupted creation is found. Exactly one of again, id and find is set.
type rule struct {
	// again: AWS takes the creation a second time as if it were the first, and keeps one resource. Says why.
	again string

	// id follows from what the engine sent; the provider's read then says whether the resource exists.
	id func(*subject) (string, error)

	// find asks AWS for every resource that could be the one.
	find func(context.Context, *subject) ([]candidate, error)

	// half: the provider makes it in several calls and cannot see later which of them were made, so that what an
	// interruption left is deleted and made anew. Nothing uses it yet, and it holds nothing. Says what may be missing.
	half string

	// outputs that the provider's read needs otherwise than the inputs have them.
	outputs func(in values) values

	// version of the Terraform schema that outputs made from today's inputs are of; the provider migrates from there.
	version int
}

// subject is one interrupted creation with where it happened.
type subject struct {
	record
	in    values // its inputs
	cloud *cloud
}

// candidate is a resource in AWS that may be the one.
type candidate struct {
	id string

	// arn tells resources apart whose id does not (revisions of a task definition); else it is empty.
	arn string

	// outputs that the provider's read needs and the inputs do not have.
	outputs values

	// inputs that AWS has otherwise than the creation that is wanted now: the name that the provider chose before.
	inputs values
}

func (c candidate) is(r record) bool {
	if c.arn != "" {
		return text(r.outputs()["arn"]) == c.arn
	}
	return r.id() == c.id
}

func (c candidate) String() string {
	if c.arn != "" {
		return c.arn
	}
	return c.id
}

// Finds tells whether a resource of a type is found again, and not made again or anew.
func Finds(kind string) bool {
	r := rules[kind]
	return (r.id != nil || r.find != nil) && r.half == ""
}

// FindsRenamed tells whether a resource of a type is found again whole when nobody knows what the provider named it.
func FindsRenamed(kind string) bool { return renamed[kind] != nil && rules[kind].half == "" }

// Knows tells whether there is a rule for a resource type.
func Knows(kind string) bool {
	_, known := rules[kind]
	return known
}

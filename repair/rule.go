package repair

import (
	"github.com/carebase/carebase/internal/pulumistate"
)

type (
	record = pulumistate.Resource
	values = pulumistate.Values
)

// rule says how the resource of an interrupted creation is found. Exactly one of repeatable, id, and find or list is set; id and
// list may both be set.
type rule struct {
	// repeatable is set if AWS accepts the creation a second time and still has one resource. It says why.
	repeatable string

	// id returns the id that follows from the inputs. The provider's read then says whether the resource exists.
	id func(*subject) (string, error)

	// find asks AWS for every resource that could be the one.
	find finder

	// list lists the resources that are told apart by their names. It also finds a resource whose name the provider generated,
	// if the name is not known any more.
	list listing

	// partial is set if the provider creates the resource in several calls, and cannot see later which calls were made. Such a
	// resource is deleted and created again; nothing uses it yet, and it holds no data. It says what may be missing.
	partial string

	// outputs returns outputs that the provider's read needs and that differ from the inputs.
	outputs func(in values) values

	// version is the version of the Terraform schema that the outputs of an adopted resource have. The provider migrates them
	// from there.
	version int
}

// finder returns the finder of the rule, or nil.
func (r rule) finder() finder {
	if r.list != nil {
		return r.list.byName
	}
	return r.find
}

// subject is one interrupted creation, with the cloud it was made in.
type subject struct {
	record
	in    values // the record's inputs
	cloud *cloud
	// nameUnknown is true if the provider generated the name when AWS created the resource, and this name is not in the state.
	nameUnknown bool
}

// candidate is a resource in AWS that may be the subject.
type candidate struct {
	id string

	// arn is set if several resources have the same id, such as the revisions of a task definition.
	arn string

	// outputs that the provider's read needs and that are not among the inputs.
	outputs values

	// inputs that differ from the inputs of the subject: the name that the provider generated before.
	inputs values
}

func (c candidate) is(r record) bool {
	if c.arn != "" {
		return pulumistate.Text(r.Outputs()["arn"]) == c.arn
	}
	return r.ID() == c.id
}

func (c candidate) String() string {
	if c.arn != "" {
		return c.arn
	}
	return c.id
}

// Finds is true if an interrupted creation of that type is found, and neither repeated nor deleted.
func Finds(kind string) bool {
	r := rules[kind]
	return (r.id != nil || r.finder() != nil) && r.partial == ""
}

// FindsRenamed is true if Finds is, and if the resource is found without its generated name.
func FindsRenamed(kind string) bool { return rules[kind].list != nil && rules[kind].partial == "" }

// Knows is true if there is a rule for the resource type.
func Knows(kind string) bool {
	_, known := rules[kind]
	return known
}

package repair

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// finder asks AWS for every resource that an interrupted creation may have made.
type finder func(context.Context, *subject) ([]candidate, error)

// pager is a paginator of the AWS SDK: O is the output of an operation, F a function that changes the client's options.
type pager[O, F any] interface {
	HasMorePages() bool
	NextPage(ctx context.Context, options ...F) (O, error)
}

// all returns the items on every page.
func all[T, O, F any, P pager[O, F]](ctx context.Context, pages P, items func(O) []T) ([]T, error) {
	var found []T
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		found = append(found, items(page)...)
	}
	return found, nil
}

// marked returns the items on every page of an operation for which the SDK has no paginator. next returns the items of the
// page that begins at a marker, and the marker of the next page or nil.
func marked[T any](next func(marker *string) ([]T, *string, error)) (found []T, err error) {
	for marker := (*string)(nil); ; {
		items, following, err := next(marker)
		if err != nil {
			return nil, err
		}
		found = append(found, items...)
		if marker = following; aws.ToString(marker) == "" {
			return found, nil
		}
	}
}

// each returns a candidate for every item. id returns nil for an item that is no candidate.
func each[T any](items []T, err error, id func(T) *string) ([]candidate, error) {
	var found []candidate
	for _, item := range items {
		if id := id(item); id != nil {
			found = append(found, candidate{id: *id})
		}
	}
	return found, err
}

// idIf returns id if ok is true, otherwise nil.
func idIf(id *string, ok bool) *string {
	if ok {
		return id
	}
	return nil
}

// ignore returns nil for an error of type E, by which AWS says that a resource does not exist.
func ignore[E error](err error) error {
	var absent E
	if errors.As(err, &absent) {
		return nil
	}
	return err
}

// tagsOf returns a service's list of tags as a map.
func tagsOf[T any](list []T, pair func(T) (key, value *string)) map[string]string {
	found := make(map[string]string, len(list))
	for _, tag := range list {
		key, value := pair(tag)
		found[aws.ToString(key)] = aws.ToString(value)
	}
	return found
}

func number[N int32 | int64](n N) string { return strconv.FormatInt(int64(n), 10) }

func sameSet(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}

// named is one resource of a listing, with the name that find and findRenamed select by.
type named struct {
	id, name *string
	// tags returns the resource's tags. It is nil if the listing is of something that belongs to the stack, such as the
	// metric filters of one log group.
	tags func() (map[string]string, error)
	// made waits until AWS has made the resource, and says whether the resource still exists. It is nil if AWS makes such
	// resources at once.
	made func() (bool, error)
}

// listing asks AWS for the resources of a type. If s.exactName() is not "", only a resource of that name is of interest.
type listing func(ctx context.Context, s *subject) ([]named, error)

// byName is the finder of a type that is found by its name. If the name that the provider generated is not known any more,
// every generated name of the subject is accepted, and the resource's tags decide whether it is this stack's.
func (list listing) byName(ctx context.Context, s *subject) ([]candidate, error) {
	name, err := s.in.Text(nameKey(s.Type()))
	if err != nil {
		return nil, err
	}
	items, err := list(ctx, s)
	if err != nil {
		return nil, err
	}
	var found []candidate
	for _, item := range items {
		c := candidate{id: aws.ToString(item.id)}
		if s.nameUnknown {
			ours, err := s.generated(item)
			if err != nil {
				return nil, err
			}
			if !ours {
				continue
			}
			c.inputs = values{nameKey(s.Type()): aws.ToString(item.name)}
		} else if aws.ToString(item.name) != name {
			continue
		}
		if item.made != nil {
			if exists, err := item.made(); err != nil || !exists {
				if err != nil {
					return nil, err
				}
				continue
			}
		}
		found = append(found, c)
	}
	return found, nil
}

// generated is true if the provider generated the item's name for the subject, and the item is this stack's.
func (s *subject) generated(item named) (bool, error) {
	if !s.hasGeneratedName(aws.ToString(item.name)) {
		return false, nil
	}
	if item.tags == nil {
		return true, nil
	}
	return s.hasTags(item.tags())
}

// hasTags is true if tags identify the subject.
func (s *subject) hasTags(tags map[string]string, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	want, err := s.identity()
	return carries(tags, want), err
}

// exactName returns the name of the resource, or "" if the provider generated a name that is not known.
func (s *subject) exactName() string {
	if s.nameUnknown {
		return ""
	}
	return s.in.Optional(nameKey(s.Type()))
}

// exactNames returns the name for a request that takes a list of names, where no names means all.
func (s *subject) exactNames() []string {
	if name := s.exactName(); name != "" {
		return []string{name}
	}
	return nil
}

// generatedName matches a name that Pulumi's provider generates: the logical name and seven random hexadecimal digits.
var generatedName = regexp.MustCompile(`^(.+-)[0-9a-f]{7}$`)

// stem returns the fixed part of a resource's generated name, or "" if the program set the name.
func stem(r record, key string) string {
	match := generatedName.FindStringSubmatch(r.Inputs().Optional(key))
	if match == nil || match[1] != r.Name()+"-" {
		return ""
	}
	return match[1]
}

// nameKey returns the input that names a resource of a type.
func nameKey(kind string) string {
	if kind == "aws:elasticache/replicationGroup:ReplicationGroup" {
		return "replicationGroupId"
	}
	return "name"
}

// hasGeneratedName is true for every name that the provider can have generated for the subject.
func (s *subject) hasGeneratedName(name string) bool {
	stem := stem(s.record, nameKey(s.Type()))
	match := generatedName.FindStringSubmatch(name)
	return stem != "" && match != nil && match[1] == stem
}

// pause is the time between two questions about a resource that AWS is still making, patience the longest wait.
var (
	pause    = 15 * time.Second
	patience = 60 * time.Minute
)

// untilMade asks for a resource's status until AWS has made the resource. An update would fail on a resource that is not
// ready.
func untilMade(ctx context.Context, what string, status func() (string, error)) error {
	for end := time.Now().Add(patience); ; {
		now, err := status()
		switch {
		case err != nil:
			return err
		case now != "creating" && now != "backing-up" && now != "modifying" && now != "configuring-enhanced-monitoring":
			return nil
		case time.Now().After(end):
			return fmt.Errorf("%s is still %q after %v; start again when AWS has made it", what, now, patience)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

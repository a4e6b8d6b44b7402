package cost

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/carebase/carebase/graph"
)

// estimator collects the lines of an estimate.
type estimator struct {
	graph   *graph.Graph
	options Options
	table   *Table
	// home is the region that most of the stack's resources are in; what the whole stack uses is priced there.
	home     string
	lines    []Line
	unpriced map[Unpriced]int // Count is 0 in the keys
	free     map[string]int
	prices   map[priceKey]Price
	// counted are the charges for what the whole stack uses, or uses in one region, that have a line.
	counted map[priceKey]bool
	// inService are the URNs of the task definitions that a service runs.
	inService map[string]bool
}

func newEstimator(g *graph.Graph, options Options) *estimator {
	e := &estimator{
		graph: g, options: options, table: options.Table, unpriced: map[Unpriced]int{}, free: map[string]int{},
		prices: map[priceKey]Price{}, counted: map[priceKey]bool{}, inService: map[string]bool{},
	}
	if e.table == nil {
		e.table = Prices()
	}
	regions := map[string]int{}
	for _, r := range g.Resources {
		if r.Region != "" {
			regions[r.Region]++
		}
	}
	for _, region := range slices.Sorted(maps.Keys(regions)) {
		if regions[region] > regions[e.home] {
			e.home = region
		}
	}
	return e
}

// add prices one resource.
func (e *estimator) add(r *graph.Resource) {
	price, isPriced := priced[r.Type]
	_, isFree := free[r.Type]
	switch {
	case r.External || r.IsProvider() || r.Type == graph.StackType:
	case isPriced:
		price(e, r)
	case isFree:
		e.free[r.Type]++
	case r.Custom && r.Package() == "pulumi": // stack references
	case r.Custom:
		e.leaveOut(r, "the type has no price in this table")
	}
}

// leaveOut notes that r, or the part of r that reason names, has no price.
func (e *estimator) leaveOut(r *graph.Resource, reason string, arguments ...any) {
	e.unpriced[Unpriced{Type: r.Type, Reason: fmt.Sprintf(reason, arguments...)}]++
}

// charge adds a line for a resource: quantity is in the units of the price.
func (e *estimator) charge(r *graph.Resource, service, item string, quantity float64) *Line {
	return e.chargeIn(r, service, item, r.Region, quantity)
}

// chargeHours is charge for number things that are paid by the hour.
func (e *estimator) chargeHours(r *graph.Resource, service, item string, number float64) *Line {
	return e.charge(r, service, item, number*HoursPerMonth)
}

func (e *estimator) chargeIn(r *graph.Resource, service, item, region string, quantity float64) *Line {
	price, found := e.table.Lookup(service, item, region)
	if !found {
		e.leaveOut(r, "%s: no price of %s in %s", service, item, cmp.Or(region, "an unknown region"))
		return &Line{}
	}
	e.prices[priceKey{price.Service, price.Item, price.Region}] = price
	e.lines = append(e.lines, Line{
		Service: service, Item: item, Region: price.Region, Resource: r.Name, URN: r.URN,
		Quantity: quantity, Unit: price.Unit, Price: price.USD, USD: quantity * price.USD,
	})
	return &e.lines[len(e.lines)-1]
}

// chargeUsage adds a line for a resource whose quantity depends on usage: factor × the quantity with that key.
func (e *estimator) chargeUsage(r *graph.Resource, service, item, key string, factor float64) *Line {
	line := e.charge(r, service, item, factor*e.options.Usage.of(key))
	line.Usage = key
	return line
}

// chargeOnce is chargeUsage for what all resources of the stack use together: one line, in the stack's home region.
func (e *estimator) chargeOnce(r *graph.Resource, service, item, key string, factor float64) {
	e.chargeOnceIn(r, service, item, key, e.home, factor)
}

// chargeOnceIn is chargeUsage for what all resources of the stack in one region use together.
func (e *estimator) chargeOnceIn(r *graph.Resource, service, item, key, region string, factor float64) {
	counted := priceKey{service, item, region}
	if e.counted[counted] {
		return
	}
	e.counted[counted] = true
	line := e.chargeIn(r, service, item, region, factor*e.options.Usage.of(key))
	line.Resource, line.URN, line.Usage = "", "", key
}

func (e *estimator) result() *Estimate {
	estimate := &Estimate{Project: e.graph.Project, Stack: e.graph.Stack, Lines: e.lines, Usage: e.options.Usage, now: e.options.Now}
	slices.SortStableFunc(estimate.Lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Item, b.Item), cmp.Compare(a.Region, b.Region), cmp.Compare(a.URN, b.URN))
	})
	for key, count := range e.unpriced {
		estimate.Unpriced = append(estimate.Unpriced, Unpriced{Type: key.Type, Reason: key.Reason, Count: count})
	}
	slices.SortFunc(estimate.Unpriced, func(a, b Unpriced) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Reason, b.Reason))
	})
	for _, kind := range slices.Sorted(maps.Keys(e.free)) {
		estimate.Free = append(estimate.Free, Free{Type: kind, Count: e.free[kind], Reason: free[kind]})
	}
	estimate.Prices = slices.SortedFunc(maps.Values(e.prices), func(a, b Price) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Item, b.Item), cmp.Compare(a.Region, b.Region))
	})
	return estimate
}

// related returns the resource of the given type that r's input refers to, or nil. It asks the dependencies of the
// input, which a plan, a preview and a state all have.
func (e *estimator) related(r *graph.Resource, input, kind string) *graph.Resource {
	for _, urn := range r.PropertyDependencies[input] {
		if other := e.graph.Lookup(urn); other != nil && other.Type == kind {
			return other
		}
	}
	return nil
}

// object is the inputs of a resource or a part of them. Its methods return the zero value for what is not set, and for what
// is not known before the resource exists.
type object property.Map

func inputs(r *graph.Resource) object { return object(r.Inputs) }

func (o object) get(key string) property.Value { return property.Map(o).Get(key) }

func (o object) has(key string) bool {
	value := o.get(key)
	return !value.IsNull() && !value.IsComputed()
}

func (o object) text(key string) string {
	if value := o.get(key); value.IsString() {
		return value.AsString()
	}
	return ""
}

func (o object) is(key string) bool {
	value := o.get(key)
	return value.IsBool() && value.AsBool()
}

// number reads numbers that are written as text, too: a task definition has its size so.
func (o object) number(key string) float64 {
	value := o.get(key)
	if value.IsNumber() {
		return value.AsNumber()
	}
	var number float64
	if _, err := fmt.Sscanf(o.text(key), "%g", &number); err != nil {
		return 0
	}
	return number
}

func (o object) object(key string) object {
	if value := o.get(key); value.IsMap() {
		return object(value.AsMap())
	}
	return object{}
}

// objects returns the elements of a list that are objects.
func (o object) objects(key string) []object {
	value := o.get(key)
	if !value.IsArray() {
		return nil
	}
	var list []object
	for _, element := range value.AsArray().All {
		if element.IsMap() {
			list = append(list, object(element.AsMap()))
		}
	}
	return list
}

// texts returns the elements of a list that are text.
func (o object) texts(key string) []string {
	value := o.get(key)
	if !value.IsArray() {
		return nil
	}
	var list []string
	for _, element := range value.AsArray().All {
		if element.IsString() {
			list = append(list, element.AsString())
		}
	}
	return list
}

// length returns the number of elements of a list.
func (o object) length(key string) float64 {
	if value := o.get(key); value.IsArray() {
		return float64(value.AsArray().Len())
	}
	return 0
}

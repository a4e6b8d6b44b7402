// Package cost estimates what a stack costs in a month, from its graph and a table of AWS's on-demand prices. It needs no
// credentials and no network, and knows nothing of the program that declared the resources.
//
// An estimate has two parts: the baseline, which follows from the resources alone, and the usage, which follows from
// assumed quantities (requests, GB) that are shown and can be set. Free tiers, discounts, Savings Plans, support and taxes are
// left out: free tiers because they belong to the account, whose other stacks may have used them.
//
// Every resource type is one of three: priced, known to cost nothing (with the reason), or unpriced. Unpriced types are listed with
// their number and are not part of any sum.
package cost

import (
	"cmp"
	"slices"
	"time"

	"github.com/carebase/carebase/graph"
)

// HoursPerMonth is what AWS multiplies hourly prices by: 365 × 24 / 12.
const HoursPerMonth = 730

// maxAge is the age from which a price is reported as old.
const maxAge = 180 * 24 * time.Hour

// A Line is one charge.
type Line struct {
	Service string `json:"service"`
	Item    string `json:"item"`
	Region  string `json:"region"`
	// Resource is the name of the resource that causes the charge, and URN its URN; both empty where the charge is for what the
	// whole stack uses.
	Resource string  `json:"resource,omitempty"`
	URN      string  `json:"urn,omitempty"`
	Quantity float64 `json:"quantity"`
	Unit     string  `json:"unit"`
	// Price is USD per unit, USD what the quantity costs in a month.
	Price float64 `json:"price"`
	USD   float64 `json:"usd"`
	// Usage is the key of the quantity that the charge depends on; empty for the baseline.
	Usage string `json:"usage,omitempty"`
	// Note says what a reader must know about the quantity.
	Note string `json:"note,omitempty"`
}

// Unpriced are resources, or a part of them, that the estimate leaves out.
type Unpriced struct {
	Type   string `json:"type"`
	Count  int    `json:"count"`
	Reason string `json:"reason"`
}

// Free are resources that cost nothing.
type Free struct {
	Type   string `json:"type"`
	Count  int    `json:"count"`
	Reason string `json:"reason"`
}

// Estimate of one stack.
type Estimate struct {
	Project, Stack string
	// Lines are sorted by service, item, region, resource.
	Lines    []Line
	Unpriced []Unpriced
	Free     []Free
	Usage    Usage
	// Prices are the rows of the table that Lines use, sorted by service, item, region.
	Prices []Price
	// now is the day of the estimate.
	now time.Time
}

// Options of New.
type Options struct {
	Usage Usage
	// Now is the day that the age of prices is counted to.
	Now time.Time
	// Table replaces the table of this package, if set.
	Table *Table
}

// New estimates what the resources of g cost in a month.
func New(g *graph.Graph, options Options) (*Estimate, error) {
	if err := options.Usage.Check(); err != nil {
		return nil, err
	}
	e := newEstimator(g, options)
	for _, r := range g.Resources {
		e.add(r)
	}
	e.addJobs()
	return e.result(), nil
}

// Baseline is the sum of what does not depend on usage, in USD a month.
func (e *Estimate) Baseline() float64 { return e.sum(func(l Line) bool { return l.Usage == "" }) }

// ForUsage is the sum of what depends on usage, in USD a month.
func (e *Estimate) ForUsage() float64 { return e.sum(func(l Line) bool { return l.Usage != "" }) }

// Total is Baseline and ForUsage together.
func (e *Estimate) Total() float64 { return e.sum(func(Line) bool { return true }) }

func (e *Estimate) sum(of func(Line) bool) float64 {
	var usd float64
	for _, line := range e.Lines {
		if of(line) {
			usd += line.USD
		}
	}
	return usd
}

// A ServiceCost is what one service costs in a month.
type ServiceCost struct {
	Service  string  `json:"service"`
	Baseline float64 `json:"baselineUsd"`
	Usage    float64 `json:"usageUsd"`
}

// Total is Baseline and Usage together.
func (s ServiceCost) Total() float64 { return s.Baseline + s.Usage }

// Services returns the cost of each service, the dearest first.
func (e *Estimate) Services() []ServiceCost {
	var services []ServiceCost
	for _, line := range e.Lines { // sorted by service
		if len(services) == 0 || services[len(services)-1].Service != line.Service {
			services = append(services, ServiceCost{Service: line.Service})
		}
		if line.Usage == "" {
			services[len(services)-1].Baseline += line.USD
		} else {
			services[len(services)-1].Usage += line.USD
		}
	}
	slices.SortStableFunc(services, func(a, b ServiceCost) int { return cmp.Compare(b.Total(), a.Total()) })
	return services
}

// Unverified returns the used prices that no source was found for.
func (e *Estimate) Unverified() []Price {
	return slices.DeleteFunc(slices.Clone(e.Prices), func(p Price) bool { return p.Verified })
}

// Old returns the used prices that are older than 180 days.
func (e *Estimate) Old() []Price {
	return slices.DeleteFunc(slices.Clone(e.Prices), func(p Price) bool { return e.now.Sub(p.Date()) <= maxAge })
}

// A ServiceChange is what one service costs in a month, before and after a change.
type ServiceChange struct {
	Service string  `json:"service"`
	Base    float64 `json:"baseUsd"`
	Head    float64 `json:"headUsd"`
}

// Change is what a change does to the cost of a stack.
type Change struct {
	Base float64 `json:"baseUsd"`
	Head float64 `json:"headUsd"`
	// Services are those whose cost differs by half a cent or more, the largest difference first.
	Services []ServiceChange `json:"services"`
}

// Compare returns what head costs more or less than base. A nil estimate is of a stack that does not exist.
func Compare(base, head *Estimate) Change {
	var change Change
	byService := map[string]*ServiceChange{}
	count := func(e *Estimate, total *float64, side func(*ServiceChange) *float64) {
		if e == nil {
			return
		}
		*total = e.Total()
		for _, service := range e.Services() {
			if byService[service.Service] == nil {
				byService[service.Service] = &ServiceChange{Service: service.Service}
			}
			*side(byService[service.Service]) = service.Total()
		}
	}
	count(base, &change.Base, func(s *ServiceChange) *float64 { return &s.Base })
	count(head, &change.Head, func(s *ServiceChange) *float64 { return &s.Head })
	for _, service := range byService {
		if difference(*service) >= 0.005 {
			change.Services = append(change.Services, *service)
		}
	}
	slices.SortFunc(change.Services, func(a, b ServiceChange) int {
		return cmp.Or(cmp.Compare(difference(b), difference(a)), cmp.Compare(a.Service, b.Service))
	})
	return change
}

func difference(s ServiceChange) float64 { return max(s.Head-s.Base, s.Base-s.Head) }

package cost

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// global is the region of prices that are the same wherever AWS's customer is: Route 53 and CloudFront.
const global = "global"

// A Price is one row of the price table.
type Price struct {
	Service string
	// Item is what is priced, unique within the service: "nat-gateway", or a class and an engine: "db.r6g.large PostgreSQL".
	Item   string
	Region string
	// Unit is what USD buys one of.
	Unit string
	USD  float64
	// Page is AWS's pricing page of the service, and Read is where the number was read.
	Page, Read string
	// Checked is the day on which the row was compared with Read. Published is the day that the source gives for its number;
	// zero if the source gives none.
	Checked, Published time.Time
	// Verified is false if no source for the number was found; Read then says what the number rests on.
	Verified bool
}

// Date returns the day for which the price is known: the source's, or else the day on which somebody compared the row with it.
func (p Price) Date() time.Time {
	if !p.Published.IsZero() {
		return p.Published
	}
	return p.Checked
}

type priceKey struct{ service, item, region string }

// Table holds prices by service, item and region.
type Table struct {
	prices map[priceKey]Price
	// vcpus are the vCPUs of instance classes, by class.
	vcpus map[string]float64
}

var (
	//go:embed prices.csv
	priceRows string
	//go:embed instances.csv
	instanceRows string
)

// Prices returns the table of this package: prices.csv, which people review, and instances.csv, which tools/instanceprices
// writes. Both are part of the program, so a mistake in them is a panic; a test reads them.
var Prices = sync.OnceValue(func() *Table {
	table, err := readTable(strings.NewReader(priceRows), strings.NewReader(instanceRows))
	if err != nil {
		panic(err)
	}
	return table
})

func readTable(prices, instances io.Reader) (*Table, error) {
	t := &Table{prices: map[priceKey]Price{}, vcpus: map[string]float64{}}
	if err := t.readPrices(prices); err != nil {
		return nil, fmt.Errorf("prices.csv: %w", err)
	}
	if err := t.readInstances(instances); err != nil {
		return nil, fmt.Errorf("instances.csv: %w", err)
	}
	return t, nil
}

func (t *Table) readPrices(in io.Reader) error {
	return records(in, []string{"service", "item", "unit", "region", "usd", "page", "checked", "published", "read", "verified"},
		func(f []string) error {
			p := Price{Service: f[0], Item: f[1], Unit: f[2], Region: f[3], Page: f[5], Read: f[8], Verified: f[9] == "yes"}
			if f[9] != "yes" && f[9] != "no" {
				return fmt.Errorf("verified is %q: write yes or no", f[9])
			}
			return t.add(p, f[4], f[6], f[7])
		})
}

func (t *Table) readInstances(in io.Reader) error {
	return records(in, []string{"service", "class", "engine", "region", "usd", "vcpu", "page", "published"},
		func(f []string) error {
			vcpu, err := strconv.ParseFloat(f[5], 64)
			if err != nil {
				return fmt.Errorf("vcpu: %w", err)
			}
			t.vcpus[f[1]] = vcpu
			return t.add(Price{
				Service: f[0], Item: f[1] + " " + f[2], Unit: "hour", Region: f[3], Page: f[6],
				Read: "AWS's Price List, copied by " + f[6], Verified: true,
			}, f[4], f[7], f[7])
		})
}

func (t *Table) add(p Price, usd, checked, published string) (err error) {
	if p.USD, err = strconv.ParseFloat(usd, 64); err != nil || p.USD <= 0 {
		return fmt.Errorf("usd is %q: write a number above 0", usd)
	}
	if p.Checked, err = time.Parse(time.DateOnly, checked); err != nil {
		return fmt.Errorf("checked: %w", err)
	}
	if published != "" {
		if p.Published, err = time.Parse(time.DateOnly, published); err != nil {
			return fmt.Errorf("published: %w", err)
		}
	}
	if slices.Contains([]string{p.Service, p.Item, p.Unit, p.Region, p.Page, p.Read}, "") {
		return fmt.Errorf("service, item, unit, region, page or read is empty")
	}
	key := priceKey{p.Service, p.Item, p.Region}
	if _, twice := t.prices[key]; twice {
		return fmt.Errorf("%s, %s in %s has two prices", p.Service, p.Item, p.Region)
	}
	t.prices[key] = p
	return nil
}

// records calls each with every record below the header, and adds the line to its errors.
func records(in io.Reader, header []string, each func([]string) error) error {
	r := csv.NewReader(in)
	r.FieldsPerRecord = len(header)
	first, err := r.Read()
	if err != nil {
		return err
	}
	if !slices.Equal(first, header) {
		return fmt.Errorf("the header is %v, not %v", first, header)
	}
	for {
		fields, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := each(fields); err != nil {
			line, _ := r.FieldPos(0)
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}

// Lookup returns the price of an item in a region, or what costs the same in every region.
func (t *Table) Lookup(service, item, region string) (Price, bool) {
	p, found := t.prices[priceKey{service, item, region}]
	if !found {
		p, found = t.prices[priceKey{service, item, global}]
	}
	return p, found
}

package cost

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// Formats are the formats of Write.
var Formats = []string{"text", "json"}

// Budget is what the estimate is compared with.
type Budget struct {
	// USD a month; 0 where the stack has no budget.
	USD float64
	// Setting is the name of the setting that USD comes from.
	Setting string
}

// Write writes the estimate in one of Formats. The same estimate gives the same bytes.
func (e *Estimate) Write(out io.Writer, format string, budget Budget) error {
	if format == "json" {
		return e.writeJSON(out, budget)
	}
	var b strings.Builder
	e.writeText(&b, budget)
	_, err := io.WriteString(out, b.String())
	return err
}

// Headline is the estimate in one line: "1,234 USD a month: 1,100 for the resources, 134 for the assumed usage".
func (e *Estimate) Headline() string {
	return fmt.Sprintf("%s USD a month: %s for the resources, %s for the assumed usage",
		whole(e.Total()), whole(e.Baseline()), whole(e.ForUsage()))
}

// Verdict compares the estimate with the budget, or returns "" where there is none.
func (e *Estimate) Verdict(budget Budget) string {
	if budget.USD == 0 {
		return ""
	}
	share := fmt.Sprintf("%.0f %% of the budget of %s USD (%s)", 100*e.Total()/budget.USD, whole(budget.USD), budget.Setting)
	if e.Total() > budget.USD {
		return "over budget: " + share
	}
	return share
}

func (e *Estimate) writeText(b *strings.Builder, budget Budget) {
	fmt.Fprintf(b, "%s costs about %s\n", e.Stack, e.Headline())
	if verdict := e.Verdict(budget); verdict != "" {
		fmt.Fprintln(b, verdict)
	}
	b.WriteString("\n")
	e.writeLines(b)
	b.WriteString("\nassumed usage in a month:\n")
	table(b, func(row func(...string)) {
		for _, q := range Quantities {
			if slices.ContainsFunc(e.Lines, func(l Line) bool { return l.Usage == q.Key }) {
				row("  "+q.Key, amount(e.Usage.of(q.Key)), q.Unit, q.About)
			}
		}
	})
	if len(e.Unpriced) > 0 {
		b.WriteString("\nnot in the sums, because they have no price here:\n")
		table(b, func(row func(...string)) {
			for _, u := range e.Unpriced {
				row("  "+strconv.Itoa(u.Count), u.Type, u.Reason)
			}
		})
	}
	resources := 0
	for _, f := range e.Free {
		resources += f.Count
	}
	fmt.Fprintf(b, "\n%d resources of %d types cost nothing. Free tiers, discounts and taxes are left out.\n", resources, len(e.Free))
	e.writeFootnotes(b)
}

// writeLines writes a table of services and, below each service, its charges; charges of the same item in the same region
// are one row.
func (e *Estimate) writeLines(b *strings.Builder) {
	table(b, func(row func(...string)) {
		for _, service := range e.Services() {
			row(service.Service, "", "", "", money(service.Total()))
			for _, line := range e.merged(service.Service) {
				usage := ""
				if line.Usage != "" {
					usage = " (" + line.Usage + ")"
				}
				row("  "+line.Item+usage, line.Region, units(line.Quantity, line.Unit), "× "+strconv.FormatFloat(line.Price, 'f', -1, 64),
					money(line.USD)+mark(e.price(line)))
			}
		}
		row("total", "", "", "", money(e.Total()))
	})
}

// units writes a quantity of a unit: "3 hour", "3 × 10,000 requests".
func units(quantity float64, unit string) string {
	if unit[0] >= '0' && unit[0] <= '9' {
		return amount(quantity) + " × " + unit
	}
	return amount(quantity) + " " + unit
}

// merged returns the lines of a service, with the lines of one item in one region added up.
func (e *Estimate) merged(service string) []Line {
	var lines []Line
	for _, line := range e.Lines {
		if line.Service != service {
			continue
		}
		at := slices.IndexFunc(lines, func(l Line) bool {
			return l.Item == line.Item && l.Region == line.Region && l.Usage == line.Usage
		})
		if at < 0 {
			lines = append(lines, line)
			continue
		}
		lines[at].Quantity += line.Quantity
		lines[at].USD += line.USD
	}
	return lines
}

func (e *Estimate) price(line Line) Price {
	at := slices.IndexFunc(e.Prices, func(p Price) bool {
		return p.Service == line.Service && p.Item == line.Item && p.Region == line.Region
	})
	return e.Prices[at]
}

// mark is what stands behind an amount whose price has no source.
func mark(p Price) string {
	if p.Verified {
		return ""
	}
	return " *"
}

func (e *Estimate) writeFootnotes(b *strings.Builder) {
	if unverified := e.Unverified(); len(unverified) > 0 {
		b.WriteString("\n* price without a source; check it on AWS's page:\n")
		var reasons []string
		for _, p := range unverified {
			if !slices.Contains(reasons, p.Read) {
				reasons = append(reasons, p.Read)
			}
		}
		for _, reason := range reasons {
			fmt.Fprintf(b, "  %s:\n", reason)
			for _, p := range unverified {
				if p.Read == reason {
					fmt.Fprintf(b, "    %s %s in %s: %s USD per %s, %s\n",
						p.Service, p.Item, p.Region, strconv.FormatFloat(p.USD, 'f', -1, 64), p.Unit, p.Page)
				}
			}
		}
	}
	if old := e.Old(); len(old) > 0 {
		oldest := slices.MinFunc(old, func(a, b Price) int { return a.Date().Compare(b.Date()) })
		var services []string
		for _, p := range old {
			if !slices.Contains(services, p.Service) {
				services = append(services, p.Service)
			}
		}
		fmt.Fprintf(b, "\nwarning: prices older than 180 days: %d, of %s; the oldest is of %s\n",
			len(old), strings.Join(services, ", "), oldest.Date().Format(time.DateOnly))
	}
}

// table writes rows with aligned columns.
func table(b *strings.Builder, rows func(row func(...string))) {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	rows(func(cells ...string) { fmt.Fprintln(w, strings.TrimRight(strings.Join(cells, "\t"), "\t")) })
	_ = w.Flush() // into a strings.Builder, which takes everything
}

// money writes USD with cents and groups of thousands: 1,234.50.
func money(usd float64) string { return grouped(strconv.FormatFloat(usd, 'f', 2, 64)) }

// whole writes USD without cents.
func whole(usd float64) string { return grouped(strconv.FormatFloat(math.Round(usd), 'f', 0, 64)) }

// amount writes a quantity with at most two decimals.
func amount(quantity float64) string {
	return grouped(strconv.FormatFloat(math.Round(quantity*100)/100, 'f', -1, 64))
}

func grouped(number string) string {
	integer, decimals, found := strings.Cut(number, ".")
	digits := strings.TrimPrefix(integer, "-")
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	if strings.HasPrefix(integer, "-") {
		digits = "-" + digits
	}
	if found {
		digits += "." + decimals
	}
	return digits
}

func parseNumber(text string) float64 {
	number, _ := strconv.ParseFloat(text, 64) // the caller's expression admits digits only
	return number
}

// jsonPrice is a Price as JSON.
type jsonPrice struct {
	Service   string  `json:"service"`
	Item      string  `json:"item"`
	Region    string  `json:"region"`
	Unit      string  `json:"unit"`
	USD       float64 `json:"usd"`
	Page      string  `json:"page"`
	Read      string  `json:"read"`
	Checked   string  `json:"checked"`
	Published string  `json:"published,omitempty"`
	Verified  bool    `json:"verified"`
	Old       bool    `json:"old"`
}

type jsonQuantity struct {
	Key    string  `json:"key"`
	Amount float64 `json:"amount"`
	Unit   string  `json:"unit"`
	About  string  `json:"about"`
}

func (e *Estimate) writeJSON(out io.Writer, budget Budget) error {
	prices := make([]jsonPrice, 0, len(e.Prices))
	for _, p := range e.Prices {
		row := jsonPrice{
			Service: p.Service, Item: p.Item, Region: p.Region, Unit: p.Unit, USD: p.USD, Page: p.Page, Read: p.Read,
			Checked: p.Checked.Format(time.DateOnly), Verified: p.Verified, Old: slices.Contains(e.Old(), p),
		}
		if !p.Published.IsZero() {
			row.Published = p.Published.Format(time.DateOnly)
		}
		prices = append(prices, row)
	}
	usage := make([]jsonQuantity, 0, len(Quantities))
	for _, q := range Quantities {
		usage = append(usage, jsonQuantity{Key: q.Key, Amount: e.Usage.of(q.Key), Unit: q.Unit, About: q.About})
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(struct {
		Project  string         `json:"project"`
		Stack    string         `json:"stack"`
		Total    float64        `json:"totalUsd"`
		Baseline float64        `json:"baselineUsd"`
		ForUsage float64        `json:"usageUsd"`
		Budget   float64        `json:"budgetUsd,omitempty"`
		Services []ServiceCost  `json:"services"`
		Lines    []Line         `json:"lines"`
		Usage    []jsonQuantity `json:"usage"`
		Unpriced []Unpriced     `json:"unpriced"`
		Free     []Free         `json:"free"`
		Prices   []jsonPrice    `json:"prices"`
	}{
		e.Project, e.Stack, e.Total(), e.Baseline(), e.ForUsage(), budget.USD, e.Services(), e.Lines, usage,
		append([]Unpriced{}, e.Unpriced...), append([]Free{}, e.Free...), prices,
	})
}

package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/carebase/carebase/policy"
)

// CatalogueFormats are the names that WriteCatalogue takes.
var CatalogueFormats = []string{"text", "json", "markdown"}

// WriteCatalogue lists controls in a format.
func WriteCatalogue(w io.Writer, format string, controls []*policy.Control) error {
	var text string
	var err error
	switch format {
	case "text":
		text = catalogueText(controls)
	case "json":
		text, err = catalogueJSON(controls)
	case "markdown":
		text = catalogueMarkdown(controls)
	default:
		err = fmt.Errorf("format %q: allowed is %s", format, strings.Join(CatalogueFormats, ", "))
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, text)
	return err
}

func catalogueText(controls []*policy.Control) string {
	var b strings.Builder
	id, severity, applies := 0, 0, 0
	for _, c := range controls {
		id, severity, applies = max(id, len(c.ID)), max(severity, len(c.Severity.String())), max(applies, len(c.Applies.String()))
	}
	for _, c := range controls {
		fmt.Fprintf(&b, "%-*s  %-*s  %-*s  %s\n", id, c.ID, severity, c.Severity, applies, c.Applies, c.Title)
	}
	fmt.Fprintf(&b, "\n%s\n", count(len(controls), "control"))
	return b.String()
}

func catalogueJSON(controls []*policy.Control) (string, error) {
	out := struct {
		Controls []jsonControl `json:"controls"`
	}{[]jsonControl{}}
	for _, c := range controls {
		out.Controls = append(out.Controls, jsonControl{
			ID: c.ID, Title: c.Title, Service: c.Service, Severity: c.Severity.String(), Applies: c.Applies.String(),
			Kind: c.Kind.String(), Citations: cited(c), Analogy: c.Analogy, Why: c.Why,
			Config: list(c.Config), Nag: list(c.Nag), Prowler: list(c.Prowler),
		})
	}
	return encode(out)
}

type jsonControl struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Service   string   `json:"service"`
	Severity  string   `json:"severity"`
	Applies   string   `json:"applies"`
	Kind      string   `json:"kind"`
	Citations []string `json:"citations"`
	Analogy   bool     `json:"analogy"`
	Why       string   `json:"why"`
	Config    []string `json:"awsConfig"`
	Nag       []string `json:"cdkNag"`
	Prowler   []string `json:"prowler"`
}

// list keeps an empty list as [].
func list(ids []string) []string {
	if ids == nil {
		return []string{}
	}
	return ids
}

func catalogueMarkdown(controls []*policy.Control) string {
	p := &markdownPrinter{}
	p.head([]string{"Control", "Severity", "Holds for", "Title", "45 CFR", "AWS Config", "cdk-nag", "Prowler"})
	for _, c := range controls {
		paragraphs := strings.Join(c.Citations, ", ")
		if c.Analogy {
			paragraphs += " (by analogy)"
		}
		p.line("| %s |", strings.Join([]string{
			c.ID, c.Severity.String(), c.Applies.String(), escape(c.Title), escape(paragraphs),
			codes(c.Config), codes(c.Nag), codes(c.Prowler),
		}, " | "))
	}
	return p.b.String()
}

func codes(ids []string) string {
	set := make([]string, len(ids))
	for i, id := range ids {
		set[i] = code(id)
	}
	return strings.Join(set, ", ")
}

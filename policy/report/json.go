package report

import (
	"bytes"
	"encoding/json"

	"github.com/carebase/carebase/policy"
)

// asJSON writes one object. Every member is always there: an empty list is [], and null stands only for no exception.
func asJSON(result *policy.Result) (string, error) {
	out := jsonResult{
		SchemaVersion: schemaVersion, Project: result.Project, Stack: result.Stack, PHI: result.PHI, Production: result.Production,
		Totals:   total(result),
		Warnings: append([]string{}, result.Warnings...),
		Scope: jsonScope{
			Resources: result.Scope.Resources, Types: result.Scope.Types, External: result.Scope.External,
			Unjudged: append([]policy.TypeCount{}, result.Scope.Unjudged...),
		},
		Findings: []jsonFinding{}, BadExceptions: []jsonBadException{}, Controls: []jsonControlResult{},
	}
	for _, f := range result.Findings {
		name, typ := subject(f)
		out.Findings = append(out.Findings, jsonFinding{
			Control: f.Control.ID, Title: f.Control.Title, Severity: f.Control.Severity.String(), Outcome: f.Outcome.String(),
			URN: f.URN, Name: name, Type: typ, Property: f.Property, Got: f.Got, Want: f.Want, Fix: f.Fix,
			Why: f.Control.Why, Citations: cited(f.Control), Analogy: f.Control.Analogy, Exception: f.Exception,
		})
	}
	for _, bad := range result.BadExceptions {
		out.BadExceptions = append(out.BadExceptions, jsonBadException{bad.Exception, bad.Problem})
	}
	for _, c := range result.Controls {
		out.Controls = append(out.Controls, jsonControlResult{
			ID: c.Control.ID, Title: c.Control.Title, Severity: c.Control.Severity.String(), Outcome: c.Outcome.String(),
			Checked: c.Checked, Passed: c.Passed,
		})
	}
	return encode(out)
}

// schemaVersion of the object: a member more leaves it as it is, any other change adds one.
const schemaVersion = 2

type jsonResult struct {
	SchemaVersion int                 `json:"schemaVersion"`
	Project       string              `json:"project"`
	Stack         string              `json:"stack"`
	PHI           bool                `json:"phi"`
	Production    bool                `json:"production"`
	Warnings      []string            `json:"warnings"`
	Scope         jsonScope           `json:"scope"`
	Totals        totals              `json:"totals"`
	Findings      []jsonFinding       `json:"findings"`
	BadExceptions []jsonBadException  `json:"badExceptions"`
	Controls      []jsonControlResult `json:"controls"`
}

type jsonScope struct {
	Resources int                `json:"resources"`
	Types     int                `json:"types"`
	External  int                `json:"external"`
	Unjudged  []policy.TypeCount `json:"unjudged"`
}

type jsonFinding struct {
	Control   string            `json:"control"`
	Title     string            `json:"title"`
	Severity  string            `json:"severity"`
	Outcome   string            `json:"outcome"`
	URN       string            `json:"urn"`
	Name      string            `json:"name"`
	Type      string            `json:"type"`
	Property  string            `json:"property"`
	Got       string            `json:"got"`
	Want      string            `json:"want"`
	Fix       string            `json:"fix"`
	Why       string            `json:"why"`
	Citations []string          `json:"citations"`
	Analogy   bool              `json:"analogy"`
	Exception *policy.Exception `json:"exception"`
}

type jsonBadException struct {
	policy.Exception
	Problem string `json:"problem"`
}

type jsonControlResult struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Severity string `json:"severity"`
	Outcome  string `json:"outcome"`
	Checked  int    `json:"checked"` // resources
	Passed   int    `json:"passed"`
}

// encode writes JSON that people can read: indented, and < > & as they are.
func encode(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(v)
	return b.String(), err
}

package report

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/carebase/carebase/policy"
)

// exceptionRule is the rule of bad exceptions.
const exceptionRule = "EXCEPTION"

func asSARIF(result *policy.Result, options Options) (string, error) {
	text, err := encode(sarifReport(result, options))
	if err != nil {
		return "", err
	}
	var whole any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&whole); err != nil {
		return "", err
	}
	return encode(pruned(whole))
}

// pruned leaves out what the library writes for nothing: empty lists, and the number -1 for an index or offset that there is
// not, which some readers take for a place. An empty list of results stays: it says that there are none.
func pruned(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			list, isList := member.([]any)
			number, isNumber := member.(json.Number)
			if isList && len(list) == 0 && name != "results" || isNumber && number == "-1" {
				delete(v, name)
			} else {
				v[name] = pruned(member)
			}
		}
	case []any:
		for i := range v {
			v[i] = pruned(v[i])
		}
	}
	return value
}

// sarifReport follows SARIF 2.1.0 and what GitHub makes of it
// (https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning):
// every result there is an alert, whatever its kind, so results are violations only. What is undecidable is a
// notification. Accepted violations are suppressed results: GitHub ignores suppressions, so a workflow that uploads
// there dismisses them by their suppressions.
func sarifReport(result *policy.Result, options Options) *sarif.Report {
	w := &sarifWriter{
		run:      sarif.NewRunWithInformationURI("carebase", "https://github.com/carebase/carebase"),
		rules:    map[string]int{},
		seen:     map[string]int{},
		path:     options.Settings.Path,
		settings: options.Settings.sections(),
	}
	if options.Version != "" {
		w.run.Tool.Driver.WithVersion(options.Version)
	}
	w.run.WithColumnKind("unicodeCodePoints")
	// The id keeps the stacks' runs apart where one commit has several.
	w.run.WithAutomationDetails(sarif.NewRunAutomationDetails().WithID(fmt.Sprintf("carebase/%s/%s/", result.Project, result.Stack)))
	for _, c := range result.Controls {
		w.rule(c.Control)
	}
	invocation := sarif.NewInvocation().WithExecutionSuccessful(true)
	for _, f := range result.Findings {
		if f.Outcome == policy.Undecidable {
			invocation.AddToolExecutionNotification(w.notification(f))
		} else {
			w.run.AddResult(w.violation(f))
		}
	}
	for _, bad := range result.BadExceptions {
		w.run.AddResult(w.badException(bad))
	}
	for _, warning := range result.Warnings {
		invocation.AddToolExecutionNotification(sarif.NewNotification().WithLevel(sarif.LevelWarning).
			WithMessage(sarif.NewTextMessage(printable(warning))))
	}
	invocation.AddToolExecutionNotification(sarif.NewNotification().WithLevel(sarif.LevelNote).
		WithMessage(sarif.NewTextMessage(printable(scopeLine(result.Scope)))))
	w.run.AddInvocation(invocation)
	return sarif.NewReport().AddRun(w.run)
}

type sarifWriter struct {
	run      *sarif.Run
	rules    map[string]int // index by id
	seen     map[string]int // how often each hash
	path     string
	settings sections
}

// rule describes a control, once.
func (w *sarifWriter) rule(c *policy.Control) {
	ids := "AWS Config: " + orNone(c.Config) + ". cdk-nag: " + orNone(c.Nag) + ". Prowler: " + orNone(c.Prowler) + "."
	help := fmt.Sprintf("%s\n\n%s\n\nHolds for: %s.\n\n%s", c.Why, c.Cite(), c.Applies, ids)
	properties := sarif.NewPropertyBag().
		Add("security-severity", securitySeverity[c.Severity]).
		Add("problem.severity", level[c.Severity]).
		WithTags([]string{"security", "hipaa", strings.ToLower(c.Service)})
	w.addRule(sarif.NewRule(c.ID).
		WithShortDescription(text(c.Title)).
		WithFullDescription(text(c.Why)).
		WithHelp(sarif.NewMultiformatMessageString().WithText(help).
			WithMarkdown(fmt.Sprintf("**%s.** %s\n\n%s\n\nHolds for: %s.\n\n%s",
				escape(c.Title), escape(c.Why), escape(c.Cite()), escape(c.Applies.String()), escape(ids)))).
		WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(level[c.Severity])).
		WithProperties(properties))
}

func (w *sarifWriter) addRule(rule *sarif.ReportingDescriptor) {
	w.rules[*rule.ID] = len(w.rules)
	w.run.Tool.Driver.AddRule(rule)
}

func (w *sarifWriter) violation(f policy.Finding) *sarif.Result {
	message := fmt.Sprintf("%s: %s %s", place(f), f.Message(), f.Control.Why)
	result := w.result(f.Control.ID, level[f.Control.Severity], message, w.settings.ofProperty(f), f.URN).
		WithPartialFingerprints(w.fingerprints(f.Control.ID, f.URN, f.Property))
	if e := f.Exception; e != nil {
		result.AddSuppression(sarif.NewSuppression().WithKind("external").WithStatus("accepted").
			WithJustification(printable(fmt.Sprintf("%s (accepted by %s until %s)", e.Reason, e.Owner, e.Expires))).
			WithLocation(w.location(w.settings.ofException(*e), "")))
	}
	return result
}

func (w *sarifWriter) badException(bad policy.BadException) *sarif.Result {
	if _, there := w.rules[exceptionRule]; !there {
		const about = "An exception must name a control and a resource that violates it, say why, who answers for it and until when."
		w.addRule(sarif.NewRule(exceptionRule).
			WithShortDescription(text("Exceptions can stand")).WithFullDescription(text(about)).WithHelp(text(about)).
			WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(sarif.LevelError)).
			WithProperties(sarif.NewPropertyBag().Add("security-severity", securitySeverity[policy.High]).
				Add("problem.severity", sarif.LevelError).WithTags([]string{"security", "hipaa"})))
	}
	e := bad.Exception
	message := fmt.Sprintf("the exception of %s from %s: %s", e.Resource, e.Control, bad.Problem)
	return w.result(exceptionRule, sarif.LevelError, message, w.settings.ofException(e), e.Resource).
		WithPartialFingerprints(w.fingerprints(exceptionRule, e.Control, e.Resource))
}

func (w *sarifWriter) result(rule, level, message string, line int, urn string) *sarif.Result {
	return sarif.NewRuleResult(rule).WithRuleIndex(w.rules[rule]).WithLevel(level).
		WithMessage(sarif.NewTextMessage(printable(message))).AddLocation(w.location(line, urn))
}

func (w *sarifWriter) notification(f policy.Finding) *sarif.Notification {
	return sarif.NewNotification().WithLevel(sarif.LevelNote).
		WithMessage(sarif.NewTextMessage(printable(plainly(f)))).
		WithAssociatedRule(sarif.NewReportingDescriptorReference().WithID(f.Control.ID).WithIndex(w.rules[f.Control.ID])).
		AddLocation(w.location(w.settings.ofProperty(f), f.URN))
}

// location is the resource's URN, and the settings, the file that people change: the line of the setting that is at fault,
// or without a line (0) the file as a whole, where a component is. GitHub wants a file of every result.
func (w *sarifWriter) location(line int, urn string) *sarif.Location {
	file := sarif.NewPhysicalLocation().
		WithArtifactLocation(sarif.NewArtifactLocation().WithURI(w.path).WithURIBaseID("%SRCROOT%"))
	if line > 0 {
		file.WithRegion(sarif.NewRegion().WithStartLine(line))
	}
	location := sarif.NewLocation().WithPhysicalLocation(file)
	if urn != "" {
		name, _ := subject(policy.Finding{URN: urn})
		location.AddLogicalLocation(sarif.NewLogicalLocation().WithKind("resource").WithName(name).WithFullyQualifiedName(urn))
	}
	return location
}

func text(s string) *sarif.MultiformatMessageString {
	return sarif.NewMultiformatMessageString().WithText(s)
}

func orNone(ids []string) string {
	if len(ids) == 0 {
		return "none"
	}
	return strings.Join(ids, ", ")
}

// level of a severity in SARIF, and its number in GitHub's scale of ten.
var (
	level = map[policy.Severity]string{
		policy.Critical: sarif.LevelError, policy.High: sarif.LevelError, policy.Medium: sarif.LevelWarning, policy.Low: sarif.LevelNote,
	}
	securitySeverity = map[policy.Severity]string{policy.Critical: "9.5", policy.High: "8.0", policy.Medium: "5.5", policy.Low: "2.0"}
)

// fingerprints tell the same violation in two runs, wherever the settings file has moved it. GitHub reads
// primaryLocationLineHash only, and would else make it of the line, which many violations share. The number tells
// violations apart that have everything in common.
func (w *sarifWriter) fingerprints(parts ...string) map[string]string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	hash := hex.EncodeToString(sum[:16])
	w.seen[hash]++
	fingerprint := fmt.Sprintf("%s:%d", hash, w.seen[hash])
	return map[string]string{"carebase/v1": fingerprint, "primaryLocationLineHash": fingerprint}
}

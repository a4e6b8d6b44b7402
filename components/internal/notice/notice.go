// Package notice words what people are told by alarms and events: how urgent it is, what it means, what to do, and where
// the runbook says more. It imports neither AWS's SDK nor Pulumi.
package notice

// Severity says how soon somebody must act.
type Severity string

const (
	// Page wakes somebody: people are not served, or data is in danger, now.
	Page Severity = "PAGE"
	// Notice is for the next working day.
	Notice Severity = "NOTICE"
)

// Document is the runbook, from the root of the repository. A test checks that it has the heading that each alarm and rule of a plan names.
const Document = "docs/operations.md"

// A Note is the part of a message that every alarm and event rule has: severity and runbook entry.
type Note struct {
	Severity Severity
	// Runbook is the anchor of the entry in Document.
	Runbook string
}

// Link to the runbook's entry.
func (n Note) Link() string { return Document + "#" + n.Runbook }

// Describe is the description of an alarm or a rule: severity first, so that subscriptions can filter by it, and the
// runbook last.
func (n Note) Describe(text string) string {
	return string(n.Severity) + ": " + text + " Runbook: " + n.Link()
}

// PagesOnly is the filter policy of a subscription that gets what pages and nothing else, on the message's body. An alarm's
// message has the alarm's description; the messages of rules have a key severity. Messages that are no JSON, such as a
// budget's, do not pass.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering-scope.html
// https://docs.aws.amazon.com/sns/latest/dg/and-or-logic.html
const PagesOnly = `{"$or":[{"AlarmDescription":[{"prefix":"PAGE: "}]},{"severity":["PAGE"]}]}`

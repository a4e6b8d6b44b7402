package diff

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Formats that Write knows.
var Formats = []string{"text", "markdown", "json", "gitlab"}

// Options of a report.
type Options struct {
	// Width of the terminal in characters; 0 does not cut lines.
	Width int
	// Colour uses ANSI escapes.
	Colour bool
	// Full is where the full text is, if the report has to be cut: a file or an artifact.
	Full string
}

// Limit is the greatest number of characters of a report in Markdown. GitHub takes 65,536 for a comment.
const Limit = 60_000

// unfolded is the greatest number of rows that a section shows without being opened.
const unfolded = 25

// Write writes the results of one or more stacks of a project.
func Write(w io.Writer, format string, results []*Result, options Options) error {
	switch format {
	case "text":
		return writeText(w, results, options)
	case "markdown":
		_, err := io.WriteString(w, markdown(results, options))
		return err
	case "json":
		return writeJSON(w, results)
	case "gitlab":
		return writeGitLab(w, results)
	}
	return fmt.Errorf("format %q: allowed is %s", format, strings.Join(Formats, ", "))
}

// Marker identifies the comment of a project among the comments of a pull request.
func Marker(project string) string { return "<!-- carebase:diff:" + project + " -->" }

func writeJSON(w io.Writer, results []*Result) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(struct {
		SchemaVersion int       `json:"schemaVersion"`
		Stacks        []*Result `json:"stacks"`
	}{SchemaVersion, results})
}

// writeGitLab writes the counts that GitLab shows in a merge request:
// https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsterraform
func writeGitLab(w io.Writer, results []*Result) error {
	counts := struct {
		Create int `json:"create"`
		Update int `json:"update"`
		Delete int `json:"delete"`
	}{}
	for _, r := range results {
		replaced := r.Counts.Replaced + r.Counts.MayReplace + r.Counts.Recreated
		counts.Create += r.Counts.Added + replaced
		counts.Update += r.Counts.Changed
		counts.Delete += r.Counts.Removed + replaced
	}
	return json.NewEncoder(w).Encode(counts)
}

// ---- Text ----

func writeText(w io.Writer, results []*Result, options Options) error {
	var b strings.Builder
	paint := func(t tone, text string) string {
		codes := map[tone]string{bad: "31", warning: "33", good: "32"}
		if !options.Colour || codes[t] == "" {
			return text
		}
		return "\x1b[" + codes[t] + "m" + text + "\x1b[0m"
	}
	bold := func(text string) string {
		if !options.Colour {
			return text
		}
		return "\x1b[1m" + text + "\x1b[0m"
	}
	for _, r := range results {
		fmt.Fprintf(&b, "%s\n", bold(r.Verdict()))
	}
	for _, s := range sections(results) {
		fmt.Fprintf(&b, "\n%s\n", bold(s.title))
		for _, r := range s.rows {
			line := strings.Repeat("  ", r.indent+1)
			for _, p := range r.pieces {
				line += printable(p.text)
			}
			if width := options.Width; width > 20 && !s.whole && utf8.RuneCountInString(line) > width {
				line = string([]rune(line)[:width-1]) + "…"
			}
			b.WriteString(paint(r.tone, line) + "\n")
		}
	}
	if notes := allNotes(results); len(notes) > 0 {
		b.WriteString("\n" + strings.Join(notes, "\n") + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// printable keeps control characters of values from reaching a terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, text)
}

func allNotes(results []*Result) []string {
	var notes []string
	seen := map[string]bool{}
	for _, r := range results {
		for _, note := range r.Notes {
			if !seen[note] {
				seen[note] = true
				notes = append(notes, printable(note))
			}
		}
	}
	return notes
}

// ---- Markdown ----

// markdown is a comment of at most Limit characters. Rows are left out from the bottom; sections that are whole never are.
func markdown(results []*Result, options Options) string {
	var head strings.Builder
	head.WriteString(Marker(results[0].Project) + "\n")
	fmt.Fprintf(&head, "%s → %s\n\n", sideName(results[0].Base), sideName(results[0].Head))
	for _, r := range results {
		verdict := r.Verdict()
		stack, rest, _ := strings.Cut(verdict, ": ")
		fmt.Fprintf(&head, "**%s**: %s\n\n", escape(stack), escape(rest))
	}
	var foot strings.Builder
	for _, note := range allNotes(results) {
		fmt.Fprintf(&foot, "<sub>%s</sub>\n\n", escape(clip(note, 500)))
	}
	all := sections(results)
	rendered := make([][]string, len(all))
	// Titles and counts of what is left out take less than this for each section.
	const frame = 220
	room := Limit - utf8.RuneCountInString(head.String()) - utf8.RuneCountInString(foot.String()) - frame*(len(all)+1)
	for i, s := range all {
		if s.whole {
			rendered[i] = lines(s.rows)
			room -= size(rendered[i])
		}
	}
	var body bytes.Buffer
	for i, s := range all {
		if !s.whole {
			full := lines(s.rows)
			fitting := 0
			for fitting < len(full) && room-size(full[fitting:fitting+1]) >= 0 {
				room -= size(full[fitting : fitting+1])
				fitting++
			}
			if fitting < len(full) {
				room = 0 // what follows is cut as well
			}
			rendered[i] = full[:fitting]
		}
		s.markdown(&body, rendered[i], options)
	}
	return head.String() + body.String() + foot.String()
}

func size(lines []string) int {
	n := 0
	for _, line := range lines {
		n += utf8.RuneCountInString(line)
	}
	return n
}

func (s section) markdown(b *bytes.Buffer, lines []string, options Options) {
	folded := len(lines) > unfolded && !s.whole
	if folded {
		fmt.Fprintf(b, "<details><summary><b>%s</b> (%s rows)</summary>\n\n", s.title, thousands(len(lines)))
	} else {
		fmt.Fprintf(b, "#### %s\n\n", s.title)
	}
	for _, line := range lines {
		b.WriteString(line)
	}
	if left := len(s.rows) - len(lines); left > 0 {
		where := ""
		if options.Full != "" {
			where = "; the full text is in " + clip(options.Full, 60)
		}
		fmt.Fprintf(b, "- … %s more rows left out%s\n", thousands(left), escape(where))
	}
	if folded {
		b.WriteString("\n</details>\n")
	}
	b.WriteString("\n")
}

func lines(rows []row) []string {
	found := make([]string, 0, len(rows))
	for _, r := range rows {
		var b strings.Builder
		b.WriteString(strings.Repeat("  ", r.indent) + "- ")
		for _, p := range r.pieces {
			if p.code {
				b.WriteString(span(p.text))
			} else {
				b.WriteString(escape(p.text))
			}
		}
		b.WriteString("\n")
		found = append(found, b.String())
	}
	return found
}

// span is a piece of code. Its fence is longer than any run of backticks in it.
func span(value string) string {
	value = printable(value)
	if value == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(value, fence) {
		fence += "`"
	}
	if len(fence) > 1 || strings.HasPrefix(value, " ") {
		return fence + " " + value + " " + fence
	}
	return fence + value + fence
}

// escaper keeps Markdown, HTML, mentions and references to issues in values from having an effect.
var escaper = strings.NewReplacer(
	"\\", "\\\\", "`", "\\`", "*", "\\*", "_", "\\_", "<", "&lt;", ">", "&gt;", "[", "\\[", "]", "\\]", "|", "\\|", "~", "\\~",
	"@", "@&#8203;", "#", "&#35;", "&", "&amp;",
)

func escape(text string) string { return escaper.Replace(printable(text)) }

func sideName(s SideInfo) string {
	if s.Revision != "" {
		return span(s.Revision)
	}
	return span(s.Label)
}

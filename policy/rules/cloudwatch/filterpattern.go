package cloudwatch

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/carebase/carebase/policy/inspect"
)

// A filterPattern is what a metric filter of CloudWatch Logs looks for in events that are JSON.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
type filterPattern func(inspect.Event) bool

// parsePattern reads { $.a = x && ($.b != "y" || $.c NOT EXISTS) }. ok is false for what is no such pattern.
func parsePattern(text string) (pattern filterPattern, ok bool) {
	text = strings.TrimSpace(text)
	inner, braced := strings.CutPrefix(text, "{")
	inner, closed := strings.CutSuffix(inner, "}")
	if !braced || !closed {
		return nil, false
	}
	p := &patternParser{words: patternWords.FindAllString(inner, -1)}
	pattern = p.either()
	return pattern, !p.broken && len(p.words) == 0
}

// patternWords are what a pattern consists of: brackets, operators, quoted texts, regular expressions and the rest.
var patternWords = regexp.MustCompile(`\(|\)|&&|\|\||!=|<=|>=|=|<|>|"(?:[^"\\]|\\.)*"|%[^%]*%|[^\s()=!<>&|"%]+|\S`)

type patternParser struct {
	words  []string
	broken bool
}

func (p *patternParser) next() string {
	if len(p.words) == 0 {
		p.broken = true
		return ""
	}
	word := p.words[0]
	p.words = p.words[1:]
	return word
}

// accept takes the next word if it is this one, in whatever case.
func (p *patternParser) accept(word string) bool {
	if len(p.words) == 0 || !strings.EqualFold(p.words[0], word) {
		return false
	}
	p.words = p.words[1:]
	return true
}

func (p *patternParser) either() filterPattern {
	found := p.both()
	for p.accept("||") {
		left, right := found, p.both()
		found = func(e inspect.Event) bool { return left(e) || right(e) }
	}
	return found
}

func (p *patternParser) both() filterPattern {
	found := p.term()
	for p.accept("&&") {
		left, right := found, p.term()
		found = func(e inspect.Event) bool { return left(e) && right(e) }
	}
	return found
}

func (p *patternParser) term() filterPattern {
	if p.accept("(") {
		found := p.either()
		p.broken = p.broken || !p.accept(")")
		return found
	}
	path, selects := strings.CutPrefix(p.next(), "$.")
	p.broken = p.broken || !selects
	switch {
	case p.accept("EXISTS"):
		return func(e inspect.Event) bool { _, there := e[path]; return there }
	case p.accept("NOT"):
		p.broken = p.broken || !p.accept("EXISTS")
		return func(e inspect.Event) bool { _, there := e[path]; return !there }
	case p.accept("IS"):
		value := strings.ToLower(p.next())
		return func(e inspect.Event) bool { got, there := e[path]; return there && got == value }
	}
	operator, value := p.next(), p.next()
	holds, known := comparisons[operator]
	p.broken = p.broken || !known
	same := matcher(value)
	if operator == "=" || operator == "!=" {
		return func(e inspect.Event) bool { got, there := e[path]; return there && same(got) == (operator == "=") }
	}
	limit, err := strconv.ParseFloat(value, 64)
	return func(e inspect.Event) bool {
		got, unlike := strconv.ParseFloat(e[path], 64)
		return err == nil && unlike == nil && holds(got, limit)
	}
}

var comparisons = map[string]func(a, b float64) bool{
	"=": nil, "!=": nil,
	"<":  func(a, b float64) bool { return a < b },
	"<=": func(a, b float64) bool { return a <= b },
	">":  func(a, b float64) bool { return a > b },
	">=": func(a, b float64) bool { return a >= b },
}

// matcher compares with a value, in which * stands for anything, or with a regular expression.
func matcher(value string) func(string) bool {
	if expression, ok := strings.CutPrefix(value, "%"); ok {
		compiled, err := regexp.Compile(strings.TrimSuffix(expression, "%"))
		return func(got string) bool { return err == nil && compiled.MatchString(got) }
	}
	parts := strings.Split(strings.Trim(value, `"`), "*")
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	whole := regexp.MustCompile("^" + strings.Join(parts, ".*") + "$")
	return whole.MatchString
}

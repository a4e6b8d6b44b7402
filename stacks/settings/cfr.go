package settings

import "github.com/carebase/carebase/stacks/settings/decode"

// paragraphs are the titles of the paragraphs of the HIPAA Security Rule (45 CFR part 164, subpart C) that settings follow from.
// https://www.ecfr.gov/current/title-45/subtitle-A/subchapter-C/part-164/subpart-C
var paragraphs = map[string]string{
	"164.308(a)(6)(ii)":    "response and reporting",
	"164.308(a)(7)(i)":     "contingency plan",
	"164.308(a)(7)(ii)(A)": "data backup plan",
	"164.308(a)(7)(ii)(B)": "disaster recovery plan",
	"164.308(a)(7)(ii)(C)": "emergency mode operation",
	"164.308(a)(7)(ii)(D)": "testing and revision",
	"164.312(a)(1)":        "access control",
	"164.312(a)(2)(ii)":    "emergency access procedure",
	"164.312(b)":           "audit controls",
	"164.312(c)(1)":        "integrity",
	"164.312(e)(1)":        "transmission security",
	"164.316(b)(2)(i)":     "six years of documentation",
}

// cite returns a paragraph with its title, for a rule that is written in code.
func cite(paragraph string) string { return decode.Cite(paragraph, paragraphs) }

package decode

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// CheckTags enforces the tags range and oneof of every field that the configuration set, and where phi is true the tag
// phi. titles are the titles of the paragraphs of 45 CFR by the number in the tag cfr.
func (p *Problems) CheckTags(settings any, phi bool, titles map[string]string) {
	p.checkStruct("", reflect.ValueOf(settings).Elem(), phi, titles)
}

func (p *Problems) checkStruct(prefix string, of reflect.Value, phi bool, titles map[string]string) {
	for _, field := range reflect.VisibleFields(of.Type()) {
		name := field.Tag.Get("setting")
		if name == "" {
			continue
		}
		key, value := prefix+name, of.FieldByIndex(field.Index)
		// An optional setting that is left out has the zero value, which means its default.
		if given := field.Tag.Get("optional") == "" || !value.IsZero(); given {
			p.checkRange(key, value, field.Tag.Get("range"))
			if allowed := field.Tag.Get("oneof"); allowed != "" {
				p.OneOf(key, value.String(), strings.Fields(allowed))
			}
		}
		if rule := field.Tag.Get("phi"); phi && rule != "" {
			p.checkPHI(key, value, rule, Cite(field.Tag.Get("cfr"), titles))
		}
		p.checkMembers(key, value, phi, titles)
	}
}

func (p *Problems) checkMembers(key string, value reflect.Value, phi bool, titles map[string]string) {
	switch value.Kind() {
	case reflect.Pointer:
		if !value.IsNil() {
			p.checkStruct(key+".", value.Elem(), phi, titles)
		}
	case reflect.Struct:
		p.checkStruct(key+".", value, phi, titles)
	case reflect.Slice:
		for i := range value.Len() {
			p.checkMembers(Element(key, i), value.Index(i), phi, titles)
		}
	}
}

func (p *Problems) checkRange(key string, value reflect.Value, rule string) {
	if rule == "" {
		return
	}
	lowest, highest := Range(rule)
	p.Between(key, int(value.Int()), lowest, highest)
}

// Range parses the tag range.
func Range(rule string) (lowest, highest int) {
	first, last, _ := strings.Cut(rule, "..")
	lowest, err := strconv.Atoi(first)
	if err == nil {
		highest, err = strconv.Atoi(last)
	}
	if err != nil || lowest > highest {
		panic(fmt.Sprintf("range:%q: write two whole numbers, such as 7..35", rule)) // TestTagsOfSettings reads every tag
	}
	return lowest, highest
}

// PHIRule parses the tag phi into what is required and the reason, which may be empty.
func PHIRule(rule string) (required, reason string) {
	required, reason, _ = strings.Cut(rule, ": ")
	return required, reason
}

// Cite returns the paragraph of 45 CFR with its title.
func Cite(paragraph string, titles map[string]string) string {
	title, known := titles[paragraph]
	if !known {
		panic(fmt.Sprintf("cfr:%q has no title", paragraph)) // TestTagsOfSettings reads every tag
	}
	return "45 CFR " + paragraph + ": " + title
}

func (p *Problems) checkPHI(key string, value reflect.Value, rule, citation string) {
	required, reason := PHIRule(rule)
	var met bool
	switch number, atLeast := strings.CutSuffix(required, " or more"); {
	case atLeast:
		least, err := strconv.Atoi(number)
		if err != nil {
			panic(fmt.Sprintf("phi:%q: write a whole number before \"or more\"", rule))
		}
		if value.Kind() == reflect.Slice {
			met = value.Len() >= least
		} else {
			met = value.Int() >= int64(least)
		}
	case required == "true" || required == "false":
		met = value.Bool() == (required == "true")
	default:
		panic(fmt.Sprintf("phi:%q: write true, false or N or more", rule))
	}
	if met {
		return
	}
	text := required + " where PHI lives"
	if reason != "" {
		text += ": " + reason
	}
	p.Because(key, value.Interface(), text, citation)
}

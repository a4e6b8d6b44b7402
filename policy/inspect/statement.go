package inspect

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// Statements reads a policy: text that holds JSON, or the document itself, which Pulumi takes for most policies too. The
// answer is Yes, Unknown where a part is not known yet, or No where there is no document.
func Statements(v Value) ([]Statement, Answer) {
	if v.value.IsMap() {
		v = written(v)
	}
	if v.Unknown() {
		return nil, Unknown
	}
	read, ok := parseStatements(v)
	if !ok {
		return nil, No
	}
	return read, Yes
}

// written is a document as JSON text; unknown where a part of it is.
func written(v Value) Value {
	known := true
	Walk(v.value, func(part property.Value) { known = known && !part.IsComputed() && !sealed(part) })
	text, err := json.Marshal(plain(v.value))
	if !known || err != nil {
		v.value = property.New(property.Computed)
		return v
	}
	v.value = property.New(string(text))
	return v
}

func plain(v property.Value) any {
	switch {
	case v.IsArray():
		list := []any{}
		for _, element := range v.AsArray().All {
			list = append(list, plain(element))
		}
		return list
	case v.IsMap():
		object := map[string]any{}
		for key, element := range v.AsMap().All {
			object[key] = plain(element)
		}
		return object
	case v.IsBool():
		return v.AsBool()
	case v.IsNumber():
		return v.AsNumber()
	case v.IsString():
		return v.AsString()
	}
	return nil
}

// Resources are the statement's resources as they are written.
func (c Statement) ResourceValues() []Value {
	if list := c.Text.At("Resource"); list.List() != nil {
		return list.List()
	} else if !list.Unset() {
		return []Value{list}
	}
	return nil
}

// Label names the statement for people.
func (c Statement) Label() string {
	if sid := c.Text.At("Sid").Text(); sid != "" {
		return "statement " + sid
	}
	return "a statement without Sid"
}

// AllowsEverybody names the first statement that is open.
func AllowsEverybody(document []Statement) string {
	for _, c := range document {
		if c.open() {
			return c.Label() + " allows everybody something"
		}
	}
	return ""
}

// open is true for a statement that allows something to everybody, whatever account they are of.
func (c Statement) open() bool {
	return c.Effect == "Allow" && (c.Anyone() || !c.Text.At("NotPrincipal").Unset()) && !c.narrowed()
}

// trusted are the condition keys that say who somebody is or where a request comes from, and that the caller cannot
// choose. They are those by which S3 tells a public policy from another, and KMS's own.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
var trusted = []string{
	"aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:sourceaccount",
	"aws:sourcearn", "aws:sourceip", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner", "aws:sourcevpc",
	"aws:sourcevpce", "aws:userid", "aws:vpcsourceip", "kms:calleraccount", "s3:dataaccesspointaccount",
	"s3:dataaccesspointarn",
}

// narrowed is true where a condition admits only known accounts, organisations or networks.
func (c Statement) narrowed() bool {
	return slices.ContainsFunc(c.Conditions, func(c Condition) bool {
		// Others, the IfExists and ForAllValues forms among them, also hold for who says nothing about the key.
		positive := []string{"ArnEquals", "ArnLike", "IpAddress", "StringEquals", "StringEqualsIgnoreCase", "StringLike"}
		return slices.Contains(positive, strings.TrimPrefix(c.Test, "ForAnyValue:")) &&
			slices.Contains(trusted, strings.ToLower(c.Key)) &&
			len(c.Values) > 0 && !slices.ContainsFunc(c.Values, StandsForMany)
	})
}

// StandsForMany is true for a condition's value that stands for everybody.
func StandsForMany(value string) bool {
	if prefix, err := netip.ParsePrefix(value); err == nil {
		return isWide(prefix.Masked())
	}
	if !strings.ContainsAny(value, "*?") {
		return value == ""
	}
	parts := strings.SplitN(value, ":", 6) // an ARN may have wildcards after the account
	return len(parts) < 6 || parts[4] == "" || strings.ContainsAny(parts[4], "*?")
}

// Covers is true where one of the patterns stands for the action.
func Covers(patterns []string, action string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		return Glob(strings.ToLower(pattern), strings.ToLower(action))
	})
}

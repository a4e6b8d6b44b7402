// Package policydoc writes IAM policy documents (identity, key, bucket, queue, endpoint policies) as JSON that
// is the same byte for byte from run to run and in the form AWS hands back, so that a document which did not
// change never shows as a difference.
//
// Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
package policydoc

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Effect of a statement.
type Effect string

// The two effects of the policy grammar.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// A Document is an ordered list of statements; their order is kept.
type Document struct {
	Statements []Statement
}

// A Statement of a policy. Identity policies leave Principals unset; trust policies leave Resources unset.
type Statement struct {
	Sid          string
	Effect       Effect
	Principals   *Principals
	Actions      []string
	NotActions   []string
	Resources    pulumi.StringArrayInput
	NotResources pulumi.StringArrayInput
	Conditions   []Condition
}

// Principals of one kind. Build it with AWS, Service, ServiceOf or Anyone.
type Principals struct {
	kind   string
	values pulumi.StringArray
}

// AWS names account roots, roles or users by ARN.
func AWS(arns ...pulumi.StringInput) *Principals { return &Principals{kind: "AWS", values: arns} }

// Service names AWS services whose principal does not depend on the region, e.g. "cloudtrail.amazonaws.com".
func Service(names ...string) *Principals {
	return &Principals{kind: "Service", values: pulumi.ToStringArray(names)}
}

// ServiceOf names AWS services whose principal is known only with the region, e.g. CloudWatch Logs.
func ServiceOf(names ...pulumi.StringInput) *Principals {
	return &Principals{kind: "Service", values: names}
}

// Anyone is the principal "*". It belongs in Deny statements, and in Allow statements only with a condition
// that narrows it.
func Anyone() *Principals { return &Principals{} }

// A Condition: operator, key and values, e.g. StringEquals, aws:SourceAccount, [account].
type Condition struct {
	Test   string
	Key    string
	Values pulumi.StringArrayInput
}

// JSON renders the document. Statements without an effect or an action are a mistake of the caller's code and
// make the output fail.
func (d Document) JSON() pulumi.StringOutput {
	parts := make([]any, 0, len(d.Statements))
	for _, s := range d.Statements {
		parts = append(parts, s.resolved())
	}
	return pulumi.All(parts...).ApplyT(func(resolved []any) (string, error) {
		statements := make([]statement, len(resolved))
		for i, one := range resolved {
			built, err := d.Statements[i].build(one.([]any))
			if err != nil {
				return "", err
			}
			statements[i] = built
		}
		return encode(statements)
	}).(pulumi.StringOutput)
}

// resolved gathers what a statement holds of outputs: principals, resources, not-resources, then one list per condition.
func (s Statement) resolved() pulumi.ArrayOutput {
	var principals pulumi.StringArrayInput = pulumi.StringArray{}
	if s.Principals != nil {
		principals = s.Principals.values
	}
	lists := pulumi.Array{orEmpty(principals), orEmpty(s.Resources), orEmpty(s.NotResources)}
	for _, c := range s.Conditions {
		lists = append(lists, orEmpty(c.Values))
	}
	return lists.ToArrayOutput()
}

func orEmpty(list pulumi.StringArrayInput) pulumi.StringArrayInput {
	if list == nil {
		return pulumi.StringArray{}
	}
	return list
}

func (s Statement) build(lists []any) (statement, error) {
	if s.Effect != Allow && s.Effect != Deny {
		return statement{}, fmt.Errorf("policy statement %q: Effect = %q: allowed is Allow, Deny", s.Sid, s.Effect)
	}
	if len(s.Actions)+len(s.NotActions) == 0 {
		return statement{}, fmt.Errorf("policy statement %q has no action", s.Sid)
	}
	built := statement{
		Sid: s.Sid, Effect: s.Effect,
		Action: s.Actions, NotAction: s.NotActions,
		Resource: lists[1].([]string), NotResource: lists[2].([]string),
	}
	if s.Principals != nil {
		built.Principal = &principal{kind: s.Principals.kind, values: lists[0].([]string)}
	}
	if len(s.Conditions) > 0 {
		built.Condition = map[string]map[string]oneOrMany{}
		for i, c := range s.Conditions {
			if built.Condition[c.Test] == nil {
				built.Condition[c.Test] = map[string]oneOrMany{}
			}
			if _, twice := built.Condition[c.Test][c.Key]; twice {
				return statement{}, fmt.Errorf("policy statement %q has two conditions %s on %s: the second would hide the first",
					s.Sid, c.Test, c.Key)
			}
			built.Condition[c.Test][c.Key] = lists[3+i].([]string)
		}
	}
	return built, nil
}

// statement fixes the order of the JSON members.
type statement struct {
	Sid         string                          `json:"Sid,omitempty"`
	Effect      Effect                          `json:"Effect"`
	Principal   *principal                      `json:"Principal,omitempty"`
	Action      oneOrMany                       `json:"Action,omitempty"`
	NotAction   oneOrMany                       `json:"NotAction,omitempty"`
	Resource    oneOrMany                       `json:"Resource,omitempty"`
	NotResource oneOrMany                       `json:"NotResource,omitempty"`
	Condition   map[string]map[string]oneOrMany `json:"Condition,omitempty"`
}

type principal struct {
	kind   string
	values []string
}

func (p *principal) MarshalJSON() ([]byte, error) {
	if p.kind == "" {
		return []byte(`"*"`), nil
	}
	return encodeValue(map[string]oneOrMany{p.kind: p.values})
}

// oneOrMany writes a single value as a scalar, which is how AWS stores and returns it.
type oneOrMany []string

func (l oneOrMany) MarshalJSON() ([]byte, error) {
	if len(l) == 1 {
		return encodeValue(l[0])
	}
	return encodeValue([]string(l))
}

func encode(statements []statement) (string, error) {
	text, err := encodeValue(struct {
		Version   string
		Statement []statement
	}{"2012-10-17", statements})
	return string(text), err
}

// encodeValue is json.Marshal without HTML escaping: policies hold "<" and "&" in patterns, and AWS compares text.
func encodeValue(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

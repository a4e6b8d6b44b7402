package graph

import (
	"encoding/json"
	"math/rand/v2"
	"regexp"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	stackURN = "urn:pulumi:prod::care::pulumi:pulumi:Stack::care-prod"
	keyURN   = "urn:pulumi:prod::care::aws:kms/key:Key::data"
	userURN  = "urn:pulumi:prod::care::c:c:Group$aws:rds/instance:Instance::db"
)

func example(inputs map[string]property.Value) *Graph {
	return New("care", "prod", []*Resource{
		{URN: userURN, Type: "aws:rds/instance:Instance", Name: "db", Parent: stackURN, Custom: true, Inputs: property.NewMap(inputs),
			PropertyDependencies: map[string][]string{"size": {keyURN}}},
		{URN: keyURN, Type: "aws:kms/key:Key", Name: "data", Parent: stackURN, Custom: true},
		{URN: stackURN, Type: StackType, Name: "care-prod"},
	})
}

func TestReferencesAreReadAndPrinted(t *testing.T) {
	ref := Reference{URN: keyURN, Property: "arn"}
	text := `{"Resource":["` + ref.Token() + `/*","` + Reference{URN: userURN, Property: "ids[0].x"}.Token() + `"]}`
	assert.Equal(t, []Reference{ref, {URN: userURN, Property: "ids[0].x"}}, References(text))
	assert.Equal(t, `{"Resource":["${data.arn}/*","${db.ids[0].x}"]}`, Readable(text))
	for _, plain := range []string{"", "no reference", "${not.one}", "$100", "${a#}", "${#b}"} {
		assert.Empty(t, References(plain), plain)
		assert.Equal(t, plain, Readable(plain))
	}
}

// Every text of a stack is searched for tokens, so the search is written by hand; this is what it stands for.
func TestTokensAreFoundAsAnExpressionFindsThem(t *testing.T) {
	token := regexp.MustCompile(`\$\{([^#{}]+)#([^#{}]+)\}`)
	pieces := []string{"${", "#", "}", "{", "$", "urn:pulumi:a::b::c:d:E::f", "x", "é", "\xff", "${u#p}"}
	random := rand.New(rand.NewPCG(1, 2))
	found := 0
	for range 20_000 {
		text := ""
		for range random.IntN(12) {
			text += pieces[random.IntN(len(pieces))]
		}
		var want []Reference
		for _, m := range token.FindAllStringSubmatch(text, -1) {
			want = append(want, Reference{URN: m[1], Property: m[2]})
		}
		found += len(want)
		require.Equalf(t, want, References(text), "%q", text)
		require.Equalf(t, token.ReplaceAllStringFunc(text, func(t string) string { return References(t)[0].String() }), Readable(text), "%q", text)
	}
	assert.Greater(t, found, 10_000)
}

func TestReadableInputs(t *testing.T) {
	g := example(map[string]property.Value{
		"text": property.New("x"), "yes": property.New(true), "number": property.New(2557.0), "none": property.New(property.Null),
		"secret": property.New("hunter2").WithSecret(true),
		"key":    property.New(Reference{URN: keyURN, Property: "arn"}.Token()),
		"size":   property.New(property.Computed),
		"other":  property.New(property.Computed),
		"list":   property.New([]property.Value{property.New("a"), property.New("hunter3").WithSecret(true)}),
		"map":    property.New(map[string]property.Value{"k": property.New(Reference{URN: keyURN, Property: "id"}.Token())}),
	})
	assert.Equal(t, map[string]any{
		"text": "x", "yes": true, "number": 2557.0, "none": nil, "secret": Secret, "key": "${data.arn}",
		"size": "${data.*}", "other": "${unknown}", "list": []any{"a", Secret}, "map": map[string]any{"k": "${data.id}"},
	}, g.Lookup(userURN).Readable())
}

func TestJSONHasEveryMemberAndNoSecret(t *testing.T) {
	g := example(map[string]property.Value{"secret": property.New("hunter2").WithSecret(true), "markup": property.New("<&>")})
	text, err := g.JSON()
	require.NoError(t, err)
	assert.NotContains(t, string(text), "hunter2")
	assert.Contains(t, string(text), `"<&>"`, "people read this: no HTML escapes")
	var decoded struct {
		Project, Stack string
		Resources      []map[string]any
	}
	require.NoError(t, json.Unmarshal(text, &decoded))
	require.Len(t, decoded.Resources, 3)
	assert.Equal(t, []any{keyURN, userURN, stackURN}, []any{decoded.Resources[0]["urn"], decoded.Resources[1]["urn"], decoded.Resources[2]["urn"]},
		"resources are not in the order of their URNs")
	assert.Equal(t, []any{}, decoded.Resources[0]["dependencies"], "an empty list is no null")
	assert.Equal(t, map[string]any{}, decoded.Resources[0]["propertyDependencies"])
}

func TestLookups(t *testing.T) {
	g := example(nil)
	assert.Len(t, g.Children(stackURN), 2)
	assert.Equal(t, []*Resource{g.Lookup(stackURN)}, g.Roots())
	assert.Equal(t, []*Resource{g.Lookup(keyURN)}, g.OfType("aws:kms/key:Key", "aws:x/y:Z"))
	assert.Nil(t, g.Lookup("urn:pulumi:prod::care::x::y"))
	assert.Equal(t, "aws", g.Lookup(keyURN).Package())
	assert.Equal(t, "aws", (&Resource{Type: "pulumi:providers:aws"}).Package())
	assert.True(t, (&Resource{Type: "pulumi:providers:aws"}).IsProvider())
	assert.False(t, g.Lookup(keyURN).IsComponent())
	assert.False(t, g.Lookup(stackURN).IsComponent())
	part := New("care", "prod", []*Resource{{URN: keyURN, Parent: "urn:gone"}})
	assert.Len(t, part.Roots(), 1, "a part of a graph is shown from its topmost resources")
}

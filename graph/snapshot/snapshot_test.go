package snapshot

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
)

const (
	stackURN  = "urn:pulumi:prod::clinic::"
	rootURN   = stackURN + "pulumi:pulumi:Stack::clinic-prod"
	regional  = stackURN + "pulumi:providers:aws::regional"
	vpcURN    = stackURN + "carebase:network:Network$aws:ec2/vpc:Vpc::network-vpc"
	subnetURN = stackURN + "carebase:network:Network$aws:ec2/subnet:Subnet::network-private-a"
	keyURN    = stackURN + "aws:kms/key:Key::keys-data"
	dbURN     = stackURN + "carebase:database:Database$aws:rds/instance:Instance::database-instance"
	zoneURN   = stackURN + "aws:route53/zone:Zone::zone"
	jobURN    = stackURN + "aws:lambda/function:Function::job"
	secretURN = stackURN + "aws:secretsmanager/secretVersion:SecretVersion::secrets-api"
)

func sample(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return text
}

// edited is a sample with one text in place of another.
func edited(t testing.TB, name, old, new string) []byte {
	t.Helper()
	text := sample(t, name)
	require.Equal(t, 1, bytes.Count(text, []byte(old)), "the edit does not fit %s: %q", name, old)
	return bytes.Replace(text, []byte(old), []byte(new), 1)
}

func TestState(t *testing.T) {
	g, err := FromState(sample(t, "state.json"))
	require.NoError(t, err)
	assert.Equal(t, "clinic", g.Project)
	assert.Equal(t, "prod", g.Stack)
	require.Len(t, g.Roots(), 1)
	assert.Equal(t, rootURN, g.Roots()[0].URN)

	vpc := g.Lookup(vpcURN)
	assert.Equal(t, map[string]any{
		"arn": "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-0a", "cidrBlock": "10.0.0.0/16", "id": "vpc-0a",
		"instanceTenancy": "default", "tags": map[string]any{"Name": "network-vpc"},
	}, vpc.Readable(), "what is there, without the provider's own notes and without what nobody set")
	assert.Equal(t, regional, vpc.Provider)
	assert.Equal(t, "us-east-1", vpc.Region)
	assert.True(t, vpc.Custom)

	subnet := g.Lookup(subnetURN)
	assert.Equal(t, "10.0.1.0/24", subnet.Readable()["cidrBlock"], "what waits to be deleted is in the graph")
	assert.Equal(t, false, subnet.Readable()["mapPublicIpOnLaunch"], "false is an answer")
	assert.Equal(t, []string{vpcURN}, subnet.Dependencies)
	assert.Equal(t, map[string][]string{"vpcId": {vpcURN}}, subnet.PropertyDependencies)
	assert.Nil(t, g.Lookup(dbURN), "what an interrupted replacement has deleted is in the graph")

	key := g.Lookup(keyURN)
	assert.True(t, key.Protect)
	assert.True(t, key.RetainOnDelete)
	assert.Equal(t, "us-west-2", key.Region, "a resource's own region is not its provider's")
	assert.Equal(t, []string{stackURN + "aws:kms/key:Key::old-data"}, key.Aliases)
	assert.Equal(t, "key-0a", key.Outputs.Get("id").AsString())
	assert.True(t, g.Lookup(zoneURN).External)

	provider := g.Lookup(regional).Readable()
	assert.Equal(t, []any{"123456789012"}, provider["allowedAccountIds"])
	assert.Equal(t, map[string]any{"tags": map[string]any{"DataClassification": "phi", "Environment": "prod"}}, provider["defaultTags"])
}

func TestStateKeepsWhatIsEmptyOnlyWhereTheProgramSaysSo(t *testing.T) {
	g, err := FromState(sample(t, "state.json"))
	require.NoError(t, err)
	assert.Equal(t, map[string]any{
		"code":          "asset",
		"environment":   map[string]any{"variables": map[string]any{"MODE": "fast", "TOKEN": graph.Secret}},
		"loggingConfig": map[string]any{"logFormat": "Text"},
		"routes":        []any{map[string]any{"gatewayId": "igw-1"}, ""},
	}, g.Lookup(jobURN).Readable())

	g, err = FromState(edited(t, "state.json", `"inputs": {
     "enableKeyRotation": true`, `"inputs": {
     "policy": "", "enableKeyRotation": true`))
	require.NoError(t, err)
	value, set := g.Lookup(keyURN).Readable()["policy"]
	assert.True(t, set)
	assert.Equal(t, "", value)
}

func TestSecretsStaySealed(t *testing.T) {
	for _, seal := range []string{`"ciphertext": "v1:AAAAAAAAAAAAAAAA:c2VhbGVk"`, `"plaintext": "\"hunter2\""`, `"value": "hunter2"`} {
		text := bytes.ReplaceAll(sample(t, "state.json"), []byte(`"ciphertext": "v1:AAAAAAAAAAAAAAAA:c2VhbGVk"`), []byte(seal))
		g, err := FromState(text)
		require.NoError(t, err)
		assert.Equal(t, graph.Secret, g.Lookup(secretURN).Readable()["secretString"])
		assert.True(t, g.Lookup(secretURN).Outputs.Get("secretString").Secret())
		written, err := g.JSON()
		require.NoError(t, err)
		assert.NotContains(t, string(written), "hunter2")
		assert.NotContains(t, string(written), "c2VhbGVk")

		value, set := g.Lookup(keyURN).Readable()["generated"]
		assert.False(t, set, "a secret that the program did not give passes for one: %v", value)
		assert.True(t, g.Lookup(keyURN).Outputs.Get("generated").Secret())
	}
}

// Outputs of components can hold values with what the engine knows of them.
func TestOutputValues(t *testing.T) {
	const output = `"4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4"`
	g, err := FromState(edited(t, "state.json", `"inputs": {
     "enableKeyRotation": true`, `"inputs": {
     "plain": {`+output+`, "value": ["a"]}, "hidden": {`+output+`, "value": "hunter2", "secret": true}, "later": {`+output+`},
     "enableKeyRotation": true`))
	require.NoError(t, err)
	inputs := g.Lookup(keyURN).Readable()
	assert.Equal(t, []any{"a"}, inputs["plain"])
	assert.Equal(t, graph.Secret, inputs["hidden"])
	assert.Equal(t, "${unknown}", inputs["later"])
}

func TestStateOfVersions(t *testing.T) {
	_, err := FromState(edited(t, "state.json", `"version": 3,`, `"version": 4, "features": ["x"],`))
	assert.NoError(t, err)
	for _, version := range []string{"0", "1", "2", "5", "-3", "null"} {
		_, err := FromState(edited(t, "state.json", `"version": 3,`, `"version": `+version+`,`))
		assert.ErrorContains(t, err, "allowed is 3, 4", version)
	}
}

func TestPreview(t *testing.T) {
	g, err := FromPreview(sample(t, "preview.json"))
	require.NoError(t, err)
	assert.Equal(t, "clinic", g.Project)
	assert.Equal(t, "prod", g.Stack)

	assert.Equal(t, map[string]any{"cidrBlock": "10.0.0.0/16", "tags": map[string]any{"Name": "renamed"}}, g.Lookup(vpcURN).Readable(),
		"an update is what the program says now, and no outputs")
	assert.Equal(t, "10.0.1.0/24", g.Lookup(subnetURN).Readable()["cidrBlock"], "a replacement is the new resource")
	assert.Equal(t, true, g.Lookup(subnetURN).Readable()["mapPublicIpOnLaunch"])
	assert.Nil(t, g.Lookup(stackURN+"aws:s3/bucket:Bucket::gone"), "what will be deleted is in the graph")
	assert.True(t, g.Lookup(zoneURN).External)
	assert.Equal(t, map[string]any{"enableKeyRotation": true}, g.Lookup(keyURN).Readable())
	assert.Equal(t, "arn:aws:kms:us-east-1:123456789012:key/key-0a", g.Lookup(keyURN).Outputs.Get("arn").AsString(), "what stays is known")
	assert.Equal(t, "vpc-0a", g.Lookup(vpcURN).Outputs.Get("id").AsString(), "what is updated stays")
	assert.True(t, g.Lookup(subnetURN).Outputs.Get("id").IsNull(), "what is replaced gets a new id")

	db := g.Lookup(dbURN)
	assert.Equal(t, map[string]any{
		"allocatedStorage": "${unknown}", "kmsKeyId": "${keys-data.*}", "password": graph.Secret, "storageEncrypted": "${unknown}",
		"vpcSecurityGroupIds": []any{"${unknown}"}, "tags": map[string]any{"Name": "db", "Token": graph.Secret},
	}, db.Readable())
	assert.True(t, db.Inputs.Get("allocatedStorage").IsComputed(), "a number that is not known yet is no text")
	assert.True(t, db.Inputs.Get("password").Secret())
	assert.Equal(t, "us-east-1", db.Region)
	assert.True(t, db.Protect)
}

func TestWhatIsNoStackIsRefused(t *testing.T) {
	state, preview := sample(t, "state.json"), sample(t, "preview.json")
	for _, c := range []struct {
		name string
		read func([]byte) (*graph.Graph, error)
		text []byte
		want string
	}{
		{"an empty state", FromState, nil, "reading the state"},
		{"an empty preview", FromPreview, nil, "reading the preview"},
		{"a state of text", FromState, []byte("Previewing update (prod)"), "reading the state"},
		{"a preview of text", FromPreview, []byte("Previewing update (prod)"), "reading the preview"},
		{"a list", FromState, []byte("[]"), "reading the state"},
		{"null", FromState, []byte("null"), "pulumi stack export"},
		{"an empty object", FromPreview, []byte("{}"), "--show-sames"},
		{"half a state", FromState, state[:len(state)/2], "unexpected end"},
		{"half a preview", FromPreview, preview[:len(preview)/2], "unexpected end"},
		{"two states", FromState, append(append([]byte{}, state...), state...), "reading the state"},
		{"a preview for a state", FromState, preview, "pulumi stack export"},
		{"a state for a preview", FromPreview, state, "pulumi preview --json --show-sames"},
		{"no resources", FromState, []byte(`{"version": 3, "deployment": {"resources": []}}`), "not deployed"},
		{"resources null", FromState, []byte(`{"version": 3, "deployment": {}}`), "not deployed"},
		{"resources of text", FromState, []byte(`{"version": 3, "deployment": {"resources": ["a"]}}`), "reading the state"},
		{"all waits to be deleted", FromState, bytes.ReplaceAll(state, []byte(`"custom"`), []byte(`"delete": true, "custom"`)), "not deployed"},
		{"no URN", FromState, []byte(`{"version": 3, "deployment": {"resources": [{"type": "a:b:C"}]}}`), `"" is no URN`},
		{"half a URN", FromState, []byte(`{"version": 3, "deployment": {"resources": [{"urn": "urn:pulumi:prod"}]}}`), "is no URN"},
		{"a URN of nothing", FromState, []byte(`{"version": 3, "deployment": {"resources": [{"urn": "urn:pulumi::::::"}]}}`), "is no URN"},
		{"two stacks", FromState, edited(t, "state.json", `"urn": "`+zoneURN+`"`, `"urn": "`+strings.Replace(zoneURN, "prod", "dev", 1)+`"`), "another stack"},
		{"a step without its URN", FromPreview, []byte(`{"steps": [{"op": "create", "newState": {}}]}`), `"" is no URN`},
		{"only deletes", FromPreview, []byte(`{"steps": [{"op": "delete", "urn": "` + rootURN + `"}]}`), "nothing is left"},
		{"a failed preview", FromPreview, edited(t, "preview.json", `"severity": "warning"`, `"severity": "error"`), "the preview failed, so that resources are missing from it: warning: something"},
		{"a preview without --show-sames", FromPreview, edited(t, "preview.json", `"same": 4`, `"same": 40`), "--show-sames"},
		{"a preview without a parent", FromPreview, edited(t, "preview.json",
			`"urn": "`+stackURN+`carebase:database:Database::database",
    "custom"`, `"urn": "`+stackURN+`carebase:database:Database::other",
    "custom"`), "but not its parent"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, err := c.read(c.text)
			require.Error(t, err)
			assert.Nil(t, g)
			assert.Contains(t, err.Error(), c.want)
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}

// Wherever a file is cut off, reading it is an error and nothing else.
func TestTruncatedFilesAreRefused(t *testing.T) {
	for name, read := range map[string]func([]byte) (*graph.Graph, error){"state.json": FromState, "preview.json": FromPreview} {
		text := bytes.TrimSpace(sample(t, name))
		for length := range len(text) {
			_, err := read(text[:length])
			require.Errorf(t, err, "%s after %d bytes", name, length)
		}
	}
}

func FuzzState(f *testing.F)   { fuzz(f, FromState, "state.json", "preview.json") }
func FuzzPreview(f *testing.F) { fuzz(f, FromPreview, "preview.json", "state.json") }

// fuzz wants an error or a whole graph of what people and broken pipes make of a file, and never a panic.
func fuzz(f *testing.F, read func([]byte) (*graph.Graph, error), samples ...string) {
	for _, name := range samples {
		f.Add(sample(f, name))
	}
	// Small ones, in which a change hits something.
	const urn = "urn:pulumi:a::b::c:d:E$f:g/h:I::j"
	for _, inputs := range []string{
		`{"a": "04da6b54-80e4-46f7-96ec-b56ff0331ba9", "b": "[secret]", "c": [1, null, true, {"d": ""}]}`,
		`{"a": {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": ""}}`,
		`{"a": {"4dabf18193072939515e22adb298388d": "5cf8f73096256a8f31e491e813e4eb8e", "urn": "x", "id": ""}}`,
		`{"a": {"4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4", "value": [1, {"a": null}], "secret": true}}`,
		`{"a": {"4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", "text": "x"}, "": [[[{"": 1e308}]]]}`,
		`{"region": "{", "x": "[", "y": "", "defaultTags": "{\"tags\":{}}"}`,
	} {
		for _, typ := range []string{"f:g/h:I", "pulumi:providers:aws", "pulumi:pulumi:Stack"} {
			r := fmt.Sprintf(`{"urn": %q, "type": %q, "custom": true, "inputs": %s, "outputs": %[3]s, "propertyDependencies": {"a": [""]}, "provider": "x::y"}`,
				urn, typ, inputs)
			f.Add([]byte(`{"version": 3, "deployment": {"resources": [` + r + `]}}`))
			f.Add([]byte(`{"steps": [{"op": "create", "urn": "` + urn + `", "newState": ` + r + `}]}`))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		g, err := read(text)
		if err != nil {
			if g != nil {
				t.Error("there is a graph and an error")
			}
			return
		}
		if len(g.Resources) == 0 || g.Project == "" || g.Stack == "" {
			t.Error("an empty graph is no error")
		}
		for _, r := range g.Resources {
			if g.Lookup(r.URN) == nil {
				t.Errorf("%s is not found", r.URN)
			}
		}
		if _, err := g.JSON(); err != nil {
			t.Error(err)
		}
	})
}

// Pulumi stores a list with a secret in it as one secret. An export with --show-secrets says what else is in it, of which
// none is shown.
func TestShownSecretsKeepTheirShape(t *testing.T) {
	text := bytes.ReplaceAll(sample(t, "state.json"), []byte(`"ciphertext": "v1:AAAAAAAAAAAAAAAA:c2VhbGVk"`),
		[]byte(`"plaintext": "[{\"name\": \"x-token\", \"value\": \"hunter2\"}]"`))
	g, err := FromState(text)
	require.NoError(t, err)
	value := g.Lookup(secretURN).Inputs.Get("secretString")
	require.True(t, value.Secret() && value.IsArray())
	assert.Equal(t, "x-token", value.AsArray().Get(0).AsMap().Get("name").AsString())
	assert.Equal(t, graph.Secret, g.Lookup(secretURN).Readable()["secretString"])

	_, err = FromState(bytes.ReplaceAll(text, []byte(`"[{\"name\"`), []byte(`"[{\"name`)))
	assert.ErrorContains(t, err, "a secret that is no JSON")
}

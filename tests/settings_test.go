package tests

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/carebase/carebase/internal/stackfile"
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/stacks"
	"github.com/carebase/carebase/stacks/settings"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// written is a value in a stack's file.
type written struct {
	path string
	node *yaml.Node
}

// valuesIn are all values of a section, its own first.
func valuesIn(path string, node *yaml.Node) []written {
	found := []written{{path, node}}
	switch node.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			found = append(found, valuesIn(path+"."+node.Content[i].Value, node.Content[i+1])...)
		}
	case yaml.SequenceNode:
		for i, item := range node.Content {
			found = append(found, valuesIn(fmt.Sprintf("%s[%d]", path, i), item)...)
		}
	}
	return found
}

// bad are what people write by mistake, and the ends of what is allowed: in YAML, to stand in the place of any value.
var bad = []string{
	"null", "~", `""`, `" "`, "{}", "[]", "[null]", `[""]`, "{a: null}", "{secure: v1:abc}", "[{secure: v1:abc}]", "2026-11-30", "!!binary aGVsbG8=",
	"true", "false", "yes", "1.10", "0", "1", "2", "-1", "3", "10", "100", "010", "0x10", "1e3", "99999999999999999999", "1001", "65536", "65537",
	"postgres", "template0", "rds_admin", "pg_user", "select", "none", "default", "latest", "LATEST", "origin", "database", "public",
	"a-", "-a", "a--b", "A", "a_b", "a.b", "a b", "é", "a/b", "/", "/*", "/a b", "/api/*?", `"*"`, "/index.html", `"a\nb"`, `"{Env}"`, `"{Env}/{Service}/{Secret}"`,
	`"x{Env}-{Secret}"`, "abc-abcdef", "us-gov-west-1", "us-iso-east-1", "us-east-1z", "UK", "XX", "careconnect_app", "03:00-03:00", "23:00-01:00",
	"sun:00:00-sat:23:00", "fun:01:00-fun:02:00", "db.", "10.0.0.0/8", "10.0.0.0/28", "0.0.0.0/0", "https://user:hunter2@example.com",
	strings.Repeat("a", 64), strings.Repeat("a", 129), "/" + strings.Repeat("a", 127), "/" + strings.Repeat("a", 255), strings.Repeat("a", 2049),
}

// lists are mistakes that only a list of texts can have.
var lists = []string{
	"[a, a]", "[US, US]", "[IE, SG]", "[US, IE, SG, JP]", "[/api/*, /api/*]", "[/*]", "[us-east-1a, us-east-1b, us-east-1c, us-east-1d]", "[A@example.com, a@example.com]",
	"[a@e.com, b@e.com, c@e.com, d@e.com, e@e.com, f@e.com, g@e.com, h@e.com, i@e.com, j@e.com, k@e.com]", "[origin]", "[database]", "[files, files]",
}

// fuzzed are the stacks, and the sections in which each differs from the first in what is allowed.
var fuzzed = []struct{ stack, sections string }{
	{"prod", ""},
	{"dev", "protect phi database cache storage secrets edge backup alerts audit"},
	{"dr", "region recovery edge services network"},
}

// everything plans every value that settings take, which takes minutes; without it one in twenty.
var everything = flag.Bool("everything", false, "plan every value that TestWhatSettingsTakeComponentsTake tries")

// alike maps the keys of list elements to one key, because one rule is for all elements.
var alike = regexp.MustCompile(`\[[1-9]|environment\.[A-RT-Z]`)

// Whatever is written in the place of a setting, either the settings refuse it, by their own name, or the stack can be
// planned: no component finds anything to refuse after them, and nothing panics.
func TestWhatSettingsTakeComponentsTake(t *testing.T) {
	refused, taken, planned := 0, 0, 0
	for _, f := range fuzzed {
		base := frozen.program(t, f.stack)
		for _, setting := range sectionsOf(t, f.stack) {
			key := strings.TrimPrefix(setting.path, "careconnect:")
			if f.sections != "" && !slices.Contains(strings.Fields(f.sections), key) {
				continue
			}
			for _, p := range valuesIn(setting.path, setting.node) {
				if alike.MatchString(p.path) {
					continue
				}
				values := bad
				if p.node.Kind == yaml.SequenceNode {
					values = append(slices.Clone(bad), lists...)
				}
				before := *p.node
				for _, value := range values {
					var other yaml.Node
					require.NoError(t, yaml.Unmarshal([]byte(value), &other), value)
					*p.node = *other.Content[0]
					config := withSection(t, base, setting)
					settings, err := settings.Decode(f.stack, config)
					if err != nil {
						refused++
						var invalid *decode.Invalid
						require.Truef(t, errors.As(err, &invalid), "%s %s = %s: %v", f.stack, p.path, value, err)
						for _, problem := range invalid.Problems {
							assert.Regexpf(t, `^careconnect:\w`, problem.Key, "%s %s = %s", f.stack, p.path, value)
							assert.NotEmptyf(t, problem.Allowed, "%s %s = %s", f.stack, p.path, value)
						}
						continue
					}
					taken++
					if !*everything && taken%20 != 0 {
						continue
					}
					planned++
					changed := base
					changed.Run, changed.StackOutputs = stacks.Program(config), stacks.PrimaryOutputs(settings)
					_, err = plan.Run(changed)
					assert.NoErrorf(t, err, "%s %s = %s: the settings took it, and then", f.stack, p.path, value)
				}
				*p.node = before
			}
		}
	}
	assert.Greater(t, refused, 5000)
	assert.Greater(t, planned, 100)
	t.Logf("%d refused, %d taken, %d of them planned", refused, taken, planned)
}

// sectionsOf are the top-level settings of the stack's file.
func sectionsOf(t *testing.T, stack string) []written {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(string(frozen), "Pulumi."+stack+".yaml"))
	require.NoError(t, err)
	var file struct{ Config yaml.Node }
	require.NoError(t, yaml.Unmarshal(text, &file))
	var found []written
	for i := 0; i+1 < len(file.Config.Content); i += 2 {
		found = append(found, written{file.Config.Content[i].Value, file.Config.Content[i+1]})
	}
	return found
}

// withSection is the stack's configuration with one section from another file.
func withSection(t *testing.T, base plan.Program, section written) decode.Config {
	t.Helper()
	values := map[string]any{section.path: section.node}
	for _, key := range base.Secrets {
		if key != section.path {
			values[key] = map[string]string{"secure": "as in the committed file"}
		}
	}
	text, err := yaml.Marshal(map[string]any{"config": values})
	require.NoError(t, err)
	file, err := stackfile.Parse("Pulumi.yaml", text)
	require.NoError(t, err)
	return decode.Config{Project: "careconnect", Values: base.Config, Encrypted: base.Secrets, File: file}
}

// In an update the engine gives the program text, with secrets decrypted, and the stack's file tells the rest.
func TestAnUpdateReadsTheFileToo(t *testing.T) {
	prod, err := os.ReadFile(filepath.Join(string(frozen), "Pulumi.prod.yaml"))
	require.NoError(t, err)
	project, err := os.ReadFile(filepath.Join(string(frozen), "Pulumi.yaml"))
	require.NoError(t, err)
	const secret = "a-secret-that-nobody-else-has-0123456789"
	for name, c := range map[string]struct{ old, new, want string }{
		"as committed":             {},
		"an encrypted variable":    {"        ENVIRONMENT:", "        GREETING: {secure: v1:abc}\n        ENVIRONMENT:", "careconnect:services[0].environment.GREETING: it is encrypted"},
		"one value in plain text":  {"  careconnect:exceptions:\n", "  careconnect:secretValues: {api-keys: {secure: v1:abc}, jwt-signing-key: plain}\n  careconnect:exceptions:\n", "careconnect:secretValues.jwt-signing-key: allowed is only an encrypted value"},
		"all values encrypted":     {"  careconnect:exceptions:\n", "  careconnect:secretValues: {api-keys: {secure: v1:abc}}\n  careconnect:exceptions:\n", ""},
		"a number for a text":      {`accountId: "123456789012"`, "accountId: 123456789012", "careconnect:accountId = 123456789012: allowed is text"},
		"a section that is empty":  {"  careconnect:backup:\n    lockChangeableDays: 7 # then nobody can delete a backup early, whoever they are\n    restoreTest: true\n", "  careconnect:backup:\n", "careconnect:backup: is empty"},
		"two spellings of one key": {"  careconnect:phi: true", "  careconnect:phi: true\n  phi: false", "careconnect:phi: is there more than once"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(string(prod), c.old, c.new, 1)
			if name != "as committed" {
				require.NotEqual(t, string(prod), text)
			}
			dir := t.TempDir()
			require.NoError(t, os.MkdirAll(filepath.Join(dir, "infra"), 0o700))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.yaml"), project, 0o600))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.prod.yaml"), []byte(text), 0o600))
			loaded, err := plan.Load(dir, "prod")
			require.NoError(t, err)
			for key, value := range loaded.Config { // as the engine decrypts it
				loaded.Config[key] = strings.ReplaceAll(value, "[secret]", secret)
			}
			engine := func(values map[string]string) (*settings.Settings, error) {
				t.Chdir(filepath.Join(dir, "infra"))
				for variable, value := range map[string]any{"PULUMI_CONFIG": values, "PULUMI_CONFIG_SECRET_KEYS": loaded.Secrets} {
					encoded, err := json.Marshal(value)
					require.NoError(t, err)
					t.Setenv(variable, string(encoded))
				}
				t.Setenv("PULUMI_STACK", "prod")
				t.Setenv("PULUMI_PROJECT", "careconnect")
				return settings.Decode("prod", stacks.EngineConfig())
			}
			settings, err := engine(loaded.Config)
			if c.want != "" {
				assert.ErrorContains(t, err, c.want)
				assert.NotContains(t, err.Error(), secret)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, secret, settings.OriginToken)
			for _, value := range settings.SecretValues {
				assert.Equal(t, secret, value)
			}

			loaded.Config["careconnect:owner"] = "somebody"
			_, err = engine(loaded.Config)
			assert.ErrorContains(t, err, "Pulumi.prod.yaml has another value than the one that Pulumi was given", "a file that the values are not from")
		})
	}
}

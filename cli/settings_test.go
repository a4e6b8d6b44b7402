package cli

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// notAsWritten are settings that Pulumi would carry out otherwise than they are written, or show where they must not be
// seen: each an edit of production's, what the refusal names, and what is in it nowhere.
var notAsWritten = []struct {
	name     string
	old, new string
	want     []string
}{
	// A text without quotes is what YAML takes it for.
	{"number for a text", "      imageTag: 1.0.0\n      arch", "      imageTag: 1.10\n      arch", []string{`careconnect:services[0].imageTag = 1.10: allowed is text`, `in quotes, "1.10"`}},
	{"whole number for a text", `engineVersion: "16"`, `engineVersion: 16`, []string{`careconnect:database.engineVersion = 16: allowed is text`, `in quotes, "16"`}},
	{"number for a text of the top level", `accountId: "123456789012"`, `accountId: 123456789012`, []string{`careconnect:accountId = 123456789012: allowed is text`, `in quotes, "123456789012"`}},
	{"octal number for a text", `accountId: "123456789012"`, `accountId: 0123456701234`, []string{"careconnect:accountId = 0123456701234: allowed is text"}},
	{"boolean for a text", `SPRING_REDIS_SSL: "true"`, `SPRING_REDIS_SSL: true`, []string{`careconnect:services[0].environment.SPRING_REDIS_SSL = true: allowed is text`, `in quotes, "true"`}},
	{"number for a variable", `SERVER_PORT: "8080"`, `SERVER_PORT: 8080`, []string{`careconnect:services[0].environment.SERVER_PORT = 8080`, `"8080"`}},
	{"date for a text", `expires: "2099-05-31"` + "\n    - control: SM-1\n      resource: secrets-db-master-password", "expires: 2099-05-31\n    - control: SM-1\n      resource: secrets-db-master-password",
		[]string{`careconnect:exceptions[0].expires = 2099-05-31: allowed is text; YAML takes this for a date`}},
	{"number in a list of texts", "alternativeNames: [www, api]", "alternativeNames: [www, 1]", []string{"careconnect:edge.alternativeNames[1] = 1: allowed is text"}},
	{"key that is a number", "        ENVIRONMENT:", "        1.10: x\n        ENVIRONMENT:", []string{"careconnect:services[0].environment.1.10: YAML takes this key for a number"}},
	{"quotes for a number", "    retentionDays: 365\n", "    retentionDays: \"365\"\n", []string{`careconnect:logs.retentionDays = "365": allowed is a whole number`}},
	{"quotes for a boolean", "    finalSnapshot: true", "    finalSnapshot: \"true\"", []string{`careconnect:database.finalSnapshot = "true": allowed is true or false`}},
	{"octal number", "    retentionDays: 365\n", "    retentionDays: 0555\n", []string{"careconnect:logs.retentionDays = 0555: allowed is a whole number"}},
	{"tag of somebody's own", "    nat: per-az", "    nat: !!binary cGVyLWF6", []string{"careconnect:network.nat = cGVyLWF6: allowed is text"}},

	// What is left empty is missing, not false or nothing.
	{"boolean left empty", "    trail: true", "    trail:", []string{"careconnect:audit.trail: is empty; it takes true or false"}},
	{"optional boolean left empty", "    trail: true", "    trail: true\n    configRoleExists: ~", []string{"careconnect:audit.configRoleExists: is empty; it takes true or false, or is left out"}},
	{"number left empty", "    nodes: 2", "    nodes:", []string{"careconnect:cache.nodes: is empty; it takes a whole number"}},
	{"section left empty", "  careconnect:logs:\n    retentionDays: 365\n", "  careconnect:logs:\n", []string{"careconnect:logs: is empty; it takes a mapping of settings"}},
	{"text of the top level left empty", "careconnect:owner: careconnect-platform", "careconnect:owner:", []string{"careconnect:owner: is empty; it takes text"}},
	{"element left empty", "alternativeNames: [www, api]", "alternativeNames: [www, api, ]", nil}, // no element: YAML's comma at the end
	{"element null", "alternativeNames: [www, api]", "alternativeNames: [www, null]", []string{"careconnect:edge.alternativeNames[1]: is empty; it takes text"}},
	{"element empty text", "alternativeNames: [www, api]", `alternativeNames: [www, ""]`, []string{"careconnect:edge.alternativeNames[1]"}},
	{"variable null", `SERVER_PORT: "8080"`, `SERVER_PORT:`, []string{"careconnect:services[0].environment.SERVER_PORT: is empty; it takes text"}},
	{"variable empty text", `SERVER_PORT: "8080"`, `SERVER_PORT: ""`, nil}, // which programs tell from none
	{"secret's name null", "        JWT_SECRET: jwt-signing-key", "        JWT_SECRET:", []string{"careconnect:services[0].secrets.JWT_SECRET: is empty; it takes text"}},
	{"list null", "emails: [careconnect-oncall@example.com]", "emails:", []string{"careconnect:alerts.emails: is empty; it takes a list of texts"}},
	{"service null", "  careconnect:services:\n", "  careconnect:services:\n    -\n", []string{"careconnect:services[0]: is empty; it takes a mapping of settings"}},
	{"optional text empty", "    alternativeNames:", "    zoneId: \"\"\n    alternativeNames:", []string{"careconnect:edge.zoneId: is empty; it takes text, or is left out"}},

	// One key in two spellings: Pulumi takes either.
	{"plain and full key", "  careconnect:phi: true", "  careconnect:phi: true\n  phi: false", []string{"careconnect:phi: is there more than once", "careconnect:phi (line", "phi (line"}},
	{"full and old key", "  careconnect:phi: true", "  careconnect:phi: true\n  careconnect:config:phi: false", []string{"careconnect:phi: is there more than once", "careconnect:config:phi (line"}},
	{"section twice", "  careconnect:logs:\n", "  logs: {retentionDays: 30}\n  careconnect:logs:\n", []string{"careconnect:logs: is there more than once"}},
	{"nested key twice", "    nat: per-az", "    nat: per-az\n    \"nat\": single", []string{"Pulumi.prod.yaml", "nat"}},
	{"keys of numbers and texts", "        ENVIRONMENT:", "        \"1\": a\n        1: b\n        ENVIRONMENT:", []string{"Pulumi.prod.yaml", `mapping key "1" already defined`}},
	{"another namespace", "  careconnect:protection:\n", "  carecnnect:protection:\n", []string{"carecnnect:protection: nothing reads it", "did you mean careconnect:protection?"}},
	{"a provider's setting", "  careconnect:phi: true", "  careconnect:phi: true\n  aws:region: eu-west-1", []string{"aws:region: nothing reads it"}},

	// Secrets are encrypted each by itself, and nothing else is.
	{"encrypted variable", "        ENVIRONMENT:", "        GREETING: {secure: v1:abc}\n        ENVIRONMENT:", []string{
		"careconnect:services[0].environment.GREETING: it is encrypted", "name one of secrets.names under services[0].secrets"}},
	{"encrypted element", "alternativeNames: [www, api]", "alternativeNames: [www, {secure: v1:abc}]", []string{"careconnect:edge.alternativeNames[1]: it is encrypted, but it is no secret"}},
	{"encrypted text of the top level", "careconnect:owner: careconnect-platform", "careconnect:owner: {secure: v1:abc}", []string{"careconnect:owner: it is encrypted"}},
	{"encrypted section", "  careconnect:logs:\n    retentionDays: 365\n", "  careconnect:logs:\n    secure: v1:abc\n", []string{"careconnect:logs: it is encrypted"}},
	{"encrypted description", "        description: Key that signs the sessions of the API", "        description: {secure: v1:abc}", []string{"careconnect:secrets.names[4].description: it is encrypted"}},
	{"one of two values in plain text", "  careconnect:exceptions:\n", "  careconnect:secretValues:\n    api-keys: {secure: v1:abc}\n    jwt-signing-key: hunter2\n  careconnect:exceptions:\n", []string{
		"careconnect:secretValues.jwt-signing-key: allowed is only an encrypted value", "pulumi config set --secret --path 'careconnect:secretValues.jwt-signing-key'", "164.312(a)(2)(iv)"}},
	{"number for a secret value", "  careconnect:exceptions:\n", "  careconnect:secretValues:\n    api-keys: 12345\n  careconnect:exceptions:\n", []string{"careconnect:secretValues.api-keys: allowed is only an encrypted value"}},
	{"secret value empty", "  careconnect:exceptions:\n", "  careconnect:secretValues:\n    api-keys: \"\"\n  careconnect:exceptions:\n", []string{"careconnect:secretValues.api-keys: is empty"}},
	{"secret in plain text", "  careconnect:originToken:\n    secure: to-be-set\n", "  careconnect:originToken: hunter2hunter2hunter2hunter2hunter2\n", []string{"careconnect:originToken: allowed is only an encrypted value"}},

	{"receiver's URL in plain text", "    monthlyBudgetUsd", "    https: [{name: pager, url: \"https://example.com/hunter2\"}]\n    monthlyBudgetUsd", []string{
		"careconnect:alerts.https[0].url: allowed is only an encrypted value", "pulumi config set --secret --path 'careconnect:alerts.https[0].url'"}},
	{"receiver's URL encrypted", "    monthlyBudgetUsd", "    https: [{name: pager, url: {secure: v1:abc}}]\n    monthlyBudgetUsd", nil},

	// What Pulumi does not read.
	{"setting that is not indented", "      expires: \"2099-05-31\"\n    - control: X-BK-TEST", "      expires: \"2099-05-31\"\ncareconnect:recovery: {active: true}\nx:\n    - control: X-BK-TEST", []string{
		"careconnect:recovery: Pulumi does not read this key (line", "x: Pulumi does not read this key (line"}},
	{"second document", "      expires: \"2099-05-31\"\n    - control: X-BK-TEST", "      expires: \"2099-05-31\"\n---\nconfig:\n  careconnect:phi: false\nx:\n    - control: X-BK-TEST", []string{
		"Pulumi.prod.yaml: line", "a second YAML document, which Pulumi does not read"}},

	// What would reach a task in other words than it was meant.
	{"placeholder without its brace", `ENVIRONMENT: "{environment}"`, `ENVIRONMENT: "{environment"`, []string{"careconnect:services[0].environment.ENVIRONMENT = \"{environment\"", "the placeholder {environment} with both braces"}},
	{"placeholder with spaces", `ENVIRONMENT: "{environment}"`, `ENVIRONMENT: "{ environment }"`, []string{"careconnect:services[0].environment.ENVIRONMENT", "the placeholder {environment}"}},
	{"braces of JSON", `ENVIRONMENT: "{environment}"`, `ENVIRONMENT: '{"environment": 1}'`, nil},
	{"placeholder in a command", "command: [migrate]", `command: ["-url={database.address}"]`, []string{"careconnect:jobs[0].command[0]", "set {database.address} in environment"}},
	{"password in a command", "command: [migrate]", `command: ["https://me:hunter2@example.com"]`, []string{"careconnect:jobs[0].command[0]: allowed is a word without a password in a URL", "secrets.names"}},
	{"address without TLS in a command", "command: [migrate]", `command: ["http://example.com"]`, []string{"careconnect:jobs[0].command[0]: allowed is addresses with TLS", "X-ECS-PLAIN-URL for migrations-definition"}},
	{"token in a URL", `SERVER_PORT: "8080"`, `SERVER_PORT: https://example.com/hook?v=1&token=hunter2`, []string{"careconnect:services[0].environment.SERVER_PORT: allowed is a value without a token in a URL"}},
	{"control character", `SERVER_PORT: "8080"`, `SERVER_PORT: "8080\0"`, []string{"careconnect:services[0].environment.SERVER_PORT: allowed is text without control characters"}},
	{"lines and tabs", `SERVER_PORT: "8080"`, `SERVER_PORT: "80\t80\r\n"`, nil},

	// What a component would refuse.
	{"job's name", "    - name: migrations\n", "    - name: a--b\n", []string{`careconnect:jobs[0].name = "a--b": allowed is 1 to 21 lower-case letters, digits and single hyphens`}},
	{"database that exists", "    name: careconnect\n    masterUsername", "    name: postgres\n    masterUsername", []string{`careconnect:database.name = "postgres"`}},
	{"database of a reserved word", "    name: careconnect\n    masterUsername", "    name: user\n    masterUsername", []string{`careconnect:database.name = "user"`}},
	{"master user is a role", "masterUsername: careconnect_user", "masterUsername: careconnect_app", []string{`careconnect:database.masterUsername = "careconnect_app"`, "roles"}},
	{"master user is PostgreSQL's", "masterUsername: careconnect_user", "masterUsername: pg_monitor", []string{`careconnect:database.masterUsername = "pg_monitor"`}},
	{"password in a URL", `SERVER_PORT: "8080"`, `SERVER_PORT: https://me:hunter2@example.com`, []string{"careconnect:services[0].environment.SERVER_PORT: allowed is a value without a password in a URL"}},
	{"country that is none", "allowedCountries: [US, CA, GB, DE]", "allowedCountries: [US, UK]", []string{"careconnect:edge.allowedCountries[1] = \"UK\"", "ISO 3166-1"}},
	{"countries of no health checker", "allowedCountries: [US, CA, GB, DE]", "allowedCountries: [DE]", []string{"careconnect:edge.allowedCountries", "health checkers"}},
	{"everything is the API's", "apiPaths: [/api/*,", "apiPaths: [/*,", []string{"careconnect:edge.apiPaths[0]", "leaves room for the frontend"}},
	{"health check that the frontend answers", "    healthCheckPath: /actuator/health\n    rateLimitPerIp", "    healthCheckPath: /health\n    rateLimitPerIp",
		[]string{`careconnect:edge.healthCheckPath = "/health"`, "the web front end would answer"}},
	{"origin's label", "alternativeNames: [www, api]", "alternativeNames: [www, origin]", []string{"careconnect:edge.alternativeNames[1]", "origin-recovery"}},
	{"secret like a suffix", "      - name: api-keys", "      - name: apikey-abcdef", []string{"careconnect:secrets.names[5].name", "hyphen and six characters"}},
	{"secret of another's resource", "      - name: api-keys", "      - name: jwt-signing-key-policy", []string{"careconnect:secrets.names[5].name", "secrets.names"}},
	{"secret of a service", "namePattern: careconnect/{Env}/{Secret}", "namePattern: careconnect/{Env}/{Service}/{Secret}", []string{"careconnect:secrets.names[0].service"}},
	{"eleven addresses", "emails: [careconnect-oncall@example.com]", "emails: [a@e.com, b@e.com, c@e.com, d@e.com, e@e.com, f@e.com, g@e.com, h@e.com, i@e.com, j@e.com, k@e.com]", []string{"careconnect:alerts.emails", "at most 10"}},
	{"more tasks than the component takes", "      maxCount: 10", "      maxCount: 1001", []string{"careconnect:services[0].maxCount = 1001"}},
}

func TestWhatIsNotCarriedOutAsWrittenIsRefused(t *testing.T) {
	prod := read(t, "Pulumi.prod.yaml")
	for _, m := range notAsWritten {
		t.Run(m.name, func(t *testing.T) {
			require.Equal(t, 1, strings.Count(prod, m.old), "the edit does not fit Pulumi.prod.yaml any more: %q", m.old)
			dir := newProject(t, map[string]string{"prod": strings.Replace(prod, m.old, m.new, 1)})
			code, stdout, first := call("plan", "prod", "-C", dir)
			if m.want == nil {
				assert.Zero(t, code, first)
				return
			}
			assert.Equal(t, exitFailed, code)
			assert.Empty(t, stdout, "it was planned")
			for _, want := range m.want {
				assert.Contains(t, first, want)
			}
			assert.NotContains(t, first, "hunter2")
			assert.NotContains(t, first, "v1:abc")
			for range 5 { // Pulumi's maps are in another order at every run
				_, _, again := call("plan", "prod", "-C", dir)
				require.Equal(t, first, again)
			}
		})
	}
}

// The project may not have two spellings of one key either.
func TestTheProjectSpellsAKeyOnce(t *testing.T) {
	dir := newProject(t, map[string]string{"prod": read(t, "Pulumi.prod.yaml")})
	text := strings.Replace(read(t, "Pulumi.yaml"), "  owner:\n", "  careconnect:owner: {value: somebody}\n  owner:\n", 1)
	write(t, dir, "Pulumi.yaml", text)
	code, _, stderr := call("plan", "prod", "-C", dir)
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, stderr, `config has "careconnect:owner" and "owner", which are one key`)
}

// Anchors, aliases and merges are YAML's own, and carried out as written.
func TestAliasesAreFollowed(t *testing.T) {
	text := read(t, "Pulumi.prod.yaml")
	text = strings.Replace(text, "    names:\n      - name: db-password", "    names:\n      - &first\n        name: db-password", 1)
	text = strings.Replace(text, "      - name: api-keys\n", "      - <<: *first\n        name: api-keys\n", 1)
	text = strings.Replace(text, "        description: Keys of third parties (DeepSeek, OpenAI, Stripe), one JSON object\n", "", 1)
	code, _, stderr := call("plan", "prod", "-C", newProject(t, map[string]string{"prod": text}))
	assert.Zero(t, code, stderr)
	assert.Contains(t, text, "<<: *first")
}

// A stack's file that was copied and not changed everywhere meets the original, wherever the two differ by name only.
func TestACopiedStackIsRefused(t *testing.T) {
	staging := read(t, "Pulumi.staging.yaml")
	edited := func(edits ...string) string {
		text := staging
		for i := 0; i < len(edits); i += 2 {
			require.Contains(t, text, edits[i])
			text = strings.Replace(text, edits[i], edits[i+1], 1)
		}
		return text
	}
	environment, domain := []string{"environment: staging", "environment: qa"}, []string{"domain: staging.", "domain: qa."}
	cidr := []string{"cidr: 10.3.0.0/16", "cidr: 10.9.0.0/16"}
	for _, c := range []struct {
		name, text string
		want       []string // empty: it is taken
	}{
		{"byte for byte", staging, []string{"careconnect:environment = \"staging\"", "Pulumi.staging.yaml has this one", "careconnect:domain", "careconnect:network.cidr"}},
		{"in spelling only", strings.ReplaceAll(staging, "careconnect:", "careconnect:config:"), []string{"careconnect:environment", "careconnect:domain", "careconnect:network.cidr"}},
		{"but for the environment", edited(environment...), []string{"careconnect:domain", "careconnect:network.cidr = \"10.3.0.0/16\"", "overlaps no other stack's"}},
		{"with a part of the range", edited(append(append(environment, domain...), "cidr: 10.3.0.0/16", "cidr: 10.3.16.0/20")...), []string{"careconnect:network.cidr"}},
		{"in another account", edited(append(append(environment, cidr...), domain...)...), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := newProject(t, map[string]string{"staging": staging, "qa": c.text})
			for _, command := range []string{"plan", "audit"} {
				code, _, stderr := call(command, "qa", "-C", dir)
				for _, want := range c.want {
					assert.Contains(t, stderr, want)
				}
				if c.want == nil {
					assert.Zero(t, code, stderr)
				} else {
					assert.Equal(t, exitFailed, code)
				}
			}
		})
	}
	// A stack and its recovery stack have one domain, and often one account.
	dir := newProject(t, map[string]string{"prod": read(t, "Pulumi.prod.yaml"), "dr": read(t, "Pulumi.dr.yaml")})
	for _, stack := range []string{"prod", "dr"} {
		code, _, stderr := call("plan", stack, "-C", dir)
		assert.Zero(t, code, stderr)
	}
}

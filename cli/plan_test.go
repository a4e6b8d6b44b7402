package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The tests of the command line run on fixtures: a frozen copy of the settings of CareConnect, so that a change of the settings of
// this repository fails none of them. Other tests cover the settings of this repository (golden plans, controls, rules of all stacks).
const careconnect = "../internal/testdata/careconnect"

// call runs the command line as a shell would and returns what it printed.
func call(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = Program{}.run(args, &out, &err)
	return code, out.String(), err.String()
}

// newProject makes a project in a temporary folder with the Pulumi.yaml of the fixtures and the given stack files.
func newProject(t *testing.T, stacks map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "Pulumi.yaml", read(t, "Pulumi.yaml"))
	for name, text := range stacks {
		write(t, dir, "Pulumi."+name+".yaml", text)
	}
	return dir
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(careconnect, name))
	require.NoError(t, err)
	return string(text)
}

func TestPlanShowsTheTreeAndTotals(t *testing.T) {
	// Protected stacks have a provider for the recovery region, and end with what their objectives rest on.
	for stack, totals := range map[string]string{
		"local": `3 providers\nplanned in`, "dev": `3 providers\nplanned in`, "staging": `3 providers\nplanned in`,
		"prod": `4 providers\n(.*\n)+RTO  2 h 44\.5 min of 4 h promised\n(.*\n)+planned in`,
		"dr":   `1 provider\n(.*\n)+RTO  2 h 14\.5 min of 4 h promised\n(.*\n)+planned in`,
	} {
		code, stdout, stderr := call("plan", "-C", careconnect, stack)
		require.Zero(t, code, stderr)
		assert.Empty(t, stderr)
		assert.Contains(t, stdout, "careconnect "+stack)
		assert.Contains(t, stdout, "database-instance  rds.Instance")
		assert.Regexp(t, `\d+ resources in \d+ components, by `+totals+` \d+ ms\n$`, stdout)
		assert.NotContains(t, stdout, "\x1b", "colour is for terminals")
	}
}

func TestPlanAsJSON(t *testing.T) {
	code, first, stderr := call("plan", "prod", "--json", "--directory", careconnect)
	require.Zero(t, code, stderr)
	var decoded struct {
		Project, Stack string
		Resources      []map[string]any
	}
	require.NoError(t, json.Unmarshal([]byte(first), &decoded))
	assert.Equal(t, "careconnect", decoded.Project)
	assert.Equal(t, "prod", decoded.Stack)
	require.NotEmpty(t, decoded.Resources)
	for _, r := range decoded.Resources {
		for _, member := range []string{
			"urn", "type", "name", "parent", "region", "inputs", "dependencies", "propertyDependencies",
			"protect", "retainOnDelete", "aliases",
		} {
			assert.Containsf(t, r, member, "%s", r["urn"])
		}
	}
	assert.NotContains(t, first, "${urn:", "a reference was not made readable")

	_, again, _ := call("plan", "prod", "--json", "--directory", careconnect)
	assert.Equal(t, first, again, "two plans of one program differ")
}

func TestPlanWithInputsShowsThem(t *testing.T) {
	code, stdout, stderr := call("plan", "prod", "--inputs", "-C", careconnect)
	require.Zero(t, code, stderr)
	assert.Contains(t, stdout, "storageEncrypted: true")
}

func TestPlanNeedsNothingOfTheEnvironment(t *testing.T) {
	for _, name := range []string{"HOME", "PATH", "PULUMI_CONFIG_PASSPHRASE", "AWS_PROFILE", "AWS_REGION", "AWS_ACCESS_KEY_ID"} {
		t.Setenv(name, "")
	}
	t.Setenv("PULUMI_CONFIG", `{"careconnect:region":"eu-west-2"}`) // of another run; a plan reads files
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")
	code, stdout, stderr := call("plan", "prod", "-C", careconnect)
	require.Zero(t, code, stderr)
	assert.NotContains(t, stdout, "eu-west-2")
}

func TestWrongUsageIsTwo(t *testing.T) {
	for _, args := range [][]string{
		{}, {"plan"}, {"plan", "a", "b"}, {"plan", ""}, {"frobnicate"}, {"plan", "prod", "--frobnicate"}, {"--frobnicate"},
		{"plan", "prod", "--json", "--inputs"},
	} {
		code, stdout, stderr := call(args...)
		assert.Equalf(t, 2, code, "%q: %s", args, stderr)
		assert.Emptyf(t, stdout, "%q", args)
		assert.Containsf(t, stderr, "Usage:", "%q", args)
	}
	code, stdout, _ := call("plan", "--help")
	assert.Zero(t, code)
	assert.Contains(t, stdout, "Usage:")
}

func TestWhatCannotBePlannedSaysSo(t *testing.T) {
	empty := t.TempDir()
	code, _, stderr := call("plan", "prod", "-C", empty)
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr, "Pulumi.yaml")

	code, _, stderr = call("plan", "production", "-C", careconnect)
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr, `there is no stack "production"`)
	assert.Contains(t, stderr, "prod, staging")

	other := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(other, "Pulumi.yaml"), []byte("name: other\nruntime: go\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(other, "Pulumi.prod.yaml"), []byte("config: {}\n"), 0o600))
	code, _, stderr = call("plan", "prod", "-C", other)
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr, "other:environment: is missing")

	esc := newProject(t, map[string]string{"prod": "environment: [shared]\n" + read(t, "Pulumi.prod.yaml")})
	code, _, stderr = call("plan", "prod", "-C", esc)
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr, "environment = [shared]")
}

func TestPlanFromAFolderBelowTheProject(t *testing.T) {
	code, _, stderr := call("plan", "prod", "-C", filepath.Join("..", "infra"))
	assert.Zero(t, code, stderr)
}

func TestProjectDefaultsAreUsedAndOverridden(t *testing.T) {
	dir := newProject(t, map[string]string{"prod": strings.Replace(read(t, "Pulumi.prod.yaml"), "  careconnect:owner: careconnect-platform\n", "", 1)})
	path := filepath.Join(dir, "Pulumi.yaml")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	withDefault := strings.Replace(string(text), "  owner:\n    type: string\n", "  owner:\n    type: string\n    default: the-default-owner\n", 1)
	require.NotEqual(t, string(text), withDefault)
	require.NoError(t, os.WriteFile(path, []byte(withDefault), 0o600))
	code, stdout, stderr := call("plan", "prod", "--inputs", "-C", dir)
	require.Zero(t, code, stderr)
	assert.Contains(t, stdout, "the-default-owner")
}

func TestEncryptedValuesAreNeitherReadNorShown(t *testing.T) {
	const ciphertext = "v1:c2VjcmV0:bm90LWEtcmVhbC1jaXBoZXJ0ZXh0"
	dir := newProject(t, map[string]string{"prod": "encryptionsalt: v1:abc:v1:def\n" + read(t, "Pulumi.prod.yaml") +
		"  careconnect:secretValues:\n    api-keys:\n      secure: " + ciphertext + "\n"})
	for _, flag := range []string{"--json", "--inputs"} {
		code, stdout, stderr := call("plan", "prod", flag, "-C", dir)
		require.Zero(t, code, stderr)
		assert.NotContains(t, stdout, ciphertext)
		assert.Contains(t, stdout, "[secret]")
		assert.Contains(t, stdout, "secrets-api-keys-version")
	}
}

// A secret in plain text is refused, and the refusal does not repeat it.
func TestPlainSecretsAreRefused(t *testing.T) {
	const plain = "hunter2-in-plain-text"
	dir := newProject(t, map[string]string{"prod": read(t, "Pulumi.prod.yaml") + "  careconnect:secretValues:\n    api-keys: " + plain + "\n"})
	code, stdout, stderr := call("plan", "prod", "-C", dir)
	assert.Equal(t, 1, code)
	assert.Empty(t, stdout)
	assert.Contains(t, stderr, "careconnect:secretValues")
	assert.NotContains(t, stderr, plain)
}

// malformed are settings files that must be refused, each made of production's by one edit, and what the error names.
var malformed = []struct {
	name     string
	old, new string // an edit of Pulumi.prod.yaml; old empty: new is the whole file
	want     []string
}{
	// Files that are no settings.
	{"empty file", "", "", []string{"careconnect:environment", "careconnect:network", "careconnect:logs", "is missing"}},
	{"only a comment", "", "# nothing\n", []string{"careconnect:environment", "is missing"}},
	{"no config", "", "encryptionsalt: x\n", []string{"careconnect:environment"}},
	{"config is a list", "", "config: [a, b]\n", []string{"Pulumi.prod.yaml"}},
	{"config is text", "", "config: text\n", []string{"Pulumi.prod.yaml"}},
	{"YAML: tab", "  careconnect:phi: true", "\tcareconnect:phi: true", []string{"Pulumi.prod.yaml"}},
	{"YAML: unclosed list", "availabilityZones: [us-east-1a, us-east-1b, us-east-1c]", "availabilityZones: [us-east-1a", []string{"Pulumi.prod.yaml"}},
	{"YAML: unclosed quote", `accountId: "123456789012"`, `accountId: "123456789012`, []string{"Pulumi.prod.yaml"}},
	{"YAML: wrong indentation", "    cidr: 10.0.0.0/16", "   cidr: 10.0.0.0/16\n      x: 1", []string{"Pulumi.prod.yaml"}},
	{"YAML: duplicate key", "  careconnect:phi: true", "  careconnect:phi: true\n  careconnect:phi: false", []string{"Pulumi.prod.yaml", "phi"}},
	{"binary", "", "\x00\x01\x02", []string{"Pulumi.prod.yaml"}},

	// Unknown keys.
	{"unknown key", "  careconnect:phi: true", "  careconnect:phi: true\n  careconnect:colour: red", []string{"careconnect:colour", "no such setting"}},
	{"misspelt key", "careconnect:owner", "careconnect:ownr", []string{"careconnect:ownr", "did you mean owner", "careconnect:owner: is missing"}},
	{"key in other case", "careconnect:region", "careconnect:Region", []string{"careconnect:Region", "did you mean region"}},
	{"unknown nested key", "    nat: per-az", "    nat: per-az\n    gnat: 1", []string{"careconnect:network.gnat", "no such setting"}},
	{"misspelt nested key", "    multiAz: true\n    backup", "    multiAZ: true\n    backup", []string{"careconnect:database.multiAZ", "did you mean multiAz"}},
	{"unknown key of a service", "      port: 8080", "      port: 8080\n      hostPort: 80", []string{"careconnect:services[0].hostPort"}},

	// Missing values.
	{"region missing", "  careconnect:region: us-east-1\n", "", []string{"careconnect:region", "is missing"}},
	{"section missing", "  careconnect:logs:\n    retentionDays: 365\n", "", []string{"careconnect:logs", "is missing"}},
	{"nested value missing", "    instanceClass: db.r6g.large\n", "", []string{"careconnect:database.instanceClass", "is missing"}},
	{"value of a service missing", "      cpu: 1024\n", "", []string{"careconnect:services[0].cpu", "is missing"}},
	{"null", "    nat: per-az", "    nat: null", []string{"careconnect:network.nat"}},
	{"empty text", "  careconnect:owner: careconnect-platform", `  careconnect:owner: ""`, []string{"careconnect:owner"}},

	// Wrong types.
	{"text for a boolean", "careconnect:phi: true", "careconnect:phi: maybe", []string{"careconnect:phi", `"maybe"`, "true or false"}},
	{"text for a number", "    backupRetentionDays: 30", "    backupRetentionDays: a month", []string{"careconnect:database.backupRetentionDays", "a month", "a whole number"}},
	{"fraction for a whole number", "    allocatedStorageGiB: 100", "    allocatedStorageGiB: 100.5", []string{"careconnect:database.allocatedStorageGiB", "a whole number"}},
	{"number out of any range", "    allocatedStorageGiB: 100", "    allocatedStorageGiB: 99999999999999999999", []string{"careconnect:database.allocatedStorageGiB"}},
	{"number for a boolean", "    multiAz: true\n    backup", "    multiAz: 1\n    backup", []string{"careconnect:database.multiAz", "true or false"}},
	{"mapping for text", "    cidr: 10.0.0.0/16", "    cidr: {a: b}", []string{"careconnect:network.cidr", "text"}},
	{"text for a list", "availabilityZones: [us-east-1a, us-east-1b, us-east-1c]", "availabilityZones: us-east-1a", []string{"careconnect:network.availabilityZones", "a list"}},
	{"list for a mapping", "  careconnect:storage:\n    retentionDays: 2557 # seven years\n    files: true\n    backups: true\n    objectLockDays: 30\n    auditLockDays: 365", "  careconnect:storage: [1]", []string{"careconnect:storage", "a mapping"}},
	{"text for a section", "  careconnect:storage:\n    retentionDays: 2557 # seven years\n    files: true\n    backups: true\n    objectLockDays: 30\n    auditLockDays: 365", "  careconnect:storage: much", []string{"careconnect:storage"}},
	{"encrypted where no secret is", "    cidr: 10.0.0.0/16", "    cidr: {secure: v1:abc}", []string{"careconnect:network.cidr"}},
	{"encrypted number", "    allocatedStorageGiB: 100", "    allocatedStorageGiB: {secure: v1:abc}", []string{"careconnect:database.allocatedStorageGiB", "set it in plain text"}},

	// Ranges and forms.
	{"CIDR is none", "    cidr: 10.0.0.0/16", "    cidr: 10.0.0.0", []string{"careconnect:network.cidr", "10.0.0.0"}},
	{"CIDR with bits in the host part", "    cidr: 10.0.0.0/16", "    cidr: 10.0.0.1/16", []string{"careconnect:network.cidr"}},
	{"CIDR public", "    cidr: 10.0.0.0/16", "    cidr: 8.8.0.0/16", []string{"careconnect:network.cidr", "private"}},
	{"CIDR too small", "    cidr: 10.0.0.0/16", "    cidr: 10.0.0.0/24", []string{"careconnect:network.cidr", "/20"}},
	{"CIDR IPv6", "    cidr: 10.0.0.0/16", "    cidr: fd00::/48", []string{"careconnect:network.cidr"}},
	{"CIDR overlaps another environment's", "    cidr: 10.0.0.0/16", "    cidr: 10.1.0.0/16", []string{"careconnect:network.reservedCidrs[0]", "overlap"}},
	{"reserved ranges overlap", "reservedCidrs: [10.1.0.0/16,", "reservedCidrs: [10.2.0.0/15,", []string{"careconnect:network.reservedCidrs[1]", "overlap"}},
	{"one zone", "[us-east-1a, us-east-1b, us-east-1c]", "[us-east-1a]", []string{"careconnect:network.availabilityZones", "2 or 3", "164.308(a)(7)(i)"}},
	{"a zone twice", "[us-east-1a, us-east-1b, us-east-1c]", "[us-east-1a, us-east-1a]", []string{"careconnect:network.availabilityZones[1]"}},
	{"a zone of another region", "us-east-1c]", "us-west-2c]", []string{"careconnect:network.availabilityZones[2]", "us-west-2c"}},
	{"NAT mode", "    nat: per-az", "    nat: both", []string{"careconnect:network.nat", "none, single, per-az"}},
	{"no endpoint for secrets", "secretsmanager, kms", "kms", []string{"careconnect:network.interfaceEndpoints", "secretsmanager"}},
	{"endpoint unknown", "[ecr.api,", "[ecr.api, frobnicator,", []string{"careconnect:network.interfaceEndpoints[1]", "frobnicator"}},
	{"account id short", `accountId: "123456789012"`, `accountId: "12345"`, []string{"careconnect:accountId", "12 digits"}},
	{"region unknown form", "careconnect:region: us-east-1", "careconnect:region: virginia", []string{"careconnect:region", "virginia"}},
	{"domain", "careconnect:domain: careconnect.example.com", "careconnect:domain: Care_Connect", []string{"careconnect:domain"}},
	{"environment too long for AWS", "careconnect:environment: prod", "careconnect:environment: production-of-the-north-east", []string{"careconnect:environment", "AWS's limits"}},
	{"environment in capitals", "careconnect:environment: prod", "careconnect:environment: Prod", []string{"careconnect:environment"}},
	{"log retention CloudWatch does not offer", "    retentionDays: 365\n", "    retentionDays: 500\n", []string{"careconnect:logs.retentionDays", "365"}},
	{"database class", "db.r6g.large", "r6g.large", []string{"careconnect:database.instanceClass"}},
	{"database version", `engineVersion: "16"`, `engineVersion: "9.6"`, []string{"careconnect:database.engineVersion", "16"}},
	{"database name", "    name: careconnect\n", "    name: care-connect\n", []string{"careconnect:database.name"}},
	{"master user reserved", "masterUsername: careconnect_user", "masterUsername: admin", []string{"careconnect:database.masterUsername", "admin"}},
	{"storage too small", "    allocatedStorageGiB: 100", "    allocatedStorageGiB: 5", []string{"careconnect:database.allocatedStorageGiB", "20"}},
	{"storage cannot grow", "    maxAllocatedStorageGiB: 1000", "    maxAllocatedStorageGiB: 50", []string{"careconnect:database.maxAllocatedStorageGiB", "100"}},
	{"backup retention too short", "    backupRetentionDays: 30", "    backupRetentionDays: 6", []string{"careconnect:database.backupRetentionDays", "7 to 35", "164.308(a)(7)(ii)(A)"}},
	{"backup retention too long", "    backupRetentionDays: 30", "    backupRetentionDays: 36", []string{"careconnect:database.backupRetentionDays", "7 to 35"}},
	{"backup window", "    backupWindow: 03:00-04:00", "    backupWindow: 3am", []string{"careconnect:database.backupWindow", "hh:mm-hh:mm"}},
	{"windows overlap", "    maintenanceWindow: sun:04:00-sun:05:00", "    maintenanceWindow: sun:03:30-sun:04:30", []string{"careconnect:database.maintenanceWindow", "overlap"}},
	{"cache version that is not built", `engineVersion: "7.1"`, `engineVersion: "7.0"`, []string{`careconnect:cache.engineVersion = "7.0": allowed is 7.1`}},
	{"cache nodes", "    nodes: 2", "    nodes: 7", []string{"careconnect:cache.nodes", "1 to 6"}},
	{"two zones, one node", "    nodes: 2", "    nodes: 1", []string{"careconnect:cache.multiAz", "careconnect:cache.nodes"}},
	{"object lock longer than retention", "    objectLockDays: 30", "    objectLockDays: 3000", []string{"careconnect:storage.objectLockDays", "2557"}},
	{"recovery window", "    recoveryWindowDays: 30", "    recoveryWindowDays: 3", []string{"careconnect:secrets.recoveryWindowDays", "7 to 30"}},
	{"name pattern", "namePattern: careconnect/{Env}/{Secret}", "namePattern: careconnect/{Stage}/{Secret}", []string{"careconnect:secrets.namePattern"}},
	{"secret twice", "- name: jwt-signing-key", "- name: db-password", []string{"careconnect:secrets.names[4].name"}},
	{"e-mail address", "emails: [careconnect-oncall@example.com]", "emails: [oncall]", []string{"careconnect:alerts.emails[0]", "oncall"}},
	{"receiver of alerts", "    emails: [careconnect-oncall@example.com]", "    emails: [careconnect-oncall@example.com]\n    https: [{name: Pager, url: {secure: v1:abc}}]",
		[]string{"careconnect:alerts.https[0].name = \"Pager\""}},
	{"channel by its name", "    emails: [careconnect-oncall@example.com]", "    emails: [careconnect-oncall@example.com]\n    slack: {teamId: T07EA123LEP, channelId: \"#alerts\"}",
		[]string{"careconnect:alerts.slack.channelId", "#alerts"}},
	{"receiver without address", "    emails: [careconnect-oncall@example.com]", "    emails: [careconnect-oncall@example.com]\n    https: [{name: pager}]",
		[]string{"careconnect:alerts.https[0].url", "is missing"}},
	{"receiver twice", "    emails: [careconnect-oncall@example.com]", "    emails: [careconnect-oncall@example.com]\n    https: [{name: a, url: {secure: v1:a}}, {name: a, url: {secure: v1:b}}]",
		[]string{"careconnect:alerts.https[1]"}},
	{"budget", "    monthlyBudgetUsd: 6000", "    monthlyBudgetUsd: 0", []string{"careconnect:alerts.monthlyBudgetUsd", "1 to"}},
	{"lock too soon", "    lockChangeableDays: 7", "    lockChangeableDays: 2", []string{"careconnect:backup.lockChangeableDays", "3 to 365"}},
	{"paths with too many wildcards", "paths: [/api/*, /actuator/health]", `paths: ["/api/*/a/*", "/api/*/b/*", "/api/*/c/*/d/?"]`, []string{"careconnect:services[0].paths", "at most 6 * and ?"}},
	{"irrevocable lock of an unprotected vault", "careconnect:protect: true", "careconnect:protect: false", []string{"careconnect:backup.lockChangeableDays", "0 without protect"}},
	{"audit switch", "    guardDuty: true", "    guardDuty: on-demand", []string{"careconnect:audit.guardDuty", "true or false"}},
	{"Security Hub without Config", "    config: true", "    config: false", []string{"careconnect:audit.securityHub", "audit.config"}},
	{"role of no Config", "    config: true", "    config: false\n    configRoleExists: true", []string{"careconnect:audit.configRoleExists", "audit.config"}},
	{"role of Config unclear", "    config: true", "    config: true\n    configRoleExists: maybe", []string{"careconnect:audit.configRoleExists", "true or false"}},
	{"trail locked longer than kept", "    auditLockDays: 365", "    auditLockDays: 4000", []string{"careconnect:storage.auditLockDays", "2557"}},
	{"rate limit", "    rateLimitPerIp: 10000", "    rateLimitPerIp: 1", []string{"careconnect:edge.rateLimitPerIp", "10 to"}},
	{"country", "blockedCountries: [CN, RU]", "blockedCountries: [China]", []string{"careconnect:edge.blockedCountries[0]", "China"}},
	{"country blocked and allowed", "blockedCountries: [CN, RU]", "blockedCountries: [US]", []string{"careconnect:edge.blockedCountries[0]"}},
	{"path", "apiPaths: [/api/*,", "apiPaths: [api,", []string{"careconnect:edge.apiPaths[0]"}},
	{"key of the front end unclear", "    auditLockDays: 365", "    auditLockDays: 365\n    frontendUnderDataKey: until-copied", []string{"careconnect:storage.frontendUnderDataKey", "true or false"}},
	{"path that no service takes", "apiPaths: [/api/*, /actuator/health]", "apiPaths: [/api/*, /actuator/health, /admin/*]", []string{"careconnect:edge.apiPaths[2]", "/admin/", "404"}},
	{"path that services take in part", "apiPaths: [/api/*, /actuator/health]", "apiPaths: [/api/*, /actuator/*]", []string{"careconnect:edge.apiPaths[1]", "/actuator/"}},
	{"path that hides the front end", "apiPaths: [/api/*, /actuator/health]", "apiPaths: [/api/*, /actuator/health, \"/*.html\"]", []string{"careconnect:edge.apiPaths[2]", "/index.html"}},
	{"path with too many wildcards", "apiPaths: [/api/*, /actuator/health]", "apiPaths: [/api/*, /actuator/health, \"/api/???????\"]", []string{"careconnect:edge.apiPaths[2]", "at most 6"}},
	{"health of the front end", "    healthCheckPath: /actuator/health\n    rate", "    healthCheckPath: /health\n    rate", []string{"careconnect:edge.healthCheckPath", "/health"}},
	{"health of a pattern", "    healthCheckPath: /actuator/health\n    rate", "    healthCheckPath: /api/*\n    rate", []string{"careconnect:edge.healthCheckPath", "without * and ?"}},
	{"API's host that is no name", "    apiHost: api", "    apiHost: backend", []string{"careconnect:edge.apiHost", "edge.alternativeNames"}},
	{"content security policy unknown", "contentSecurityPolicy: flutter", "contentSecurityPolicy: fluter", []string{"careconnect:edge.contentSecurityPolicy", "plain, flutter"}},
	{"content security policy with a slip", "contentSecurityPolicy: flutter", "contentSecurityPolicy: default-src self'", []string{"careconnect:edge.contentSecurityPolicy", "self', which is no source"}},

	// Services.
	{"service name too long for AWS", "    - name: backend", "    - name: the-backend-of-careconnect", []string{"careconnect:services[0].name", "32"}},
	{"service name is a component's", "    - name: backend", "    - name: database", []string{"careconnect:services[0].name"}},
	{"image latest", "      imageTag: 1.0.0\n      arch", "      imageTag: latest\n      arch", []string{"careconnect:services[0].imageTag", "never latest"}},
	{"image tag empty", "      imageTag: 1.0.0\n      arch", "      imageTag: \"\"\n      arch", []string{"careconnect:services[0].imageTag"}},
	{"architecture", "architecture: X86_64", "architecture: amd64", []string{"careconnect:services[0].architecture", "ARM64, X86_64"}},
	{"size Fargate has not", "      memoryMiB: 2048", "      memoryMiB: 1000", []string{"careconnect:services[0].memoryMiB", "1000"}},
	{"desired above most", "      desiredCount: 3", "      desiredCount: 11", []string{"careconnect:services[0].desiredCount", "10"}},
	{"most below least", "      maxCount: 10", "      maxCount: 1", []string{"careconnect:services[0].maxCount"}},
	{"port", "      port: 8080", "      port: 80800", []string{"careconnect:services[0].port", "65535"}},
	{"priority", "      priority: 100", "      priority: 0", []string{"careconnect:services[0].priority"}},
	{"path not passed on", "      paths: [/api/*,", "      paths: [/other/*,", []string{"careconnect:services[0].paths[0]", "edge.apiPaths"}},
	{"path passed on in part", "      paths: [/api/*, /actuator/health]", "      paths: [/api/*, \"/actuator/healt?\"]", []string{"careconnect:services[0].paths[1]", "edge.apiPaths"}},
	{"connects to nothing", "      connects: [database, cache]", "      connects: [datbase, cache]", []string{"careconnect:services[0].connects[0]", "database, cache"}},
	{"liveness is readiness", "livenessPath: /actuator/health/liveness", "livenessPath: /actuator/health/readiness", []string{
		`careconnect:services[0].livenessPath = "/actuator/health/readiness": allowed is a path other than healthCheckPath`, "does not depend on the database"}},
	{"liveness no path", "livenessPath: /actuator/health/liveness", "livenessPath: actuator", []string{"careconnect:services[0].livenessPath", "absolute path"}},
	{"liveness a pattern", "livenessPath: /actuator/health/liveness", "livenessPath: /actuator/*", []string{"careconnect:services[0].livenessPath", "absolute path"}},
	{"liveness a command", "livenessPath: /actuator/health/liveness", `livenessPath: "/live;id"`, []string{"careconnect:services[0].livenessPath", "absolute path"}},
	{"readiness a pattern", "healthCheckPath: /actuator/health/readiness", "healthCheckPath: /actuator/*", []string{"careconnect:services[0].healthCheckPath", "absolute path"}},
	{"too little time to start", "      port: 8080", "      startupSeconds: 59\n      port: 8080", []string{"careconnect:services[0].startupSeconds = 59: allowed is 60 to 300 with cpu = 1024"}},
	{"too much time to start", "      port: 8080", "      startupSeconds: 301\n      port: 8080", []string{"careconnect:services[0].startupSeconds = 301: allowed is 60 to 300"}},
	{"too little time to start for the processor", "      cpu: 1024\n", "      startupSeconds: 119\n      cpu: 512\n", []string{"careconnect:services[0].startupSeconds = 119: allowed is 120 to 300 with cpu = 512"}},
	{"protocol unknown", "      protocol: HTTPS", "      protocol: TLS", []string{"careconnect:services[0].protocol", "HTTP, HTTPS"}},
	{"protocol in small letters", "      protocol: HTTPS", "      protocol: https", []string{"careconnect:services[0].protocol", "HTTP, HTTPS"}},
	{"placeholder unknown", `S3_BUCKET: "{files.bucket}"`, `S3_BUCKET: "{file.bucket}"`, []string{"careconnect:services[0].environment.S3_BUCKET"}},
	{"placeholder without connection", "      connects: [database, cache]", "      connects: [database]", []string{"careconnect:services[0].environment.SPRING_REDIS_HOST", "cache"}},
	{"secret unknown", "        JWT_SECRET: jwt-signing-key", "        JWT_SECRET: jwt-key", []string{"careconnect:services[0].secrets.JWT_SECRET", "jwt-key"}},
	{"job without a name", "    - name: migrations", "    - name: \"\"", []string{"careconnect:jobs[0].name"}},
	{"job named like a service", "    - name: migrations", "    - name: backend", []string{"careconnect:jobs[0].name", "no service and no other job"}},
	{"job named like a component", "    - name: migrations", "    - name: database-roles", []string{"careconnect:jobs[0].name"}},
	{"job without a tag", "    - name: migrations\n      imageTag: 1.0.0\n", "    - name: migrations\n", []string{"careconnect:jobs[0].imageTag", "is missing"}},
	{"job's latest image", "    - name: migrations\n      imageTag: 1.0.0", "    - name: migrations\n      imageTag: latest", []string{"careconnect:jobs[0].imageTag"}},
	{"job's memory", "      cpu: 512\n      memoryMiB: 1024\n      command", "      cpu: 512\n      memoryMiB: 512\n      command", []string{"careconnect:jobs[0].memoryMiB"}},
	{"job's architecture", "    - name: migrations", "    - name: migrations\n      architecture: arm", []string{"careconnect:jobs[0].architecture"}},
	{"job's command as a text", "      command: [migrate]", "      command: migrate", []string{"careconnect:jobs[0].command"}},
	{"job's empty word", "      command: [migrate]", "      command: [migrate, \" \"]", []string{"careconnect:jobs[0].command[1]"}},
	{"job that connects to what is not there", "      connects: [database]\n", "      connects: [queue]\n", []string{"careconnect:jobs[0].connects[0]"}},
	{"job's placeholder without connection", "      connects: [database]\n", "", []string{"careconnect:jobs[0].environment.FLYWAY_URL"}},
	{"job's secret unknown", "FLYWAY_PASSWORD: db-migrate-password", "FLYWAY_PASSWORD: db-flyway", []string{"careconnect:jobs[0].secrets.FLYWAY_PASSWORD"}},
	{"job's secret in the environment", "        FLYWAY_USER:", "        FLYWAY_PASSWORD_X: hunter2\n        FLYWAY_USER:", []string{"careconnect:jobs[0].environment.FLYWAY_PASSWORD_X"}},
	{"job's unknown key", "      command: [migrate]", "      comand: [migrate]", []string{"careconnect:jobs[0].comand", "command"}},
	{"secret in the environment", "        ENVIRONMENT:", "        DB_PASSWORD: hunter2\n        ENVIRONMENT:", []string{"careconnect:services[0].environment.DB_PASSWORD"}},
	{"internet without NAT", "    nat: per-az", "    nat: none", []string{"careconnect:services[0].internetEgress"}},

	// What HIPAA forbids where PHI lives.
	{"unprotected", "careconnect:protect: true", "careconnect:protect: false", []string{"careconnect:protect", "164.308(a)(7)(ii)(A)"}},
	{"single AZ database", "    multiAz: true\n    backup", "    multiAz: false\n    backup", []string{"careconnect:database.multiAz", "164.308(a)(7)(ii)(C)"}},
	{"no deletion protection", "    deletionProtection: true\n    final", "    deletionProtection: false\n    final", []string{"careconnect:database.deletionProtection", "164.308"}},
	{"no final snapshot", "    finalSnapshot: true", "    finalSnapshot: false", []string{"careconnect:database.finalSnapshot", "164.308"}},
	{"logs too short", "    retentionDays: 365\n", "    retentionDays: 30\n", []string{"careconnect:logs.retentionDays", "164.312(b)"}},
	{"evidence too short", "    retentionDays: 2557", "    retentionDays: 365", []string{"careconnect:storage.retentionDays", "164.316(b)(2)(i)"}},
	{"cache snapshots too few", "    snapshotRetentionDays: 15", "    snapshotRetentionDays: 7", []string{"careconnect:cache.snapshotRetentionDays", "164.308"}},
	{"trail not locked", "    auditLockDays: 365", "    auditLockDays: 30", []string{"careconnect:storage.auditLockDays", "164.312(b)"}},
	{"backups not locked", "    lockChangeableDays: 7", "    lockChangeableDays: 0", []string{"careconnect:backup.lockChangeableDays", "164.308(a)(7)(ii)(A)"}},
	{"restores not tested", "    restoreTest: true", "    restoreTest: false", []string{"careconnect:backup.restoreTest", "164.308(a)(7)(ii)(D)"}},
	{"nobody is told", "emails: [careconnect-oncall@example.com]", "emails: []", []string{"careconnect:alerts.emails", "164.308(a)(6)(ii)"}},
	{"scripts from anywhere", "contentSecurityPolicy: flutter", "contentSecurityPolicy: \"default-src *; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'\"", []string{"careconnect:edge.contentSecurityPolicy", "default-src has *", "164.312(a)(1)"}},
	{"eval in the page", "contentSecurityPolicy: flutter", "contentSecurityPolicy: \"default-src 'self' 'unsafe-eval'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'\"", []string{"careconnect:edge.contentSecurityPolicy", "'unsafe-eval'", "164.312(a)(1)"}},
	{"page framed by anybody", "contentSecurityPolicy: flutter", "contentSecurityPolicy: \"default-src 'self'; base-uri 'self'; form-action 'self'; object-src 'none'\"", []string{"careconnect:edge.contentSecurityPolicy", "frame-ancestors is missing", "164.312(a)(1)"}},
	{"one task", "      minCount: 2", "      minCount: 1", []string{"careconnect:services[0].minCount", "164.308"}},
	{"plain HTTP to tasks", "      protocol: HTTPS", "      protocol: HTTP", []string{`careconnect:services[0].protocol = "HTTP"`, "X-ALB-TARGET-TLS", "164.312(e)(1)"}},
	{"a database that anybody may be", "SPRING_DATASOURCE_URL: jdbc:postgresql://{database.address}:{database.port}/{database.name}?sslmode=verify-full&sslrootcert={database.ca}", "SPRING_DATASOURCE_URL: jdbc:postgresql://{database.address}:{database.port}/{database.name}?sslmode=require", []string{"careconnect:services[0].environment.SPRING_DATASOURCE_URL", "sslmode=verify-full", "X-ECS-PG-TLS", "164.312(e)(1)"}},
	{"a job's database that anybody may be", "FLYWAY_URL: jdbc:postgresql://{database.address}:{database.port}/{database.name}?sslmode=verify-full&sslrootcert={database.ca}", "FLYWAY_URL: jdbc:postgresql://{database.address}:{database.port}/{database.name}?sslmode=require",
		[]string{"careconnect:jobs[0].environment.FLYWAY_URL", "sslmode=verify-full", "X-ECS-PG-TLS"}},
	{"a database by any name", "SPRING_DATASOURCE_URL: jdbc:postgresql://{database.address}:{database.port}/{database.name}?sslmode=verify-full", "SPRING_DATASOURCE_URL: jdbc:postgresql://{database.address}:{database.port}/{database.name}?sslmode=verify-ca", []string{"careconnect:services[0].environment.SPRING_DATASOURCE_URL", "not sslmode=verify-ca"}},
	{"a database, nothing said", "SPRING_DATASOURCE_URL: jdbc:postgresql://{database.address}:{database.port}/{database.name}?sslmode=verify-full&sslrootcert={database.ca}", "SPRING_DATASOURCE_URL: jdbc:postgresql://{database.address}:{database.port}/{database.name}", []string{"careconnect:services[0].environment.SPRING_DATASOURCE_URL", "without sslmode"}},
	{"an address in the clear", "        ENVIRONMENT:", "        BILLING: http://billing.example.com\n        ENVIRONMENT:", []string{"careconnect:services[0].environment.BILLING", "not http://", "X-ECS-PLAIN-URL", "164.312(e)(1)"}},
	{"plain HTTP to tasks, unsaid", "      protocol: HTTPS", "      # protocol", []string{"careconnect:services[0].protocol", "X-ALB-TARGET-TLS", "164.312(e)(1)"}},
	{"shells in tasks", "      enableExec: false", "      enableExec: true", []string{"careconnect:services[0].enableExec", "164.312(a)(1)"}},
	{"secrets not recoverable", "    recoveryWindowDays: 30", "    recoveryWindowDays: 0", []string{"careconnect:secrets.recoveryWindowDays", "164.308"}},
}

func TestMalformedSettingsAreRefusedByName(t *testing.T) {
	prod := read(t, "Pulumi.prod.yaml")
	require.GreaterOrEqual(t, len(malformed), 60)
	for _, m := range malformed {
		t.Run(m.name, func(t *testing.T) {
			text := m.new
			if m.old != "" {
				require.Equal(t, 1, strings.Count(prod, m.old), "the edit does not fit Pulumi.prod.yaml any more: %q", m.old)
				text = strings.Replace(prod, m.old, m.new, 1)
			}
			code, stdout, stderr := call("plan", "prod", "-C", newProject(t, map[string]string{"prod": text}))
			assert.Equal(t, 1, code)
			assert.Empty(t, stdout, "it was planned")
			for _, want := range m.want {
				assert.Contains(t, stderr, want)
			}
			assert.NotContains(t, stderr, "goroutine")
			assert.NotContains(t, stderr, "panic")
			assert.NotRegexp(t, regexp.MustCompile(`mapstructure|reflect|interface \{\}`), stderr)
		})
	}
}

// Plain HTTP to the tasks is for a system that cannot do otherwise and says why: then the audit shows it.
func TestPlainHTTPToTasksTakesAnException(t *testing.T) {
	text := strings.Replace(read(t, "Pulumi.prod.yaml"), "      protocol: HTTPS", "      protocol: HTTP", 1)
	excepted := func(control, resource string) string {
		return newProject(t, map[string]string{"prod": strings.Replace(text, "  careconnect:exceptions:\n", "  careconnect:exceptions:\n"+
			"    - control: "+control+"\n      resource: "+resource+"\n"+
			"      reason: \"The vendor's image cannot listen by TLS before its next release\"\n      owner: Security engineer\n      expires: \"2099-05-31\"\n", 1)})
	}
	dir := excepted("X-ALB-TARGET-TLS", "backend-on")
	code, stdout, stderr := call("audit", "prod", "-C", dir)
	require.Zero(t, code, stdout+stderr)
	assert.Contains(t, stdout, "The vendor's image cannot listen by TLS")

	for control, resource := range map[string]string{"X-ALB-TARGET-TLS": "frontend-on", "ALB-2": "backend-on"} {
		code, _, stderr = call("plan", "prod", "-C", excepted(control, resource))
		assert.Equal(t, 1, code)
		assert.Contains(t, stderr, "careconnect:services[0].protocol", "%s %s", control, resource)
	}
}

func TestAllProblemsAreReportedTogether(t *testing.T) {
	text := read(t, "Pulumi.prod.yaml")
	for _, edit := range [][2]string{
		{"    cidr: 10.0.0.0/16", "    cidr: nowhere"}, {"    nodes: 2", "    nodes: many"},
		{"      cpu: 1024\n", ""}, {"    nat: per-az", "    nat: per-az\n    gnat: 1"}, {"    finalSnapshot: true", "    finalSnapshot: false"},
	} {
		require.Contains(t, text, edit[0])
		text = strings.Replace(text, edit[0], edit[1], 1)
	}
	_, _, stderr := call("plan", "prod", "-C", newProject(t, map[string]string{"prod": text}))
	for _, want := range []string{
		"Pulumi.prod.yaml", "network.cidr", "cache.nodes", "services[0].cpu", "network.gnat", "database.finalSnapshot",
	} {
		assert.Contains(t, stderr, want)
	}
	assert.Equal(t, 5, strings.Count(stderr, "\n  - "), stderr)
}

// The recovery stack reads another stack's state; a plan has none and keeps what is in there as references.
func TestPlanOfTheRecoveryStackNeedsNoState(t *testing.T) {
	code, stdout, stderr := call("plan", "dr", "-C", careconnect, "--inputs")
	require.Zero(t, code, stderr)
	assert.Contains(t, stdout, "careconnect dr")
	assert.Contains(t, stdout, "${primary.outputs.recovery.zoneId}")
	assert.Contains(t, stdout, "of 4 h promised")
	assert.Regexp(t, `\d+ resources in \d+ components, by 1 provider\n`, stdout)
	code, stdout, stderr = call("audit", "dr", "-C", careconnect)
	assert.Zero(t, code, stdout+stderr)
	assert.Contains(t, stdout, "no violations")
}

package cli

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/policy/catalogue"
)

// deployment is the state of a small stack whose subnet hands out public addresses, against VPC-3.
func deployment(project, stack, publicIP string) string {
	urn := fmt.Sprintf("urn:pulumi:%s::%s::", stack, project)
	root := fmt.Sprintf("%spulumi:pulumi:Stack::%s-%s", urn, project, stack)
	return fmt.Sprintf(`{"version": 3, "deployment": {"resources": [
		{"urn": %[2]q, "type": "pulumi:pulumi:Stack", "custom": false},
		{"urn": "%[1]spulumi:providers:aws::regional", "type": "pulumi:providers:aws", "custom": true, "id": "1", "parent": %[2]q,
		 "inputs": {"region": "us-east-1", "defaultTags": "{\"tags\":{\"DataClassification\":\"phi\",\"Environment\":\"prod\"}}"}},
		{"urn": "%[1]saws:ec2/subnet:Subnet::network-open", "type": "aws:ec2/subnet:Subnet", "custom": true, "id": "subnet-1", "parent": %[2]q,
		 "provider": "%[1]spulumi:providers:aws::regional::1", "inputs": {"mapPublicIpOnLaunch": %[3]s}, "outputs": {"mapPublicIpOnLaunch": %[3]s}}
	]}}`, urn, root, publicIP)
}

// asPreview is a deployment as the preview that creates it.
func asPreview(t *testing.T, deployment string) string {
	t.Helper()
	var state struct {
		Deployment struct{ Resources []map[string]any }
	}
	require.NoError(t, json.Unmarshal([]byte(deployment), &state))
	var steps []map[string]any
	for _, r := range state.Deployment.Resources {
		delete(r, "outputs")
		steps = append(steps, map[string]any{"op": "create", "urn": r["urn"], "newState": r})
	}
	text, err := json.Marshal(map[string]any{"steps": steps})
	require.NoError(t, err)
	return string(text)
}

// file writes text into a folder of its own and returns its path.
func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.json")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// settled is a project whose prod stack has these exceptions and no others, on a day in 2026.
func settled(t *testing.T, exceptions string) string {
	t.Helper()
	now = func() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) }
	t.Cleanup(func() { now = time.Now })
	return newProject(t, map[string]string{"prod": withExceptions(t, "prod", exceptions)})
}

func TestAuditOfAPlan(t *testing.T) {
	for _, stack := range []string{"local", "dev", "staging", "prod"} {
		code, stdout, stderr := call("audit", stack, "-C", careconnect, "--control", "VPC-1", "--control", "VPC-3", "--control", "VPC-1")
		assert.Zero(t, code, stderr)
		assert.Contains(t, stdout, "careconnect "+stack+": ")
		assert.Contains(t, stdout, "no violations\n2 controls checked: 2 compliant")
		assert.NotContains(t, stdout, "\x1b", "colour is for terminals")
	}
}

func TestAuditChecksTheWholeCatalogue(t *testing.T) {
	_, stdout, stderr := call("audit", "prod", "--json", "-C", careconnect)
	var decoded struct{ Controls []struct{ ID string } }
	require.NoError(t, json.Unmarshal([]byte(stdout), &decoded), stderr)
	assert.Len(t, decoded.Controls, len(catalogue.Controls()))
}

func TestAuditOfAStateAndAPreview(t *testing.T) {
	dir := settled(t, " []")
	bad := deployment("careconnect", "prod", "true")
	for flag, text := range map[string]string{"--state": bad, "--preview": asPreview(t, bad)} {
		for _, args := range [][]string{{"audit", "prod"}, {"audit"}} {
			args = append(args, flag, file(t, text), "-C", dir, "--control", "VPC-3")
			code, stdout, stderr := call(args...)
			assert.Equal(t, 3, code, stderr)
			assert.Empty(t, stderr, "the report says what is wrong")
			for _, want := range []string{
				"HIGH", "VPC-3  Subnets do not auto-assign public IPs", "network-open  aws:ec2/subnet:Subnet", "mapPublicIpOnLaunch",
				"got      true", "want     false or not set", "fix      ", "45 CFR 164.308(a)(3)(i), ", "1 violation: 1 high",
			} {
				assert.Contains(t, stdout, want)
			}
			code, stdout, _ = call(append(args, "--fail-on", "critical")...)
			assert.Zero(t, code, "nothing critical")
			assert.Contains(t, stdout, "1 violation: 1 high", "it is shown all the same")
			code, _, _ = call(append(args, "--fail-on", "high")...)
			assert.Equal(t, 3, code)
		}
	}
}

func TestAuditReadsStandardInput(t *testing.T) {
	dir := settled(t, " []")
	for flag, text := range map[string]string{
		"--state":   deployment("careconnect", "prod", "false"),
		"--preview": asPreview(t, deployment("careconnect", "prod", "false")),
	} {
		in, err := os.Open(file(t, text))
		require.NoError(t, err)
		old := os.Stdin
		os.Stdin = in
		code, stdout, stderr := call("audit", flag, "-", "-C", dir, "--control", "VPC-3")
		os.Stdin = old
		require.NoError(t, in.Close())
		assert.Zero(t, code, stderr)
		assert.Contains(t, stdout, "no violations")
	}
}

func TestAuditOfAnotherProjectsStateNeedsNoProject(t *testing.T) {
	code, stdout, stderr := call("audit", "--state", file(t, deployment("other", "live", "true")), "-C", t.TempDir(), "--control", "VPC-3")
	assert.Equal(t, 3, code, stderr)
	assert.Contains(t, stdout, "other live: holds PHI, production")
}

func TestWhatIsUndecidableIsShownAndDoesNotFail(t *testing.T) {
	const unknown = `"04da6b54-80e4-46f7-96ec-b56ff0331ba9"`
	preview := asPreview(t, deployment("careconnect", "prod", unknown))
	code, stdout, stderr := call("audit", "--preview", file(t, preview), "-C", settled(t, " []"), "--control", "VPC-3")
	assert.Zero(t, code, stderr)
	assert.Contains(t, stdout, "UNDECIDABLE")
	assert.Contains(t, stdout, "no violations; 1 undecidable")
}

func TestAuditShowsNoSecret(t *testing.T) {
	secret := `{"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:abc=="}`
	plain := `{"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": "\"hunter2\""}`
	for _, value := range []string{secret, plain, `"[secret]"`} {
		for _, format := range []string{"text", "json", "sarif", "junit", "markdown"} {
			_, stdout, stderr := call("audit", "--state", file(t, deployment("other", "live", value)), "--format", format, "--control", "VPC-3")
			assert.NotContains(t, stdout+stderr, "hunter2", format)
			assert.NotContains(t, stdout+stderr, "v1:abc", format)
			assert.Contains(t, stdout, "VPC-3", format)
		}
	}
}

func TestAuditFormats(t *testing.T) {
	dir := settled(t, " []")
	args := []string{"audit", "--state", file(t, deployment("careconnect", "prod", "true")), "-C", dir, "--control", "VPC-3"}
	code, asJSON, stderr := call(append(args, "--json")...)
	require.Equal(t, 3, code, stderr)
	assert.True(t, json.Valid([]byte(asJSON)))
	_, again, _ := call(append(args, "--format", "json")...)
	assert.Equal(t, asJSON, again)
	_, sarif, _ := call(append(args, "--format", "sarif")...)
	assert.True(t, json.Valid([]byte(sarif)))
	assert.Contains(t, sarif, `"uri": "Pulumi.prod.yaml"`)
	_, junit, _ := call(append(args, "--format", "junit")...)
	assert.NoError(t, xml.Unmarshal([]byte(junit), &struct{}{}))
	assert.Contains(t, junit, `failures="1"`)
	_, junit, _ = call(append(args, "--format", "junit", "--fail-on", "critical")...)
	assert.Contains(t, junit, `failures="0"`, "JUnit and the exit status agree")
	_, markdown, _ := call(append(args, "--format", "markdown")...)
	assert.Contains(t, markdown, "| `network-open`")
}

func TestAuditWritesAFile(t *testing.T) {
	dir := settled(t, " []")
	args := []string{"audit", "--state", file(t, deployment("careconnect", "prod", "true")), "-C", dir, "--control", "VPC-3"}
	_, want, _ := call(append(args, "--format", "sarif")...)
	code, stdout, stderr := call(append(args, "--format", "sarif", "--output", "audit.sarif")...)
	assert.Equal(t, 3, code, stderr)
	assert.Equal(t, "1 violation: 1 high\n1 control checked: 0 compliant, 1 non-compliant, 0 undecidable, 0 without such a resource\n"+
		"1 resource of 1 type in scope\naudit.sarif\n", stdout)
	got, err := os.ReadFile(filepath.Join(dir, "audit.sarif"))
	require.NoError(t, err, "it is written where -C says")
	assert.Equal(t, want, string(got))

	code, _, stderr = call(append(args, "--output", filepath.Join("nowhere", "audit.sarif"))...)
	assert.Equal(t, 1, code, "a report that could not be written is no finding")
	assert.Contains(t, stderr, "nowhere")
}

func exception(control, resource, expires string) string {
	return fmt.Sprintf("\n    - {control: %s, resource: %q, reason: The subnet is for the bastion of the migration, owner: network-lead, expires: %q}",
		control, resource, expires)
}

func TestExceptionsOfTheSettings(t *testing.T) {
	const urn = "urn:pulumi:prod::careconnect::aws:ec2/subnet:Subnet::network-open"
	for _, c := range []struct {
		name, exceptions, publicIP string
		code                       int
		want                       []string
	}{
		{"by name", exception("VPC-3", "network-open", "2027-01-31"), "true", 0, []string{
			"ACCEPTED", "reason   The subnet is for the bastion of the migration", "owner    network-lead", "expires  2027-01-31",
			"no violations; 1 accepted by exception", "1 non-compliant (1 by exception only)",
		}},
		{"by URN", exception("VPC-3", urn, "2027-01-31"), "true", 0, []string{"ACCEPTED"}},
		{"on its last day", exception("VPC-3", "network-open", "2026-11-21"), "true", 0, []string{"ACCEPTED"}},
		{"the day after", exception("VPC-3", "network-open", "2026-11-20"), "true", 3, []string{
			"BAD EXCEPTIONS", "problem  it expired on 2026-11-20", "HIGH", "1 violation: 1 high; 1 bad exception",
		}},
		{"of nothing", exception("VPC-3", "network-open", "2027-01-31"), "false", 3, []string{"nothing violates that control there", "no violations; 1 bad exception"}},
		{"of another resource", exception("VPC-3", "network-other", "2027-01-31"), "true", 3, []string{"1 violation: 1 high; 1 bad exception"}},
		{"of a control that is not checked", exception("VPC-1", "network-vpc", "2027-01-31"), "false", 0, []string{"no violations\n"}},
		{"of what is not known yet", exception("VPC-3", "network-open", "2027-01-31"), `"04da6b54-80e4-46f7-96ec-b56ff0331ba9"`, 0,
			[]string{"no violations; 1 undecidable\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := settled(t, c.exceptions)
			state := deployment("careconnect", "prod", c.publicIP)
			for flag, text := range map[string]string{"--state": state, "--preview": asPreview(t, state)} {
				code, stdout, stderr := call("audit", flag, file(t, text), "-C", dir, "--control", "VPC-3", "--fail-on", "critical")
				if c.code == 0 || strings.Contains(stdout, "bad exception") {
					assert.Equal(t, c.code, code, "%s: %s%s", flag, stdout, stderr)
				}
				code, stdout, stderr = call("audit", flag, file(t, text), "-C", dir, "--control", "VPC-3")
				assert.Equal(t, c.code, code, "%s: %s%s", flag, stdout, stderr)
				for _, want := range c.want {
					assert.Contains(t, stdout, want, flag)
				}
			}
		})
	}
}

func TestWhatCannotBeAuditedSaysSo(t *testing.T) {
	dir := settled(t, " []")
	good := deployment("careconnect", "prod", "false")
	for _, c := range []struct {
		name string
		args []string
		want []string
	}{
		{"no such file", []string{"audit", "--state", "nowhere.json"}, []string{"nowhere.json"}},
		{"no such preview", []string{"audit", "--preview", "nowhere.json"}, []string{"nowhere.json"}},
		{"a folder", []string{"audit", "--state", dir}, []string{dir}},
		{"no JSON", []string{"audit", "--state", file(t, "Previewing update (prod)")}, []string{"file.json", "reading the state"}},
		{"half a state", []string{"audit", "--state", file(t, good[:len(good)/2])}, []string{"file.json", "reading the state"}},
		{"nothing", []string{"audit", "--preview", file(t, "")}, []string{"file.json", "reading the preview"}},
		{"a preview for a state", []string{"audit", "--state", file(t, asPreview(t, good))}, []string{"pulumi stack export"}},
		{"a state for a preview", []string{"audit", "--preview", file(t, good)}, []string{"pulumi preview --json --show-sames"}},
		{"another stack's", []string{"audit", "dev", "--state", file(t, good)}, []string{`stack "prod", not "dev"`}},
		{"no such stack", []string{"audit", "--state", file(t, deployment("careconnect", "live", "false"))}, []string{`there is no stack "live"`}},
		{"no such stack to plan", []string{"audit", "live"}, []string{`there is no stack "live"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := call(append(c.args, "-C", dir)...)
			assert.Equal(t, 1, code)
			assert.Empty(t, stdout)
			for _, want := range c.want {
				assert.Contains(t, stderr, want)
			}
		})
	}
	broken := newProject(t, map[string]string{"prod": "config: {}\n"})
	code, _, stderr := call("audit", "--state", file(t, good), "-C", broken)
	assert.Equal(t, 1, code, "settings that are wrong hold exceptions nobody can rely on")
	assert.Contains(t, stderr, "careconnect:region")
}

func TestWrongUsageOfAuditIsTwo(t *testing.T) {
	for _, args := range [][]string{
		{"audit"}, {"audit", ""}, {"audit", "a", "b"}, {"audit", "a", "b", "--state", "x"}, {"audit", "", "--state", "x"},
		{"audit", "prod", "--state", "x", "--preview", "y"}, {"audit", "prod", "--state", ""}, {"audit", "prod", "--preview="},
		{"audit", "prod", "--output", ""}, {"audit", "prod", "--format", "html"}, {"audit", "prod", "--format", ""},
		{"audit", "prod", "--json", "--format", "text"}, {"audit", "prod", "--control", "VPC-100"}, {"audit", "prod", "--control", ""},
		{"audit", "prod", "--fail-on", "bad"}, {"audit", "prod", "--fail-on", ""}, {"audit", "prod", "--state"}, {"audit", "prod", "--frobnicate"},
		{"controls", "prod"}, {"controls", "--format", "sarif"}, {"controls", "RDS-2", "--format", "json"}, {"controls", "--stack", "prod"},
	} {
		code, stdout, stderr := call(args...)
		assert.Equalf(t, 2, code, "%q: %s", args, stderr)
		assert.Emptyf(t, stdout, "%q", args)
		assert.Containsf(t, stderr, "Usage:", "%q", args)
	}
}

func TestControlsListsTheCatalogue(t *testing.T) {
	code, text, stderr := call("controls")
	require.Zero(t, code, stderr)
	code, markdown, _ := call("controls", "--format", "markdown")
	require.Zero(t, code)
	code, asJSON, _ := call("controls", "--format", "json")
	require.Zero(t, code)
	var decoded struct {
		Controls []struct{ ID, Title, Severity, Applies, Kind, Why, Service string }
	}
	require.NoError(t, json.Unmarshal([]byte(asJSON), &decoded))
	require.Len(t, decoded.Controls, len(catalogue.Controls()))
	for i, control := range catalogue.Controls() {
		assert.Equal(t, control.ID, decoded.Controls[i].ID)
		assert.Contains(t, text, control.ID+" ")
		assert.Contains(t, markdown, "| "+control.ID+" |")
	}
	assert.Contains(t, text, fmt.Sprintf("%d controls\n", len(catalogue.Controls())))
}

func TestControlsExplainsAControlAndWhatStandsToIt(t *testing.T) {
	code, text, stderr := call("controls", "RDS-2", "X-RDS-WAL", "-C", careconnect, "--stack", "prod")
	require.Zero(t, code, stderr)
	control := catalogue.Lookup("RDS-2")
	for _, part := range []string{control.Title, control.Why, "45 CFR 164.308(a)(7)(i)", "rds-multi-az-support", "careconnect:database.multiAz",
		"in prod    database-instance (aws:rds/instance:Instance): compliant", "\n\nX-RDS-WAL  "} {
		assert.Contains(t, text, part)
	}
	code, text, stderr = call("controls", "RDS-2", "-C", careconnect, "--stack", "dev")
	require.Zero(t, code, stderr)
	assert.Contains(t, text, "in dev     not asked: the control holds for production")
	code, text, stderr = call("controls", "RDS-2", "-C", t.TempDir())
	require.Zero(t, code, stderr)
	assert.Contains(t, text, control.Why)
	assert.NotContains(t, text, "setting", "no project has the setting there")
}

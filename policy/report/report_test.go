package report

import (
	"encoding/json"
	"encoding/xml"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/catalogue"
)

var update = flag.Bool("update", false, "rewrite the reports in testdata")

const urn = "urn:pulumi:prod::care::carebase:database:Database$aws:rds/instance:Instance::"

var (
	encryption = &policy.Control{
		ID: "RDS-1", Title: "Storage encrypted", Service: "RDS", Severity: policy.Critical,
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(2)(ii)"},
		Config:    []string{"rds-storage-encrypted"}, Nag: []string{"RDSStorageEncrypted"}, Prowler: []string{"rds_instance_storage_encrypted"},
		Why: "Whoever gets at the disk reads every patient's record.",
	}
	balance = &policy.Control{
		ID: "RDS-2", Title: "Multi-AZ", Service: "RDS", Severity: policy.High, Applies: policy.ProductionOnly,
		Citations: []string{"164.308(a)(7)(i)"}, Analogy: true, Why: "One zone's failure stops care.", Setting: "database.multiAz",
	}
	trail = &policy.Control{
		ID: "CLOUDTRAIL-1", Title: "A trail exists", Service: "CloudTrail", Severity: policy.High, Kind: policy.Presence,
		Citations: []string{"164.312(b)"}, Why: "Nobody can say who did what.",
	}
	days = &policy.Control{
		ID: "LOG-1", Title: "Logs kept", Service: "CloudWatch", Severity: policy.Medium, Applies: policy.WherePHI,
		Citations: []string{"164.316(b)(2)(i)"}, Why: "Evidence that is gone proves nothing.",
	}
	names     = &policy.Control{ID: "TAG-1", Title: "Owner | tagged", Service: "Tags", Severity: policy.Low, Citations: []string{"164.308(a)(2)"}, Why: "Somebody answers."}
	closed    = &policy.Control{ID: "VPC-2", Title: "Default group closed", Service: "VPC", Severity: policy.High, Citations: []string{"164.312(e)(1)"}, Why: "It must let nothing through."}
	elsewhere = &policy.Control{ID: "EC-1", Title: "Snapshots", Service: "ElastiCache", Severity: policy.Low, Applies: policy.WherePHI, Citations: []string{"164.308(a)(7)(i)"}, Why: "Sessions are lost."}
	queues    = &policy.Control{ID: "SQS-1", Title: "Queues encrypted", Service: "SQS", Severity: policy.High, Citations: []string{"164.312(a)(2)(iv)"}, Why: "Messages hold records."}
)

var settings = Settings{Path: "Pulumi.prod.yaml", Keys: []string{"phi", "database"}, Text: []byte(`# Production.
config:
  care:phi: true
  care:database:
    instanceClass: db.r6g.large
    multiAz: false
  care:services:
    - name: backend
      port: 8080
  care:exceptions:
    - control: RDS-1
      resource: legacy
      reason: It holds synthetic data until the migration ends
    - control: VPC-2
      resource: network-default
      reason: Until the old network is gone
`)}

// result is small and has one of everything, some of it written to break a format.
func result() *policy.Result {
	accepted := &policy.Exception{
		Control: "RDS-1", Resource: "legacy", Reason: "It holds synthetic data until the migration ends",
		Owner: "database-lead", Expires: "2027-03-31",
	}
	return &policy.Result{
		Project: "care", Stack: "prod", PHI: true, Production: true,
		Findings: []policy.Finding{
			{Control: encryption, Outcome: policy.NonCompliant, URN: urn + "database-instance", Property: "storageEncrypted",
				Got: "false", Want: "true", Fix: "give the component a KMS key"},
			{Control: encryption, Outcome: policy.NonCompliant, URN: urn + "legacy", Property: "storageEncrypted",
				Got: "not set", Want: "true", Fix: "give the component a KMS key", Exception: accepted},
			{Control: trail, Outcome: policy.NonCompliant, URN: "care/prod", Property: "Trail", Got: "none", Want: "at least one",
				Fix: "add components/audit"},
			{Control: balance, Outcome: policy.NonCompliant, URN: urn + "database-instance", Property: "multiAz",
				Got: "false", Want: "true", Fix: "set database.multiAz"},
			{Control: days, Outcome: policy.Undecidable, URN: urn + "database-log", Property: "retentionInDays",
				Got: "not known yet", Want: "at least 365", Fix: "audit again when the stack is deployed"},
			{Control: names, Outcome: policy.NonCompliant, URN: urn + "backend-`odd` | <b>name</b>", Property: "tags.Owner",
				Got: "@nobody | `x`\n\x1b[31m# not a heading", Want: "set", Fix: "name *one* & <only> one"},
		},
		BadExceptions: []policy.BadException{{
			Exception: policy.Exception{Control: "VPC-2", Resource: "network-default", Reason: "Until the old network is gone",
				Owner: "network-lead", Expires: "2026-01-31"},
			Problem: "it expired on 2026-01-31",
		}},
		Controls: []policy.ControlResult{
			{Control: encryption, Outcome: policy.NonCompliant, Checked: 3, Passed: 1},
			{Control: balance, Outcome: policy.NonCompliant, Checked: 1},
			{Control: trail, Outcome: policy.NonCompliant, Checked: 1},
			{Control: days, Outcome: policy.Undecidable, Checked: 2, Passed: 1},
			{Control: names, Outcome: policy.NonCompliant, Checked: 1},
			{Control: closed, Outcome: policy.Compliant, Checked: 1, Passed: 1},
			{Control: queues, Outcome: policy.NotApplicable},
			{Control: elsewhere, Outcome: policy.NotAsked},
		},
		Warnings: []string{"no tag says what data the stack holds"},
		Scope:    policy.Scope{Resources: 9, Types: 3, External: 1, Unjudged: []policy.TypeCount{{Type: "aws:msk/cluster:Cluster", Count: 2}}},
	}
}

func write(t *testing.T, format string, result *policy.Result, options Options) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, Write(&b, format, result, options))
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "if it is meant, run: go test ./policy/report -update")
}

func TestReports(t *testing.T) {
	for _, format := range Formats {
		t.Run(format, func(t *testing.T) {
			options := Options{FailOn: policy.Low, Settings: settings}
			got := write(t, format, result(), options)
			golden(t, "audit."+format, got)
			assert.Equal(t, got, write(t, format, result(), options), "two reports of one result differ")
			assert.NotContains(t, got, "\x1b", "a value can command the reader's terminal")
		})
	}
	assert.ErrorContains(t, Write(&strings.Builder{}, "html", result(), Options{}), `"html"`)
}

func TestReportsOfACleanStack(t *testing.T) {
	clean := &policy.Result{Project: "care", Stack: "dev", Controls: []policy.ControlResult{{Control: closed, Outcome: policy.Compliant, Checked: 1, Passed: 1}}}
	for _, format := range Formats {
		assert.NotEmpty(t, write(t, format, clean, Options{Settings: settings}), format)
	}
	assert.NotContains(t, write(t, "json", clean, Options{}), "null", "an empty list is no null")
	assert.Equal(t, "care dev: no PHI\n\nno violations\n1 control checked: 1 compliant, 0 non-compliant, 0 undecidable, 0 without such a resource\n0 resources of 0 types in scope\n",
		write(t, "text", clean, Options{}))
}

func TestColourOnlyOnRequest(t *testing.T) {
	text := write(t, "text", result(), Options{Colour: true})
	assert.Contains(t, text, "\x1b[35;1mCRITICAL\x1b[0m")
	plain := write(t, "text", result(), Options{})
	for _, code := range []string{"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[35;1m", "\x1b[31;1m", "\x1b[33;1m", "\x1b[36;1m"} {
		text = strings.ReplaceAll(text, code, "")
	}
	assert.Equal(t, plain, text, "colour changes the words, or a value brought its own")
}

func TestJSONHasEveryMember(t *testing.T) {
	var decoded struct {
		Findings      []map[string]any
		BadExceptions []map[string]any
		Controls      []map[string]any
	}
	require.NoError(t, json.Unmarshal([]byte(write(t, "json", result(), Options{})), &decoded))
	require.Len(t, decoded.Findings, 6)
	for _, f := range decoded.Findings {
		assert.Len(t, f, 15, "members come and go: %v", f)
	}
	require.Len(t, decoded.BadExceptions, 1)
	assert.Len(t, decoded.BadExceptions[0], 6)
	assert.Len(t, decoded.Controls, 8)
}

func TestSARIFIsValidAndWhatGitHubTakes(t *testing.T) {
	text := write(t, "sarif", result(), Options{Settings: settings})
	read, err := sarif.FromString(text) // with the empty lists back that the library wants to see
	require.NoError(t, err)
	require.NoError(t, read.Validate(), "it does not satisfy the schema of SARIF 2.1.0")
	require.Len(t, read.Runs, 1)
	run := read.Runs[0]

	rules := run.Tool.Driver.Rules
	require.Len(t, rules, 9, "eight controls, and the rule of exceptions")
	for _, rule := range rules {
		assert.NotEmpty(t, rule.Help.Text, *rule.ID)
		assert.NotEmpty(t, rule.Properties.Properties["security-severity"], *rule.ID)
		assert.LessOrEqual(t, len(*rule.ShortDescription.Text), 1024, *rule.ID)
		assert.LessOrEqual(t, len(*rule.FullDescription.Text), 1024, *rule.ID)
	}
	assert.Contains(t, *rules[0].Help.Text, "45 CFR 164.312(a)(2)(iv)")

	require.Len(t, run.Results, 6, "five violations and a bad exception; what is undecidable would be an alert")
	seen := map[string]bool{}
	for _, result := range run.Results {
		assert.Equal(t, *result.RuleID, *rules[result.RuleIndex].ID)
		require.NotEmpty(t, result.Locations)
		assert.Equal(t, "Pulumi.prod.yaml", *result.Locations[0].PhysicalLocation.ArtifactLocation.URI)
		fingerprint := result.PartialFingerprints["primaryLocationLineHash"]
		assert.Regexp(t, `^[0-9a-f]{32}:1$`, fingerprint)
		assert.False(t, seen[fingerprint], "two results have one fingerprint")
		seen[fingerprint] = true
	}
	line := func(i int) int { return *run.Results[i].Locations[0].PhysicalLocation.Region.StartLine }
	assert.Equal(t, "error", run.Results[0].Level)
	assert.Equal(t, urn+"database-instance", *run.Results[0].Locations[0].LogicalLocations[0].FullyQualifiedName)
	assert.Nil(t, run.Results[0].Locations[0].PhysicalLocation.Region, "no setting has that name: the component is at fault")
	assert.Empty(t, run.Results[0].Suppressions)
	require.Len(t, run.Results[1].Suppressions, 1)
	assert.Equal(t, "accepted", *run.Results[1].Suppressions[0].Status)
	assert.Equal(t, 11, *run.Results[1].Suppressions[0].Location.PhysicalLocation.Region.StartLine)
	assert.Equal(t, 6, line(3), "database.multiAz is in line 6")
	assert.Equal(t, "note", run.Results[4].Level)
	assert.Equal(t, 14, line(5), "the bad exception is in line 14")
	require.Len(t, run.Invocations, 1)
	assert.Len(t, run.Invocations[0].ToolExecutionNotifications, 3, "one undecidable, one warning, the scope")
}

// Nothing is written for nothing: code scanners take -1 for a place, and people read empty lists for what was looked at.
func TestSARIFHasNoEmptyMembers(t *testing.T) {
	text := write(t, "sarif", result(), Options{Settings: settings, Version: "v1.2.3"})
	assert.NotContains(t, text, "-1,")
	assert.NotRegexp(t, `: -1\b`, text)
	assert.NotContains(t, text, "[]")
	assert.Contains(t, text, `"version": "v1.2.3"`)
	assert.Contains(t, write(t, "sarif", &policy.Result{Project: "care", Stack: "prod"}, Options{}), `"results": []`, "nothing was found")
}

func TestFingerprintsSurviveEditsOfTheSettings(t *testing.T) {
	moved := Settings{Path: settings.Path, Text: append([]byte("# One\n# more\n# comment.\n"), settings.Text...)}
	before, after := sarifReport(result(), Options{Settings: settings}), sarifReport(result(), Options{Settings: moved})
	for i, one := range before.Runs[0].Results {
		assert.Equal(t, one.PartialFingerprints, after.Runs[0].Results[i].PartialFingerprints)
	}
	assert.NotEqual(t, before.Runs[0].Results[3].Locations[0].PhysicalLocation.Region.StartLine,
		after.Runs[0].Results[3].Locations[0].PhysicalLocation.Region.StartLine)
}

func TestTwoViolationsOfOnePropertyAreTwoAlerts(t *testing.T) {
	twice := result()
	twice.Findings = append(twice.Findings[:1:1], twice.Findings[0])
	results := sarifReport(twice, Options{Settings: settings}).Runs[0].Results
	assert.NotEqual(t, results[0].PartialFingerprints, results[1].PartialFingerprints)
}

func TestSettingsThatCannotBeReadAreWithoutLines(t *testing.T) {
	for _, text := range []string{"", "\t", "config: [", "config: 1", "- a", "config:\n  care:exceptions: {}\n  care:database: [1]\n"} {
		for _, one := range sarifReport(result(), Options{Settings: Settings{Path: "p", Text: []byte(text)}}).Runs[0].Results {
			assert.Nil(t, one.Locations[0].PhysicalLocation.Region, text)
		}
	}
}

func TestSettingsOfAService(t *testing.T) {
	assert.Equal(t, 9, settings.sections().ofProperty(policy.Finding{Control: closed, URN: urn + "backend-target-group", Property: "port"}))
	assert.Zero(t, settings.sections().ofProperty(policy.Finding{Control: closed, URN: urn + "backend2-target-group", Property: "port"}))
}

func TestJUnitFailsAtTheThreshold(t *testing.T) {
	for threshold, failed := range map[policy.Severity]int{policy.Low: 5, policy.Medium: 4, policy.High: 4, policy.Critical: 2} {
		text := write(t, "junit", result(), Options{FailOn: threshold})
		var decoded junitSuites
		require.NoError(t, xml.Unmarshal([]byte(text), &decoded))
		require.Len(t, decoded.Suites, 1)
		suite := decoded.Suites[0]
		assert.Equal(t, failed, suite.Failures, "from %s, with the bad exception", threshold)
		assert.Equal(t, 9, suite.Tests)
		assert.Len(t, suite.Cases, 9)
		assert.Equal(t, 3, suite.Skipped, "one undecidable, one without such a resource, one not asked")
	}
}

func TestMarkdownFitsIntoAComment(t *testing.T) {
	many := result()
	for i := range 5000 {
		f := many.Findings[0]
		f.URN = fmt.Sprintf("%s-%d", f.URN, i)
		many.Findings = append(many.Findings, f)
	}
	text := write(t, "markdown", many, Options{})
	assert.Less(t, len(text), 65_536)
	assert.True(t, strings.Contains(text, " rows more did not fit into a comment"))
	assert.True(t, strings.Contains(text, "5001 critical"), "the totals do not count what is left out")
}

// What is secret in a stack is in no report on it, whichever control looks at it.
func TestNoReportShowsASecret(t *testing.T) {
	const secret = "correct-horse-battery"
	const root = "urn:pulumi:prod::care::pulumi:pulumi:Stack::care-prod"
	hidden := property.New(secret).WithSecret(true)
	inputs := property.NewMap(map[string]property.Value{
		"mapPublicIpOnLaunch": hidden, "trafficType": hidden, "vpcId": property.New("vpc-1"), "logDestination": property.New("arn"),
		"tags": property.New(map[string]property.Value{"Owner": hidden}),
	})
	g := graph.New("care", "prod", []*graph.Resource{
		{URN: root, Type: graph.StackType, Name: "care-prod"},
		{URN: "urn:pulumi:prod::care::aws:ec2/vpc:Vpc::vpc", Type: "aws:ec2/vpc:Vpc", Name: "vpc", Parent: root, Custom: true,
			Outputs: property.NewMap(map[string]property.Value{"id": property.New("vpc-1")})},
		{URN: "urn:pulumi:prod::care::aws:ec2/flowLog:FlowLog::log", Type: "aws:ec2/flowLog:FlowLog", Name: "log", Parent: root, Custom: true, Inputs: inputs},
		{URN: "urn:pulumi:prod::care::aws:ec2/subnet:Subnet::subnet", Type: "aws:ec2/subnet:Subnet", Name: "subnet", Parent: root, Custom: true, Inputs: inputs},
	})
	audited, err := catalogue.Audit(g, policy.Options{Only: []string{"VPC-1", "VPC-2", "VPC-3"}, Now: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)})
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(audited.Findings), 3, "nothing is reported, so nothing is proved")
	for _, format := range Formats {
		text := write(t, format, audited, Options{Settings: settings})
		assert.NotContains(t, text, secret, format)
	}
	assert.Contains(t, write(t, "text", audited, Options{}), graph.Secret)
}

func TestCatalogue(t *testing.T) {
	controls := []*policy.Control{encryption, balance, names}
	for _, format := range CatalogueFormats {
		var b strings.Builder
		require.NoError(t, WriteCatalogue(&b, format, controls))
		golden(t, "controls."+format, b.String())
	}
	assert.ErrorContains(t, WriteCatalogue(&strings.Builder{}, "sarif", controls), "text, json, markdown")
}

package diff

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
)

const stackURN = "urn:pulumi:prod::care::pulumi:pulumi:Stack::care-prod"

func urn(resourceType, name string) string {
	return "urn:pulumi:prod::care::" + resourceType + "::" + name
}

// of makes a resource of the stack.
func of(resourceType, name string, inputs map[string]any, edits ...func(*graph.Resource)) *graph.Resource {
	r := &graph.Resource{
		URN: urn(resourceType, name), Type: resourceType, Name: name, Parent: stackURN, Custom: true, Inputs: values(inputs).AsMap(),
		PropertyDependencies: map[string][]string{},
	}
	for _, edit := range edits {
		edit(r)
	}
	return r
}

func values(value any) property.Value {
	switch v := value.(type) {
	case property.Value:
		return v
	case string:
		return property.New(v)
	case bool:
		return property.New(v)
	case int:
		return property.New(float64(v))
	case []any:
		list := make([]property.Value, 0, len(v))
		for _, element := range v {
			list = append(list, values(element))
		}
		return property.New(list)
	case map[string]any:
		object := map[string]property.Value{}
		for key, member := range v {
			object[key] = values(member)
		}
		return property.New(object)
	}
	panic(fmt.Sprintf("a value of type %T", value))
}

func side(resources ...*graph.Resource) Side {
	all := append([]*graph.Resource{{URN: stackURN, Type: graph.StackType, Name: "care-prod"}}, resources...)
	return Side{Info: SideInfo{Kind: Plan, Label: "plan"}, Graph: graph.New("care", "prod", all)}
}

func compare(t *testing.T, base, head Side) *Result {
	t.Helper()
	result, err := Compare(base, head)
	require.NoError(t, err)
	return result
}

func ref(resourceType, name, member string) string {
	return graph.Reference{URN: urn(resourceType, name), Property: member}.Token()
}

const (
	vpc    = "aws:ec2/vpc:Vpc"
	subnet = "aws:ec2/subnet:Subnet"
	bucket = "aws:s3/bucket:Bucket"
	policy = "aws:iam/policy:Policy"
	db     = "aws:rds/instance:Instance"
)

func TestTheTableIsWhole(t *testing.T) {
	assert.Regexp(t, `^terraform-provider-aws \d+\.\d+\.\d+$`, TableVersion())
	for resourceType, inputs := range map[string]map[string]verdict{
		db:                                      {"engine": isReplaced, "instanceClass": stays, "dbName": isReplaced, "allocatedStorage": stays, "storageEncrypted": isReplaced},
		bucket:                                  {"bucket": isReplaced, "tags.a": stays, "region": isReplaced},
		vpc:                                     {"cidrBlock": isReplaced, "enableDnsSupport": stays},
		subnet:                                  {"vpcId": isReplaced, "availabilityZone": isReplaced, "mapPublicIpOnLaunch": stays},
		"aws:kms/key:Key":                       {"policy": stays, "multiRegion": isReplaced, "description": stays},
		"aws:ecs/taskDefinition:TaskDefinition": {"containerDefinitions": isReplaced, "cpu": isReplaced, "volumes[].name": isReplaced},
		"aws:cloudwatch/logGroup:LogGroup":      {"name": isReplaced, "retentionInDays": stays, "kmsKeyId": stays, "deletionProtectionEnabled": mayBeReplaced},
		"aws:secretsmanager/secret:Secret":      {"name": isReplaced, "kmsKeyId": stays},
		"aws:backup/vault:Vault":                {"name": isReplaced, "kmsKeyArn": isReplaced},
		"aws:lb/targetGroup:TargetGroup":        {"port": isReplaced, "protocol": isReplaced, "healthCheck.path": stays},
		"aws:new/thing:Thing":                   {"anything": mayBeReplaced},
		"aws:elasticache/replicationGroup:ReplicationGroup": {"atRestEncryptionEnabled": isReplaced, "nodeType": stays, "subnetGroupName": isReplaced},
	} {
		for path, want := range inputs {
			assert.Equal(t, want, judge(resourceType, &Property{table: path, letter: 'c', value: "x"}), "%s %s", resourceType, path)
		}
	}
	_, err := readTable("aws:a/b:C x\naws:a/b:C y")
	assert.ErrorContains(t, err, "twice")
}

func TestAReplacementReplacesWhatRefersToIt(t *testing.T) {
	make := func(cidr string) Side {
		return side(
			of(vpc, "net", map[string]any{"cidrBlock": cidr}),
			of(subnet, "a", map[string]any{"vpcId": ref(vpc, "net", "id"), "cidrBlock": "10.0.0.0/24"}),
			of("aws:ec2/routeTableAssociation:RouteTableAssociation", "a-route", map[string]any{"subnetId": ref(subnet, "a", "id")}),
			of("aws:ecs/service:Service", "app", map[string]any{"networkConfiguration": map[string]any{"subnets": []any{ref(subnet, "a", "id")}}}),
			of("aws:ecs/taskDefinition:TaskDefinition", "task", map[string]any{"containerDefinitions": `[{"name":"a","image":"` + ref(vpc, "net", "arn") + `"}]`}),
			of(bucket, "logs", map[string]any{"bucket": "x", "tags": map[string]any{"net": ref(vpc, "net", "id")}}),
		)
	}
	result := compare(t, make("10.0.0.0/16"), make("10.1.0.0/16"))
	assert.Equal(t, Counts{Replaced: 4, Unchanged: 2}, result.Counts)
	causes := map[string]string{}
	for _, change := range result.Changes {
		causes[change.Name] = change.Why() + " root " + nameOf(change.Root+"::")
	}
	assert.Contains(t, causes["net"], "cidrBlock")
	assert.Contains(t, causes["a"], "vpcId (net is replaced)")
	assert.Contains(t, causes["a-route"], "subnetId (a is replaced)")
	assert.Contains(t, causes["task"], "containerDefinitions (net is replaced)")
	assert.Contains(t, written(t, "text", result), "because net is replaced: 3 more")
}

func TestOrderOfSetsAndDocumentsIsNoChange(t *testing.T) {
	statement := func(sid string, actions ...any) map[string]any {
		return map[string]any{"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": "*"}
	}
	document := func(statements ...any) string {
		text, _ := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
		return string(text)
	}
	base := side(
		of(policy, "p", map[string]any{"policy": document(statement("A", "s3:Get*", "s3:List*"), statement("B", "kms:Decrypt"))}),
		of("aws:lb/loadBalancer:LoadBalancer", "lb", map[string]any{"subnets": []any{"a", "b"}}),
		of("aws:cloudwatch/eventRule:EventRule", "rule", map[string]any{"eventPattern": `{"source": ["a", "b"]}`}),
	)
	head := side(
		of(policy, "p", map[string]any{"policy": " " + document(map[string]any{"Sid": "B", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": []any{"*"}}, statement("A", "s3:List*", "s3:Get*"))}),
		of("aws:lb/loadBalancer:LoadBalancer", "lb", map[string]any{"subnets": []any{"b", "a"}}),
		of("aws:cloudwatch/eventRule:EventRule", "rule", map[string]any{"eventPattern": `{"source":["b","a"]}`}),
	)
	result := compare(t, base, head)
	assert.True(t, result.Empty(), written(t, "text", result))
	assert.Equal(t, "prod: no change", result.Verdict())

	// The order of a list that is no set is a change.
	ordered := compare(t,
		side(of("aws:rds/clusterParameterGroup:ClusterParameterGroup", "x", map[string]any{"list": []any{"a", "b"}})),
		side(of("aws:rds/clusterParameterGroup:ClusterParameterGroup", "x", map[string]any{"list": []any{"b", "a"}})))
	assert.False(t, ordered.Empty())
}

func TestRenames(t *testing.T) {
	base := side(of(bucket, "old", map[string]any{"bucket": "b"}), of("aws:s3/bucketVersioning:BucketVersioning", "v", map[string]any{"bucket": ref(bucket, "old", "id")}))
	renamed := func(edits ...func(*graph.Resource)) Side {
		return side(of(bucket, "new", map[string]any{"bucket": "b"}, edits...), of("aws:s3/bucketVersioning:BucketVersioning", "v", map[string]any{"bucket": ref(bucket, "new", "id")}))
	}
	kept := compare(t, base, renamed(func(r *graph.Resource) { r.Aliases = []string{urn(bucket, "old")} }))
	assert.Equal(t, Counts{Renamed: 1, Unchanged: 1}, kept.Counts)
	assert.Empty(t, kept.Risks)

	lost := compare(t, base, renamed())
	assert.Equal(t, Counts{Recreated: 1, Replaced: 1}, lost.Counts, "the versioning refers to a bucket that is made anew")
	require.NotEmpty(t, lost.Risks)
	assert.Contains(t, lost.Risks[0].Text, "renamed from old without an alias")
}

func TestChildrenOfARenamedComponentKeepTheirs(t *testing.T) {
	component := func(name string, aliases ...string) []*graph.Resource {
		parent := "urn:pulumi:prod::care::c:storage:Bucket::" + name
		return []*graph.Resource{
			{URN: parent, Type: "c:storage:Bucket", Name: name, Parent: stackURN, Aliases: aliases},
			{URN: "urn:pulumi:prod::care::c:storage:Bucket$" + bucket + "::" + name + "-bucket", Type: bucket, Name: name + "-bucket", Parent: parent, Custom: true},
		}
	}
	result := compare(t, side(component("old")...), side(component("new", "urn:pulumi:prod::care::c:storage:Bucket::old")...))
	assert.Equal(t, Counts{Renamed: 1}, result.Counts)
}

func TestNoSecretIsShown(t *testing.T) {
	const sentinel = "hunter2-sentinel"
	secret := func(text string) property.Value { return property.New(text).WithSecret(true) }
	base := side(
		of(db, "db", map[string]any{"password": secret(sentinel), "plain": "x", "list": []any{secret(sentinel), "a"}, "gone": secret(sentinel), "was": secret(sentinel)}),
		of(bucket, "gone", map[string]any{"key": secret(sentinel)}),
	)
	head := side(
		of(db, "db", map[string]any{"password": secret(sentinel + "2"), "plain": secret(sentinel), "list": []any{secret(sentinel + "3"), "b"}, "come": secret(sentinel), "was": sentinel}),
		of(bucket, "new", map[string]any{"key": map[string]any{"deep": secret(sentinel)}}),
	)
	base.Sealed, head.Sealed = map[string]string{"care:masterPassword": sentinel + "A"}, map[string]string{"care:masterPassword": sentinel + "B"}
	result := compare(t, base, head)
	for _, format := range Formats {
		assert.NotContains(t, written(t, format, result), sentinel, format)
	}
	text := written(t, "text", result)
	assert.Contains(t, text, "password: changed (hidden)")
	assert.Contains(t, text, "care:masterPassword: changed (hidden)")
	assert.Contains(t, text, "gone: removed (hidden)")

	// A plan file has no values: two secrets in it are equal.
	sealed := side(of(db, "db", map[string]any{"password": secret(graph.Secret)}))
	assert.True(t, compare(t, sealed, side(of(db, "db", map[string]any{"password": secret(sentinel)}))).Empty())
}

func written(t *testing.T, format string, results ...*Result) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Write(&b, format, results, Options{Full: "the artifact diff-full"}))
	return b.String()
}

func TestEqualChangesAreOneLine(t *testing.T) {
	make := func(owner string) Side {
		var all []*graph.Resource
		for i := range 300 {
			all = append(all, of(bucket, fmt.Sprintf("b%03d", i), map[string]any{"tags": map[string]any{"Owner": owner}}))
		}
		return side(all...)
	}
	result := compare(t, make("a"), make("b"))
	require.Len(t, result.Groups, 1)
	assert.Contains(t, written(t, "text", result), "tags.Owner: a → b on 300 resources")
	assert.Less(t, len(written(t, "markdown", result)), 1000)
}

func TestFiveThousandChangesFitInAComment(t *testing.T) {
	make := func(text string, protect bool) Side {
		var all []*graph.Resource
		for i := range 5000 {
			all = append(all, of("aws:cloudwatch/metricAlarm:MetricAlarm", fmt.Sprintf("alarm-%04d", i), map[string]any{"alarmDescription": fmt.Sprintf("%s %d %s", text, i, strings.Repeat("x`<", 100))}))
		}
		for i := range 200 {
			all = append(all, of(db, fmt.Sprintf("db-%03d", i), map[string]any{"engine": text}, func(r *graph.Resource) { r.Protect = protect }))
		}
		return side(all...)
	}
	result := compare(t, make("a", false), make("b", false))
	text := written(t, "markdown", result)
	assert.LessOrEqual(t, utf8.RuneCountInString(text), Limit)
	assert.Greater(t, utf8.RuneCountInString(text), Limit*3/4, "there is room for more")
	assert.Contains(t, text, "more rows left out; the full text is in the artifact diff-full")
	lead := text[:2000]
	assert.Contains(t, lead, Marker("care"))
	assert.Contains(t, lead, "200 replaced (200 hold data)")
	assert.Contains(t, lead, "#### Data at risk")
	assert.Contains(t, lead, "db-000, db-001, db-002, db-003, db-004 and 195 more")
	assert.Contains(t, text, "Planned from code", "the notes are never cut")

	// Every kind of risk differs: the report still fits.
	var before, after []*graph.Resource
	for i := range 5000 {
		before = append(before, of(db, fmt.Sprintf("db-%04d", i), map[string]any{"engine": "a"}))
		after = append(after, of(db, fmt.Sprintf("db-%04d", i), map[string]any{"engine": "a", fmt.Sprintf("deletionProtection%d", i): true, "backupRetentionPeriod": i, "s": strings.Repeat("y", i)}))
	}
	for i := range before {
		before[i].Inputs = before[i].Inputs.Set("backupRetentionPeriod", property.New(float64(i+1)))
	}
	text = written(t, "markdown", compare(t, side(before...), side(after...)))
	assert.LessOrEqual(t, utf8.RuneCountInString(text), Limit)
	assert.Contains(t, text, "more kinds of risk")
}

func TestValuesCannotBreakTheComment(t *testing.T) {
	const hostile = "</details><!-- carebase:diff:other --> @everyone `` `x` ![a](http://evil) \x1b[31m\n# title | cell"
	base := side(of(bucket, "b", map[string]any{"acl": "a", "tags": map[string]any{hostile: "x"}}))
	head := side(of(bucket, "b", map[string]any{"acl": hostile, "tags": map[string]any{hostile: "y"}}))
	text := written(t, "markdown", compare(t, base, head))
	assert.Equal(t, 1, strings.Count(text, "<!--")-strings.Count(strings.ReplaceAll(text, Marker("care"), ""), "<!--"))
	for _, line := range strings.Split(text, "\n") {
		if at := strings.Index(line, "</details>"); at > 0 {
			assert.Regexp(t, "``+ .*</details>.* ``+", line, "outside a span of code")
		}
	}
	assert.NotContains(t, text, "\x1b")
	assert.NotContains(t, written(t, "text", compare(t, base, head)), "\x1b")
}

func TestWhatIgnoreChangesSilences(t *testing.T) {
	ignoring := func(r *graph.Resource) { r.IgnoreChanges = []string{"dbName", "tags"} }
	result := compare(t, side(of(db, "db", map[string]any{"dbName": "a", "tags": map[string]any{"x": "1"}}, ignoring)), side(of(db, "db", map[string]any{"dbName": "b", "tags": map[string]any{"x": "2"}}, ignoring)))
	assert.Equal(t, Counts{NotCarriedOut: 1}, result.Counts)
	require.Len(t, result.Risks, 2)
	assert.Equal(t, Silenced, result.Risks[0].Kind)
	for path, covered := range map[string]bool{"tags": true, "tags.x": true, "tagsAll.x": false, "a[0].b": true, "a[0].c": false, "a[k].b.c": true} {
		assert.Equal(t, covered, ignored(path, []string{"tags", "a[*].b"}), path)
	}
}

func TestSidesOfDifferentStacksAreRefused(t *testing.T) {
	other := Side{Graph: graph.New("care", "dev", nil)}
	_, err := Compare(side(), other)
	assert.ErrorContains(t, err, `the base is of stack "prod", the head of stack "dev"`)
	_, err = Compare(Side{Graph: graph.New("other", "prod", nil)}, side())
	assert.ErrorContains(t, err, `project "other"`)
	_, err = Compare(Side{}, Side{})
	assert.ErrorContains(t, err, "neither side")

	added := compare(t, Side{Info: SideInfo{Kind: Absent}}, side(of(bucket, "b", nil)))
	assert.Equal(t, Counts{Added: 1}, added.Counts)
}

func TestASideOfAnotherKindLeavesOutWhatItCannotKnow(t *testing.T) {
	state := side(of(subnet, "a", map[string]any{"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24", "tags": map[string]any{"a": "1"}}))
	state.Info.Kind = State
	plan := side(of(subnet, "a", map[string]any{"vpcId": ref(vpc, "net", "id"), "cidrBlock": "10.0.1.0/24", "tags": map[string]any{"a": "1"}}))
	result := compare(t, state, plan)
	require.Len(t, result.Changes, 1)
	require.Len(t, result.Changes[0].Properties, 1)
	assert.Equal(t, "cidrBlock", result.Changes[0].Properties[0].Path)
	assert.Contains(t, result.Notes[0], "values that only one side knows are left out")
}

func TestThePreviewDecides(t *testing.T) {
	base, head := side(of(db, "db", map[string]any{"engine": "a", "port": 1})), side(of(db, "db", map[string]any{"engine": "a", "port": 2}))
	base.Info.Kind, head.Info.Kind = State, Preview
	head.Verdicts = map[string]Verdict{urn(db, "db"): {Replaced: true, Reasons: []string{"port"}, DeleteFirst: true}}
	result := compare(t, base, head)
	assert.Equal(t, 1, result.Counts.Replaced)
	assert.Equal(t, "delete before create", result.Changes[0].Order)

	head = side(of(db, "db", map[string]any{"engine": "b"}))
	head.Info.Kind, head.Verdicts = Preview, map[string]Verdict{urn(db, "db"): {}}
	assert.Equal(t, 0, compare(t, base, head).Counts.Replaced)
}

func TestStatements(t *testing.T) {
	document := func(statements ...any) string {
		text, _ := json.Marshal(map[string]any{"Statement": statements})
		return string(text)
	}
	allow := func(action ...any) map[string]any {
		return map[string]any{"Sid": "A", "Effect": "Allow", "Action": action, "Resource": "r"}
	}
	with := func(statement map[string]any, key string, value any) map[string]any {
		statement[key] = value
		return statement
	}
	for name, c := range map[string]struct {
		old, new map[string]any
		want     Effect
	}{
		"action added":        {allow("a"), allow("a", "b"), Widened},
		"action removed":      {allow("a", "b"), allow("a"), Narrowed},
		"another action":      {allow("a"), allow("b"), Altered},
		"condition removed":   {with(allow("a"), "Condition", map[string]any{"Bool": map[string]any{"k": "true"}}), allow("a"), Widened},
		"condition added":     {allow("a"), with(allow("a"), "Condition", map[string]any{"Bool": map[string]any{"k": "true"}}), Narrowed},
		"everybody":           {with(allow("a"), "Principal", map[string]any{"AWS": "x"}), with(allow("a"), "Principal", map[string]any{"AWS": "*"}), Public},
		"denies more":         {with(allow("a"), "Effect", "Deny"), with(allow("a", "b"), "Effect", "Deny"), Narrowed},
		"denies less":         {with(allow("a", "b"), "Effect", "Deny"), with(allow("a"), "Effect", "Deny"), Widened},
		"a denial is removed": {with(with(allow("a"), "Effect", "Deny"), "Sid", "B"), allow("a"), Widened},
	} {
		base := side(of(policy, "p", map[string]any{"policy": document(c.old)}))
		result := compare(t, base, side(of(policy, "p", map[string]any{"policy": document(c.new)})))
		require.NotEmpty(t, result.Security, name)
		assert.Equal(t, c.want, result.Security[0].Effect, name)
	}
}

func TestFailures(t *testing.T) {
	day := time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)
	result := compare(t, side(of(db, "db", map[string]any{"engine": "a"})), side(of(db, "db", map[string]any{"engine": "b"})))
	conditions, err := ParseConditions("replace,data")
	require.NoError(t, err)
	accepted := Acceptance{Condition: "replace", Resource: "db", Reason: "The empty database is moved to another engine", Owner: "SRE lead", Expires: "2027-01-01"}
	failures, err := result.Failures(conditions, []Acceptance{accepted}, day)
	require.NoError(t, err)
	require.Len(t, failures, 2)
	assert.NotNil(t, failures[0].Acceptance)
	assert.Nil(t, failures[1].Acceptance, "another condition")
	failures, err = result.Failures(conditions, []Acceptance{accepted}, day.AddDate(0, 0, 1))
	require.NoError(t, err)
	assert.Nil(t, failures[0].Acceptance, "expired")

	for _, edit := range []func(*Acceptance){
		func(a *Acceptance) { a.Reason = "short" }, func(a *Acceptance) { a.Owner = "me@example.com" },
		func(a *Acceptance) { a.Condition = "all" }, func(a *Acceptance) { a.Resource = "" }, func(a *Acceptance) { a.Expires = "soon" },
	} {
		bad := accepted
		edit(&bad)
		assert.NotEmpty(t, bad.Problem(day), "%+v", bad)
	}
	for _, text := range []string{"", "all", "cost", "cost=x", "cost=-1", "replace=1"} {
		_, err := ParseConditions(text)
		assert.Error(t, err, text)
	}
	_, err = result.Failures([]Condition{{Kind: "cost", USD: 10}}, nil, day)
	assert.ErrorContains(t, err, "the cost is not known")

	result.Cost = &CostChange{Base: Cost{Total: 100}, Head: Cost{Total: 264}}
	failures, err = result.Failures([]Condition{{Kind: "cost", USD: 163}}, nil, day)
	require.NoError(t, err)
	assert.Len(t, failures, 1)
	assert.Contains(t, result.Verdict(), "+164 USD/month")
	failures, err = result.Failures([]Condition{{Kind: "cost", USD: 164}}, nil, day)
	require.NoError(t, err)
	assert.Empty(t, failures)
}

func TestSeveralStacksShareOneComment(t *testing.T) {
	result := compare(t, side(of(db, "db", map[string]any{"engine": "a"})), side(of(db, "db", map[string]any{"engine": "b"})))
	other := *result
	other.Stack = "dr"
	text := written(t, "markdown", result, &other)
	assert.Equal(t, 1, strings.Count(text, "#### Data at risk"))
	assert.Contains(t, text, "- prod, dr: `db`")
	var counts struct{ Create, Update, Delete int }
	require.NoError(t, json.Unmarshal([]byte(written(t, "gitlab", result, &other)), &counts))
	assert.Equal(t, 2, counts.Create)
	assert.Equal(t, 2, counts.Delete)
}

func many(n int, text string) Side {
	all := make([]*graph.Resource, 0, n)
	for i := range n {
		all = append(all, of(subnet, fmt.Sprintf("s%d", i), map[string]any{"cidrBlock": "10.0.0.0/24", "tags": map[string]any{"Owner": text, "Name": fmt.Sprint(i)}}))
	}
	return side(all...)
}

func BenchmarkCompare(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			base, head := many(n, "a"), many(n, "b")
			b.ReportAllocs()
			for b.Loop() {
				result, err := Compare(base, head)
				if err != nil {
					b.Fatal(err)
				}
				if err := Write(new(bytes.Buffer), "markdown", []*Result{result}, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

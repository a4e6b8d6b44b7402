package tests

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
)

// A trail that records what its own deliveries cause delivers for ever: the new file, its copy in another region, what the
// access logs say of either. So do two trails that record each other's deliveries. Everywhere else every new object is
// recorded.
func TestTrailsDoNotRecordThemselves(t *testing.T) {
	counts := map[string]int{}
	for _, stacks := range [][]string{{"local"}, {"dev"}, {"staging"}, {"prod", "dr"}} { // by account
		var trails []delivering
		for _, stack := range stacks {
			g := frozen.planned(t, stack)
			for _, trail := range g.OfType("aws:cloudtrail/trail:Trail") {
				trails = append(trails, delivering{stack, g, trail, echoesOf(t, g, trail), nil})
				counts[stack]++
			}
		}
		assert.Empty(t, circle(trails), "each records what the one before it delivers")
	}
	assert.Equal(t, map[string]int{"local": 1, "dev": 1, "staging": 1, "prod": 1, "dr": 1}, counts)
	for stack, want := range map[string]int{"dev": 2, "prod": 4, "dr": 2} {
		g := frozen.planned(t, stack)
		assert.Len(t, echoesOf(t, g, g.OfType("aws:cloudtrail/trail:Trail")[0]), want, stack)
	}
}

// The rule above finds two trails that record each other, which no stack by itself shows.
func TestTrailsThatRecordEachOtherAreFound(t *testing.T) {
	prod, dr := frozen.planned(t, "prod"), frozen.planned(t, "dr")
	every := func(g *graph.Graph) delivering {
		trail := *g.OfType("aws:cloudtrail/trail:Trail")[0]
		echoes := echoesOf(t, g, &trail)
		all := trail.Inputs.Get("advancedEventSelectors").AsArray().AsSlice()[1]
		fields := all.AsMap().Get("fieldSelectors").AsArray().AsSlice()[:2] // of whatever ARN
		trail.Inputs = trail.Inputs.Set("advancedEventSelectors", property.New([]property.Value{
			property.New(map[string]property.Value{"fieldSelectors": property.New(fields)}),
		}))
		return delivering{g.Stack, g, &trail, echoes, nil}
	}
	as := func(g *graph.Graph) delivering {
		trail := g.OfType("aws:cloudtrail/trail:Trail")[0]
		return delivering{g.Stack, g, trail, echoesOf(t, g, trail), nil}
	}
	assert.Empty(t, circle([]delivering{as(prod), as(dr)}))
	assert.Equal(t, []string{"dr"}, circle([]delivering{every(dr)}))
	others := every(dr)
	others.except = others.echoes // all of the account's objects but its own deliveries
	assert.ElementsMatch(t, []string{"prod", "dr"}, circle([]delivering{as(prod), others}))
}

// The recovery region's trail sees what the application does with patients' documents there, and who takes evidence away.
func TestTheRecoveryTrailSeesThatRegionsObjects(t *testing.T) {
	g := frozen.planned(t, "dr")
	trail := delivering{"dr", g, g.OfType("aws:cloudtrail/trail:Trail")[0], nil, nil}
	for _, c := range []struct {
		arn, call string
		want      bool
	}{
		{"careconnect-prod-files-123456789012-usw2/a", "GetObject", true},
		{"careconnect-prod-files-123456789012-usw2/a", "PutObject", true},
		{"careconnect-prod-backups-123456789012-usw2/a", "DeleteObject", true},
		{"careconnect-prod-audit-123456789012-usw2/a", "DeleteObject", true},
		{"careconnect-dr-audit-123456789012/a", "GetObject", true},
		{"careconnect-dr-audit-123456789012/a", "PutObject", false},
		{"careconnect-dr-logs-123456789012/a", "DeleteObject", true},
		{"careconnect-prod-files-123456789012/a", "GetObject", false}, // the primary's region: its own trail's
	} {
		assert.Equal(t, c.want, trail.records("arn:aws:s3:::"+c.arn, c.call), "%s %s", c.call, c.arn)
	}
	inputs := trail.trail.Readable()
	assert.Equal(t, true, inputs["isMultiRegionTrail"], "events of IAM and STS reach trails of all regions only")
	assert.Equal(t, "us-west-2", trail.trail.Region)
	assert.Equal(t, "us-west-2", byName(t, g, "evidence-bucket").Region)
	assert.Equal(t, "${primary.outputs.recovery.logsKeyArn}", inputs["kmsKeyId"])
}

// delivering is a trail of a stack, with the beginnings of the ARNs that its deliveries make.
type delivering struct {
	stack  string
	g      *graph.Graph
	trail  *graph.Resource
	echoes []string
	except []string // beginnings of ARNs that it does not record, whatever its selectors say
}

// circle are the stacks of trails each of which records what the one before delivers; the first records the last.
func circle(trails []delivering) []string {
	var walk func(path []int) []string
	walk = func(path []int) []string {
		for next, trail := range trails {
			if !slices.ContainsFunc(trails[path[len(path)-1]].echoes, func(echo string) bool { return trail.records(echo+"x", "PutObject") }) {
				continue
			}
			if next == path[0] {
				var found []string
				for _, at := range path {
					found = append(found, trails[at].stack)
				}
				return found
			}
			if !slices.Contains(path, next) {
				if found := walk(append(slices.Clone(path), next)); found != nil {
					return found
				}
			}
		}
		return nil
	}
	for first := range trails {
		if found := walk([]int{first}); found != nil {
			return found
		}
	}
	return nil
}

// records is true for a call on an object that one of the trail's selectors admits.
func (r delivering) records(arn, call string) bool {
	if slices.ContainsFunc(r.except, func(beginning string) bool { return strings.HasPrefix(arn, beginning) }) {
		return false
	}
	names := bucketNames(r.g)
	members := map[string]string{
		"eventCategory": "Data", "resources.type": "AWS::S3::Object", "eventName": call, "resources.ARN": arn,
	}
	admits := func(field map[string]any) bool {
		member := members[field["field"].(string)]
		for operator, holds := range map[string]func(string, string) bool{
			"equals": func(a, b string) bool { return a == b }, "startsWiths": strings.HasPrefix,
		} {
			any := func(list any) bool {
				values, _ := list.([]any)
				return slices.ContainsFunc(values, func(v any) bool {
					text := v.(string)
					for reference, name := range names {
						text = strings.ReplaceAll(text, reference, name)
					}
					return holds(member, text)
				})
			}
			if field[operator] != nil && !any(field[operator]) || any(field["not"+strings.ToUpper(operator[:1])+operator[1:]]) {
				return false
			}
		}
		return true
	}
	return slices.ContainsFunc(r.trail.Readable()["advancedEventSelectors"].([]any), func(selector any) bool {
		return !slices.ContainsFunc(selector.(map[string]any)["fieldSelectors"].([]any), func(field any) bool {
			return !admits(field.(map[string]any))
		})
	})
}

var accountID = regexp.MustCompile(`[0-9]{12}`)

// bucketNames are the names of a plan's buckets, by the references that resources have to them: to the bucket, or to what has
// to be there before it is used, such as its policy.
func bucketNames(g *graph.Graph) map[string]string {
	names := map[string]string{}
	for range 2 { // what is of a bucket names it by a reference
		for _, r := range g.Resources {
			name, ok := r.Readable()["bucket"].(string)
			if !ok || !strings.HasPrefix(r.Type, "aws:s3/") {
				continue
			}
			if known, found := names[name]; found {
				name = known
			}
			for _, output := range []string{"id", "bucket", "arn"} {
				names["${"+r.Name+"."+output+"}"] = name
			}
		}
	}
	return names
}

// echoesOf are the beginnings of the ARNs of what a delivery makes, the delivered file first.
func echoesOf(t *testing.T, g *graph.Graph, trail *graph.Resource) (echoes []string) {
	t.Helper()
	names := bucketNames(g)
	named := func(reference any) string {
		name, found := names[reference.(string)]
		if !found {
			name = reference.(string)
		}
		require.NotContains(t, name, "$")
		return name
	}
	written := []string{named(trail.Readable()["s3BucketName"])}
	for _, replication := range g.OfType("aws:s3/bucketReplicationConfig:BucketReplicationConfig") {
		if slices.Contains(written, named(replication.Readable()["bucket"])) {
			for _, rule := range replication.Readable()["rules"].([]any) {
				written = append(written, named(rule.(map[string]any)["destination"].(map[string]any)["bucket"]))
			}
		}
	}
	for _, bucket := range written {
		echoes = append(echoes, "arn:aws:s3:::"+bucket+"/")
	}
	for _, logging := range g.OfType("aws:s3/bucketLogging:BucketLogging") {
		in := logging.Readable()
		if bucket := named(in["bucket"]); slices.Contains(written, bucket) {
			region := g.Lookup(logging.Provider).Readable()["region"].(string)
			account := accountID.FindString(bucket)
			echoes = append(echoes, "arn:aws:s3:::"+named(in["targetBucket"])+"/"+in["targetPrefix"].(string)+account+"/"+region+"/"+bucket+"/")
		}
	}
	return echoes
}

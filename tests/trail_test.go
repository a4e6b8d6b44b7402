package tests

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
)

// A trail that records what its own deliveries cause delivers for ever: the new file, its copy in another region, what
// the access logs say of either. Everywhere else every new object is recorded.
func TestTrailsDoNotRecordThemselves(t *testing.T) {
	for _, stack := range all {
		g := planned(t, stack)
		trails := g.OfType("aws:cloudtrail/trail:Trail")
		assert.Len(t, trails, map[bool]int{true: 0, false: 1}[stack == "dr"], "%s: production's trail covers the recovery region", stack)
		for _, trail := range trails {
			echoes := echoesOf(t, g, trail)
			assert.Len(t, echoes, map[bool]int{true: 4, false: 2}[stack == "prod"], "%s: %v", stack, echoes)
			assert.ElementsMatch(t, echoes, unrecorded(g, trail), stack)
		}
	}
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

// unrecorded are the beginnings of ARNs whose new objects the trail leaves out.
func unrecorded(g *graph.Graph, trail *graph.Resource) (left []string) {
	names := bucketNames(g)
	for _, selector := range trail.Readable()["advancedEventSelectors"].([]any) {
		for _, field := range selector.(map[string]any)["fieldSelectors"].([]any) {
			not, _ := field.(map[string]any)["notStartsWiths"].([]any)
			for _, beginning := range not {
				text := beginning.(string)
				for reference, name := range names {
					text = strings.ReplaceAll(text, reference, name)
				}
				left = append(left, text)
			}
		}
	}
	return left
}

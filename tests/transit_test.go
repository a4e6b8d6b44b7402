package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/policy/inspect"
)

// A hop is one connection that data takes. Holds says what is wrong with a resource that decides about it; "" for nothing.
type hop struct {
	name  string // as in docs/operations.md, "Encryption on every hop"
	types []string
	holds func(s *inspect.Stack, r *inspect.Resource) string
}

var hops = []hop{
	{"viewer → CloudFront", []string{"aws:cloudfront/distribution:Distribution"}, viewersUseTLS},
	{"CloudFront → load balancer", []string{"aws:cloudfront/distribution:Distribution", "aws:cloudfront/vpcOrigin:VpcOrigin"}, originsUseTLS},
	{"CloudFront → load balancer", []string{"aws:lb/listener:Listener"}, listenersUseTLS},
	{"CloudFront → bucket", []string{"aws:s3/bucketPolicy:BucketPolicy"}, bucketsWantTLS},
	{"Route 53 → health path", []string{"aws:route53/healthCheck:HealthCheck"}, checkersUseTLS},
	{"load balancer → task", []string{"aws:lb/targetGroup:TargetGroup"}, targetsUseTLS},
	{"task → database", []string{"aws:ecs/taskDefinition:TaskDefinition"}, tasksVerifyDatabase},
	{"task → database", []string{"aws:rds/parameterGroup:ParameterGroup"}, databasesForceTLS},
	{"task → cache", []string{"aws:elasticache/replicationGroup:ReplicationGroup"}, cachesForceTLS},
	{"task → cache", []string{"aws:ecs/taskDefinition:TaskDefinition"}, tasksEncryptCache},
	{"task → AWS and third parties", []string{"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"}, portsOfTLS},
	{"alerts → people and systems", []string{"aws:sns/topicSubscription:TopicSubscription"}, subscriptionsUseTLS},
}

// Every connection of every stack is encrypted, and the server verified where the client can.
func TestEveryHopIsEncrypted(t *testing.T) {
	plans := every(t)
	for _, hop := range hops {
		seen := 0
		for stack, g := range plans {
			s := inspect.NewStack(g)
			for _, r := range s.Of(hop.types...) {
				seen++
				assert.Emptyf(t, hop.holds(s, r), "%s: %s: %s", stack, hop.name, r.Name)
			}
		}
		assert.NotZero(t, seen, "no stack has the hop %s", hop.name)
	}
}

// The table that operators and assessors read has these hops, each with a row.
func TestEveryHopIsDocumented(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(repository, "docs", "operations.md"))
	require.NoError(t, err)
	_, section, found := strings.Cut(string(text), "\n## Encryption on every hop\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	for _, hop := range hops {
		assert.Contains(t, section, "\n| "+hop.name+" |")
	}
}

func viewersUseTLS(_ *inspect.Stack, r *inspect.Resource) string {
	for _, behavior := range append(r.At("orderedCacheBehaviors").List(), r.At("defaultCacheBehavior")) {
		if got := behavior.At("viewerProtocolPolicy").Text(); got != "https-only" && got != "redirect-to-https" {
			return "viewerProtocolPolicy " + got
		}
	}
	if got := r.At("viewerCertificate.minimumProtocolVersion").Text(); !strings.HasPrefix(got, "TLSv1.2_") && !strings.HasPrefix(got, "TLSv1.3_") {
		return "minimumProtocolVersion " + got
	}
	return ""
}

func originsUseTLS(_ *inspect.Stack, r *inspect.Resource) string {
	configs := []inspect.Value{r.At("vpcOriginEndpointConfig")}
	for _, origin := range r.At("origins").List() {
		configs = append(configs, origin.At("customOriginConfig"))
	}
	for _, config := range configs {
		if config.Unset() {
			continue
		}
		protocols := config.At("originSslProtocols").List()
		if len(protocols) == 0 {
			protocols = config.At("originSslProtocols.items").List()
		}
		if got := config.At("originProtocolPolicy").Text(); got != "https-only" || len(protocols) != 1 || protocols[0].Text() != "TLSv1.2" {
			return fmt.Sprintf("originProtocolPolicy %s by %d protocols", got, len(protocols))
		}
	}
	return ""
}

func listenersUseTLS(_ *inspect.Stack, r *inspect.Resource) string {
	for _, action := range r.At("defaultActions").List() {
		if r.At("protocol").Text() == "HTTP" && (action.At("type").Text() != "redirect" || action.At("redirect.protocol").Text() != "HTTPS") {
			return "HTTP with a default action " + action.At("type").Text()
		}
	}
	if tls := r.At("sslPolicy").Text(); r.At("protocol").Text() != "HTTP" && !strings.HasPrefix(tls, "ELBSecurityPolicy-TLS13-1-2-") {
		return "sslPolicy " + tls
	}
	return ""
}

func bucketsWantTLS(_ *inspect.Stack, r *inspect.Resource) string {
	document, ok := r.At("policy").JSON()
	if !ok {
		return "a policy that cannot be read"
	}
	for _, statement := range document.At("Statement").List() {
		condition := statement.At("Condition.Bool")
		if statement.At("Effect").Text() == "Deny" && slices.Contains(condition.Keys(), "aws:SecureTransport") {
			return ""
		}
	}
	return "no statement denies requests without TLS"
}

func checkersUseTLS(_ *inspect.Stack, r *inspect.Resource) string {
	if !r.At("fqdn").Unset() && r.At("type").Text() != "HTTPS" && r.At("type").Text() != "HTTPS_STR_MATCH" {
		return r.At("type").Text()
	}
	return ""
}

func targetsUseTLS(_ *inspect.Stack, r *inspect.Resource) string {
	for _, path := range []string{"protocol", "healthCheck.protocol"} {
		if got := r.At(path).Text(); got != "HTTPS" {
			return path + " " + got
		}
	}
	return ""
}

// environment of all containers of a task.
func environment(r *inspect.Resource) map[string]string {
	found := map[string]string{}
	definitions, _ := r.At("containerDefinitions").JSON()
	for _, container := range definitions.List() {
		for _, v := range container.At("environment").List() {
			found[v.At("name").Text()] = v.At("value").Text()
		}
	}
	return found
}

func tasksVerifyDatabase(_ *inspect.Stack, r *inspect.Resource) string {
	variables := environment(r)
	if variables["PGHOST"] != "" && (variables["PGSSLMODE"] != "verify-full" || variables["PGSSLROOTCERT"] == "") {
		return "PGSSLMODE " + variables["PGSSLMODE"] + ", PGSSLROOTCERT " + variables["PGSSLROOTCERT"]
	}
	for name, value := range variables {
		if strings.Contains(value, "postgresql://") && (!strings.Contains(value, "sslmode=verify-full") || !strings.Contains(value, "sslrootcert=/")) {
			return name + " does not verify the server"
		}
	}
	return ""
}

func databasesForceTLS(_ *inspect.Stack, r *inspect.Resource) string {
	for _, parameter := range r.At("parameters").List() {
		if parameter.At("name").Text() == "rds.force_ssl" && parameter.At("value").Text() == "1" {
			return ""
		}
	}
	return "rds.force_ssl is not 1"
}

func cachesForceTLS(_ *inspect.Stack, r *inspect.Resource) string {
	if !r.At("transitEncryptionEnabled").True() {
		return "transitEncryptionEnabled is not true"
	}
	return ""
}

func tasksEncryptCache(_ *inspect.Stack, r *inspect.Resource) string {
	if variables := environment(r); variables["SPRING_REDIS_HOST"] != "" && variables["SPRING_REDIS_SSL"] != "true" {
		return "SPRING_REDIS_SSL " + variables["SPRING_REDIS_SSL"]
	}
	return ""
}

// portsOfTLS wants that nothing goes out but by ports whose other end speaks nothing but TLS: HTTPS, the database's, the
// cache's, and those of the target groups.
func portsOfTLS(s *inspect.Stack, r *inspect.Resource) string {
	ports := []float64{443, 5432, 6379}
	for _, group := range s.Of("aws:lb/targetGroup:TargetGroup") {
		ports = append(ports, secondsAt(group.At("port"), 0))
	}
	if from, to := secondsAt(r.At("fromPort"), -1), secondsAt(r.At("toPort"), -1); from != to || !slices.Contains(ports, to) {
		return fmt.Sprintf("ports %g to %g", from, to)
	}
	return ""
}

func subscriptionsUseTLS(_ *inspect.Stack, r *inspect.Resource) string {
	if got := r.At("protocol").Text(); !slices.Contains([]string{"https", "email", "sqs", "lambda", "firehose"}, got) {
		return "protocol " + got
	}
	return ""
}

package policy

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/graph"
)

var transitFixtures = map[string]fixture{
	"X-ALB-TARGET-TLS": {
		satisfied: []example{
			{about: "HTTPS", resources: these(targets(in{"protocol": "HTTPS", "targetType": "ip"}))},
			{about: "TLS, of a network load balancer", resources: these(targets(in{"protocol": "TLS"}))},
			{about: "not for a function, nor for a load balancer behind another", resources: these(
				targets(in{"protocol": "HTTPS"}), res(targetGroups[0], "function", in{"targetType": "lambda"}),
				res(targetGroups[0], "balancer", in{"targetType": "alb", "protocol": "TCP"}))},
		},
		violated: []example{
			{about: "HTTP", property: "protocol", resources: these(targets(in{"protocol": "HTTP", "targetType": "ip"}))},
			{about: "TCP", property: "protocol", resources: these(targets(in{"protocol": "TCP"}))},
			{about: "not set", property: "protocol", resources: these(targets(in{}))},
			{about: "HTTP, by another token", property: "protocol", resources: these(res(targetGroups[1], "targets", in{"protocol": "HTTP"}))},
		},
		undecided: []example{{about: "not known", resources: these(targets(in{"protocol": unknown}))}},
	},
	"X-ECS-PG-TLS": {
		satisfied: []example{
			{about: "verified", resources: these(db(in{}), tasks(onFargate, environment("DATABASE_URL",
				"jdbc:postgresql://"+ref(dbInstanceType, "db", "address")+":5432/app?sslmode=verify-full&sslrootcert=/ca.pem")))},
			{about: "verified, as libpq reads it", resources: these(tasks(onFargate, environment("PGHOST", "db", "PGSSLMODE", "verify-full")))},
			{about: "verified by what ssl means to JDBC", resources: these(tasks(onFargate, environment("URL", "jdbc:postgresql://db/app?ssl=true")))},
			{about: "no PostgreSQL", resources: these(tasks(onFargate, environment("URL", "https://example.com", "ENGINE", "postgresql")))},
		},
		violated: []example{
			{about: "encrypted to anybody", property: "containerDefinitions[0].environment[0].value", resources: these(
				tasks(onFargate, environment("DATABASE_URL", "jdbc:postgresql://db:5432/app?sslmode=require")))},
			{about: "by any name", property: "containerDefinitions[0].environment[0].value", resources: these(
				tasks(onFargate, environment("DATABASE_URL", "postgres://db/app?sslmode=verify-ca&sslrootcert=/ca.pem")))},
			{about: "nothing said", property: "containerDefinitions[0].environment[0].value", resources: these(
				tasks(onFargate, environment("DATABASE_URL", "postgresql+psycopg://db/app")))},
			{about: "the second URL", property: "containerDefinitions[0].environment[0].value", resources: these(
				tasks(onFargate, environment("URLS", "postgres://a/app?sslmode=verify-full postgres://b/app?sslmode=prefer")))},
			{about: "in a sidecar", property: "containerDefinitions[1].environment[0].value", resources: these(
				tasks(onFargate, in{}, environment("DATABASE_URL", "postgresql://db/app?sslmode=disable")))},
			{about: "in the command", property: "containerDefinitions[0].command[1]", resources: these(
				tasks(onFargate, in{"command": []string{"migrate", "-url=jdbc:postgresql://db/app?sslmode=require"}}))},
			{about: "libpq, nothing said", property: "containerDefinitions[0].environment[0].value", resources: these(tasks(onFargate, environment("PGHOST", "db")))},
			{about: "libpq, encrypted to anybody", property: "containerDefinitions[0].environment[1].value", resources: these(
				tasks(onFargate, environment("PGHOST", "db", "PGSSLMODE", "require")))},
		},
		undecided: []example{{about: "not known", resources: these(res(taskDefinitionType, "app", in{"containerDefinitions": unknown}))}},
	},
	"X-ECS-PLAIN-URL": {
		satisfied: []example{
			{about: "with TLS", resources: these(tasks(onFargate, environment("SITE", "https://example.com", "CACHE", "rediss://cache:6379", "BUS", "amqps://bus")))},
			{about: "to the task itself", resources: these(tasks(onFargate, environment(
				"OTLP", "http://localhost:4318", "ALSO", "http://127.0.0.1:4317,http://[::1]:1", "META", "http://169.254.170.2/v2")))},
			{about: "no address", resources: these(tasks(onFargate, environment("NAME", "http")))},
		},
		violated: []example{
			{about: "http", property: "containerDefinitions[0].environment[0].value", resources: these(tasks(onFargate, environment("PEER", "http://billing.internal:8080")))},
			{about: "redis, by reference", property: "containerDefinitions[0].environment[0].value", resources: these(
				tasks(onFargate, environment("CACHE", "redis://"+ref("aws:elasticache/replicationGroup:ReplicationGroup", "cache", "primaryEndpointAddress")+":6379")))},
			{about: "after one to the task itself", property: "containerDefinitions[0].environment[0].value", resources: these(
				tasks(onFargate, environment("PEERS", "http://localhost:1,http://billing.internal")))},
			{about: "a host that only begins like the task's own", property: "containerDefinitions[0].environment[0].value", resources: these(
				tasks(onFargate, environment("PEER", "ws://localhost.example.com")))},
			{about: "in the command", property: "containerDefinitions[0].command[0]", resources: these(
				tasks(onFargate, in{"command": []string{"--push=http://metrics.internal"}}))},
		},
		undecided: []example{{about: "not known", resources: these(res(taskDefinitionType, "app", in{"containerDefinitions": unknown}))}},
	},
}

func targets(inputs in) *graph.Resource { return res(targetGroups[0], "targets", inputs) }

func TestTokensOfTargetGroups(t *testing.T) {
	assert.Equal(t, "aws:lb/targetGroup:TargetGroup", targetGroups[0])
}

func TestFindingsOnAddressesDoNotRepeatThem(t *testing.T) {
	for _, id := range []string{"X-ECS-PG-TLS", "X-ECS-PLAIN-URL"} {
		for _, e := range transitFixtures[id].violated {
			for _, f := range auditOne(t, Lookup(id), e).Findings {
				assert.NotContains(t, f.Message(), "internal", "%s %s", id, e.about)
			}
		}
	}
}

package ecs

import (
	"testing"

	"github.com/stretchr/testify/assert"

	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

var transitFixtures = map[string]Fixture{
	"X-ECS-PG-TLS": {
		Satisfied: []Example{
			{About: "verified", Resources: Resources(examples.Db(Inputs{}), tasks(onFargate, environment("DATABASE_URL",
				"jdbc:postgresql://"+Ref(inspect.DbInstanceType, "db", "address")+":5432/app?sslmode=verify-full&sslrootcert=/ca.pem")))},
			{About: "verified, as libpq reads it", Resources: Resources(tasks(onFargate, environment("PGHOST", "db", "PGSSLMODE", "verify-full")))},
			{About: "verified by what ssl means to JDBC", Resources: Resources(tasks(onFargate, environment("URL", "jdbc:postgresql://db/app?ssl=true")))},
			{About: "no PostgreSQL", Resources: Resources(tasks(onFargate, environment("URL", "https://example.com", "ENGINE", "postgresql")))},
		},
		Violated: []Example{
			{About: "encrypted to anybody", Property: "containerDefinitions[0].environment[0].value", Resources: Resources(
				tasks(onFargate, environment("DATABASE_URL", "jdbc:postgresql://db:5432/app?sslmode=require")))},
			{About: "by any name", Property: "containerDefinitions[0].environment[0].value", Resources: Resources(
				tasks(onFargate, environment("DATABASE_URL", "postgres://db/app?sslmode=verify-ca&sslrootcert=/ca.pem")))},
			{About: "nothing said", Property: "containerDefinitions[0].environment[0].value", Resources: Resources(
				tasks(onFargate, environment("DATABASE_URL", "postgresql+psycopg://db/app")))},
			{About: "the second URL", Property: "containerDefinitions[0].environment[0].value", Resources: Resources(
				tasks(onFargate, environment("URLS", "postgres://a/app?sslmode=verify-full postgres://b/app?sslmode=prefer")))},
			{About: "in a sidecar", Property: "containerDefinitions[1].environment[0].value", Resources: Resources(
				tasks(onFargate, Inputs{}, environment("DATABASE_URL", "postgresql://db/app?sslmode=disable")))},
			{About: "in the command", Property: "containerDefinitions[0].command[1]", Resources: Resources(
				tasks(onFargate, Inputs{"command": []string{"migrate", "-url=jdbc:postgresql://db/app?sslmode=require"}}))},
			{About: "libpq, nothing said", Property: "containerDefinitions[0].environment[0].value", Resources: Resources(tasks(onFargate, environment("PGHOST", "db")))},
			{About: "libpq, encrypted to anybody", Property: "containerDefinitions[0].environment[1].value", Resources: Resources(
				tasks(onFargate, environment("PGHOST", "db", "PGSSLMODE", "require")))},
		},
		Undecided: []Example{{About: "not known", Resources: Resources(Resource(taskDefinitionType, "app", Inputs{"containerDefinitions": Unknown}))}},
	},
	"X-ECS-PLAIN-URL": {
		Satisfied: []Example{
			{About: "with TLS", Resources: Resources(tasks(onFargate, environment("SITE", "https://example.com", "CACHE", "rediss://cache:6379", "BUS", "amqps://bus")))},
			{About: "to the task itself", Resources: Resources(tasks(onFargate, environment(
				"OTLP", "http://localhost:4318", "ALSO", "http://127.0.0.1:4317,http://[::1]:1", "META", "http://169.254.170.2/v2")))},
			{About: "no address", Resources: Resources(tasks(onFargate, environment("NAME", "http")))},
		},
		Violated: []Example{
			{About: "http", Property: "containerDefinitions[0].environment[0].value", Resources: Resources(tasks(onFargate, environment("PEER", "http://billing.internal:8080")))},
			{About: "redis, by reference", Property: "containerDefinitions[0].environment[0].value", Resources: Resources(
				tasks(onFargate, environment("CACHE", "redis://"+Ref("aws:elasticache/replicationGroup:ReplicationGroup", "cache", "primaryEndpointAddress")+":6379")))},
			{About: "after one to the task itself", Property: "containerDefinitions[0].environment[0].value", Resources: Resources(
				tasks(onFargate, environment("PEERS", "http://localhost:1,http://billing.internal")))},
			{About: "a host that only begins like the task's own", Property: "containerDefinitions[0].environment[0].value", Resources: Resources(
				tasks(onFargate, environment("PEER", "ws://localhost.example.com")))},
			{About: "in the command", Property: "containerDefinitions[0].command[0]", Resources: Resources(
				tasks(onFargate, Inputs{"command": []string{"--push=http://metrics.internal"}}))},
		},
		Undecided: []Example{{About: "not known", Resources: Resources(Resource(taskDefinitionType, "app", Inputs{"containerDefinitions": Unknown}))}},
	},
}

func TestFindingsOnAddressesDoNotRepeatThem(t *testing.T) {
	for _, id := range []string{"X-ECS-PG-TLS", "X-ECS-PLAIN-URL"} {
		for _, e := range transitFixtures[id].Violated {
			for _, f := range Audit(t, policy.Lookup(Controls, id), e).Findings {
				assert.NotContains(t, f.Message(), "internal", "%s %s", id, e.About)
			}
		}
	}
}

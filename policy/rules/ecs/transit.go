package ecs

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strings"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const verified = "sslmode=verify-full"

// postgresVerified looks for PostgreSQL's connection URLs and for the variables of libpq, whose default is to verify nothing.
func postgresVerified(s *inspect.Stack, report *policy.Report) {
	const fix = "set sslmode=verify-full and sslrootcert to the file of RDS's certificates in the image " +
		"(https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html)"
	eachEnvironment(s, report, verified, func(r *inspect.Resource, variables []variable) (good bool) {
		good = true
		var mode, connects *variable
		for i, v := range variables {
			switch {
			case v.name == "PGSSLMODE":
				mode = &variables[i]
			case v.name == "PGHOST" || v.name == "PGHOSTADDR" || v.name == "PGSERVICE":
				connects = &variables[i]
			}
			if got := WeakPostgres(v.text); got != "" {
				good = false
				report.Fail(r, v.value.Path(), v.name+" with "+got, verified, fix)
			}
		}
		switch {
		case connects != nil && mode == nil:
			good = false
			report.Fail(r, connects.value.Path(), connects.name+" without PGSSLMODE", "PGSSLMODE=verify-full", fix)
		case mode != nil && mode.text != "verify-full":
			good = false
			report.Fail(r, mode.value.Path(), "PGSSLMODE="+mode.text, "PGSSLMODE=verify-full", fix)
		}
		return good
	})
}

// postgresURL is one to PostgreSQL, of libpq and of what is built on it, or of JDBC, anywhere in a text.
var postgresURL = regexp.MustCompile(`(?i)\b(?:jdbc:postgresql|postgres(?:ql)?(?:\+[a-z0-9]+)?)://[^\s"'<>]+`)

// WeakPostgres says what is too weak in the first URL to PostgreSQL of a text that verifies nobody; "" where there is none.
func WeakPostgres(text string) string {
	for _, address := range postgresURL.FindAllString(text, -1) {
		_, query, _ := strings.Cut(address, "?")
		var mode string
		for _, parameter := range strings.Split(query, "&") {
			switch name, value, _ := strings.Cut(parameter, "="); {
			case strings.EqualFold(name, "sslmode"):
				mode = value
			case name == "ssl" && (value == "" || value == "true") && mode == "" && strings.HasPrefix(strings.ToLower(address), "jdbc:"):
				mode = "verify-full" // what ssl alone means to the JDBC driver: https://jdbc.postgresql.org/documentation/ssl/
			}
		}
		switch {
		case mode == "":
			return "a PostgreSQL URL without sslmode"
		case !strings.EqualFold(mode, "verify-full"):
			return "sslmode=" + mode
		}
	}
	return ""
}

// addressesEncrypted looks for URLs of protocols that do without TLS, other than to the task itself.
func addressesEncrypted(s *inspect.Stack, report *policy.Report) {
	const want = "addresses with TLS, such as https:// and rediss://"
	eachEnvironment(s, report, want, func(r *inspect.Resource, variables []variable) (good bool) {
		good = true
		for _, v := range variables {
			if scheme := PlainScheme(v.text); scheme != "" {
				good = false
				report.Fail(r, v.value.Path(), fmt.Sprintf("%s with an address %s://", v.name, scheme), want,
					"use the same protocol with TLS, or take the address out")
			}
		}
		return good
	})
}

// plainAddress is a URL of a protocol that has a sibling with TLS and is not it.
var plainAddress = regexp.MustCompile(`(?i)\b(http|ws|redis|valkey|amqp|mqtt|ldap|ftp|smtp|nats|tcp)://[^\s"'<>,]+`)

// PlainScheme is that of the first address in a text that is without TLS and leads out of the task; "" where there is none.
func PlainScheme(text string) string {
	for _, found := range plainAddress.FindAllString(text, -1) {
		address, err := url.Parse(found)
		if err == nil && ownHost(address.Hostname()) {
			continue
		}
		scheme, _, _ := strings.Cut(found, "://")
		return strings.ToLower(scheme)
	}
	return ""
}

// ownHost is true for an address that never leaves the host that the task is on: its own loopback, and the link-local
// addresses at which ECS gives tasks their credentials and metadata.
func ownHost(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && (address.IsLoopback() || address.IsLinkLocalUnicast())
}

// A variable of a container's environment, as people read it: with ${name.property} for what only the cloud knows.
type variable struct {
	name, text string
	value      inspect.Value
}

// eachEnvironment judges the environment and the commands of every container. Judge reports what it finds.
func eachEnvironment(s *inspect.Stack, report *policy.Report, want string, judge func(*inspect.Resource, []variable) bool) {
	for _, r := range s.Of(taskDefinitionType) {
		list, good := containers(report, r, want)
		for _, container := range list {
			var variables []variable
			for _, v := range container.At("environment").List() {
				value := v.At("value")
				variables = append(variables, variable{name: v.At("name").Text(), text: graph.Readable(value.Text()), value: value})
			}
			for _, name := range []string{"command", "entryPoint"} {
				for _, value := range container.At(name).List() {
					variables = append(variables, variable{name: name, text: graph.Readable(value.Text()), value: value})
				}
			}
			good = judge(r, variables) && good
		}
		if good {
			report.Pass(r)
		}
	}
}

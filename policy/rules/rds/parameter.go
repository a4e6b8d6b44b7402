package rds

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const (
	dbGroupType        = "aws:rds/parameterGroup:ParameterGroup"
	dbClusterGroupType = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
	dbProxyType        = "aws:rds/proxy:Proxy"
)

// engine is the database's own, or its source's; or else that of its parameter group's family, or as AWS tells it.
// Empty where it is not known.
func engine(s *inspect.Stack, r *inspect.Resource) string {
	if own := r.At("engine"); own.Text() != "" && !own.HasReference() {
		return own.Text()
	}
	if source := sourceOf(s, r); source != nil {
		return engine(s, source)
	}
	if group := parameterGroup(s, r); group != nil {
		return group.At("family").Text()
	}
	told := r.Output("engine")
	if told.HasReference() {
		return ""
	}
	return told.Text()
}

// sourceOf is the database that r replicates, where the stack has it.
func sourceOf(s *inspect.Stack, r *inspect.Resource) *inspect.Resource {
	if isPrimary(r) {
		return nil
	}
	if source := s.Resolve(replicaOf(r), databases...); source != r {
		return source
	}
	return nil
}

var leadingNumber = regexp.MustCompile(`^[0-9]+`)

// majorVersion of the engine; 0 where it is not known.
func majorVersion(s *inspect.Stack, r *inspect.Resource) int {
	text := r.At("engineVersion").Text()
	if source := sourceOf(s, r); text == "" && source != nil {
		return majorVersion(s, source)
	}
	if group := parameterGroup(s, r); text == "" && group != nil {
		text = strings.TrimLeft(group.At("family").Text(), "abcdefghijklmnopqrstuvwxyz-")
	}
	major, err := strconv.Atoi(leadingNumber.FindString(text))
	if err != nil {
		return 0
	}
	return major
}

// groupNamed is the name of the database's parameter group; of a cluster's two, the one that holds for all of it.
func groupNamed(r *inspect.Resource) inspect.Value {
	if r.Type == inspect.DbClusterType {
		return r.At("dbClusterParameterGroupName")
	}
	return r.At("parameterGroupName")
}

// parameterGroup is the database's own, or that which a replica in the same region takes from its source. Nil where it
// is AWS's default one, or one that the stack does not have.
func parameterGroup(s *inspect.Stack, r *inspect.Resource) *inspect.Resource {
	named := groupNamed(r)
	if source := sourceOf(s, r); named.Unset() && source != nil && inherits(s, r) {
		return parameterGroup(s, source)
	}
	return s.Resolve(named, dbGroupType, dbClusterGroupType)
}

// parameter is the value that the group gives it; what the group does not set has the path of the list.
func parameter(group *inspect.Resource, name string) inspect.Value {
	none := group.Missing("parameters")
	for _, one := range inspect.Elements(group.At("parameters")) {
		switch {
		case one.At("name").Unknown():
			none = one.At("name") // it may be the one
		case one.At("name").Text() == name:
			return one.At("value")
		}
	}
	return none
}

// forcedBy is the parameter by which an engine refuses plain connections, by the beginning of the engine's name. Oracle
// and Db2 have none.
var forcedBy = []struct{ engine, parameter string }{
	{"postgres", "rds.force_ssl"},
	{"aurora-postgresql", "rds.force_ssl"},
	{"sqlserver", "rds.force_ssl"},
	{"mysql", "require_secure_transport"},
	{"mariadb", "require_secure_transport"},
	{"aurora", "require_secure_transport"},
}

// forcedSince is the version of RDS for PostgreSQL from which on AWS forces TLS by default.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
const forcedSince = 15

// tlsForced looks at every database's parameters, and at proxies, which take connections in a database's place.
func tlsForced(s *inspect.Stack, report *policy.Report) {
	judged := map[*inspect.Resource]bool{}
	for _, r := range s.Of(databases...) {
		engine := engine(s, r)
		if engine == "" {
			report.Undecided(r, "engine", "an engine, which decides about the parameter")
			continue
		}
		at := slices.IndexFunc(forcedBy, func(by struct{ engine, parameter string }) bool { return strings.HasPrefix(engine, by.engine) })
		if at < 0 {
			continue
		}
		byDefault := strings.HasPrefix(engine, "postgres") && majorVersion(s, r) >= forcedSince
		forced := policy.Expectation{Path: "", Want: forcedBy[at].parameter + " = 1", Fix: "set " + forcedBy[at].parameter + " to 1 in the parameter group; components/database does",
			Holds: func(v inspect.Value) bool {
				return v.True() || strings.EqualFold(v.Text(), "ON") || byDefault && v.Unset()
			}}
		judgeParameters(s, report, r, judged, byDefault, parameterWanted{forcedBy[at].parameter, forced})
	}
	for _, proxy := range s.Of(dbProxyType) {
		report.Expect(proxy, policy.IsTrue("requireTls", "set requireTls: true"))
	}
}

// statementsAudited wants pgaudit loaded, and told to record reading and writing: of sessions, or, by a role of its own,
// of the objects that are granted to that role.
func statementsAudited(s *inspect.Stack, report *policy.Report) {
	const fix = "load pgaudit and set pgaudit.log: ddl,read,role,write in the parameter group; components/database does"
	judged := map[*inspect.Resource]bool{}
	loaded := policy.Expectation{Path: "", Want: "shared_preload_libraries with pgaudit", Fix: fix, Holds: func(v inspect.Value) bool {
		return slices.Contains(commaList(v), "pgaudit")
	}}
	for _, r := range s.Of(databases...) {
		engine := engine(s, r)
		if engine == "" {
			report.Undecided(r, "engine", "an engine, which decides about the parameter")
			continue
		}
		if !strings.HasPrefix(engine, "postgres") && !strings.HasPrefix(engine, "aurora-postgresql") {
			continue
		}
		recorded := policy.Expectation{Path: "", Want: "pgaudit.log = all, or with read and write", Fix: fix, Holds: func(v inspect.Value) bool {
			classes := commaList(v)
			whole := slices.Contains(classes, "all") && !slices.Contains(classes, "-read") && !slices.Contains(classes, "-write")
			byObject := !parameter(v.Resource(), "pgaudit.role").Unset()
			return whole || byObject || slices.Contains(classes, "read") && slices.Contains(classes, "write")
		}}
		judgeParameters(s, report, r, judged, false,
			parameterWanted{"shared_preload_libraries", loaded}, parameterWanted{"pgaudit.log", recorded})
	}
}

// commaList reads a parameter that is a list.
func commaList(v inspect.Value) []string {
	return strings.Split(strings.ToLower(strings.ReplaceAll(v.Text(), " ", "")), ",")
}

type parameterWanted struct {
	name string
	is   policy.Expectation
}

// judgeParameters reports on the database's parameter group, once for all that share it; on the database itself where
// it has none, unless AWS's default one will do.
func judgeParameters(s *inspect.Stack, report *policy.Report, r *inspect.Resource, judged map[*inspect.Resource]bool, defaultDoes bool, wanted ...parameterWanted) {
	group, named := parameterGroup(s, r), groupNamed(r)
	byAWS := named.Unset() || strings.HasPrefix(named.Text(), "default.")
	switch {
	case judged[group]:
	case group != nil:
		judged[group] = true
		good := true
		for _, one := range wanted {
			good = one.is.Judge(report, group, parameter(group, one.name)) && good
		}
		if good {
			report.Pass(group)
		}
	case named.Unknown():
		report.Undecided(r, named.Path(), wanted[0].is.Want)
	case byAWS && defaultDoes:
		report.Pass(r)
	default:
		report.Fail(r, named.Path(), named.Show(), "a parameter group of this stack with "+wanted[0].is.Want, wanted[0].is.Fix)
	}
}

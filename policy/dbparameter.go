package policy

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	dbGroupType        = "aws:rds/parameterGroup:ParameterGroup"
	dbClusterGroupType = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
	dbProxyType        = "aws:rds/proxy:Proxy"
)

// engine is the database's own, or its source's; or else that of its parameter group's family, or as AWS tells it.
// Empty where it is not known.
func (s *Stack) engine(r *Resource) string {
	if own := r.At("engine"); own.Text() != "" && !own.HasReference() {
		return own.Text()
	}
	if source := s.source(r); source != nil {
		return s.engine(source)
	}
	if group := s.parameterGroup(r); group != nil {
		return group.At("family").Text()
	}
	told := Value{value: r.Outputs.Get("engine"), path: "engine", resource: r}
	if told.HasReference() {
		return ""
	}
	return told.Text()
}

// source is the database that r replicates, where the stack has it.
func (s *Stack) source(r *Resource) *Resource {
	if isPrimary(r) {
		return nil
	}
	if source := s.meant(replicaOf(r), databases...); source != r {
		return source
	}
	return nil
}

var leadingNumber = regexp.MustCompile(`^[0-9]+`)

// majorVersion of the engine; 0 where it is not known.
func (s *Stack) majorVersion(r *Resource) int {
	text := r.At("engineVersion").Text()
	if source := s.source(r); text == "" && source != nil {
		return s.majorVersion(source)
	}
	if group := s.parameterGroup(r); text == "" && group != nil {
		text = strings.TrimLeft(group.At("family").Text(), "abcdefghijklmnopqrstuvwxyz-")
	}
	major, err := strconv.Atoi(leadingNumber.FindString(text))
	if err != nil {
		return 0
	}
	return major
}

// groupNamed is the name of the database's parameter group; of a cluster's two, the one that holds for all of it.
func groupNamed(r *Resource) Value {
	if r.Type == dbClusterType {
		return r.At("dbClusterParameterGroupName")
	}
	return r.At("parameterGroupName")
}

// parameterGroup is the database's own, or that which a replica in the same region takes from its source. Nil where it
// is AWS's default one, or one that the stack does not have.
func (s *Stack) parameterGroup(r *Resource) *Resource {
	named := groupNamed(r)
	if source := s.source(r); named.Unset() && source != nil && s.inherits(r) {
		return s.parameterGroup(source)
	}
	return s.meant(named, dbGroupType, dbClusterGroupType)
}

// parameter is the value that the group gives it; what the group does not set has the path of the list.
func parameter(group *Resource, name string) Value {
	none := Value{path: "parameters", resource: group}
	for _, one := range elements(group.At("parameters")) {
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
func tlsForced(s *Stack, report *Report) {
	judged := map[*Resource]bool{}
	for _, r := range s.Of(databases...) {
		engine := s.engine(r)
		if engine == "" {
			report.Undecided(r, "engine", "an engine, which decides about the parameter")
			continue
		}
		at := slices.IndexFunc(forcedBy, func(by struct{ engine, parameter string }) bool { return strings.HasPrefix(engine, by.engine) })
		if at < 0 {
			continue
		}
		byDefault := strings.HasPrefix(engine, "postgres") && s.majorVersion(r) >= forcedSince
		forced := expectation{"", forcedBy[at].parameter + " = 1", "set " + forcedBy[at].parameter + " to 1 in the parameter group; components/database does",
			func(_ *Resource, v Value) bool {
				return v.True() || strings.EqualFold(v.Text(), "ON") || byDefault && v.Unset()
			}}
		s.judgeParameters(report, r, judged, byDefault, parameterWanted{forcedBy[at].parameter, forced})
	}
	for _, proxy := range s.Of(dbProxyType) {
		proxy.expect(report, isTrue("requireTls", "set requireTls: true"))
	}
}

// statementsAudited wants pgaudit loaded, and told to record reading and writing: of sessions, or, by a role of its own,
// of the objects that are granted to that role.
func statementsAudited(s *Stack, report *Report) {
	const fix = "load pgaudit and set pgaudit.log: ddl,read,role,write in the parameter group; components/database does"
	judged := map[*Resource]bool{}
	loaded := expectation{"", "shared_preload_libraries with pgaudit", fix, func(_ *Resource, v Value) bool {
		return slices.Contains(commaList(v), "pgaudit")
	}}
	for _, r := range s.Of(databases...) {
		engine := s.engine(r)
		if engine == "" {
			report.Undecided(r, "engine", "an engine, which decides about the parameter")
			continue
		}
		if !strings.HasPrefix(engine, "postgres") && !strings.HasPrefix(engine, "aurora-postgresql") {
			continue
		}
		recorded := expectation{"", "pgaudit.log = all, or with read and write", fix, func(_ *Resource, v Value) bool {
			classes := commaList(v)
			whole := slices.Contains(classes, "all") && !slices.Contains(classes, "-read") && !slices.Contains(classes, "-write")
			byObject := !parameter(v.resource, "pgaudit.role").Unset()
			return whole || byObject || slices.Contains(classes, "read") && slices.Contains(classes, "write")
		}}
		s.judgeParameters(report, r, judged, false,
			parameterWanted{"shared_preload_libraries", loaded}, parameterWanted{"pgaudit.log", recorded})
	}
}

// commaList reads a parameter that is a list.
func commaList(v Value) []string {
	return strings.Split(strings.ToLower(strings.ReplaceAll(v.Text(), " ", "")), ",")
}

type parameterWanted struct {
	name string
	is   expectation
}

// judgeParameters reports on the database's parameter group, once for all that share it; on the database itself where
// it has none, unless AWS's default one will do.
func (s *Stack) judgeParameters(report *Report, r *Resource, judged map[*Resource]bool, defaultDoes bool, wanted ...parameterWanted) {
	group, named := s.parameterGroup(r), groupNamed(r)
	byAWS := named.Unset() || strings.HasPrefix(named.Text(), "default.")
	switch {
	case judged[group]:
	case group != nil:
		judged[group] = true
		good := true
		for _, one := range wanted {
			good = one.is.judge(report, group, parameter(group, one.name)) && good
		}
		if good {
			report.Pass(group)
		}
	case named.Unknown():
		report.Undecided(r, named.Path(), wanted[0].is.want)
	case byAWS && defaultDoes:
		report.Pass(r)
	default:
		report.Fail(r, named.Path(), named.Show(), "a parameter group of this stack with "+wanted[0].is.want, wanted[0].is.fix)
	}
}

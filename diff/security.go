package diff

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// security finds what opens and what closes: statements of policies, rules of security groups, public exposure, attachments.
func (c *comparison) security() {
	urns := map[string]string{}
	for _, m := range c.matches {
		if m.base != nil && m.head != nil && m.base.URN != m.head.URN {
			urns[m.head.URN] = m.base.URN
		}
	}
	for _, change := range c.result.Changes {
		m := c.sources[change.URN]
		var old, new map[string]any
		if m.base != nil {
			old = simplifier{readable: !c.mixed}.inputs(m.base)
		}
		if m.head != nil {
			new = simplifier{urns: urns, readable: !c.mixed}.inputs(m.head)
		}
		s := securityOf{change: change, mixed: c.mixed}
		s.policies(old, new)
		s.groupRules(old, new)
		s.exposure(old, new)
		s.attachments(old, new)
		c.result.Security = append(c.result.Security, s.found...)
	}
	order := []Effect{Public, Widened, Altered, Narrowed}
	slices.SortStableFunc(c.result.Security, func(a, b SecurityChange) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Effect), slices.Index(order, b.Effect)), cmp.Compare(a.URN, b.URN))
	})
}

// securityOf collects the security changes of one resource.
type securityOf struct {
	change *Change
	mixed  bool
	found  []SecurityChange
}

func (s *securityOf) add(effect Effect, rule, format string, args ...any) {
	s.found = append(s.found, SecurityChange{
		URN: s.change.URN, Type: s.change.Type, Name: s.change.Name, Effect: effect, Rule: rule, Text: fmt.Sprintf(format, args...),
	})
}

// ---- Policies ----

func (s *securityOf) policies(old, new map[string]any) {
	for _, key := range union(old, new) {
		before, after := statements(old[key]), statements(new[key])
		if before == nil && after == nil || s.mixed && (open(old[key]) || open(new[key])) {
			continue
		}
		if len(before) == 0 || len(after) == 0 { // a new or removed document is shown where it is dangerous
			dangerous := len(s.found)
			for _, name := range sortedKeys(after) {
				if everybody(after[name]) {
					s.add(Public, name, "%s: new statement %s allows everybody: %s", key, name, sentence(after[name]))
				} else if wide(after[name]) {
					s.add(Widened, name, "%s: new statement %s: %s", key, name, sentence(after[name]))
				}
			}
			if len(after) > 0 && len(s.found) == dangerous && s.change.Action == Added && key != "assumeRolePolicy" {
				s.add(Widened, "", "%s: new policy with %s", key, count(len(after), "statement"))
			}
			if len(before) > 0 && s.change.Action == Removed && key != "assumeRolePolicy" {
				s.removed(key, before)
			}
			continue
		}
		for _, name := range union(before, after) {
			s.statement(key, name, before[name], after[name])
		}
	}
}

func (s *securityOf) removed(key string, before map[string]map[string]any) {
	effect := Narrowed
	for _, statement := range before {
		if denies(statement) {
			effect = Altered
		}
	}
	s.add(effect, "", "%s: policy with %s removed", key, count(len(before), "statement"))
}

// statements returns the statements of a policy document by Sid, or by content where they have none; nil if value is no policy.
func statements(value any) map[string]map[string]any {
	content := value
	if doc, ok := value.(document); ok {
		content = doc.content
	}
	if !isPolicy(content) {
		return nil
	}
	found := map[string]map[string]any{}
	for _, element := range canonicalPolicy(content).(map[string]any)["Statement"].([]any) {
		statement, ok := element.(map[string]any)
		if !ok {
			continue
		}
		name, _ := statement["Sid"].(string)
		if _, twice := found[name]; name == "" || twice {
			name = sentence(statement)
		}
		found[name] = statement
	}
	return found
}

func denies(statement map[string]any) bool { return statement["Effect"] == "Deny" }

// everybody is true for a statement that allows anonymous callers without a condition.
func everybody(statement map[string]any) bool {
	if denies(statement) || statement["Condition"] != nil {
		return false
	}
	if statement["Principal"] == "*" {
		return true
	}
	principals, _ := statement["Principal"].(map[string]any)
	for _, list := range principals {
		if slices.Contains(asList(list), any("*")) {
			return true
		}
	}
	return false
}

// wide is true for a statement that allows every action, or every action of a service on everything.
func wide(statement map[string]any) bool {
	if denies(statement) {
		return false
	}
	if statement["NotAction"] != nil || statement["NotResource"] != nil {
		return true
	}
	everything := slices.Contains(asList(statement["Resource"]), any("*")) && statement["Principal"] == nil
	for _, action := range asList(statement["Action"]) {
		text, _ := action.(string)
		if text == "*" || everything && strings.HasSuffix(text, ":*") {
			return true
		}
	}
	return false
}

func sentence(statement map[string]any) string {
	var parts []string
	for _, key := range []string{"Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"} {
		if value, set := statement[key]; set {
			text := show(value)
			if list, ok := value.([]any); ok && len(list) == 1 {
				text = show(list[0])
			}
			switch key {
			case "Effect", "Action":
			case "Resource":
				text = "on " + text
			default:
				text = key + " " + text
			}
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, " ")
}

func (s *securityOf) statement(key, name string, old, new map[string]any) {
	switch {
	case reflect.DeepEqual(old, new):
	case old == nil && denies(new):
		s.add(Narrowed, name, "%s: new statement %s", key, named(name, new))
	case old == nil && everybody(new):
		s.add(Public, name, "%s: new statement allows everybody: %s", key, named(name, new))
	case old == nil:
		s.add(Widened, name, "%s: new statement %s", key, named(name, new))
	case new == nil && denies(old):
		s.add(Widened, name, "%s: statement that denied is removed: %s", key, named(name, old))
	case new == nil:
		s.add(Narrowed, name, "%s: statement removed: %s", key, named(name, old))
	default:
		s.altered(key, name, old, new)
	}
}

func named(name string, statement map[string]any) string {
	if text := sentence(statement); text != name {
		return name + ": " + text
	}
	return name
}

// altered says what a statement allows more and less than before.
func (s *securityOf) altered(key, name string, old, new map[string]any) {
	var more, less, other []string
	for _, member := range union(old, new) {
		before, after := old[member], new[member]
		if reflect.DeepEqual(before, after) {
			continue
		}
		switch member {
		case "Action", "Resource", "Principal":
			added, gone := difference(flat(after), flat(before)), difference(flat(before), flat(after))
			for _, element := range added {
				more = append(more, fmt.Sprintf("+ %s %s", strings.ToLower(member), show(element)))
			}
			for _, element := range gone {
				less = append(less, fmt.Sprintf("− %s %s", strings.ToLower(member), show(element)))
			}
		case "Condition":
			switch {
			case after == nil:
				more = append(more, "− condition "+show(before))
			case before == nil:
				less = append(less, "+ condition "+show(after))
			default:
				other = append(other, fmt.Sprintf("condition %s → %s", show(before), show(after)))
			}
		default:
			other = append(other, fmt.Sprintf("%s %s → %s", member, show(before), show(after)))
		}
	}
	effect := Altered
	switch widens, narrows := len(more) > 0, len(less) > 0; {
	case everybody(new) && !everybody(old):
		effect = Public
	case len(other) > 0 || widens && narrows:
	case widens != denies(new):
		effect = Widened
	default:
		effect = Narrowed
	}
	s.add(effect, name, "%s: statement %s: %s", key, name, strings.Join(slices.Concat(more, less, other), ", "))
}

// flat lists the elements of a member of a statement; principals with their kind.
func flat(value any) []any {
	switch v := value.(type) {
	case nil:
		return nil
	case map[string]any:
		var found []any
		for _, kind := range sortedKeys(v) {
			for _, element := range asList(v[kind]) {
				found = append(found, kind+" "+show(element))
			}
		}
		return found
	}
	return asList(value)
}

// ---- Security groups ----

// ruleTypes are resources that are one rule each, by the direction.
var ruleTypes = map[string]string{
	"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "ingress",
	"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule":   "egress",
	"aws:ec2/securityGroupRule:SecurityGroupRule":               "",
}

func (s *securityOf) groupRules(old, new map[string]any) {
	if direction, is := ruleTypes[s.change.Type]; is {
		before, after := groupRule(direction, old), groupRule(direction, new)
		if before == after {
			return
		}
		s.rule(before, after)
		return
	}
	if s.change.Type != "aws:ec2/securityGroup:SecurityGroup" && s.change.Type != "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup" {
		return
	}
	for _, direction := range []string{"ingress", "egress"} {
		before, _ := old[direction].([]any)
		after, _ := new[direction].([]any)
		for _, element := range difference(before, after) {
			s.rule(groupRule(direction, element), "")
		}
		for _, element := range difference(after, before) {
			s.rule("", groupRule(direction, element))
		}
	}
}

func (s *securityOf) rule(old, new string) {
	text, effect := old+" → "+new, Altered
	switch {
	case old == "":
		text, effect = "new rule: "+new, Widened
	case new == "":
		text, effect = "rule removed: "+old, Narrowed
	}
	if anywhere(new) && !anywhere(old) {
		effect = Widened
		if strings.HasPrefix(new, "ingress") {
			effect = Public
		}
	}
	s.add(effect, cmp.Or(new, old), "%s", text)
}

func anywhere(rule string) bool {
	return strings.Contains(rule, "0.0.0.0/0") || strings.Contains(rule, "::/0")
}

// groupRule is a rule as text; "" if there is none.
func groupRule(direction string, value any) string {
	inputs, ok := value.(map[string]any)
	if !ok || len(inputs) == 0 {
		return ""
	}
	get := func(keys ...string) string {
		for _, key := range keys {
			if value, set := inputs[key]; set && !zero(value) {
				return show(value)
			}
		}
		return ""
	}
	if direction == "" {
		direction = get("type")
	}
	protocol := get("ipProtocol", "protocol")
	ports := get("fromPort")
	if to := get("toPort"); to != ports {
		ports += "-" + to
	}
	if protocol == "-1" {
		protocol, ports = "all protocols", ""
	}
	var peers []string
	for _, key := range []string{"cidrIpv4", "cidrIpv6", "cidrBlocks", "ipv6CidrBlocks", "prefixListId", "prefixListIds", "referencedSecurityGroupId", "sourceSecurityGroupId", "securityGroups", "self"} {
		if text := get(key); text != "" {
			peers = append(peers, text)
		}
	}
	word := "from"
	if direction == "egress" {
		word = "to"
	}
	return strings.Join(strings.Fields(fmt.Sprintf("%s %s %s %s %s", direction, protocol, ports, word, strings.Join(peers, ", "))), " ")
}

// ---- Exposure and attachments ----

// exposures are inputs that open a resource to the internet, with the value that does.
var exposures = map[string]string{
	"publiclyAccessible": "true", "mapPublicIpOnLaunch": "true", "associatePublicIpAddress": "true", "internal": "false",
	"blockPublicAcls": "false", "blockPublicPolicy": "false", "ignorePublicAcls": "false", "restrictPublicBuckets": "false",
	"acl": "public-read",
}

// publicAccessBlocks are types whose removal lets buckets become public.
var publicAccessBlocks = []string{
	"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
}

func (s *securityOf) exposure(old, new map[string]any) {
	if slices.Contains(publicAccessBlocks, s.change.Type) && s.change.Action == Removed {
		s.add(Widened, "", "the block of public access is removed")
		return
	}
	for _, key := range sortedKeys(exposures) {
		before, had := old[key]
		after, has := new[key]
		opens := exposures[key]
		switch {
		case has && show(after) == opens && (!had || show(before) != opens):
			s.add(Public, key, "%s: %s", key, (&Property{Old: show(before), New: show(after), OldSet: had, NewSet: true}).arrow())
		case had && show(before) == opens && new != nil && (!has || show(after) != opens):
			s.add(Narrowed, key, "%s: %s", key, (&Property{Old: show(before), New: show(after), OldSet: true, NewSet: has}).arrow())
		}
	}
}

// attachmentTypes tie a policy to a role, a user or a group.
var attachmentTypes = map[string]string{
	"aws:iam/rolePolicyAttachment:RolePolicyAttachment":   "role",
	"aws:iam/userPolicyAttachment:UserPolicyAttachment":   "user",
	"aws:iam/groupPolicyAttachment:GroupPolicyAttachment": "group",
}

func (s *securityOf) attachments(old, new map[string]any) {
	holder, is := attachmentTypes[s.change.Type]
	if !is {
		return
	}
	describe := func(inputs map[string]any) string {
		return fmt.Sprintf("%s %s has policy %s", holder, show(inputs[holder]), show(inputs["policyArn"]))
	}
	switch {
	case old == nil:
		s.add(Widened, "", "new: %s", describe(new))
	case new == nil:
		s.add(Narrowed, "", "removed: %s", describe(old))
	case describe(old) != describe(new):
		s.add(Altered, "", "%s → %s", describe(old), describe(new))
	}
}

func union[V any](a, b map[string]V) []string {
	keys := sortedKeys(a)
	for _, key := range sortedKeys(b) {
		if _, both := a[key]; !both {
			keys = append(keys, key)
		}
	}
	return keys
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

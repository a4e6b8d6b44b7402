package policy

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// No organisation has more of the address space than these prefixes give: what is wider stands for the internet,
// also when somebody halves 0.0.0.0/0 or writes 2000::/3 for ::/0.
const (
	widestIPv4 = 8
	widestIPv6 = 16
)

// isInternet is Compliant for a range of addresses that is the internet, NonCompliant for one that is not, and
// Undecidable where the range is not known.
func isInternet(cidr Value) Outcome {
	switch {
	case cidr.Unknown():
		return Undecidable
	case !cidr.HasReference():
		prefix, err := netip.ParsePrefix(cidr.Text())
		return outcome(err == nil && isWide(prefix.Masked()))
	}
	// The address is not known, but often how many there are: ${nat.publicIp}/32.
	text := cidr.Text()
	if _, length, ok := strings.Cut(text[strings.LastIndex(text, "}"):], "/"); ok {
		bits, err := strconv.Atoi(length)
		return outcome(err == nil && bits < widestIPv4)
	}
	if s := cidr.resource.stack; s.Referent(cidr, vpcType, subnetType) != nil {
		return NonCompliant // AWS gives a VPC at most 65,536 addresses
	}
	return Undecidable
}

func isWide(prefix netip.Prefix) bool {
	address := prefix.Addr()
	return !address.IsPrivate() && prefix.Bits() < map[bool]int{true: widestIPv4, false: widestIPv6}[address.Is4()]
}

func outcome(yes bool) Outcome {
	if yes {
		return Compliant
	}
	return NonCompliant
}

// An opening is what a rule of a security group lets in.
type opening struct {
	group    Value // the security group, unset where the rule is written in the group itself
	protocol Value
	from, to Value
	sources  []Value // ranges of addresses; security groups are never the internet
}

const (
	groupType        = "aws:ec2/securityGroup:SecurityGroup"
	defaultGroupType = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
	groupRuleType    = "aws:ec2/securityGroupRule:SecurityGroupRule"
	ingressRuleType  = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
)

// ingressTypes are what lets something into a security group.
var ingressTypes = of(groupType, defaultGroupType, groupRuleType, ingressRuleType)

// openings reads the three ways to write ingress: in the group, as a rule of the first kind, as one of the second.
func (s *Stack) openings(r *Resource) []opening {
	switch r.Type {
	case ingressRuleType:
		return []opening{{
			group: r.At("securityGroupId"), protocol: r.At("ipProtocol"), from: r.At("fromPort"), to: r.At("toPort"),
			sources: slices.Concat([]Value{r.At("cidrIpv4"), r.At("cidrIpv6")}, s.prefixes(r.At("prefixListId"))),
		}}
	case groupRuleType:
		if r.At("type").Text() == "egress" {
			return nil
		}
		rule := s.opening(r.At(""))
		rule.group = r.At("securityGroupId")
		return []opening{rule}
	}
	ingress := r.At("ingress")
	if ingress.Unknown() {
		return []opening{s.opening(ingress)}
	}
	var found []opening
	for _, rule := range ingress.List() {
		found = append(found, s.opening(rule))
	}
	return found
}

// opening reads a rule with lists of sources.
func (s *Stack) opening(rule Value) opening {
	found := opening{protocol: rule.At("protocol"), from: rule.At("fromPort"), to: rule.At("toPort")}
	for _, list := range []string{"cidrBlocks", "ipv6CidrBlocks"} {
		found.sources = append(found.sources, elements(rule.At(list))...)
	}
	for _, list := range elements(rule.At("prefixListIds")) {
		found.sources = append(found.sources, s.prefixes(list)...)
	}
	return found
}

// prefixes are the ranges in a prefix list of this stack, as if they stood where the list is named. Others, AWS's
// among them, cannot be seen from here; that they are lists is taken as a restriction.
func (s *Stack) prefixes(list Value) []Value {
	found := s.Referent(list, "aws:ec2/managedPrefixList:ManagedPrefixList")
	if found == nil {
		return nil
	}
	var ranges []Value
	for _, entry := range elements(found.At("entries")) {
		ranges = append(ranges, entry.At("cidr"))
	}
	for _, entry := range s.Pointing(found, "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry", "prefixListId") {
		ranges = append(ranges, entry.At("cidr"))
	}
	for i := range ranges {
		ranges[i].path = list.path
	}
	return ranges
}

// elements of a list; of one that is not known, itself.
func elements(v Value) []Value {
	if v.Unknown() {
		return []Value{v}
	}
	if sealed(v.value) {
		return []Value{v.step("0")}
	}
	return v.List()
}

// fromInternet is the first source that is the internet, or could be: Compliant, or Undecidable.
func (o opening) fromInternet() (Value, Outcome) {
	var perhaps Value
	worst := NonCompliant
	for _, source := range o.sources {
		switch isInternet(source) {
		case Compliant:
			return source, Compliant
		case Undecidable:
			perhaps, worst = source, Undecidable
		}
	}
	return perhaps, worst
}

// Protocols by the names and numbers that AWS takes.
func (o opening) anyProtocol() bool { return slices.Contains([]string{"-1", "all"}, o.name()) }
func (o opening) tcp() bool         { return slices.Contains([]string{"6", "tcp"}, o.name()) }
func (o opening) icmp() bool {
	return slices.Contains([]string{"1", "icmp", "58", "icmpv6"}, o.name())
}

func (o opening) name() string {
	if n, ok := o.protocol.Number(); ok {
		return strconv.Itoa(int(n))
	}
	return strings.ToLower(o.protocol.Text())
}

// known is false where the protocol or a port is not.
func (o opening) known() bool {
	return !o.protocol.Unknown() && (o.anyProtocol() || o.icmp() || !o.from.Unknown() && !o.to.Unknown())
}

// unknown is the path of what is not known.
func (o opening) unknown() string {
	for _, v := range []Value{o.protocol, o.from, o.to} {
		if v.Unknown() {
			return v.Path()
		}
	}
	return ""
}

// ports are the first and the last TCP port that it opens; all where none is set.
func (o opening) ports() (from, to int) {
	first, ok := o.from.Number()
	last, okay := o.to.Number()
	if o.anyProtocol() || !ok || !okay {
		return 0, 65535
	}
	return int(first), int(last)
}

// opens is true where it lets TCP in on the port.
func (o opening) opens(port int) bool {
	from, to := o.ports()
	return (o.anyProtocol() || o.tcp()) && from <= port && port <= to
}

// Show is the opening for people: "tcp 22-80 from 0.0.0.0/0".
func (o opening) show(source Value) string {
	ports := " " + o.from.Show()
	switch {
	case o.anyProtocol() || o.icmp():
		ports = ""
	case o.from.Show() != o.to.Show():
		ports += "-" + o.to.Show()
	}
	protocol := o.name()
	if o.anyProtocol() {
		protocol = "everything"
	}
	return protocol + ports + " from " + source.Show()
}

// closedToInternet checks that no rule lets the internet in on one of the ports.
func closedToInternet(want, fix string, ports ...int) func(*Stack, *Report) {
	return func(s *Stack, report *Report) {
		for _, r := range s.Of(ingressTypes...) {
			good := true
			for _, rule := range s.openings(r) {
				source, internet := rule.fromInternet()
				hit := slices.ContainsFunc(ports, rule.opens)
				switch {
				case internet == NonCompliant || rule.known() && !hit:
				case internet == Undecidable:
					good = false
					report.Undecided(r, source.Path(), want)
				case !rule.known():
					good = false
					report.Undecided(r, rule.unknown(), want)
				default:
					good = false
					report.Fail(r, source.Path(), rule.show(source), want, fix)
				}
			}
			if good {
				report.Pass(r)
			}
		}
	}
}

package inspect

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

// isInternet is Yes for a range of addresses that is the internet, No for one that is not, and
// Unknown where the range is not known.
func isInternet(cidr Value) Answer {
	switch {
	case cidr.Unknown():
		return Unknown
	case !cidr.HasReference():
		prefix, err := netip.ParsePrefix(cidr.Text())
		return AnswerOf(err == nil && isWide(prefix.Masked()))
	}
	// The address is not known, but often how many there are: ${nat.publicIp}/32.
	text := cidr.Text()
	if _, length, ok := strings.Cut(text[strings.LastIndex(text, "}"):], "/"); ok {
		bits, err := strconv.Atoi(length)
		return AnswerOf(err == nil && bits < widestIPv4)
	}
	if s := cidr.resource.stack; s.Resolve(cidr, VpcType, SubnetType) != nil {
		return No // AWS gives a VPC at most 65,536 addresses
	}
	return Unknown
}

func isWide(prefix netip.Prefix) bool {
	address := prefix.Addr()
	return !address.IsPrivate() && prefix.Bits() < map[bool]int{true: widestIPv4, false: widestIPv6}[address.Is4()]
}

// An Opening is what a rule of a security group lets in.
type Opening struct {
	Group    Value // the security group, unset where the rule is written in the group itself
	Protocol Value
	From, To Value
	Sources  []Value // ranges of addresses; security groups are never the internet
}

// IngressTypes are what lets something into a security group.
var IngressTypes = []string{GroupType, DefaultGroupType, GroupRuleType, IngressRuleType}

// Openings reads the three ways to write ingress: in the group, as a rule of the first kind, as one of the second.
func (s *Stack) Openings(r *Resource) []Opening {
	switch r.Type {
	case IngressRuleType:
		return []Opening{{
			Group: r.At("securityGroupId"), Protocol: r.At("ipProtocol"), From: r.At("fromPort"), To: r.At("toPort"),
			Sources: slices.Concat([]Value{r.At("cidrIpv4"), r.At("cidrIpv6")}, s.prefixes(r.At("prefixListId"))),
		}}
	case GroupRuleType:
		if r.At("type").Text() == "egress" {
			return nil
		}
		rule := s.opening(r.At(""))
		rule.Group = r.At("securityGroupId")
		return []Opening{rule}
	}
	ingress := r.At("ingress")
	if ingress.Unknown() {
		return []Opening{s.opening(ingress)}
	}
	var found []Opening
	for _, rule := range ingress.List() {
		found = append(found, s.opening(rule))
	}
	return found
}

// opening reads a rule with lists of sources.
func (s *Stack) opening(rule Value) Opening {
	found := Opening{Protocol: rule.At("protocol"), From: rule.At("fromPort"), To: rule.At("toPort")}
	for _, list := range []string{"cidrBlocks", "ipv6CidrBlocks"} {
		found.Sources = append(found.Sources, Elements(rule.At(list))...)
	}
	for _, list := range Elements(rule.At("prefixListIds")) {
		found.Sources = append(found.Sources, s.prefixes(list)...)
	}
	return found
}

// prefixes are the ranges in a prefix list of this stack, as if they stood where the list is named. Others, AWS's
// among them, cannot be seen from here; that they are lists is taken as a restriction.
func (s *Stack) prefixes(list Value) []Value {
	found := s.Resolve(list, "aws:ec2/managedPrefixList:ManagedPrefixList")
	if found == nil {
		return nil
	}
	var ranges []Value
	for _, entry := range Elements(found.At("entries")) {
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

// Elements of a list; of one that is not known, itself.
func Elements(v Value) []Value {
	if v.Unknown() {
		return []Value{v}
	}
	return v.List()
}

// FromInternet is the first source that is the internet, or could be: Yes, or Unknown.
func (o Opening) FromInternet() (Value, Answer) {
	var perhaps Value
	worst := No
	for _, source := range o.Sources {
		switch isInternet(source) {
		case Yes:
			return source, Yes
		case Unknown:
			perhaps, worst = source, Unknown
		}
	}
	return perhaps, worst
}

// Protocols by the names and numbers that AWS takes.
func (o Opening) AnyProtocol() bool { return slices.Contains([]string{"-1", "all"}, o.name()) }

func (o Opening) Tcp() bool { return slices.Contains([]string{"6", "tcp"}, o.name()) }

func (o Opening) Icmp() bool {
	return slices.Contains([]string{"1", "icmp", "58", "icmpv6"}, o.name())
}

func (o Opening) name() string {
	if n, ok := o.Protocol.Number(); ok {
		return strconv.Itoa(int(n))
	}
	return strings.ToLower(o.Protocol.Text())
}

// Known is false where the protocol or a port is not.
func (o Opening) Known() bool {
	return !o.Protocol.Unknown() && (o.AnyProtocol() || o.Icmp() || !o.From.Unknown() && !o.To.Unknown())
}

// Unknown is the path of what is not known.
func (o Opening) Unknown() string {
	for _, v := range []Value{o.Protocol, o.From, o.To} {
		if v.Unknown() {
			return v.Path()
		}
	}
	return ""
}

// Ports are the first and the last TCP port that it opens; all where none is set.
func (o Opening) Ports() (from, to int) {
	first, ok := o.From.Number()
	last, okay := o.To.Number()
	if o.AnyProtocol() || !ok || !okay {
		return 0, 65535
	}
	return int(first), int(last)
}

// Opens is true where it lets TCP in on the port.
func (o Opening) Opens(port int) bool {
	from, to := o.Ports()
	return (o.AnyProtocol() || o.Tcp()) && from <= port && port <= to
}

// Show is the opening for people: "tcp 22-80 from 0.0.0.0/0".
func (o Opening) Show(source Value) string {
	ports := " " + o.From.Show()
	switch {
	case o.AnyProtocol() || o.Icmp():
		ports = ""
	case o.From.Show() != o.To.Show():
		ports += "-" + o.To.Show()
	}
	protocol := o.name()
	if o.AnyProtocol() {
		protocol = "everything"
	}
	return protocol + ports + " from " + source.Show()
}

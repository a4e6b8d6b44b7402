// Package report draws a stack's architecture and writes the page that shows everything that is known of the stack: the
// architecture, its resources, the controls, the cost and the recovery objectives. Both come from the graph of the stack. The same
// input gives the same bytes.
package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/carebase/carebase/graph"
)

// A Picture is the architecture of a stack as boxes in boxes and connections between them.
type Picture struct {
	Title string
	Root  *Box
	Edges []Edge
}

// A Box is a region, a VPC, a tier of subnets, a group of buckets, or one thing in them.
type Box struct {
	// ID is unique among the boxes of the same parent.
	ID    string
	Lines []string // of the label
	Boxes []*Box
	// PHI is true for a thing that stores or processes patients' data.
	PHI bool
	// Data is true for a database or a cache, which is drawn as a cylinder.
	Data bool
	// Outside is true for what is not part of the stack.
	Outside bool
	// Zones is true for the availability zones of a tier, which are drawn side by side.
	Zones bool

	parent *Box
}

// path returns the IDs from the outermost box to b.
func (b *Box) path() []string {
	if b.parent == nil {
		return nil
	}
	return append(b.parent.path(), b.ID)
}

// An Edge says who may talk to whom, or what is copied.
type Edge struct {
	From, To *Box
	Label    string
	// Copy is true for data that is copied to another region.
	Copy bool
}

// Types that the picture reads.
const (
	cloudfrontType  = "aws:cloudfront/distribution:Distribution"
	zoneType        = "aws:route53/zone:Zone"
	webACLType      = "aws:wafv2/webAcl:WebAcl"
	vpcType         = "aws:ec2/vpc:Vpc"
	subnetType      = "aws:ec2/subnet:Subnet"
	natType         = "aws:ec2/natGateway:NatGateway"
	endpointType    = "aws:ec2/vpcEndpoint:VpcEndpoint"
	balancerType    = "aws:lb/loadBalancer:LoadBalancer"
	serviceType     = "aws:ecs/service:Service"
	taskType        = "aws:ecs/taskDefinition:TaskDefinition"
	hostType        = "aws:ec2/instance:Instance"
	functionType    = "aws:lambda/function:Function"
	databaseType    = "aws:rds/instance:Instance"
	cacheType       = "aws:elasticache/replicationGroup:ReplicationGroup"
	bucketType      = "aws:s3/bucket:Bucket"
	queueType       = "aws:sqs/queue:Queue"
	vaultType       = "aws:backup/vault:Vault"
	groupType       = "aws:ec2/securityGroup:SecurityGroup"
	ingressType     = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egressType      = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	encryptionType  = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
	replicationType = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
	copyType        = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
	keyType         = "aws:kms/key:Key"
	replicaKeyType  = "aws:kms/replicaKey:ReplicaKey"
	secretType      = "aws:secretsmanager/secret:Secret"
)

// tiers are the tiers of a network from the internet to the data; others follow in alphabetical order.
var tiers = []string{"public", "private", "isolated"}

// artist draws a picture.
type artist struct {
	graph   *graph.Graph
	phi     bool
	picture *Picture
	// boxes has the box of a resource, by URN; a security group has the box of the resource that uses it.
	boxes map[string]*Box
	// sensitiveKeys are the URNs of the keys that encrypt a database, a cache or a backup vault.
	sensitiveKeys map[string]bool
}

// Draw draws the architecture of g. With phi, what stores or processes patients' data is marked.
func Draw(g *graph.Graph, phi bool) *Picture {
	a := &artist{
		graph: g, phi: phi, boxes: map[string]*Box{}, sensitiveKeys: map[string]bool{},
		picture: &Picture{Title: g.Project + " " + g.Stack, Root: &Box{}},
	}
	a.findSensitiveKeys()
	a.drawEdge()
	for _, region := range a.regions() {
		a.drawRegion(region)
	}
	a.drawOutside()
	a.connectGroups()
	a.connectEdge()
	a.connectCopies()
	a.sortEdges()
	return a.picture
}

// regions returns the regions of the drawn resources; the region with the most resources is the first.
func (a *artist) regions() []string {
	count := map[string]int{}
	for _, r := range a.graph.Resources {
		if r.Custom && r.Region != "" {
			count[r.Region]++
		}
	}
	return slices.SortedFunc(maps.Keys(count), func(x, y string) int {
		return cmp.Or(cmp.Compare(count[y], count[x]), cmp.Compare(x, y))
	})
}

// in returns the resources of a type in a region.
func (a *artist) in(region, kind string) []*graph.Resource {
	return slices.DeleteFunc(a.graph.OfType(kind), func(r *graph.Resource) bool { return r.Region != region })
}

func (a *artist) findSensitiveKeys() {
	for _, r := range a.graph.OfType(databaseType, cacheType, vaultType) {
		for _, input := range []string{"kmsKeyId", "kmsKeyArn"} {
			for _, urn := range r.PropertyDependencies[input] {
				a.sensitiveKeys[urn] = true
			}
		}
	}
	for _, r := range a.graph.OfType(replicaKeyType) {
		for _, urn := range r.PropertyDependencies["primaryKeyArn"] {
			if a.sensitiveKeys[urn] {
				a.sensitiveKeys[r.URN] = true
			}
		}
	}
}

// add puts a box into parent.
func (a *artist) add(parent *Box, id string, lines ...string) *Box {
	b := &Box{ID: id, Lines: slices.DeleteFunc(lines, func(line string) bool { return line == "" }), parent: parent}
	parent.Boxes = append(parent.Boxes, b)
	return b
}

// addFor puts the box of a resource into parent.
func (a *artist) addFor(r *graph.Resource, parent *Box, lines ...string) *Box {
	b := a.add(parent, r.Name, lines...)
	a.boxes[r.URN] = b
	return b
}

// drawEdge draws what serves the whole world.
func (a *artist) drawEdge() {
	cdns := a.graph.OfType(cloudfrontType)
	zones := a.graph.OfType(zoneType)
	if len(cdns)+len(zones) == 0 {
		return
	}
	edge := a.add(a.picture.Root, "edge", "AWS edge")
	for _, zone := range zones {
		a.addFor(zone, edge, "Route 53", text(zone, "name"))
	}
	for _, cdn := range cdns {
		rules := 0
		for _, urn := range cdn.PropertyDependencies["webAclId"] {
			if acl := a.graph.Lookup(urn); acl != nil && acl.Type == webACLType {
				rules += length(acl, "rules")
			}
		}
		firewall := ""
		if rules > 0 {
			firewall = fmt.Sprintf("WAF, %d rules", rules)
		}
		a.addFor(cdn, edge, "CloudFront", text(cdn, "comment"), firewall)
	}
}

func (a *artist) drawRegion(region string) {
	box := a.add(a.picture.Root, region, region)
	for _, vpc := range a.in(region, vpcType) {
		a.drawVPC(vpc, box)
	}
	a.drawBuckets(region, box)
	a.drawServices(region, box)
	if len(box.Boxes) == 0 {
		a.picture.Root.Boxes = slices.DeleteFunc(a.picture.Root.Boxes, func(b *Box) bool { return b == box })
	}
}

// drawVPC draws a network with its tiers and zones, and what is in them.
func (a *artist) drawVPC(vpc *graph.Resource, region *Box) {
	box := a.addFor(vpc, region, "VPC "+text(vpc, "cidrBlock"))
	byTier := map[string][]*graph.Resource{}
	for _, subnet := range a.in(vpc.Region, subnetType) {
		byTier[tierOf(subnet)] = append(byTier[tierOf(subnet)], subnet)
	}
	for _, tier := range slices.SortedFunc(maps.Keys(byTier), compareTiers) {
		inTier := a.add(box, tier, tier+" subnets")
		zones := a.add(inTier, "zones", "")
		zones.Zones = true
		for _, subnet := range byTier[tier] {
			a.drawSubnet(subnet, zones)
			a.boxes[subnet.URN] = inTier
		}
	}
	for _, kind := range []string{balancerType, serviceType, hostType, functionType, databaseType, cacheType} {
		for _, r := range a.in(vpc.Region, kind) {
			a.drawInSubnet(r, box)
		}
	}
	a.drawJobs(vpc.Region, box)
	a.drawEndpoints(vpc.Region, box)
}

func (a *artist) drawSubnet(subnet *graph.Resource, zones *Box) {
	gateway := ""
	for _, nat := range a.in(subnet.Region, natType) {
		if slices.Contains(nat.PropertyDependencies["subnetId"], subnet.URN) {
			gateway = "NAT gateway"
		}
	}
	a.add(zones, subnet.Name, text(subnet, "availabilityZone"), text(subnet, "cidrBlock"), gateway)
}

func tierOf(subnet *graph.Resource) string {
	if tag := property.Map(object(subnet.Inputs.Get("tags"))).Get("Tier"); tag.IsString() {
		return tag.AsString()
	}
	return "other"
}

func compareTiers(x, y string) int {
	rank := func(tier string) int {
		if at := slices.Index(tiers, tier); at >= 0 {
			return at
		}
		return len(tiers)
	}
	return cmp.Or(cmp.Compare(rank(x), rank(y)), cmp.Compare(x, y))
}

// tierBox returns the box of the tier that r's subnets are in, or the network's box.
func (a *artist) tierBox(r *graph.Resource, vpc *Box) *Box {
	for _, input := range []string{"subnets", "networkConfiguration", "subnetIds", "subnetId", "vpcConfig", "dbSubnetGroupName", "subnetGroupName"} {
		for _, urn := range r.PropertyDependencies[input] {
			switch other := a.graph.Lookup(urn); {
			case other == nil:
			case other.Type == subnetType && a.boxes[urn] != nil:
				return a.boxes[urn]
			case strings.HasSuffix(other.Type, ":SubnetGroup"):
				return a.tierBox(other, vpc)
			}
		}
	}
	return vpc
}

// drawInSubnet draws a resource in the tier of its subnets. A function without subnets is not in the network.
func (a *artist) drawInSubnet(r *graph.Resource, vpc *Box) {
	tier := a.tierBox(r, vpc)
	var box *Box
	switch r.Type {
	case balancerType:
		name := "Application load balancer"
		if flag(r, "internal") {
			name = "Internal load balancer"
		}
		box = a.addFor(r, tier, name, a.firewallOf(r))
	case serviceType:
		box = a.addFor(r, tier, append([]string{strings.TrimSuffix(r.Name, "-service")}, a.tasksOf(r)...)...)
		box.PHI = a.phi
	case hostType:
		box = a.addFor(r, tier, r.Name, "EC2 "+text(r, "instanceType"))
		box.PHI = a.phi
	case functionType:
		if tier == vpc {
			return // drawn with the region's services
		}
		box = a.addFor(r, tier, r.Name, "Lambda function")
	case databaseType:
		zones := "one zone"
		if flag(r, "multiAz") {
			zones = "primary and standby in two zones"
		}
		box = a.addFor(r, tier, "PostgreSQL", text(r, "instanceClass"), zones)
		box.PHI, box.Data = a.phi, true
	case cacheType:
		box = a.addFor(r, tier, strings.ToUpper(text(r, "engine")[:min(1, len(text(r, "engine")))])+text(r, "engine")[min(1, len(text(r, "engine"))):],
			fmt.Sprintf("%s × %s", number(r, "numCacheClusters"), text(r, "nodeType")))
		box.PHI, box.Data = a.phi, true
	}
	for _, input := range []string{"securityGroups", "networkConfiguration", "vpcSecurityGroupIds", "securityGroupIds", "vpcConfig"} {
		for _, urn := range r.PropertyDependencies[input] {
			if other := a.graph.Lookup(urn); other != nil && other.Type == groupType {
				a.boxes[urn] = box
			}
		}
	}
}

// firewallOf says how many rules of the web ACL protect a load balancer.
func (a *artist) firewallOf(balancer *graph.Resource) string {
	for _, association := range a.graph.OfType("aws:wafv2/webAclAssociation:WebAclAssociation") {
		if !slices.Contains(association.PropertyDependencies["resourceArn"], balancer.URN) {
			continue
		}
		for _, urn := range association.PropertyDependencies["webAclArn"] {
			if acl := a.graph.Lookup(urn); acl != nil {
				return fmt.Sprintf("WAF, %d rules", length(acl, "rules"))
			}
		}
	}
	return ""
}

// tasksOf describes the tasks of a service: their number and their size.
func (a *artist) tasksOf(service *graph.Resource) []string {
	lines := []string{number(service, "desiredCount") + " Fargate tasks"}
	for _, urn := range service.PropertyDependencies["taskDefinition"] {
		if definition := a.graph.Lookup(urn); definition != nil && definition.Type == taskType {
			lines = append(lines, fmt.Sprintf("%s CPU units, %s MiB", text(definition, "cpu"), text(definition, "memory")))
		}
	}
	return lines
}

// drawJobs draws the task definitions that no service runs. A job's security group is in the same component as its task.
func (a *artist) drawJobs(region string, vpc *Box) {
	run := map[string]bool{}
	for _, service := range a.in(region, serviceType) {
		for _, urn := range service.PropertyDependencies["taskDefinition"] {
			run[urn] = true
		}
	}
	tier := vpc
	for _, box := range vpc.Boxes {
		if box.ID == "private" {
			tier = box
		}
	}
	for _, definition := range a.in(region, taskType) {
		if run[definition.URN] {
			continue
		}
		box := a.addFor(definition, tier, strings.TrimSuffix(definition.Name, "-definition"), "job on Fargate")
		box.PHI = a.phi
		for _, sibling := range a.graph.Children(definition.Parent) {
			if sibling.Type == groupType {
				a.boxes[sibling.URN] = box
			}
		}
	}
}

// drawEndpoints draws the interface endpoints of a network as one box.
func (a *artist) drawEndpoints(region string, vpc *Box) {
	var names []string
	var first *graph.Resource
	for _, endpoint := range a.in(region, endpointType) {
		if text(endpoint, "vpcEndpointType") == "Interface" {
			name := text(endpoint, "serviceName")
			names = append(names, strings.TrimPrefix(name, "com.amazonaws."+region+"."))
			first = endpoint
		}
	}
	if first == nil {
		return
	}
	lines := []string{fmt.Sprintf("%d interface endpoints", len(names))}
	for part := range slices.Chunk(names, 3) {
		lines = append(lines, strings.Join(part, ", "))
	}
	box := a.addFor(first, a.tierBox(first, vpc), lines...)
	for _, urn := range first.PropertyDependencies["securityGroupIds"] {
		a.boxes[urn] = box
	}
}

func (a *artist) drawBuckets(region string, parent *Box) {
	buckets := a.in(region, bucketType)
	if len(buckets) == 0 {
		return
	}
	group := a.add(parent, "s3", "S3 buckets")
	for _, bucket := range buckets {
		box := a.addFor(bucket, group, strings.TrimPrefix(strings.TrimSuffix(bucket.Name, "-bucket"), "recovery-"))
		for _, encryption := range a.graph.OfType(encryptionType) {
			if !slices.Contains(encryption.PropertyDependencies["bucket"], bucket.URN) {
				continue
			}
			for _, key := range encryption.PropertyDependencies["rules"] {
				box.PHI = box.PHI || a.phi && a.sensitiveKeys[key]
			}
		}
	}
}

// drawServices draws the services of a region that are not in a network.
func (a *artist) drawServices(region string, parent *Box) {
	group := a.add(parent, "services", "managed services")
	for _, queue := range a.in(region, queueType) {
		a.addFor(queue, group, queue.Name, "SQS queue").PHI = a.phi
	}
	for _, function := range a.in(region, functionType) {
		if a.boxes[function.URN] == nil {
			a.addFor(function, group, function.Name, "Lambda function")
		}
	}
	for _, vault := range a.in(region, vaultType) {
		a.addFor(vault, group, "AWS Backup vault").PHI = a.phi
	}
	for _, copied := range a.in(region, copyType) {
		box := a.addFor(copied, group, "backups of the database")
		box.PHI, box.Data = a.phi, true
	}
	if keys := len(a.in(region, keyType)) + len(a.in(region, replicaKeyType)); keys > 0 {
		a.add(group, "kms", fmt.Sprintf("KMS, %d keys", keys))
	}
	secrets := len(a.in(region, secretType))
	for _, secret := range a.graph.OfType(secretType) {
		for _, replica := range objects(secret, "replicas") {
			if value := property.Map(replica).Get("region"); value.IsString() && value.AsString() == region {
				secrets++
			}
		}
	}
	if secrets > 0 {
		a.add(group, "secrets", fmt.Sprintf("Secrets Manager, %d secrets", secrets))
	}
	var audit []string
	for _, kind := range []struct{ kind, name string }{
		{"aws:cloudtrail/trail:Trail", "CloudTrail"}, {"aws:cfg/recorder:Recorder", "Config"}, {"aws:guardduty/detector:Detector", "GuardDuty"},
		{"aws:securityhub/account:Account", "Security Hub"}, {"aws:inspector2/enabler:Enabler", "Inspector"},
	} {
		if len(a.in(region, kind.kind)) > 0 {
			audit = append(audit, kind.name)
		}
	}
	if len(audit) > 0 {
		a.add(group, "audit", strings.Join(audit[:min(3, len(audit))], ", "), strings.Join(audit[min(3, len(audit)):], ", "))
	}
	if alarms := len(a.in(region, "aws:cloudwatch/metricAlarm:MetricAlarm")); alarms > 0 {
		a.add(group, "alarms", fmt.Sprintf("CloudWatch, %d alarms", alarms))
	}
	if len(group.Boxes) == 0 {
		parent.Boxes = slices.DeleteFunc(parent.Boxes, func(b *Box) bool { return b == group })
	}
}

// drawOutside draws whom the stack serves, and the database of another stack that it follows.
func (a *artist) drawOutside() {
	if len(a.graph.OfType(cloudfrontType, balancerType)) > 0 {
		internet := a.add(a.picture.Root, "internet", "Internet")
		internet.Outside = true
		a.picture.Root.Boxes = append([]*Box{internet}, a.picture.Root.Boxes[:len(a.picture.Root.Boxes)-1]...)
		a.boxes["internet"] = internet
	}
	for _, database := range a.graph.OfType(databaseType) {
		if source := database.Inputs.Get("replicateSourceDb"); !source.IsNull() && a.boxes[database.URN] != nil && !a.hasSource(database) {
			primary := a.add(a.picture.Root, "primary", "database of the", "primary stack")
			primary.Outside, primary.PHI = true, a.phi
			a.connect(primary, a.boxes[database.URN], "replication", true)
		}
	}
}

// hasSource is true for a replica whose source is in the same stack.
func (a *artist) hasSource(replica *graph.Resource) bool {
	return slices.ContainsFunc(replica.PropertyDependencies["replicateSourceDb"], func(urn string) bool { return a.boxes[urn] != nil })
}

// connect adds a connection once.
func (a *artist) connect(from, to *Box, label string, isCopy bool) {
	if from == nil || to == nil || from == to {
		return
	}
	edge := Edge{From: from, To: to, Label: label, Copy: isCopy}
	if !slices.Contains(a.picture.Edges, edge) {
		a.picture.Edges = append(a.picture.Edges, edge)
	}
}

// connectGroups adds who may talk to whom, from the rules of the security groups.
func (a *artist) connectGroups() {
	for _, rule := range a.graph.OfType(ingressType) {
		to := a.boxOf(rule, "securityGroupId")
		switch list := text(rule, "prefixListId"); {
		case len(rule.PropertyDependencies["referencedSecurityGroupId"]) > 0:
			a.connect(a.boxOf(rule, "referencedSecurityGroupId"), to, ports(rule), false)
		case strings.Contains(list, "cloudfront"):
			for _, cdn := range a.graph.OfType(cloudfrontType) {
				a.connect(a.boxes[cdn.URN], to, ports(rule), false)
			}
		case strings.Contains(list, "route53"):
			for _, zone := range a.graph.OfType(zoneType) {
				a.connect(a.boxes[zone.URN], to, "health checks "+ports(rule), false)
			}
		case strings.HasSuffix(text(rule, "cidrIpv4"), "/0"):
			a.connect(a.boxes["internet"], to, ports(rule), false)
		}
	}
	for _, rule := range a.graph.OfType(egressType) {
		from := a.boxOf(rule, "securityGroupId")
		if from == nil {
			continue
		}
		if strings.HasSuffix(text(rule, "cidrIpv4"), "/0") {
			a.connect(from, a.natBox(rule.Region), "internet "+ports(rule), false)
		}
		if len(rule.PropertyDependencies["prefixListId"]) > 0 {
			a.connect(from, a.regional(rule.Region, "s3"), ports(rule), false)
		}
	}
}

// boxOf returns the box of the security group that an input of a rule refers to.
func (a *artist) boxOf(rule *graph.Resource, input string) *Box {
	for _, urn := range rule.PropertyDependencies[input] {
		if box := a.boxes[urn]; box != nil {
			return box
		}
	}
	return nil
}

// natBox returns the box of the zones that have a region's NAT gateways.
func (a *artist) natBox(region string) *Box {
	for _, nat := range a.in(region, natType) {
		for _, urn := range nat.PropertyDependencies["subnetId"] {
			if tier := a.boxes[urn]; tier != nil {
				return tier.Boxes[0]
			}
		}
	}
	return nil
}

// regional returns the box with that ID in a region's box.
func (a *artist) regional(region, id string) *Box {
	for _, box := range a.picture.Root.Boxes {
		for _, inner := range box.Boxes {
			if box.ID == region && inner.ID == id {
				return inner
			}
		}
	}
	return nil
}

// connectEdge connects the internet to the distribution, and the distribution to its buckets.
func (a *artist) connectEdge() {
	for _, cdn := range a.graph.OfType(cloudfrontType) {
		a.connect(a.boxes["internet"], a.boxes[cdn.URN], "443", false)
		for _, urn := range cdn.PropertyDependencies["origins"] {
			if origin := a.graph.Lookup(urn); origin != nil && origin.Type == bucketType {
				a.connect(a.boxes[cdn.URN], a.boxes[urn], "site", false)
			}
		}
	}
	for _, zone := range a.graph.OfType(zoneType) {
		a.connect(a.boxes["internet"], a.boxes[zone.URN], "DNS", false)
	}
}

// connectCopies adds what is copied to another region.
func (a *artist) connectCopies() {
	between := func(r *graph.Resource, fromInput, toInput, kind, label string) {
		for _, from := range r.PropertyDependencies[fromInput] {
			for _, to := range r.PropertyDependencies[toInput] {
				if source, target := a.graph.Lookup(from), a.graph.Lookup(to); source != nil && target != nil &&
					source.Type == kind && target.Type == kind && source.Region != target.Region {
					a.connect(a.boxes[from], a.boxes[to], label, true)
				}
			}
		}
	}
	for _, replication := range a.graph.OfType(replicationType) {
		between(replication, "bucket", "rules", bucketType, "replication")
	}
	for _, plan := range a.graph.OfType("aws:backup/plan:Plan") {
		between(plan, "rules", "rules", vaultType, "copies")
	}
	for _, copied := range a.graph.OfType(copyType) {
		for _, urn := range copied.PropertyDependencies["sourceDbInstanceArn"] {
			a.connect(a.boxes[urn], a.boxes[copied.URN], "backups", true)
		}
	}
}

// sortEdges sorts the connections and drops the reverse of a copy: a plan's rules name both vaults.
func (a *artist) sortEdges() {
	home := ""
	if regions := a.regions(); len(regions) > 0 {
		home = regions[0]
	}
	a.picture.Edges = slices.DeleteFunc(a.picture.Edges, func(e Edge) bool {
		return e.Copy && slices.Contains(e.To.path(), home) && !e.From.Outside
	})
	slices.SortStableFunc(a.picture.Edges, func(x, y Edge) int {
		return cmp.Or(slices.Compare(x.From.path(), y.From.path()), slices.Compare(x.To.path(), y.To.path()), cmp.Compare(x.Label, y.Label))
	})
}

// Sensitive returns the names of the boxes that store or process patients' data, with where they are.
func (p *Picture) Sensitive() []string {
	var names []string
	var walk func(*Box)
	walk = func(b *Box) {
		if b.PHI {
			names = append(names, b.place())
		}
		for _, inner := range b.Boxes {
			walk(inner)
		}
	}
	walk(p.Root)
	return names
}

// place names a box and the boxes around it: "us-east-1, VPC 10.0.0.0/16, isolated subnets: PostgreSQL".
func (b *Box) place() string {
	var around []string
	for outer := b.parent; outer != nil && outer.parent != nil; outer = outer.parent {
		around = append([]string{strings.Join(outer.Lines, " ")}, around...)
	}
	name := strings.Join(b.Lines[:min(1, len(b.Lines))], "")
	if b.Zones {
		name = "NAT gateways"
	}
	if len(around) == 0 {
		return name
	}
	return strings.Join(around, ", ") + ": " + name
}

func ports(rule *graph.Resource) string {
	from, to := number(rule, "fromPort"), number(rule, "toPort")
	if from == to {
		return from
	}
	return from + "–" + to
}

// Readers of inputs. What is not set, not known or a secret is empty: a picture shows no value that is secret.

func text(r *graph.Resource, key string) string {
	value := r.Inputs.Get(key)
	if value.Secret() || !value.IsString() {
		return ""
	}
	return graph.Readable(value.AsString())
}

func flag(r *graph.Resource, key string) bool {
	value := r.Inputs.Get(key)
	return value.IsBool() && value.AsBool()
}

func number(r *graph.Resource, key string) string {
	value := r.Inputs.Get(key)
	if value.Secret() || !value.IsNumber() {
		return "?"
	}
	return strconv.FormatFloat(value.AsNumber(), 'f', -1, 64)
}

func length(r *graph.Resource, key string) int {
	value := r.Inputs.Get(key)
	if !value.IsArray() {
		return 0
	}
	return value.AsArray().Len()
}

func object(value property.Value) property.Map {
	if !value.IsMap() {
		return property.Map{}
	}
	return value.AsMap()
}

func objects(r *graph.Resource, key string) []property.Map {
	value := r.Inputs.Get(key)
	if !value.IsArray() {
		return nil
	}
	var list []property.Map
	for _, element := range value.AsArray().All {
		list = append(list, object(element))
	}
	return list
}

package edge

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// zone returns the ID of the hosted zone and the name servers to delegate to. It creates the zone unless its ID was given.
func (b *build) zone() (id pulumi.StringOutput, nameServers pulumi.StringArrayOutput, err error) {
	if b.args.ZoneID != nil {
		return b.args.ZoneID.ToStringOutput(), pulumi.StringArray{}.ToStringArrayOutput(), nil
	}
	// A deleted zone comes back with other name servers, and the domain stays dark until the registrar knows them.
	zone, err := route53.NewZone(b.ctx, b.child("zone"), &route53.ZoneArgs{
		Name:    pulumi.String(b.args.Domain),
		Comment: pulumi.String("Public names of " + b.args.Domain),
	}, b.here(pulumi.Protect(b.args.DeletionProtection))...)
	if err != nil {
		return id, nameServers, err
	}
	// Only Amazon may issue certificates for the domain (RFC 8659). In a zone that was given this is its owner's say.
	_, err = route53.NewRecord(b.ctx, b.child("caa"), &route53.RecordArgs{
		ZoneId:  zone.ZoneId,
		Name:    pulumi.String(b.args.Domain),
		Type:    pulumi.String("CAA"),
		Ttl:     pulumi.Int(3600),
		Records: pulumi.ToStringArray([]string{`0 issue "amazon.com"`, `0 issuewild "amazon.com"`}),
		// The zone is ours alone; see addresses.
		AllowOverwrite: pulumi.Bool(true),
	}, b.here()...)
	return zone.ZoneId, zone.NameServers, err
}

// hosts are the names that viewers use, the domain itself first.
func (b *build) hosts() []string {
	hosts := []string{b.args.Domain}
	for _, label := range b.args.AlternativeNames {
		hosts = append(hosts, label+"."+b.args.Domain)
	}
	return hosts
}

// addresses points every name at the target, for IPv4 and, with CloudFront, for IPv6. In a zone of our own nobody else writes: a record
// that is there already is ours, made by an update that was cut off before it could note it, and is taken over. In a
// zone that was given it may be another system's, which must not lose its name unseen: then creating it fails.
func (b *build) addresses(zone pulumi.StringInput, target route53.RecordAliasArgs) error {
	for i, host := range b.hosts() {
		what := "record"
		if i > 0 {
			what += "-" + b.args.AlternativeNames[i-1]
		}
		for _, record := range []struct{ suffix, kind string }{{"-a", "A"}, {"-aaaa", "AAAA"}} {
			if b.public && record.kind == "AAAA" {
				continue // the load balancer has IPv4 addresses only
			}
			_, err := route53.NewRecord(b.ctx, b.child(what+record.suffix), &route53.RecordArgs{
				ZoneId:         zone,
				Name:           pulumi.String(host),
				Type:           pulumi.String(record.kind),
				Aliases:        route53.RecordAliasArray{target},
				AllowOverwrite: pulumi.Bool(b.args.ZoneID == nil),
			}, b.here()...)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

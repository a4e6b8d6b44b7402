package edge

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// certificates are the ARNs of two certificates for the same names, each known once it is validated.
type certificates struct {
	global   pulumi.StringOutput // us-east-1, for CloudFront
	regional pulumi.StringOutput // the component's region, for the load balancer
}

// certificates asks for both and proves the domain with one record. ACM derives the record from the account and the
// domain alone, so both certificates ask for the same one, and the wildcard for the same one as the domain: a second
// resource for it would fail to create, or delete the first one's record with itself.
func (b *build) certificates(zone pulumi.StringInput) (*certificates, error) {
	global, err := b.certificate("certificate-global", b.global())
	if err != nil {
		return nil, err
	}
	regional, err := b.certificate("certificate-regional", b.here())
	if err != nil {
		return nil, err
	}

	record, err := b.proof(zone, global)
	if err != nil {
		return nil, err
	}

	validated := &certificates{}
	if validated.global, err = b.validated("certificate-global-validation", global, record, b.global()); err != nil {
		return nil, err
	}
	if validated.regional, err = b.validated("certificate-regional-validation", regional, record, b.here()); err != nil {
		return nil, err
	}
	return validated, nil
}

// regionalCertificate returns the ARN of a validated certificate in the component's region.
func (b *build) regionalCertificate(zone pulumi.StringInput) (pulumi.StringOutput, error) {
	certificate, err := b.certificate("certificate-regional", b.here())
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	record, err := b.proof(zone, certificate)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return b.validated("certificate-regional-validation", certificate, record, b.here())
}

// proof creates the DNS record by which ACM validates the domain.
func (b *build) proof(zone pulumi.StringInput, certificate *acm.Certificate) (*route53.Record, error) {
	option := certificate.DomainValidationOptions.Index(pulumi.Int(0))
	return route53.NewRecord(b.ctx, b.child("certificate-record"), &route53.RecordArgs{
		ZoneId:  zone,
		Name:    option.ResourceRecordName().Elem(),
		Type:    option.ResourceRecordType().Elem(),
		Ttl:     pulumi.Int(300),
		Records: pulumi.StringArray{option.ResourceRecordValue().Elem()},
		// Another stack of the account may have created the record already, with the same value. ACM renews a certificate for as
		// long as the record exists.
		AllowOverwrite: pulumi.Bool(true),
	}, b.here()...)
}

func (b *build) certificate(what string, opts []pulumi.ResourceOption) (*acm.Certificate, error) {
	return acm.NewCertificate(b.ctx, b.child(what), &acm.CertificateArgs{
		DomainName:              pulumi.String(b.args.Domain),
		SubjectAlternativeNames: pulumi.ToStringArray([]string{"*." + b.args.Domain}),
		ValidationMethod:        pulumi.String("DNS"), // AWS renews without anybody's mailbox
	}, opts...)
}

// validated is the certificate's ARN once ACM has seen the record: nothing can use a certificate before that.
func (b *build) validated(what string, certificate *acm.Certificate, record *route53.Record, opts []pulumi.ResourceOption) (pulumi.StringOutput, error) {
	validation, err := acm.NewCertificateValidation(b.ctx, b.child(what), &acm.CertificateValidationArgs{
		CertificateArn:        certificate.Arn,
		ValidationRecordFqdns: pulumi.StringArray{record.Fqdn},
	}, opts...)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return validation.CertificateArn, nil
}

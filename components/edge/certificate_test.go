package edge_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/componenttest"
)

func TestCertificates(t *testing.T) {
	g := planned(t, production())
	for _, name := range []string{"edge-certificate-global", "edge-certificate-regional"} {
		inputs(t, g, "aws:acm/certificate:Certificate", name, map[string]any{
			"domainName": "careconnect.health", "subjectAlternativeNames": []any{"*.careconnect.health"}, "validationMethod": "DNS",
		})
		inputs(t, g, "aws:acm/certificateValidation:CertificateValidation", name+"-validation", map[string]any{
			"certificateArn": "${" + name + ".arn}", "validationRecordFqdns": []any{"${edge-certificate-record.fqdn}"},
		})
	}
}

// ACM asks both certificates, and the wildcard in each, for the same record.
func TestOneRecordProvesBothCertificates(t *testing.T) {
	g := planned(t, production())
	proof := func(what string) string { return "${edge-certificate-global.domainValidationOptions[0]." + what + "}" }
	inputs(t, g, recordType, "edge-certificate-record", map[string]any{
		"zoneId": "${edge-zone.zoneId}", "name": proof("resourceRecordName"), "type": proof("resourceRecordType"), "ttl": 300.0,
		"records": []any{proof("resourceRecordValue")}, "allowOverwrite": true,
	})
}

// Nothing serves with a certificate before it is issued.
func TestCertificatesAreUsedOnceValidated(t *testing.T) {
	g := planned(t, production())
	listener := componenttest.Find(t, g, "aws:lb/listener:Listener", "edge-alb-https")
	assert.Contains(t, listener.Dependencies,
		componenttest.Find(t, g, "aws:acm/certificateValidation:CertificateValidation", "edge-certificate-regional-validation").URN)
	distribution := componenttest.Find(t, g, "aws:cloudfront/distribution:Distribution", "edge-cdn")
	assert.Contains(t, distribution.Dependencies,
		componenttest.Find(t, g, "aws:acm/certificateValidation:CertificateValidation", "edge-certificate-global-validation").URN)
}

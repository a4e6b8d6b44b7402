package rotate

import (
	"crypto/x509"
	_ "embed"
)

// rdsAuthorities are the root certificates rds-ca-rsa2048-g1 of the commercial regions, which components/database pins.
// They are part of https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem, and expire from 2061 on.
//
//go:embed rds-ca-rsa2048-g1.pem
var rdsAuthorities []byte

// RDSAuthorities returns the authorities that issue the certificates of RDS.
func RDSAuthorities() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(rdsAuthorities)
	return pool
}

package postgrestest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TLS is where a server takes TLS connections beside its socket. There it asks for a password (SCRAM), as RDS does.
type TLS struct {
	Host  string // the name in the server's certificate
	Port  int
	Roots *x509.CertPool // the authority that issued the certificate
}

// ListenTLS chooses an address, makes a certificate for it, and returns the parameters with which Start makes a server
// listen there. psql finds the server's socket by the environment variable PGPORT, which is set for the test.
func ListenTLS(t *testing.T) (parameters map[string]string, address TLS) {
	t.Helper()
	folder, err := os.MkdirTemp("", "pgtls")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	certificate, key, hba := filepath.Join(folder, "server.crt"), filepath.Join(folder, "server.key"), filepath.Join(folder, "pg_hba.conf")

	address = TLS{Host: "localhost", Port: freePort(t), Roots: x509.NewCertPool()}
	t.Setenv("PGPORT", strconv.Itoa(address.Port))
	public, private := selfSigned(t, address.Host)
	require.True(t, address.Roots.AppendCertsFromPEM(public))
	require.NoError(t, os.WriteFile(certificate, public, 0o600))
	require.NoError(t, os.WriteFile(key, private, 0o600))
	require.NoError(t, os.WriteFile(hba, []byte("local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n"), 0o600))
	owner(t, folder, certificate, key, hba)

	return map[string]string{
		"listen_addresses": "127.0.0.1", "port": strconv.Itoa(address.Port), "hba_file": hba,
		"ssl": "on", "ssl_cert_file": certificate, "ssl_key_file": key,
	}, address
}

// Certificate returns a certificate for a host, and the authority that issued it, for servers other than PostgreSQL.
func Certificate(t *testing.T, host string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	public, private := selfSigned(t, host)
	certificate, err := tls.X509KeyPair(public, private)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(public))
	return certificate, roots
}

// freePort returns a port that nobody listens on now.
func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, listener.Close()) }()
	return listener.Addr().(*net.TCPAddr).Port
}

func selfSigned(t *testing.T, host string) (certificate, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	require.NoError(t, err)
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})
}

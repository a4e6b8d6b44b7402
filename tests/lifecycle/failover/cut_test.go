//go:build engine

package failover

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/smithy-go/encoding/cbor"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/tests/lifecycle/engine"
)

// between is the proxy.
type between struct {
	cert tls.Certificate
	ca   string // file
	next http.Handler
	e    *engine.Emulator

	mu      sync.Mutex
	down    string // region that is cut off
	seen    []call
	engaged bool
	gate    *gate // nil where nobody is stopped
}

// gate stops every request until somebody says that it may go on.
type gate struct {
	asked chan chan struct{} // by requests: closed in answer, they go on
	open  chan struct{}      // closed for all
}

// stop puts a gate up.
func (b *between) stop() *gate {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.gate = &gate{make(chan chan struct{}), make(chan struct{})}
	return b.gate
}

// goOn takes the gate away. Requests of processes that are there still go on.
func (b *between) goOn(gate *gate) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.gate = nil
	close(gate.open)
}

// passes waits at the gate, where there is one, and says whether whoever asks is there still.
func (b *between) passes(r *http.Request) bool {
	b.mu.Lock()
	gate := b.gate
	b.mu.Unlock()
	if gate != nil {
		pass := make(chan struct{})
		select {
		case gate.asked <- pass:
			select {
			case <-pass:
			case <-gate.open:
			case <-r.Context().Done():
			}
		case <-gate.open:
		case <-r.Context().Done():
		}
	}
	return r.Context().Err() == nil
}

// call is a request that was signed.
type call struct {
	at              time.Time
	region, service string
	what            string
	refused         bool
}

var scope = regexp.MustCompile(`Credential=[^/]+/\d+/([^/]+)/([^/,]+)/aws4_request`)

// stand gives the emulator as it is seen through a proxy.
func stand(t *testing.T, e *engine.Emulator) (*engine.Emulator, *between) {
	t.Helper()
	next := e.Forward(t)
	next.ModifyResponse = func(r *http.Response) error { return errors.Join(asRoute53(r), asRDS(r)) }
	b := &between{next: next, e: e}
	b.cert, b.ca = certify(t, "careconnect.example.com")
	return e.Behind(t, b), b
}

func (b *between) cutOff(region string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.down = region
}

// switched says whether the switch is engaged.
func (b *between) switched() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.engaged
}

// calls to a region between two moments, whether they were let through or not.
func (b *between) calls(region string, after, before time.Time) (list []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, one := range b.seen {
		if one.region == region && one.at.After(after) && one.at.Before(before) {
			list = append(list, one.service+" "+one.what)
		}
	}
	return list
}

func (b *between) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodConnect {
		if b.passes(r) {
			b.healthy(w)
		}
		return
	}
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return // who asked was killed meanwhile
	}
	r.Body = io.NopCloser(bytes.NewReader(text))
	match := scope.FindStringSubmatch(r.Header.Get("Authorization"))
	if match != nil {
		b.mu.Lock()
		refused := match[1] == b.down
		b.seen = append(b.seen, call{time.Now(), match[1], match[2], operation(r, text), refused})
		b.mu.Unlock()
		if !b.passes(r) {
			return
		}
		if refused {
			if connection, _, err := w.(http.Hijacker).Hijack(); err == nil {
				connection.Close()
			}
			return
		}
		if name, ok := strings.CutPrefix(r.URL.Path, "/service/GraniteServiceVersion20100801/operation/"); ok {
			b.cloudwatch(w, name, text)
			return
		}
		if operation(r, text) == "RestoreDBInstanceToPointInTime" {
			b.restore(w, r, match[1], text)
			return
		}
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".GetServiceQuota") { // which the emulator does not have
			w.Header().Set("Content-Type", "application/x-amz-json-1.1")
			fmt.Fprint(w, `{"Quota":{"Value":140}}`)
			return
		}
	}
	b.next.ServeHTTP(w, r)
}

// asRoute53 answers for health checks of alarms as AWS does: they have neither port nor interval, and their status
// without data is kept. The emulator's own answers make the provider replace the check at the next update.
func asRoute53(r *http.Response) error {
	if !strings.HasPrefix(r.Request.URL.Path, "/2013-04-01/healthcheck") {
		return nil
	}
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if bytes.Contains(text, []byte("<Type>CLOUDWATCH_METRIC</Type>")) && !bytes.Contains(text, []byte("<HealthChecks>")) {
		text = notOfAlarms.ReplaceAll(text, nil)
		text = bytes.Replace(text, []byte("</HealthCheckConfig>"), []byte("<InsufficientDataHealthStatus>LastKnownStatus</InsufficientDataHealthStatus></HealthCheckConfig>"), 1)
	}
	replace(r, text)
	return nil
}

var notOfAlarms = regexp.MustCompile(`<(Port|RequestInterval|InsufficientDataHealthStatus)>[^<]*</[A-Za-z]+>|<(Port|RequestInterval|InsufficientDataHealthStatus)/>`)

// restorable is how long ago the moment was to which a replicated backup can be restored.
const restorable = 5 * time.Minute

// asRDS says of replicated backups up to when they can be restored, which the emulator leaves out.
func asRDS(r *http.Response) error {
	if !strings.Contains(r.Request.Header.Get("Authorization"), "/rds/") {
		return nil
	}
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	latest := time.Now().UTC().Add(-restorable)
	window := fmt.Sprintf("<RestoreWindow><EarliestTime>%s</EarliestTime><LatestTime>%s</LatestTime></RestoreWindow></DBInstanceAutomatedBackup>",
		latest.AddDate(0, 0, -1).Format(time.RFC3339), latest.Format(time.RFC3339))
	replace(r, bytes.ReplaceAll(text, []byte("</DBInstanceAutomatedBackup>"), []byte(window)))
	return nil
}

func replace(r *http.Response, text []byte) {
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	r.Header.Set("Content-Length", strconv.Itoa(len(text)))
}

// restore makes the instance that RDS would restore from a replicated backup: of the backup's engine, version, size and
// key, for the rest as asked. The emulator knows no backups as sources: where no instance is named it restores the first
// that it finds in the region (rds/models.py, restore_db_instance_to_point_in_time).
func (b *between) restore(w http.ResponseWriter, r *http.Request, region string, body []byte) {
	asked, err := url.ParseQuery(string(body))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	found, err := rds.NewFromConfig(b.e.Config(region)).DescribeDBInstanceAutomatedBackups(r.Context(), &rds.DescribeDBInstanceAutomatedBackupsInput{
		DBInstanceAutomatedBackupsArn: aws.String(asked.Get("SourceDBInstanceAutomatedBackupsArn")),
	})
	if err != nil || len(found.DBInstanceAutomatedBackups) != 1 || asked.Get("UseLatestRestorableTime") != "true" {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, "<ErrorResponse><Error><Type>Sender</Type><Code>DBInstanceAutomatedBackupNotFound</Code></Error></ErrorResponse>")
		return
	}
	backup := found.DBInstanceAutomatedBackups[0]
	for name, value := range map[string]string{
		"Action": "CreateDBInstance", "DBInstanceIdentifier": asked.Get("TargetDBInstanceIdentifier"),
		"Engine": aws.ToString(backup.Engine), "EngineVersion": aws.ToString(backup.EngineVersion),
		"AllocatedStorage": strconv.Itoa(int(aws.ToInt32(backup.AllocatedStorage))),
		"StorageEncrypted": strconv.FormatBool(aws.ToBool(backup.Encrypted)), "KmsKeyId": aws.ToString(backup.KmsKeyId),
	} {
		asked.Set(name, value)
	}
	for _, name := range []string{"TargetDBInstanceIdentifier", "SourceDBInstanceAutomatedBackupsArn", "UseLatestRestorableTime"} {
		asked.Del(name)
	}
	create := r.Clone(r.Context())
	create.Body, create.ContentLength = io.NopCloser(strings.NewReader(asked.Encode())), int64(len(asked.Encode()))
	create.Header.Set("Content-Length", strconv.Itoa(len(asked.Encode())))
	answer := httptest.NewRecorder()
	b.next.ServeHTTP(answer, create)
	w.Header().Set("Content-Type", answer.Header().Get("Content-Type"))
	w.WriteHeader(answer.Code)
	_, _ = w.Write(bytes.ReplaceAll(answer.Body.Bytes(), []byte("CreateDBInstanceRe"), []byte("RestoreDBInstanceToPointInTimeRe"))) // …sponse, …sult
}

func operation(r *http.Request, body []byte) string {
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		return target
	}
	if values, err := url.ParseQuery(string(body)); err == nil && values.Get("Action") != "" {
		return values.Get("Action")
	}
	return r.Method + " " + r.URL.Path
}

// cloudwatch plays what the tool asks of CloudWatch: the switch's metric, the alarm on it, and the lag of a replica that
// has everything.
func (b *between) cloudwatch(w http.ResponseWriter, name string, body []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	answer := cbor.Map{}
	switch name {
	case "PutMetricData":
		decoded, err := cbor.Decode(body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		for _, datum := range decoded.(cbor.Map)["MetricData"].(cbor.List) {
			b.engaged = number(datum.(cbor.Map)["Value"]) >= 1
		}
	case "DescribeAlarms":
		state := "OK"
		if b.engaged {
			state = "ALARM"
		}
		answer["MetricAlarms"] = cbor.List{cbor.Map{"AlarmName": cbor.String("switch"), "StateValue": cbor.String(state)}}
	case "GetMetricStatistics":
		answer["Datapoints"] = cbor.List{cbor.Map{
			"Timestamp": &cbor.Tag{ID: 1, Value: cbor.Float64(float64(time.Now().UnixMilli()) / 1000)}, "Maximum": cbor.Float64(0),
		}}
	default:
		w.WriteHeader(http.StatusNotImplemented)
		return
	}
	w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
	w.Header().Set("Content-Type", "application/cbor")
	_, _ = w.Write(cbor.Encode(answer))
}

func number(value cbor.Value) float64 {
	switch value := value.(type) {
	case cbor.Float64:
		return float64(value)
	case cbor.Float32:
		return float64(value)
	case cbor.Uint:
		return float64(value)
	}
	return -1
}

// healthy answers 200 to whatever is asked of careconnect.example.com, as the system would by way of CloudFront.
func (b *between) healthy(w http.ResponseWriter) {
	connection, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	fmt.Fprint(connection, "HTTP/1.1 200 Connection established\r\n\r\n")
	secure := tls.Server(connection, &tls.Config{Certificates: []tls.Certificate{b.cert}})
	defer secure.Close()
	buffer := make([]byte, 4096)
	if _, err := secure.Read(buffer); err == nil {
		fmt.Fprint(secure, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	}
}

// certify makes a certificate for a name, and the file of the authority that signed it: itself.
func certify(t *testing.T, name string) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}), 0o600))
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, file
}

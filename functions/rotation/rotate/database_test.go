package rotate

import (
	"bytes"
	"context"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/database/roles"
	"github.com/carebase/carebase/components/secrets/value"
	"github.com/carebase/carebase/functions/rotation/config"
	"github.com/carebase/carebase/internal/postgrestest"
)

var (
	roleArn    = arnOf("db-password")
	migrateArn = arnOf("db-migrate-password")
	masterArn  = arnOf("db-master-password")
)

const (
	role    = "careconnect_app"
	migrate = "careconnect_migrate"
)

// bench is a server with roles, the secrets of its users and the handler that rotates them.
type bench struct {
	*postgrestest.Server
	*fakeSecrets
	handler *Handler
	log     *bytes.Buffer
	roots   *x509.CertPool
}

// onServers runs a test on a server of each version of PostgreSQL.
func onServers(t *testing.T, test func(t *testing.T, b *bench)) {
	for _, version := range postgrestest.Versions {
		t.Run("PostgreSQL "+version, func(t *testing.T) { test(t, newBench(t, version)) })
	}
}

func newBench(t *testing.T, version string) *bench {
	t.Helper()
	parameters, address := postgrestest.ListenTLS(t)
	parameters["log_statement"] = "all"
	parameters["max_connections"] = "200"
	s := postgrestest.Start(t, version, parameters)
	script, err := roles.RotatedScript("careconnect")
	require.NoError(t, err)
	output, err := s.PSQL("master", "careconnect", script)
	require.NoError(t, err, output)
	s.Must(t, "master", "postgres", "ALTER ROLE master PASSWORD 'first-master'")

	f := newFakeSecrets()
	f.add(roleArn, "")
	f.add(migrateArn, "")
	f.add(masterArn, `{"username":"master","password":"first-master"}`)
	log := &bytes.Buffer{}
	return &bench{Server: s, fakeSecrets: f, log: log, roots: address.Roots, handler: &Handler{
		Config: config.Config{
			Database: &config.Database{Host: address.Host, Port: address.Port, Name: "careconnect", MasterSecret: masterArn},
			Secrets: map[string]config.Secret{
				roleArn:    {Strategy: config.DatabaseRole, User: role},
				migrateArn: {Strategy: config.DatabaseRole, User: migrate},
				masterArn:  {Strategy: config.DatabaseMaster, User: "master"},
			},
		},
		Secrets: f, DatabaseRoots: address.Roots, Log: slog.New(slog.NewJSONHandler(log, nil)),
	}}
}

// signIn signs in as an application does: with the connection string of a secret's value.
func (b *bench) signIn(text string) error {
	c, err := value.ParseCredential(text, role)
	if err != nil {
		return err
	}
	d := b.handler.Config.Database
	if c.URL == "" {
		c = value.Postgres(d.Host, d.Port, d.Name, c.Username, c.Password)
	}
	options, err := pgx.ParseConfig(c.URL)
	if err != nil {
		return err
	}
	options.TLSConfig.RootCAs = b.roots
	session, err := pgx.ConnectConfig(context.Background(), options)
	if err != nil {
		return err
	}
	defer closeConnection(session)
	var one int
	return session.QueryRow(context.Background(), "SELECT 1").Scan(&one)
}

func (b *bench) mustSignIn(t *testing.T, arn, stage string) {
	t.Helper()
	require.NoError(t, b.signIn(b.text(arn, stage)), stage)
}

func (b *bench) rotateOnce(t *testing.T, arn string) {
	t.Helper()
	rotateOnce(t, b.handler, b.fakeSecrets, arn)
}

func (b *bench) user(t *testing.T, arn, stage string) string {
	t.Helper()
	c, err := value.ParseCredential(b.text(arn, stage), "")
	require.NoError(t, err)
	return c.Username
}

func (b *bench) verifier(t *testing.T, user string) string {
	t.Helper()
	return b.Must(t, "super", "postgres", "SELECT rolpassword FROM pg_authid WHERE rolname = '"+user+"'")
}

func TestRolesTakeTurns(t *testing.T) {
	onServers(t, func(t *testing.T, b *bench) {
		b.rotateOnce(t, roleArn)
		assert.Equal(t, role, b.user(t, roleArn, stageCurrent))
		b.mustSignIn(t, roleArn, stageCurrent)
		for i := range 4 {
			b.rotateOnce(t, roleArn)
			assert.Equal(t, []string{roles.Clone(role), role}[i%2], b.user(t, roleArn, stageCurrent))
			b.mustSignIn(t, roleArn, stageCurrent)
			b.mustSignIn(t, roleArn, stagePrevious) // tasks that started before the rotation
		}
		for _, user := range []string{role, roles.Clone(role)} {
			assert.Regexp(t, `^SCRAM-SHA-256\$4096:`, b.verifier(t, user))
		}
		log := b.Log(t)
		assert.Contains(t, log, "ALTER ROLE")
		for _, stage := range []string{stageCurrent, stagePrevious} {
			c, err := value.ParseCredential(b.text(roleArn, stage), "")
			require.NoError(t, err)
			assert.NotContains(t, log, c.Password, "the server's log")
			assert.NotContains(t, b.log.String(), c.Password, "the function's log")
		}
	})
}

// The privileges of both users are compared in components/database/roles; here is what a rotation makes of them.
func TestTheClonesTablesBelongToTheRole(t *testing.T) {
	onServers(t, func(t *testing.T, b *bench) {
		b.rotateOnce(t, migrateArn)
		b.rotateOnce(t, migrateArn)
		c, err := value.ParseCredential(b.text(migrateArn, stageCurrent), "")
		require.NoError(t, err)
		require.Equal(t, roles.Clone(migrate), c.Username)
		session, err := b.handler.signIn(context.Background(), c)
		require.NoError(t, err)
		defer closeConnection(session)
		_, err = session.Exec(context.Background(), "CREATE TABLE later (id int)")
		require.NoError(t, err)
		assert.Equal(t, migrate, b.Must(t, "super", "careconnect", "SELECT relowner::regrole FROM pg_class WHERE relname = 'later'"))
	})
}

func TestAPasswordFromBeforeRotationStaysValid(t *testing.T) {
	b := newBench(t, "15")
	b.Must(t, "master", "postgres", "ALTER ROLE "+role+" PASSWORD 'plain'")
	b.add(roleArn, "plain")
	b.rotateOnce(t, roleArn)
	assert.Equal(t, roles.Clone(role), b.user(t, roleArn, stageCurrent))
	b.mustSignIn(t, roleArn, stageCurrent)
	b.mustSignIn(t, roleArn, stagePrevious)
}

func TestARepeatedStepChangesNothing(t *testing.T) {
	b := newBench(t, "15")
	for _, arn := range []string{roleArn, masterArn} {
		token := b.rotate(arn)
		var text, stored string
		for _, step := range Steps {
			for range 2 {
				require.NoError(t, b.handler.Handle(context.Background(), Event{Step: step, SecretID: arn, ClientRequestToken: token}), step)
				if text == "" {
					text = b.text(arn, stagePending)
				}
				assert.Equal(t, text, b.text(arn, stagePending))
				if step == SetSecret {
					now := b.verifier(t, b.user(t, arn, stagePending))
					assert.True(t, stored == "" || stored == now, "the password was set twice")
					stored = now
				}
			}
		}
		b.mustSignIn(t, arn, stageCurrent)
	}
}

// Somebody changed the password in use by hand: the rotation to the other user mends it.
func TestARotationMendsAWrongPassword(t *testing.T) {
	b := newBench(t, "15")
	b.rotateOnce(t, roleArn)
	b.Must(t, "master", "postgres", "ALTER ROLE "+role+" PASSWORD 'by hand'")
	require.Error(t, b.signIn(b.text(roleArn, stageCurrent)))
	b.rotateOnce(t, roleArn)
	b.mustSignIn(t, roleArn, stageCurrent)
}

func TestTheUserInUseKeepsItsPassword(t *testing.T) {
	b := newBench(t, "15")
	b.rotateOnce(t, roleArn)
	before := b.verifier(t, role)
	token := b.rotate(roleArn)
	same := b.handler.credential(role).Text()
	b.secrets[roleArn].versions[token].text = &same
	assert.ErrorContains(t, steps(b.handler, roleArn, token), "its password is in use")
	assert.Equal(t, before, b.verifier(t, role))

	stranger := b.handler.credential("master").Text()
	b.secrets[roleArn].versions[token].text = &stranger
	assert.ErrorContains(t, steps(b.handler, roleArn, token), "neither careconnect_app nor careconnect_app_clone")
}

func TestADatabaseWithoutClonesIsRefused(t *testing.T) {
	b := newBench(t, "15")
	b.rotateOnce(t, roleArn)
	b.Must(t, "super", "careconnect", "DROP OWNED BY "+roles.Clone(role)+"; DROP ROLE "+roles.Clone(role))
	assert.ErrorContains(t, steps(b.handler, roleArn, b.rotate(roleArn)), "no user careconnect_app_clone: run the job")

	b.Must(t, "master", "postgres", "CREATE ROLE "+roles.Clone(role)+" LOGIN; GRANT "+role+" TO "+roles.Clone(role))
	assert.ErrorContains(t, steps(b.handler, roleArn, b.rotate(roleArn)), "acts as careconnect_app_clone, and must act as careconnect_app")
	assert.Equal(t, role, b.user(t, roleArn, stageCurrent))
	b.mustSignIn(t, roleArn, stageCurrent)

	b.Must(t, "master", "postgres", "ALTER ROLE "+roles.Clone(role)+" SET role = '"+role+"'")
	b.rotateOnce(t, roleArn)
}

func TestTheServerMustProveItsName(t *testing.T) {
	b := newBench(t, "15")
	b.rotateOnce(t, roleArn)
	database := *b.handler.Config.Database
	for name, change := range map[string]func(h *Handler){
		"another name": func(h *Handler) {
			other := database
			other.Host = "127.0.0.1"
			h.Config.Database = &other
		},
		"another authority": func(h *Handler) { h.DatabaseRoots = RDSAuthorities() },
	} {
		t.Run(name, func(t *testing.T) {
			other := *b.handler
			change(&other)
			assert.ErrorContains(t, steps(&other, roleArn, b.rotate(roleArn)), "x509")
			assert.Equal(t, role, b.user(t, roleArn, stageCurrent))
		})
	}
	b.rotateOnce(t, roleArn)
}

// The database is away at one step: the step fails, AWSCURRENT stays valid, and the next run completes the rotation.
func TestTheDatabaseIsAway(t *testing.T) {
	b := newBench(t, "15")
	b.rotateOnce(t, roleArn)
	for _, arn := range []string{roleArn, masterArn} {
		for _, away := range []string{SetSecret, TestSecret} {
			t.Run(arn+", "+away, func(t *testing.T) {
				token := b.rotate(arn)
				before := b.text(arn, stageCurrent)
				for _, step := range Steps {
					event := Event{Step: step, SecretID: arn, ClientRequestToken: token}
					if step == away {
						b.Stop(t)
						require.Error(t, b.handler.Handle(context.Background(), event))
						b.Resume(t)
						require.Equal(t, before, b.text(arn, stageCurrent))
						break
					}
					require.NoError(t, b.handler.Handle(context.Background(), event))
				}
				b.mustSignIn(t, roleArn, stageCurrent)
				require.NoError(t, steps(b.handler, arn, token))
				b.mustSignIn(t, arn, stageCurrent)
			})
		}
	}
}

func TestTheMasterPassword(t *testing.T) {
	onServers(t, func(t *testing.T, b *bench) {
		for range 2 {
			old := b.text(masterArn, stageCurrent)
			b.rotateOnce(t, masterArn)
			b.mustSignIn(t, masterArn, stageCurrent)
			assert.Error(t, b.signIn(old))
			b.rotateOnce(t, roleArn) // signs in with the new one
			b.mustSignIn(t, roleArn, stageCurrent)
		}
	})
}

// The password of AWSCURRENT is wrong, and that of another stage is right.
func TestTheMasterPasswordIsThatOfAnotherStage(t *testing.T) {
	wrong := func() *fakeVersion {
		return &fakeVersion{text: aws.String(`{"username":"master","password":"wrong"}`)}
	}
	t.Run("AWSPREVIOUS", func(t *testing.T) {
		b := newBench(t, "15")
		b.secrets[masterArn].versions["wrong"] = wrong()
		b.secrets[masterArn].versions["wrong"].stages = []string{stageCurrent}
		b.secrets[masterArn].versions["initial"].stages = []string{stagePrevious}
		b.rotateOnce(t, roleArn)
		b.rotateOnce(t, masterArn)
		b.mustSignIn(t, masterArn, stageCurrent)
	})
	t.Run("AWSPENDING", func(t *testing.T) { // the master secret's own rotation was interrupted
		b := newBench(t, "15")
		token := b.rotate(masterArn)
		for _, step := range []string{CreateSecret, SetSecret} {
			require.NoError(t, b.handler.Handle(context.Background(), Event{Step: step, SecretID: masterArn, ClientRequestToken: token}))
		}
		require.Error(t, b.signIn(b.text(masterArn, stageCurrent)))
		b.rotateOnce(t, roleArn)
		b.rotateOnce(t, masterArn)
		b.mustSignIn(t, masterArn, stageCurrent)
	})
	t.Run("none", func(t *testing.T) {
		b := newBench(t, "15")
		b.secrets[masterArn].versions["wrong"] = wrong()
		b.secrets[masterArn].move(stageCurrent, "wrong")
		assert.ErrorContains(t, steps(b.handler, roleArn, b.rotate(roleArn)), "every stage of the master secret")
		assert.ErrorContains(t, steps(b.handler, masterArn, b.rotate(masterArn)), "the database refuses the passwords of")
		assert.Contains(t, b.text(masterArn, stageCurrent), "wrong")
	})
	t.Run("never stored", func(t *testing.T) {
		b := newBench(t, "15")
		b.add(masterArn, "")
		assert.ErrorContains(t, steps(b.handler, masterArn, b.rotate(masterArn)), "store it first")
	})
}

// dialing counts connections and what is sent on them among the calls of a process.
func (p *process) dialing(ctx context.Context, network, address string) (net.Conn, error) {
	if err := p.begin(); err != nil {
		return nil, err
	}
	connection, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	if err := p.end(); err != nil {
		_ = connection.Close()
		return nil, err
	}
	return mortal{connection, p}, nil
}

type mortal struct {
	net.Conn
	process *process
}

func (m mortal) Write(data []byte) (int, error) {
	if err := m.process.begin(); err != nil {
		_ = m.Conn.Close()
		return 0, err
	}
	n, err := m.Conn.Write(data)
	if killed := m.process.end(); killed != nil {
		_ = m.Conn.Close()
		return 0, killed
	}
	return n, err
}

// The process dies at every request to Secrets Manager and at every packet to the database, before and after it has an
// effect: AWSCURRENT stays valid, and the next invocation completes the rotation.
func TestAKilledRotationOfADatabaseUserIsContinued(t *testing.T) {
	for name, arn := range map[string]string{"role": roleArn, "master": masterArn} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "15")
			b.rotateOnce(t, roleArn)
			run := func(p *process) (string, error) {
				mortal := *b.handler
				mortal.Dial = p.dialing
				b.process = p
				defer func() { b.process = nil }()
				token := b.rotate(arn)
				return token, steps(&mortal, arn, token)
			}
			whole := &process{}
			_, err := run(whole)
			require.NoError(t, err)
			require.Greater(t, whole.calls, 20)
			died := 0
			for at := 1; at <= whole.calls; at++ {
				for _, hasEffect := range []bool{false, true} {
					p := &process{dieAt: at, hasEffect: hasEffect}
					token, err := run(p)
					if !p.dead {
						continue // a session ended by itself with one packet fewer
					}
					if err != nil { // otherwise it died while it closed a session
						died++
					}
					if arn == roleArn {
						b.mustSignIn(t, roleArn, stageCurrent)
					}
					require.NoError(t, steps(b.handler, arn, token))
					b.mustSignIn(t, arn, stageCurrent)
				}
			}
			assert.Greater(t, died, 40)
		})
	}
}

// Clients sign in all the time with the value of AWSCURRENT while the secrets rotate, at every step of every rotation.
func TestNoSignInFailsWhileSecretsRotate(t *testing.T) {
	const (
		rotations = 20
		clients   = 2 // one for each role
		between   = 2 // sign-ins of each client after each step
	)
	onServers(t, func(t *testing.T, b *bench) {
		for _, arn := range []string{roleArn, migrateArn} {
			b.rotateOnce(t, arn)
		}
		var (
			stop   = make(chan struct{})
			ticks  [clients]chan error
			signed [clients]int
			group  sync.WaitGroup
		)
		for i := range clients {
			ticks[i] = make(chan error, 100_000)
			arn := []string{roleArn, migrateArn}[i]
			group.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
						ticks[i] <- b.signIn(b.text(arn, stageCurrent))
						signed[i]++
					}
				}
			})
		}
		// everyClient waits until each client has signed in again, and fails on every sign-in that failed.
		everyClient := func(during string) {
			for i := range clients {
				for pending := len(ticks[i]) + between; pending > 0; pending-- {
					require.NoError(t, <-ticks[i], during)
				}
			}
		}
		defer func() {
			close(stop)
			group.Wait()
		}()
		for n := range rotations {
			for _, arn := range []string{roleArn, migrateArn, masterArn} {
				if arn == masterArn && n%5 != 0 {
					continue
				}
				token := b.rotate(arn)
				for _, step := range Steps {
					if step == CreateSecret && n > 0 && arn != masterArn {
						b.mustSignIn(t, arn, stagePrevious) // a task that started before the last rotation
					}
					require.NoError(t, b.handler.Handle(context.Background(), Event{Step: step, SecretID: arn, ClientRequestToken: token}))
					everyClient(fmt.Sprintf("rotation %d of %s, after %s", n, arn, step))
				}
			}
		}
		close(stop)
		group.Wait()
		stop = make(chan struct{})
		total := 0
		for i := range clients {
			for range len(ticks[i]) {
				require.NoError(t, <-ticks[i], "at the end")
			}
			total += signed[i]
		}
		assert.GreaterOrEqual(t, total, rotations*2*len(Steps)*clients*between)
		t.Logf("0 of %d sign-ins failed during %d rotations of 2 roles", total, rotations)
	})
}

func TestAnUnreachableDatabaseIsNotAWrongPassword(t *testing.T) {
	b := newBench(t, "15")
	b.handler.Dial = unreachable
	assert.ErrorContains(t, steps(b.handler, roleArn, b.rotate(roleArn)), "connection refused")
	assert.ErrorContains(t, steps(b.handler, masterArn, b.rotate(masterArn)), "connection refused")
}

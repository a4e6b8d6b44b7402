package rotate

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/elasticache/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/secrets/value"
	"github.com/carebase/carebase/functions/rotation/config"
	"github.com/carebase/carebase/internal/postgrestest"
)

var cacheArn = arnOf("redis-password")

const (
	cacheName   = "app"
	cacheUserID = "careconnect-prod-app"
)

// fakeUsers is ElastiCache with one user, and a cache that admits the user. A change takes effect at the second
// DescribeUsers after it, as the change of a real user takes a while.
type fakeUsers struct {
	mutex     sync.Mutex
	passwords []string // that the cache admits now
	changing  []string // that it admits soon
	asked     int      // DescribeUsers since the change
	typ       types.AuthenticationType
	status    string // instead of the real one
	name      string
	changes   [][]string

	process *process
	port    int
	roots   *x509.CertPool
}

func (u *fakeUsers) DescribeUsers(_ context.Context, in *elasticache.DescribeUsersInput, _ ...func(*elasticache.Options)) (*elasticache.DescribeUsersOutput, error) {
	if err := u.process.begin(); err != nil {
		return nil, err
	}
	u.mutex.Lock()
	defer u.mutex.Unlock()
	if aws.ToString(in.UserId) != cacheUserID {
		return nil, &types.UserNotFoundFault{Message: aws.String("user not found")}
	}
	status := "active"
	if u.changing != nil {
		status = "modifying"
		if u.asked++; u.asked == 2 {
			u.passwords, u.changing, u.asked = u.changing, nil, 0
			status = "active"
		}
	}
	if u.status != "" {
		status = u.status
	}
	out := &elasticache.DescribeUsersOutput{Users: []types.User{{
		UserId: in.UserId, UserName: aws.String(u.name), Status: aws.String(status),
		Authentication: &types.Authentication{Type: u.typ, PasswordCount: aws.Int32(int32(len(u.passwords)))},
	}}}
	return out, u.process.end()
}

func (u *fakeUsers) ModifyUser(_ context.Context, in *elasticache.ModifyUserInput, _ ...func(*elasticache.Options)) (*elasticache.ModifyUserOutput, error) {
	if err := u.process.begin(); err != nil {
		return nil, err
	}
	u.mutex.Lock()
	defer u.mutex.Unlock()
	mode := in.AuthenticationMode
	switch {
	case aws.ToString(in.UserId) != cacheUserID:
		return nil, &types.UserNotFoundFault{Message: aws.String("user not found")}
	case u.changing != nil:
		return nil, &types.InvalidUserStateFault{Message: aws.String("the user is being modified")}
	case mode == nil || mode.Type != types.InputAuthenticationTypePassword || len(mode.Passwords) < 1 || len(mode.Passwords) > 2:
		return nil, &types.InvalidParameterValueException{Message: aws.String("one or two passwords")}
	}
	for _, password := range mode.Passwords {
		if len(password) < 16 || len(password) > 128 {
			return nil, &types.InvalidParameterValueException{Message: aws.String("16 to 128 characters")}
		}
	}
	u.changing = slices.Clone(mode.Passwords)
	u.changes = append(u.changes, u.changing)
	return &elasticache.ModifyUserOutput{}, u.process.end()
}

func (u *fakeUsers) admits(user, password string) bool {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	return user == u.name && slices.Contains(u.passwords, password)
}

// serve answers AUTH as Redis does, by TLS.
func (u *fakeUsers) serve(t *testing.T) {
	t.Helper()
	certificate, roots := postgrestest.Certificate(t, "localhost")
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12})
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	u.port, u.roots = listener.Addr().(*net.TCPAddr).Port, roots
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go u.answer(connection)
		}
	}()
}

func (u *fakeUsers) answer(connection net.Conn) {
	defer func() { _ = connection.Close() }()
	reader := bufio.NewReader(connection)
	for {
		words, err := readCommand(reader)
		switch {
		case err != nil:
			return
		case len(words) == 3 && words[0] == "AUTH" && u.admits(words[1], words[2]):
			_, _ = io.WriteString(connection, "+OK\r\n")
		case len(words) == 3 && words[0] == "AUTH":
			_, _ = io.WriteString(connection, "-WRONGPASS invalid username-password pair or user is disabled.\r\n")
		default:
			_, _ = io.WriteString(connection, "-ERR unknown command\r\n")
		}
	}
}

// readCommand reads an array of bulk strings, and refuses all else.
func readCommand(reader *bufio.Reader) ([]string, error) {
	number := func(mark string) (int, error) {
		line, err := reader.ReadString('\n')
		if err != nil {
			return 0, err
		}
		rest, found := strings.CutPrefix(strings.TrimSuffix(line, "\r\n"), mark)
		if !found {
			return 0, errors.New("protocol error")
		}
		return strconv.Atoi(rest)
	}
	count, err := number("*")
	if err != nil {
		return nil, err
	}
	var words []string
	for range count {
		length, err := number("$")
		if err != nil {
			return nil, err
		}
		word := make([]byte, length+2)
		if _, err := io.ReadFull(reader, word); err != nil || !bytes.HasSuffix(word, []byte("\r\n")) {
			return nil, errors.New("protocol error")
		}
		words = append(words, string(word[:length]))
	}
	return words, nil
}

func cacheBench(t *testing.T, text string) (*Handler, *fakeSecrets, *fakeUsers, *bytes.Buffer) {
	t.Helper()
	before := userPoll
	userPoll = 0
	t.Cleanup(func() { userPoll = before })
	users := &fakeUsers{typ: types.AuthenticationTypePassword, name: cacheName, passwords: []string{"the-password-from-before"}}
	users.serve(t)
	f, log := newFakeSecrets(), &bytes.Buffer{}
	f.add(cacheArn, text)
	return &Handler{
		Config: config.Config{
			Cache:   &config.Cache{Host: "localhost", Port: users.port},
			Secrets: map[string]config.Secret{cacheArn: {Strategy: config.CacheUser, User: cacheName, UserID: cacheUserID}},
		},
		Secrets: f, Users: users, CacheRoots: users.roots, Log: slog.New(slog.NewJSONHandler(log, nil)),
	}, f, users, log
}

func passwordOf(t *testing.T, text string) string {
	t.Helper()
	c, err := value.ParseCredential(text, cacheName)
	require.NoError(t, err)
	assert.Equal(t, cacheName, c.Username)
	return c.Password
}

func TestACacheUserHasTheLastTwoPasswords(t *testing.T) {
	for name, text := range map[string]string{"a password from before rotation": "the-password-from-before", "no password yet": ""} {
		t.Run(name, func(t *testing.T) {
			h, f, users, log := cacheBench(t, text)
			want := []string{}
			if text != "" {
				want = append(want, text)
			}
			for range 3 {
				rotateOnce(t, h, f, cacheArn)
				current := f.text(cacheArn, stageCurrent)
				want = append(want, passwordOf(t, current))
				want = want[max(0, len(want)-2):]
				assert.Equal(t, want, users.passwords)
				assert.Equal(t, fmt.Sprintf("rediss://app:%s@localhost:%d", passwordOf(t, current), users.port), credentialURL(t, current))
				assert.NotContains(t, log.String(), passwordOf(t, current))
			}
		})
	}
}

func credentialURL(t *testing.T, text string) string {
	t.Helper()
	c, err := value.ParseCredential(text, "")
	require.NoError(t, err)
	return c.URL
}

// At every request and packet: the cache admits AWSCURRENT, and the next invocation completes the rotation.
func TestAKilledRotationOfACacheUserIsContinued(t *testing.T) {
	start := func(t *testing.T, p *process) (*Handler, *fakeSecrets, *fakeUsers) {
		h, f, users, _ := cacheBench(t, "")
		rotateOnce(t, h, f, cacheArn)
		f.process, users.process, h.Dial = p, p, p.dialing
		return h, f, users
	}
	whole := &process{}
	h, f, _ := start(t, whole)
	require.NoError(t, steps(h, cacheArn, f.rotate(cacheArn)))
	require.Greater(t, whole.calls, 15)
	for at := 1; at <= whole.calls; at++ {
		for _, hasEffect := range []bool{false, true} {
			h, f, users := start(t, &process{dieAt: at, hasEffect: hasEffect})
			require.Error(t, steps(h, cacheArn, f.rotate(cacheArn)))
			current := passwordOf(t, f.text(cacheArn, stageCurrent))
			assert.True(t, users.admits(cacheName, current), "call %d", at)
			f.process, users.process, h.Dial = nil, nil, nil
			rotateOnce(t, h, f, cacheArn)
			assert.True(t, users.admits(cacheName, passwordOf(t, f.text(cacheArn, stageCurrent))), "call %d", at)
			assert.True(t, users.admits(cacheName, passwordOf(t, f.text(cacheArn, stagePrevious))), "call %d", at)
		}
	}
}

func TestCacheUsersAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Handler, *fakeUsers)
		want   string
	}{
		"signs in by IAM":  {func(_ *Handler, u *fakeUsers) { u.typ = types.AuthenticationTypeIam }, "signs in by IAM"},
		"another name":     {func(_ *Handler, u *fakeUsers) { u.name = "other" }, "the name of the cache user"},
		"is being deleted": {func(_ *Handler, u *fakeUsers) { u.status = "deleting" }, "is deleting"},
		"no such user": {func(h *Handler, _ *fakeUsers) {
			set(h, config.Secret{Strategy: config.CacheUser, User: cacheName, UserID: "x"})
		}, "user not found"},
		"unreachable":       {func(h *Handler, _ *fakeUsers) { h.Dial = unreachable }, "connection refused"},
		"unknown authority": {func(h *Handler, _ *fakeUsers) { h.CacheRoots = RDSAuthorities() }, "x509"},
	} {
		t.Run(name, func(t *testing.T) {
			h, f, users, _ := cacheBench(t, "the-password-from-before")
			c.change(h, users)
			assert.ErrorContains(t, steps(h, cacheArn, f.rotate(cacheArn)), c.want)
			assert.Equal(t, "the-password-from-before", f.text(cacheArn, stageCurrent))
		})
	}
	t.Run("another user's value", func(t *testing.T) {
		h, f, users, _ := cacheBench(t, `{"username":"default","password":"the-password-from-before"}`)
		assert.ErrorContains(t, steps(h, cacheArn, f.rotate(cacheArn)), "the value's user is not app")
		assert.Empty(t, users.changes)
	})
}

func set(h *Handler, s config.Secret) { h.Config.Secrets[cacheArn] = s }

func TestACacheThatRefusesTheNewPasswordFailsTheTest(t *testing.T) {
	h, f, users, _ := cacheBench(t, "the-password-from-before")
	token := f.rotate(cacheArn)
	for _, step := range []string{CreateSecret, SetSecret} {
		require.NoError(t, h.Handle(context.Background(), Event{Step: step, SecretID: cacheArn, ClientRequestToken: token}))
	}
	users.passwords = []string{"the-password-from-before"}
	assert.ErrorContains(t, steps(&Handler{
		Config: h.Config, Secrets: f, Users: lazy{users}, CacheRoots: h.CacheRoots, Log: h.Log,
	}, cacheArn, token), "the cache refuses the new password")
	assert.Equal(t, "the-password-from-before", f.text(cacheArn, stageCurrent))
}

// lazy is an ElastiCache that confirms a change and does not make it.
type lazy struct{ *fakeUsers }

func (lazy) ModifyUser(context.Context, *elasticache.ModifyUserInput, ...func(*elasticache.Options)) (*elasticache.ModifyUserOutput, error) {
	return &elasticache.ModifyUserOutput{}, nil
}

func TestTheWaitForAUserEndsWithTheContext(t *testing.T) {
	h, f, users, _ := cacheBench(t, "the-password-from-before")
	userPoll = time.Hour
	users.status = "modifying"
	ctx, cancel := context.WithCancel(context.Background())
	token := f.rotate(cacheArn)
	require.NoError(t, h.Handle(ctx, Event{Step: CreateSecret, SecretID: cacheArn, ClientRequestToken: token}))
	cancel()
	assert.ErrorIs(t, h.Handle(ctx, Event{Step: SetSecret, SecretID: cacheArn, ClientRequestToken: token}), context.Canceled)
}

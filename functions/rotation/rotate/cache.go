package rotate

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/elasticache/types"

	"github.com/carebase/carebase/components/secrets/value"
)

// cacheUser gives an ElastiCache user two passwords: the current one and the pending one. The password before the current
// one ends. After the rotation the user still has both, so that tasks which read the old one when they started can connect
// again; the next rotation ends it.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html#rbac-using
type cacheUser struct {
	*Handler
	user, userID string
}

func (c cacheUser) propose(current *string) (string, error) {
	if current != nil {
		if _, err := c.parse(*current); err != nil {
			return "", err
		}
	}
	return value.Redis(c.Config.Cache.Host, c.Config.Cache.Port, c.user, newPassword()).Text(), nil
}

// set sends the same two passwords however often it is repeated.
func (c cacheUser) set(ctx context.Context, v values) error {
	pending, err := c.parse(v.pending)
	if err != nil {
		return fmt.Errorf("%s: %w", stagePending, err)
	}
	passwords := []string{pending.Password}
	if v.current != nil {
		current, err := c.parse(*v.current)
		if err != nil {
			return fmt.Errorf("%s: %w", stageCurrent, err)
		}
		passwords = []string{current.Password, pending.Password}
	}
	if err := c.waitUntilActive(ctx); err != nil {
		return err
	}
	if _, err := c.Users.ModifyUser(ctx, &elasticache.ModifyUserInput{
		UserId: aws.String(c.userID),
		AuthenticationMode: &types.AuthenticationMode{
			Type: types.InputAuthenticationTypePassword, Passwords: passwords,
		},
	}); err != nil {
		return err
	}
	return c.waitUntilActive(ctx)
}

// userPoll is the time between two questions for the state of a user. A change takes about a minute.
var userPoll = 2 * time.Second

// waitUntilActive waits until ElastiCache has applied the last change of the user: before, it takes no other change and its
// nodes may not know the new password. The context ends the wait.
func (c cacheUser) waitUntilActive(ctx context.Context) error {
	for {
		out, err := c.Users.DescribeUsers(ctx, &elasticache.DescribeUsersInput{UserId: aws.String(c.userID)})
		if err != nil {
			return err
		}
		if len(out.Users) != 1 {
			return fmt.Errorf("there is no cache user %s", c.userID)
		}
		user := out.Users[0]
		switch status := aws.ToString(user.Status); {
		case aws.ToString(user.UserName) != c.user:
			return fmt.Errorf("the name of the cache user %s is not %s", c.userID, c.user)
		case user.Authentication != nil && user.Authentication.Type == types.AuthenticationTypeIam:
			return fmt.Errorf("the cache user %s signs in by IAM and has no password", c.userID)
		case status == "active":
			return nil
		case status != "modifying" && status != "creating":
			return fmt.Errorf("the cache user %s is %s", c.userID, status)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the cache user %s is still being changed: %w", c.userID, ctx.Err())
		case <-time.After(userPoll):
		}
	}
}

// test signs in to the cache by TLS.
func (c cacheUser) test(ctx context.Context, v values) error {
	pending, err := c.parse(v.pending)
	if err != nil {
		return fmt.Errorf("%s: %w", stagePending, err)
	}
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	dial := c.Dial
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	host := c.Config.Cache.Host
	raw, err := dial(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(c.Config.Cache.Port)))
	if err != nil {
		return err
	}
	defer func() { _ = raw.Close() }()
	deadline, _ := ctx.Deadline()
	if err := raw.SetDeadline(deadline); err != nil {
		return err
	}
	session := tls.Client(raw, &tls.Config{RootCAs: c.CacheRoots, ServerName: host, MinVersion: tls.VersionTLS12})
	if _, err := session.Write(respCommand("AUTH", c.user, pending.Password)); err != nil {
		return err
	}
	answer, err := bufio.NewReader(session).ReadString('\n')
	switch {
	case err != nil:
		return err
	case strings.HasPrefix(answer, "+OK"):
		return nil
	case strings.HasPrefix(answer, "-WRONGPASS"):
		return errors.New("the cache refuses the new password")
	}
	return errors.New("the cache does not answer AUTH with OK")
}

// respCommand encodes a command for the cache.
// https://redis.io/docs/latest/develop/reference/protocol-spec/#arrays
func respCommand(words ...string) []byte {
	var command strings.Builder
	fmt.Fprintf(&command, "*%d\r\n", len(words))
	for _, word := range words {
		fmt.Fprintf(&command, "$%d\r\n%s\r\n", len(word), word)
	}
	return []byte(command.String())
}

func (c cacheUser) parse(text string) (value.Credential, error) {
	credential, err := value.ParseCredential(text, c.user)
	if err == nil && credential.Username != c.user {
		return value.Credential{}, fmt.Errorf("the value's user is not %s", c.user)
	}
	return credential, err
}

package rotate

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/carebase/carebase/components/database/roles"
	"github.com/carebase/carebase/components/secrets/value"
)

// connectTimeout is long enough for an RDS failover's DNS change to be noticed by the next attempt, and short enough for
// several attempts within the function's timeout.
const connectTimeout = 10 * time.Second

// databaseRole alternates between a role and its clone. The user that applications of AWSCURRENT sign in as keeps its
// password, so no sign-in fails at any time.
type databaseRole struct {
	*Handler
	role string
}

func (d databaseRole) propose(current *string) (string, error) {
	user := d.role // before the first rotation nobody signs in as either user
	if current != nil {
		old, err := d.parse(*current)
		if err != nil {
			return "", err
		}
		if old.Username == d.role {
			user = roles.Clone(d.role)
		}
	}
	return d.credential(user).Text(), nil
}

// set changes the password of the user that AWSCURRENT does not have, as the master user.
func (d databaseRole) set(ctx context.Context, v values) error {
	pending, err := d.parse(v.pending)
	if err != nil {
		return fmt.Errorf("%s: %w", stagePending, err)
	}
	if v.current != nil {
		current, err := d.parse(*v.current)
		if err != nil {
			return fmt.Errorf("%s: %w", stageCurrent, err)
		}
		if current.Username == pending.Username {
			return fmt.Errorf("%s and %s are both of the user %s: its password is in use", stagePending, stageCurrent, pending.Username)
		}
	}
	if accepted, err := d.accepts(ctx, pending); accepted || err != nil {
		return err
	}
	master, err := d.signInAsMaster(ctx)
	if err != nil {
		return err
	}
	defer closeConnection(master)
	return d.changePassword(ctx, master, pending)
}

// test signs in and requires that the session acts as the role, whichever of the two users signed in.
func (d databaseRole) test(ctx context.Context, v values) error {
	pending, err := d.parse(v.pending)
	if err != nil {
		return fmt.Errorf("%s: %w", stagePending, err)
	}
	return d.actsAs(ctx, pending, d.role)
}

// parse refuses the credential of any user but the role and its clone.
func (d databaseRole) parse(text string) (value.Credential, error) {
	c, err := value.ParseCredential(text, d.role)
	if err != nil {
		return value.Credential{}, err
	}
	if c.Username != d.role && c.Username != roles.Clone(d.role) {
		return value.Credential{}, fmt.Errorf("the value's user is neither %s nor %s", d.role, roles.Clone(d.role))
	}
	return c, nil
}

// databaseMaster changes the master user's password. The user has no clone, so from the step setSecret until finishSecret a
// sign-in with AWSCURRENT is refused. Only the job that creates the roles and this function sign in as the master user;
// this function tries the other stages as well.
type databaseMaster struct {
	*Handler
	user string
}

func (d databaseMaster) propose(current *string) (string, error) {
	if current == nil {
		return "", errors.New("there is no value, and nobody else knows the master user's password: store it first")
	}
	if _, err := d.parse(*current); err != nil {
		return "", err
	}
	return d.credential(d.user).Text(), nil
}

// set signs in with AWSCURRENT or, if the database refuses that password, with AWSPREVIOUS.
func (d databaseMaster) set(ctx context.Context, v values) error {
	pending, err := d.parse(v.pending)
	if err != nil {
		return fmt.Errorf("%s: %w", stagePending, err)
	}
	if accepted, err := d.accepts(ctx, pending); accepted || err != nil {
		return err
	}
	for _, text := range []*string{v.current, v.previous} {
		if text == nil {
			continue
		}
		candidate, err := d.parse(*text)
		if err != nil {
			continue
		}
		master, err := d.signIn(ctx, candidate)
		if refused(err) {
			continue
		}
		if err != nil {
			return err
		}
		defer closeConnection(master)
		return d.changePassword(ctx, master, pending)
	}
	return fmt.Errorf("the database refuses the passwords of %s, %s and %s", stageCurrent, stagePrevious, stagePending)
}

func (d databaseMaster) test(ctx context.Context, v values) error {
	pending, err := d.parse(v.pending)
	if err != nil {
		return fmt.Errorf("%s: %w", stagePending, err)
	}
	return d.actsAs(ctx, pending, d.user)
}

func (d databaseMaster) parse(text string) (value.Credential, error) {
	c, err := value.ParseCredential(text, d.user)
	if err == nil && c.Username != d.user {
		return value.Credential{}, fmt.Errorf("the value's user is not %s", d.user)
	}
	return c, err
}

// credential returns the credential of a user with a new password.
func (h *Handler) credential(user string) value.Credential {
	d := h.Config.Database
	return value.Postgres(d.Host, d.Port, d.Name, user, newPassword())
}

// signIn opens a session. It ignores the address in the credential: the configuration has it. The server must prove by its
// certificate that it is the database (sslmode verify-full).
func (h *Handler) signIn(ctx context.Context, c value.Credential) (*pgx.Conn, error) {
	d := h.Config.Database
	options, err := pgx.ParseConfig(fmt.Sprintf("host=%s port=%d dbname=%s user=%s sslmode=verify-full", d.Host, d.Port, d.Name, c.Username))
	if err != nil {
		return nil, err
	}
	options.Password, options.TLSConfig.RootCAs, options.ConnectTimeout = c.Password, h.DatabaseRoots, connectTimeout
	if h.Dial != nil {
		options.DialFunc = h.Dial
	}
	return pgx.ConnectConfig(ctx, options)
}

// accepts tells whether the database accepts the credential. A database that cannot be reached is an error.
func (h *Handler) accepts(ctx context.Context, c value.Credential) (bool, error) {
	session, err := h.signIn(ctx, c)
	if err == nil {
		closeConnection(session)
		return true, nil
	}
	if refused(err) {
		return false, nil
	}
	return false, err
}

// refused tells whether the database refused the user or the password, as opposed to any other failure.
// https://www.postgresql.org/docs/current/errcodes-appendix.html
func refused(err error) bool {
	var answer *pgconn.PgError
	return errors.As(err, &answer) && (answer.Code == "28P01" || answer.Code == "28000")
}

// signInAsMaster opens a session with the master secret. While that secret rotates itself, AWSCURRENT may not be the stage
// whose password is valid.
func (h *Handler) signInAsMaster(ctx context.Context) (*pgx.Conn, error) {
	secret := h.Config.Database.MasterSecret
	for _, stage := range []string{stageCurrent, stagePending, stagePrevious} {
		text, err := h.value(ctx, secret, stage)
		if err != nil {
			return nil, fmt.Errorf("master secret: %w", err)
		}
		if text == nil {
			continue
		}
		master, err := value.ParseCredential(*text, "")
		if err != nil {
			return nil, fmt.Errorf("master secret, %s: %w", stage, err)
		}
		session, err := h.signIn(ctx, master)
		if refused(err) {
			continue
		}
		return session, err
	}
	return nil, errors.New("the database refuses the password of every stage of the master secret")
}

// changePassword gives a role a password. The lock is the one that the roles' script takes: two changes of a role at the same
// time would fail.
func (h *Handler) changePassword(ctx context.Context, session *pgx.Conn, c value.Credential) error {
	secret, err := verifier(c.Password)
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, session, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtext('roles of ' || current_database()))"); err != nil {
			return err
		}
		var exists bool
		if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1 AND rolcanlogin)", c.Username).Scan(&exists); err != nil {
			return err
		}
		if !exists {
			return fmt.Errorf("the database has no user %s: run the job that creates the roles", c.Username)
		}
		// ALTER ROLE takes no parameters. The verifier has no quote in it: base64, digits, $, : and -.
		_, err := tx.Exec(ctx, fmt.Sprintf("ALTER ROLE %s PASSWORD '%s'", pgx.Identifier{c.Username}.Sanitize(), secret))
		return err
	})
}

// actsAs signs in and requires that the session's privileges are those of the role.
func (h *Handler) actsAs(ctx context.Context, c value.Credential, role string) error {
	session, err := h.signIn(ctx, c)
	if err != nil {
		return err
	}
	defer closeConnection(session)
	var actual string
	if err := session.QueryRow(ctx, "SELECT current_user").Scan(&actual); err != nil {
		return err
	}
	if actual != role {
		return fmt.Errorf("a session of the user %s acts as %s, and must act as %s: run the job that creates the roles", c.Username, actual, role)
	}
	return nil
}

// closeConnection takes no context: a session that is no longer needed is closed even if the step was canceled.
func closeConnection(session *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = session.Close(ctx)
}

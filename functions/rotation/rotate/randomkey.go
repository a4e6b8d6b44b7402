package rotate

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/carebase/carebase/components/secrets/value"
)

// randomKey rotates a value.RandomKey. Nothing but the secret holds the key, so there is nothing to set.
type randomKey struct{}

// propose moves each key on by one generation. A secret without a next key keeps its current key in its first rotation,
// because running tasks would not accept signatures by a key that they never saw.
func (randomKey) propose(current *string) (string, error) {
	if current == nil {
		key := newKey()
		return value.RandomKey{Current: key, Previous: key, Next: newKey()}.Text(), nil
	}
	old, err := value.ParseRandomKey(*current)
	if err != nil {
		return "", err
	}
	if old.Next == "" {
		previous := old.Previous
		if previous == "" {
			previous = old.Current // an application must never accept an empty key
		}
		return value.RandomKey{Current: old.Current, Previous: previous, Next: newKey()}.Text(), nil
	}
	return value.RandomKey{Current: old.Next, Previous: old.Current, Next: newKey()}.Text(), nil
}

func (randomKey) set(context.Context, values) error { return nil }

// test refuses a pending value with which running tasks would refuse signatures of new tasks, or the reverse.
func (randomKey) test(_ context.Context, v values) error {
	pending, err := value.ParseRandomKey(v.pending)
	if err != nil {
		return fmt.Errorf("%s: %w", stagePending, err)
	}
	if pending.Previous == "" || pending.Next == "" || pending.Next == pending.Current {
		return errors.New(stagePending + ": a generation of the key is missing")
	}
	if v.current == nil {
		return nil
	}
	current, err := value.ParseRandomKey(*v.current)
	if err != nil {
		return fmt.Errorf("%s: %w", stageCurrent, err)
	}
	kept := pending.Current == current.Current
	moved := pending.Current == current.Next && pending.Previous == current.Current
	if !kept && !moved {
		return errors.New(stagePending + ": the key does not follow the key of " + stageCurrent)
	}
	return nil
}

// newPassword returns a password of 52 letters and digits with 256 bits of entropy. PostgreSQL, ElastiCache and connection
// strings take it without quoting.
func newPassword() string { return rand.Text() + rand.Text() }

// newKey returns a key of 78 letters and digits with 384 bits of entropy or more: HMAC with SHA-512 takes at least 64 bytes
// (RFC 7518, section 3.2).
func newKey() string { return rand.Text() + rand.Text() + rand.Text() }

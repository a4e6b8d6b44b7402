package value

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestACredentialKeepsItsKeys(t *testing.T) {
	c := Postgres("db.example.com", 5432, "careconnect", "careconnect_app", "p/w@1")
	assert.Equal(t, `{"engine":"postgres","host":"db.example.com","port":5432,"dbname":"careconnect",`+
		`"username":"careconnect_app","password":"p/w@1",`+
		`"url":"postgresql://careconnect_app:p%2Fw%401@db.example.com:5432/careconnect?sslmode=verify-full"}`, c.Text())
	parsed, err := ParseCredential(c.Text(), "other")
	require.NoError(t, err)
	assert.Equal(t, c, parsed)

	assert.Equal(t, "rediss://app:secret@cache.example.com:6379", Redis("cache.example.com", 6379, "app", "secret").URL)
}

func TestTheSecretOfRDSIsACredential(t *testing.T) {
	c, err := ParseCredential(`{"username":"careconnect_user","password":"x"}`, "")
	require.NoError(t, err)
	assert.Equal(t, Credential{Username: "careconnect_user", Password: "x"}, c)
}

func TestAPasswordFromBeforeRotationIsItsUsers(t *testing.T) {
	c, err := ParseCredential("plain-password", "careconnect_app")
	require.NoError(t, err)
	assert.Equal(t, Credential{Username: "careconnect_app", Password: "plain-password"}, c)
	_, err = ParseCredential("hunter2", "")
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "hunter2")
}

func TestBadCredentialsAreRefusedWithoutShowingThem(t *testing.T) {
	for _, text := range []string{"", "{}", `{"password":"hunter2"}`, `{"username":"hunter2"}`, `{"username":["hunter2"],"password":"hunter2"}`} {
		_, err := ParseCredential(text, "user")
		require.Errorf(t, err, "%q", text)
		assert.NotContains(t, err.Error(), "hunter2")
	}
}

func TestRandomKeys(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want RandomKey
	}{
		"all generations":       {`{"current":"b","previous":"a","next":"c"}`, RandomKey{Current: "b", Previous: "a", Next: "c"}},
		"put by hand":           {`{"current":"a"}`, RandomKey{Current: "a"}},
		"from before rotation":  {"plain-key", RandomKey{Current: "plain-key"}},
		"a number is a key too": {"1234567890123456", RandomKey{Current: "1234567890123456"}},
	} {
		t.Run(name, func(t *testing.T) {
			k, err := ParseRandomKey(c.text)
			require.NoError(t, err)
			assert.Equal(t, c.want, k)
		})
	}
	for _, text := range []string{`{}`, `{"key":"hunter2"}`, `{"current":["hunter2"]}`} {
		_, err := ParseRandomKey(text)
		require.Errorf(t, err, "%q", text)
		assert.NotContains(t, err.Error(), "hunter2")
	}
}

// Task definitions name these keys.
func TestKeysAreThoseOfTheObjects(t *testing.T) {
	assert.ElementsMatch(t, []string{CurrentKey, PreviousKey, NextKey}, keys(t, RandomKey{}.Text()))
	assert.Subset(t, keys(t, Postgres("h", 1, "d", "u", "p").Text()), []string{UsernameKey, PasswordKey, URLKey})
}

func keys(t *testing.T, text string) []string {
	t.Helper()
	var object map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &object))
	var names []string
	for _, key := range reflect.ValueOf(object).MapKeys() {
		names = append(names, key.String())
	}
	return names
}

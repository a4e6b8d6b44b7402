// Package value defines the JSON objects that are stored in Secrets Manager as the values of secrets which rotate.
//
// The rotation function writes these objects. Task definitions name their keys
// (valueFrom "<secret ARN>:<key>::"), so that a container gets one key of the object as an environment variable.
// The package imports neither the AWS SDK nor Pulumi.
package value

import (
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"strconv"
)

// Keys of a Credential that task definitions name.
const (
	UsernameKey = "username"
	PasswordKey = "password"
	URLKey      = "url"
)

// Keys of a RandomKey that task definitions name.
const (
	CurrentKey  = "current"
	PreviousKey = "previous"
	NextKey     = "next"
)

// Credential is a user name and its password, with the address where they are valid. The keys are those of AWS's own
// rotation functions.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
type Credential struct {
	Engine   string `json:"engine,omitempty"` // EnginePostgres or EngineRedis
	Host     string `json:"host,omitempty"`
	Port     int    `json:"port,omitempty"`
	Database string `json:"dbname,omitempty"` // PostgreSQL only
	Username string `json:"username"`
	Password string `json:"password"`
	// URL holds all of the above, for clients that take a single connection string. It requires TLS.
	URL string `json:"url,omitempty"`
}

// Engines of a Credential.
const (
	EnginePostgres = "postgres"
	EngineRedis    = "redis"
)

// RandomKey holds three generations of a random key, such as the key that signs sessions. An application signs with
// Current and accepts signatures of all three.
//
// Tasks read the secret when they start, so during a rolling deployment old and new tasks run side by side. A rotation
// moves Next to Current and Current to Previous. Therefore an old task accepts what a new task signs, because the new
// task's Current is the old task's Next, and a new task accepts what an old task signed, because the old task's Current
// is the new task's Previous.
type RandomKey struct {
	Current  string `json:"current"`
	Previous string `json:"previous"`
	Next     string `json:"next"`
}

// ParseCredential decodes a Credential. A text that is not a JSON object is a password that was stored before rotation was
// enabled: it becomes the Password of user. An empty user refuses such a text. Errors do not contain any part of the text.
func ParseCredential(text, user string) (Credential, error) {
	c := Credential{}
	if isObject(text) {
		if json.Unmarshal([]byte(text), &c) != nil {
			return Credential{}, fmt.Errorf("the value is not a JSON object with the texts %q and %q", UsernameKey, PasswordKey)
		}
	} else {
		c = Credential{Username: user, Password: text}
	}
	if c.Username == "" || c.Password == "" {
		return Credential{}, fmt.Errorf("the value is not a JSON object with the texts %q and %q", UsernameKey, PasswordKey)
	}
	return c, nil
}

func isObject(text string) bool {
	var object map[string]json.RawMessage
	return json.Unmarshal([]byte(text), &object) == nil
}

// ParseRandomKey decodes a RandomKey. A text that is not a JSON object is a key that was stored before rotation was
// enabled: it becomes Current. Errors do not contain any part of the text.
func ParseRandomKey(text string) (RandomKey, error) {
	if !isObject(text) {
		return RandomKey{Current: text}, nil
	}
	var k RandomKey
	if json.Unmarshal([]byte(text), &k) != nil || k.Current == "" {
		return RandomKey{}, fmt.Errorf("the value is a JSON object without a text %q", CurrentKey)
	}
	return k, nil
}

// Postgres returns the Credential of a PostgreSQL user.
func Postgres(host string, port int, database, username, password string) Credential {
	address := url.URL{
		Scheme: "postgresql", Host: net.JoinHostPort(host, strconv.Itoa(port)), Path: "/" + database,
		User: url.UserPassword(username, password), RawQuery: "sslmode=verify-full",
	}
	return Credential{
		Engine: EnginePostgres, Host: host, Port: port, Database: database,
		Username: username, Password: password, URL: address.String(),
	}
}

// Redis returns the Credential of an ElastiCache user. The scheme rediss stands for TLS.
func Redis(host string, port int, username, password string) Credential {
	address := url.URL{
		Scheme: "rediss", Host: net.JoinHostPort(host, strconv.Itoa(port)), User: url.UserPassword(username, password),
	}
	return Credential{
		Engine: EngineRedis, Host: host, Port: port, Username: username, Password: password, URL: address.String(),
	}
}

// Text encodes the Credential.
func (c Credential) Text() string { return encode(c) }

// Text encodes the RandomKey.
func (k RandomKey) Text() string { return encode(k) }

func encode(object any) string {
	text, err := json.Marshal(object)
	if err != nil {
		panic(err) // structs of strings and numbers always encode
	}
	return string(text)
}

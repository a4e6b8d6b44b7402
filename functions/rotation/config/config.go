// Package config defines the configuration of the rotation function: which secrets it rotates, by which strategy, and
// where their users sign in. components/rotation encodes it into the function's environment, and the function decodes it.
// What the function does to a secret depends on this configuration alone, never on the secret's value: whoever can write
// a secret cannot make the function sign in elsewhere. The package imports neither the AWS SDK nor Pulumi.
package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Variable is the environment variable that holds the encoded Config.
const Variable = "ROTATION"

// MaxBytes is the most that AWS Lambda takes for all environment variables of a function.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const MaxBytes = 4096

// Strategy says how a secret rotates.
type Strategy string

const (
	// DatabaseRole alternates between a role of the database and its clone (components/database/roles). The user that is not
	// in use gets the new password; the other user keeps its password until the next rotation.
	DatabaseRole Strategy = "database-role"
	// DatabaseMaster changes the password of the database's master user, which has no clone. It is for a database whose
	// password RDS cannot manage because the database is replicated.
	DatabaseMaster Strategy = "database-master"
	// CacheUser gives an ElastiCache user a second password, and drops the password before the last.
	CacheUser Strategy = "cache-user"
	// RandomKey generates a key and keeps the generations before it (value.RandomKey).
	RandomKey Strategy = "random-key"
)

// Strategies are all that there are.
var Strategies = []Strategy{DatabaseRole, DatabaseMaster, CacheUser, RandomKey}

// Config of a rotation function. All its secrets belong to one stack, which has one database and one cache at most.
type Config struct {
	Database *Database         `json:"database,omitempty"` // required for DatabaseRole and DatabaseMaster
	Cache    *Cache            `json:"cache,omitempty"`    // required for CacheUser
	Secrets  map[string]Secret `json:"secrets"`            // by ARN
	// ByHand are the ARNs of secrets that a third party issues, so that only a person can change them. The function reports
	// their age.
	ByHand []string `json:"byHand,omitempty"`
}

// ReportAge is the step of the event that makes the function report the age of each secret of ByHand.
const ReportAge = "reportAge"

// Fields of the log entry with which the function reports the age of a secret: its ARN, and the days since its current value
// was stored.
const (
	SecretField  = "secret"
	AgeDaysField = "ageDays"
)

// Database is the PostgreSQL database whose users rotate.
type Database struct {
	Host string `json:"host"` // as in the server's certificate
	Port int    `json:"port"`
	Name string `json:"name"`
	// MasterSecret is the ARN of the secret that holds the master user's name and password. DatabaseRole signs in by it to
	// change the role's password.
	MasterSecret string `json:"master"`
}

// Cache is the ElastiCache replication group whose users rotate.
type Cache struct {
	Host string `json:"host"` // the primary endpoint
	Port int    `json:"port"`
}

// Secret says how one secret rotates.
type Secret struct {
	Strategy Strategy `json:"strategy"`
	// User is the role (not its clone), the master user's name or the cache user's name. Empty for RandomKey.
	User string `json:"user,omitempty"`
	// UserID is the ElastiCache user's ID; CacheUser only.
	UserID string `json:"userId,omitempty"`
}

// Encode returns the configuration as text. Equal configurations give equal texts.
func (c Config) Encode() (string, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	if len(text)+len(Variable) > MaxBytes {
		return "", fmt.Errorf("the configuration of %d secrets has %d bytes, and AWS Lambda takes %d: use a second rotation function",
			len(c.Secrets), len(text), MaxBytes)
	}
	return string(text), c.Check()
}

// Decode is the reverse of Encode. It refuses unknown fields.
func Decode(text string) (Config, error) {
	var c Config
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return Config{}, fmt.Errorf("environment variable %s: %w", Variable, err)
	}
	return c, c.Check()
}

// Check returns all that is wrong with the configuration.
func (c Config) Check() error {
	var problems []error
	add := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if len(c.Secrets)+len(c.ByHand) == 0 {
		add("secrets: there are none")
	}
	if d := c.Database; d != nil && (d.Host == "" || d.Port == 0 || d.Name == "" || d.MasterSecret == "") {
		add("database: host, port, name and master are required")
	}
	if d := c.Cache; d != nil && (d.Host == "" || d.Port == 0) {
		add("cache: host and port are required")
	}
	for _, arn := range slices.Sorted(maps.Keys(c.Secrets)) {
		for _, problem := range c.Problems(c.Secrets[arn]) {
			add("secret %s: %s", arn, problem)
		}
		if c.Secrets[arn].Strategy == DatabaseMaster && c.Database != nil && c.Database.MasterSecret != arn {
			add("secret %s: strategy %s is for the database's master secret, which is %s", arn, DatabaseMaster, c.Database.MasterSecret)
		}
	}
	return errors.Join(problems...)
}

// Problems says what is wrong with a secret of this configuration, whatever its ARN.
func (c Config) Problems(s Secret) (found []string) {
	switch s.Strategy {
	case DatabaseRole, DatabaseMaster:
		if c.Database == nil {
			found = append(found, fmt.Sprintf("strategy %s needs a database", s.Strategy))
		}
	case CacheUser:
		if c.Cache == nil {
			found = append(found, fmt.Sprintf("strategy %s needs a cache", s.Strategy))
		}
	case RandomKey:
	default:
		found = append(found, fmt.Sprintf("strategy %q: allowed is one of %q", s.Strategy, Strategies))
	}
	if (s.User == "") != (s.Strategy == RandomKey) {
		found = append(found, fmt.Sprintf("user %q: required, except for strategy %s, which has none", s.User, RandomKey))
	}
	if (s.UserID == "") != (s.Strategy != CacheUser) {
		found = append(found, fmt.Sprintf("userId %q: required for strategy %s only", s.UserID, CacheUser))
	}
	return found
}

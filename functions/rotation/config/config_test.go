package config

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func arn(name string) string {
	return "arn:aws:secretsmanager:us-east-1:123456789012:secret:careconnect/prod/" + name + "-AbCdEf"
}

func whole() Config {
	return Config{
		Database: &Database{Host: "db.example.com", Port: 5432, Name: "careconnect", MasterSecret: arn("db-master-password")},
		Cache:    &Cache{Host: "cache.example.com", Port: 6379},
		Secrets: map[string]Secret{
			arn("db-master-password"): {Strategy: DatabaseMaster, User: "careconnect_user"},
			arn("db-password"):        {Strategy: DatabaseRole, User: "careconnect_app"},
			arn("redis"):              {Strategy: CacheUser, User: "app", UserID: "careconnect-prod-app"},
			arn("jwt"):                {Strategy: RandomKey},
		},
		ByHand: []string{arn("api-keys")},
	}
}

func TestDecodeReadsWhatEncodeWrites(t *testing.T) {
	text, err := whole().Encode()
	require.NoError(t, err)
	for range 3 {
		again, err := whole().Encode()
		require.NoError(t, err)
		require.Equal(t, text, again)
	}
	c, err := Decode(text)
	require.NoError(t, err)
	assert.Equal(t, whole(), c)
}

func TestBadConfigurationsAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Config)
		want   string
	}{
		"no secrets":           {func(c *Config) { c.Secrets, c.ByHand = nil, nil }, "secrets: there are none"},
		"no host":              {func(c *Config) { c.Database.Host = "" }, "database: host"},
		"no cache port":        {func(c *Config) { c.Cache.Port = 0 }, "cache: host and port"},
		"no database":          {func(c *Config) { c.Database = nil }, "strategy database-role needs a database"},
		"no cache":             {func(c *Config) { c.Cache = nil }, "strategy cache-user needs a cache"},
		"unknown strategy":     {func(c *Config) { c.Secrets[arn("jwt")] = Secret{Strategy: "x"} }, `strategy "x": allowed is one of`},
		"role without a user":  {func(c *Config) { c.Secrets[arn("jwt")] = Secret{Strategy: DatabaseRole} }, `user "": required`},
		"key with a user":      {func(c *Config) { c.Secrets[arn("jwt")] = Secret{Strategy: RandomKey, User: "u"} }, `user "u"`},
		"cache user without":   {func(c *Config) { c.Secrets[arn("jwt")] = Secret{Strategy: CacheUser, User: "u"} }, `userId "": required`},
		"role with an ID":      {func(c *Config) { c.Secrets[arn("jwt")] = Secret{Strategy: DatabaseRole, User: "u", UserID: "i"} }, `userId "i"`},
		"another's master":     {func(c *Config) { c.Database.MasterSecret = arn("other") }, "is for the database's master secret, which is " + arn("other")},
		"more than fits there": {func(c *Config) { many(c, 40) }, "use a second rotation function"},
	} {
		t.Run(name, func(t *testing.T) {
			config := whole()
			c.change(&config)
			_, err := config.Encode()
			assert.ErrorContains(t, err, c.want)
		})
	}
	_, err := Decode(`{"secrets":{},"extra":1}`)
	assert.ErrorContains(t, err, "extra")
	_, err = Decode("")
	assert.ErrorContains(t, err, Variable)
}

func many(c *Config, n int) {
	for i := range n {
		c.Secrets[arn(fmt.Sprintf("secret-%d", i))] = Secret{Strategy: RandomKey}
	}
}

func TestAllProblemsAreReportedAtOnce(t *testing.T) {
	c := whole()
	c.Database.Host, c.Cache.Host = "", ""
	c.Secrets[arn("jwt")] = Secret{Strategy: "x"}
	assert.Len(t, strings.Split(c.Check().Error(), "\n"), 4)
}

func TestTwentySecretsFit(t *testing.T) {
	c := whole()
	many(&c, 16)
	_, err := c.Encode()
	assert.NoError(t, err)
}

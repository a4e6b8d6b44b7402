package rotate

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

const (
	scramIterations = 4096 // PostgreSQL's default, scram_iterations
	scramSaltBytes  = 16
)

// verifier returns what PostgreSQL stores for a password (SCRAM-SHA-256, RFC 5803). ALTER ROLE takes it in place of the
// password, so that no log of the server can contain the password. The password consists of ASCII letters and digits, which
// SASLprep leaves unchanged.
// https://www.postgresql.org/docs/current/catalog-pg-authid.html
func verifier(password string) (string, error) {
	salt := make([]byte, scramSaltBytes)
	_, _ = rand.Read(salt) // never fails
	salted, err := pbkdf2.Key(sha256.New, password, salt, scramIterations, sha256.Size)
	if err != nil {
		return "", err
	}
	storedKey := sha256.Sum256(sign(salted, "Client Key"))
	encode := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("SCRAM-SHA-256$%d:%s$%s:%s",
		scramIterations, encode(salt), encode(storedKey[:]), encode(sign(salted, "Server Key"))), nil
}

func sign(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

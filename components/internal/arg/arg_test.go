package arg

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEveryProblemIsReportedAtOnce(t *testing.T) {
	p := Check("database", "db")
	p.Require("KeyArn", false, "a KMS key ARN")
	p.OneOf("Nat", "both", "none", "single")
	p.Between("BackupRetentionDays", 3, 7, 35)
	p.Match("DatabaseName", "1x", regexp.MustCompile(`^[a-z]`), "a name that starts with a letter")
	p.Add("AvailabilityZones", []string{"a"}, "2 or 3 zones")

	assert.EqualError(t, p.Err(), `database "db": 5 problems:
  - KeyArn is missing: it takes a KMS key ARN
  - Nat = "both": allowed is none, single
  - BackupRetentionDays = 3: allowed is 7 to 35
  - DatabaseName = "1x": allowed is a name that starts with a letter
  - AvailabilityZones = [a]: allowed is 2 or 3 zones`)
}

func TestNothingWrongIsNoError(t *testing.T) {
	p := Check("database", "db")
	p.Require("KeyArn", true, "a KMS key ARN")
	p.OneOf("Nat", "none", "none", "single")
	p.Between("BackupRetentionDays", 7, 7, 35)
	p.Between("BackupRetentionDays", 35, 7, 35)
	p.Match("DatabaseName", "x", regexp.MustCompile(`^[a-z]`), "")
	assert.NoError(t, p.Err())
}

func TestOneProblemIsOneLine(t *testing.T) {
	p := Check("network", "")
	assert.EqualError(t, p.Err(), `network "": the component has no name`)
}

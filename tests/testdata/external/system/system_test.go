package system_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/stacks/stackstest"

	"clinic.example.com/infrastructure/system"
)

func TestJournalIsEncryptedUnderTheStacksKey(t *testing.T) {
	g := stackstest.Plan(t, "..", "dev", system.Extend)
	group := componenttest.Find(t, g, "aws:cloudwatch/logGroup:LogGroup", "journal-group")
	assert.Equal(t, "${keys-logs.arn}", componenttest.Input(t, group, "kmsKeyId"))
	assert.Equal(t, 30.0, componenttest.Input(t, group, "retentionInDays"))
}

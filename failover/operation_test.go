package failover

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/failover/journal"
	"github.com/carebase/carebase/failover/steps"
)

// A journal's first record says which operation the journal is of, whatever the file's name is.
func TestAJournalOfAnotherOperationIsNotResumed(t *testing.T) {
	for name, began := range map[string]Began{
		"another stack":     {Operation: "failover", Stack: "dr-eu"},
		"another operation": {Operation: "drill", Stack: "dr"},
		"neither is said":   {},
		"the same":          {Operation: "failover", Stack: "dr", Operator: "ana@laptop"},
	} {
		j, err := journal.Create(t.TempDir(), "dr", "failover-dr-20261121t030000z")
		require.NoError(t, err)
		data, err := json.Marshal(began)
		require.NoError(t, err)
		require.NoError(t, j.Append(journal.Record{Time: time.Now(), Kind: journal.Begin, Data: data}))
		o := Operation{Began: Began{Stack: "dr", Operator: "ben@laptop"}}
		err = o.Begin(&steps.Run{Journal: j, Clock: steps.Real()}, OperationFailover, Consent{Accepted: []string{CodeLag}}, time.Time{})
		if name == "the same" {
			require.NoError(t, err)
			assert.Equal(t, "ana@laptop", o.Began.Operator)
			assert.Len(t, j.Records(), 2, "the consent is journaled")
			assert.Equal(t, []string{CodeLag}, o.consent().Accepted)
		} else {
			require.ErrorContains(t, err, fmt.Sprintf("operation %q on stack %q, and not of \"failover\" on \"dr\": nothing was done", began.Operation, began.Stack), name)
			assert.Len(t, j.Records(), 1, name)
		}
		require.NoError(t, j.Close())
	}
}

// A new journal begins with who started what, and with the consent.
func TestANewJournalBeginsTheOperation(t *testing.T) {
	j, err := journal.Create(t.TempDir(), "dr", "failover-dr-20261121t030000z")
	require.NoError(t, err)
	defer func() { _ = j.Close() }()
	outage := time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)
	o := Operation{Began: Began{Stack: "dr", Operator: "ana@laptop"}}
	require.NoError(t, o.Begin(&steps.Run{Journal: j, Clock: steps.Real()}, OperationFailover, Consent{PrimaryUnreachable: true}, outage))
	require.Len(t, j.Records(), 1)
	assert.JSONEq(t, `{"operation":"failover","stack":"dr","operator":"ana@laptop","caller":"","commit":"","version":"",
		"outageBegan":"2026-11-21T02:00:00Z","consent":{"primaryUnreachable":true}}`, string(j.Records()[0].Data))
}

package rotate

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/functions/rotation/config"
)

func TestAgesOfSecretsThatDoNotRotate(t *testing.T) {
	now := time.Date(2026, time.June, 30, 12, 0, 0, 0, time.UTC)
	h, f, log := keyHandler("a-key")
	h.Now = func() time.Time { return now }
	old, empty, gone := arnOf("api-keys"), arnOf("empty"), arnOf("gone")
	f.add(old, "hunter2")
	f.add(empty, "")
	f.secrets[old].versions["initial"].created = now.Add(-81*24*time.Hour - time.Minute)
	// Other versions are older and newer, before and after the current one in the list.
	f.secrets[old].versions["a"] = &fakeVersion{text: aws.String("x"), stages: []string{stagePrevious}, created: now.Add(-900 * 24 * time.Hour)}
	f.secrets[old].versions["z"] = &fakeVersion{text: aws.String("x"), stages: []string{"MINE"}, created: now}
	h.Config.ByHand = []string{old, gone, empty}

	err := h.Handle(context.Background(), Event{Step: config.ReportAge})
	assert.ErrorContains(t, err, "age of "+gone)
	ages := map[string]any{}
	for _, line := range strings.Split(strings.TrimSpace(log.String()), "\n") {
		var entry map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &entry))
		ages[entry[config.SecretField].(string)] = entry[config.AgeDaysField]
	}
	assert.Equal(t, map[string]any{old: 81.0, empty: nil, gone: nil}, ages, "a secret that fails does not hide the others")
	assert.NotContains(t, log.String(), "hunter2")
}

package rotate

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"log/slog"
	"net"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/secrets/value"
	"github.com/carebase/carebase/functions/rotation/config"
)

func arnOf(name string) string {
	return "arn:aws:secretsmanager:us-east-1:123456789012:secret:careconnect/prod/" + name + "-AbCdEf"
}

var keyArn = arnOf("jwt-signing-key")

// keyHandler rotates one random key, and logs into the buffer.
func keyHandler(text string) (*Handler, *fakeSecrets, *bytes.Buffer) {
	f := newFakeSecrets()
	f.add(keyArn, text)
	log := &bytes.Buffer{}
	return &Handler{
		Config:  config.Config{Secrets: map[string]config.Secret{keyArn: {Strategy: config.RandomKey}}},
		Secrets: f,
		Log:     slog.New(slog.NewJSONHandler(log, nil)),
	}, f, log
}

func randomKeyOf(t *testing.T, text string) value.RandomKey {
	t.Helper()
	k, err := value.ParseRandomKey(text)
	require.NoError(t, err)
	return k
}

func TestARandomKeyMovesOnByOneGeneration(t *testing.T) {
	h, f, _ := keyHandler("")
	rotateOnce(t, h, f, keyArn)
	first := randomKeyOf(t, f.text(keyArn, stageCurrent))
	assert.Equal(t, first.Current, first.Previous, "an application must never accept an empty key")
	assert.NotEqual(t, first.Current, first.Next)

	for range 3 {
		before := randomKeyOf(t, f.text(keyArn, stageCurrent))
		rotateOnce(t, h, f, keyArn)
		after := randomKeyOf(t, f.text(keyArn, stageCurrent))
		assert.Equal(t, before.Next, after.Current)
		assert.Equal(t, before.Current, after.Previous)
		assert.NotContains(t, []string{before.Previous, before.Current, before.Next}, after.Next)
		assert.GreaterOrEqual(t, len(after.Next), 64, "HMAC with SHA-512")
		assert.Equal(t, before.Text(), f.text(keyArn, stagePrevious))
	}
}

// During a rolling deployment old and new tasks run side by side: each accepts what the other signs.
func TestOldAndNewTasksAcceptEachOthersSignatures(t *testing.T) {
	for name, text := range map[string]string{
		"a key from before rotation": "key-from-before",
		"a key put by hand":          `{"current":"key-from-before"}`,
		"no key yet":                 "",
	} {
		t.Run(name, func(t *testing.T) {
			h, f, _ := keyHandler(text)
			if text == "" {
				rotateOnce(t, h, f, keyArn)
			}
			accepts := func(k value.RandomKey, signature string) bool {
				return signature == k.Current || signature == k.Previous || signature == k.Next
			}
			for range 4 {
				old := randomKeyOf(t, f.text(keyArn, stageCurrent))
				rotateOnce(t, h, f, keyArn)
				updated := randomKeyOf(t, f.text(keyArn, stageCurrent))
				assert.True(t, accepts(old, updated.Current), "an old task refuses what a new task signs")
				assert.True(t, accepts(updated, old.Current), "a new task refuses what an old task signed")
				assert.NotEmpty(t, updated.Previous)
			}
		})
	}
}

func TestAKeyThatDoesNotFollowIsRefused(t *testing.T) {
	for name, pending := range map[string]string{
		"unrelated":       `{"current":"x","previous":"y","next":"z"}`,
		"without next":    `{"current":"next","previous":"current","next":""}`,
		"without overlap": `{"current":"next","previous":"previous","next":"z"}`,
	} {
		t.Run(name, func(t *testing.T) {
			h, f, _ := keyHandler(`{"current":"current","previous":"previous","next":"next"}`)
			token := f.rotate(keyArn)
			f.secrets[keyArn].versions[token].text = aws.String(pending)
			assert.Error(t, steps(h, keyArn, token))
			assert.Contains(t, f.text(keyArn, stageCurrent), `"current":"current"`)
		})
	}
}

func TestEventsAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Event, *fakeSecrets)
		want   string
	}{
		"another secret":  {func(e *Event, _ *fakeSecrets) { e.SecretID = arnOf("other") }, "not configured"},
		"no such step":    {func(e *Event, _ *fakeSecrets) { e.Step = "deleteSecret" }, "unknown step"},
		"no token":        {func(e *Event, _ *fakeSecrets) { e.ClientRequestToken = "" }, "no ClientRequestToken"},
		"no such version": {func(e *Event, _ *fakeSecrets) { e.ClientRequestToken = "unknown" }, "no such version"},
		"not rotating":    {func(_ *Event, f *fakeSecrets) { f.secrets[keyArn].rotates = false }, "rotation is not enabled"},
		"secret is gone":  {func(_ *Event, f *fakeSecrets) { delete(f.secrets, keyArn) }, "can't find"},
		"an old version": {func(e *Event, f *fakeSecrets) {
			f.secrets[keyArn].versions["old"] = &fakeVersion{text: aws.String("x"), stages: []string{stagePrevious}}
			e.ClientRequestToken = "old"
		}, `["AWSPREVIOUS"], and not AWSPENDING`},
	} {
		for _, step := range Steps {
			t.Run(name+", "+step, func(t *testing.T) {
				h, f, log := keyHandler("a-key")
				e := Event{Step: step, SecretID: keyArn, ClientRequestToken: f.rotate(keyArn)}
				c.change(&e, f)
				assert.ErrorContains(t, h.Handle(context.Background(), e), c.want)
				assert.Contains(t, log.String(), "step failed")
				if f.secrets[keyArn] != nil {
					assert.Equal(t, "a-key", f.text(keyArn, stageCurrent))
					assert.Empty(t, f.text(keyArn, stagePending))
				}
			})
		}
	}
}

// Secrets Manager may invoke a step again after the rotation is complete.
func TestAVersionThatIsCurrentStaysAsItIs(t *testing.T) {
	h, f, _ := keyHandler("a-key")
	token := f.rotate(keyArn)
	require.NoError(t, steps(h, keyArn, token))
	text := f.text(keyArn, stageCurrent)
	process := &process{}
	f.process = process
	require.NoError(t, steps(h, keyArn, token))
	assert.Equal(t, len(Steps), process.calls, "each step only describes the secret")
	assert.Equal(t, text, f.text(keyArn, stageCurrent))
}

func TestStepsNeedTheirPredecessor(t *testing.T) {
	for _, step := range []string{SetSecret, FinishSecret} {
		h, f, _ := keyHandler("a-key")
		err := h.Handle(context.Background(), Event{Step: step, SecretID: keyArn, ClientRequestToken: f.rotate(keyArn)})
		assert.ErrorContains(t, err, "the version has no value", step)
	}
}

// Secrets Manager tests the configuration when rotation is enabled, with a version that no other step has seen.
func TestTheTestOfAConfigurationPasses(t *testing.T) {
	for name, current := range map[string]string{"no value": "", "a value": "a-key"} {
		for _, copied := range []bool{false, true} {
			h, f, _ := keyHandler(current)
			token := f.rotate(keyArn)
			if copied {
				f.secrets[keyArn].versions[token].text = aws.String(current)
			}
			if current == "" && copied {
				continue
			}
			require.NoError(t, h.Handle(context.Background(), Event{Step: TestSecret, SecretID: keyArn, ClientRequestToken: token}), name)
			assert.Equal(t, current, f.text(keyArn, stageCurrent))
		}
	}
}

// otherInvocation is a second process that acts between two calls of the first.
type otherInvocation struct {
	*fakeSecrets
	beforePut, beforeMove func()
}

func (o *otherInvocation) PutSecretValue(ctx context.Context, in *secretsmanager.PutSecretValueInput, options ...func(*secretsmanager.Options)) (*secretsmanager.PutSecretValueOutput, error) {
	if act := o.beforePut; act != nil {
		o.beforePut = nil
		act()
	}
	return o.fakeSecrets.PutSecretValue(ctx, in, options...)
}

func (o *otherInvocation) UpdateSecretVersionStage(ctx context.Context, in *secretsmanager.UpdateSecretVersionStageInput, options ...func(*secretsmanager.Options)) (*secretsmanager.UpdateSecretVersionStageOutput, error) {
	if act := o.beforeMove; act != nil {
		o.beforeMove = nil
		act()
	}
	return o.fakeSecrets.UpdateSecretVersionStage(ctx, in, options...)
}

func TestTwoInvocationsAtOnceMakeOneVersion(t *testing.T) {
	h, f, _ := keyHandler("a-key")
	token := f.rotate(keyArn)
	other := *h
	h.Secrets = &otherInvocation{
		fakeSecrets: f,
		beforePut: func() {
			require.NoError(t, other.Handle(context.Background(), Event{Step: CreateSecret, SecretID: keyArn, ClientRequestToken: token}))
		},
		beforeMove: func() {
			require.NoError(t, other.Handle(context.Background(), Event{Step: FinishSecret, SecretID: keyArn, ClientRequestToken: token}))
		},
	}
	var text string
	for _, step := range Steps {
		require.NoError(t, h.Handle(context.Background(), Event{Step: step, SecretID: keyArn, ClientRequestToken: token}), step)
		if step == CreateSecret {
			text = f.text(keyArn, stagePending)
		}
	}
	assert.Equal(t, text, f.text(keyArn, stageCurrent))
	assert.Equal(t, "a-key", f.text(keyArn, stagePrevious))
}

// Another version that became current meanwhile must not be pushed aside.
func TestAMoveThatFailsIsReported(t *testing.T) {
	h, f, _ := keyHandler("a-key")
	token := f.rotate(keyArn)
	h.Secrets = &otherInvocation{fakeSecrets: f, beforeMove: func() {
		f.secrets[keyArn].versions["by-hand"] = &fakeVersion{text: aws.String("put by hand")}
		f.secrets[keyArn].move(stageCurrent, "by-hand")
	}}
	assert.ErrorContains(t, steps(h, keyArn, token), "AWSCURRENT did not move")
	assert.Equal(t, "put by hand", f.text(keyArn, stageCurrent))
}

func TestAReplicaThatIsOutOfDateFailsTheRotation(t *testing.T) {
	h, f, _ := keyHandler("a-key")
	f.secrets[keyArn].replicas = []types.ReplicationStatusType{
		{Region: aws.String("eu-west-1"), Status: types.StatusTypeInProgress},
		{Region: aws.String("us-west-2"), Status: types.StatusTypeFailed, StatusMessage: aws.String("the key is disabled")},
	}
	token := f.rotate(keyArn)
	for range 2 { // the second time the version is AWSCURRENT
		assert.ErrorContains(t, steps(h, keyArn, token), "the replica in us-west-2 is out of date: the key is disabled")
	}
	f.secrets[keyArn].replicas[1].Status = types.StatusTypeInSync
	assert.NoError(t, steps(h, keyArn, token))
}

// At every call, before and after it has an effect: the next invocation of the step completes the rotation.
func TestAKilledRotationIsContinued(t *testing.T) {
	complete := func() int {
		h, f, _ := keyHandler("a-key")
		f.process = &process{}
		require.NoError(t, steps(h, keyArn, f.rotate(keyArn)))
		return f.process.calls
	}()
	require.Greater(t, complete, 8)
	for at := 1; at <= complete; at++ {
		for _, hasEffect := range []bool{false, true} {
			h, f, _ := keyHandler("a-key")
			f.process = &process{dieAt: at, hasEffect: hasEffect}
			require.ErrorIs(t, steps(h, keyArn, f.rotate(keyArn)), errKilled)
			f.process = nil
			if current := f.text(keyArn, stageCurrent); current != "a-key" { // killed after the move
				require.Equal(t, "a-key", f.text(keyArn, stagePrevious))
			}
			rotateOnce(t, h, f, keyArn)
			k := randomKeyOf(t, f.text(keyArn, stageCurrent))
			assert.Equal(t, "a-key", k.Previous)
		}
	}
}

func TestLogsTellTheStepAndNoValue(t *testing.T) {
	h, f, log := keyHandler("hunter2-is-the-key")
	rotateOnce(t, h, f, keyArn)
	rotateOnce(t, h, f, keyArn)
	for _, step := range Steps {
		assert.Contains(t, log.String(), `"step":"`+step+`","secret":"`+keyArn+`","version":"version-1"`)
	}
	for _, stage := range []string{stageCurrent, stagePrevious} {
		k := randomKeyOf(t, f.text(keyArn, stage))
		for _, secret := range []string{k.Current, k.Previous, k.Next} {
			assert.NotContains(t, log.String(), secret)
		}
	}
}

func TestBadValuesAreReportedWithoutShowingThem(t *testing.T) {
	for name, strategy := range map[string]config.Secret{
		"random key": {Strategy: config.RandomKey},
		"role":       {Strategy: config.DatabaseRole, User: "careconnect_app"},
		"master":     {Strategy: config.DatabaseMaster, User: "careconnect_user"},
		"cache user": {Strategy: config.CacheUser, User: "app", UserID: "app"},
	} {
		t.Run(name, func(t *testing.T) {
			h, f, log := keyHandler(`{"hunter2":"hunter2"}`)
			h.Config.Secrets[keyArn] = strategy
			err := steps(h, keyArn, f.rotate(keyArn))
			require.ErrorContains(t, err, "AWSCURRENT: the value")
			assert.NotContains(t, err.Error()+log.String(), "hunter2")
		})
	}
}

func TestABinaryValueIsRefused(t *testing.T) {
	h, f, _ := keyHandler("a-key")
	h.Secrets = binary{f}
	assert.ErrorContains(t, steps(h, keyArn, f.rotate(keyArn)), "binary")
}

type binary struct{ *fakeSecrets }

func (binary) GetSecretValue(context.Context, *secretsmanager.GetSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error) {
	return &secretsmanager.GetSecretValueOutput{SecretBinary: []byte{1}}, nil
}

// The regions of the examples, and those that they copy to.
func TestRDSAuthorities(t *testing.T) {
	var names []string
	for rest := rdsAuthorities; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		require.NoError(t, err)
		assert.True(t, certificate.IsCA)
		assert.NoError(t, certificate.CheckSignatureFrom(certificate))
		assert.Greater(t, certificate.NotAfter.Year(), time.Now().Year()+10)
		names = append(names, certificate.Subject.CommonName)
	}
	for _, region := range []string{"us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-west-2", "eu-central-1"} {
		assert.Contains(t, names, "Amazon RDS "+region+" Root CA RSA2048 G1")
	}
	assert.False(t, RDSAuthorities().Equal(x509.NewCertPool()))
}

func TestPasswords(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		password := newPassword()
		assert.Regexp(t, `^[A-Z2-7]{52}$`, password) // ElastiCache takes 16 to 128 characters, RDS 8 to 128
		assert.False(t, seen[password])
		seen[password] = true
	}
}

func unreachable(context.Context, string, string) (net.Conn, error) {
	return nil, errors.New("connection refused")
}

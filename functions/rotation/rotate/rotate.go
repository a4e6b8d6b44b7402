// Package rotate carries out rotations of AWS Secrets Manager: the four steps that Secrets Manager invokes for each new
// version of a secret, by one of four strategies (config.Strategy).
//
// Each step can be repeated, and can be continued after the process was killed at any point. A rotation that fails leaves
// AWSCURRENT where it is. Log entries and errors name secrets, versions, steps and users, and never contain a value.
//
// The package does not restart the tasks that read a secret when they start. They keep working with the value that they
// have until the rotation after the next one completes.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
package rotate

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/carebase/carebase/functions/rotation/config"
)

// Event is what Secrets Manager invokes the function with.
type Event struct {
	Step               string `json:"Step"`
	SecretID           string `json:"SecretId"` // the secret's ARN
	ClientRequestToken string `json:"ClientRequestToken"`
}

// Steps of a rotation, in the order in which Secrets Manager invokes them.
const (
	CreateSecret = "createSecret" // store a new value as AWSPENDING
	SetSecret    = "setSecret"    // make the database or cache accept the new value
	TestSecret   = "testSecret"   // sign in with the new value
	FinishSecret = "finishSecret" // move AWSCURRENT to the new value
)

// Steps are all steps in order.
var Steps = []string{CreateSecret, SetSecret, TestSecret, FinishSecret}

// SecretsManager is the part of the client of AWS Secrets Manager that a rotation uses.
type SecretsManager interface {
	DescribeSecret(context.Context, *secretsmanager.DescribeSecretInput, ...func(*secretsmanager.Options)) (*secretsmanager.DescribeSecretOutput, error)
	GetSecretValue(context.Context, *secretsmanager.GetSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error)
	PutSecretValue(context.Context, *secretsmanager.PutSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.PutSecretValueOutput, error)
	ListSecretVersionIds(context.Context, *secretsmanager.ListSecretVersionIdsInput, ...func(*secretsmanager.Options)) (*secretsmanager.ListSecretVersionIdsOutput, error)
	UpdateSecretVersionStage(context.Context, *secretsmanager.UpdateSecretVersionStageInput, ...func(*secretsmanager.Options)) (*secretsmanager.UpdateSecretVersionStageOutput, error)
}

// ElastiCache is the part of the client of Amazon ElastiCache that a rotation uses.
type ElastiCache interface {
	DescribeUsers(context.Context, *elasticache.DescribeUsersInput, ...func(*elasticache.Options)) (*elasticache.DescribeUsersOutput, error)
	ModifyUser(context.Context, *elasticache.ModifyUserInput, ...func(*elasticache.Options)) (*elasticache.ModifyUserOutput, error)
}

// Handler carries out the steps for the secrets of its configuration.
type Handler struct {
	Config        config.Config
	Secrets       SecretsManager
	Users         ElastiCache    // required if Config has a Cache
	DatabaseRoots *x509.CertPool // authorities of the database's certificate: RDSAuthorities
	CacheRoots    *x509.CertPool // authorities of the cache's certificate; nil: those of the operating system
	Log           *slog.Logger
	Now           func() time.Time // nil: time.Now

	// Dial opens the connections to the database and the cache; nil: a net.Dialer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Handle carries out one step, or reports the ages of the secrets that do not rotate.
func (h *Handler) Handle(ctx context.Context, event Event) error {
	if event.Step == config.ReportAge {
		return h.reportAges(ctx)
	}
	log := h.Log.With("step", event.Step, config.SecretField, event.SecretID, "version", event.ClientRequestToken)
	done, err := h.handle(ctx, event)
	if err != nil {
		log.ErrorContext(ctx, "step failed", "error", err.Error())
		return fmt.Errorf("%s of %s: %w", event.Step, event.SecretID, err)
	}
	log.InfoContext(ctx, done)
	return nil
}

// handle carries out one step and says what it did.
func (h *Handler) handle(ctx context.Context, event Event) (string, error) {
	settings, known := h.Config.Secrets[event.SecretID]
	switch {
	case !known:
		return "", errors.New("this function is not configured to rotate the secret")
	case !slices.Contains(Steps, event.Step):
		return "", fmt.Errorf("unknown step: allowed is one of %q", Steps)
	case event.ClientRequestToken == "":
		return "", errors.New("the event has no ClientRequestToken")
	}
	secret, err := h.Secrets.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: aws.String(event.SecretID)})
	if err != nil {
		return "", err
	}
	r := &rotation{handler: h, arn: event.SecretID, token: event.ClientRequestToken, strategy: h.strategy(settings)}
	current, err := r.check(secret)
	switch {
	case err != nil:
		return "", err
	case current && event.Step == FinishSecret:
		return "nothing to do: the version is AWSCURRENT", checkReplicas(secret)
	case current:
		return "nothing to do: the version is AWSCURRENT", nil
	}
	switch event.Step {
	case CreateSecret:
		return r.create(ctx)
	case SetSecret:
		return r.set(ctx)
	case TestSecret:
		return r.test(ctx)
	default:
		return r.finish(ctx, secret)
	}
}

// rotation is one version of one secret on its way to AWSCURRENT.
type rotation struct {
	handler  *Handler
	arn      string
	token    string // the ID of the version
	strategy strategy
}

// strategy is what differs between the kinds of secrets.
type strategy interface {
	// propose returns the value that follows the current value. The current value is nil before the first rotation of a
	// secret that never had a value.
	propose(current *string) (string, error)
	// set makes the database or cache accept the pending value, without refusing the current one where two can be valid.
	set(ctx context.Context, v values) error
	// test returns an error unless the pending value works.
	test(ctx context.Context, v values) error
}

// values of a secret by stage. The current and the previous value are nil if there are none.
type values struct {
	pending           string
	current, previous *string
}

func (h *Handler) strategy(s config.Secret) strategy {
	switch s.Strategy {
	case config.DatabaseRole:
		return databaseRole{h, s.User}
	case config.DatabaseMaster:
		return databaseMaster{h, s.User}
	case config.CacheUser:
		return cacheUser{h, s.User, s.UserID}
	default: // config.Decode refuses others
		return randomKey{}
	}
}

// check refuses a version that is not being rotated, and tells whether the version is AWSCURRENT already.
func (r *rotation) check(secret *secretsmanager.DescribeSecretOutput) (current bool, err error) {
	stages, exists := secret.VersionIdsToStages[r.token]
	switch {
	case secret.DeletedDate != nil:
		return false, errors.New("the secret is scheduled for deletion")
	case !aws.ToBool(secret.RotationEnabled):
		return false, errors.New("rotation is not enabled for the secret")
	case !exists:
		return false, errors.New("the secret has no such version")
	case slices.Contains(stages, stageCurrent):
		return true, nil
	case !slices.Contains(stages, stagePending):
		return false, fmt.Errorf("the version has the stages %q, and not %s", stages, stagePending)
	}
	return false, nil
}

// create stores a new value, unless the version has one.
func (r *rotation) create(ctx context.Context) (string, error) {
	switch pending, err := r.pending(ctx); {
	case err != nil:
		return "", err
	case pending != nil:
		return "nothing to do: the version has a value", nil
	}
	current, err := r.handler.value(ctx, r.arn, stageCurrent)
	if err != nil {
		return "", err
	}
	proposed, err := r.strategy.propose(current)
	if err != nil {
		return "", fmt.Errorf("%s: %w", stageCurrent, err)
	}
	_, err = r.handler.Secrets.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{
		SecretId: aws.String(r.arn), ClientRequestToken: aws.String(r.token),
		SecretString: aws.String(proposed), VersionStages: []string{stagePending},
	})
	var taken *types.ResourceExistsException
	switch {
	case errors.As(err, &taken):
		return "nothing to do: another invocation gave the version a value", nil
	case err != nil:
		return "", err
	}
	return "created a value", nil
}

func (r *rotation) set(ctx context.Context) (string, error) {
	v, err := r.values(ctx)
	if err != nil {
		return "", err
	}
	return "set the value", r.strategy.set(ctx, v)
}

// test also runs when rotation is enabled for a secret without rotating it at once: Secrets Manager then makes a version, tests
// it without createSecret and setSecret, and removes it. Such a version may have no value, or a copy of AWSCURRENT.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html (RotateImmediately)
func (r *rotation) test(ctx context.Context) (string, error) {
	v, err := r.values(ctx)
	switch {
	case errors.Is(err, errNoValue):
		return "nothing to test: the version has no value", nil
	case err != nil:
		return "", err
	case v.current != nil && v.pending == *v.current:
		return "nothing to test: the value is that of " + stageCurrent, nil
	}
	return "tested the value", r.strategy.test(ctx, v)
}

// finish moves AWSCURRENT to the version. Secrets Manager then moves AWSPREVIOUS to the version that had AWSCURRENT, and
// copies both to the secret's replicas.
func (r *rotation) finish(ctx context.Context, secret *secretsmanager.DescribeSecretOutput) (string, error) {
	if pending, err := r.pending(ctx); err != nil {
		return "", err
	} else if pending == nil {
		return "", errNoValue
	}
	_, moveErr := r.handler.Secrets.UpdateSecretVersionStage(ctx, &secretsmanager.UpdateSecretVersionStageInput{
		SecretId: aws.String(r.arn), VersionStage: aws.String(stageCurrent),
		MoveToVersionId: aws.String(r.token), RemoveFromVersionId: currentVersion(secret),
	})
	after, err := r.handler.Secrets.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: aws.String(r.arn)})
	if err != nil {
		return "", errors.Join(moveErr, err)
	}
	// If another invocation moved the stage first, then the move failed, and the rotation is complete nevertheless.
	if !slices.Contains(after.VersionIdsToStages[r.token], stageCurrent) {
		return "", errors.Join(errors.New("AWSCURRENT did not move to the version"), moveErr)
	}
	return "moved AWSCURRENT to the version", checkReplicas(after)
}

// checkReplicas refuses a secret whose copy in another region is out of date: the recovery stack would sign in with an old
// password. A replication that is in progress passes.
func checkReplicas(secret *secretsmanager.DescribeSecretOutput) error {
	var failed []error
	for _, replica := range secret.ReplicationStatus {
		if replica.Status == types.StatusTypeFailed {
			failed = append(failed, fmt.Errorf("the replica in %s is out of date: %s", aws.ToString(replica.Region), aws.ToString(replica.StatusMessage)))
		}
	}
	return errors.Join(failed...)
}

func currentVersion(secret *secretsmanager.DescribeSecretOutput) *string {
	for version, stages := range secret.VersionIdsToStages {
		if slices.Contains(stages, stageCurrent) {
			return aws.String(version)
		}
	}
	return nil
}

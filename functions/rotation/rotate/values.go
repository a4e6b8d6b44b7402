package rotate

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
)

// Stages of a secret's versions.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
const (
	stageCurrent  = "AWSCURRENT"
	stagePending  = "AWSPENDING"
	stagePrevious = "AWSPREVIOUS"
)

var errNoValue = errors.New("the version has no value: the step " + CreateSecret + " comes first")

// pending returns the value of the version that is being rotated, nil if it has none yet.
func (r *rotation) pending(ctx context.Context) (*string, error) {
	return r.handler.read(ctx, &secretsmanager.GetSecretValueInput{
		SecretId: aws.String(r.arn), VersionId: aws.String(r.token), VersionStage: aws.String(stagePending),
	})
}

// values returns the secret's values. The pending value must exist.
func (r *rotation) values(ctx context.Context) (v values, err error) {
	pending, err := r.pending(ctx)
	if err != nil {
		return values{}, err
	}
	if pending == nil {
		return values{}, errNoValue
	}
	v.pending = *pending
	if v.current, err = r.handler.value(ctx, r.arn, stageCurrent); err != nil {
		return values{}, err
	}
	v.previous, err = r.handler.value(ctx, r.arn, stagePrevious)
	return v, err
}

// value returns the value of the version that has the stage, nil if there is none.
func (h *Handler) value(ctx context.Context, arn, stage string) (*string, error) {
	return h.read(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String(arn), VersionStage: aws.String(stage)})
}

func (h *Handler) read(ctx context.Context, in *secretsmanager.GetSecretValueInput) (*string, error) {
	out, err := h.Secrets.GetSecretValue(ctx, in)
	var missing *types.ResourceNotFoundException
	switch {
	case errors.As(err, &missing):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("%s: %w", aws.ToString(in.VersionStage), err)
	case out.SecretString == nil:
		return nil, fmt.Errorf("%s: the value is binary, and must be text", aws.ToString(in.VersionStage))
	}
	return out.SecretString, nil
}

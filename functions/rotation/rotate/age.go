package rotate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/carebase/carebase/functions/rotation/config"
)

// reportAges logs how old the current value of each secret is that only a person can change. A secret without a value has no age.
func (h *Handler) reportAges(ctx context.Context) error {
	var failed []error
	for _, arn := range h.Config.ByHand {
		stored, err := h.stored(ctx, arn)
		switch {
		case err != nil:
			h.Log.ErrorContext(ctx, "cannot report the age", config.SecretField, arn, "error", err.Error())
			failed = append(failed, fmt.Errorf("age of %s: %w", arn, err))
		case stored == nil:
			h.Log.InfoContext(ctx, "the secret has no value", config.SecretField, arn)
		default:
			h.Log.InfoContext(ctx, "age of the secret", config.SecretField, arn, config.AgeDaysField, int(h.now().Sub(*stored).Hours()/24))
		}
	}
	return errors.Join(failed...)
}

// stored returns when the current value of a secret was stored, nil if there is none. Secrets Manager's LastChangedDate would
// not do, because a change of the secret's tags changes it as well.
func (h *Handler) stored(ctx context.Context, arn string) (*time.Time, error) {
	pages := secretsmanager.NewListSecretVersionIdsPaginator(h.Secrets, &secretsmanager.ListSecretVersionIdsInput{SecretId: aws.String(arn)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, version := range page.Versions {
			if slices.Contains(version.VersionStages, stageCurrent) {
				return version.CreatedDate, nil
			}
		}
	}
	return nil, nil
}

func (h *Handler) now() time.Time {
	if h.Now != nil {
		return h.Now()
	}
	return time.Now()
}

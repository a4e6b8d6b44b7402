package rotate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/stretchr/testify/require"
)

// fakeSecrets behaves as AWS Secrets Manager does, in memory: stages, tokens, and which requests it refuses.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
type fakeSecrets struct {
	mutex   sync.Mutex
	secrets map[string]*fakeSecret // by ARN
	last    int                    // for version IDs

	process *process // nil: calls never fail
}

type fakeSecret struct {
	rotates  bool
	versions map[string]*fakeVersion // by ID
	replicas []types.ReplicationStatusType
}

type fakeVersion struct {
	text    *string // nil until PutSecretValue, for a version that RotateSecret made
	stages  []string
	created time.Time
}

// process is the function's process: it dies at the given call, before or after the call has an effect. Every later call
// fails as well.
type process struct {
	mutex     sync.Mutex
	calls     int
	dieAt     int // 0: never
	hasEffect bool
	dead      bool
}

var errKilled = errors.New("the process was killed")

func (p *process) begin() error {
	if p == nil {
		return nil
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.calls++
	if p.calls == p.dieAt && !p.hasEffect {
		p.dead = true
	}
	if p.dead {
		return errKilled
	}
	return nil
}

func (p *process) end() error {
	if p == nil {
		return nil
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.calls == p.dieAt {
		p.dead = true
		return errKilled
	}
	return nil
}

func newFakeSecrets() *fakeSecrets { return &fakeSecrets{secrets: map[string]*fakeSecret{}} }

// add makes a secret that rotates; without a value if text is "".
func (f *fakeSecrets) add(arn, text string) {
	secret := &fakeSecret{rotates: true, versions: map[string]*fakeVersion{}}
	if text != "" {
		secret.versions["initial"] = &fakeVersion{text: &text, stages: []string{stageCurrent}}
	}
	f.secrets[arn] = secret
}

// rotate is RotateSecret: it returns the token of the version that the steps are to complete. While a rotation is incomplete
// it is that rotation's.
func (f *fakeSecrets) rotate(arn string) string {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	secret := f.secrets[arn]
	for id, version := range secret.versions {
		if slices.Contains(version.stages, stagePending) && !slices.Contains(version.stages, stageCurrent) {
			return id
		}
	}
	f.last++
	id := fmt.Sprintf("version-%d", f.last)
	secret.move(stagePending, id)
	return id
}

// move gives a stage to a version, and takes it from the version that had it.
func (s *fakeSecret) move(stage, id string) {
	for _, version := range s.versions {
		version.stages = slices.DeleteFunc(version.stages, func(other string) bool { return other == stage })
	}
	if s.versions[id] == nil {
		s.versions[id] = &fakeVersion{}
	}
	s.versions[id].stages = append(s.versions[id].stages, stage)
	maps.DeleteFunc(s.versions, func(_ string, v *fakeVersion) bool { return len(v.stages) == 0 }) // AWS deletes them later
}

func (s *fakeSecret) with(stage string) (string, *fakeVersion) {
	for id, version := range s.versions {
		if slices.Contains(version.stages, stage) {
			return id, version
		}
	}
	return "", nil
}

// text is the value of a stage; "" if there is none.
func (f *fakeSecrets) text(arn, stage string) string {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if _, version := f.secrets[arn].with(stage); version != nil {
		return aws.ToString(version.text)
	}
	return ""
}

func (f *fakeSecrets) find(id *string) (*fakeSecret, error) {
	if secret := f.secrets[aws.ToString(id)]; secret != nil {
		return secret, nil
	}
	return nil, &types.ResourceNotFoundException{Message: aws.String("Secrets Manager can't find the specified secret.")}
}

// call runs a request, unless the process dies.
func call[Out any](f *fakeSecrets, request func() (*Out, error)) (*Out, error) {
	if err := f.process.begin(); err != nil {
		return nil, err
	}
	f.mutex.Lock()
	out, err := request()
	f.mutex.Unlock()
	if killed := f.process.end(); killed != nil {
		return nil, killed
	}
	return out, err
}

func (f *fakeSecrets) DescribeSecret(_ context.Context, in *secretsmanager.DescribeSecretInput, _ ...func(*secretsmanager.Options)) (*secretsmanager.DescribeSecretOutput, error) {
	return call(f, func() (*secretsmanager.DescribeSecretOutput, error) {
		secret, err := f.find(in.SecretId)
		if err != nil {
			return nil, err
		}
		stages := map[string][]string{}
		for id, version := range secret.versions {
			stages[id] = slices.Clone(version.stages)
		}
		return &secretsmanager.DescribeSecretOutput{
			RotationEnabled: aws.Bool(secret.rotates), VersionIdsToStages: stages, ReplicationStatus: slices.Clone(secret.replicas),
		}, nil
	})
}

func (f *fakeSecrets) GetSecretValue(_ context.Context, in *secretsmanager.GetSecretValueInput, _ ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error) {
	return call(f, func() (*secretsmanager.GetSecretValueOutput, error) {
		secret, err := f.find(in.SecretId)
		if err != nil {
			return nil, err
		}
		stage := aws.ToString(in.VersionStage)
		id, version := secret.with(stage)
		if version == nil || version.text == nil || in.VersionId != nil && aws.ToString(in.VersionId) != id {
			return nil, &types.ResourceNotFoundException{Message: aws.String("Secrets Manager can't find the specified secret value")}
		}
		return &secretsmanager.GetSecretValueOutput{SecretString: aws.String(*version.text), VersionId: aws.String(id)}, nil
	})
}

func (f *fakeSecrets) PutSecretValue(_ context.Context, in *secretsmanager.PutSecretValueInput, _ ...func(*secretsmanager.Options)) (*secretsmanager.PutSecretValueOutput, error) {
	return call(f, func() (*secretsmanager.PutSecretValueOutput, error) {
		secret, err := f.find(in.SecretId)
		if err != nil {
			return nil, err
		}
		id := aws.ToString(in.ClientRequestToken)
		if version := secret.versions[id]; version != nil && version.text != nil {
			if *version.text != aws.ToString(in.SecretString) {
				return nil, &types.ResourceExistsException{Message: aws.String("You can't modify an existing version.")}
			}
			return &secretsmanager.PutSecretValueOutput{}, nil
		}
		for _, stage := range in.VersionStages {
			secret.move(stage, id)
		}
		secret.versions[id].text = aws.String(aws.ToString(in.SecretString))
		return &secretsmanager.PutSecretValueOutput{}, nil
	})
}

// ListSecretVersionIds gives one version a page.
func (f *fakeSecrets) ListSecretVersionIds(_ context.Context, in *secretsmanager.ListSecretVersionIdsInput, _ ...func(*secretsmanager.Options)) (*secretsmanager.ListSecretVersionIdsOutput, error) {
	return call(f, func() (*secretsmanager.ListSecretVersionIdsOutput, error) {
		secret, err := f.find(in.SecretId)
		if err != nil || len(secret.versions) == 0 {
			return &secretsmanager.ListSecretVersionIdsOutput{}, err
		}
		ids := slices.Sorted(maps.Keys(secret.versions))
		at := max(0, slices.Index(ids, aws.ToString(in.NextToken)))
		version := secret.versions[ids[at]]
		out := &secretsmanager.ListSecretVersionIdsOutput{Versions: []types.SecretVersionsListEntry{{
			VersionId: aws.String(ids[at]), VersionStages: slices.Clone(version.stages), CreatedDate: aws.Time(version.created),
		}}}
		if at+1 < len(ids) {
			out.NextToken = aws.String(ids[at+1])
		}
		return out, nil
	})
}

func (f *fakeSecrets) UpdateSecretVersionStage(_ context.Context, in *secretsmanager.UpdateSecretVersionStageInput, _ ...func(*secretsmanager.Options)) (*secretsmanager.UpdateSecretVersionStageOutput, error) {
	return call(f, func() (*secretsmanager.UpdateSecretVersionStageOutput, error) {
		secret, err := f.find(in.SecretId)
		if err != nil {
			return nil, err
		}
		stage, to := aws.ToString(in.VersionStage), aws.ToString(in.MoveToVersionId)
		from, _ := secret.with(stage)
		switch {
		case secret.versions[to] == nil:
			return nil, &types.InvalidParameterException{Message: aws.String("there is no such version")}
		case from != aws.ToString(in.RemoveFromVersionId):
			return nil, &types.InvalidParameterException{Message: aws.String("the stage is on another version than RemoveFromVersionId")}
		}
		if stage == stageCurrent && from != "" {
			secret.move(stagePrevious, from)
		}
		secret.move(stage, to)
		return &secretsmanager.UpdateSecretVersionStageOutput{}, nil
	})
}

// rotateOnce runs the steps as Secrets Manager does.
func rotateOnce(t *testing.T, h *Handler, f *fakeSecrets, arn string) {
	t.Helper()
	require.NoError(t, steps(h, arn, f.rotate(arn)))
}

// steps runs all steps of one version, until the first that fails.
func steps(h *Handler, arn, token string) error {
	for _, step := range Steps {
		if err := h.Handle(context.Background(), Event{Step: step, SecretID: arn, ClientRequestToken: token}); err != nil {
			return err
		}
	}
	return nil
}

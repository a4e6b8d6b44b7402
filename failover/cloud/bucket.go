package cloud

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// refusal is the Sid of the policy statement that refuses replicated deletions.
const refusal = "DenyReplicatedDeletes"

// RefuseDeletes adds a statement to the bucket's policy that denies s3:ReplicateDelete to everybody, or removes the statement. Only
// S3 uses this action, with the role of a replication into the bucket. New objects are still replicated. The other statements stay as
// they are.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
func (r *Region) RefuseDeletes(ctx context.Context, bucket string, refuse bool) error {
	policy, statements, err := r.policy(ctx, bucket)
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(slices.Clone(statements), refuses)
	if refuse == (len(others) < len(statements)) {
		return nil
	}
	if refuse {
		statement, err := json.Marshal(map[string]any{
			"Sid": refusal, "Effect": "Deny", "Principal": "*", "Action": "s3:ReplicateDelete",
			"Resource": fmt.Sprintf("arn:aws:s3:::%s/*", bucket),
		})
		if err != nil {
			return err
		}
		others = append(others, statement)
	}
	if policy["Statement"], err = json.Marshal(others); err != nil {
		return err
	}
	text, err := json.Marshal(policy)
	if err != nil {
		return err
	}
	_, err = r.s3.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: &bucket, Policy: aws.String(string(text))})
	return err
}

// RefusesDeletes is true if the policy has the statement.
func (r *Region) RefusesDeletes(ctx context.Context, bucket string) (bool, error) {
	_, statements, err := r.policy(ctx, bucket)
	return slices.ContainsFunc(statements, refuses), err
}

func refuses(statement json.RawMessage) bool {
	var read struct{ Sid string }
	return json.Unmarshal(statement, &read) == nil && read.Sid == refusal
}

// policy returns a bucket's policy and its statements. Every bucket of the program has a policy.
func (r *Region) policy(ctx context.Context, bucket string) (policy map[string]json.RawMessage, statements []json.RawMessage, err error) {
	answer, err := r.s3.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &bucket})
	if err != nil {
		return nil, nil, err
	}
	if err := json.Unmarshal([]byte(aws.ToString(answer.Policy)), &policy); err != nil {
		return nil, nil, fmt.Errorf("policy of bucket %s: %w", bucket, err)
	}
	if err := json.Unmarshal(policy["Statement"], &statements); err != nil {
		return nil, nil, fmt.Errorf("policy of bucket %s: %w", bucket, err)
	}
	return policy, statements, nil
}

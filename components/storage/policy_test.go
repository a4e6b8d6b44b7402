package storage_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/storage"
	"github.com/carebase/carebase/componenttest"
)

type statement = map[string]any

// statements of a purpose's bucket policy by Sid.
func statements(t *testing.T, purpose storage.Purpose, change ...func(*storage.Args)) map[string]statement {
	t.Helper()
	document := componenttest.JSON(t, one(t, plan(t, purpose, change...), policy), "policy")
	require.Equal(t, "2012-10-17", document["Version"])
	found := map[string]statement{}
	for _, each := range document["Statement"].([]any) {
		s := each.(statement)
		sid := s["Sid"].(string)
		require.NotContains(t, found, sid)
		found[sid] = s
	}
	return found
}

// Any other statement would be a permission, or a refusal, that nobody thought of.
func TestStatements(t *testing.T) {
	for purpose, want := range map[storage.Purpose][]string{
		storage.Frontend: {"AllowCloudFrontList", "AllowCloudFrontRead", "DenyOldTLS", "DenyPlainHTTP"},
		storage.Files:    {"DenyOldTLS", "DenyOtherEncryption", "DenyPlainHTTP", "DenyUploadersKeys"},
		storage.Logs: {
			"AllowConfigCheck", "AllowConfigHistory", "AllowLoadBalancerLogs", "AllowServerAccessLogs",
			"AllowVendedLogs", "DenyOldTLS", "DenyPlainHTTP",
		},
		storage.Backups: {"DenyLockBypass", "DenyOldTLS", "DenyOtherEncryption", "DenyPlainHTTP", "DenyUploadersKeys"},
		storage.Audit:   {"AllowTrail", "AllowTrailCheck", "DenyOldTLS", "DenyPlainHTTP"},
	} {
		t.Run(string(purpose), func(t *testing.T) {
			assert.Equal(t, want, slices.Sorted(maps.Keys(statements(t, purpose))))
		})
	}
}

// denied is a statement that refuses everyone, on the bucket and all its objects.
func denied(purpose storage.Purpose, sid, action string, condition any) statement {
	arn := "${" + string(purpose) + "-bucket.arn}"
	s := statement{
		"Sid": sid, "Effect": "Deny", "Principal": "*", "Action": action, "Resource": []any{arn, arn + "/*"},
	}
	if condition != nil {
		s["Condition"] = condition
	}
	return s
}

func TestTLSOnly(t *testing.T) {
	each(t, func(t *testing.T, purpose storage.Purpose) {
		all := statements(t, purpose)
		assert.Equal(t, denied(purpose, "DenyPlainHTTP", "s3:*",
			statement{"Bool": statement{"aws:SecureTransport": "false"}}), all["DenyPlainHTTP"])
		assert.Equal(t, denied(purpose, "DenyOldTLS", "s3:*",
			statement{"NumericLessThan": statement{"s3:TlsVersion": "1.2"}}), all["DenyOldTLS"])
	})
}

func TestUploadsCannotChooseAnotherEncryption(t *testing.T) {
	for _, purpose := range []storage.Purpose{storage.Files, storage.Backups} {
		t.Run(string(purpose), func(t *testing.T) {
			all := statements(t, purpose)
			assert.Equal(t, denied(purpose, "DenyOtherEncryption", "s3:PutObject", statement{
				"Null":            statement{"s3:x-amz-server-side-encryption": "false"},
				"StringNotEquals": statement{"s3:x-amz-server-side-encryption-aws-kms-key-id": keyArn},
			}), all["DenyOtherEncryption"])
			assert.Equal(t, denied(purpose, "DenyUploadersKeys", "s3:PutObject", statement{
				"Null": statement{"s3:x-amz-server-side-encryption-customer-algorithm": "false"},
			}), all["DenyUploadersKeys"])
		})
	}
}

func TestNobodyBypassesTheLockOfBackups(t *testing.T) {
	assert.Equal(t, denied(storage.Backups, "DenyLockBypass", "s3:BypassGovernanceRetention", nil),
		statements(t, storage.Backups)["DenyLockBypass"])

	disposable := func(a *storage.Args) { a.ForceDestroy = true }
	assert.NotContains(t, statements(t, storage.Backups, disposable), "DenyLockBypass", "ForceDestroy needs the bypass")
	assert.NotContains(t, statements(t, storage.Audit, disposable), "DenyLockBypass", "ForceDestroy needs the bypass")
}

func TestOnlyCloudFrontOfThisAccountReadsTheFrontend(t *testing.T) {
	condition := statement{"ArnLike": statement{"aws:SourceArn": "arn:aws:cloudfront::" + componenttest.Account + ":distribution/*"}}
	all := statements(t, storage.Frontend)
	assert.Equal(t, statement{
		"Sid": "AllowCloudFrontRead", "Effect": "Allow", "Principal": statement{"Service": "cloudfront.amazonaws.com"},
		"Action": "s3:GetObject", "Resource": "${frontend-bucket.arn}/*", "Condition": condition,
	}, all["AllowCloudFrontRead"])
	assert.Equal(t, statement{
		"Sid": "AllowCloudFrontList", "Effect": "Allow", "Principal": statement{"Service": "cloudfront.amazonaws.com"},
		"Action": "s3:ListBucket", "Resource": "${frontend-bucket.arn}", "Condition": condition,
	}, all["AllowCloudFrontList"])
}

func TestLogDelivery(t *testing.T) {
	const arn = "${logs-bucket.arn}"
	account := statement{"aws:SourceAccount": componenttest.Account}
	accountAndACL := statement{"aws:SourceAccount": componenttest.Account, "s3:x-amz-acl": "bucket-owner-full-control"}
	all := statements(t, storage.Logs)
	for _, want := range []statement{
		{
			"Sid": "AllowLoadBalancerLogs", "Effect": "Allow",
			"Principal": statement{"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
			"Action":    "s3:PutObject",
			"Resource":  arn + "/" + storage.LoadBalancerLogPrefix + "/AWSLogs/" + componenttest.Account + "/*",
		},
		{
			"Sid": "AllowServerAccessLogs", "Effect": "Allow",
			"Principal": statement{"Service": "logging.s3.amazonaws.com"},
			"Action":    "s3:PutObject",
			"Resource":  arn + "/s3/*",
			"Condition": statement{"StringEquals": account},
		},
		{
			"Sid": "AllowVendedLogs", "Effect": "Allow",
			"Principal": statement{"Service": "delivery.logs.amazonaws.com"},
			"Action":    "s3:PutObject",
			"Resource":  arn + "/AWSLogs/" + componenttest.Account + "/*",
			"Condition": statement{
				"StringEquals": accountAndACL,
				"ArnLike":      statement{"aws:SourceArn": "arn:aws:logs:*:" + componenttest.Account + ":delivery-source:*"},
			},
		},
		{
			"Sid": "AllowConfigCheck", "Effect": "Allow",
			"Principal": statement{"Service": "config.amazonaws.com"},
			"Action":    []any{"s3:GetBucketAcl", "s3:ListBucket"},
			"Resource":  arn,
			"Condition": statement{"StringEquals": account},
		},
		{
			"Sid": "AllowConfigHistory", "Effect": "Allow",
			"Principal": statement{"Service": "config.amazonaws.com"},
			"Action":    "s3:PutObject",
			"Resource":  arn + "/AWSLogs/" + componenttest.Account + "/Config/*",
			"Condition": statement{"StringEquals": accountAndACL},
		},
	} {
		sid := want["Sid"].(string)
		t.Run(sid, func(t *testing.T) { assert.Equal(t, want, all[sid]) })
	}
}

func TestTrail(t *testing.T) {
	trail := statement{"aws:SourceArn": "arn:aws:cloudtrail:us-east-1:" + componenttest.Account + ":trail/*"}
	all := statements(t, storage.Audit)
	assert.Equal(t, statement{
		"Sid": "AllowTrailCheck", "Effect": "Allow", "Principal": statement{"Service": "cloudtrail.amazonaws.com"},
		"Action": "s3:GetBucketAcl", "Resource": "${audit-bucket.arn}",
		"Condition": statement{"ArnLike": trail},
	}, all["AllowTrailCheck"])
	assert.Equal(t, statement{
		"Sid": "AllowTrail", "Effect": "Allow", "Principal": statement{"Service": "cloudtrail.amazonaws.com"},
		"Action": "s3:PutObject", "Resource": "${audit-bucket.arn}/AWSLogs/" + componenttest.Account + "/*",
		"Condition": statement{
			"ArnLike":      trail,
			"StringEquals": statement{"s3:x-amz-acl": "bucket-owner-full-control"},
		},
	}, all["AllowTrail"])
}

// ARNs are those of the partition the provider is in, not always of "aws".
func TestPartition(t *testing.T) {
	for _, purpose := range []storage.Purpose{storage.Frontend, storage.Logs, storage.Audit} {
		t.Run(string(purpose), func(t *testing.T) {
			g := componenttest.Plan(t, "us-gov-west-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
				_, err := storage.New(ctx, string(purpose), valid(purpose), opts...)
				return err
			})
			document := componenttest.Input(t, one(t, g, policy), "policy").(string)
			assert.Contains(t, document, "arn:aws-us-gov:")
			assert.False(t, strings.Contains(document, "arn:aws:"), document)
		})
	}
}

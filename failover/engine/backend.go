package engine

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/carebase/carebase/failover"
	"github.com/carebase/carebase/internal/awsclient"
)

// places asks AWS in which region the engine's dependencies are.
type places struct {
	bucket func(ctx context.Context, name string) (region string, err error)
	key    func(ctx context.Context, region, id string) error // nil if that region has the key
}

// askAWS returns places that call AWS. A bucket is requested in the given region: S3 names the bucket's region in every answer,
// also in a redirection or a refusal. https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
func askAWS(region string) places {
	return places{
		bucket: func(ctx context.Context, name string) (string, error) {
			c, err := awsclient.Config(ctx, region, awsclient.Usual())
			if err != nil {
				return "", err
			}
			answer, err := s3.NewFromConfig(c).HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &name})
			if err == nil && aws.ToString(answer.BucketRegion) != "" {
				return *answer.BucketRegion, nil
			}
			var refused *awshttp.ResponseError
			if errors.As(err, &refused) && refused.Response != nil {
				if found := refused.Response.Header.Get("x-amz-bucket-region"); found != "" {
					return found, nil
				}
			}
			return "", errors.Join(errors.New("S3 does not say in which region it is"), err)
		},
		key: func(ctx context.Context, region, id string) error {
			c, err := awsclient.Config(ctx, region, awsclient.Usual())
			if err != nil {
				return err
			}
			_, err = kms.NewFromConfig(c).DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &id})
			return err
		},
	}
}

const (
	backendRemedy = "Log in to its replica in another region: docs/disaster-recovery.md, section \"What must not be in the primary region\""
	unknownRemedy = "Find out where it is, and move it where it can be told; or accept not knowing"
)

// backend returns a reason if the state may be lost with the region. It uses the backend's URL, and AWS's answer about the
// bucket in the URL. A location that cannot be determined is a reason too.
func (p places) backend(ctx context.Context, region, text string) []failover.Reason {
	subject := "the state's backend " + text
	at, err := url.Parse(text)
	if err != nil {
		return unfit(failover.CodeUnknown, subject, "it is no URL: "+err.Error(), unknownRemedy)
	}
	switch at.Scheme {
	case "file", "azblob", "gs": // this machine or another cloud
		return nil
	case "s3":
	default: // Pulumi Cloud or another server, which does not say in which region it runs
		return unfit(failover.CodeUnknown, subject, "in which region it runs is not known", unknownRemedy)
	}
	switch {
	case at.Query().Get("region") == region:
		return unfit(failover.CodeBackend, subject, "it is asked for in "+region, backendRemedy)
	case at.Query().Get("endpoint") != "":
		return unfit(failover.CodeUnknown, subject, "its endpoint is not S3's", unknownRemedy)
	}
	found, err := p.bucket(ctx, at.Host)
	switch {
	case err != nil:
		return unfit(failover.CodeUnknown, subject, err.Error(), unknownRemedy)
	case found == region:
		return unfit(failover.CodeBackend, subject, "its bucket is in "+region, backendRemedy)
	}
	return nil
}

// secrets returns a reason if the key that encrypts a stack's secrets may be lost with the region.
func (p places) secrets(ctx context.Context, region, stack, text string) []failover.Reason {
	subject := "the secrets provider of stack " + stack + ", " + text
	remedy := "pulumi stack change-secrets-provider --stack " + stack + ", to a replica of the key in another region"
	scheme, _, _ := strings.Cut(text, ":")
	switch scheme {
	case "", "default", "passphrase": // a passphrase, or a key in the backend
		return nil
	case "gcpkms", "azurekeyvault": // another cloud
		return nil
	case "awskms":
	default:
		return unfit(failover.CodeUnknown, subject, "in which region it is is not known", unknownRemedy)
	}
	at, err := url.Parse(text)
	if err != nil {
		return unfit(failover.CodeUnknown, subject, "it is no URL: "+err.Error(), unknownRemedy)
	}
	id, where := strings.TrimPrefix(at.Host+at.Path, "/"), at.Query().Get("region")
	if key, err := arn.Parse(id); err == nil {
		if key.Region == region {
			return unfit(failover.CodeBackend, subject, "its key is in "+region, remedy)
		}
		if where == "" {
			where = key.Region
		}
	}
	switch where {
	case region:
		return unfit(failover.CodeBackend, subject, "its key is in "+region, remedy)
	case "":
		return unfit(failover.CodeUnknown, subject, "it does not say in which region its key is: the shell's region counts, which nobody sees here", remedy)
	}
	if err := p.key(ctx, where, id); err != nil {
		return unfit(failover.CodeUnknown, subject, fmt.Sprintf("that %s has the key is not known: %v", where, err), remedy)
	}
	return nil
}

func unfit(code, subject, text, remedy string) []failover.Reason {
	return []failover.Reason{{Code: code, Subject: subject, Text: text, Remedy: remedy}}
}

package cloud

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	acmtypes "github.com/aws/aws-sdk-go-v2/service/acm/types"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secretstypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"

	"github.com/carebase/carebase/failover"
)

// Obstacles checks everything that an activation needs, and returns a reason for everything that is missing.
func (r *Region) Obstacles(ctx context.Context, needs failover.Needs) []failover.Reason {
	var found []failover.Reason
	for _, image := range needs.Images {
		found = append(found, r.image(ctx, image)...)
	}
	found = append(found, r.certificate(ctx, needs.CertificateArn)...)
	for _, secret := range needs.SecretArns {
		found = append(found, r.secret(ctx, secret)...)
	}
	return append(found, r.vcpus(ctx, needs.FargateVCPUs)...)
}

func unknown(subject string, err error) []failover.Reason {
	return []failover.Reason{{Code: failover.CodeUnknown, Subject: subject, Text: err.Error(), Remedy: "Could not be found out; mend it, or accept not knowing"}}
}

func (r *Region) image(ctx context.Context, uri string) []failover.Reason {
	host, rest, _ := strings.Cut(uri, "/")
	repository, tag, tagged := strings.Cut(rest, ":")
	missing := func(text string) []failover.Reason {
		return []failover.Reason{{
			Code: failover.CodeImage, Subject: uri, Text: text,
			Remedy: "Push it there: images pushed before replication was on are not replicated",
		}}
	}
	// <account>.dkr.ecr.<region>.amazonaws.com
	if labels := strings.Split(host, "."); !tagged || len(labels) < 5 || labels[1] != "dkr" || labels[2] != "ecr" || labels[3] != r.name {
		return missing("it is not an image in " + r.name)
	}
	account, _, _ := strings.Cut(host, ".")
	_, err := r.ecr.DescribeImages(ctx, &ecr.DescribeImagesInput{
		RegistryId: &account, RepositoryName: &repository, ImageIds: []ecrtypes.ImageIdentifier{{ImageTag: &tag}},
	})
	var noImage *ecrtypes.ImageNotFoundException
	var noRepository *ecrtypes.RepositoryNotFoundException
	switch {
	case errors.As(err, &noImage):
		return missing("there is no such image in " + r.name)
	case errors.As(err, &noRepository):
		return missing("there is no such repository in " + r.name)
	case err != nil:
		return unknown("image "+uri, err)
	}
	return nil
}

func (r *Region) certificate(ctx context.Context, arn string) []failover.Reason {
	answer, err := r.acm.DescribeCertificate(ctx, &acm.DescribeCertificateInput{CertificateArn: &arn})
	if err != nil {
		return unknown("certificate "+arn, err)
	}
	if status := answer.Certificate.Status; status != acmtypes.CertificateStatusIssued {
		return []failover.Reason{{
			Code: failover.CodeCertificate, Subject: arn, Text: "its status is " + string(status),
			Remedy: "Its validation record must resolve: see the certificate in ACM",
		}}
	}
	return nil
}

func (r *Region) secret(ctx context.Context, arn string) []failover.Reason {
	missing := func(text string) []failover.Reason {
		return []failover.Reason{{
			Code: failover.CodeSecret, Subject: arn, Text: text,
			Remedy: "Services that need it do not start: see the replication of the secret in the primary region",
		}}
	}
	answer, err := r.secretsmanager.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: &arn})
	var none *secretstypes.ResourceNotFoundException
	switch {
	case errors.As(err, &none):
		return missing("it is not in " + r.name)
	case err != nil:
		return unknown("secret "+arn, err)
	}
	for _, stages := range answer.VersionIdsToStages {
		for _, stage := range stages {
			if stage == "AWSCURRENT" {
				return nil
			}
		}
	}
	return missing("it has no value")
}

// Fargate's quota "Fargate On-Demand vCPU resource count" (AWS General Reference, Amazon ECS endpoints and quotas).
const (
	fargate      = "fargate"
	fargateVCPUs = "L-3032A538"
)

// vcpus compares the quota with what will run. What other stacks of the account run is not considered.
func (r *Region) vcpus(ctx context.Context, needed float64) []failover.Reason {
	if needed == 0 {
		return nil
	}
	var allowed float64
	if answer, err := r.servicequotas.GetServiceQuota(ctx, &servicequotas.GetServiceQuotaInput{
		ServiceCode: aws.String(fargate), QuotaCode: aws.String(fargateVCPUs),
	}); err == nil && answer.Quota != nil {
		allowed = aws.ToFloat64(answer.Quota.Value)
	} else {
		// An account that never requested an increase may have no quota of its own.
		answer, second := r.servicequotas.GetAWSDefaultServiceQuota(ctx, &servicequotas.GetAWSDefaultServiceQuotaInput{
			ServiceCode: aws.String(fargate), QuotaCode: aws.String(fargateVCPUs),
		})
		if second != nil {
			return unknown("quota of Fargate vCPUs", errors.Join(err, second))
		}
		allowed = aws.ToFloat64(answer.Quota.Value)
	}
	if allowed < needed {
		return []failover.Reason{{
			Code: failover.CodeQuota, Subject: "Fargate vCPUs in " + r.name, Text: fmt.Sprintf("%g are allowed, %g are needed at most", allowed, needed),
			Remedy: "Ask for more: aws service-quotas request-service-quota-increase --service-code fargate --quota-code " + fargateVCPUs,
		}}
	}
	return nil
}

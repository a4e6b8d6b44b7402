package observability

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
)

// The rules for events of ECS are on one cluster: clusterPlaceholder in their patterns becomes its ARN, and
// servicesPlaceholder what the ARNs of its services begin with.
const (
	clusterPlaceholder  = "CLUSTER_ARN"
	servicesPlaceholder = "SERVICE_ARN_PREFIX"
)

// releases are what happens to services and tasks that nobody sees who only looks at pulumi up: with the circuit breaker
// on, an update whose deployment is rolled back succeeds.
var releases = []rule{
	{
		// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
		key:         "deployment-failed",
		Note:        inform("deployment-failed"),
		description: "Deployments of services that failed. ECS goes back to the version before.",
		pattern: `{"source":["aws.ecs"],"detail-type":["ECS Deployment State Change"],` +
			`"resources":[{"prefix":"` + servicesPlaceholder + `"}],"detail":{"eventName":["SERVICE_DEPLOYMENT_FAILED"]}}`,
		paths: map[string]string{"service": "$.resources[0]", "reason": "$.detail.reason", "time": "$.time"},
		what:  "A release failed",
		do: "The version before serves, or nothing if there is none. Read the stopped tasks' reasons and logs, mend the release, " +
			"and deploy again: until then the program and what runs differ.",
	},
	{
		// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html
		key:         "service-impaired",
		Note:        inform("service-impaired"),
		description: "Services that cannot start or place tasks.",
		pattern: `{"source":["aws.ecs"],"detail-type":["ECS Service Action"],` +
			`"detail":{"clusterArn":["` + clusterPlaceholder + `"],"eventType":["WARN","ERROR"]}}`,
		paths: map[string]string{"service": "$.resources[0]", "event": "$.detail.eventName", "time": "$.time"},
		what:  "A service cannot start its tasks",
		do:    "Read the service's events and the stopped tasks' reasons: image, secret, key, capacity or quota.",
	},
	{
		// Tasks that ended by themselves with an error, never started, or failed a health check; not those that a
		// deployment, autoscaling or people stopped, and not jobs that ended well.
		// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
		// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
		key:         "task-failed",
		Note:        inform("task-failed"),
		description: "Tasks that ended with an error, could not start, or failed a health check.",
		pattern: `{"source":["aws.ecs"],"detail-type":["ECS Task State Change"],` +
			`"detail":{"clusterArn":["` + clusterPlaceholder + `"],"lastStatus":["STOPPED"],"$or":[` +
			`{"stopCode":["TaskFailedToStart"]},` +
			`{"stopCode":["EssentialContainerExited"],"containers":{"exitCode":[{"anything-but":0}]}},` +
			`{"stoppedReason":[{"prefix":"Task failed"}]}]}}`,
		paths: map[string]string{
			"group": "$.detail.group", "task": "$.detail.taskArn", "code": "$.detail.stopCode", "reason": "$.detail.stoppedReason",
			"time": "$.time",
		},
		what: "A task failed",
		do: "Read the task's log. Exit code 137 with OutOfMemoryError: more memory. A job (migrations, database roles) has not done its " +
			"work: mend it and run it again. A service starts another task; if that fails as well, undo the last release.",
	},
}

// of is the pattern for the cluster of that name.
func (r rule) of(id caller.Identity, cluster pulumi.StringInput) pulumi.StringOutput {
	arn, services := id.Arn("ecs", pulumi.Sprintf("cluster/%s", cluster)), id.Arn("ecs", pulumi.Sprintf("service/%s/", cluster))
	return pulumi.All(arn, services).ApplyT(func(arns []any) string {
		return strings.NewReplacer(clusterPlaceholder, arns[0].(string), servicesPlaceholder, arns[1].(string)).Replace(r.pattern)
	}).(pulumi.StringOutput)
}

// account are what AWS says of the account, whichever stack it concerns.
var account = []rule{
	{
		// https://docs.aws.amazon.com/acm/latest/userguide/cloudwatch-events.html
		key:         "certificate-events",
		Note:        inform("certificate-expiry"),
		description: "Certificates that were not renewed, or that expire.",
		pattern: `{"source":["aws.acm"],"detail-type":["ACM Certificate Approaching Expiration","ACM Certificate Expired",` +
			`"ACM Certificate Renewal Action Required"]}`,
		paths: map[string]string{"certificate": "$.resources[0]", "event": "$.detail-type", "region": "$.region"},
		what:  "A certificate needs attention",
		do:    "Read its renewal status in ACM. As a rule the validation record is no longer in the DNS zone: put it back.",
	},
	{
		// https://docs.aws.amazon.com/health/latest/ug/cloudwatch-events-health.html
		key:         "aws-health",
		Note:        inform("aws-health"),
		description: "AWS Health: problems of AWS's services and changes that AWS has scheduled for the account.",
		pattern: `{"source":["aws.health"],"detail-type":["AWS Health Event","AWS Health Abuse Event"],` +
			`"detail":{"eventTypeCategory":["issue","scheduledChange","investigation"]}}`,
		paths: map[string]string{
			"service": "$.detail.service", "event": "$.detail.eventTypeCode", "category": "$.detail.eventTypeCategory",
			"starts": "$.detail.startTime", "region": "$.region",
		},
		what: "AWS reports a problem or a change",
		do:   "Open the event in the Health Dashboard: it says which resources are affected and until when something must be done.",
	},
	{
		// https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
		key:         "image-findings",
		Note:        inform("image-findings"),
		description: "Images with critical vulnerabilities.",
		pattern: `{"source":["aws.ecr","aws.inspector2"],"detail-type":["ECR Image Scan","Inspector2 Scan"],` +
			`"detail":{"finding-severity-counts":{"CRITICAL":[{"numeric":[">",0]}]}}}`,
		paths: map[string]string{"image": "$.resources[0]", "time": "$.time"},
		what:  "An image has critical vulnerabilities",
		do:    "Rebuild the image on an updated base and release it. Do not wait for the next release if the finding can be reached from outside.",
	},
	{
		// https://docs.aws.amazon.com/secretsmanager/latest/userguide/monitoring-eventbridge.html
		key:         "rotation-failed",
		Note:        inform("rotation-failed"),
		description: "Secrets whose rotation failed.",
		pattern: `{"source":["aws.secretsmanager"],"detail-type":["AWS Service Event via CloudTrail"],` +
			`"detail":{"eventName":["RotationFailed"]}}`,
		paths: map[string]string{"secret": "$.detail.additionalEventData.SecretId", "time": "$.time"},
		what:  "A secret was not rotated",
		do:    "The old value is still in use. Read the rotation's error in Secrets Manager and rotate again.",
	},
}

package keys

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/policydoc"
)

// Policy is the key policy of a class in the account and region of id. It is exported because KMS gives a
// replica key no policy of its primary's: whoever makes a replica in another region passes this one, looked up
// with that region's provider.
//
// The order of statements, services and actions is written here once and nowhere computed, so that the document
// never differs from the one that was deployed.
func Policy(class Class, id caller.Identity) pulumi.StringOutput { return policy(class, id, "") }

// policy is Policy, where frontend is the bucket of Args.FrontendUnderData.
func policy(class Class, id caller.Identity, frontend string) pulumi.StringOutput {
	statements := []policydoc.Statement{accountThroughIAM(id)}
	switch class {
	case Data:
		if frontend != "" {
			statements = append(statements, cloudFrontOf(id, frontend))
		}
		statements = append(statements,
			notifications(id),
			eventsToTopics(id),
			eventsToQueues(id),
			useThrough(id, "ec2", "ecr", "elasticache", "rds"),
			grantThrough(id, "ec2", "ecr", "elasticache", "rds"))
	case Logs:
		// CloudWatch Logs asks for the key as itself and on behalf of whoever calls it. AWS leaves it open whether the
		// caller has its permission from here or from IAM; from here it is for all that write and read, so that none of
		// their roles names the key (the trail's, flow logs', those that start tasks, people's).
		// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html, step 2
		statements = append(statements,
			cloudWatchLogs(id),
			cloudTrail(id),
			awsConfig(id),
			logDelivery(id),
			useThrough(id, "logs"))
	case Frontend:
		statements = append(statements, cloudFront(id))
	case Secrets:
		// RDS makes a grant on this key for the master password it keeps in Secrets Manager.
		statements = append(statements,
			useThrough(id, "secretsmanager"),
			grantThrough(id, "rds", "secretsmanager"))
	case Backups:
		// AWS Backup encrypts what it manages itself; copies of database snapshots and volumes are encrypted by
		// RDS and EC2 on its behalf, exports of snapshots by RDS.
		statements = append(statements,
			useThrough(id, "backup", "ec2", "rds"),
			grantThrough(id, "backup", "ec2", "rds"))
	}
	return policydoc.Document{Statements: statements}.JSON()
}

// everyKey is the resource of a key policy's statements: the key the policy is attached to.
var everyKey = pulumi.StringArray{pulumi.String("*")}

// accountThroughIAM lets the account's IAM policies decide who administers and uses the key. Without it a key can
// become unmanageable, and only AWS Support can help.
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
func accountThroughIAM(id caller.Identity) policydoc.Statement {
	return policydoc.Statement{
		Sid:        "AccountThroughIAM",
		Effect:     policydoc.Allow,
		Principals: policydoc.AWS(id.Root()),
		Actions:    []string{"kms:*"},
		Resources:  everyKey,
	}
}

func sourceAccount(id caller.Identity) policydoc.Condition {
	return policydoc.Condition{Test: "StringEquals", Key: "aws:SourceAccount", Values: pulumi.StringArray{id.Account}}
}

func arnLike(key string, arn pulumi.StringInput) policydoc.Condition {
	return policydoc.Condition{Test: "ArnLike", Key: key, Values: pulumi.StringArray{arn}}
}

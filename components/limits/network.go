package limits

// InterfaceServices are the short names of the AWS services that a VPC may have interface endpoints for, in alphabetical
// order: ecr.api stands for com.amazonaws.<region>.ecr.api. Each of them supports an endpoint policy and a private DNS name,
// and is HIPAA eligible. An endpoint without a policy would bypass the policies of the others.
// https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
var InterfaceServices = []string{
	"backup", "ec2messages", "ecr.api", "ecr.dkr", "ecs", "elasticache", "events", "kms", "lambda", "logs",
	"monitoring", "rds", "secretsmanager", "sns", "sqs", "ssm", "ssmmessages", "states", "sts", "xray",
}

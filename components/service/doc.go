// Package service runs containers on ECS with Fargate. Its components:
//
//   - Cluster: where tasks run, with enhanced Container Insights, sessions (ECS Exec) recorded in an encrypted log
//     group, FARGATE and FARGATE_SPOT capacity, and a private DNS namespace for services to find each other.
//   - Repository: where images lie; immutable tags, scan on push, customer-managed key, old images expire.
//   - ImageReplication: copies of images in another region, as they are pushed.
//   - Web: a service behind a load balancer's listener, kept at its number of tasks or scaled with load.
//   - Job: a task definition that is run once at a time: a migration, the creation of database roles.
//
// What holds for every task, whatever its kind: the root filesystem is read-only and the user is not root (ECS-1,
// ECS-2); nothing that looks like a secret is in the environment (X-ECS-SECRETS); every container logs to a group
// under a customer-managed key with a retention (X-ECS-LOGS, CW-2, CW-3); there is no public address (X-ECS-PUBIP);
// sessions are off unless asked for, and then encrypted and recorded (X-ECS-EXEC); the role that starts the task and
// the role the application has are two, each with customer-managed policies that name what they reach (IAM-1 to
// IAM-4); images have a tag that cannot move (X-ECR); no rule lets anything in but the load balancer and named peers,
// and nothing out but to named peers (VPC-7). Web spreads its tasks over the subnets' zones (X-ECS-AZ).
//
// What it deliberately cannot do: run an image by the tag "latest", run as root, give a task a public address, attach
// an AWS-managed policy, keep data (tasks have scratch space that ends with them), have that space under the account's own
// key (on disk AWS encrypts it with a key that it owns: see components/keys), or pull from a registry other than ECR, which
// tasks reach without the internet.
//
// Between the load balancer and a task the protocol is HTTPS where the application has a certificate (WebArgs.TLS), which
// a stack with PHI must have (X-ALB-TARGET-TLS); else HTTP, inside the VPC and between two security groups.
//
// How long a task is waited for, in its health checks, at its start and at its end, is in components/timeouts.
//
// Deployments are rolling, 100 to 200 percent, undone by the circuit breaker and by alarms. Native blue/green is left
// out: ECS then rewrites the listener rule and the target groups' roles behind the state's back, cannot scale on
// requests per target, and fails on a listener that has other actions than forwarding, such as a fixed response.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html
package service

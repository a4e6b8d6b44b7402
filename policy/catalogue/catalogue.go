// Package catalogue puts the controls of all services together: one list that plans, previews, deployed states and the policy
// pack are checked against, and that the control matrix is written from.
package catalogue

import (
	"slices"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
	"github.com/carebase/carebase/policy/rules/acm"
	"github.com/carebase/carebase/policy/rules/backup"
	"github.com/carebase/carebase/policy/rules/budgets"
	"github.com/carebase/carebase/policy/rules/cloudfront"
	"github.com/carebase/carebase/policy/rules/cloudtrail"
	"github.com/carebase/carebase/policy/rules/cloudwatch"
	"github.com/carebase/carebase/policy/rules/config"
	"github.com/carebase/carebase/policy/rules/ec2"
	"github.com/carebase/carebase/policy/rules/ecr"
	"github.com/carebase/carebase/policy/rules/ecs"
	"github.com/carebase/carebase/policy/rules/elasticache"
	"github.com/carebase/carebase/policy/rules/elb"
	"github.com/carebase/carebase/policy/rules/guardduty"
	"github.com/carebase/carebase/policy/rules/iam"
	"github.com/carebase/carebase/policy/rules/kms"
	"github.com/carebase/carebase/policy/rules/lambda"
	"github.com/carebase/carebase/policy/rules/rds"
	"github.com/carebase/carebase/policy/rules/route53"
	"github.com/carebase/carebase/policy/rules/s3"
	"github.com/carebase/carebase/policy/rules/secretsmanager"
	"github.com/carebase/carebase/policy/rules/securityhub"
	"github.com/carebase/carebase/policy/rules/sns"
	"github.com/carebase/carebase/policy/rules/sqs"
	"github.com/carebase/carebase/policy/rules/stack"
	"github.com/carebase/carebase/policy/rules/vpc"
	"github.com/carebase/carebase/policy/rules/wafv2"
)

var controls = slices.Concat(
	vpc.Controls,
	ec2.Controls,
	rds.Controls,
	elasticache.Controls,
	ecs.Controls,
	elb.Controls,
	cloudfront.Controls,
	s3.Controls,
	kms.Controls,
	secretsmanager.Controls,
	lambda.Controls,
	sns.Controls,
	cloudwatch.Controls,
	cloudtrail.Controls,
	backup.Controls,
	wafv2.Controls,
	iam.Controls,
	acm.Controls,
	guardduty.Controls,
	securityhub.Controls,
	config.Controls,
	budgets.Controls,
	sqs.Controls,
	ecr.Controls,
	route53.Controls,
	stack.Controls,
)

// Controls returns every control, by service and number.
func Controls() []*policy.Control { return slices.Clone(controls) }

// Lookup returns the control with that id, or nil.
func Lookup(id string) *policy.Control { return policy.Lookup(controls, id) }

// Known is true for the id of a control.
func Known(id string) bool { return Lookup(id) != nil }

// Audit checks a graph against every control, or against options.Only.
func Audit(g *graph.Graph, options policy.Options) (*policy.Result, error) {
	return policy.Audit(inspect.NewStack(g), controls, options)
}

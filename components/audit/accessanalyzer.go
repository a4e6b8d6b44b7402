package audit

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/accessanalyzer"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newAnalyzer finds what in the region, and which roles, somebody outside the account may use.
func (c *Audit) newAnalyzer(ctx *pulumi.Context, args *Args) error {
	if !args.AccessAnalyzer {
		return nil
	}
	analyzer, err := accessanalyzer.NewAnalyzer(ctx, c.name+"-access-analyzer", &accessanalyzer.AnalyzerArgs{
		AnalyzerName: pulumi.String(c.name + "-access"),
		Type:         pulumi.String("ACCOUNT"),
	}, pulumi.Parent(c))
	if err != nil {
		return err
	}
	c.AnalyzerArn = analyzer.Arn
	return nil
}

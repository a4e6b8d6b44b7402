package service

import (
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
)

// ClusterArgs shape a Cluster.
type ClusterArgs struct {
	// ClusterName is the cluster's name in AWS, e.g. clinic-prod: 1 to 200 letters, digits, _ and -. Task families
	// and log groups begin with it. Changing it replaces the cluster and everything in it.
	ClusterName string
	// VpcID is where the namespace's names resolve.
	VpcID pulumi.StringInput
	// NamespaceName is the private DNS domain of the services, e.g. clinic-prod.internal; "" for none. Changing it
	// replaces the namespace, which AWS refuses while services are registered in it. A task of a service that is
	// registered runs once its address is in the domain: the control plane of Route 53, in us-east-1, puts it there.
	NamespaceName string
	// LogsKeyArn is the KMS key that encrypts sessions (ECS Exec), the log group they are recorded in, and that of Container
	// Insights. Its policy must let CloudWatch Logs of this region use it, and let IAM decide for the account.
	LogsKeyArn pulumi.StringInput
	// LogRetentionDays is how long recorded sessions and Container Insights' events are kept: one of loggroup.RetentionDays.
	// 45 CFR 164.316(b)(2)(i) keeps documentation of security actions six years: 2192.
	LogRetentionDays int
}

// A Cluster is where Fargate tasks run.
type Cluster struct {
	pulumi.ResourceState

	// ClusterName and ClusterArn are known once the cluster has its capacity providers, so that what is made from them
	// can be placed.
	ClusterName pulumi.StringOutput `pulumi:"clusterName"`
	ClusterArn  pulumi.StringOutput `pulumi:"clusterArn"`
	// NamespaceID is the Cloud Map namespace, "" for none.
	NamespaceID pulumi.StringOutput `pulumi:"namespaceId"`
	// ExecLogGroupName is the log group that sessions are recorded in.
	ExecLogGroupName pulumi.StringOutput `pulumi:"execLogGroupName"`

	ref ClusterRef
}

// A ClusterRef is what a task must know of its cluster. Cluster.Ref makes it.
type ClusterRef struct {
	Name          string // in AWS, e.g. clinic-prod
	Arn           pulumi.StringInput
	NamespaceID   pulumi.StringInput // nil for none
	NamespaceName string             // e.g. clinic-prod.internal, "" for none
	ExecLogGroup  pulumi.StringInput // ARN of the log group that sessions are recorded in
	ExecKeyArn    pulumi.StringInput // KMS key that encrypts sessions
}

var (
	clusterNamePattern   = regexp.MustCompile(`^[A-Za-z0-9_-]{1,200}$`)
	namespaceNamePattern = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)
)

func (args *ClusterArgs) check(name string) error {
	p := arg.Check("cluster", name)
	if args == nil {
		p.Require("Args", false, "a *service.ClusterArgs")
		return p.Err()
	}
	p.Match("ClusterName", args.ClusterName, clusterNamePattern, "1 to 200 letters, digits, _ and -")
	p.Require("VpcID", args.VpcID != nil, "the ID of a VPC")
	if args.NamespaceName != "" {
		p.Match("NamespaceName", args.NamespaceName, namespaceNamePattern, "a lower-case domain of two labels or more, e.g. clinic-prod.internal")
	}
	checkLogs(p, args.LogsKeyArn, args.LogRetentionDays)
	return p.Err()
}

// NewCluster makes a cluster, its namespace, and the log groups of its sessions and of Container Insights.
func NewCluster(ctx *pulumi.Context, name string, args *ClusterArgs, opts ...pulumi.ResourceOption) (*Cluster, error) {
	if err := args.check(name); err != nil {
		return nil, err
	}
	c := &Cluster{}
	if err := ctx.RegisterComponentResource("carebase:service:Cluster", name, c, opts...); err != nil {
		return nil, err
	}

	// Not below /ecs/<cluster>/, where the services' groups are: one might be called exec.
	sessions, err := newLogGroup(ctx, c, name+"-exec-logs", "/ecs-exec/"+args.ClusterName, args.LogsKeyArn, args.LogRetentionDays)
	if err != nil {
		return nil, err
	}
	// Container Insights writes here. Where there is no such group it makes one, without a key and for ever.
	insights, err := newLogGroup(ctx, c, name+"-insights-logs", "/aws/ecs/containerinsights/"+args.ClusterName+"/performance",
		args.LogsKeyArn, args.LogRetentionDays)
	if err != nil {
		return nil, err
	}
	cluster, err := ecs.NewCluster(ctx, name+"-ecs", &ecs.ClusterArgs{
		Name: pulumi.String(args.ClusterName),
		Settings: ecs.ClusterSettingArray{ecs.ClusterSettingArgs{
			Name:  pulumi.String("containerInsights"),
			Value: pulumi.String("enhanced"), // "enabled" has no metrics of the single task and container
		}},
		Configuration: &ecs.ClusterConfigurationArgs{
			ExecuteCommandConfiguration: &ecs.ClusterConfigurationExecuteCommandConfigurationArgs{
				KmsKeyId: args.LogsKeyArn,
				Logging:  pulumi.String("OVERRIDE"),
				LogConfiguration: &ecs.ClusterConfigurationExecuteCommandConfigurationLogConfigurationArgs{
					CloudWatchEncryptionEnabled: pulumi.Bool(true),
					CloudWatchLogGroupName:      sessions.Name,
				},
			},
		},
	}, pulumi.Parent(c), pulumi.DependsOn([]pulumi.Resource{insights}))
	if err != nil {
		return nil, err
	}
	capacity, err := ecs.NewClusterCapacityProviders(ctx, name+"-capacity", &ecs.ClusterCapacityProvidersArgs{
		ClusterName:       cluster.Name,
		CapacityProviders: pulumi.ToStringArray([]string{onDemand, spot}),
		DefaultCapacityProviderStrategies: ecs.ClusterCapacityProvidersDefaultCapacityProviderStrategyArray{
			ecs.ClusterCapacityProvidersDefaultCapacityProviderStrategyArgs{
				CapacityProvider: pulumi.String(onDemand), Base: pulumi.Int(1), Weight: pulumi.Int(100),
			},
		},
	}, pulumi.Parent(c))
	if err != nil {
		return nil, err
	}
	c.ClusterName = capacity.ClusterName
	c.ClusterArn = pulumi.All(cluster.Arn, capacity.ID()).ApplyT(func(of []any) string { return of[0].(string) }).(pulumi.StringOutput)
	c.ExecLogGroupName = sessions.Name
	c.ref = ClusterRef{Name: args.ClusterName, Arn: c.ClusterArn, ExecLogGroup: sessions.Arn, ExecKeyArn: args.LogsKeyArn}
	c.NamespaceID = pulumi.String("").ToStringOutput()
	if args.NamespaceName != "" {
		namespace, err := newNamespace(ctx, c, name, args)
		if err != nil {
			return nil, err
		}
		c.NamespaceID = namespace.ID().ToStringOutput()
		c.ref.NamespaceID, c.ref.NamespaceName = c.NamespaceID, args.NamespaceName
	}
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{
		"clusterName": c.ClusterName, "clusterArn": c.ClusterArn,
		"namespaceId": c.NamespaceID, "execLogGroupName": c.ExecLogGroupName,
	})
}

// Ref is what tasks of this cluster take as TaskArgs.Cluster.
func (c *Cluster) Ref() ClusterRef { return c.ref }

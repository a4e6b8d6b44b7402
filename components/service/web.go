package service

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/components/listener"
	"github.com/carebase/carebase/components/timeouts"
)

// WebArgs shape a Web.
type WebArgs struct {
	TaskArgs

	// SubnetIDs are private subnets in two zones or more; tasks are spread over them.
	SubnetIDs pulumi.StringArrayInput
	// Port is what the application listens on, 1024 to 65535: below that only root may. Changing it interrupts the
	// service, for the listener moves to the new target group before the new tasks are in it.
	Port int
	// TLS says that the application listens on Port by TLS, with a certificate of its own making: see newTargetGroup. False:
	// plain HTTP between the load balancer and the tasks, which is refused where PHI lives (X-ALB-TARGET-TLS). Changing it
	// interrupts the service as changing Port does.
	TLS bool
	// HealthPath answers 200 while the application can work, e.g. /actuator/health/readiness. The load balancer asks for it.
	// ECS replaces a task that fails it for longer than a database's failover takes (components/timeouts).
	HealthPath string
	// LivenessPath answers 200 while the application's process works, whatever becomes of its database and cache, e.g.
	// /actuator/health/liveness. The container itself asks for it. Empty: HealthPath.
	LivenessPath string
	// HealthCommand is the shell command of the container's own check, for images without curl. Empty: curl of LivenessPath.
	HealthCommand string
	// StartupSeconds is how long the application may take to start, at most timeouts.MaxStartup and at least what Cpu
	// needs, timeouts.Startup(Cpu). 0: timeouts.Startup(Cpu).
	StartupSeconds int

	// Listener of the load balancer that gets a rule for this service, as the edge hands it out. What it demands of a
	// request is in the rule.
	Listener listener.Listener
	// Paths are one to five patterns such as /api/*, four if Listener requires a proof of origin and three if Listener accepts two proofs: AWS
	// allows five values in a rule.
	Paths []string
	// Priority is the rule's place among the listener's, 1 (first) to 25000. No two rules share one.
	Priority int

	// DesiredCount is how many tasks run, 0 to 1000. With Autoscaling it is how many it begins with, from Min to Max, and
	// later changes of it mean nothing. A service that was at 0 without Autoscaling begins at Min when it is given some.
	DesiredCount int
	// HoldDesiredCount carries DesiredCount out also with Autoscaling, whatever that has made of it since: for a service
	// that is started, or stopped, by its program.
	HoldDesiredCount bool
	// Autoscaling follows the load. Nil: always DesiredCount tasks.
	Autoscaling *Autoscaling
	// SpotPercent of the tasks, 0 to 100, run on Spot capacity for a third of the price; the first never does. AWS takes
	// them back with two minutes' notice, so not where people depend on every one.
	SpotPercent int
	// AlarmNames are CloudWatch alarms that undo a deployment when they go off during it. Nil: none. They must exist
	// before the service, so take the names from the alarms themselves, such as observability's Alarms.Name: then the
	// service waits for them. For the same reason they watch the load balancer and not the service itself.
	AlarmNames pulumi.StringArrayInput
	// WaitForSteadyState makes `pulumi up` wait for a deployment and fail with it. Off until the first image is pushed.
	WaitForSteadyState bool
}

// A Web is a service behind a load balancer.
type Web struct {
	pulumi.ResourceState
	*access

	ServiceName       pulumi.StringOutput `pulumi:"serviceName"`
	ServiceArn        pulumi.StringOutput `pulumi:"serviceArn"`
	TaskDefinitionArn pulumi.StringOutput `pulumi:"taskDefinitionArn"` // with the revision
	TargetGroupArn    pulumi.StringOutput `pulumi:"targetGroupArn"`
	// TargetGroupArnSuffix is the dimension of the target group's metrics.
	TargetGroupArnSuffix pulumi.StringOutput `pulumi:"targetGroupArnSuffix"`
	SecurityGroupID      pulumi.StringOutput `pulumi:"securityGroupId"`
	TaskRoleArn          pulumi.StringOutput `pulumi:"taskRoleArn"`
	// ExecutionRoleArn is the role by which ECS starts the tasks. Who registers a task definition passes both roles.
	ExecutionRoleArn pulumi.StringOutput `pulumi:"executionRoleArn"`
	LogGroupName     pulumi.StringOutput `pulumi:"logGroupName"`
	// DiscoveryName is where other tasks find this service, e.g. backend.clinic-prod.internal; see AllowFrom. It is ""
	// in a cluster without a namespace.
	DiscoveryName pulumi.StringOutput `pulumi:"discoveryName"`

	port int
}

func (args *WebArgs) check(name string) error {
	p := arg.Check("web", name)
	if args == nil {
		p.Require("Args", false, "a *service.WebArgs")
		return p.Err()
	}
	checkName(p, name)
	args.TaskArgs.check(p)
	p.Require("Cluster.NamespaceID", (args.Cluster.NamespaceID == nil) == (args.Cluster.NamespaceName == ""), "the namespace whose domain is NamespaceName, or neither: take Cluster.Ref")
	literal, known := args.SubnetIDs.(pulumi.StringArray)
	p.Require("SubnetIDs", args.SubnetIDs != nil && (!known || len(literal) >= 2), "two private subnets or more, each in its own zone")
	p.Between("Port", args.Port, limits.LeastPort, 65535)
	p.Match("HealthPath", args.HealthPath, limits.HealthPath, limits.HealthPathRule)
	if args.LivenessPath != "" {
		p.Match("LivenessPath", args.LivenessPath, limits.HealthPath, limits.HealthPathRule)
	}
	if args.StartupSeconds != 0 {
		p.Between("StartupSeconds", args.StartupSeconds, timeouts.Startup(args.Cpu), timeouts.MaxStartup)
	}
	p.Require("Listener.Arn", args.Listener.Arn != nil, "the ARN of a load balancer's listener")
	p.Require("Listener.SecurityGroupID", args.Listener.SecurityGroupID != nil, "the ID of the load balancer's security group")
	if proof := args.Listener.Proof; proof != nil {
		p.Require("Listener.Proof", proof.Header != "" && proof.Value != nil, "a header and its value")
	}
	args.checkPaths(p)
	p.Between("Priority", args.Priority, 1, mostPriority)
	p.Between("SpotPercent", args.SpotPercent, 0, 100)
	if args.Autoscaling == nil {
		p.Between("DesiredCount", args.DesiredCount, 0, mostTasks)
	} else {
		args.Autoscaling.check(p, args.DesiredCount)
		p.Require("Listener.ArnSuffix", args.Listener.ArnSuffix != nil, "with Autoscaling the end of the load balancer's ARN")
	}
	args.checkAlarms(p)
	return p.Err()
}

// checkAlarms sees the names that are written out, not those that come with the alarms.
func (args *WebArgs) checkAlarms(p *arg.Problems) {
	names, literal := args.AlarmNames.(pulumi.StringArray)
	if literal && len(names) == 0 {
		p.Add("AlarmNames", names, "one alarm or more, or nil for none")
	}
	for i, name := range names {
		p.Require(fmt.Sprintf("AlarmNames[%d]", i), name != nil, "the name of an alarm")
		if text, known := name.(pulumi.String); known && (text == "" || slices.Contains(names[:i], name)) {
			p.Add("AlarmNames", string(text), "names of alarms, each once")
		}
	}
}

func (args *WebArgs) checkPaths(p *arg.Problems) {
	proof := args.Listener.Proof
	switch n := len(args.Paths); {
	case n < 1 || n > 5:
		p.Add("Paths", args.Paths, "one to five patterns")
	case n > 4 && proof != nil:
		p.Add("Paths", args.Paths, "one to four patterns where Listener wants a proof: it is the fifth value of the rule")
	case n > 3 && proof != nil && proof.AlsoAccepted != nil:
		p.Add("Paths", args.Paths, "one to three patterns where Listener accepts two proofs: they are two of the rule's five values")
	}
	if limits.Wildcards(args.Paths...) > limits.MostRuleWildcards {
		p.Add("Paths", args.Paths, fmt.Sprintf("patterns with at most %d * and ? between them", limits.MostRuleWildcards))
	}
	for i, path := range args.Paths {
		p.Match("Paths", path, limits.RulePath, limits.RulePathRule)
		if slices.Contains(args.Paths[:i], path) {
			p.Add("Paths", path, "each pattern once")
		}
	}
}

func (args *WebArgs) shape() shape {
	return shape{
		port: args.Port, healthCommand: args.healthCommand(), startup: args.startup(), stopTimeout: timeouts.Stop, logMode: lossyLog,
	}
}

func (args *WebArgs) healthCommand() string {
	path := args.LivenessPath
	if path == "" {
		path = args.HealthPath
	}
	switch {
	case args.HealthCommand != "":
		return args.HealthCommand
	case args.TLS: // a connection of the container to itself: there is nobody to verify
		return fmt.Sprintf("curl -fk https://localhost:%d%s || exit 1", args.Port, path)
	default:
		return fmt.Sprintf("curl -f http://localhost:%d%s || exit 1", args.Port, path)
	}
}

func (args *WebArgs) startup() int {
	if args.StartupSeconds == 0 {
		return timeouts.Startup(args.Cpu)
	}
	return args.StartupSeconds
}

// NewWeb makes a service, its target group and rule at the listener, and its name in the cluster's namespace. Its
// tasks reach nothing until AllowTo and AllowToPrefixList say so.
func NewWeb(ctx *pulumi.Context, name string, args *WebArgs, opts ...pulumi.ResourceOption) (*Web, error) {
	if err := args.check(name); err != nil {
		return nil, err
	}
	w := &Web{port: args.Port}
	if err := ctx.RegisterComponentResource("carebase:service:Web", name, w, opts...); err != nil {
		return nil, err
	}
	t, err := newTask(ctx, w, name, &args.TaskArgs, args.shape())
	if err != nil {
		return nil, err
	}
	w.access = t.access
	if err := w.in(ctx, "load-balancer", args.Port, args.Listener.SecurityGroupID); err != nil {
		return nil, err
	}
	target, err := args.newTargetGroup(ctx, w, args.targetGroupName(name))
	if err != nil {
		return nil, err
	}
	rule, err := args.newListenerRule(ctx, w, name, target)
	if err != nil {
		return nil, err
	}
	var registry ecs.ServiceServiceRegistriesPtrInput
	w.DiscoveryName = pulumi.String("").ToStringOutput()
	if args.Cluster.NamespaceID != nil {
		discovery, err := newDiscovery(ctx, w, name, args.Cluster)
		if err != nil {
			return nil, err
		}
		registry = &ecs.ServiceServiceRegistriesArgs{RegistryArn: discovery.Arn}
		w.DiscoveryName = pulumi.Sprintf("%s.%s", discovery.Name, args.Cluster.NamespaceName)
	}
	service, err := args.newService(ctx, w, name, t, target, rule, registry)
	if err != nil {
		return nil, err
	}
	if args.Autoscaling != nil {
		if err := args.scale(ctx, w, name, service, target); err != nil {
			return nil, err
		}
	}

	w.ServiceName = service.Name
	w.ServiceArn = service.ID().ToStringOutput()
	w.TaskDefinitionArn = t.definition.Arn
	w.TargetGroupArn = target.Arn
	w.TargetGroupArnSuffix = target.ArnSuffix
	w.SecurityGroupID = t.access.groupID
	w.TaskRoleArn, w.ExecutionRoleArn = t.role.Arn, t.start.Arn
	w.LogGroupName = t.logGroup.Name
	return w, ctx.RegisterResourceOutputs(w, pulumi.Map{
		"serviceName": w.ServiceName, "serviceArn": w.ServiceArn, "taskDefinitionArn": w.TaskDefinitionArn,
		"targetGroupArn": w.TargetGroupArn, "targetGroupArnSuffix": w.TargetGroupArnSuffix,
		"securityGroupId": w.SecurityGroupID, "taskRoleArn": w.TaskRoleArn, "executionRoleArn": w.ExecutionRoleArn,
		"logGroupName": w.LogGroupName, "discoveryName": w.DiscoveryName,
	})
}

func (args *WebArgs) newService(
	ctx *pulumi.Context, parent pulumi.Resource, name string, t *task, target *lb.TargetGroup, rule *lb.ListenerRule,
	registry ecs.ServiceServiceRegistriesPtrInput,
) (*ecs.Service, error) {
	// A service cannot be made for a target group that no listener knows.
	opts := []pulumi.ResourceOption{pulumi.Parent(parent), pulumi.DependsOn([]pulumi.Resource{rule})}
	if args.Autoscaling != nil && !args.HoldDesiredCount {
		opts = append(opts, pulumi.IgnoreChanges([]string{"desiredCount"}))
	}
	var alarms ecs.ServiceAlarmsPtrInput
	if args.AlarmNames != nil {
		alarms = &ecs.ServiceAlarmsArgs{
			AlarmNames: args.AlarmNames,
			Enable:     pulumi.Bool(true),
			Rollback:   pulumi.Bool(true),
		}
	}
	return ecs.NewService(ctx, name+"-service", &ecs.ServiceArgs{
		Cluster:                    args.Cluster.Arn,
		TaskDefinition:             t.definition.Arn,
		DesiredCount:               pulumi.Int(args.DesiredCount),
		CapacityProviderStrategies: capacity(args.SpotPercent),
		ForceNewDeployment:         pulumi.Bool(true), // AWS refuses to change the strategy without
		PlatformVersion:            pulumi.String("LATEST"),
		NetworkConfiguration: &ecs.ServiceNetworkConfigurationArgs{
			Subnets:        args.SubnetIDs,
			SecurityGroups: pulumi.StringArray{t.access.groupID},
			AssignPublicIp: pulumi.Bool(false),
		},
		LoadBalancers: ecs.ServiceLoadBalancerArray{ecs.ServiceLoadBalancerArgs{
			TargetGroupArn: target.Arn, ContainerName: pulumi.String(name), ContainerPort: pulumi.Int(args.Port),
		}},
		ServiceRegistries:               registry,
		HealthCheckGracePeriodSeconds:   pulumi.Int(timeouts.Grace(args.startup())),
		AvailabilityZoneRebalancing:     pulumi.String("ENABLED"),
		DeploymentMinimumHealthyPercent: pulumi.Int(100),
		DeploymentMaximumPercent:        pulumi.Int(200),
		DeploymentCircuitBreaker: &ecs.ServiceDeploymentCircuitBreakerArgs{
			Enable: pulumi.Bool(true), Rollback: pulumi.Bool(true),
		},
		Alarms:               alarms,
		EnableExecuteCommand: pulumi.Bool(args.EnableExec),
		EnableEcsManagedTags: pulumi.Bool(true),
		PropagateTags:        pulumi.String("SERVICE"),
		WaitForSteadyState:   pulumi.Bool(args.WaitForSteadyState),
	}, opts...)
}

func (args *WebArgs) scale(ctx *pulumi.Context, parent pulumi.Resource, name string, service *ecs.Service, target *lb.TargetGroup) error {
	s, err := newScaling(ctx, parent, name, args.Cluster, service, args.Autoscaling, args.startup())
	if err != nil {
		return err
	}
	if err := s.followUtilization(ctx); err != nil {
		return err
	}
	return s.follow(ctx, "requests", "ALBRequestCountPerTarget", targetRequests,
		pulumi.Sprintf("%s/%s", args.Listener.ArnSuffix, target.ArnSuffix))
}

// AllowFrom lets a peer other than the load balancer open connections to the service, by its DiscoveryName.
func (w *Web) AllowFrom(ctx *pulumi.Context, name string, peerSecurityGroupID pulumi.StringInput) error {
	if err := w.checkPeer(name, "PeerSecurityGroupID", peerSecurityGroupID, w.port); err != nil {
		return err
	}
	return w.in(ctx, name, w.port, peerSecurityGroupID)
}

package inspect

const (
	VaultType = "aws:backup/vault:Vault"
	LockType  = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
)

const (
	DistributionType = "aws:cloudfront/distribution:Distribution"
)

const (
	RepositoryType = "aws:ecr/repository:Repository"
)

const (
	GroupType        = "aws:ec2/securityGroup:SecurityGroup"
	DefaultGroupType = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
	GroupRuleType    = "aws:ec2/securityGroupRule:SecurityGroupRule"
	IngressRuleType  = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
)

const (
	FunctionType     = "aws:lambda/function:Function"
	InvokeConfigType = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
	EventSourceType  = "aws:lambda/eventSourceMapping:EventSourceMapping"
)

const (
	InstanceType     = "aws:ec2/instance:Instance"
	ScalingGroupType = "aws:autoscaling/group:Group"
)

const (
	DbInstanceType = "aws:rds/instance:Instance"
	DbClusterType  = "aws:rds/cluster:Cluster"
)

const (
	LogGroupType    = "aws:cloudwatch/logGroup:LogGroup"
	MetricAlarmType = "aws:cloudwatch/metricAlarm:MetricAlarm"
)

const (
	SubscriptionType  = "aws:sns/topicSubscription:TopicSubscription"
	EventTargetType   = "aws:cloudwatch/eventTarget:EventTarget"
	EventScheduleType = "aws:scheduler/schedule:Schedule"
)

const (
	RouteTableType        = "aws:ec2/routeTable:RouteTable"
	DefaultRouteTableType = "aws:ec2/defaultRouteTable:DefaultRouteTable"
	RouteType             = "aws:ec2/route:Route"
	AssociationType       = "aws:ec2/routeTableAssociation:RouteTableAssociation"
	NatGatewayType        = "aws:ec2/natGateway:NatGateway"
)

const (
	VpcType     = "aws:ec2/vpc:Vpc"
	SubnetType  = "aws:ec2/subnet:Subnet"
	GatewayType = "aws:ec2/internetGateway:InternetGateway"
)

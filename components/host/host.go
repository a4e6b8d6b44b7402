// Package host makes a single EC2 host: for administrators, or for an application of containers with Docker Compose.
//
// What every host has: Session Manager as the only way in, so no key pair and no port 22 (control EC2-9); a metadata service that
// answers version 2 only (EC2-1); encrypted gp3 volumes under a customer-managed key (EC2-5); an instance profile with one
// customer-managed policy that names actions and resources (EC2-3, IAM-1 to IAM-4); detailed monitoring (EC2-8); daily snapshots
// (EC2-10); encrypted logs, and alarms on CPU, memory, disks and status checks. Its user data contains no secrets: the host reads
// them from Secrets Manager at each start, into memory.
//
// A host is replaced and not repaired: to change it, change its arguments; to mend or patch it, replace it by
//
//	pulumi up --replace <URN of the instance>
//
// The network interface with its private address, the Elastic IP and the data volume are resources of their own, which the next
// host gets. With a data volume, the next host starts the release that the last host ran. The old host stops before the new host
// starts, because a volume belongs to one host at a time: allow ten minutes.
//
// The host is a plain instance and not an Auto Scaling group of one. A group gives its instance no interface, address or volume
// that exists already, so each instance would need permissions to attach them to itself, and neither plan nor audit would see
// what is attached to what. A group would also replace the host without anybody deciding so. EC2's own simplified automatic
// recovery, which is on by default, moves the same instance to other hardware when its hardware fails.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-configuration-recovery.html
//
// The image is resolved by EC2 at launch (resolve:ssm: in the launch template), so that a newer image changes no plan and never
// replaces a running host.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html
//
// People open a shell with the session document of the host, which encrypts and records the session:
//
//	aws ssm start-session --target <instance> --document-name <HostName>-session
//
// The preferences of sessions without a document are set for an account and region (SSM-SessionManagerRunShell), not here: let
// IAM policies allow ssm:StartSession with the document of the host only.
//
// A release is deployed without SSH. The command ends with an error if the release is not healthy; the release before then runs:
//
//	aws ssm send-command --document-name <HostName>-deploy --targets Key=tag:Host,Values=<HostName> --parameters tag=<tag> \
//	  --cloud-watch-output-config CloudWatchOutputEnabled=true,CloudWatchLogGroupName=/host/<HostName>/system
//	aws ssm wait command-executed --command-id <command> --instance-id <instance>
package host

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/securitygroup"
)

// Host is an EC2 instance with its network interface, volumes, role, log groups, documents, snapshots and alarms.
type Host struct {
	pulumi.ResourceState
	*securitygroup.Group

	InstanceID      pulumi.StringOutput `pulumi:"instanceId"`
	PrivateIP       pulumi.StringOutput `pulumi:"privateIp"`
	PublicIP        pulumi.StringOutput `pulumi:"publicIp"` // empty unless Public
	SecurityGroupID pulumi.StringOutput `pulumi:"securityGroupId"`
	RoleArn         pulumi.StringOutput `pulumi:"roleArn"`
	// DataVolumeID is empty without a data volume.
	DataVolumeID pulumi.StringOutput `pulumi:"dataVolumeId"`

	name string
	args *Args
	id   caller.Identity
}

// New makes the host.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Host, error) {
	if err := args.check(name); err != nil {
		return nil, err
	}
	h := &Host{name: name, args: args}
	if err := ctx.RegisterComponentResource("carebase:host:Host", name, h, opts...); err != nil {
		return nil, err
	}
	h.id = caller.Look(ctx, h)
	var err error
	if h.Group, err = securitygroup.New(ctx, h, name, "Host "+args.HostName, args.VpcID); err != nil {
		return nil, err
	}
	if err := h.newRules(ctx); err != nil {
		return nil, err
	}
	groups, err := h.newLogGroups(ctx)
	if err != nil {
		return nil, err
	}
	nic, err := h.newNetworkInterface(ctx)
	if err != nil {
		return nil, err
	}
	volume, err := h.newDataVolume(ctx)
	if err != nil {
		return nil, err
	}
	instance, err := h.newInstance(ctx, nic, volume, groups)
	if err != nil {
		return nil, err
	}
	for _, newPart := range []func(*pulumi.Context) error{
		func(ctx *pulumi.Context) error { return h.newAttachment(ctx, volume, instance) },
		h.newSnapshots,
		func(ctx *pulumi.Context) error { return h.newSessionDocument(ctx, groups.sessions) },
		h.newDeployDocument,
		func(ctx *pulumi.Context) error { return h.newAlarms(ctx, instance) },
	} {
		if err := newPart(ctx); err != nil {
			return nil, err
		}
	}

	h.InstanceID = instance.ID().ToStringOutput()
	h.PrivateIP = nic.PrivateIp
	h.SecurityGroupID = h.ID()
	return h, ctx.RegisterResourceOutputs(h, pulumi.Map{
		"instanceId": h.InstanceID, "privateIp": h.PrivateIP, "publicIp": h.PublicIP, "securityGroupId": h.SecurityGroupID,
		"roleArn": h.RoleArn, "dataVolumeId": h.DataVolumeID,
	})
}

// AllowFrom lets members of a security group, such as a load balancer's, connect to the host on one TCP port.
func (h *Host) AllowFrom(ctx *pulumi.Context, name string, peerSecurityGroupID pulumi.StringInput, port int) error {
	return securitygroup.FromPeer(ctx, h.Group, name, peerSecurityGroupID, port)
}

const httpsPort = 443

func (h *Host) newRules(ctx *pulumi.Context) error {
	if h.args.InternetEgress {
		if err := securitygroup.ToInternet(ctx, h.Group, httpsPort); err != nil {
			return err
		}
	}
	for _, ingress := range h.args.Ingress {
		for _, cidr := range ingress.CIDRs {
			if err := securitygroup.FromCIDR(ctx, h.Group, ruleName(ingress.Port, cidr), cidr, ingress.Port); err != nil {
				return err
			}
		}
	}
	return nil
}

// The log groups of a host. Groups of hosts are below /host/<HostName>/.
type logGroups struct {
	system, sessions *cloudwatch.LogGroup
	containers       *cloudwatch.LogGroup // nil without Compose
}

func (g logGroups) arns() pulumi.StringArray {
	arns := pulumi.StringArray{pulumi.Sprintf("%s:*", g.system.Arn), pulumi.Sprintf("%s:*", g.sessions.Arn)}
	if g.containers != nil {
		arns = append(arns, pulumi.Sprintf("%s:*", g.containers.Arn))
	}
	return arns
}

func (g logGroups) resources() []pulumi.Resource {
	resources := []pulumi.Resource{g.system, g.sessions}
	if g.containers != nil {
		resources = append(resources, g.containers)
	}
	return resources
}

func (args *Args) logGroupName(what string) string { return "/host/" + args.HostName + "/" + what }

func (h *Host) newLogGroups(ctx *pulumi.Context) (logGroups, error) {
	var groups logGroups
	var err error
	newGroup := func(what string) *cloudwatch.LogGroup {
		if err != nil {
			return nil
		}
		var group *cloudwatch.LogGroup
		group, err = cloudwatch.NewLogGroup(ctx, h.name+"-"+what+"-logs", &cloudwatch.LogGroupArgs{
			Name:            pulumi.String(h.args.logGroupName(what)),
			KmsKeyId:        h.args.LogsKeyArn,
			RetentionInDays: pulumi.Int(h.args.LogRetentionDays),
		}, pulumi.Parent(h))
		return group
	}
	groups.system, groups.sessions = newGroup(systemLogs), newGroup(sessionLogs)
	if h.args.Compose != nil {
		groups.containers = newGroup(containerLogs)
	}
	return groups, err
}

const (
	systemLogs    = "system"
	sessionLogs   = "sessions"
	containerLogs = "containers"
)

// newNetworkInterface makes the interface that every instance of the host gets, with its private address and Elastic IP. EC2 never
// gives a public address to an interface that exists already.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html
func (h *Host) newNetworkInterface(ctx *pulumi.Context) (*ec2.NetworkInterface, error) {
	nic, err := ec2.NewNetworkInterface(ctx, h.name+"-network-interface", &ec2.NetworkInterfaceArgs{
		Description:    pulumi.String("Host " + h.args.HostName),
		SubnetId:       h.args.SubnetID,
		SecurityGroups: pulumi.StringArray{h.ID()},
		Tags:           h.tags(),
	}, pulumi.Parent(h), pulumi.Protect(h.args.Protect))
	h.PublicIP = pulumi.String("").ToStringOutput()
	if err != nil || !h.args.Public {
		return nic, err
	}
	address, err := ec2.NewEip(ctx, h.name+"-address", &ec2.EipArgs{
		Domain:           pulumi.String("vpc"),
		NetworkInterface: nic.ID(),
		Tags:             h.tags(),
	}, pulumi.Parent(h), pulumi.Protect(h.args.Protect))
	if err != nil {
		return nil, err
	}
	h.PublicIP = address.PublicIp
	return nic, nil
}

// hostTag is the tag by which snapshots and deployments find the host.
const hostTag = "Host"

func (h *Host) tags() pulumi.StringMap {
	return pulumi.StringMap{"Name": pulumi.String(h.args.HostName), hostTag: pulumi.String(h.args.HostName)}
}

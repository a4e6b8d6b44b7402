// Package database builds an Amazon RDS for PostgreSQL instance fit for PHI: storage, backups, Performance Insights and
// the master password's secret under customer-managed keys, TLS forced, statements audited by pgaudit, logs exported to
// encrypted log groups, enhanced monitoring, point-in-time recovery, IAM authentication, no public address, and a
// security group that lets in nobody until AllowFrom is called. Read replicas in the same region are optional; and the
// whole may be the copy of a database in another region, to take its place one day (see Recovery).
//
// It carries RDS-1 to RDS-8, RDS-10 to RDS-12, SM-1 (RDS rotates the master password), CW-2, CW-3, X-RDS-TLS,
// X-RDS-PGAUDIT, X-RDS-FINAL, X-RDS-PI, X-RDS-WAL, X-RDS-PITR and X-PROTECT; X-RDS-LOGVALUES without LogSlowStatements;
// RDS-2 (Multi-AZ) and RDS-4 (deletion protection) as far as its arguments ask for them.
//
// It cannot create the least-privilege roles inside the database: package roles writes the script for them, which a
// one-off task runs. It upgrades minor versions by itself and major ones not at all: AWS refuses the change until
// somebody has upgraded the instance on purpose. Enhanced monitoring writes to RDSOSMetrics, a log group that RDS keeps
// once per account and region and that no stack owns. And it never replaces the instance: what AWS fixes at creation
// (name of the database, master user, key) is not changed afterwards even if the arguments are.
package database

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Database is an RDS for PostgreSQL instance with what it needs around it.
type Database struct {
	pulumi.ResourceState

	Address            pulumi.StringOutput `pulumi:"address"`            // host name
	Endpoint           pulumi.StringOutput `pulumi:"endpoint"`           // host name and port, "host:5432"
	Port               pulumi.IntOutput    `pulumi:"port"`               // 5432
	Name               pulumi.StringOutput `pulumi:"name"`               // of the database in the instance
	InstanceIdentifier pulumi.StringOutput `pulumi:"instanceIdentifier"` // as metrics, alarms and snapshots name it
	InstanceArn        pulumi.StringOutput `pulumi:"instanceArn"`        // for backup selections and replicas elsewhere
	// ResourceID is what IAM sign-in is granted on: arn:aws:rds-db:<region>:<account>:dbuser:<ResourceID>/<role>.
	ResourceID pulumi.StringOutput `pulumi:"resourceId"`
	// MasterSecretArn is the Secrets Manager secret in which RDS keeps and rotates the master user's name and password.
	// It is empty where MasterPassword was given, and with Recovery.
	MasterSecretArn  pulumi.StringOutput      `pulumi:"masterSecretArn"`
	SecurityGroupID  pulumi.StringOutput      `pulumi:"securityGroupId"`
	ReplicaEndpoints pulumi.StringArrayOutput `pulumi:"replicaEndpoints"` // "host:5432" each, in the order of ReadReplicas

	name string
}

// port on which PostgreSQL listens.
const port = 5432

// shared is what the instance and its replicas have in common.
type shared struct {
	securityGroup  *ec2.SecurityGroup
	parameterGroup *rds.ParameterGroup
	monitoring     *iam.Role
	monitoringMay  *iam.RolePolicyAttachment
}

// New registers the database and its replicas.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Database, error) {
	if err := args.check(name); err != nil {
		return nil, err
	}
	c := &Database{name: name}
	if err := ctx.RegisterComponentResource("carebase:database:Database", name, c, opts...); err != nil {
		return nil, err
	}
	subnets, err := rds.NewSubnetGroup(ctx, name+"-subnets", &rds.SubnetGroupArgs{
		Description: pulumi.String("Isolated subnets of the database"),
		SubnetIds:   args.SubnetIDs,
	}, pulumi.Parent(c))
	if err != nil {
		return nil, err
	}
	var s shared
	if s.securityGroup, err = c.dataPort().Close(ctx, args.VpcID); err != nil {
		return nil, err
	}
	if s.parameterGroup, err = c.newParameterGroup(ctx, args); err != nil {
		return nil, err
	}
	if s.monitoring, s.monitoringMay, err = c.newMonitoringRole(ctx, args); err != nil {
		return nil, err
	}
	instance, err := c.newInstance(ctx, args, s, subnets)
	if err != nil {
		return nil, err
	}
	identifiers := pulumi.StringArray{instance.Identifier}
	endpoints := pulumi.StringArray{}
	for _, r := range args.ReadReplicas {
		replica, err := c.newReplica(ctx, args, s, instance, r)
		if err != nil {
			return nil, err
		}
		identifiers = append(identifiers, replica.Identifier)
		endpoints = append(endpoints, replica.Endpoint)
	}
	if args.EventsTopicArn != nil {
		if err := c.newEventSubscription(ctx, args.EventsTopicArn, identifiers); err != nil {
			return nil, err
		}
	}

	c.Address, c.Endpoint, c.Port = instance.Address, instance.Endpoint, instance.Port
	c.Name, c.InstanceIdentifier = instance.DbName, instance.Identifier
	if args.Recovery != nil {
		c.Name = pulumi.String(args.DatabaseName).ToStringOutput() // a replica of PostgreSQL does not say it
	}
	c.InstanceArn, c.ResourceID = instance.Arn, instance.ResourceId
	c.MasterSecretArn = masterSecretArn(ctx, args, instance)
	c.SecurityGroupID = s.securityGroup.ID().ToStringOutput()
	c.ReplicaEndpoints = endpoints.ToStringArrayOutput()
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{
		"address": c.Address, "endpoint": c.Endpoint, "port": c.Port, "name": c.Name,
		"instanceIdentifier": c.InstanceIdentifier, "instanceArn": c.InstanceArn, "resourceId": c.ResourceID,
		"masterSecretArn": c.MasterSecretArn, "securityGroupId": c.SecurityGroupID, "replicaEndpoints": c.ReplicaEndpoints,
	})
}

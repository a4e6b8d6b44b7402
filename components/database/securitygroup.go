package database

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/dataport"
)

func (c *Database) dataPort() dataport.Port {
	return dataport.Port{Component: c, Name: c.name, Protocol: "PostgreSQL", Number: port}
}

// AllowFrom lets the members of another security group connect to the database and its replicas. Name says who they are and tells
// the rules apart.
func (c *Database) AllowFrom(ctx *pulumi.Context, name string, peerSecurityGroupID pulumi.StringInput) error {
	return c.dataPort().Open(ctx, c.SecurityGroupID, name, peerSecurityGroupID)
}

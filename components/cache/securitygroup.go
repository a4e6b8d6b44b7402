package cache

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/dataport"
)

func (c *Cache) dataPort() dataport.Port {
	return dataport.Port{Component: c, Name: c.name, Protocol: "Redis", Number: port}
}

// AllowFrom lets the members of another security group connect to the cache. Name says who they are and tells
// the rules apart.
func (c *Cache) AllowFrom(ctx *pulumi.Context, name string, peerSecurityGroupID pulumi.StringInput) error {
	return c.dataPort().Open(ctx, c.SecurityGroupID, name, peerSecurityGroupID)
}

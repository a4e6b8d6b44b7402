package cache

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/elasticache"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Access strings are written in the order in which ElastiCache gives them back: state, keys, channels, commands.
const (
	// applicationAccess is every command on data, connections, transactions, channels and scripts, and none that reaches
	// past them (FLUSHALL, KEYS, CONFIG, MONITOR …) but two that report: health checks use INFO, and clients that read
	// from replicas use ROLE.
	applicationAccess = "on ~* &* -@all +@read +@write +@connection +@transaction +@pubsub +@scripting -@dangerous +info +role"
	noAccess          = "off ~* -@all"
)

// newUsers makes the applications' user and the group that the cache admits. A group must hold a user by the name
// "default", who is anyone that does not sign in; ElastiCache's own may do everything, so the group has one that may do
// nothing and cannot be used.
func (c *Cache) newUsers(ctx *pulumi.Context, args *Args) (*elasticache.User, *elasticache.UserGroup, error) {
	application, err := elasticache.NewUser(ctx, c.name+"-user", &elasticache.UserArgs{
		UserId:             pulumi.String(args.UserName),
		UserName:           pulumi.String(args.UserName),
		Engine:             pulumi.String(engine),
		AccessString:       pulumi.String(applicationAccess),
		AuthenticationMode: &elasticache.UserAuthenticationModeArgs{Type: pulumi.String("iam")},
	}, pulumi.Parent(c))
	if err != nil {
		return nil, nil, err
	}
	anyone, err := elasticache.NewUser(ctx, c.name+"-default-user", &elasticache.UserArgs{
		UserId:       pulumi.String(args.UserName + "-default"),
		UserName:     pulumi.String("default"),
		Engine:       pulumi.String(engine),
		AccessString: pulumi.String(noAccess),
		// Not by AuthenticationMode: AWS calls this mode by one name going in and by another coming out.
		NoPasswordRequired: pulumi.Bool(true),
	}, pulumi.Parent(c))
	if err != nil {
		return nil, nil, err
	}
	group, err := elasticache.NewUserGroup(ctx, c.name+"-users", &elasticache.UserGroupArgs{
		UserGroupId: pulumi.String(args.UserName),
		Engine:      pulumi.String(engine),
		UserIds:     pulumi.StringArray{application.UserId, anyone.UserId},
	}, pulumi.Parent(c))
	return application, group, err
}

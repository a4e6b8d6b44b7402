package dr

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/keys"
	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/components/observability"
)

// Args of a Protection. What has no default is required.
type Args struct {
	// Primary is the provider of the region that is protected. The component's own provider is the recovery region's.
	Primary pulumi.ProviderResource
	// Region is the recovery region's name, for those of the primary's resources that reach over by themselves.
	Region string

	// NamePrefix begins what is named in the recovery region, e.g. clinic-prod: aliases, topic, vault, alarm.
	NamePrefix string
	// Environment of the protected stack, the switch's dimension Stack.
	Environment string

	// Keys of the protected stack, made with MultiRegion.
	Keys *keys.Keys
	// Emails that hear of the recovery region's alarms.
	Emails []string
	// HTTPS receivers are told what pages.
	HTTPS []observability.Receiver

	// LogBucketName is the physical name of the bucket that the copies' access logs go to, and LogRetentionDays how long
	// they stay there, 30 to 3653 days.
	LogBucketName    string
	LogRetentionDays int

	// The vault that copies of backups go to; see backup.Args.
	LockMinDays, LockMaxDays, LockChangeableDays int

	// ImagePrefixes choose the repositories whose images are copied. None where another stack of the account has the
	// registry's replication configuration, of which there is one.
	ImagePrefixes []string

	// FrontendUnderData is the copy of the front end's bucket, while objects in it are under the key of data; see keys.Args.
	FrontendUnderData string

	// Protect makes Pulumi refuse to delete or replace keys, copies and vault, and leave them in AWS when they go out of
	// the program; without it what is in them is deleted with them.
	Protect bool
}

var (
	regionName  = limits.Region
	namePrefix  = limits.Hyphenated
	environment = limits.Lower
)

func (a *Args) check(name string) error {
	p := arg.Check("protection", name)
	if a == nil {
		p.Require("Args", false, "the arguments of a protection")
		return p.Err()
	}
	p.Require("Primary", a.Primary != nil, "the provider of the protected region")
	p.Match("Region", a.Region, regionName, "a region, e.g. us-west-2")
	p.Match("NamePrefix", a.NamePrefix, namePrefix, "lower-case letters, digits and single hyphens, a letter first")
	p.Match("Environment", a.Environment, environment, "lower-case letters, digits and hyphens, a letter first")
	p.Require("Keys", a.Keys != nil, "the keys to replicate (see components/keys)")
	return p.Err()
}

package backup

import (
	"regexp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
)

// TagKey is the tag by which a plan finds what to back up: a database, volume or bucket tagged TagKey = Args.VaultName.
// The value is the vault's name and not, say, "daily", so that stacks that share an account leave each other's alone.
const TagKey = "Backup"

// Args of a Backup.
type Args struct {
	// VaultName is unique in the account and region, e.g. "clinic-prod": 2 to 50 letters, digits and hyphens. A
	// change replaces the vault, which AWS refuses while it holds backups.
	VaultName string
	// KeyArn is the KMS key of the vault (see components/keys, class backups). The vault keeps the key it was created
	// with.
	KeyArn pulumi.StringInput

	// LockMinDays and LockMaxDays are the shortest and longest time a backup in this vault may be set to be kept: 1 to
	// 35, and 2557 to 36500, so that the plan's rules fit. Until its time is over AWS deletes none.
	LockMinDays int
	LockMaxDays int
	// LockChangeableDays makes the lock irrevocable that many days after it was made: 3 to 36500, where PHI lives. From
	// then on nobody, the root user and AWS included, can delete a backup early or change or remove the lock, and the
	// vault cannot be deleted before the last backup has expired. 0: whoever has the permission can remove the lock,
	// which the trail records.
	LockChangeableDays int

	// AlarmTopicArn is the SNS topic that receives every backup, copy and restore that failed. EventBridge must be
	// allowed to publish there.
	AlarmTopicArn pulumi.StringInput

	// Plan is what is backed up. Without one the vault receives copies from another region.
	Plan *Plan

	// Protect makes Pulumi refuse to delete or replace the vault, and leave it in AWS when it goes out of the program.
	Protect bool
	// ForceDestroy deletes the backups with the vault. For stacks that hold no data worth keeping; not to be had with
	// Protect or an irrevocable lock.
	ForceDestroy bool
}

// Plan makes backups of whatever is tagged TagKey = Args.VaultName: daily, weekly and monthly, kept for 35 days, 90 days
// and seven years.
type Plan struct {
	// Resources are ARNs of what is backed up whether it carries the tag or not.
	Resources pulumi.StringArray
	// CopyToVaultArn is a vault in another region that every backup is copied to; optional.
	CopyToVaultArn pulumi.StringInput
	// CopyDays is the longest that a copy is kept, 35 to 36500 days; 0 keeps each as long as what it was made of.
	CopyDays int
	// RestoreTest restores backups to see that they can be; nil where the data is synthetic.
	RestoreTest *RestoreTest
}

// RestoreTest restores a random backup of the last five weeks of each database every Sunday and Wednesday, and deletes what
// it restored. Of a resource with backups in several vaults one is restored each time.
type RestoreTest struct {
	// VpcID and SubnetIDs say where databases are restored: isolated subnets in at least two zones. Nobody can connect
	// to them there.
	VpcID     pulumi.StringInput
	SubnetIDs pulumi.StringArrayInput
	// Buckets restores a backup of each bucket as well, whole: mind their size.
	Buckets bool
	// OtherVaultArns are further vaults of the same region whose backups are restored: those that receive copies from
	// another region, where there are no subnets to restore a database into before the recovery stack is deployed.
	OtherVaultArns pulumi.StringArray
}

var vaultName = regexp.MustCompile(`^[A-Za-z0-9-]{2,50}$`)

// longestDays is how long AWS Backup keeps anything at most: a hundred years.
const longestDays = 36500

func (a *Args) check(name string) error {
	p := arg.Check("backup", name)
	if a == nil {
		p.Require("Args", false, "the arguments of a backup")
		return p.Err()
	}
	p.Match("VaultName", a.VaultName, vaultName, "2 to 50 letters, digits and hyphens")
	p.Require("KeyArn", a.KeyArn != nil, "a KMS key ARN (see components/keys)")
	p.Between("LockMinDays", a.LockMinDays, 1, daily.days)
	p.Between("LockMaxDays", a.LockMaxDays, monthly.days, longestDays)
	if a.LockChangeableDays != 0 && (a.LockChangeableDays < 3 || a.LockChangeableDays > longestDays) {
		p.Add("LockChangeableDays", a.LockChangeableDays, "3 to 36500, or 0 for a lock that can be removed")
	}
	p.Require("AlarmTopicArn", a.AlarmTopicArn != nil, "an SNS topic ARN: a failure nobody hears of is a loss")
	if a.ForceDestroy && (a.Protect || a.LockChangeableDays != 0) {
		p.Add("ForceDestroy", true, "false where Protect is true or the lock is irrevocable")
	}
	if a.Plan != nil {
		a.Plan.check(p)
	}
	return p.Err()
}

func (plan *Plan) check(p *arg.Problems) {
	switch {
	case plan.CopyToVaultArn == nil && plan.CopyDays != 0:
		p.Add("Plan.CopyDays", plan.CopyDays, "none without CopyToVaultArn")
	case plan.CopyDays != 0:
		p.Between("Plan.CopyDays", plan.CopyDays, daily.days, longestDays)
	}
	if test := plan.RestoreTest; test != nil {
		p.Require("Plan.RestoreTest.VpcID", test.VpcID != nil, "the ID of the VPC (see components/network)")
		p.Require("Plan.RestoreTest.SubnetIDs", test.SubnetIDs != nil, "the IDs of isolated subnets (see components/network)")
	}
}

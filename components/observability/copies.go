package observability

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
)

// Copies of backups of one kind of resource, which AWS Backup makes into a vault of the alarm's region. AWS does not
// measure how old a vault's newest backup is, but counts what is completed in it, by kind.
// https://docs.aws.amazon.com/aws-backup/latest/devguide/cloudwatch.html
type Copies struct {
	Name         string // e.g. database
	VaultName    pulumi.StringInput
	ResourceType string // as AWS Backup calls it: RDS, S3
	EveryHours   int    // how often one is made: 2 to 24
}

func (c Copies) validate(p *arg.Problems, at string) {
	p.Require(at+"VaultName", c.VaultName != nil, "the name of the vault that the copies come to")
	p.Require(at+"ResourceType", c.ResourceType != "", "RDS, S3 or another type of AWS Backup's")
	p.Between(at+"EveryHours", c.EveryHours, 2, 24)
}

func (c Copies) completed() metric {
	return metric{"AWS/Backup", "NumberOfRecoveryPointsCompleted", []dimension{
		{"BackupVaultName", c.VaultName}, {"ResourceType", pulumi.String(c.ResourceType)},
	}}
}

// alarm goes off when one and a half times as long as it should be have passed without a copy: one that is made a little
// later than the day before is no news.
func (c Copies) alarm() alarm {
	return alarm{
		key: "copies-" + c.Name + "-missing", statistic: "Sum", metric: c.completed(),
		operator: below, threshold: 1, period: c.EveryHours * 3600 / 2, periods: 3,
		Note:    inform("copies-missing"),
		silence: silenceAlarms, // no copy is no data
		meaning: "No copy of a backup of the " + c.Name + " has come to this region for one and a half times as long as there should be between two.",
		remedy: "What stands in for the replica is older than promised. Look at the copy jobs of the plan in the primary region " +
			"(aws backup list-copy-jobs): usually a key or a vault policy was changed.",
	}
}

func (c Copies) widget() widget {
	return widget{
		title: c.Name + ": copies of backups completed", statistic: "Sum",
		lines:  []line{{metric: c.completed(), label: "completed"}},
		limits: []limit{{"alarm below", 1}},
	}
}

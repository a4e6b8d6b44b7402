package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// dataTypes are the types whose resources hold what cannot be made again once it is gone: data, keys that data is encrypted with,
// evidence, and names that others know.
var dataTypes = map[string]string{
	"aws:backup/vault:Vault":                            "the recovery points in the vault",
	"aws:cloudtrail/eventDataStore:EventDataStore":      "audit events",
	"aws:cloudwatch/logGroup:LogGroup":                  "log events",
	"aws:cognito/userPool:UserPool":                     "user accounts",
	"aws:docdb/cluster:Cluster":                         "the database",
	"aws:dynamodb/table:Table":                          "the table's items",
	"aws:ebs/snapshot:Snapshot":                         "the snapshot",
	"aws:ebs/volume:Volume":                             "the volume's blocks",
	"aws:ecr/repository:Repository":                     "container images",
	"aws:efs/fileSystem:FileSystem":                     "files",
	"aws:elasticache/cluster:Cluster":                   "cached data and sessions",
	"aws:elasticache/replicationGroup:ReplicationGroup": "cached data and sessions",
	"aws:kinesis/stream:Stream":                         "records in the stream",
	"aws:kms/key:Key":                                   "the key: what it encrypts cannot be read without it",
	"aws:kms/replicaKey:ReplicaKey":                     "the key: what it encrypts cannot be read without it",
	"aws:neptune/cluster:Cluster":                       "the database",
	"aws:opensearch/domain:Domain":                      "indexes",
	"aws:rds/cluster:Cluster":                           "the database",
	"aws:rds/instance:Instance":                         "the database",
	"aws:rds/snapshot:Snapshot":                         "the snapshot",
	"aws:redshift/cluster:Cluster":                      "the warehouse",
	"aws:route53/zone:Zone":                             "the zone: a new zone has other name servers",
	"aws:s3/bucket:Bucket":                              "the bucket's objects",
	"aws:s3/bucketV2:BucketV2":                          "the bucket's objects",
	"aws:secretsmanager/secret:Secret":                  "the secret's versions",
	"aws:sqs/queue:Queue":                               "messages in the queue",
	"aws:ssm/parameter:Parameter":                       "the parameter's value",
}

// holdsData is true for a type whose resources hold what cannot be made again.
func holdsData(resourceType string) bool { return dataTypes[resourceType] != "" }

// safeguards are inputs whose change in one direction loses protection or retention.
var safeguards = map[string]safeguard{
	"(option) protect":                                   {falls: true, kind: LostProtection, text: "Pulumi no longer refuses to delete it"},
	"(option) retainOnDelete":                            {falls: true, kind: LostProtection, text: "Pulumi no longer leaves it in AWS when it leaves the program"},
	"deletionProtection":                                 {falls: true, kind: LostProtection, text: "AWS no longer refuses to delete it"},
	"deletionProtectionEnabled":                          {falls: true, kind: LostProtection, text: "AWS no longer refuses to delete it"},
	"enableDeletionProtection":                           {falls: true, kind: LostProtection, text: "AWS no longer refuses to delete it"},
	"multiAz":                                            {falls: true, kind: LostProtection, text: "no standby in another availability zone"},
	"multiAzEnabled":                                     {falls: true, kind: LostProtection, text: "no standby in another availability zone"},
	"automaticFailoverEnabled":                           {falls: true, kind: LostProtection, text: "no automatic failover"},
	"storageEncrypted":                                   {falls: true, kind: LostProtection, text: "stored unencrypted"},
	"atRestEncryptionEnabled":                            {falls: true, kind: LostProtection, text: "stored unencrypted"},
	"pointInTimeRecovery.enabled":                        {falls: true, kind: LostRetention, text: "no point-in-time recovery"},
	"enableKeyRotation":                                  {falls: true, kind: LostProtection, text: "the key is no longer rotated"},
	"enableLogFileValidation":                            {falls: true, kind: LostProtection, text: "changes to the audit trail are no longer detected"},
	"isMultiRegionTrail":                                 {falls: true, kind: LostRetention, text: "other regions are no longer in the audit trail"},
	"skipFinalSnapshot":                                  {rises: true, kind: LostRetention, text: "deletion takes no last snapshot"},
	"forceDestroy":                                       {rises: true, kind: LostProtection, text: "deletion also deletes what is in it"},
	"forceDelete":                                        {rises: true, kind: LostProtection, text: "deletion also deletes what is in it"},
	"backupRetentionPeriod":                              {falls: true, kind: LostRetention, text: "automated backups are kept for a shorter time"},
	"retentionPeriod":                                    {falls: true, kind: LostRetention, text: "kept for a shorter time"},
	"retentionInDays":                                    {falls: true, zeroIsMost: true, kind: LostRetention, text: "kept for a shorter time"},
	"snapshotRetentionLimit":                             {falls: true, kind: LostRetention, text: "snapshots are kept for a shorter time"},
	"recoveryWindowInDays":                               {falls: true, kind: LostRetention, text: "a deleted secret can be restored for a shorter time"},
	"deletionWindowInDays":                               {falls: true, kind: LostRetention, text: "a deleted key can be restored for a shorter time"},
	"messageRetentionSeconds":                            {falls: true, kind: LostRetention, text: "messages are kept for a shorter time"},
	"minRetentionDays":                                   {falls: true, kind: LostRetention, text: "recovery points can be deleted earlier"},
	"versioningConfiguration.status":                     {falls: true, kind: LostRetention, text: "overwritten objects are no longer kept"},
	"rule.defaultRetention.days":                         {falls: true, kind: LostRetention, text: "objects can be deleted earlier"},
	"rule.defaultRetention.years":                        {falls: true, kind: LostRetention, text: "objects can be deleted earlier"},
	"rules[].expiration.days":                            {falls: true, zeroIsMost: true, kind: LostRetention, text: "objects are deleted earlier"},
	"rules[].lifecycle.deleteAfter":                      {falls: true, zeroIsMost: true, kind: LostRetention, text: "recovery points are deleted earlier"},
	"rules[].noncurrentVersionExpiration.noncurrentDays": {falls: true, zeroIsMost: true, kind: LostRetention, text: "overwritten objects are deleted earlier"},
}

// safeguard says which change of an input loses protection.
type safeguard struct {
	// falls: true to false, a smaller number, Enabled to something else, or no value any more. rises: the opposite.
	falls, rises bool
	// zeroIsMost is true where 0 and no value mean for ever.
	zeroIsMost bool
	kind       RiskKind
	text       string
}

func (s safeguard) lost(p *Property) bool {
	before, after := strength(p.Old, s.zeroIsMost), strength(p.New, s.zeroIsMost)
	if !p.NewSet && !p.OldSet || p.Hidden {
		return false
	}
	return s.falls && after < before || s.rises && after > before
}

func strength(text string, zeroIsMost bool) float64 {
	switch strings.ToLower(text) {
	case "true", "enabled":
		return 1
	case "", "false", "0", "null", "suspended", "disabled":
		if zeroIsMost {
			return 1e12
		}
		return 0
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0.5 // not known: neither more than on nor less than off
	}
	return number
}

// guards are types whose removal loses protection or retention of another resource.
var guards = map[string]Risk{
	"aws:backup/plan:Plan":                                                                   {Kind: LostRetention, Text: "the backup plan goes: nothing it covered is backed up any more"},
	"aws:backup/selection:Selection":                                                         {Kind: LostRetention, Text: "the backup selection goes: what it selected is not backed up any more"},
	"aws:backup/vaultLockConfiguration:VaultLockConfiguration":                               {Kind: LostProtection, Text: "the vault lock goes: recovery points can be deleted"},
	"aws:cloudtrail/trail:Trail":                                                             {Kind: LostRetention, Text: "the audit trail goes"},
	"aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication":        {Kind: LostRetention, Text: "automated backups are not copied to the other region any more"},
	"aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration":                     {Kind: LostProtection, Text: "new objects are not locked any more"},
	"aws:s3/bucketReplicationConfig:BucketReplicationConfig":                                 {Kind: LostRetention, Text: "objects are not copied to the other region any more"},
	"aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {Kind: LostProtection, Text: "new objects are not encrypted with the key any more"},
	"aws:s3/bucketVersioning:BucketVersioning":                                               {Kind: LostRetention, Text: "overwritten objects are not kept any more"},
}

// networkTypes are types that databases and caches are in.
var networkTypes = map[string]bool{"aws:ec2/vpc:Vpc": true, "aws:ec2/subnet:Subnet": true}

func (c *comparison) risks() {
	for _, change := range c.result.Changes {
		if change.HoldsData {
			c.dataRisk(change)
		} else if change.Protected && (change.Action == Removed || change.Action == Replaced || change.Action == Recreated) && !change.Retained {
			c.risk(UpdateFails, change, fmt.Sprintf("%s, but protected: the update will fail", change.Action))
		}
		if networkTypes[change.Type] && (change.Action == Replaced || change.Action == Recreated) {
			c.risk(UpdateFails, change, fmt.Sprintf("%s because of %s: AWS does not move the databases and caches in it, and does not delete it while they are there", change.Action, change.Why()))
		}
		if guard, is := guards[change.Type]; is && (change.Action == Removed || change.Action == Recreated) {
			c.risk(guard.Kind, change, guard.Text)
		}
		if change.Action == Removed || change.Action == Added {
			continue
		}
		for i := range change.Properties {
			p := &change.Properties[i]
			if p.Ignored {
				if change.HoldsData {
					c.risk(Silenced, change, fmt.Sprintf("%s: %s will not be carried out, ignoreChanges keeps what is deployed", p.Path, p.arrow()))
				}
				continue
			}
			guard, is := safeguards[generalPath(p.Path)]
			if is && guard.lost(p) {
				c.risk(guard.kind, change, fmt.Sprintf("%s: %s (%s)", p.Path, p.arrow(), guard.text))
			}
		}
	}
	order := []RiskKind{DataReplaced, DataRemoved, DataMayBeReplaced, UpdateFails, LostProtection, LostRetention, Silenced}
	slices.SortStableFunc(c.result.Risks, func(a, b Risk) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)), cmp.Compare(a.URN, b.URN))
	})
}

// generalPath replaces the elements of lists by [].
func generalPath(path string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(path, "[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, after, closed := strings.Cut(rest, "]")
		if !closed {
			return b.String()
		}
		b.WriteString("[]")
		path = after
	}
}

func (c *comparison) dataRisk(change *Change) {
	lost := dataTypes[change.Type]
	fate := "what it holds is lost: " + lost
	switch {
	case change.Protected:
		fate = "it is protected: the update will fail before anything is lost"
	case change.Retained && change.Action == Removed:
		fate = "AWS keeps it, outside the stack: " + lost
	case change.Retained:
		fate = "AWS keeps the old one, outside the stack, and the new one is empty: " + lost
	}
	switch change.Action {
	case Replaced:
		c.risk(DataReplaced, change, fmt.Sprintf("replaced because of %s; %s", change.Why(), fate))
	case Recreated:
		c.risk(DataReplaced, change, fmt.Sprintf("renamed from %s without an alias, so that Pulumi deletes it and creates another; %s", nameOf(change.WasURN), fate))
	case Removed:
		c.risk(DataRemoved, change, "removed; "+fate)
	case MayReplace:
		c.risk(DataMayBeReplaced, change, fmt.Sprintf("may be replaced because of %s; %s", change.Why(), fate))
	}
}

func (c *comparison) risk(kind RiskKind, change *Change, text string) {
	c.result.Risks = append(c.result.Risks, Risk{Kind: kind, URN: change.URN, Type: change.Type, Name: change.Name, Text: text})
}

// Why names the causes of a replacement in words.
func (change *Change) Why() string {
	var causes []string
	for _, cause := range change.Causes {
		text := cause.Property
		if cause.From != "" {
			text += " (" + nameOf(cause.From) + " is replaced)"
		}
		if !slices.Contains(causes, text) {
			causes = append(causes, text)
		}
	}
	const most = 4
	if len(causes) > most {
		causes = append(causes[:most], fmt.Sprintf("%d more", len(causes)-most))
	}
	return strings.Join(causes, ", ")
}

// arrow is the change in words: old → new.
func (p *Property) arrow() string {
	switch {
	case p.Hidden && p.OldSet && p.NewSet:
		return "changed (hidden)"
	case p.Hidden && p.NewSet:
		return "set (hidden)"
	case p.Hidden:
		return "removed (hidden)"
	case !p.OldSet:
		return "not set → " + p.New
	case !p.NewSet:
		return p.Old + " → not set"
	}
	return p.Old + " → " + p.New
}

package engine

// Override is a setting that a run changes in its copy of a stack's file, because the emulator needs it.
type Override struct {
	Setting string
	Value   any
	Because string // what the emulator does, in its own words where it has any
}

// overrides are all differences between the committed stacks and the ones that run, but for accountId, which is the
// emulator's account.
var overrides = []Override{
	{
		Setting: "database.maintenanceWindow", Value: "sun:04:30-sun:05:30",
		Because: "moto refuses windows that touch: CreateDBInstance with backup 03:00-04:00 and maintenance sun:04:00-sun:05:00 " +
			`answers InvalidParameterValue "The backup window and maintenance window must not overlap"`,
	},
	{
		Setting: "cache.maintenanceWindow", Value: "sun:05:30-sun:06:30",
		Because: "follows the database's, which it is kept apart from",
	},
	{
		Setting: "audit.blockPublicSnapshots", Value: false,
		Because: "moto has no EnableSnapshotBlockPublicAccess (ec2)",
	},
}

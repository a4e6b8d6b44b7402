//go:build engine

package lifecycle

// environment is what a stack must turn out to be, as AWS tells it. The numbers are written out, not taken from the
// settings: a setting that is changed by mistake must not change what is expected of it.
type environment struct {
	name    string
	phi     bool // and with it protection from deletion
	zones   int
	nats    int
	multiAZ bool // of the database
	copied  bool // to a second region

	databaseClass string
	backupDays    int32
	cacheNodes    int
	cacheMultiAZ  bool
	logDays       int32
	rateLimit     int64
	recoveryDays  int64 // of deleted secrets
}

var environments = []environment{
	{
		name: "dev", zones: 2, nats: 1,
		databaseClass: "db.t4g.micro", backupDays: 7, cacheNodes: 1, logDays: 30, rateLimit: 2000,
	},
	{
		name: "staging", zones: 3, nats: 1,
		databaseClass: "db.t4g.medium", backupDays: 7, cacheNodes: 2, cacheMultiAZ: true, logDays: 30, rateLimit: 2000,
	},
	{
		name: "prod", phi: true, zones: 3, nats: 3, multiAZ: true, copied: true,
		databaseClass: "db.r6g.large", backupDays: 30, cacheNodes: 2, cacheMultiAZ: true, logDays: 365, rateLimit: 10000,
		recoveryDays: 30,
	},
}

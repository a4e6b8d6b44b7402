package database

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
)

// A Phase in the life of a database that began as the copy of another. It only ever goes forward: once promoted, an
// instance cannot become a replica again, and one phase at a time (see [Recovery]).
type Phase string

// The phases, in their order.
const (
	// Following: a read replica, kept up to date from the source, with backups but without a standby of its own.
	Following Phase = "following"
	// Promoted: on its own and writable, and nothing else about it has changed yet.
	Promoted Phase = "promoted"
	// Independent: Multi-AZ as the arguments say.
	Independent Phase = "independent"
)

// Recovery makes a database the copy of one in another region, and the same instance a database of its own when that
// region is lost. Its URN, identifier, key and address stay throughout, and no step replaces it.
//
// Promotion takes two updates. In one, the provider would ask RDS to promote and to change the rest one after the other,
// in an order that its versions differ in; what fails in between leaves an instance that the state knows wrongly. So the
// update that promotes changes nothing else that RDS hears of, and the next one, once the instance is available, turns
// the standby on.
//
// Backups are on from the beginning: a replica of PostgreSQL 14.1 or later can have its own, and AWS advises to complete one
// before a promotion. Turned on afterwards, they would restart the instance, and until the first full backup was complete
// nothing that people write could be restored. RDS does not promote while a backup is being made, so BackupWindow is when
// a promotion may have to wait.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.XRgn.html
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Overview.Differences.html
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PromoteReadReplica.html
type Recovery struct {
	// SourceArn is the instance to replicate, in another region: arn:aws:rds:<region>:<account>:db:<identifier>. It must
	// have automated backups, and a master password that RDS does not manage.
	SourceArn pulumi.StringInput
	Phase     Phase
}

func (a *Args) checkRecovery(p *arg.Problems) {
	r := a.Recovery
	p.Require("Recovery.SourceArn", r.SourceArn != nil, "the ARN of an instance in another region")
	p.OneOf("Recovery.Phase", string(r.Phase), string(Following), string(Promoted), string(Independent))
	const sources = "none with Recovery: it is the source's"
	if a.MasterUsername != "" {
		p.Add("MasterUsername", a.MasterUsername, sources)
	}
	if a.MasterPassword != nil {
		p.Add("MasterPassword", "(given)", sources)
	}
	if a.SecretKeyArn != nil {
		p.Add("SecretKeyArn", "(given)", "none with Recovery: the password is the source's")
	}
	if a.AllocatedStorageGiB != 0 {
		p.Add("AllocatedStorageGiB", a.AllocatedStorageGiB, sources)
	}
	if len(a.ReadReplicas) > 0 {
		p.Add("ReadReplicas", len(a.ReadReplicas), "none with Recovery")
	}
}

// shape sets the inputs in which a replica, and a promoted replica, differ from a new instance. Engine, version, names,
// password and storage come from the source: AWS refuses them as arguments of a replica. They stay unset after the promotion
// because a version such as "16" would differ from the actual "16.4".
//
// The final snapshot is set from the promotion on. Before it, the provider could not delete the replica with a final snapshot;
// after it, the instance may hold the only copy of the data. The final snapshot is an argument of the provider only: RDS
// receives it when the instance is deleted.
func (r *Recovery) shape(in *rds.InstanceArgs, args *Args) {
	args.keepBackups(in)
	switch r.Phase {
	case Following:
		in.ReplicateSourceDb = r.SourceArn
		in.SkipFinalSnapshot = pulumi.Bool(true)
		return
	case Independent:
		in.MultiAz = pulumi.Bool(args.MultiAZ)
	}
	args.keepFinally(in)
}

// Package failover moves a system to its recovery region and back, and rehearses that in drills.
//
// The steps of a failover are: check; stop the primary's writers (services and jobs) until ECS shows every task STOPPED; engage
// the switch, so that traffic goes to the recovery region and cannot return by itself, and refuse deletions that the primary
// replicates; wait until the replica has replicated everything, or record how much is missing; verify that the origin's name
// resolves to the recovery region, then promote the replica and start the services through a setting of the recovery stack;
// wait until the services are healthy; turn on the standby through a second setting; verify; report. After the fence the primary
// region is not called any more.
//
// A request to AWS that fails does not prevent requests that do not depend on it.
//
// Every step is journaled before and after it runs (package journal), and may be repeated (package steps). So an operation that
// was killed or that failed can be resumed. A failover ends in one of two states: failed over, or, if the operator aborts the
// failover before the promotion, not failed over. The maintenance window of a failback can be aborted until the primary's stack
// is updated.
//
// Limits: writers outside the stack's ECS cluster are not known (such as an operator with psql); data that was written in both
// regions is not merged; and if the primary region does not answer, its writers are not stopped, only its traffic is.
package failover

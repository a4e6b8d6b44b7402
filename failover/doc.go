// Package failover moves a system to its recovery region, and back, and practises it.
//
// A failover is: check; fence the primary's writers, services and jobs, until every task is STOPPED; refuse the primary's
// replicated deletions and engage the switch, after which no traffic reaches the primary whatever becomes of it; wait until
// the replica has everything, or find out how much it lacks; see that the origin's name leads to the recovery region, promote
// the replica and start the services, by a setting of the recovery stack; see that they serve; turn the standby
// on, by a second setting; verify; report. After the fence no call goes to the primary region: it is sealed off.
//
// A request to AWS that fails prevents no other one that does not depend on it.
//
// Every step is journaled before and after (package journal) and may be begun again (package steps), so an operation that
// was killed anywhere, or that a fault stopped, is resumed and ends in one of two states: failed over, or, where the
// operator undoes it before the promotion, not failed over. A failback's window can be taken back until the primary's stack
// is updated.
//
// What it cannot do: it does not know of writers outside the stack's ECS cluster (a person with psql); it does not merge what
// was written on two sides; and a primary that cannot be reached is not fenced, only cut off from traffic.
package failover

// Package failover moves a system to its recovery region, and back, and practises it.
//
// A failover is: check; fence the primary's writers; engage the switch, after which no traffic reaches the primary
// whatever becomes of it; wait until the replica has everything, or find out how much it lacks; promote it and start the
// services, by a setting of the recovery stack; see that they serve; turn the standby on, by a second
// setting; verify; report. After the fence no call goes to the primary region: it is sealed off.
//
// Every step is journaled before and after (package journal) and may be begun again (package steps), so an operation that
// was killed anywhere, or that a fault stopped, is resumed and ends in one of two states: failed over, or, where the
// operator undoes it before the promotion, not failed over. A failback's window can be taken back until the primary's stack
// is updated.
//
// What it cannot do: it does not know of writers other than the stack's ECS services (a person with psql, a job started
// by hand); it does not merge what was written on two sides; and a primary that cannot be reached is not fenced, only cut
// off from traffic.
package failover

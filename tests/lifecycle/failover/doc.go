// Package failover fails CareConnect over on Pulumi's engine, from one region of an AWS emulator to the other, with
// `carebase dr` as people run it, the primary region cut off, and the tool killed on the way.
//
// Two systems are deployed, side by side. One loses its region, which returns, and is failed back. The other is drilled, and
// then failed over with the primary there.
//
// Between the tool and the emulator stands a proxy that refuses what is signed for a region that is cut off, and that
// plays the part of CloudWatch and of Service Quotas: the emulator evaluates no alarm, and knows no replica's lag and no
// quota of Fargate's. It also restores for RDS: of RestoreDBInstanceToPointInTime from a replicated backup, moto 5.2.1
// makes a copy of the first instance that it finds in the region, not of the backup's source. The copy of the stand-in has
// engine, version, size and key of the backup; that AWS can restore one is not shown here.
package failover

// Package failover fails CareConnect over on Pulumi's engine, from one region of an AWS emulator to the other, with
// `carebase dr` as people run it, the primary region cut off, and the tool killed on the way.
//
// Between the tool and the emulator stands a proxy that refuses what is signed for a region that is cut off, and that
// plays the part of CloudWatch and of Service Quotas: the emulator evaluates no alarm, and knows no replica's lag and no
// quota of Fargate's.
package failover

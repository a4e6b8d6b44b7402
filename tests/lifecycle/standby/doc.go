// Package standby takes the recovery stack through its phases on Pulumi's engine, with every request counted by the
// region that it is signed for: what is signed for the primary region, IAM, Route 53 and CloudFront among it, must not be
// asked while the stack is activated.
//
// The primary is as little as the recovery stack can see of it: outputs in a state, a database to replicate, a zone.
package standby

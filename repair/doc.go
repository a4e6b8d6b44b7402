// Package repair repairs the state of a stack after an interrupted update.
//
// When the engine dies in the middle of an update, its state says of some resources only that they were being created:
// the cloud may or may not have made them, and the state has no id. `pulumi refresh` can forget such a resource, and
// then the next update makes it a second time, or fails because the name is taken. This package finds each one instead:
//
//   - where creating it again does no harm (a bucket's policy, a group's attachment), it is left to the next update;
//   - where its id follows from what the engine sent (a log group's name, a policy's ARN), the state takes that id and
//     the provider's own read says whether the resource is there;
//   - where AWS made the id up (a VPC, a key, a certificate), AWS is asked for a resource with these tags, or with the
//     properties that make it the only one of its kind.
//
// Nothing is guessed: a type without a rule, or two resources where one is looked for, is an error, and then nothing is
// changed. Every step may be interrupted in turn and done again.
package repair

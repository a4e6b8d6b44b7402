// Package everyday tests the changes that a team makes to its settings every day: on a copy of the repository, each change
// is made in Pulumi.<stack>.yaml, the golden files are written anew with -update, and the tests of the repository must pass.
// The tests have the build tag everyday, because they take minutes (make everyday).
package everyday

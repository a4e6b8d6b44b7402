package kms

import (
	"regexp"
	"slices"
	"strings"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// publicServices are the AWS services that answer requests of anybody on the internet as themselves: what such a service may
// decrypt, a mistake in its configuration publishes.
var publicServices = []string{
	"amplify.amazonaws.com", "apigateway.amazonaws.com", "apprunner.amazonaws.com", "cloudfront.amazonaws.com",
	"edgelambda.amazonaws.com", "mediastore.amazonaws.com",
}

const (
	replicaKeyType = "aws:kms/replicaKey:ReplicaKey"
	keyPolicyType  = "aws:kms/keyPolicy:KeyPolicy"
)

// namesKey are the names of properties that say under which key something is encrypted.
var namesKey = regexp.MustCompile(`(?i)kms|^encryptionKey`)

// dataKeysPrivate looks at a key together with its replicas: they are the same key.
func dataKeysPrivate(s *inspect.Stack, report *policy.Report) {
	const want = "no public-facing service such as cloudfront.amazonaws.com, where the key encrypts more than what that service publishes"
	const fix = "encrypt what is published under a key of its own (components/keys: Frontend), and take the service out of this key's policy"
	for _, key := range s.Of(keyTypes...) {
		users := encryptedBy(s, sameMaterial(s, key))
		good := true
		for _, document := range keyPolicies(s, key) {
			good = policy.JudgePolicy(report, key, document, want, fix, func(statements []inspect.Statement) string {
				for _, c := range statements {
					if service := publicService(c); service != "" && len(users) > 0 {
						return c.Label() + " admits " + service + ", and the key encrypts " + strings.Join(users, ", ")
					}
				}
				return ""
			}) && good
		}
		if good {
			report.Pass(key)
		}
	}
}

// keyPolicies of a key: its own, and those that are resources of their own. A key without one has AWS's, which admits the
// account alone.
func keyPolicies(s *inspect.Stack, key *inspect.Resource) []inspect.Value {
	var found []inspect.Value
	if own := key.At("policy"); !own.Unset() {
		found = append(found, own)
	}
	for _, r := range s.Pointing(key, keyPolicyType, "keyId") {
		found = append(found, r.At("policy"))
	}
	return found
}

// publicService is a public-facing service that the statement allows something, or "".
func publicService(c inspect.Statement) string {
	if c.Effect != "Allow" {
		return ""
	}
	for _, principal := range c.Principals {
		if slices.Contains(publicServices, strings.ToLower(principal)) {
			return principal
		}
	}
	return ""
}

// sameMaterial is the key with its primary and all replicas.
func sameMaterial(s *inspect.Stack, key *inspect.Resource) []*inspect.Resource {
	primary := key
	if of := s.Resolve(key.At("primaryKeyArn"), inspect.KeyType); of != nil {
		primary = of
	}
	return append([]*inspect.Resource{primary}, s.Pointing(primary, replicaKeyType, "primaryKeyArn")...)
}

// encryptedBy names what the keys encrypt, without what CloudFront publishes: buckets that are a distribution's origin, and
// the configuration that copies one into another.
func encryptedBy(s *inspect.Stack, keys []*inspect.Resource) []string {
	var found []string
	for _, key := range keys {
		for _, use := range s.Pointers()[key.URN] {
			r := use.From
			if strings.HasPrefix(r.Type, "aws:kms/") || slices.Contains(found, r.Name) || isPublished(s, r) || !encryptsUnder(s, r, key) {
				continue
			}
			found = append(found, r.Name)
		}
	}
	slices.Sort(found)
	return found
}

// encryptsUnder is true if a property of the resource that names a key means this one.
func encryptsUnder(s *inspect.Stack, r, key *inspect.Resource) bool {
	var look func(name string, v inspect.Value) bool
	look = func(name string, v inspect.Value) bool {
		for _, member := range v.Keys() {
			if look(member, v.Step(member)) {
				return true
			}
		}
		for _, element := range v.List() {
			if look(name, element) {
				return true
			}
		}
		return v.Keys() == nil && v.List() == nil && namesKey.MatchString(name) && slices.Contains(s.ResolveAll(v), key)
	}
	for name := range r.Inputs.AllStable {
		if look(name, r.At(name)) {
			return true
		}
	}
	return false
}

// isPublished is true for a bucket's part where the bucket, or the bucket that copies go to, is an origin of a distribution.
func isPublished(s *inspect.Stack, r *inspect.Resource) bool {
	if !strings.HasPrefix(r.Type, "aws:s3/") {
		return false
	}
	buckets := s.ResolveAll(r.At("bucket"))
	if slices.Contains(inspect.BucketTypes, r.Type) {
		buckets = []*inspect.Resource{r}
	}
	for _, rule := range r.At("rules").List() {
		buckets = append(buckets, s.ResolveAll(rule.At("destination.bucket"))...)
	}
	buckets = slices.DeleteFunc(buckets, func(b *inspect.Resource) bool { return !slices.Contains(inspect.BucketTypes, b.Type) })
	return len(buckets) > 0 && !slices.ContainsFunc(buckets, func(b *inspect.Resource) bool { return !isOrigin(s, b) })
}

// isOrigin is true for a bucket that a distribution serves. Pulumi seals the whole list of origins if one of them holds a
// secret header; then the resources that the list depends on are its buckets.
func isOrigin(s *inspect.Stack, bucket *inspect.Resource) bool {
	for _, distribution := range s.Of(inspect.DistributionType) {
		if slices.Contains(s.ResolveAll(distribution.At("origins")), bucket) {
			return true
		}
		for _, origin := range distribution.At("origins").List() {
			domain := origin.At("domainName")
			if s.Resolve(domain, inspect.BucketTypes...) == bucket || graph.References(domain.Text()) == nil && bucket.At("bucket").Text() != "" &&
				strings.HasPrefix(domain.Text(), bucket.At("bucket").Text()+".s3") {
				return true
			}
		}
	}
	return false
}

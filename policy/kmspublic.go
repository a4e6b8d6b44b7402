package policy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/carebase/carebase/graph"
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
func dataKeysPrivate(s *Stack, report *Report) {
	const want = "no public-facing service such as cloudfront.amazonaws.com, where the key encrypts more than what that service publishes"
	const fix = "encrypt what is published under a key of its own (components/keys: Frontend), and take the service out of this key's policy"
	for _, key := range s.Of(keyTypes...) {
		users := s.encryptedBy(s.sameMaterial(key))
		good := true
		for _, policy := range s.keyPolicies(key) {
			good = judgePolicy(report, key, policy, want, fix, func(statements []clause) string {
				for _, c := range statements {
					if service := c.publicService(); service != "" && len(users) > 0 {
						return c.sid() + " admits " + service + ", and the key encrypts " + strings.Join(users, ", ")
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
func (s *Stack) keyPolicies(key *Resource) []Value {
	var found []Value
	if own := key.At("policy"); !own.Unset() {
		found = append(found, own)
	}
	for _, r := range s.Pointing(key, keyPolicyType, "keyId") {
		found = append(found, r.At("policy"))
	}
	return found
}

// publicService is a public-facing service that the statement allows something, or "".
func (c clause) publicService() string {
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
func (s *Stack) sameMaterial(key *Resource) []*Resource {
	primary := key
	if of := s.Referent(key.At("primaryKeyArn"), keyType); of != nil {
		primary = of
	}
	return append([]*Resource{primary}, s.Pointing(primary, replicaKeyType, "primaryKeyArn")...)
}

// encryptedBy names what the keys encrypt, without what CloudFront publishes: buckets that are a distribution's origin, and
// the configuration that copies one into another.
func (s *Stack) encryptedBy(keys []*Resource) []string {
	var found []string
	for _, key := range keys {
		for _, use := range s.pointers()[key.URN] {
			r := use.from
			if strings.HasPrefix(r.Type, "aws:kms/") || slices.Contains(found, r.Name) || s.published(r) || !s.encryptsUnder(r, key) {
				continue
			}
			found = append(found, r.Name)
		}
	}
	slices.Sort(found)
	return found
}

// encryptsUnder is true if a property of the resource that names a key means this one.
func (s *Stack) encryptsUnder(r, key *Resource) bool {
	var look func(name string, v Value) bool
	look = func(name string, v Value) bool {
		for _, member := range v.Keys() {
			if look(member, v.step(member)) {
				return true
			}
		}
		for _, element := range v.List() {
			if look(name, element) {
				return true
			}
		}
		return v.Keys() == nil && v.List() == nil && namesKey.MatchString(name) && slices.Contains(s.Referents(v), key)
	}
	for name := range r.Inputs.AllStable {
		if look(name, r.At(name)) {
			return true
		}
	}
	return false
}

// published is true for a bucket's part where the bucket, or the bucket that copies go to, is an origin of a distribution.
func (s *Stack) published(r *Resource) bool {
	if !strings.HasPrefix(r.Type, "aws:s3/") {
		return false
	}
	buckets := s.Referents(r.At("bucket"))
	if slices.Contains(bucketTypes, r.Type) {
		buckets = []*Resource{r}
	}
	for _, rule := range r.At("rules").List() {
		buckets = append(buckets, s.Referents(rule.At("destination.bucket"))...)
	}
	buckets = slices.DeleteFunc(buckets, func(b *Resource) bool { return !slices.Contains(bucketTypes, b.Type) })
	return len(buckets) > 0 && !slices.ContainsFunc(buckets, func(b *Resource) bool { return !s.isOrigin(b) })
}

// isOrigin is true for a bucket that a distribution serves. Pulumi seals the whole list of origins if one of them holds a
// secret header; then the resources that the list depends on are its buckets.
func (s *Stack) isOrigin(bucket *Resource) bool {
	for _, distribution := range s.Of(distributionType) {
		if slices.Contains(s.Referents(distribution.At("origins")), bucket) {
			return true
		}
		for _, origin := range distribution.At("origins").List() {
			domain := origin.At("domainName")
			if s.Referent(domain, bucketTypes...) == bucket || graph.References(domain.Text()) == nil && bucket.At("bucket").Text() != "" &&
				strings.HasPrefix(domain.Text(), bucket.At("bucket").Text()+".s3") {
				return true
			}
		}
	}
	return false
}

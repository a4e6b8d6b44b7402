package examples

import (
	"github.com/carebase/carebase/graph"
)

const (
	CertificateType = "aws:acm/certificate:Certificate"
)

// Waiting replaces the last resource by one whose property is not known and waits for the others.
func Waiting(property string, known []*graph.Resource, r *graph.Resource) []*graph.Resource {
	known = known[:len(known)-1]
	for _, one := range known {
		r.PropertyDependencies[property] = append(r.PropertyDependencies[property], one.URN)
	}
	return append(known, r)
}

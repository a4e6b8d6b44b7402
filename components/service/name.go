package service

import (
	"fmt"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
)

// MaxNameLength is how long a service's name may be. Its target group is called <name>-tg and eight characters that
// make it unique, and may have 32.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
const MaxNameLength = targetGroupNameLimit - uniqueSuffixLength - len(targetGroupSuffix)

const (
	targetGroupNameLimit = 32
	uniqueSuffixLength   = 8 // "-" and seven hexadecimal digits
	targetGroupSuffix    = "-tg"
	// of the same length
	namedTargetGroupSuffix = "-on"
)

// DefinitionName is the logical name of the task definition of a Web or Job.
func DefinitionName(name string) string { return name + "-definition" }

// TargetGroupNames are the logical names that the target group of the Web name can have.
func TargetGroupNames(name string) []string {
	return []string{name + targetGroupSuffix, name + namedTargetGroupSuffix}
}

var (
	namePattern = limits.Hyphenated
	nameRule    = fmt.Sprintf("1 to %d lower-case letters, digits and hyphens, beginning with a letter, not ending with a hyphen",
		MaxNameLength)
)

// ValidName is true where name can be a Web's or a Job's: it is the name of the container, the last part of the task
// family and of the log group, and a DNS label.
func ValidName(name string) bool { return len(name) <= MaxNameLength && namePattern.MatchString(name) }

func checkName(p *arg.Problems, name string) {
	if name != "" && !ValidName(name) { // an empty one is reported already
		p.Add("name", name, nameRule)
	}
}

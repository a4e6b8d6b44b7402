package limits

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// MostServiceName is the longest name of a service, in characters. The service's target group is named <name>-tg and eight
// characters that make the name unique; AWS allows 32 characters.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
const MostServiceName = 32 - len("-1234567") - len(TargetGroupSuffix)

// Suffixes of the logical name of a service's target group: the second is used where the target group has a physical name.
const (
	TargetGroupSuffix      = "-tg"
	NamedTargetGroupSuffix = "-on"
)

// TaskDefinition returns the logical name of the task definition of a service or job.
func TaskDefinition(name string) string { return name + "-definition" }

// ServiceNameRule describes in words the names that ServiceName accepts.
var ServiceNameRule = fmt.Sprintf("1 to %d lower-case letters, digits and single hyphens, beginning with a letter, not ending with a hyphen", MostServiceName)

// ServiceName is true if a service or job can have the name. The name is a container name, the last part of a task family
// and of a log group, and a DNS label.
func ServiceName(name string) bool {
	return len(name) <= MostServiceName && Hyphenated.MatchString(name)
}

// fargateSizes are the memory sizes in MiB that Fargate offers for each number of CPU units (1024 units are one vCPU).
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
var fargateSizes = map[int]struct{ from, to, step int }{
	256:   {512, 2048, 0}, // 512, 1024 and 2048
	512:   {1024, 4096, 1024},
	1024:  {2048, 8192, 1024},
	2048:  {4096, 16384, 1024},
	4096:  {8192, 30720, 1024},
	8192:  {16384, 61440, 4096},
	16384: {32768, 122880, 8192},
}

// FargateSize is true if Fargate offers tasks with cpu CPU units and memory MiB.
func FargateSize(cpu, memory int) bool { return slices.Contains(fargateMemories(cpu), memory) }

// FargateCPUs returns the numbers of CPU units that Fargate offers, in ascending order.
func FargateCPUs() []int { return slices.Sorted(maps.Keys(fargateSizes)) }

// FargateMemoryRule describes in words the memory sizes that Fargate offers with cpu CPU units; "" if Fargate does not
// offer cpu.
func FargateMemoryRule(cpu int) string {
	size, known := fargateSizes[cpu]
	switch {
	case !known:
		return ""
	case size.step > 0:
		return fmt.Sprintf("%d to %d in steps of %d", size.from, size.to, size.step)
	}
	return Numbers(fargateMemories(cpu))
}

func fargateMemories(cpu int) []int {
	size, known := fargateSizes[cpu]
	switch {
	case !known:
		return nil
	case size.step == 0:
		return []int{512, 1024, 2048}
	}
	var memories []int
	for memory := size.from; memory <= size.to; memory += size.step {
		memories = append(memories, memory)
	}
	return memories
}

// Numbers lists numbers for a message: 1, 2, 3.
func Numbers(numbers []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(numbers), " ", ", "), "[]")
}

// MostRuleWildcards is how many * and ? the conditions of a load balancer's rule may have together. AWS does not raise the quota.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
const MostRuleWildcards = 6

// Wildcards counts the * and ? in path patterns.
func Wildcards(patterns ...string) (n int) {
	for _, pattern := range patterns {
		n += strings.Count(pattern, "*") + strings.Count(pattern, "?")
	}
	return n
}

package service

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/carebase/carebase/components/internal/arg"
)

// sizes are Fargate's: for each CPU (1024 units are one vCPU) the memory in MiB, from, to and step.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
var sizes = map[int]struct{ from, to, step int }{
	256:   {512, 2048, 0}, // 512, 1024 and 2048: see memories
	512:   {1024, 4096, 1024},
	1024:  {2048, 8192, 1024},
	2048:  {4096, 16384, 1024},
	4096:  {8192, 30720, 1024},
	8192:  {16384, 61440, 4096},
	16384: {32768, 122880, 8192},
}

// ValidSize is true where Fargate has tasks of that many CPU units (256 to 16384) and MiB of memory.
func ValidSize(cpu, memory int) bool { return slices.Contains(memories(cpu), memory) }

// memories lists what goes with a CPU.
func memories(cpu int) []int {
	size, ok := sizes[cpu]
	switch {
	case !ok:
		return nil
	case cpu == 256: // the only one that doubles instead of stepping
		return []int{512, 1024, 2048}
	}
	var found []int
	for memory := size.from; memory <= size.to; memory += size.step {
		found = append(found, memory)
	}
	return found
}

func checkSize(p *arg.Problems, cpu, memory int) {
	size, ok := sizes[cpu]
	if !ok {
		p.Add("Cpu", cpu, list(slices.Sorted(maps.Keys(sizes))))
		return
	}
	if !ValidSize(cpu, memory) {
		allowed := list(memories(cpu))
		if size.step > 0 {
			allowed = fmt.Sprintf("%d to %d in steps of %d", size.from, size.to, size.step)
		}
		p.Add("Memory", memory, fmt.Sprintf("%s with Cpu %d", allowed, cpu))
	}
}

func list(numbers []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(numbers), " ", ", "), "[]")
}

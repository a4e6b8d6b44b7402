package service

import (
	"fmt"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
)

func checkSize(p *arg.Problems, cpu, memory int) {
	switch rule := limits.FargateMemoryRule(cpu); {
	case rule == "":
		p.Add("Cpu", cpu, limits.Numbers(limits.FargateCPUs()))
	case !limits.FargateSize(cpu, memory):
		p.Add("Memory", memory, fmt.Sprintf("%s with Cpu %d", rule, cpu))
	}
}

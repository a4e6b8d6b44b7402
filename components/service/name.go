package service

import (
	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
)

func checkName(p *arg.Problems, name string) {
	if name != "" && !limits.ServiceName(name) { // an empty name is reported already
		p.Add("name", name, limits.ServiceNameRule)
	}
}

package ecs

import (
	"testing"

	"github.com/carebase/carebase/policy/policytest"
)

func TestControls(t *testing.T) {
	policytest.Run(t, Controls, policytest.Merge(ecsFixtures, ecsHealthFixtures, noticeFixtures, transitFixtures))
}

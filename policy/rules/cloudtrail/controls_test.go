package cloudtrail

import (
	"testing"

	"github.com/carebase/carebase/policy/policytest"
)

func TestControls(t *testing.T) { policytest.Run(t, Controls, cloudtrailFixtures) }

package failover

import (
	"time"

	"github.com/carebase/carebase/components/dr/objectives"
)

// stepTimeout returns the time limit of a step. The limits of a failover's steps follow from the objectives; every other step
// has a limit so that no operation waits forever. gib is the largest size of the database, which decides how long a restore
// takes.
func stepTimeout(step string, gib int) time.Duration {
	switch step {
	case StepCheck:
		return objectives.Check.TimeOut()
	case StepFence, StepStopPrimary, StepStopRecovery, stepUnfence:
		return objectives.Fence.TimeOut()
	case StepSwitch, StepReturn, stepRelease:
		return objectives.Switch.TimeOut()
	case StepCatchUp, StepFollow:
		return objectives.CatchUp.TimeOut()
	case StepPromote: // waits for the traffic, then one update promotes the replica and creates the cache
		return objectives.Traffic.TimeOut() + objectives.Promote.TimeOut() + objectives.Cache.TimeOut()
	case StepPromotePrimary:
		return objectives.Promote.TimeOut()
	case StepServe, StepStartPrimary, stepServeAgain:
		return objectives.Serve.TimeOut()
	case StepProtect, StepUpdatePrimary:
		return objectives.Protect.TimeOut()
	case StepVerify, StepVerifyPrimary:
		return objectives.Verify.TimeOut()
	case StepRestore:
		return objectives.PointInTimeTimeOut(gib)
	case StepKeepPrimary, StepKeepRecovery, StepRebuildPrimary, StepRebuildAgain:
		return 24 * time.Hour // copies the whole database, from one region to another
	case StepStandBy, stepStandDown, StepTearDown:
		return time.Hour
	default:
		return 10 * time.Minute
	}
}

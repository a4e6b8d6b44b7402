package failover

import (
	"time"

	"github.com/carebase/carebase/components/dr/objectives"
)

// TimeOut of a step. Those of a failover are what the objectives leave it. The others are bounded so that nothing waits
// for ever; gib is what the database may have grown to, by which a copy takes its time.
func TimeOut(step string, gib int) time.Duration {
	switch step {
	case StepCheck:
		return objectives.Check.TimeOut()
	case StepFence, StepStopPrimary, StepStopRecovery, stepUnfence:
		return objectives.Fence.TimeOut()
	case StepSwitch, StepReturn, stepRelease:
		return objectives.Switch.TimeOut()
	case StepCatchUp, StepFollow:
		return objectives.CatchUp.TimeOut()
	case StepPromote: // waits until the traffic leads here, and one update promotes and makes the cache
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
		return 24 * time.Hour // everything is copied; another region is far away
	case StepStandBy, stepStandDown, StepTearDown:
		return time.Hour
	default:
		return 10 * time.Minute
	}
}

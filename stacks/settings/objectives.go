package settings

import (
	"time"

	"github.com/carebase/carebase/components/dr/objectives"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// Objectives of disaster recovery (45 CFR 164.308(a)(7)(ii)(B)). Package components/dr/objectives derives what the settings
// reach; settings that do not reach the objectives are refused.
type Objectives struct {
	// Recovery time objective: minutes from the loss of the region until the system serves again.
	RTOMinutes int `setting:"rtoMinutes" range:"1..10080"`
	// Recovery point objective: greatest age in minutes of the newest data that is lost.
	RPOMinutes int `setting:"rpoMinutes" range:"1..10080"`
	// Minutes by which the database's replica may lag before its alarm goes off.
	ReplicaLagMinutes int `setting:"replicaLagMinutes" range:"1..1440"`
	// Minutes that people may take to decide on a failover.
	DecisionMinutes int `setting:"decisionMinutes" range:"0..1440"`
}

// HasObjectives is true for a stack with objectives of disaster recovery.
func (s *Settings) HasObjectives() bool { return s.Objectives != nil }

func (s *Settings) checkObjectives(p *decode.Problems) {
	o := s.Objectives
	if o == nil {
		if s.Protected() || s.IsRecovery() {
			p.Because("objectives", nil, "a section with rtoMinutes, rpoMinutes, replicaLagMinutes and decisionMinutes where there is a recovery region",
				cite("164.308(a)(7)(ii)(B)"))
		}
		return
	}
	for _, key := range []string{"objectives.rtoMinutes", "objectives.rpoMinutes", "objectives.replicaLagMinutes", "objectives.decisionMinutes", "protection", "recovery"} {
		if !p.Decoded(key) {
			return
		}
	}
	if p.HasRefused("objectives.") {
		return
	}
	for _, shortfall := range s.Derivation().Shortfalls(s.Promised()) {
		key, value := "objectives.rpoMinutes", o.RPOMinutes
		if shortfall.Objective == "RTO" {
			key, value = "objectives.rtoMinutes", o.RTOMinutes
		}
		p.Because(key, value, "one that the settings meet: "+shortfall.Reason, cite("164.308(a)(7)(ii)(B)"))
	}
}

// Promised returns the stack's objectives.
func (s *Settings) Promised() objectives.Objectives {
	return objectives.Objectives{RTO: minutes(s.Objectives.RTOMinutes), RPO: minutes(s.Objectives.RPOMinutes)}
}

// Derivation returns what the settings reach. It is the same for a stack and its recovery stack, except for the cache: only
// the recovery stack has the setting recovery.warmCache, so the primary counts the time to create a cache.
func (s *Settings) Derivation() objectives.Derivation {
	system := objectives.System{
		Database:   objectives.Nothing,
		ReplicaLag: minutes(s.Objectives.ReplicaLagMinutes),
		HasFiles:   s.HasFiles(),
		HasCache:   s.Cache != nil && (s.Recovery == nil || !s.Recovery.WarmCache),
		Decision:   minutes(s.Objectives.DecisionMinutes),
	}
	if s.Database != nil {
		system.DatabaseGiB = s.Database.MaxAllocatedStorageGiB
	}
	for _, service := range s.Services {
		system.Services = append(system.Services, service.Name)
	}
	switch {
	case s.IsRecovery(), s.Replicated():
		system.Database, system.FilesReplicated, system.Standby = objectives.Replica, true, true
	case s.Protected():
		system.Database, system.FilesReplicated = objectives.AutomatedBackups, true
	}
	return objectives.Derive(system)
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// Side returns the stack's side, for figures that rest on resources of its plan.
func (s *Settings) Side() objectives.Side {
	if s.IsRecovery() {
		return objectives.Recovery
	}
	return objectives.Primary
}

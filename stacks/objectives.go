package stacks

import (
	"time"

	"github.com/carebase/carebase/components/dr/objectives"
)

// validateObjectives refuses settings that cannot meet what they promise, with every reason.
func validateObjectives(s *Settings, found *problems) {
	o := s.Objectives
	if o == (Objectives{}) {
		if s.Protected() || s.IsRecovery() {
			found.because("objectives", nil, "a section with rtoMinutes, rpoMinutes, replicaLagMinutes and decisionMinutes where there is a recovery region",
				disasterRecovery)
		}
		return
	}
	before := len(found.found)
	between("objectives.rtoMinutes", o.RTOMinutes, 1, 7*24*60, found)
	between("objectives.rpoMinutes", o.RPOMinutes, 1, 7*24*60, found)
	between("objectives.replicaLagMinutes", o.ReplicaLagMinutes, 1, 24*60, found)
	between("objectives.decisionMinutes", o.DecisionMinutes, 0, 24*60, found)
	for _, key := range []string{"objectives.rtoMinutes", "objectives.rpoMinutes", "objectives.replicaLagMinutes", "objectives.decisionMinutes", "protection", "recovery"} {
		if !found.decoded(key) {
			return
		}
	}
	if len(found.found) > before {
		return
	}
	for _, shortfall := range s.Derivation().Shortfalls(s.Promised()) {
		key, value := "objectives.rpoMinutes", o.RPOMinutes
		if shortfall.Objective == "RTO" {
			key, value = "objectives.rtoMinutes", o.RTOMinutes
		}
		found.because(key, value, "one that the settings meet: "+shortfall.Reason, disasterRecovery)
	}
}

// HasObjectives is true for a stack that promises how it is recovered.
func (s *Settings) HasObjectives() bool { return s.Objectives != (Objectives{}) }

// Promised are the stack's objectives.
func (s *Settings) Promised() objectives.Objectives {
	return objectives.Objectives{RTO: minutes(s.Objectives.RTOMinutes), RPO: minutes(s.Objectives.RPOMinutes)}
}

// Derivation of what the settings reach. It comes out alike for a stack and its recovery stack but for the cache: of one that
// stands by only the recovery stack knows, so the primary counts the time to make one.
func (s *Settings) Derivation() objectives.Derivation {
	system := objectives.System{
		Database:    objectives.Nothing,
		ReplicaLag:  minutes(s.Objectives.ReplicaLagMinutes),
		DatabaseGiB: s.Database.MaxAllocatedStorageGiB,
		HasFiles:    true,
		HasCache:    !s.Recovery.WarmCache,
		Decision:    minutes(s.Objectives.DecisionMinutes),
	}
	for _, service := range s.Services {
		system.Services = append(system.Services, service.Name)
	}
	switch {
	case s.IsRecovery(), s.Protection.Replica:
		system.Database, system.FilesReplicated, system.Standby = objectives.Replica, true, true
	case s.Protected():
		system.Database, system.FilesReplicated = objectives.AutomatedBackups, true
	}
	return objectives.Derive(system)
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// Side of the stack, for the figures that rest on resources of its plan.
func (s *Settings) Side() objectives.Side {
	if s.IsRecovery() {
		return objectives.Recovery
	}
	return objectives.Primary
}

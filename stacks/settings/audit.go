package settings

import "github.com/carebase/carebase/stacks/settings/decode"

// Audit switches on what exists once per account. Each setting is true in one stack of the account.
type Audit struct {
	// Whether the stack has a CloudTrail trail of all regions. Also true in a recovery stack, whose trail survives the loss of
	// the primary's region.
	Trail bool `setting:"trail"`
	// Whether AWS Config records the account's resources.
	Config bool `setting:"config"`
	// Whether the account already has AWS Config's service-linked role, which IAM refuses to create twice. Never change it
	// after the first deployment. Default false.
	ConfigRoleExists bool `setting:"configRoleExists" optional:"true"`
	// Whether Amazon GuardDuty is on.
	GuardDuty bool `setting:"guardDuty"`
	// Whether AWS Security Hub is on. Needs config.
	SecurityHub bool `setting:"securityHub"`
	// Whether IAM Access Analyzer is on.
	AccessAnalyzer bool `setting:"accessAnalyzer"`
	// Whether Amazon Inspector scans images.
	Inspector bool `setting:"inspector"`
	// Whether the stack sets the account's defaults: password policy, no public buckets, encrypted volumes.
	AccountDefaults bool `setting:"accountDefaults"`
	// Whether EBS and RDS refuse to share snapshots publicly.
	BlockPublicSnapshots bool `setting:"blockPublicSnapshots"`
}

// HasTrail is true for a stack with a CloudTrail trail.
func (s *Settings) HasTrail() bool { return s.Audit != nil && s.Audit.Trail }

func (s *Settings) checkAudit(p *decode.Problems) {
	if s.PHI && s.IsRecovery() && !s.HasTrail() {
		p.Because("audit.trail", s.HasTrail(),
			"true in a recovery stack where PHI lives: the primary's trail and its alarms are lost with the primary's region", cite("164.312(b)"))
	}
	a := s.Audit
	if a == nil {
		return
	}
	if a.SecurityHub && !a.Config {
		p.Refuse("audit.securityHub", a.SecurityHub, "false without audit.config, which it draws on")
	}
	if a.ConfigRoleExists && !a.Config {
		p.Refuse("audit.configRoleExists", a.ConfigRoleExists, "left out without audit.config, whose role it is")
	}
	if !s.IsRecovery() {
		return
	}
	if a.ConfigRoleExists {
		p.Refuse("audit.configRoleExists", true, "left out in a recovery stack, which always takes the role that its account has")
	}
	if a.AccountDefaults {
		p.Refuse("audit.accountDefaults", true, "false in a recovery stack: the primary stack has it for all regions of the account")
	}
}

package settings

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// Alerts says who receives alarms and cost warnings.
type Alerts struct {
	// E-mail addresses that receive alarms, security findings and cost warnings; at most 10.
	Emails []string `setting:"emails" phi:"1 or more" cfr:"164.308(a)(6)(ii)"`
	// HTTPS endpoints that receive the alarms that page, such as PagerDuty's and Opsgenie's.
	HTTPS []Receiver `setting:"https" optional:"true"`
	// Slack channel that receives all alarms.
	Slack *Slack `setting:"slack" optional:"true"`
	// Monthly cost budget in USD: of the account, or of the region in a recovery stack. Warnings are sent at 50, 75 and 90 %, and
	// when the forecast exceeds the budget.
	MonthlyBudgetUSD int `setting:"monthlyBudgetUsd" range:"1..10000000"`
}

// Receiver of alarms by HTTPS.
type Receiver struct {
	// Name of the subscription: at most 40 lower-case letters, digits and single hyphens.
	Name string `setting:"name"`
	// URL that alarms are sent to. It contains a token.
	URL string `setting:"url" secret:"true"`
}

// Slack channel. AWS allows one stack of an account for each channel.
type Slack struct {
	// Id of the workspace, which somebody has authorized in AWS's console.
	TeamID string `setting:"teamId"`
	// Id of the channel, not its name.
	ChannelID string `setting:"channelId"`
}

func (s *Settings) checkAlerts(p *decode.Problems) {
	a := s.Alerts
	seen := map[string]bool{}
	for i, address := range a.Emails {
		lower := strings.ToLower(address) // AWS sends twice to addresses that differ in case only
		if !limits.Email.MatchString(address) || seen[lower] {
			p.Refuse(decode.Element("alerts.emails", i), address, "an e-mail address, each once")
		}
		seen[lower] = true
	}
	if len(a.Emails) > limits.Warned {
		p.Refuse("alerts.emails", a.Emails, fmt.Sprintf("at most %d addresses, to which AWS Budgets sends one warning", limits.Warned))
	}
	var receivers []string
	for i, receiver := range a.HTTPS {
		key := decode.Element("alerts.https", i)
		if !limits.Words.MatchString(receiver.Name) || len(receiver.Name) > 40 {
			p.Refuse(key+".name", receiver.Name, "lower-case letters, digits and single hyphens, 40 at most, such as pagerduty")
		}
		if receiver.URL != decode.Secret && !isHTTPS(receiver.URL) {
			// The message must not repeat the URL, which contains a token.
			p.Refuse(key+".url", nil, "an address that begins with https:// and names a host, without user and password")
		}
		receivers = append(receivers, receiver.Name)
	}
	p.Distinct("alerts.https", receivers)
	if a.Slack == nil {
		return
	}
	for key, id := range map[string]string{"alerts.slack.teamId": a.Slack.TeamID, "alerts.slack.channelId": a.Slack.ChannelID} {
		if !limits.SlackID.MatchString(id) {
			p.Refuse(key, id, "an id of capital letters and digits, such as C07EZ1ABC23")
		}
	}
}

func isHTTPS(text string) bool {
	address, err := url.Parse(text)
	return err == nil && address.Scheme == "https" && address.Hostname() != "" && address.User == nil && address.Fragment == ""
}

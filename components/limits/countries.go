package limits

import (
	"slices"
	"strings"
)

// isoCountries are the officially assigned ISO 3166-1 alpha-2 codes. CloudFront and AWS WAF refuse any other, and
// only while they are being changed: "UK" for GB is the usual slip.
var isoCountries = strings.Fields(`
	AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
	CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
	GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
	KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT
	MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
	SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ
	UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`)

// CountryRule says in words what Country takes.
const CountryRule = "an ISO 3166-1 alpha-2 code in upper case, e.g. US, CA, GB"

// Country is true for a code that ISO 3166-1 has assigned.
func Country(code string) bool { return slices.Contains(isoCountries, code) }

// MostBlockedCountries is AWS WAF's limit for one statement.
const MostBlockedCountries = 50

// checkers are the regions that Route 53 checks from and the country that each is in, in a fixed order.
var checkers = []struct{ region, country string }{
	{"us-east-1", "US"}, {"us-west-1", "US"}, {"us-west-2", "US"}, {"eu-west-1", "IE"},
	{"ap-southeast-1", "SG"}, {"ap-southeast-2", "AU"}, {"ap-northeast-1", "JP"}, {"sa-east-1", "BR"},
}

// LeastCheckerRegions is Route 53's own minimum.
const LeastCheckerRegions = 3

// CheckerRegionsRule says in words what it takes for them to get through.
const CheckerRegionsRule = "what lets in three regions of Route 53's health checkers: US has three, IE, SG, AU, JP and BR one each"

// CheckerRegions are those that the geographic restrictions let in. A checker that CloudFront or the firewall turns
// away would count the site as down.
func CheckerRegions(allowed, blocked []string) []string {
	var regions []string
	for _, checker := range checkers {
		if (len(allowed) == 0 || slices.Contains(allowed, checker.country)) && !slices.Contains(blocked, checker.country) {
			regions = append(regions, checker.region)
		}
	}
	return regions
}

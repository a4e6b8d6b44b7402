package observability

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A Certificate of AWS Certificate Manager, in the region of the alarms.
type Certificate struct {
	Name string // e.g. load-balancer; as in System
	Arn  pulumi.StringInput
}

// certificateDays is well after ACM should have renewed a certificate by itself.
const certificateDays = 30

func (c Certificate) alarm() alarm {
	return alarm{
		key: "certificate-" + c.Name + "-expiry",
		metric: metric{
			"AWS/CertificateManager", "DaysToExpiry", []dimension{{"CertificateArn", c.Arn}},
		},
		statistic: "Minimum",
		operator:  below, threshold: certificateDays, period: 24 * 60 * 60, periods: 1, // ACM counts once a day
		// There is no count on a certificate's first day nor after its last. By then the alarm has been on for a month.
		Note:    inform("certificate-expiry"),
		silence: silenceChangesNothing,
		meaning: fmt.Sprintf("Certificate %s expires in less than %d days: ACM has not renewed it.", c.Name, certificateDays),
		remedy: "Read its renewal status in ACM. As a rule the validation record is no longer in the DNS zone: put it " +
			"back (pulumi up shows what is missing). After the last day nobody can connect.",
	}
}

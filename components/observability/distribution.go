package observability

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A Distribution of CloudFront. Its metrics are in us-east-1.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
type Distribution struct{ ID pulumi.StringInput }

const (
	distributionFailedPercent  = 5
	distributionRefusedPercent = 50
)

func (d Distribution) metric(name string) metric {
	return metric{"AWS/CloudFront", name, []dimension{{"Region", pulumi.String("Global")}, {"DistributionId", d.ID}}}
}

// alarms of what viewers get. Route 53's checkers ask every few seconds, so there are requests at night, too; if there are
// none at all, their health check is unhealthy, which has its own alarm.
func (d Distribution) alarms() []alarm {
	return []alarm{
		{
			key: "cloudfront-errors", metric: d.metric("5xxErrorRate"), statistic: "Average",
			operator: above, threshold: distributionFailedPercent, period: 60, periods: 5,
			Note:    page("cloudfront-errors"),
			silence: silenceIsFine,
			meaning: fmt.Sprintf("CloudFront has answered more than %d %% of requests with a server error for five minutes.", distributionFailedPercent),
			remedy: "If the load balancer's alarms went off as well, begin there. 502 and 504 without them: the origin's name, certificate " +
				"or security group. 503 without them: look at AWS Health for CloudFront.",
		},
		{
			key: "cloudfront-refused", metric: d.metric("4xxErrorRate"), statistic: "Average",
			operator: above, threshold: distributionRefusedPercent, period: 60, periods: 5,
			Note:    page("cloudfront-refused"),
			silence: silenceIsFine,
			meaning: fmt.Sprintf("CloudFront has answered more than %d %% of requests with 400 to 499 for five minutes.", distributionRefusedPercent),
			remedy: "403: the firewall or the geographic restriction turns people away, or the bucket of the front end cannot be read. " +
				"404: the front end's files are gone. Look at the firewall's metrics and at the last release.",
		},
	}
}

func (d Distribution) widgets() []widget {
	return []widget{
		{
			title: "CloudFront: requests", statistic: "Sum", region: globalRegion,
			lines: []line{{metric: d.metric("Requests"), label: "requests"}},
		},
		{
			title: "CloudFront: error rate (%)", statistic: "Average", region: globalRegion,
			lines:  []line{{metric: d.metric("4xxErrorRate"), label: "4xx"}, {metric: d.metric("5xxErrorRate"), label: "5xx"}},
			limits: []limit{{"5xx alarm", distributionFailedPercent}, {"4xx alarm", distributionRefusedPercent}},
		},
		{
			title: "CloudFront: bytes", statistic: "Sum", region: globalRegion,
			lines: []line{{metric: d.metric("BytesDownloaded"), label: "down"}, {metric: d.metric("BytesUploaded"), label: "up"}},
		},
	}
}

package observability

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// A distribution of CloudFront, for the dashboard.
type distribution struct{ id pulumi.StringInput }

func (d distribution) metric(name string) metric {
	return metric{"AWS/CloudFront", name, []dimension{{"Region", pulumi.String("Global")}, {"DistributionId", d.id}}}
}

func (d distribution) widgets() []widget {
	const home = "us-east-1" // CloudFront reports nowhere else
	return []widget{
		{
			title: "CloudFront: requests", statistic: "Sum", region: home,
			lines: []line{{metric: d.metric("Requests"), label: "requests"}},
		},
		{
			title: "CloudFront: error rate (%)", statistic: "Average", region: home,
			lines: []line{{metric: d.metric("4xxErrorRate"), label: "4xx"}, {metric: d.metric("5xxErrorRate"), label: "5xx"}},
		},
		{
			title: "CloudFront: bytes", statistic: "Sum", region: home,
			lines: []line{{metric: d.metric("BytesDownloaded"), label: "down"}, {metric: d.metric("BytesUploaded"), label: "up"}},
		},
	}
}

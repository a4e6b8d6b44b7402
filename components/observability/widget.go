package observability

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// A widget draws lines over time.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
type widget struct {
	title     string
	statistic string
	percent   bool   // the axis goes from 0 to 100
	region    string // where the metrics are; empty for the dashboard's own
	lines     []line
	limits    []limit
}

type line struct {
	metric
	label     string
	statistic string // where it is not the widget's
}

// A limit is a horizontal line: where an alarm goes off.
type limit struct {
	label string
	value float64
}

func (l line) json() pulumi.Array {
	row := pulumi.Array{pulumi.String(l.namespace), pulumi.String(l.metric.name)}
	for _, d := range l.dimensions {
		row = append(row, pulumi.String(d.name), d.value)
	}
	options := pulumi.Map{"label": pulumi.String(l.label)}
	if l.statistic != "" {
		options["stat"] = pulumi.String(l.statistic)
	}
	return append(row, options)
}

// properties of the widget on a dashboard in region here.
func (w widget) properties(here pulumi.StringInput) pulumi.Map {
	metrics := pulumi.Array{}
	for _, l := range w.lines {
		metrics = append(metrics, l.json())
	}
	properties := pulumi.Map{
		"title":   pulumi.String(w.title),
		"view":    pulumi.String("timeSeries"),
		"stacked": pulumi.Bool(false),
		"region":  here,
		"period":  pulumi.Int(300),
		"stat":    pulumi.String(w.statistic),
		"metrics": metrics,
	}
	if w.region != "" {
		properties["region"] = pulumi.String(w.region)
	}
	axis := pulumi.Map{"min": pulumi.Int(0)}
	if w.percent {
		axis["max"] = pulumi.Int(100)
	}
	properties["yAxis"] = pulumi.Map{"left": axis}
	if len(w.limits) > 0 {
		lines := pulumi.Array{}
		for _, l := range w.limits {
			lines = append(lines, pulumi.Map{"label": pulumi.String(l.label), "value": pulumi.Float64(l.value)})
		}
		properties["annotations"] = pulumi.Map{"horizontal": lines}
	}
	return properties
}

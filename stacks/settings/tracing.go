package settings

import (
	"slices"

	"github.com/carebase/carebase/stacks/settings/decode"
)

// Tracing puts a collector beside each service, which sends the service's traces to AWS X-Ray.
type Tracing struct {
	// Tag of the image of the AWS Distro for OpenTelemetry collector in the stack's repository
	// <project>-<environment>/otel-collector.
	ImageTag string `setting:"imageTag"`
}

// CollectorImage is the name of the collector's repository.
const CollectorImage = "otel-collector"

func (s *Settings) checkTracing(p *decode.Problems) {
	if s.Tracing == nil {
		return
	}
	checkImageTag(p, "tracing.imageTag", s.Tracing.ImageTag)
	if len(s.Services) == 0 {
		p.Refuse("tracing", nil, "left out where there are no services: there is nothing to trace")
	}
	if !slices.Contains(s.Network.InterfaceEndpoints, "xray") {
		p.Refuse("network.interfaceEndpoints", s.Network.InterfaceEndpoints, "a list with xray where there is a section tracing: the collectors reach X-Ray by endpoint only")
	}
}

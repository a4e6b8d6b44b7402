package stacks

import (
	"slices"

	"github.com/carebase/carebase/internal/csp"
)

// Values of edge.contentSecurityPolicy that name a policy.
const (
	plainPolicy   = "plain"
	flutterPolicy = "flutter"
)

// contentSecurityPolicy is the value of the header.
func (s *Settings) contentSecurityPolicy() string {
	switch s.Edge.ContentSecurityPolicy {
	case "", plainPolicy:
		return csp.Plain
	case flutterPolicy:
		host := s.apiHost()
		if host != "" {
			host += "." + s.Domain
		}
		return csp.Flutter(host)
	default:
		return s.Edge.ContentSecurityPolicy
	}
}

// usualAPIHost belongs to the API without being told so.
const usualAPIHost = "api"

// apiHost is the label of the API's host, or "".
func (s *Settings) apiHost() string {
	if s.Edge.APIHost == "" && slices.Contains(s.Edge.AlternativeNames, usualAPIHost) {
		return usualAPIHost
	}
	return s.Edge.APIHost
}

// frontendUnderData is the bucket, where its objects are still under the key of data.
func (s *Settings) frontendUnderData(bucket string) string {
	if s.Storage.FrontendUnderDataKey {
		return bucket
	}
	return ""
}

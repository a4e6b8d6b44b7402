package tests

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/carebase/carebase/graph"
)

// webACLText is what WAF accepts in descriptions.
const webACLText = `^[\w+=:#@/\-,.][\w+=:#@/\-,.\s]+[\w+=:#@/\-,.]$`

// hostName is a name in DNS, without its last dot.
const hostName = `^(\*\.|_)?([A-Za-z0-9_]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$`

var edgeConstraints = []constraint{
	{"aws:lb/loadBalancer:LoadBalancer", "name", text(1, 32, `^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$`), "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html"},
	{"aws:lb/loadBalancer:LoadBalancer", "idleTimeout", inRange(1, 4000), "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html"},
	{"aws:lb/loadBalancer:LoadBalancer", "desyncMitigationMode", oneOf("monitor", "defensive", "strictest"), "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html"},
	{"aws:lb/loadBalancer:LoadBalancer", "loadBalancerType", oneOf("application", "network", "gateway"), "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html"},
	{"aws:lb/loadBalancer:LoadBalancer", "subnets", count(2, 16), "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html"},
	{"aws:lb/loadBalancer:LoadBalancer", "securityGroups", count(1, 5), "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html"},
	{"aws:lb/targetGroup:TargetGroup", "name", text(1, 32, `^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$`), "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html"},
	{"aws:lb/targetGroup:TargetGroup", "port", inRange(1, 65535), "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html"},
	{"aws:lb/targetGroup:TargetGroup", "protocol", oneOf("HTTP", "HTTPS"), "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html"},
	{"aws:lb/targetGroup:TargetGroup", "targetType", oneOf("instance", "ip", "lambda", "alb"), "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html"},
	{"aws:lb/targetGroup:TargetGroup", "deregistrationDelay", inRange(0, 3600), "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html"},
	{"aws:lb/targetGroup:TargetGroup", "healthCheck.interval", inRange(5, 300), "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html"},
	{"aws:lb/targetGroup:TargetGroup", "healthCheck.timeout", inRange(2, 120), "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html"},
	{"aws:lb/targetGroup:TargetGroup", "healthCheck.healthyThreshold", inRange(2, 10), "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html"},
	{"aws:lb/targetGroup:TargetGroup", "healthCheck.unhealthyThreshold", inRange(2, 10), "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html"},
	{"aws:lb/targetGroup:TargetGroup", "healthCheck.matcher", text(3, 255, `^[2-4]\d\d([,-][2-4]\d\d)*$`), "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html"},
	{"aws:lb/targetGroup:TargetGroup", "healthCheck.path", text(1, 1024, `^/[!-~]*$`), "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html"},
	{"aws:lb/targetGroup:TargetGroup", "healthCheck.protocol", oneOf("HTTP", "HTTPS"), "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html"},
	{"aws:lb/listener:Listener", "port", inRange(1, 65535), "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html"},
	{"aws:lb/listener:Listener", "protocol", oneOf("HTTP", "HTTPS"), "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html"},
	{"aws:lb/listener:Listener", "sslPolicy", text(1, 255, `^ELBSecurityPolicy-[A-Za-z0-9-]+$`), "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html"},
	{"aws:lb/listener:Listener", "defaultActions[].type", oneOf("forward", "authenticate-oidc", "authenticate-cognito", "redirect", "fixed-response"), "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html"},
	{"aws:lb/listener:Listener", "defaultActions[].redirect.statusCode", oneOf("HTTP_301", "HTTP_302"), "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html"},
	{"aws:lb/listener:Listener", "defaultActions[].fixedResponse.statusCode", text(3, 3, `^[245]\d\d$`), "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_FixedResponseActionConfig.html"},
	{"aws:lb/listener:Listener", "defaultActions[].fixedResponse.messageBody", text(0, 1024, ascii), "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_FixedResponseActionConfig.html"},
	{"aws:lb/listener:Listener", "defaultActions[].fixedResponse.contentType", oneOf("text/plain", "text/css", "text/html", "application/javascript", "application/json"), "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_FixedResponseActionConfig.html"},
	{"aws:lb/listenerRule:ListenerRule", "priority", inRange(1, 50000), "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html"},
	{"aws:lb/listenerRule:ListenerRule", "conditions[].pathPattern.values[]", text(1, 128, `^[A-Za-z0-9_\-.$/~"'@:+&*?]+$`), "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html"},
	{"aws:lb/listenerRule:ListenerRule", "conditions[].hostHeader.values[]", text(1, 128, `^[A-Za-z0-9\-.*?]+$`), "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html"},
	{"aws:lb/listenerRule:ListenerRule", "conditions[].httpHeader.httpHeaderName", text(1, 40, `^[A-Za-z0-9_-]+$`), "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html"},
	{"aws:lb/listenerRule:ListenerRule", "conditions[].httpRequestMethod.values[]", text(1, 40, `^[A-Z_-]+$`), "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html"},

	{"aws:cloudfront/distribution:Distribution", "comment", text(0, 128, ascii), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html"},
	{"aws:cloudfront/distribution:Distribution", "aliases", count(0, 100), "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html"},
	{"aws:cloudfront/distribution:Distribution", "aliases[]", text(1, 253, hostName), "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html"},
	// 25 by default, raised to 75 for distributions since; 25 holds in every account.
	{"aws:cloudfront/distribution:Distribution", "orderedCacheBehaviors", count(0, 25), "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html"},
	{"aws:cloudfront/distribution:Distribution", "origins", count(1, 25), "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html"},
	{"aws:cloudfront/distribution:Distribution", "originGroups", count(0, 10), "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html"},
	{"aws:cloudfront/distribution:Distribution", "originGroups[].members", count(2, 2), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginGroupMembers.html"},
	{"aws:cloudfront/distribution:Distribution", "originGroups[].failoverCriteria.statusCodes", oneOf(403, 404, 416, 429, 500, 502, 503, 504), "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html"},
	{"aws:cloudfront/distribution:Distribution", "origins[].connectionAttempts", inRange(1, 3), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Origin.html"},
	{"aws:cloudfront/distribution:Distribution", "origins[].connectionTimeout", inRange(1, 10), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Origin.html"},
	{"aws:cloudfront/distribution:Distribution", "origins[].customOriginConfig.originReadTimeout", inRange(1, 120), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CustomOriginConfig.html"},
	{"aws:cloudfront/distribution:Distribution", "origins[].customOriginConfig.originKeepaliveTimeout", inRange(1, 120), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CustomOriginConfig.html"},
	{"aws:cloudfront/distribution:Distribution", "origins[].customOriginConfig.originProtocolPolicy", oneOf("http-only", "match-viewer", "https-only"), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CustomOriginConfig.html"},
	{"aws:cloudfront/distribution:Distribution", "origins[].customOriginConfig.originSslProtocols", oneOf("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2"), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginSslProtocols.html"},
	{"aws:cloudfront/distribution:Distribution", "origins[].vpcOriginConfig.originReadTimeout", inRange(1, 120), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_VpcOriginConfig.html"},
	{"aws:cloudfront/distribution:Distribution", "origins[].customHeaders", count(0, 10), "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html"},
	{"aws:cloudfront/distribution:Distribution", "orderedCacheBehaviors[].pathPattern", text(1, 255, `^[A-Za-z0-9_\-.*$/~"'@:+&?]+$`), "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html"},
	{"aws:cloudfront/distribution:Distribution", "orderedCacheBehaviors[].viewerProtocolPolicy", oneOf("allow-all", "https-only", "redirect-to-https"), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CacheBehavior.html"},
	{"aws:cloudfront/distribution:Distribution", "defaultCacheBehavior.viewerProtocolPolicy", oneOf("allow-all", "https-only", "redirect-to-https"), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DefaultCacheBehavior.html"},
	{"aws:cloudfront/distribution:Distribution", "orderedCacheBehaviors[].allowedMethods", methods(2, 3, 7), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_AllowedMethods.html"},
	{"aws:cloudfront/distribution:Distribution", "defaultCacheBehavior.allowedMethods", methods(2, 3, 7), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_AllowedMethods.html"},
	{"aws:cloudfront/distribution:Distribution", "defaultCacheBehavior.cachedMethods", methods(2, 3), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CachedMethods.html"},
	{"aws:cloudfront/distribution:Distribution", "defaultCacheBehavior.functionAssociations[].eventType", oneOf("viewer-request", "viewer-response"), "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-restrictions.html"},
	{"aws:cloudfront/distribution:Distribution", "httpVersion", oneOf("http1.1", "http2", "http3", "http2and3"), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html"},
	{"aws:cloudfront/distribution:Distribution", "priceClass", oneOf("PriceClass_100", "PriceClass_200", "PriceClass_All"), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html"},
	{"aws:cloudfront/distribution:Distribution", "viewerCertificate.minimumProtocolVersion", oneOf("TLSv1", "TLSv1_2016", "TLSv1.1_2016", "TLSv1.2_2018", "TLSv1.2_2019", "TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"), "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html"},
	{"aws:cloudfront/distribution:Distribution", "viewerCertificate.sslSupportMethod", oneOf("sni-only", "vip", "static-ip"), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ViewerCertificate.html"},
	{"aws:cloudfront/distribution:Distribution", "restrictions.geoRestriction.restrictionType", oneOf("blacklist", "whitelist", "none"), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GeoRestriction.html"},
	{"aws:cloudfront/distribution:Distribution", "restrictions.geoRestriction.locations", countries, "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GeoRestriction.html"},
	{"aws:cloudfront/function:Function", "comment", text(0, 128, ascii), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_FunctionConfig.html"},
	{"aws:cloudfront/function:Function", "runtime", oneOf("cloudfront-js-1.0", "cloudfront-js-2.0"), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_FunctionConfig.html"},
	// 10 KB.
	{"aws:cloudfront/function:Function", "code", text(1, 10240, `(?s).`), "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html"},
	{"aws:cloudfront/originAccessControl:OriginAccessControl", "description", text(0, 256, ascii), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html"},
	{"aws:cloudfront/originAccessControl:OriginAccessControl", "name", text(1, 64, ascii), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html"},
	{"aws:cloudfront/originAccessControl:OriginAccessControl", "signingBehavior", oneOf("never", "always", "no-override"), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html"},
	{"aws:cloudfront/originAccessControl:OriginAccessControl", "originAccessControlOriginType", oneOf("s3", "mediastore", "mediapackagev2", "lambda"), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html"},
	{"aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "comment", text(0, 128, ascii), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyConfig.html"},
	{"aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "name", text(1, 128, `^[A-Za-z0-9_-]+$`), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyConfig.html"},
	{"aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "customHeadersConfig.items", count(0, 10), "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html"},
	{"aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "customHeadersConfig.items[].value", text(0, 1783, ascii), "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html"},
	{"aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "securityHeadersConfig.contentSecurityPolicy.contentSecurityPolicy", text(1, 4096, ascii), "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html"},
	{"aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "securityHeadersConfig.frameOptions.frameOption", oneOf("DENY", "SAMEORIGIN"), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyFrameOptions.html"},
	{"aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "securityHeadersConfig.referrerPolicy.referrerPolicy", oneOf("no-referrer", "no-referrer-when-downgrade", "origin", "origin-when-cross-origin", "same-origin", "strict-origin", "strict-origin-when-cross-origin", "unsafe-url"), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyReferrerPolicy.html"},
	{"aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "securityHeadersConfig.strictTransportSecurity.accessControlMaxAgeSec", inRange(0, 2147483647), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyStrictTransportSecurity.html"},
	{"aws:cloudfront/vpcOrigin:VpcOrigin", "vpcOriginEndpointConfig.originProtocolPolicy", oneOf("http-only", "match-viewer", "https-only"), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_VpcOriginEndpointConfig.html"},
	{"aws:cloudfront/vpcOrigin:VpcOrigin", "vpcOriginEndpointConfig.httpsPort", inRange(1, 65535), "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_VpcOriginEndpointConfig.html"},

	{"aws:wafv2/webAcl:WebAcl", "description", text(3, 256, webACLText), "https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html"},
	{"aws:wafv2/webAcl:WebAcl", "name", text(1, 128, `^[A-Za-z0-9_-]+$`), "https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html"},
	{"aws:wafv2/webAcl:WebAcl", "scope", oneOf("CLOUDFRONT", "REGIONAL"), "https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html"},
	{"aws:wafv2/webAcl:WebAcl", "rules", count(0, 100), "https://docs.aws.amazon.com/waf/latest/developerguide/limits.html"},
	{"aws:wafv2/webAcl:WebAcl", "rules[].name", text(1, 128, `^[A-Za-z0-9_-]+$`), "https://docs.aws.amazon.com/waf/latest/APIReference/API_Rule.html"},
	{"aws:wafv2/webAcl:WebAcl", "rules[].priority", inRange(0, 2147483647), "https://docs.aws.amazon.com/waf/latest/APIReference/API_Rule.html"},
	{"aws:wafv2/webAcl:WebAcl", "rules[].visibilityConfig.metricName", text(1, 128, `^[A-Za-z0-9_-]+$`), "https://docs.aws.amazon.com/waf/latest/APIReference/API_VisibilityConfig.html"},
	{"aws:wafv2/webAcl:WebAcl", "visibilityConfig.metricName", text(1, 128, `^[A-Za-z0-9_-]+$`), "https://docs.aws.amazon.com/waf/latest/APIReference/API_VisibilityConfig.html"},
	{"aws:wafv2/webAcl:WebAcl", "rules[].statement.rateBasedStatement.limit", inRange(10, 2000000000), "https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html"},
	{"aws:wafv2/webAcl:WebAcl", "rules[].statement.rateBasedStatement.evaluationWindowSec", oneOf(60, 120, 300, 600), "https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html"},
	{"aws:wafv2/webAcl:WebAcl", "rules[].statement.rateBasedStatement.aggregateKeyType", oneOf("IP", "FORWARDED_IP", "CUSTOM_KEYS", "CONSTANT"), "https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html"},
	{"aws:wafv2/webAcl:WebAcl", "rules[].statement.geoMatchStatement.countryCodes", countries, "https://docs.aws.amazon.com/waf/latest/APIReference/API_GeoMatchStatement.html"},
	{"aws:wafv2/webAcl:WebAcl", "rules[].statement.managedRuleGroupStatement.ruleActionOverrides", count(0, 100), "https://docs.aws.amazon.com/waf/latest/APIReference/API_ManagedRuleGroupStatement.html"},
	{"aws:wafv2/webAcl:WebAcl", "rules[].statement.byteMatchStatement.positionalConstraint", oneOf("EXACTLY", "STARTS_WITH", "ENDS_WITH", "CONTAINS", "CONTAINS_WORD"), "https://docs.aws.amazon.com/waf/latest/APIReference/API_ByteMatchStatement.html"},
	{"aws:wafv2/webAcl:WebAcl", "rules[].statement.byteMatchStatement.textTransformations", count(1, 10), "https://docs.aws.amazon.com/waf/latest/developerguide/limits.html"},
	{"aws:wafv2/webAcl:WebAcl", "rules[].statement.andStatement.statements[].byteMatchStatement.searchString", text(1, 200, ascii), "https://docs.aws.amazon.com/waf/latest/developerguide/limits.html"},
	{"aws:wafv2/webAcl:WebAcl", "rules[].statement.byteMatchStatement.fieldToMatch.singleHeader.name", text(1, 64, `^[!-~]+$`), "https://docs.aws.amazon.com/waf/latest/APIReference/API_SingleHeader.html"},
	{"aws:wafv2/webAcl:WebAcl", "associationConfig.requestBodies[].cloudfront.defaultSizeInspectionLimit", oneOf("KB_8", "KB_16", "KB_32", "KB_48", "KB_64"), "https://docs.aws.amazon.com/waf/latest/APIReference/API_RequestBodyAssociatedResourceTypeConfig.html"},
	{"aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "logDestinationConfigs", count(1, 1), "https://docs.aws.amazon.com/waf/latest/APIReference/API_LoggingConfiguration.html"},
	{"aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "redactedFields", count(0, 100), "https://docs.aws.amazon.com/waf/latest/APIReference/API_LoggingConfiguration.html"},

	{"aws:route53/zone:Zone", "name", text(1, 255, hostName), "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html"},
	{"aws:route53/zone:Zone", "comment", text(0, 256, ascii), "https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZoneConfig.html"},
	{"aws:route53/record:Record", "name", text(1, 255, hostName), "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html"},
	{"aws:route53/record:Record", "type", oneOf("SOA", "A", "TXT", "NS", "CNAME", "MX", "NAPTR", "PTR", "SRV", "SPF", "AAAA", "CAA", "DS", "TLSA", "SSHFP", "SVCB", "HTTPS"), "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html"},
	{"aws:route53/record:Record", "ttl", inRange(0, 2147483647), "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html"},
	{"aws:route53/record:Record", "setIdentifier", text(1, 128, ascii), "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html"},
	{"aws:route53/record:Record", "failoverRoutingPolicies[].type", oneOf("PRIMARY", "SECONDARY"), "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html"},
	{"aws:route53/record:Record", "records", count(1, 400), "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html"},
	{"aws:route53/healthCheck:HealthCheck", "type", oneOf("HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP", "CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL"), "https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html"},
	{"aws:route53/healthCheck:HealthCheck", "requestInterval", oneOf(10, 30), "https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html"},
	{"aws:route53/healthCheck:HealthCheck", "failureThreshold", inRange(1, 10), "https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html"},
	{"aws:route53/healthCheck:HealthCheck", "port", inRange(1, 65535), "https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html"},
	{"aws:route53/healthCheck:HealthCheck", "fqdn", text(1, 255, hostName), "https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html"},
	{"aws:route53/healthCheck:HealthCheck", "resourcePath", text(0, 255, `^/[!-~]*$`), "https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html"},
	{"aws:route53/healthCheck:HealthCheck", "regions", count(3, 64), "https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html"},
	{"aws:route53/healthCheck:HealthCheck", "regions[]", oneOf("us-east-1", "us-west-1", "us-west-2", "eu-west-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "sa-east-1"), "https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html"},
	{"aws:route53/healthCheck:HealthCheck", "childHealthThreshold", inRange(0, 256), "https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html"},
	{"aws:route53/healthCheck:HealthCheck", "childHealthchecks", count(0, 256), "https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html"},
	{"aws:route53/healthCheck:HealthCheck", "insufficientDataHealthStatus", oneOf("Healthy", "Unhealthy", "LastKnownStatus"), "https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html"},

	{"aws:acm/certificate:Certificate", "domainName", text(1, 253, hostName), "https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html"},
	{"aws:acm/certificate:Certificate", "subjectAlternativeNames[]", text(1, 253, hostName), "https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html"},
	// The default quota of names in a certificate, the first one included.
	{"aws:acm/certificate:Certificate", "subjectAlternativeNames", count(0, 9), "https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html"},
	{"aws:acm/certificate:Certificate", "validationMethod", oneOf("EMAIL", "DNS", "HTTP"), "https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html"},
}

// countries accepts lists of ISO 3166-1 alpha-2 codes.
var countries = rule{
	says: "codes of two capital letters",
	accepts: func(v any) bool {
		return each(v, func(v any) bool { return regexp.MustCompile(`^[A-Z]{2}$`).MatchString(textOf(v)) })
	},
	refused: func(any) []any { return []any{[]any{"USA"}, []any{"us"}} },
}

// methods accepts lists of HTTP methods of one of the lengths that CloudFront has.
func methods(lengths ...int) rule {
	known := []any{"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}
	return rule{
		says: fmt.Sprintf("HTTP methods, %v of them", lengths),
		accepts: func(v any) bool {
			list, _ := v.([]any)
			return slices.Contains(lengths, len(list)) && !slices.ContainsFunc(list, func(m any) bool { return !slices.Contains(known, m) })
		},
		refused: func(any) []any { return []any{[]any{"GET"}, []any{"GET", "TRACE"}, known[:5]} },
	}
}

// managedCapacity is what AWS's rule groups cost in web ACL capacity units:
// https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
var managedCapacity = map[string]int{
	"AWSManagedRulesCommonRuleSet": 700, "AWSManagedRulesAdminProtectionRuleSet": 100, "AWSManagedRulesKnownBadInputsRuleSet": 200,
	"AWSManagedRulesSQLiRuleSet": 200, "AWSManagedRulesLinuxRuleSet": 200, "AWSManagedRulesUnixRuleSet": 100,
	"AWSManagedRulesAmazonIpReputationList": 25, "AWSManagedRulesAnonymousIpList": 50, "AWSManagedRulesBotControlRuleSet": 50,
}

// capacity is an upper bound of what a web ACL costs, and false where a rule group is not known.
func capacity(in map[string]any) (units int, known bool) {
	known = true
	for _, at := range places(in, "rules[].statement.managedRuleGroupStatement.name") {
		cost, ok := managedCapacity[textOf(at.value)]
		units, known = units+cost, known && ok
	}
	units += 2 * len(places(in, "rules[].statement.rateBasedStatement"))
	units += len(places(in, "rules[].statement.geoMatchStatement"))
	// 10 for CONTAINS, 2 for EXACTLY, and 10 for each transformation.
	for _, path := range []string{"rules[].statement.byteMatchStatement", "rules[].statement.andStatement.statements[].byteMatchStatement"} {
		units += 10*len(places(in, path)) + 10*len(places(in, path+".textTransformations[]"))
	}
	return units, known
}

var edgeRelations = []relation{
	{
		resourceType: "aws:lb/targetGroup:TargetGroup", says: "a health check ends before the next begins",
		source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html",
		holds: func(in map[string]any) bool {
			check := in["healthCheck"].(map[string]any)
			timeout, _ := number(check["timeout"])
			interval, _ := number(check["interval"])
			return timeout < interval
		},
		breaks: func(in map[string]any) { in["healthCheck"].(map[string]any)["timeout"] = 120.0 },
	},
	{
		resourceType: "aws:lb/listener:Listener", says: "HTTPS has a certificate and a policy, HTTP neither",
		source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html",
		holds: func(in map[string]any) bool {
			return map[any]int{"HTTPS": 2, "HTTP": 0}[in["protocol"]] == present(in, "certificateArn", "sslPolicy")
		},
		breaks: func(in map[string]any) {
			in["protocol"] = map[any]string{"HTTPS": "HTTP", "HTTP": "HTTPS"}[in["protocol"]]
		},
	},
	{
		resourceType: "aws:lb/listenerRule:ListenerRule", says: "five values in all conditions, of them each kind once but for headers and queries",
		source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html",
		holds: func(in map[string]any) bool {
			values, kinds := 0, map[string]int{}
			for _, at := range places(in, "conditions[]") {
				for kind, condition := range at.value.(map[string]any) {
					kinds[kind]++
					if of, ok := condition.(map[string]any); ok {
						list, _ := of["values"].([]any)
						values += len(list)
					}
				}
			}
			return values <= 5 && kinds["pathPattern"] <= 1 && kinds["hostHeader"] <= 1 && kinds["httpRequestMethod"] <= 1
		},
		breaks: func(in map[string]any) {
			in["conditions"] = append(in["conditions"].([]any), map[string]any{"hostHeader": map[string]any{"values": []any{"a", "b", "c", "d", "e"}}})
		},
	},
	{
		resourceType: "aws:cloudfront/distribution:Distribution", says: "behaviours and groups name origins that there are",
		source: "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html",
		holds: func(in map[string]any) bool {
			there := map[string]bool{}
			for _, at := range slices.Concat(places(in, "origins[].originId"), places(in, "originGroups[].originId")) {
				there[textOf(at.value)] = true
			}
			named := slices.Concat(places(in, "defaultCacheBehavior.targetOriginId"), places(in, "orderedCacheBehaviors[].targetOriginId"), places(in, "originGroups[].members[].originId"))
			for _, at := range named {
				if !there[textOf(at.value)] {
					return false
				}
			}
			return unique(in, "origins[].originId") && unique(in, "orderedCacheBehaviors[].pathPattern")
		},
		breaks: func(in map[string]any) { in["defaultCacheBehavior"].(map[string]any)["targetOriginId"] = "nowhere" },
	},
	{
		resourceType: "aws:cloudfront/distribution:Distribution", says: "a group of origins serves reads alone",
		source:   "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html",
		concerns: func(in map[string]any) bool { return len(places(in, "originGroups[].originId")) > 0 },
		holds: func(in map[string]any) bool {
			groups := map[string]bool{}
			for _, at := range places(in, "originGroups[].originId") {
				groups[textOf(at.value)] = true
			}
			for _, at := range append(places(in, "orderedCacheBehaviors[]"), places(in, "defaultCacheBehavior")...) {
				behavior := at.value.(map[string]any)
				if methods, _ := behavior["allowedMethods"].([]any); groups[textOf(behavior["targetOriginId"])] && len(methods) > 3 {
					return false
				}
			}
			return true
		},
		breaks: func(in map[string]any) {
			in["orderedCacheBehaviors"].([]any)[0].(map[string]any)["targetOriginId"] = places(in, "originGroups[].originId")[0].value
		},
	},
	{
		resourceType: "aws:cloudfront/distribution:Distribution", says: "an alias needs a certificate of its own; a list of countries is given where countries are restricted",
		source: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html",
		holds: func(in map[string]any) bool {
			aliases, _ := in["aliases"].([]any)
			certificate, _ := in["viewerCertificate"].(map[string]any)
			restriction := places(in, "restrictions.geoRestriction")[0].value.(map[string]any)
			countries, _ := restriction["locations"].([]any)
			return (len(aliases) == 0 || certificate["acmCertificateArn"] != nil) && (restriction["restrictionType"] == "none") == (len(countries) == 0)
		},
		breaks: func(in map[string]any) { delete(in["viewerCertificate"].(map[string]any), "acmCertificateArn") },
	},
	{
		resourceType: "aws:wafv2/webAcl:WebAcl", says: "at most 5,000 capacity units; over 1,500 cost more",
		source: "https://docs.aws.amazon.com/waf/latest/developerguide/aws-waf-capacity-units.html",
		holds: func(in map[string]any) bool {
			units, known := capacity(in)
			return known && units <= 1500
		},
		breaks: func(in map[string]any) {
			statement := map[string]any{"managedRuleGroupStatement": map[string]any{"name": "AWSManagedRulesCommonRuleSet"}}
			in["rules"] = append(in["rules"].([]any), slices.Repeat([]any{map[string]any{"statement": statement}}, 3)...)
		},
	},
	{
		resourceType: "aws:wafv2/webAcl:WebAcl", says: "rules have priorities and names of their own; a rule has an action, a group an override",
		source: "https://docs.aws.amazon.com/waf/latest/APIReference/API_Rule.html",
		holds: func(in map[string]any) bool {
			for _, at := range places(in, "rules[]") {
				rule := at.value.(map[string]any)
				group := len(places(rule, "statement.managedRuleGroupStatement")) > 0
				if present(rule, "action") == 1 == group || present(rule, "overrideAction") == 1 != group {
					return false
				}
			}
			return unique(in, "rules[].priority") && unique(in, "rules[].name")
		},
		breaks: func(in map[string]any) { in["rules"] = append(in["rules"].([]any), in["rules"].([]any)[0]) },
	},
	{
		resourceType: "aws:wafv2/webAcl:WebAcl", says: "an AND has two statements at least",
		source:   "https://docs.aws.amazon.com/waf/latest/APIReference/API_AndStatement.html",
		concerns: func(in map[string]any) bool { return len(places(in, "rules[].statement.andStatement")) > 0 },
		holds: func(in map[string]any) bool {
			for _, at := range places(in, "rules[].statement.andStatement.statements") {
				if len(at.value.([]any)) < 2 {
					return false
				}
			}
			return true
		},
		breaks: func(in map[string]any) {
			and := places(in, "rules[].statement.andStatement")[0].value.(map[string]any)
			and["statements"] = and["statements"].([]any)[:1]
		},
	},
	{
		resourceType: "aws:route53/record:Record", says: "a record has an alias, or values and a time to live",
		source: "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html",
		holds: func(in map[string]any) bool {
			if in["aliases"] != nil {
				return present(in, "records", "ttl") == 0
			}
			return present(in, "records", "ttl") == 2
		},
		breaks: func(in map[string]any) { in["aliases"], in["ttl"] = []any{map[string]any{}}, 60.0 },
	},
	{
		resourceType: "aws:route53/record:Record", says: "a routing policy needs an identifier, and the primary of a failover a health check",
		source: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-failover.html",
		holds: func(in map[string]any) bool {
			primary := false
			for _, at := range places(in, "failoverRoutingPolicies[].type") {
				primary = primary || at.value == "PRIMARY"
			}
			return (in["failoverRoutingPolicies"] == nil) == (in["setIdentifier"] == nil) && (!primary || in["healthCheckId"] != nil)
		},
		breaks: func(in map[string]any) {
			in["failoverRoutingPolicies"] = []any{map[string]any{"type": "PRIMARY"}}
			delete(in, "setIdentifier")
		},
	},
	{
		resourceType: "aws:route53/healthCheck:HealthCheck", says: "a health check has what its type takes, and nothing of another's",
		source: "https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html",
		holds: func(in map[string]any) bool {
			asks := present(in, "fqdn", "ipAddress", "port", "requestInterval", "failureThreshold")
			children := present(in, "childHealthchecks", "childHealthThreshold")
			alarm := present(in, "cloudwatchAlarmName", "cloudwatchAlarmRegion", "insufficientDataHealthStatus")
			switch in["type"] {
			case "CALCULATED":
				list, _ := in["childHealthchecks"].([]any)
				least, _ := number(in["childHealthThreshold"])
				return asks+alarm == 0 && children == 2 && int(least) <= len(list)
			case "CLOUDWATCH_METRIC":
				return asks+children == 0 && alarm == 3
			}
			return alarm+children == 0 && present(in, "fqdn", "ipAddress") > 0
		},
		breaks: func(in map[string]any) { in["cloudwatchAlarmName"], in["childHealthThreshold"] = "alarm", 1.0 },
	},
	{
		resourceType: "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", says: "a field is redacted as a header, the query, the path or the method",
		source: "https://docs.aws.amazon.com/waf/latest/APIReference/API_LoggingConfiguration.html",
		holds: func(in map[string]any) bool {
			for _, at := range places(in, "redactedFields[]") {
				if field := at.value.(map[string]any); len(field) != 1 || present(field, "singleHeader", "queryString", "uriPath", "method") != 1 {
					return false
				}
			}
			return true
		},
		breaks: func(in map[string]any) { in["redactedFields"] = []any{map[string]any{"body": map[string]any{}}} },
	},
	{
		resourceType: "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", says: "a custom header is none that CloudFront sets as a security header",
		source: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html",
		holds: func(in map[string]any) bool {
			for _, at := range places(in, "customHeadersConfig.items[].header") {
				if slices.Contains([]string{"content-security-policy", "strict-transport-security", "x-content-type-options", "x-frame-options", "x-xss-protection", "referrer-policy"}, strings.ToLower(textOf(at.value))) {
					return false
				}
			}
			return true
		},
		breaks: func(in map[string]any) {
			in["customHeadersConfig"] = map[string]any{"items": []any{map[string]any{"header": "X-Frame-Options"}}}
		},
	},
}

var edgeQuotas = []quota{
	{resourceType: "aws:lb/loadBalancer:LoadBalancer", most: 50, source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"},
	{resourceType: "aws:lb/listener:Listener", per: "loadBalancerArn", most: 50, source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"},
	{resourceType: "aws:lb/listenerRule:ListenerRule", per: "listenerArn", most: 100, source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"},
	{resourceType: "aws:lb/listenerRule:ListenerRule", per: "priority", most: 1, source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html"},
	{resourceType: "aws:cloudfront/distribution:Distribution", most: 200, source: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html"},
	{resourceType: "aws:cloudfront/function:Function", most: 100, source: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html"},
	{resourceType: "aws:cloudfront/originAccessControl:OriginAccessControl", most: 100, source: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html"},
	{resourceType: "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", most: 20, source: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html"},
	{resourceType: "aws:cloudfront/vpcOrigin:VpcOrigin", most: 25, source: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html"},
	{resourceType: "aws:wafv2/webAcl:WebAcl", most: 100, source: "https://docs.aws.amazon.com/waf/latest/developerguide/limits.html"},
	{resourceType: "aws:wafv2/webAclAssociation:WebAclAssociation", per: "resourceArn", most: 1, source: "https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-associating-aws-resource.html"},
	{resourceType: "aws:route53/healthCheck:HealthCheck", most: 200, source: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html"},
	{
		resourceType: "aws:acm/certificate:Certificate", most: 2500, source: "https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html",
		concerns: func(r *graph.Resource) bool { return r.Readable()["domainName"] != nil },
	},
}

package plan

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/graph"
)

// A Function answers a provider function. Provider is the provider that is asked, nil for a default one.
type Function func(args resource.PropertyMap, provider *graph.Resource) (resource.PropertyMap, error)

// functions that can be answered from the program itself, or whose answer is an identifier that can stay a reference.
var functions = map[string]Function{
	"aws:index/getRegion:getRegion":                                    region,
	"aws:index/getCallerIdentity:getCallerIdentity":                    callerIdentity,
	"aws:index/getPartition:getPartition":                              partition,
	"aws:cloudfront/getCachePolicy:getCachePolicy":                     identified("getCachePolicy", "name", "id"),
	"aws:cloudfront/getOriginRequestPolicy:getOriginRequestPolicy":     identified("getOriginRequestPolicy", "name", "id"),
	"aws:cloudfront/getResponseHeadersPolicy:getResponseHeadersPolicy": identified("getResponseHeadersPolicy", "name", "id"),
	"aws:ec2/getManagedPrefixList:getManagedPrefixList":                identified("getManagedPrefixList", "name", "id", "arn"),
	"aws:kms/getKey:getKey":                                            identified("getKey", "keyId", "id", "arn"),
	"aws:route53/getZone:getZone":                                      identified("getZone", "name", "id", "arn", "zoneId"),
	"aws:secretsmanager/getSecret:getSecret":                           identified("getSecret", "name", "id", "arn"),
}

// Call implements pulumi.MockResourceMonitor for provider functions.
func (r *recorder) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	answer := r.program.Functions[args.Token]
	if answer == nil {
		answer = functions[args.Token]
	}
	if answer == nil {
		return nil, fmt.Errorf("the program asks the cloud by %s, which a plan cannot answer: "+
			"pass what it looks up as configuration, or give plan.Program.Functions an answer", args.Token)
	}
	r.mu.Lock()
	provider := r.providers[args.Provider]
	r.mu.Unlock()
	return answer(args.Args, provider)
}

// region is the provider's own.
func region(_ resource.PropertyMap, provider *graph.Resource) (resource.PropertyMap, error) {
	name := graph.Reference{URN: "getRegion", Property: "id"}.Token()
	if provider != nil && provider.Region != "" {
		name = provider.Region
	}
	return resource.PropertyMap{
		"id": resource.NewProperty(name), "name": resource.NewProperty(name), "region": resource.NewProperty(name),
	}, nil
}

// callerIdentity is known where the provider allows one account only: any other would be refused.
func callerIdentity(_ resource.PropertyMap, provider *graph.Resource) (resource.PropertyMap, error) {
	result := symbols("getCallerIdentity", "id", "accountId", "arn", "userId")
	if provider != nil {
		if allowed := provider.Inputs.Get("allowedAccountIds"); allowed.IsArray() && allowed.AsArray().Len() == 1 &&
			allowed.AsArray().Get(0).IsString() {
			account := resource.NewProperty(allowed.AsArray().Get(0).AsString())
			result["accountId"], result["id"] = account, account
		}
	}
	return result, nil
}

// partition follows from the region.
func partition(_ resource.PropertyMap, provider *graph.Resource) (resource.PropertyMap, error) {
	result := symbols("getPartition", "id", "partition", "dnsSuffix", "reverseDnsPrefix")
	if provider == nil || provider.Region == "" {
		return result, nil
	}
	name, suffix, reverse := "aws", "amazonaws.com", "com.amazonaws"
	switch {
	case strings.HasPrefix(provider.Region, "us-gov-"):
		name = "aws-us-gov"
	case strings.HasPrefix(provider.Region, "cn-"):
		name, suffix, reverse = "aws-cn", "amazonaws.com.cn", "cn.com.amazonaws"
	}
	result["id"], result["partition"] = resource.NewProperty(name), resource.NewProperty(name)
	result["dnsSuffix"], result["reverseDnsPrefix"] = resource.NewProperty(suffix), resource.NewProperty(reverse)
	return result, nil
}

// identified answers with references that name the function and the argument that tells one call from another.
func identified(function string, argument resource.PropertyKey, properties ...string) Function {
	return func(args resource.PropertyMap, _ *graph.Resource) (resource.PropertyMap, error) {
		subject := ""
		if value, ok := args[argument]; ok && value.IsString() {
			subject = graph.Readable(value.StringValue())
			subject = strings.NewReplacer("${", "", "}", "", "#", ".").Replace(subject)
		}
		result := symbols(fmt.Sprintf("%s(%s)", function, subject), properties...)
		for key, value := range args {
			result[key] = value
		}
		return result, nil
	}
}

func symbols(subject string, properties ...string) resource.PropertyMap {
	result := resource.PropertyMap{}
	for _, property := range properties {
		result[resource.PropertyKey(property)] = resource.NewProperty(graph.Reference{URN: subject, Property: property}.Token())
	}
	return result
}

package repair

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	tagging "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"

	"github.com/carebase/carebase/internal/pulumistate"
)

// Orphans returns the ARNs of resources that AWS has under the tags Project and Environment of the stack's providers, and that
// are not in the state. A resource is made twice if AWS's answer is lost and the SDK repeats the call; others are made by
// hand. AWS's tagging API does not list IAM resources, and lists new resources minutes late. Nothing is changed.
func (s *State) Orphans(ctx context.Context) ([]string, error) {
	known := s.identifiers()
	var found []string
	asked := map[string]bool{}
	for _, provider := range s.Resources {
		if provider.Type() != awsProvider || provider.PendingDelete() {
			continue
		}
		c, err := open(ctx, provider)
		if err != nil {
			return nil, err
		}
		want, err := (&subject{cloud: c}).identity()
		if err != nil {
			return nil, err
		}
		where := c.account + c.region
		if asked[where] {
			continue
		}
		asked[where] = true
		var filters []types.TagFilter
		for _, key := range []string{"Project", "Environment"} {
			filters = append(filters, types.TagFilter{Key: aws.String(key), Values: []string{want[key]}})
		}
		resources, err := all(ctx, tagging.NewGetResourcesPaginator(tagging.NewFromConfig(c.config), &tagging.GetResourcesInput{TagFilters: filters}),
			func(o *tagging.GetResourcesOutput) []types.ResourceTagMapping { return o.ResourceTagMappingList })
		if err != nil {
			return nil, err
		}
		for _, r := range resources {
			if arn := aws.ToString(r.ResourceARN); !known.has(arn) && !madeByAWS(arn) {
				found = append(found, arn)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

// identifiers are the ids and ARNs of the resources in a state.
type identifiers map[string]bool

func (s *State) identifiers() identifiers {
	known := identifiers{}
	for _, r := range s.Resources {
		known[r.ID()] = true
		known[pulumistate.Text(r.Outputs()["arn"])] = true
	}
	delete(known, "")
	return known
}

// has is true if the state has the ARN, or the id that the ARN ends in (vpc/vpc-1, loadbalancer/app/…), or another revision of
// the same task definition, because older revisions are kept on purpose.
func (known identifiers) has(arn string) bool {
	parts := strings.SplitN(arn, ":", 6)
	if known[arn] || len(parts) < 6 {
		return known[arn]
	}
	rest := parts[5]
	for i, c := range rest {
		if (c == '/' || c == ':') && known[rest[i+1:]] {
			return true
		}
	}
	if family, ok := strings.CutPrefix(rest, "task-definition/"); ok {
		family, _, _ = strings.Cut(family, ":")
		return known[family]
	}
	return known[rest]
}

// madeByAWS is true for resources that AWS makes and that take over the tags of another resource.
func madeByAWS(arn string) bool {
	parts := strings.SplitN(arn, ":", 6) // arn, partition, service, region, account, resource
	return len(parts) == 6 && slices.ContainsFunc([]string{"snapshot:", "recovery-point:", "task/", "snapshot/", "network-interface/"},
		func(kind string) bool { return strings.HasPrefix(parts[5], kind) })
}

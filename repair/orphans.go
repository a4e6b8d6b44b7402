package repair

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	tagging "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
)

// Orphans are the ARNs of what AWS has under the tags Project and Environment of the stack's providers, and the state does
// not: what was made twice because an answer of AWS was lost and its SDK asked again, or made by hand. AWS's tagging
// API lists what it knows, without IAM and often minutes late; nothing is changed.
func (s *State) Orphans(ctx context.Context) ([]string, error) {
	known := s.identifiers()
	var found []string
	asked := map[string]bool{}
	for _, provider := range s.resources {
		if provider.kind() != awsProvider || provider.doomed() {
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
		if where := c.account + c.region; asked[where] {
			continue
		} else {
			asked[where] = true
		}
		var filters []types.TagFilter
		for _, key := range []string{"Project", "Environment"} {
			filters = append(filters, types.TagFilter{Key: aws.String(key), Values: []string{want[key]}})
		}
		client := tagging.NewFromConfig(c.config)
		for p := tagging.NewGetResourcesPaginator(client, &tagging.GetResourcesInput{TagFilters: filters}); p.HasMorePages(); {
			page, err := p.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, r := range page.ResourceTagMappingList {
				if arn := aws.ToString(r.ResourceARN); !known.has(arn) && !madeByAWS(arn) {
					found = append(found, arn)
				}
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

// identifiers are the ids and ARNs in a state.
type identifiers map[string]bool

func (s *State) identifiers() identifiers {
	known := identifiers{}
	for _, r := range s.resources {
		known[r.id()] = true
		known[text(r.outputs()["arn"])] = true
	}
	delete(known, "")
	return known
}

// has tells whether an ARN is in the state: itself, or by what is after its kind (vpc/vpc-1, loadbalancer/app/…), or as
// an older revision of a task definition, which is kept on purpose.
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

// madeByAWS are things that take over the tags of what they were made from.
func madeByAWS(arn string) bool {
	parts := strings.SplitN(arn, ":", 6) // arn, partition, service, region, account, resource
	return len(parts) == 6 && slices.ContainsFunc([]string{"snapshot:", "recovery-point:", "task/", "snapshot/", "network-interface/"},
		func(kind string) bool { return strings.HasPrefix(parts[5], kind) })
}

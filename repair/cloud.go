package repair

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/carebase/carebase/failover/cloud/client"
)

// limits of a call: an update is interrupted by the very outages in which a region takes calls and does not answer.
var limits = client.Usual()

// cloud is where one provider of the stack works, and how it tags what it makes.
type cloud struct {
	config    aws.Config
	region    string
	account   string
	partition string
	tags      map[string]string
}

const awsProvider = "pulumi:providers:aws"

// connect opens AWS for every provider that an interrupted creation names, with the credentials of the environment,
// which are the provider's too. Another account than the provider allows is refused before anything is read from it.
func (s *State) connect(ctx context.Context) (map[string]*cloud, error) {
	clouds := map[string]*cloud{}
	var problems []error
	for _, op := range s.open {
		reference := op.resource.provider()
		provider := s.byReference(reference)
		if op.kind != creating || clouds[reference] != nil || provider == nil || provider.kind() != awsProvider {
			continue
		}
		c, err := open(ctx, provider)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		clouds[reference] = c
	}
	return clouds, errors.Join(problems...)
}

// open opens AWS in a provider's region and makes sure whose account that is.
func open(ctx context.Context, provider record) (*cloud, error) {
	c, allowed, err := settings(provider)
	if err != nil {
		return nil, err
	}
	c.config, err = client.Config(ctx, c.region, limits)
	if err != nil {
		return nil, err
	}
	caller, err := sts.NewFromConfig(c.config).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return nil, fmt.Errorf("provider %q in %s: whose credentials these are: %w", provider.name(), c.region, err)
	}
	c.account = aws.ToString(caller.Account)
	if !slices.Contains(allowed, c.account) {
		return nil, fmt.Errorf("provider %q: the credentials are of account %s; the stack allows %s",
			provider.name(), c.account, strings.Join(allowed, ", "))
	}
	c.partition = strings.Split(aws.ToString(caller.Arn), ":")[1]
	return c, nil
}

// settings are what the state knows of a provider. Lists and objects are JSON in its inputs.
func settings(provider record) (*cloud, []string, error) {
	in := provider.inputs()
	region, err := in.text("region")
	if err != nil {
		return nil, nil, fmt.Errorf("provider %q: %w", provider.name(), err)
	}
	var allowed []string
	for _, account := range list(decoded(in["allowedAccountIds"])) {
		allowed = append(allowed, text(account))
	}
	if len(allowed) == 0 {
		return nil, nil, fmt.Errorf("provider %q allows any account (allowedAccountIds is not set), so that nothing says "+
			"which one to look in", provider.name())
	}
	return &cloud{region: region, tags: tags(object(decoded(in["defaultTags"]))["tags"])}, allowed, nil
}

func decoded(v any) any {
	if s, ok := v.(string); ok {
		var inner any
		if json.Unmarshal([]byte(s), &inner) == nil {
			return inner
		}
	}
	return v
}

// identity are the tags by which a resource of the stack is known: its name, the project and the environment.
func (s *subject) identity() (map[string]string, error) {
	all := map[string]string{}
	for key, value := range s.cloud.tags {
		all[key] = value
	}
	for key, value := range tags(s.in["tags"]) {
		all[key] = value
	}
	found := map[string]string{}
	for _, key := range []string{"Project", "Environment"} {
		if all[key] == "" {
			return nil, fmt.Errorf("its provider's default tags have no %s, by which it would be told from another's", key)
		}
		found[key] = all[key]
	}
	if name := all["Name"]; name != "" {
		found["Name"] = name
	}
	return found, nil
}

// carries tells whether tags have at least those.
func carries(have, want map[string]string) bool {
	for key, value := range want {
		if have[key] != value {
			return false
		}
	}
	return true
}

// arn is the ARN of something in the subject's region and account.
func (s *subject) arn(service, rest string) string {
	return "arn:" + s.cloud.partition + ":" + service + ":" + s.cloud.region + ":" + s.cloud.account + ":" + rest
}

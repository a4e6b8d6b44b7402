package repair

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/carebase/carebase/internal/awsclient"
	"github.com/carebase/carebase/internal/pulumistate"
)

// limits of a call. A repair follows an outage, in which a region may accept calls and not answer them.
var limits = awsclient.Usual()

// cloud is the account and region of one of the stack's providers, and the provider's default tags.
type cloud struct {
	config    aws.Config
	region    string
	account   string
	partition string
	tags      map[string]string
}

const awsProvider = "pulumi:providers:aws"

// connect opens AWS for every provider of an interrupted creation, with the credentials of the environment, which the provider
// uses too. If these belong to an account that the provider does not allow, connect refuses before anything is read.
func (s *State) connect(ctx context.Context) (map[string]*cloud, error) {
	clouds := map[string]*cloud{}
	var problems []error
	for _, op := range s.open {
		reference := op.Resource.Provider()
		provider := s.Provider(reference)
		if op.Type != creating || clouds[reference] != nil || provider == nil || provider.Type() != awsProvider {
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

// open opens AWS in a provider's region and checks the account.
func open(ctx context.Context, provider record) (*cloud, error) {
	c, allowed, err := settings(provider)
	if err != nil {
		return nil, err
	}
	c.config, err = awsclient.Config(ctx, c.region, limits)
	if err != nil {
		return nil, err
	}
	caller, err := awsclient.WhoCalls(ctx, c.config)
	if err != nil {
		return nil, fmt.Errorf("provider %q in %s: whose credentials these are: %w", provider.Name(), c.region, err)
	}
	c.account, c.partition = caller.Account, caller.Partition
	if !slices.Contains(allowed, c.account) {
		return nil, fmt.Errorf("provider %q: the credentials are of account %s; the stack allows %s",
			provider.Name(), c.account, strings.Join(allowed, ", "))
	}
	return c, nil
}

// settings returns a provider's region, tags and allowed accounts from its inputs, in which lists and objects are JSON.
func settings(provider record) (*cloud, []string, error) {
	in := provider.Inputs()
	region, err := in.Text("region")
	if err != nil {
		return nil, nil, fmt.Errorf("provider %q: %w", provider.Name(), err)
	}
	var allowed []string
	for _, account := range pulumistate.List(decoded(in["allowedAccountIds"])) {
		allowed = append(allowed, pulumistate.Text(account))
	}
	if len(allowed) == 0 {
		return nil, nil, fmt.Errorf("provider %q allows any account (allowedAccountIds is not set), so that nothing says "+
			"which one to look in", provider.Name())
	}
	return &cloud{region: region, tags: pulumistate.Tags(pulumistate.Object(decoded(in["defaultTags"]))["tags"])}, allowed, nil
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

// identity returns the tags that identify the subject: Project, Environment, and Name if the subject has one.
func (s *subject) identity() (map[string]string, error) {
	all := map[string]string{}
	for key, value := range s.cloud.tags {
		all[key] = value
	}
	for key, value := range pulumistate.Tags(s.in["tags"]) {
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

// carries is true if tags contain all that are wanted.
func carries(have, want map[string]string) bool {
	for key, value := range want {
		if have[key] != value {
			return false
		}
	}
	return true
}

// arn returns the ARN of a resource in the subject's region and account.
func (s *subject) arn(service, rest string) string {
	return "arn:" + s.cloud.partition + ":" + service + ":" + s.cloud.region + ":" + s.cloud.account + ":" + rest
}

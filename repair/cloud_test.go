package repair

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/internal/awsclient"
)

// serve answers for AWS.
func serve(t *testing.T, answer http.HandlerFunc) {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	for key, value := range map[string]string{"AWS_ENDPOINT_URL": server.URL, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "s",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "HTTP_PROXY": "", "http_proxy": ""} {
		t.Setenv(key, value)
	}
}

func caller(account string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>%s</Account><Arn>arn:aws-us-gov:iam::%[1]s:root</Arn>`+
			`</GetCallerIdentityResult></GetCallerIdentityResponse>`, account)
	}
}

func TestTheAccountIsTheStacks(t *testing.T) {
	serve(t, caller("111111111111"))
	clouds, err := interrupted(t, nil).connect(t.Context())
	require.NoError(t, err)
	require.Len(t, clouds, 1)
	c := clouds[regional]
	assert.Equal(t, "us-east-1", c.region)
	assert.Equal(t, "111111111111", c.account)
	assert.Equal(t, "aws-us-gov", c.partition)
	assert.Equal(t, map[string]string{"Project": "careconnect", "Environment": "dev", "Owner": "platform"}, c.tags)
}

func TestAnotherAccountIsRefused(t *testing.T) {
	serve(t, caller("999999999999"))
	_, err := interrupted(t, nil).Plan(t.Context())
	assert.ErrorContains(t, err, `provider "regional": the credentials are of account 999999999999; the stack allows 111111111111`)
}

func TestAProviderForAnyAccountIsRefused(t *testing.T) {
	_, _, err := settings(record{"urn": regional, "inputs": map[string]any{"region": "us-east-1"}})
	assert.ErrorContains(t, err, "allows any account")
}

// Without an open creation AWS is not asked at all.
func TestNothingOpenNeedsNoCredentials(t *testing.T) {
	serve(t, func(http.ResponseWriter, *http.Request) { t.Error("AWS was asked") })
	plan, err := interrupted(t, only()).Plan(t.Context())
	require.NoError(t, err)
	assert.Empty(t, plan.Steps)
}

func TestIdentityIsNameProjectAndEnvironment(t *testing.T) {
	s := &subject{in: values{"tags": map[string]any{"Name": "network-vpc", "Backup": "no"}}, cloud: here()[regional]}
	want, err := s.identity()
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"Name": "network-vpc", "Project": "careconnect", "Environment": "dev"}, want)
	assert.True(t, carries(map[string]string{"Name": "network-vpc", "Project": "careconnect", "Environment": "dev", "more": ""}, want))
	assert.False(t, carries(map[string]string{"Name": "network-vpc", "Project": "careconnect", "Environment": "prod"}, want))

	s.cloud = &cloud{tags: map[string]string{"Project": "careconnect"}}
	_, err = s.identity()
	assert.ErrorContains(t, err, "default tags have no Environment")
}

func TestSecurityGroupRulesAreToldApart(t *testing.T) {
	in := values{"ipProtocol": "tcp", "fromPort": number(int32(443)), "toPort": number(int32(443)), "referencedSecurityGroupId": "sg-2"}
	rule := func(change func(*types.SecurityGroupRule)) types.SecurityGroupRule {
		r := types.SecurityGroupRule{IpProtocol: aws.String("tcp"), FromPort: aws.Int32(443), ToPort: aws.Int32(443),
			ReferencedGroupInfo: &types.ReferencedSecurityGroup{GroupId: aws.String("sg-2")}}
		change(&r)
		return r
	}
	assert.True(t, sameRule(in, rule(func(*types.SecurityGroupRule) {})))
	for name, change := range map[string]func(*types.SecurityGroupRule){
		"port":     func(r *types.SecurityGroupRule) { r.ToPort = aws.Int32(444) },
		"protocol": func(r *types.SecurityGroupRule) { r.IpProtocol = aws.String("udp") },
		"group":    func(r *types.SecurityGroupRule) { r.ReferencedGroupInfo.GroupId = aws.String("sg-3") },
		"range":    func(r *types.SecurityGroupRule) { r.CidrIpv4 = aws.String("10.0.0.0/16") },
		"range 6":  func(r *types.SecurityGroupRule) { r.CidrIpv6 = aws.String("::/0") },
		"list":     func(r *types.SecurityGroupRule) { r.PrefixListId = aws.String("pl-1") },
	} {
		assert.False(t, sameRule(in, rule(change)), name)
	}
	all := values{"ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"}
	assert.True(t, sameRule(all, types.SecurityGroupRule{IpProtocol: aws.String("-1"), FromPort: aws.Int32(-1), ToPort: aws.Int32(-1), CidrIpv4: aws.String("0.0.0.0/0")}))
}

// A key that waits for its deletion, another's and another environment's are not ours.
func TestKeysAreFoundByDescriptionAndTags(t *testing.T) {
	keys := map[string]struct{ description, state, environment string }{
		"ours":        {"data", "Enabled", "dev"},
		"other":       {"logs", "Enabled", "dev"},
		"going":       {"data", "PendingDeletion", "dev"},
		"environment": {"data", "Enabled", "prod"},
	}
	serve(t, func(w http.ResponseWriter, r *http.Request) {
		var request struct{ KeyId string }
		readJSON(t, r, &request)
		key := keys[request.KeyId]
		switch r.Header.Get("X-Amz-Target") {
		case "TrentService.ListKeys":
			fmt.Fprint(w, `{"Keys":[{"KeyId":"other"},{"KeyId":"going"},{"KeyId":"environment"},{"KeyId":"ours"}]}`)
		case "TrentService.DescribeKey":
			fmt.Fprintf(w, `{"KeyMetadata":{"KeyId":%q,"Description":%q,"KeyState":%q,"KeyManager":"CUSTOMER"}}`, request.KeyId, key.description, key.state)
		case "TrentService.ListResourceTags":
			fmt.Fprintf(w, `{"Tags":[{"TagKey":"Project","TagValue":"careconnect"},{"TagKey":"Environment","TagValue":%q}]}`, key.environment)
		default: // STS
			caller("111111111111")(w, r)
		}
	})
	plan, err := interrupted(t, only(creation("aws:kms/key:Key", "keys-data", map[string]any{"description": "data"}))).Plan(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"keys-data: adopt ours"}, actions(plan))
}

// A region may take calls and never answer: whoever settles an update must come to know.
func TestARegionThatDoesNotAnswerIsGivenUp(t *testing.T) {
	usual := limits
	t.Cleanup(func() { limits = usual })
	limits = awsclient.Limits{Connect: time.Second, Answer: 100 * time.Millisecond, Whole: 200 * time.Millisecond, Pause: time.Millisecond}
	for name, silent := range map[string]func(*http.Request) bool{
		"through the SDK":        func(*http.Request) bool { return true },
		"without the SDK":        func(r *http.Request) bool { return r.URL.Path == "/detector" },
		"in the answer's middle": nil,
	} {
		t.Run(name, func(t *testing.T) {
			var tries atomic.Int32
			serve(t, func(w http.ResponseWriter, r *http.Request) {
				switch {
				case silent != nil && !silent(r), silent == nil && r.URL.Path != "/detector":
					caller("111111111111")(w, r)
					return
				case silent == nil:
					fmt.Fprint(w, `{"detectorIds":`)
					w.(http.Flusher).Flush()
				}
				tries.Add(1)
				_, _ = io.Copy(io.Discard, r.Body) // or nobody notices that the caller has gone
				<-r.Context().Done()
			})
			done := make(chan error, 1)
			go func() {
				_, err := interrupted(t, only(creation("aws:guardduty/detector:Detector", "detector", nil))).Plan(t.Context())
				done <- err
			}()
			select {
			case err := <-done:
				require.Error(t, err)
				assert.Regexp(t, `(?i)timeout|deadline exceeded`, err.Error())
			case <-time.After(time.Minute):
				t.Fatal("it waits for an answer")
			}
			assert.Positive(t, tries.Load())
		})
	}
}

// The services that are asked without their SDK package, and an answer that is an error.
func TestSignedCalls(t *testing.T) {
	status := http.StatusOK
	serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/detector":
			assert.Contains(t, r.Header.Get("Authorization"), "/us-east-1/guardduty/aws4_request")
			w.WriteHeader(status)
			fmt.Fprint(w, `{"detectorIds":["d-1"]}`)
		default:
			caller("111111111111")(w, r)
		}
	})
	state := interrupted(t, only(creation("aws:guardduty/detector:Detector", "detector", nil)))
	plan, err := state.Plan(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"detector: adopt d-1"}, actions(plan))

	status = http.StatusForbidden
	_, err = state.Plan(t.Context())
	assert.ErrorContains(t, err, "detector (aws:guardduty/detector:Detector): guardduty answers 403 Forbidden")
}

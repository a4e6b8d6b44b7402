package service_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/listener"
	"github.com/carebase/carebase/components/service"
	"github.com/carebase/carebase/componenttest"
)

const listenerRule = "aws:lb/listenerRule:ListenerRule"

// named are the arguments of a service behind a load balancer that is reached by name.
func named() *service.WebArgs {
	args := webArgs()
	args.Paths = []string{"/api/*", "/actuator/health"}
	args.Listener.Proof = &listener.Proof{Header: "x-origin-token", Value: text("s3cr3t")}
	args.Listener.Probe = &listener.Probe{Host: "origin-primary.example.com", Path: "/actuator/health"}
	return args
}

func TestRulesDemandWhatTheListenerDemands(t *testing.T) {
	g := web(t, named())
	rule := componenttest.Find(t, g, listenerRule, "backend-rule")
	assert.Equal(t, []any{
		map[string]any{"pathPattern": map[string]any{"values": []any{"/api/*", "/actuator/health"}}},
		map[string]any{"httpHeader": map[string]any{"httpHeaderName": "x-origin-token", "values": []any{"s3cr3t"}}},
	}, componenttest.Input(t, rule, "conditions"))
	assert.True(t, componenttest.IsSecret(rule, "conditions"), "the proof is in the state in plain text")
	require.Equal(t, 2, componenttest.Counts(g)[listenerRule])
}

// A target group belongs to one load balancer: AWS refuses a rule of a second one.
func TestTargetGroupsAreNotShared(t *testing.T) {
	const group = "aws:lb/targetGroup:TargetGroup"
	private, public := componenttest.Find(t, web(t, webArgs()), group, "backend-tg"), componenttest.Find(t, web(t, named()), group, "backend-on")
	assert.Equal(t, private.Readable(), public.Readable())
	assert.Nil(t, componenttest.Input(t, public, "name"))
}

// What checks the load balancer's health cannot prove anything: it gets one path of one host, by GET, and no more.
func TestProbesGetOnePath(t *testing.T) {
	rule := componenttest.Find(t, web(t, named()), listenerRule, "backend-probe-rule")
	assert.EqualValues(t, 25010, componenttest.Input(t, rule, "priority"))
	assert.Equal(t, []any{
		map[string]any{"pathPattern": map[string]any{"values": []any{"/actuator/health"}}},
		map[string]any{"hostHeader": map[string]any{"values": []any{"origin-primary.example.com"}}},
		map[string]any{"httpRequestMethod": map[string]any{"values": []any{"GET"}}},
	}, componenttest.Input(t, rule, "conditions"))

	args := named()
	args.Paths = []string{"/api/*"}
	assert.Equal(t, 1, componenttest.Counts(web(t, args))[listenerRule], "another service has the probed path")
}

func TestProofTakesTheFifthValueOfARule(t *testing.T) {
	args := named()
	args.Paths = []string{"/a", "/b", "/c", "/d", "/e"}
	args.Listener.Proof.Value = nil
	refusal := componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := service.NewWeb(ctx, "backend", args, opts...)
		return err
	})
	assert.ErrorContains(t, refusal, "one to four patterns where Listener wants a proof")
	assert.ErrorContains(t, refusal, "Listener.Proof is missing")
}

// While the proof is changed both values pass, and there is room for one path less.
func TestRulesAcceptTwoProofsWhileOneReplacesTheOther(t *testing.T) {
	args := named()
	args.Paths = []string{"/api/*", "/actuator/health", "/a"}
	args.Listener.Proof.AlsoAccepted = text("n3xt")
	rule := componenttest.Find(t, web(t, args), listenerRule, "backend-rule")
	assert.Equal(t, []any{"s3cr3t", "n3xt"}, componenttest.Input(t, rule, "conditions[1].httpHeader.values"))
	assert.True(t, componenttest.IsSecret(rule, "conditions"), "the proof is in the state in plain text")

	args.Paths = append(args.Paths, "/b")
	assert.ErrorContains(t, componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := service.NewWeb(ctx, "backend", args, opts...)
		return err
	}), "one to three patterns where Listener accepts two proofs")
}

// A service that stands by is known to Application Auto Scaling, and left alone by it.
func TestServiceThatStandsBy(t *testing.T) {
	args := fullWebArgs()
	args.DesiredCount, args.HoldDesiredCount = 0, true
	args.Autoscaling = &service.Autoscaling{Min: 0, Max: 10, Suspended: true}
	g := web(t, args)
	r := componenttest.Find(t, g, ecsService, "backend-service")
	assert.EqualValues(t, 0, componenttest.Input(t, r, "desiredCount"))
	assert.Empty(t, r.IgnoreChanges, "the start would be ignored")
	target := componenttest.Find(t, g, "aws:appautoscaling/target:Target", "backend-scaling")
	assert.EqualValues(t, 0, componenttest.Input(t, target, "minCapacity"))
	assert.Equal(t, map[string]any{"dynamicScalingInSuspended": true, "dynamicScalingOutSuspended": true, "scheduledScalingSuspended": true},
		componenttest.Input(t, target, "suspendedState"))

	args.DesiredCount, args.HoldDesiredCount, args.Autoscaling = 3, false, &service.Autoscaling{Min: 2, Max: 10}
	g = web(t, args)
	assert.Equal(t, []string{"desiredCount"}, componenttest.Find(t, g, ecsService, "backend-service").IgnoreChanges)
	assert.Equal(t, map[string]any{"dynamicScalingInSuspended": false, "dynamicScalingOutSuspended": false, "scheduledScalingSuspended": false},
		componenttest.Input(t, componenttest.Find(t, g, "aws:appautoscaling/target:Target", "backend-scaling"), "suspendedState"))
}

package rotation_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/rotation"
	"github.com/carebase/carebase/components/secrets"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/functions/rotation/config"
	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/catalogue"
	"github.com/carebase/carebase/policy/inspect"
)

const (
	component    = "carebase:rotation:Rotation"
	functionType = "aws:lambda/function:Function"
	rotationType = "aws:secretsmanager/secretRotation:SecretRotation"
	policyType   = "aws:iam/policy:Policy"
	alarmType    = "aws:cloudwatch/metricAlarm:MetricAlarm"
	egressType   = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
)

func arn(name string) string {
	return "arn:aws:secretsmanager:us-east-1:123456789012:secret:careconnect/prod/" + name + "-AbCdEf"
}

// production rotates a secret of each kind. RDS does not keep the master password.
func production() *rotation.Args {
	return &rotation.Args{
		FunctionName: "careconnect-prod-rotation",
		Archive:      "../functions/dist/rotation.zip",
		AfterDays:    60,
		Secrets: []rotation.Secret{
			{Name: "jwt-signing-key", Arn: pulumi.String(arn("jwt-signing-key")), Strategy: config.RandomKey},
			{Name: "db-password", Arn: pulumi.String(arn("db-password")), Strategy: config.DatabaseRole, User: "careconnect_app"},
			{Name: "db-master-password", Arn: pulumi.String(arn("db-master-password")), Strategy: config.DatabaseMaster, User: "careconnect_user"},
			{Name: "redis-password", Arn: pulumi.String(arn("redis-password")), Strategy: config.CacheUser, User: "app", UserID: "careconnect-prod-app"},
		},
		Database: &rotation.Database{
			Address: pulumi.String("db.example.com"), Port: 5432, Name: "careconnect", SecurityGroupID: pulumi.String("sg-database"),
		},
		Cache:                   &rotation.Cache{Address: pulumi.String("cache.example.com"), Port: 6379, SecurityGroupID: pulumi.String("sg-cache")},
		VpcID:                   pulumi.String("vpc-1"),
		SubnetIDs:               pulumi.ToStringArray([]string{"subnet-a", "subnet-b"}),
		EndpointSecurityGroupID: pulumi.String("sg-endpoints"),
		SecretsKeyArn:           pulumi.String("secrets-key"),
		KeyArn:                  pulumi.String("data-key"),
		LogsKeyArn:              pulumi.String("logs-key"),
		LogRetentionDays:        365,
	}
}

func changed(change func(*rotation.Args)) *rotation.Args {
	args := production()
	change(args)
	return args
}

// keysOnly rotates what needs neither a database nor a cache.
func keysOnly() *rotation.Args {
	return changed(func(a *rotation.Args) { a.Secrets, a.Database, a.Cache = a.Secrets[:1], nil, nil })
}

// managed rotates a role of a database whose master password RDS keeps.
func managed() *rotation.Args {
	return changed(func(a *rotation.Args) {
		a.Secrets, a.Cache = a.Secrets[1:2], nil
		a.Database.MasterSecretArn = pulumi.String("arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1-AbCdEf")
	})
}

func planned(t *testing.T, args *rotation.Args) *graph.Graph {
	t.Helper()
	return componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := rotation.New(ctx, "rotation", args, opts...)
		return err
	})
}

func TestEverySecretHasASchedule(t *testing.T) {
	g := planned(t, production())
	componenttest.AssertTree(t, g, component, "rotation")
	require.Len(t, g.OfType(rotationType), 4)
	for _, name := range []string{"jwt-signing-key", "db-password", "db-master-password", "redis-password"} {
		r := componenttest.Find(t, g, rotationType, "rotation-secret-"+name)
		assert.Equal(t, arn(name), componenttest.Input(t, r, "secretId"))
		assert.Equal(t, "${rotation-lambda-function.arn}", componenttest.Input(t, r, "rotationLambdaArn"))
		assert.EqualValues(t, 60, componenttest.Input(t, r, "rotationRules.automaticallyAfterDays"))
		assert.Equal(t, false, componenttest.Input(t, r, "rotateImmediately"))
		assert.Contains(t, r.Dependencies, componenttest.Find(t, g, "aws:lambda/permission:Permission", "rotation-lambda-rotation-permission").URN)
	}
}

func TestTheFunctionsConfiguration(t *testing.T) {
	decode := func(t *testing.T, args *rotation.Args) config.Config {
		t.Helper()
		r := componenttest.Find(t, planned(t, args), functionType, "rotation-lambda-function")
		c, err := config.Decode(componenttest.Input(t, r, "environment.variables."+config.Variable).(string))
		require.NoError(t, err)
		return c
	}
	assert.Equal(t, config.Config{
		Database: &config.Database{Host: "db.example.com", Port: 5432, Name: "careconnect", MasterSecret: arn("db-master-password")},
		Cache:    &config.Cache{Host: "cache.example.com", Port: 6379},
		Secrets: map[string]config.Secret{
			arn("jwt-signing-key"):    {Strategy: config.RandomKey},
			arn("db-password"):        {Strategy: config.DatabaseRole, User: "careconnect_app"},
			arn("db-master-password"): {Strategy: config.DatabaseMaster, User: "careconnect_user"},
			arn("redis-password"):     {Strategy: config.CacheUser, User: "app", UserID: "careconnect-prod-app"},
		},
	}, decode(t, production()))
	assert.Equal(t, "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1-AbCdEf", decode(t, managed()).Database.MasterSecret)
	assert.Equal(t, config.Config{Secrets: map[string]config.Secret{arn("jwt-signing-key"): {Strategy: config.RandomKey}}}, decode(t, keysOnly()))
}

// The archive is not there: a plan does not read it.
func TestTheFunction(t *testing.T) {
	require.NoFileExists(t, production().Archive)
	r := componenttest.Find(t, planned(t, production()), functionType, "rotation-lambda-function")
	for path, want := range map[string]any{
		"name": "careconnect-prod-rotation", "reservedConcurrentExecutions": 1.0, "timeout": 300.0, "memorySize": 256.0,
		"code": "archive:../functions/dist/rotation.zip", "kmsKeyArn": "data-key", "vpcConfig.subnetIds": []any{"subnet-a", "subnet-b"},
	} {
		assert.Equal(t, want, componenttest.Input(t, r, path), path)
	}
}

func TestTheFunctionConnectsToNothingElse(t *testing.T) {
	for name, c := range map[string]struct {
		args *rotation.Args
		want map[string]string
	}{
		"everything":   {production(), map[string]string{"endpoints": "sg-endpoints:443", "database": "sg-database:5432", "cache": "sg-cache:6379"}},
		"a role":       {managed(), map[string]string{"endpoints": "sg-endpoints:443", "database": "sg-database:5432"}},
		"a random key": {keysOnly(), map[string]string{"endpoints": "sg-endpoints:443"}},
	} {
		t.Run(name, func(t *testing.T) {
			g := planned(t, c.args)
			require.Len(t, g.OfType(egressType), len(c.want))
			for peer, want := range c.want {
				r := componenttest.Find(t, g, egressType, "rotation-lambda-to-"+peer)
				assert.Equal(t, want, fmt.Sprintf("%v:%v", componenttest.Input(t, r, "referencedSecurityGroupId"), componenttest.Input(t, r, "toPort")))
				assert.Equal(t, componenttest.Input(t, r, "fromPort"), componenttest.Input(t, r, "toPort"))
			}
		})
	}
}

func statements(t *testing.T, args *rotation.Args) map[string]any {
	t.Helper()
	document := componenttest.JSON(t, componenttest.Find(t, planned(t, args), policyType, "rotation-lambda-policy"), "policy")
	found := map[string]any{}
	for _, s := range document["Statement"].([]any) {
		statement := s.(map[string]any)
		sid := statement["Sid"].(string)
		delete(statement, "Sid")
		found[sid] = statement
	}
	for _, ofEveryFunction := range []string{
		"WriteLogs", "SendTraces", "ConnectToVpc", "DenyNetworkToCode", "DecryptEnvironment",
		"SendToRotationLambdaDeadLetters", "EncryptForRotationLambdaDeadLetters",
	} {
		require.Contains(t, found, ofEveryFunction)
		delete(found, ofEveryFunction)
	}
	return found
}

func TestTheFunctionMayDoNothingElse(t *testing.T) {
	rotate := []any{
		"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage",
	}
	key := map[string]any{
		"Effect": "Allow", "Action": []any{"kms:Decrypt", "kms:GenerateDataKey"}, "Resource": "secrets-key",
		"Condition": map[string]any{"StringEquals": map[string]any{"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"}},
	}
	assert.Equal(t, map[string]any{
		"RotateSecrets": map[string]any{
			"Effect": "Allow", "Action": rotate,
			"Resource": []any{arn("db-master-password"), arn("db-password"), arn("jwt-signing-key"), arn("redis-password")},
		},
		"UseKeyOfSecrets": key,
		"ChangeCacheUsers": map[string]any{
			"Effect": "Allow", "Action": []any{"elasticache:DescribeUsers", "elasticache:ModifyUser"},
			"Resource": "arn:aws:elasticache:us-east-1:123456789012:user:careconnect-prod-app",
		},
	}, statements(t, production()))
	assert.Equal(t, map[string]any{
		"RotateSecrets":   map[string]any{"Effect": "Allow", "Action": rotate, "Resource": arn("db-password")},
		"UseKeyOfSecrets": key,
		"ReadMasterSecret": map[string]any{
			"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1-AbCdEf",
		},
	}, statements(t, managed()))
}

// Only Secrets Manager of this account may invoke the function.
func TestInvokers(t *testing.T) {
	g := planned(t, production())
	require.Len(t, g.OfType("aws:lambda/permission:Permission"), 1)
	r := g.OfType("aws:lambda/permission:Permission")[0]
	assert.Equal(t, "secretsmanager.amazonaws.com", componenttest.Input(t, r, "principal"))
	assert.Equal(t, componenttest.Account, componenttest.Input(t, r, "sourceAccount"))
}

func TestControls(t *testing.T) {
	result, err := catalogue.Audit(planned(t, production()), policy.Options{
		Only: []string{"FN-1", "FN-2", "FN-3", "FN-4", "X-FN-ENV", "X-SQS-KMS", "X-SQS-TLS", "CW-2", "CW-3", "IAM-1", "IAM-2", "IAM-3", "IAM-4"},
		Now:  time.Unix(0, 0),
	})
	require.NoError(t, err)
	assert.Empty(t, result.Findings)
	for _, control := range result.Controls {
		assert.Equal(t, policy.Compliant, control.Outcome, control.Control.ID)
	}
}

// A secret of components/secrets satisfies SM-1 as soon as it rotates here, and not before.
func TestASecretThatRotatesSatisfiesItsControl(t *testing.T) {
	for rotates, want := range map[bool]policy.Outcome{true: policy.Compliant, false: policy.NonCompliant} {
		g := componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			made, err := secrets.New(ctx, "secrets", &secrets.Args{
				KeyArn: pulumi.String("secrets-key"), NamePattern: "{Secret}", RecoveryWindowDays: 30,
				Secrets: []secrets.Secret{{Name: "jwt", Description: "Signs sessions"}},
			}, opts...)
			if err != nil || !rotates {
				return err
			}
			args := keysOnly()
			args.Secrets[0].Arn = made.Arn("jwt")
			_, err = rotation.New(ctx, "rotation", args, opts...)
			return err
		})
		stack := inspect.NewStack(g)
		stack.PHI = true
		result, err := policy.Audit(stack, []*policy.Control{catalogue.Lookup("SM-1")}, policy.Options{})
		require.NoError(t, err)
		assert.Equal(t, want, result.Controls[0].Outcome, "rotates: %t", rotates)
	}
}

// reminding is production with a secret that a third party issues.
func reminding() *rotation.Args {
	return changed(func(a *rotation.Args) {
		a.ByHand = []rotation.ByHand{{Name: "stripe", Arn: pulumi.String(arn("stripe"))}, {Name: "openai", Arn: pulumi.String(arn("openai"))}}
		a.AlarmTopicArn = pulumi.String("topic")
	})
}

func TestRemindersOfSecretsThatAPersonChanges(t *testing.T) {
	g := planned(t, reminding())
	componenttest.AssertTree(t, g, component, "rotation")
	require.Len(t, g.OfType(alarmType), 2)
	filter := componenttest.Find(t, g, "aws:cloudwatch/logMetricFilter:LogMetricFilter", "rotation-ages")
	assert.Equal(t, "/aws/lambda/careconnect-prod-rotation", componenttest.Input(t, filter, "logGroupName"))
	assert.Equal(t, "{ $.ageDays >= 0 }", componenttest.Input(t, filter, "pattern"))
	assert.Equal(t, map[string]any{
		"namespace": "Carebase/careconnect-prod-rotation", "name": "SecretAge", "value": "$.ageDays", "dimensions": map[string]any{"Secret": "$.secret"},
	}, componenttest.Input(t, filter, "metricTransformation"))
	for _, name := range []string{"stripe", "openai"} {
		alarm := componenttest.Find(t, g, alarmType, "rotation-age-"+name)
		for path, want := range map[string]any{
			"namespace": "Carebase/careconnect-prod-rotation", "metricName": "SecretAge", "dimensions": map[string]any{"Secret": arn(name)},
			"statistic": "Maximum", "comparisonOperator": "GreaterThanOrEqualToThreshold", "threshold": 80.0, "period": 86400.0,
			"evaluationPeriods": 2.0, "datapointsToAlarm": 1.0, "treatMissingData": "ignore", "alarmActions": []any{"topic"},
		} {
			assert.Equal(t, want, componenttest.Input(t, alarm, path), path)
		}
		assert.Contains(t, componenttest.Input(t, alarm, "alarmDescription"), "docs/operations.md#secret-age")
	}
	schedule := componenttest.Find(t, g, "aws:scheduler/schedule:Schedule", "rotation-lambda-schedule-ages")
	assert.Equal(t, "rate(1 day)", componenttest.Input(t, schedule, "scheduleExpression"))
	assert.Equal(t, `{"Step":"reportAge"}`, componenttest.Input(t, schedule, "target.input"))
	assert.Equal(t, map[string]any{
		"Effect": "Allow", "Action": "secretsmanager:ListSecretVersionIds", "Resource": []any{arn("openai"), arn("stripe")},
	}, statements(t, reminding())["ReadAges"])
	r := componenttest.Find(t, g, functionType, "rotation-lambda-function")
	c, err := config.Decode(componenttest.Input(t, r, "environment.variables."+config.Variable).(string))
	require.NoError(t, err)
	assert.Equal(t, []string{arn("openai"), arn("stripe")}, c.ByHand)
	assert.Len(t, c.Secrets, 4)

	onlyReminders := changed(func(a *rotation.Args) {
		*a = *reminding()
		a.Secrets, a.Database, a.Cache = nil, nil, nil
	})
	assert.Len(t, planned(t, onlyReminders).OfType(alarmType), 2)
	assert.NotContains(t, statements(t, onlyReminders), "RotateSecrets")
	assert.Empty(t, planned(t, production()).OfType(alarmType))
}

func TestArgumentsAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*rotation.Args)
		want   []string
	}{
		"no name of the function": {func(a *rotation.Args) { a.FunctionName = "" }, []string{`FunctionName = ""`}},
		"no archive":              {func(a *rotation.Args) { a.Archive = "" }, []string{"Archive is missing"}},
		"too seldom":              {func(a *rotation.Args) { a.AfterDays = 91 }, []string{"AfterDays = 91: allowed is 1 to 90"}},
		"never":                   {func(a *rotation.Args) { a.AfterDays = 0 }, []string{"AfterDays = 0"}},
		"no secrets":              {func(a *rotation.Args) { a.Secrets = nil }, []string{"Secrets is missing"}},
		"no name":                 {func(a *rotation.Args) { a.Secrets[0].Name = "" }, []string{`Secrets[0].Name = ""`}},
		"the same name":           {func(a *rotation.Args) { a.Secrets[0].Name = "db-password" }, []string{`Secrets[1].Name = "db-password"`}},
		"no ARN":                  {func(a *rotation.Args) { a.Secrets[0].Arn = nil }, []string{"Secrets[0].Arn is missing"}},
		"no strategy":             {func(a *rotation.Args) { a.Secrets[0].Strategy = "" }, []string{`strategy ""`}},
		"no user":                 {func(a *rotation.Args) { a.Secrets[1].User = "" }, []string{`Secrets[1] = "db-password": allowed is user ""`}},
		"no user ID":              {func(a *rotation.Args) { a.Secrets[3].UserID = "" }, []string{`userId ""`}},
		"no database":             {func(a *rotation.Args) { a.Database = nil }, []string{"database-role needs a database", "database-master needs a database"}},
		"no cache":                {func(a *rotation.Args) { a.Cache = nil }, []string{"cache-user needs a cache"}},
		"two master secrets": {
			func(a *rotation.Args) { a.Secrets[1].Strategy = config.DatabaseMaster },
			[]string{`"2 secrets with the strategy database-master": allowed is one at most`},
		},
		"no master secret": {func(a *rotation.Args) { a.Secrets = a.Secrets[:2] }, []string{`Database.MasterSecretArn = "given: false"`}},
		"both master secrets": {
			func(a *rotation.Args) { a.Database.MasterSecretArn = pulumi.String("x") }, []string{`Database.MasterSecretArn = "given: true"`},
		},
		"a reminder without a topic": {
			func(a *rotation.Args) { a.ByHand = []rotation.ByHand{{Name: "stripe", Arn: pulumi.String("x")}} }, []string{"AlarmTopicArn is missing"},
		},
		"a reminder for a secret that rotates": {
			func(a *rotation.Args) { *a = *reminding(); a.ByHand[0].Name = "db-password" }, []string{`ByHand[0].Name = "db-password"`},
		},
		"a reminder for nothing": {
			func(a *rotation.Args) { *a = *reminding(); a.ByHand[0] = rotation.ByHand{} }, []string{`ByHand[0].Name = ""`, "ByHand[0].Arn is missing"},
		},
		"everything else at once": {
			func(a *rotation.Args) {
				a.Database.Address, a.Database.Port, a.Database.Name, a.Database.SecurityGroupID = nil, 0, "", nil
				a.Cache.Address, a.Cache.Port, a.Cache.SecurityGroupID = nil, 0, nil
				a.VpcID, a.SubnetIDs, a.EndpointSecurityGroupID = nil, nil, nil
				a.SecretsKeyArn, a.KeyArn, a.LogsKeyArn = nil, nil, nil
			},
			[]string{
				"13 problems", "Database.Address", "Database.Port", "Database.Name", "Database.SecurityGroupID", "Cache.Address", "Cache.Port",
				"Cache.SecurityGroupID", "VpcID", "SubnetIDs", "EndpointSecurityGroupID", "SecretsKeyArn", "\n  - KeyArn", "LogsKeyArn",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := refused(t, changed(c.change))
			for _, want := range c.want {
				assert.ErrorContains(t, err, want)
			}
		})
	}
	t.Run("none", func(t *testing.T) { assert.ErrorContains(t, refused(t, nil), "Args is missing") })
}

func refused(t *testing.T, args *rotation.Args) error {
	t.Helper()
	return componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := rotation.New(ctx, "rotation", args, opts...)
		return err
	})
}

func TestOrderDoesNotMatter(t *testing.T) {
	one, err := planned(t, production()).JSON()
	require.NoError(t, err)
	other, err := planned(t, changed(func(a *rotation.Args) { a.Secrets[0], a.Secrets[3] = a.Secrets[3], a.Secrets[0] })).JSON()
	require.NoError(t, err)
	assert.Equal(t, string(one), string(other))
}

func TestCallersOptionsRegionAndStability(t *testing.T) {
	build := func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		args := production()
		args.FunctionName = filepath.Base(name)
		for i := range args.Secrets {
			args.Secrets[i].Arn = pulumi.String("arn-of-" + args.Secrets[i].Name)
		}
		_, err := rotation.New(ctx, name, args, opts...)
		return err
	}
	componenttest.AssertRegion(t, build)
	componenttest.AssertOptionsStay(t, build)
	componenttest.AssertStable(t, build)
}

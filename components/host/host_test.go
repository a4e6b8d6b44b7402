package host_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/host"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/catalogue"
	"github.com/carebase/carebase/policy/inspect"
)

const (
	component      = "carebase:host:Host"
	instanceType   = "aws:ec2/instance:Instance"
	templateType   = "aws:ec2/launchTemplate:LaunchTemplate"
	nicType        = "aws:ec2/networkInterface:NetworkInterface"
	eipType        = "aws:ec2/eip:Eip"
	groupType      = "aws:ec2/securityGroup:SecurityGroup"
	egressType     = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	ingressType    = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	volumeType     = "aws:ebs/volume:Volume"
	attachedType   = "aws:ec2/volumeAttachment:VolumeAttachment"
	roleType       = "aws:iam/role:Role"
	policyType     = "aws:iam/policy:Policy"
	attachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	profileType    = "aws:iam/instanceProfile:InstanceProfile"
	logGroupType   = "aws:cloudwatch/logGroup:LogGroup"
	alarmType      = "aws:cloudwatch/metricAlarm:MetricAlarm"
	documentType   = "aws:ssm/document:Document"
	lifecycleType  = "aws:dlm/lifecyclePolicy:LifecyclePolicy"
)

const composeFile = `services:
  backend:
    image: ghcr.io/highlandpc/vantrexia/backend:${TAG}
    env_file: [{path: /run/carebase/env, format: raw}]
    environment:
      BUCKET: ${BUCKET}
`

// admin are the arguments of a private host with nothing optional.
func admin() *host.Args {
	return &host.Args{
		HostName: "careconnect-prod-admin", InstanceType: "t4g.small",
		VpcID: pulumi.String("vpc-1"), SubnetID: pulumi.String("subnet-a"), AvailabilityZone: pulumi.String("zone-a"),
		RootGiB: 20, SnapshotDays: 14,
		KeyArn: pulumi.String("data-key"), LogsKeyArn: pulumi.String("logs-key"), LogRetentionDays: 365,
		TopicArn: pulumi.String("topic"),
	}
}

// application are the arguments of a public host with everything.
func application() *host.Args {
	args := admin()
	args.HostName, args.InstanceType, args.ImageID = "vantrexia-prod", "t4g.medium", "ami-0123456789abcdef0"
	args.Public, args.InternetEgress, args.Protect, args.DataGiB = true, true, true, 50
	args.Ingress = []host.Ingress{
		{Port: 443, CIDRs: []string{"173.245.48.0/20", "104.16.0.0/13"}}, {Port: 80, CIDRs: []string{"173.245.48.0/20"}},
	}
	args.Packages = []string{"postgresql15"}
	args.Secrets = map[string]host.SecretRef{
		"SECRET_KEY":   {Arn: pulumi.String("secret-key-arn")},
		"DATABASE_URL": {Arn: pulumi.String("database-arn"), JSONKey: "url"},
		"DB_PASSWORD":  {Arn: pulumi.String("database-arn"), JSONKey: "password"},
		"GHCR_TOKEN":   {Arn: pulumi.String("token-arn")},
	}
	args.SecretsKeyArn = pulumi.String("secrets-key")
	args.Compose = &host.Compose{
		File: composeFile, Environment: map[string]pulumi.StringInput{"BUCKET": pulumi.String("files")},
		HealthURL: "http://localhost/health/", HealthSeconds: 60, Migration: "backend python manage.py migrate --noinput",
		Version: "2.39.4", SHA256: strings.Repeat("0a", 32),
		Registry: &host.Registry{Server: "ghcr.io", Username: "deploy", Secret: "GHCR_TOKEN"}, UseHostRole: true,
	}
	args.Policy = []host.Statement{{
		Sid: "PutBackups", Effect: "Allow", Actions: []string{"s3:PutObject"}, Resources: pulumi.StringArray{pulumi.String("backups/*")},
	}}
	return args
}

func build(args *host.Args) func(*pulumi.Context, string, ...pulumi.ResourceOption) error {
	return func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		h, err := host.New(ctx, name, args, opts...)
		if err != nil {
			return err
		}
		if err := h.AllowTo(ctx, "database", pulumi.String("sg-database"), 5432); err != nil {
			return err
		}
		return h.AllowFrom(ctx, "load-balancer", pulumi.String("sg-balancer"), 8080)
	}
}

func program(args *host.Args) componenttest.Program {
	return func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		return build(args)(ctx, "app", opts...)
	}
}

func planned(t *testing.T, args *host.Args) *graph.Graph {
	t.Helper()
	return componenttest.Plan(t, "us-east-1", program(args))
}

// run is a plan of a program that may fail after it registered resources.
func run(args *host.Args) error {
	_, err := plan.Run(plan.Program{Project: "careconnect", Stack: "test", Run: func(ctx *pulumi.Context) error {
		opts, err := componenttest.Providers(ctx, "us-east-1", "")
		if err != nil {
			return err
		}
		return program(args)(ctx, opts...)
	}})
	return err
}

func inputs(t *testing.T, g *graph.Graph, typ, name string, want map[string]any) {
	t.Helper()
	r := componenttest.Find(t, g, typ, name)
	for path, value := range want {
		assert.Equal(t, value, componenttest.Input(t, r, path), "%s of %s", path, name)
	}
}

func statements(t *testing.T, g *graph.Graph, typ, name, input string) map[string]map[string]any {
	t.Helper()
	bySid := map[string]map[string]any{}
	for _, s := range componenttest.JSON(t, componenttest.Find(t, g, typ, name), input)["Statement"].([]any) {
		bySid[s.(map[string]any)["Sid"].(string)] = s.(map[string]any)
	}
	return bySid
}

func userData(t *testing.T, g *graph.Graph) string {
	t.Helper()
	return componenttest.Input(t, componenttest.Find(t, g, instanceType, "app-instance"), "userData").(string)
}

func TestHostHasItsChildren(t *testing.T) {
	least := map[string]int{
		component: 1, instanceType: 1, templateType: 1, nicType: 1, groupType: 1, egressType: 1, ingressType: 1, roleType: 2, policyType: 2,
		attachmentType: 2, profileType: 1, logGroupType: 2, alarmType: 4, documentType: 1, lifecycleType: 1,
	}
	assert.Equal(t, least, componenttest.Counts(planned(t, admin())))
	for typ, more := range map[string]int{
		eipType: 1, egressType: 1, ingressType: 3, volumeType: 1, attachedType: 1, logGroupType: 1, alarmType: 1, documentType: 1,
	} {
		least[typ] += more
	}
	assert.Equal(t, least, componenttest.Counts(planned(t, application())))
}

func TestInstance(t *testing.T) {
	g, options := componenttest.Options(t, "us-east-1", program(application()))
	inputs(t, g, instanceType, "app-instance", map[string]any{
		"instanceType": "t4g.medium", "launchTemplate.id": "${app-launch-template.id}", "iamInstanceProfile": "${app-profile.name}",
		"primaryNetworkInterface.networkInterfaceId": "${app-network-interface.id}", "monitoring": true, "userDataReplaceOnChange": true,
		"keyName": nil, "ami": nil, "subnetId": nil, "vpcSecurityGroupIds": nil, "associatePublicIpAddress": nil,
		"tags": map[string]any{"Name": "vantrexia-prod", "Host": "vantrexia-prod"},
	})
	assert.True(t, options["app-instance"].DeleteBeforeReplace, "the interface and the volume belong to one instance at a time")
	assert.Equal(t, []string{"launchTemplate.version"}, options["app-instance"].ReplaceOnChanges)

	// The version of the template is part of the instance, so that a new version replaces it.
	r := componenttest.Find(t, g, instanceType, "app-instance")
	assert.Contains(t, r.PropertyDependencies["launchTemplate"], componenttest.Find(t, g, templateType, "app-launch-template").URN)
	version := r.Inputs.Get("launchTemplate").AsMap().Get("version")
	assert.True(t, version.IsComputed(), "the version is known only to EC2: %v", version)
}

func TestLaunchTemplate(t *testing.T) {
	volume := "blockDeviceMappings[0].ebs."
	inputs(t, planned(t, admin()), templateType, "app-launch-template", map[string]any{
		"imageId":                      "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
		"metadataOptions.httpEndpoint": "enabled", "metadataOptions.httpTokens": "required", "metadataOptions.httpPutResponseHopLimit": 1.0,
		"blockDeviceMappings[0].deviceName": "/dev/xvda", volume + "volumeType": "gp3", volume + "volumeSize": 20.0,
		volume + "encrypted": "true", volume + "kmsKeyId": "data-key", volume + "deleteOnTermination": "true",
		"keyName": nil, "userData": nil, "networkInterfaces": nil, "vpcSecurityGroupIds": nil,
	})
	inputs(t, planned(t, application()), templateType, "app-launch-template", map[string]any{
		"imageId": "ami-0123456789abcdef0", "metadataOptions.httpPutResponseHopLimit": 2.0,
	})
	args := application()
	args.Compose.UseHostRole = false
	inputs(t, planned(t, args), templateType, "app-launch-template", map[string]any{"metadataOptions.httpPutResponseHopLimit": 1.0})
}

// What the next host gets.
func TestAddressAndDataOutlastTheInstance(t *testing.T) {
	g, options := componenttest.Options(t, "us-east-1", program(application()))
	inputs(t, g, nicType, "app-network-interface", map[string]any{
		"subnetId": "subnet-a", "securityGroups": []any{"${app-security-group.id}"},
	})
	inputs(t, g, eipType, "app-address", map[string]any{"domain": "vpc", "networkInterface": "${app-network-interface.id}", "instance": nil})
	inputs(t, g, volumeType, "app-data-volume", map[string]any{
		"availabilityZone": "zone-a", "type": "gp3", "size": 50.0, "encrypted": true, "kmsKeyId": "data-key", "finalSnapshot": true,
	})
	inputs(t, g, attachedType, "app-data-attachment", map[string]any{
		"instanceId": "${app-instance.id}", "volumeId": "${app-data-volume.id}", "deviceName": "/dev/sdf", "stopInstanceBeforeDetaching": true,
	})
	assert.True(t, options["app-data-attachment"].DeleteBeforeReplace)
	for _, name := range []string{"app-network-interface", "app-address", "app-data-volume"} {
		for _, r := range g.Resources {
			if r.Name == name {
				assert.True(t, r.Protect, name)
			}
		}
	}
	assert.False(t, componenttest.Find(t, g, instanceType, "app-instance").Protect, "the instance can be replaced")

	private := planned(t, admin())
	assert.Empty(t, private.OfType(eipType))
	assert.Empty(t, private.OfType(volumeType))
	assert.False(t, componenttest.Find(t, private, nicType, "app-network-interface").Protect)
}

func TestWhoReachesTheHostAndWhomItReaches(t *testing.T) {
	g := planned(t, application())
	got := map[string]map[string]any{}
	for _, typ := range []string{ingressType, egressType} {
		for _, r := range g.OfType(typ) {
			in := r.Readable()
			delete(in, "description")
			got[r.Name] = in
		}
	}
	rule := func(port float64, peer, value string) map[string]any {
		return map[string]any{"securityGroupId": "${app-security-group.id}", "ipProtocol": "tcp", "fromPort": port, "toPort": port, peer: value}
	}
	assert.Equal(t, map[string]map[string]any{
		"app-from-173-245-48-0-20-to-443": rule(443, "cidrIpv4", "173.245.48.0/20"),
		"app-from-104-16-0-0-13-to-443":   rule(443, "cidrIpv4", "104.16.0.0/13"),
		"app-from-173-245-48-0-20-to-80":  rule(80, "cidrIpv4", "173.245.48.0/20"),
		"app-from-load-balancer":          rule(8080, "referencedSecurityGroupId", "sg-balancer"),
		"app-to-internet":                 rule(443, "cidrIpv4", "0.0.0.0/0"),
		"app-to-database":                 rule(5432, "referencedSecurityGroupId", "sg-database"),
	}, got)
	assert.Len(t, planned(t, admin()).OfType(egressType), 1, "no way to the internet unless asked for")
}

func TestRoleMayDoNothingElse(t *testing.T) {
	agent := []any{
		"ec2messages:AcknowledgeMessage", "ec2messages:DeleteMessage", "ec2messages:FailMessage", "ec2messages:GetEndpoint",
		"ec2messages:GetMessages", "ec2messages:SendReply", "ssm:DescribeAssociation", "ssm:DescribeDocument",
		"ssm:GetDeployablePatchSnapshotForInstance", "ssm:GetDocument", "ssm:GetManifest", "ssm:ListAssociations",
		"ssm:ListInstanceAssociations", "ssm:PutComplianceItems", "ssm:PutConfigurePackageResult", "ssm:PutInventory",
		"ssm:UpdateAssociationStatus", "ssm:UpdateInstanceAssociationStatus", "ssm:UpdateInstanceInformation",
	}
	allow := func(sid string, action, resource any, conditions ...map[string]any) map[string]any {
		s := map[string]any{"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource}
		for _, condition := range conditions {
			s["Condition"] = map[string]any{"StringEquals": condition}
		}
		return s
	}
	want := map[string]map[string]any{
		"RunCommands": allow("RunCommands", agent, "*"),
		"OpenSessions": allow("OpenSessions", []any{
			"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
		}, "*"),
		"EncryptSessions": allow("EncryptSessions", "kms:Decrypt", "logs-key"),
		"WriteLogs": allow("WriteLogs", []any{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
			[]any{"${app-system-logs.arn}:*", "${app-sessions-logs.arn}:*"}),
		"FindLogGroups": allow("FindLogGroups", "logs:DescribeLogGroups", "*"),
		"PutMetrics":    allow("PutMetrics", "cloudwatch:PutMetricData", "*", map[string]any{"cloudwatch:namespace": "CWAgent"}),
	}
	assert.Equal(t, want, statements(t, planned(t, admin()), policyType, "app-policy", "policy"))

	g := planned(t, application())
	want["WriteLogs"]["Resource"] = append(want["WriteLogs"]["Resource"].([]any), "${app-containers-logs.arn}:*")
	want["ReadSecrets"] = allow("ReadSecrets", "secretsmanager:GetSecretValue", []any{"database-arn", "token-arn", "secret-key-arn"})
	want["DecryptSecrets"] = allow("DecryptSecrets", "kms:Decrypt", "secrets-key",
		map[string]any{"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"})
	want["PutBackups"] = allow("PutBackups", "s3:PutObject", "backups/*")
	assert.Equal(t, want, statements(t, g, policyType, "app-policy", "policy"))
	assert.Equal(t, map[string]map[string]any{"Ec2": {
		"Sid": "Ec2", "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"Service": "ec2.amazonaws.com"},
	}}, statements(t, g, roleType, "app-role", "assumeRolePolicy"))
	inputs(t, g, profileType, "app-profile", map[string]any{"role": "${app-role.name}"})
}

func TestLogsAreEncryptedAndKept(t *testing.T) {
	g := planned(t, application())
	for _, what := range []string{"system", "sessions", "containers"} {
		inputs(t, g, logGroupType, "app-"+what+"-logs", map[string]any{
			"name": "/host/vantrexia-prod/" + what, "kmsKeyId": "logs-key", "retentionInDays": 365.0,
		})
	}
}

func TestSnapshots(t *testing.T) {
	g := planned(t, application())
	inputs(t, g, lifecycleType, "app-snapshot-policy", map[string]any{
		"state": "ENABLED", "executionRoleArn": "${app-snapshots-role.arn}",
		"policyDetails": map[string]any{
			"resourceTypes": []any{"INSTANCE"}, "targetTags": map[string]any{"Host": "vantrexia-prod"},
			"schedules": []any{map[string]any{
				"name": "daily", "createRule": map[string]any{"interval": 24.0, "intervalUnit": "HOURS", "times": "03:00"},
				"retainRule": map[string]any{"count": 14.0}, "tagsToAdd": map[string]any{"Name": "vantrexia-prod", "Host": "vantrexia-prod"},
			}},
		},
	})
	mine := statements(t, g, policyType, "app-snapshots-policy", "policy")
	require.Len(t, mine, 4)
	assert.Equal(t, map[string]any{
		"Sid": "DeleteOwnSnapshots", "Effect": "Allow", "Action": "ec2:DeleteSnapshot", "Resource": "arn:aws:ec2:us-east-1::snapshot/*",
		"Condition": map[string]any{"StringEquals": map[string]any{"aws:ResourceTag/Host": "vantrexia-prod"}},
	}, mine["DeleteOwnSnapshots"])
	assert.Equal(t, []any{
		"arn:aws:ec2:us-east-1:123456789012:instance/*", "arn:aws:ec2:us-east-1:123456789012:volume/*", "arn:aws:ec2:us-east-1::snapshot/*",
	}, mine["TakeSnapshots"]["Resource"])
	assert.Equal(t, map[string]any{
		"StringEquals": map[string]any{"aws:SourceAccount": "123456789012"},
		"ArnLike":      map[string]any{"aws:SourceArn": "arn:aws:dlm:us-east-1:123456789012:policy/*"},
	}, statements(t, g, roleType, "app-snapshots-role", "assumeRolePolicy")["LifecyclePolicies"]["Condition"])
}

func TestAlarms(t *testing.T) {
	g := planned(t, application())
	require.Len(t, g.OfType(alarmType), 5)
	disk := map[string]any{"InstanceId": "${app-instance.id}", "fstype": "xfs"}
	on := func(path string) map[string]any {
		return map[string]any{"InstanceId": disk["InstanceId"], "fstype": "xfs", "path": path}
	}
	instance := map[string]any{"InstanceId": "${app-instance.id}"}
	for name, want := range map[string]map[string]any{
		"status": {
			"namespace": "AWS/EC2", "metricName": "StatusCheckFailed", "dimensions": instance, "threshold": 0.0, "period": 60.0,
			"evaluationPeriods": 2.0, "statistic": "Maximum", "treatMissingData": "breaching",
			"alarmDescription": "PAGE: The host fails its status checks, or is stopped. Runbook: docs/operations.md#host-status",
		},
		"cpu":       {"namespace": "AWS/EC2", "metricName": "CPUUtilization", "dimensions": instance, "threshold": 80.0, "period": 300.0, "evaluationPeriods": 2.0},
		"memory":    {"namespace": "CWAgent", "metricName": "mem_used_percent", "dimensions": instance, "threshold": 85.0, "treatMissingData": "breaching"},
		"disk":      {"namespace": "CWAgent", "metricName": "disk_used_percent", "dimensions": on("/"), "threshold": 85.0, "treatMissingData": "ignore"},
		"disk-data": {"metricName": "disk_used_percent", "dimensions": on("/data"), "threshold": 85.0},
	} {
		want["name"], want["comparisonOperator"] = "vantrexia-prod-"+name, "GreaterThanThreshold"
		// Who hears of it is told, and nothing recovers or reboots the host.
		want["alarmActions"], want["okActions"] = []any{"topic"}, []any{"topic"}
		inputs(t, g, alarmType, "app-"+name+"-alarm", want)
	}
	assert.Len(t, planned(t, admin()).OfType(alarmType), 4)
}

func document(t *testing.T, g *graph.Graph, name string) map[string]any {
	t.Helper()
	return componenttest.JSON(t, componenttest.Find(t, g, documentType, name), "content")
}

func TestSessionsAreEncryptedAndRecorded(t *testing.T) {
	g, options := componenttest.Options(t, "us-east-1", program(application()))
	inputs(t, g, documentType, "app-session-document", map[string]any{
		"name": "vantrexia-prod-session", "documentType": "Session", "documentFormat": "JSON",
	})
	assert.Equal(t, map[string]any{
		"cloudWatchLogGroupName": "/host/vantrexia-prod/sessions", "cloudWatchEncryptionEnabled": true, "cloudWatchStreamingEnabled": true,
		"kmsKeyId": "logs-key", "idleSessionTimeout": "20", "maxSessionDuration": "120", "runAsEnabled": false,
	}, document(t, g, "app-session-document")["inputs"])
	for _, name := range []string{"app-session-document", "app-deploy-document", "app-snapshot-policy"} {
		assert.Equal(t, "7.41.0", options[name].Version, "untyped resources have the version of the SDK")
	}
}

func TestDeployDocument(t *testing.T) {
	g := planned(t, application())
	inputs(t, g, documentType, "app-deploy-document", map[string]any{"name": "vantrexia-prod-deploy", "documentType": "Command"})
	content := document(t, g, "app-deploy-document")
	assert.Equal(t, map[string]any{"tag": map[string]any{
		"type": "String", "description": "The tag of the images, which names one build", "allowedPattern": "^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$",
	}}, content["parameters"])
	step := content["mainSteps"].([]any)[0].(map[string]any)
	var lines []string
	for _, line := range step["inputs"].(map[string]any)["runCommand"].([]any) {
		lines = append(lines, line.(string))
	}
	assert.Contains(t, lines, "tag='{{ tag }}'")
	assert.Contains(t, lines, "BUCKET='files'")
	assert.Contains(t, lines, "    image: ghcr.io/highlandpc/vantrexia/backend:${TAG}")
	script := strings.Join(lines, "\n")
	assert.Equal(t, 2, strings.Count(script, "{{"), "Systems Manager would take anything else in braces for a parameter")
	assert.NotContains(t, script, "secret-key-arn")
	assert.Len(t, planned(t, admin()).OfType(documentType), 1, "no deployments without containers")
}

// Another Compose file, tag variable or bucket changes the document, and neither the instance nor its template.
func TestApplicationsChangeWithoutReplacingTheHost(t *testing.T) {
	before, args := planned(t, application()), application()
	args.Compose.File += "      DEBUG: 'no'\n"
	args.Compose.Environment["BUCKET"] = pulumi.String("other")
	after := planned(t, args)
	for _, name := range []struct{ typ, name string }{{instanceType, "app-instance"}, {templateType, "app-launch-template"}} {
		assert.Equal(t, componenttest.Find(t, before, name.typ, name.name).Readable(), componenttest.Find(t, after, name.typ, name.name).Readable())
	}
	assert.NotEqual(t, document(t, before, "app-deploy-document"), document(t, after, "app-deploy-document"))
}

func TestUserDataNamesSecretsAndContainsNone(t *testing.T) {
	text := userData(t, planned(t, application()))
	assert.Contains(t, text, "DATABASE_URL|database-arn|url\nDB_PASSWORD|database-arn|password\nGHCR_TOKEN|token-arn|\nSECRET_KEY|secret-key-arn|\n")
	assert.Contains(t, text, "volume=${app-data-volume.id}")
	assert.Contains(t, text, "/v2.39.4/docker-compose-linux-aarch64")
	assert.Contains(t, text, strings.Repeat("0a", 32))
	assert.NotContains(t, text, "BUCKET", "the application's variables are in the deploy document")
	assert.False(t, componenttest.IsSecret(componenttest.Find(t, planned(t, application()), instanceType, "app-instance"), "userData"))

	plain := userData(t, planned(t, admin()))
	for _, absent := range []string{"docker", "carebase-secrets", "/data", "secretsmanager"} {
		assert.NotContains(t, plain, absent)
	}
}

// A value that a program puts where a name belongs is refused, known or not.
func TestSecretsCannotGetIntoTheHostsConfiguration(t *testing.T) {
	secret := pulumi.ToSecret(pulumi.String("hunter2")).(pulumi.StringOutput)
	late := pulumi.Sprintf("postgres://app:%s@db/care", "hunter2")
	for want, change := range map[string]func(*host.Args){
		"user data would contain a secret":             func(a *host.Args) { a.Secrets["SECRET_KEY"] = host.SecretRef{Arn: secret} },
		"user data would contain a password in a URL":  func(a *host.Args) { a.Secrets["SECRET_KEY"] = host.SecretRef{Arn: late} },
		"Environment[BUCKET] contains a secret":        func(a *host.Args) { a.Compose.Environment["BUCKET"] = secret },
		"Environment[BUCKET] contains a password in a": func(a *host.Args) { a.Compose.Environment["BUCKET"] = late },
		"one line without single quotes":               func(a *host.Args) { a.Compose.Environment["BUCKET"] = pulumi.Sprintf("a'%s", "b") },
		"one line without single quotes and {{":        func(a *host.Args) { a.Compose.Environment["BUCKET"] = pulumi.Sprintf("{{%s", "b") },
		"EC2 takes 16384":                              func(a *host.Args) { a.Packages = []string{strings.Repeat("a", 11000)} },
		"user data would contain an AWS access key": func(a *host.Args) {
			a.Secrets["SECRET_KEY"] = host.SecretRef{Arn: pulumi.String("AKIAABCDEFGHIJKLMNOP")}
		},
	} {
		args := application()
		change(args)
		err := run(args)
		require.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), "hunter2")
	}
}

func TestControlsOfHosts(t *testing.T) {
	private := []string{
		"EC2-1", "EC2-2", "EC2-3", "EC2-4", "EC2-5", "EC2-7", "EC2-8", "EC2-9", "IAM-1", "IAM-2", "IAM-3", "IAM-4", "CW-1", "CW-2", "CW-3",
	}
	for name, c := range map[string]struct {
		args  *host.Args
		found []string
	}{
		"private": {admin(), nil},
		"public":  {application(), []string{"EC2-2"}}, // for which the stack has an exception
	} {
		result, err := catalogue.Audit(planned(t, c.args), policy.Options{Only: private, Now: time.Unix(0, 0)})
		require.NoError(t, err)
		var found []string
		for _, finding := range result.Findings {
			found = append(found, finding.Control.ID)
		}
		assert.Equal(t, c.found, found, name)
		for _, control := range result.Controls {
			assert.NotEqual(t, policy.NotApplicable, control.Outcome, control.Control.ID)
		}
	}
}

// EC2-10 is for stacks with PHI, which the catalogue reads from a tag.
func TestHostsAndVolumesAreBackedUp(t *testing.T) {
	g := planned(t, application())
	stack := inspect.NewStack(g)
	stack.PHI = true
	findings := catalogue.Lookup("EC2-10").Run(stack)
	require.Len(t, findings, 2, "the instance and the data volume")
	for _, finding := range findings {
		assert.Equal(t, policy.Compliant, finding.Outcome, finding.URN)
	}
}

func TestOutputs(t *testing.T) {
	of := func(args *host.Args) []any {
		return componenttest.Outputs(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) ([]pulumi.StringOutput, error) {
			h, err := host.New(ctx, "app", args, opts...)
			if err != nil {
				return nil, err
			}
			return []pulumi.StringOutput{h.InstanceID, h.PrivateIP, h.PublicIP, h.SecurityGroupID, h.RoleArn, h.DataVolumeID}, nil
		})
	}
	assert.Equal(t, []any{
		"${app-instance.id}", "${app-network-interface.privateIp}", "${app-address.publicIp}", "${app-security-group.id}",
		"${app-role.arn}", "${app-data-volume.id}",
	}, of(application()))
	private := of(admin())
	assert.Equal(t, "", private[2])
	assert.Equal(t, "", private[5])
}

func TestRulesOfComponents(t *testing.T) {
	for name, args := range map[string]*host.Args{"least": admin(), "all": application()} {
		t.Run(name, func(t *testing.T) {
			componenttest.AssertTree(t, planned(t, args), component, "app")
			componenttest.AssertRegion(t, build(args))
			componenttest.AssertOptionsStay(t, build(args))
			componenttest.AssertStable(t, build(args))
		})
	}
}

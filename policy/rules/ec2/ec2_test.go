package ec2

import (
	"maps"

	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

const (
	eipType         = "aws:ec2/eip:Eip"
	interfaceType   = "aws:ec2/networkInterface:NetworkInterface"
	metadataDefault = "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults"
	profileType     = "aws:iam/instanceProfile:InstanceProfile"
	roleType        = "aws:iam/role:Role"
	keptPolicyType  = "aws:iam/policy:Policy"
	attachedType    = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	selectionType   = "aws:backup/selection:Selection"
	lifecycleType   = "aws:dlm/lifecyclePolicy:LifecyclePolicy"
	settingType     = "aws:ssm/serviceSetting:ServiceSetting"
	agentPolicy     = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
)

var ec2Fixtures = map[string]Fixture{
	"EC2-1": {
		Satisfied: []Example{
			{About: "required", Resources: []*graph.Resource{examples.Host(Inputs{"metadataOptions": Inputs{"httpTokens": "required"}})}},
			{About: "by the template", Resources: templated(Inputs{}, Inputs{"metadataOptions": Inputs{"httpTokens": "required"}})},
			{About: "no metadata service", Resources: []*graph.Resource{examples.Host(Inputs{"metadataOptions": Inputs{"httpEndpoint": "disabled"}})}},
			{About: "no metadata service by the template", Resources: templated(Inputs{}, Inputs{"metadataOptions": Inputs{"httpEndpoint": "disabled"}})},
			{About: "by the region's default", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(metadataDefault, "defaults", Inputs{"httpTokens": "required"})}},
		},
		Violated: []Example{
			{About: "not set", Property: "metadataOptions.httpTokens", Resources: []*graph.Resource{examples.Host(Inputs{})}},
			{About: "optional", Property: "metadataOptions.httpTokens", Resources: []*graph.Resource{examples.Host(Inputs{"metadataOptions": Inputs{"httpTokens": "optional"}})}},
			{About: "optional in spite of the template", Property: "metadataOptions.httpTokens", Resources: templated(
				Inputs{"metadataOptions": Inputs{"httpTokens": "optional"}}, Inputs{"metadataOptions": Inputs{"httpTokens": "required"}})},
			{About: "optional in a template", Property: "metadataOptions.httpTokens", Resources: []*graph.Resource{
				Resource(launchTemplateType, "template", Inputs{"metadataOptions": Inputs{"httpTokens": "optional"}})}},
			{About: "not set in a launch configuration", Property: "metadataOptions.httpTokens", Resources: []*graph.Resource{Resource(launchConfigType, "config", Inputs{})}},
			{About: "optional for a spot instance", Property: "metadataOptions.httpTokens", Resources: []*graph.Resource{Resource(instances[1], "spot", Inputs{})}},
			{About: "another region's default", Property: "metadataOptions.httpTokens", Resources: []*graph.Resource{
				examples.Host(Inputs{}), InRegion("us-west-2", Resource(metadataDefault, "defaults", Inputs{"httpTokens": "required"}))}},
			{About: "the region's default is optional", Property: "httpTokens", Resources: []*graph.Resource{
				examples.Host(Inputs{}), Resource(metadataDefault, "defaults", Inputs{"httpTokens": "optional"})}},
		},
		Undecided: []Example{{About: "not known", Resources: []*graph.Resource{examples.Host(Inputs{"metadataOptions": Inputs{"httpTokens": Unknown}})}}},
	},
	"EC2-2": {
		Satisfied: []Example{
			{About: "said so", Resources: []*graph.Resource{examples.Host(Inputs{"associatePublicIpAddress": false})}},
			{About: "its subnet gives none", Resources: []*graph.Resource{
				Resource(inspect.SubnetType, "subnet", Inputs{}), examples.Host(Inputs{"subnetId": Ref(inspect.SubnetType, "subnet", "id")})}},
			{About: "an interface of its own", Resources: []*graph.Resource{
				Resource(interfaceType, "nic", Inputs{}), examples.Host(Inputs{"networkInterfaces": []any{Inputs{"networkInterfaceId": Ref(interfaceType, "nic", "id"), "deviceIndex": 0}}})}},
			{About: "an interface elsewhere", Resources: []*graph.Resource{examples.Host(Inputs{"primaryNetworkInterface": Inputs{"networkInterfaceId": "eni-1"}})}},
			{About: "by the template", Resources: templated(Inputs{}, Inputs{"networkInterfaces": []any{Inputs{"associatePublicIpAddress": "false"}}})},
			{About: "a group's template", Resources: grouped(Inputs{}, Inputs{})},
			{About: "a launch configuration", Resources: []*graph.Resource{Resource(launchConfigType, "config", Inputs{})}},
		},
		Violated: []Example{
			{About: "asked for", Property: "associatePublicIpAddress", Resources: []*graph.Resource{examples.Host(Inputs{"associatePublicIpAddress": true})}},
			{About: "given by the subnet", Property: "mapPublicIpOnLaunch", Resources: []*graph.Resource{
				Resource(inspect.SubnetType, "subnet", Inputs{"mapPublicIpOnLaunch": true}), examples.Host(Inputs{"subnetId": Ref(inspect.SubnetType, "subnet", "id")})}},
			{About: "left to a subnet elsewhere", Property: "associatePublicIpAddress", Resources: []*graph.Resource{examples.Host(Inputs{"subnetId": "subnet-1"})}},
			{About: "left to the default subnet", Property: "associatePublicIpAddress", Resources: []*graph.Resource{examples.Host(Inputs{})}},
			{About: "asked for by the template", Property: "networkInterfaces[0].associatePublicIpAddress", Resources: templated(
				Inputs{}, Inputs{"networkInterfaces": []any{Inputs{"associatePublicIpAddress": "true"}}})},
			{About: "given by the template's subnet", Property: "mapPublicIpOnLaunch", Resources: append(
				templated(Inputs{}, Inputs{"networkInterfaces": []any{Inputs{"subnetId": Ref(inspect.SubnetType, "subnet", "id")}}}),
				Resource(inspect.SubnetType, "subnet", Inputs{"mapPublicIpOnLaunch": true}))},
			{About: "asked for by a group's template", Property: "networkInterfaces[0].associatePublicIpAddress", Resources: grouped(
				Inputs{}, Inputs{"networkInterfaces": []any{Inputs{"associatePublicIpAddress": "true"}}})},
			{About: "asked for by a launch configuration", Property: "associatePublicIpAddress", Resources: []*graph.Resource{
				Resource(launchConfigType, "config", Inputs{"associatePublicIpAddress": true})}},
			{About: "an elastic IP", Property: "Eip", Resources: []*graph.Resource{
				examples.Host(Inputs{"associatePublicIpAddress": false}), Resource(eipType, "address", Inputs{"instance": Ref(inspect.InstanceType, "host", "id")})}},
			{About: "an elastic IP, associated", Property: "EipAssociation", Resources: []*graph.Resource{
				examples.Host(Inputs{"associatePublicIpAddress": false}),
				Resource("aws:ec2/eipAssociation:EipAssociation", "association", Inputs{"instanceId": Ref(inspect.InstanceType, "host", "id"), "allocationId": "eipalloc-1"})}},
			{About: "an elastic IP of its interface", Property: "Eip", Resources: []*graph.Resource{
				Resource(interfaceType, "nic", Inputs{}), Resource(eipType, "address", Inputs{"networkInterface": Ref(interfaceType, "nic", "id")}),
				examples.Host(Inputs{"primaryNetworkInterface": Inputs{"networkInterfaceId": Ref(interfaceType, "nic", "id")}})}},
			{About: "an elastic IP associated with its interface", Property: "EipAssociation", Resources: []*graph.Resource{
				Resource(interfaceType, "nic", Inputs{}),
				Resource("aws:ec2/eipAssociation:EipAssociation", "association", Inputs{"networkInterfaceId": Ref(interfaceType, "nic", "id")}),
				examples.Host(Inputs{"networkInterfaces": []any{Inputs{"networkInterfaceId": Ref(interfaceType, "nic", "id")}}})}},
		},
		Undecided: []Example{
			{About: "not known", Resources: []*graph.Resource{examples.Host(Inputs{"associatePublicIpAddress": Unknown})}},
			{About: "subnet not known", Resources: []*graph.Resource{examples.Host(Inputs{"subnetId": Unknown})}},
		},
	},
	"EC2-3": {
		Satisfied: []Example{
			{About: "its own", Resources: []*graph.Resource{examples.Host(Inputs{"iamInstanceProfile": "profile"})}},
			{About: "the template's", Resources: templated(Inputs{}, Inputs{"iamInstanceProfile": Inputs{"name": "profile"}})},
			{About: "a group's", Resources: grouped(Inputs{}, Inputs{"iamInstanceProfile": Inputs{"arn": "arn:aws:iam::123456789012:instance-profile/p"}})},
		},
		Violated: []Example{
			{About: "none", Property: "iamInstanceProfile", Resources: []*graph.Resource{examples.Host(Inputs{})}},
			{About: "none in either", Property: "iamInstanceProfile", Resources: templated(Inputs{}, Inputs{})},
			{About: "none in a group's template", Property: "iamInstanceProfile", Resources: grouped(Inputs{}, Inputs{})},
			{About: "none in a simple group's template", Property: "iamInstanceProfile", Resources: []*graph.Resource{
				Resource(launchTemplateType, "template", Inputs{}), Resource(inspect.ScalingGroupType, "group", Inputs{"launchTemplate": Inputs{"id": Ref(launchTemplateType, "template", "id")}})}},
			{About: "none in a launch configuration", Property: "iamInstanceProfile", Resources: []*graph.Resource{Resource(launchConfigType, "config", Inputs{})}},
		},
		Undecided: []Example{{About: "not known", Resources: []*graph.Resource{examples.Host(Inputs{"iamInstanceProfile": Unknown})}}},
	},
	"EC2-4": {
		Satisfied: []Example{
			{About: "a private subnet", Resources: examples.Tier(examples.Host(Inputs{"subnetId": Ref(inspect.SubnetType, "subnet", "id")}))},
			{About: "a subnet elsewhere", Resources: []*graph.Resource{examples.Host(Inputs{"subnetId": "subnet-1"})}},
			{About: "by the template", Resources: templated(Inputs{}, Inputs{"networkInterfaces": []any{Inputs{"subnetId": "subnet-1"}}})},
			{About: "by its interface", Resources: examples.Tier(
				Resource(interfaceType, "nic", Inputs{"subnetId": Ref(inspect.SubnetType, "subnet", "id")}),
				examples.Host(Inputs{"networkInterfaces": []any{Inputs{"networkInterfaceId": Ref(interfaceType, "nic", "id")}}}))},
			{About: "by an interface elsewhere", Resources: []*graph.Resource{examples.Host(Inputs{"primaryNetworkInterface": Inputs{"networkInterfaceId": "eni-1"}})}},
			{About: "a group", Resources: grouped(Inputs{"vpcZoneIdentifiers": []any{"subnet-1"}}, Inputs{})},
		},
		Violated: []Example{
			{About: "none", Property: "subnetId", Resources: []*graph.Resource{examples.Host(Inputs{})}},
			{About: "AWS's default one", Property: "subnetId", Resources: []*graph.Resource{
				Resource("aws:ec2/defaultSubnet:DefaultSubnet", "subnet", Inputs{}), examples.Host(Inputs{"subnetId": Ref("aws:ec2/defaultSubnet:DefaultSubnet", "subnet", "id")})}},
			{About: "one with a way out", Property: "subnetId", Resources: examples.Tier(
				Resource(inspect.RouteType, "way", Inputs{"routeTableId": Ref(inspect.RouteTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": Ref(inspect.GatewayType, "igw", "id")}),
				examples.Host(Inputs{"subnetId": Ref(inspect.SubnetType, "subnet", "id")}))},
			{About: "one with a way out, written in the table", Property: "subnetId", Resources: []*graph.Resource{
				Resource(inspect.GatewayType, "igw", Inputs{}), Resource(inspect.SubnetType, "subnet", Inputs{}),
				Resource(inspect.RouteTableType, "table", Inputs{"routes": []any{Inputs{"cidrBlock": "0.0.0.0/0", "gatewayId": Ref(inspect.GatewayType, "igw", "id")}}}),
				Resource(inspect.AssociationType, "association", Inputs{"subnetId": Ref(inspect.SubnetType, "subnet", "id"), "routeTableId": Ref(inspect.RouteTableType, "table", "id")}),
				examples.Host(Inputs{"subnetId": Ref(inspect.SubnetType, "subnet", "id")})}},
			{About: "an interface in one with a way out", Property: "subnetId", Resources: examples.Tier(
				Resource(inspect.RouteType, "way", Inputs{"routeTableId": Ref(inspect.RouteTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": Ref(inspect.GatewayType, "igw", "id")}),
				Resource(interfaceType, "nic", Inputs{"subnetId": Ref(inspect.SubnetType, "subnet", "id")}),
				examples.Host(Inputs{"networkInterfaces": []any{Inputs{"networkInterfaceId": Ref(interfaceType, "nic", "id")}}}))},
			{About: "a group without", Property: "vpcZoneIdentifiers", Resources: grouped(Inputs{"availabilityZones": []any{"us-east-1a"}}, Inputs{})},
			{About: "a group in one with a way out", Property: "vpcZoneIdentifiers", Resources: examples.Tier(
				Resource(inspect.RouteType, "way", Inputs{"routeTableId": Ref(inspect.RouteTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": Ref(inspect.GatewayType, "igw", "id")}),
				Resource(inspect.ScalingGroupType, "group", Inputs{"vpcZoneIdentifiers": []any{Ref(inspect.SubnetType, "subnet", "id")}}))},
		},
		Undecided: []Example{{About: "not known", Resources: []*graph.Resource{examples.Host(Inputs{"subnetId": Unknown})}}},
	},
	"EC2-5": {
		Satisfied: []Example{
			{About: "all volumes", Resources: []*graph.Resource{
				examples.Host(Inputs{"rootBlockDevice": underKey, "ebsBlockDevices": []any{underKey}}), Resource(volumeType, "volume", underKey)}},
			{About: "the template's", Resources: templated(Inputs{}, Inputs{"blockDeviceMappings": []any{
				Inputs{"deviceName": "/dev/sda1", "ebs": Inputs{"encrypted": "true", "kmsKeyId": "arn:k"}}, Inputs{"deviceName": "/dev/sdb", "noDevice": "true"}}})},
			{About: "by the region's switch and key", Resources: []*graph.Resource{
				examples.Host(Inputs{}), Resource(volumeType, "volume", Inputs{}), Resource(launchConfigType, "config", Inputs{"rootBlockDevice": Inputs{"volumeSize": 20}}),
				Resource(defaultCryptType, "switch", Inputs{}), Resource(defaultKeyType, "key", Inputs{"keyArn": "arn:k"})}},
			{About: "by the region's key", Resources: []*graph.Resource{
				Resource(volumeType, "volume", Inputs{"encrypted": true}), Resource(defaultKeyType, "key", Inputs{"keyArn": "arn:k"})}},
			{About: "a part of a template", Resources: []*graph.Resource{Resource(launchTemplateType, "part", Inputs{"instanceType": "t3.micro"})}},
		},
		Violated: []Example{
			{About: "the image's root volume", Property: "rootBlockDevice.encrypted", Resources: []*graph.Resource{examples.Host(Inputs{})}},
			{About: "the root volume", Property: "rootBlockDevice.encrypted", Resources: []*graph.Resource{examples.Host(Inputs{"rootBlockDevice": Inputs{"kmsKeyId": "arn:k"}})}},
			{About: "the root volume's key", Property: "rootBlockDevice.kmsKeyId", Resources: []*graph.Resource{examples.Host(Inputs{"rootBlockDevice": Inputs{"encrypted": true}})}},
			{About: "AWS's key", Property: "rootBlockDevice.kmsKeyId", Resources: []*graph.Resource{examples.Host(Inputs{"rootBlockDevice": Inputs{"encrypted": true, "kmsKeyId": "alias/aws/ebs"}})}},
			{About: "one of the data volumes", Property: "ebsBlockDevices[1].encrypted", Resources: []*graph.Resource{
				examples.Host(Inputs{"rootBlockDevice": underKey, "ebsBlockDevices": []any{underKey, Inputs{"encrypted": false, "kmsKeyId": "arn:k"}}})}},
			{About: "a data volume's key", Property: "ebsBlockDevices[0].kmsKeyId", Resources: []*graph.Resource{
				examples.Host(Inputs{"rootBlockDevice": underKey, "ebsBlockDevices": []any{Inputs{"encrypted": true}}})}},
			{About: "a spot instance's root volume", Property: "rootBlockDevice.encrypted", Resources: []*graph.Resource{Resource(instances[1], "spot", Inputs{})}},
			{About: "a spot instance's data volume", Property: "ebsBlockDevices[0].encrypted", Resources: []*graph.Resource{
				Resource(instances[1], "spot", Inputs{"rootBlockDevice": underKey, "ebsBlockDevices": []any{Inputs{"kmsKeyId": "arn:k"}}})}},
			{About: "a volume", Property: "encrypted", Resources: []*graph.Resource{Resource(volumeType, "volume", Inputs{"kmsKeyId": "arn:k"})}},
			{About: "a volume's key", Property: "kmsKeyId", Resources: []*graph.Resource{Resource(volumeType, "volume", Inputs{"encrypted": true})}},
			{About: "a template's", Property: "blockDeviceMappings[0].ebs.encrypted", Resources: []*graph.Resource{
				Resource(launchTemplateType, "template", Inputs{"blockDeviceMappings": []any{Inputs{"ebs": Inputs{"kmsKeyId": "arn:k"}}}})}},
			{About: "a template's key", Property: "blockDeviceMappings[0].ebs.kmsKeyId", Resources: []*graph.Resource{
				Resource(launchTemplateType, "template", Inputs{"blockDeviceMappings": []any{Inputs{"ebs": Inputs{"encrypted": "true"}}}})}},
			{About: "the image's, in a group's template", Property: "blockDeviceMappings.encrypted", Resources: grouped(Inputs{}, Inputs{})},
			{About: "the image's, with an empty template", Property: "rootBlockDevice.encrypted", Resources: templated(Inputs{}, Inputs{})},
			{About: "a launch configuration's", Property: "rootBlockDevice.encrypted", Resources: []*graph.Resource{Resource(launchConfigType, "config", Inputs{})}},
			{About: "a launch configuration's data volume", Property: "ebsBlockDevices[0].encrypted", Resources: []*graph.Resource{
				Resource(launchConfigType, "config", Inputs{"rootBlockDevice": Inputs{"encrypted": true}, "ebsBlockDevices": []any{Inputs{"volumeSize": 20}}}),
				Resource(defaultKeyType, "key", Inputs{"keyArn": "arn:k"})}},
			{About: "the region's switch without a key", Property: "kmsKeyId", Resources: []*graph.Resource{
				Resource(volumeType, "volume", Inputs{}), Resource(defaultCryptType, "switch", Inputs{})}},
			{About: "another region's switch", Property: "encrypted", Resources: []*graph.Resource{
				Resource(volumeType, "volume", Inputs{"kmsKeyId": "arn:k"}), InRegion("us-west-2", Resource(defaultCryptType, "switch", Inputs{}))}},
			{About: "the region's switch off", Property: "encrypted", Resources: []*graph.Resource{
				Resource(volumeType, "volume", Inputs{"kmsKeyId": "arn:k"}), Resource(defaultCryptType, "switch", Inputs{"enabled": false})}},
			{About: "AWS's key as the region's", Property: "keyArn", Resources: []*graph.Resource{
				Resource(volumeType, "volume", Inputs{"encrypted": true}), Resource(defaultKeyType, "key", Inputs{"keyArn": "arn:aws:kms:us-east-1:123456789012:alias/aws/ebs"})}},
		},
		Undecided: []Example{
			{About: "not known", Resources: []*graph.Resource{Resource(volumeType, "volume", Inputs{"encrypted": Unknown, "kmsKeyId": "arn:k"})}},
			{About: "key not known", Resources: []*graph.Resource{Resource(volumeType, "volume", Inputs{"encrypted": true, "kmsKeyId": Unknown})}},
			{About: "volumes not known", Resources: []*graph.Resource{examples.Host(Inputs{"rootBlockDevice": underKey, "ebsBlockDevices": Unknown})}},
		},
	},
	"EC2-6": {
		Satisfied: []Example{
			{About: "on", Resources: []*graph.Resource{Resource(defaultCryptType, "switch", Inputs{"enabled": true})}},
			{About: "on unless said otherwise", Resources: []*graph.Resource{Resource(defaultCryptType, "switch", Inputs{}), examples.Host(Inputs{})}},
			{About: "in each region, with a key", Resources: []*graph.Resource{
				Resource(defaultCryptType, "east", Inputs{}), InRegion("us-west-2", Resource(defaultCryptType, "west", Inputs{})),
				examples.Host(Inputs{}), InRegion("us-west-2", Resource(volumeType, "volume", Inputs{})), Resource(defaultKeyType, "key", Inputs{"keyArn": "arn:k"})}},
			{About: "in a region of its own", Resources: []*graph.Resource{
				Resource(defaultCryptType, "switch", Inputs{"region": "us-west-2"}), InRegion("us-west-2", examples.Host(Inputs{}))}},
		},
		Violated: []Example{
			{About: "none", Property: "EncryptionByDefault"},
			{About: "off", Property: "enabled", Resources: []*graph.Resource{Resource(defaultCryptType, "switch", Inputs{"enabled": false})}},
			{About: "in another region than the hosts", Property: "EncryptionByDefault", Resources: []*graph.Resource{
				Resource(defaultCryptType, "switch", Inputs{}), InRegion("us-west-2", examples.Host(Inputs{}))}},
			{About: "by AWS's key", Property: "keyArn", Resources: []*graph.Resource{
				Resource(defaultCryptType, "switch", Inputs{}), Resource(defaultKeyType, "key", Inputs{"keyArn": "arn:aws:kms:us-east-1:123456789012:alias/aws/ebs"})}},
		},
		Undecided: []Example{{About: "not known", Resources: []*graph.Resource{Resource(defaultCryptType, "switch", Inputs{"enabled": Unknown})}}},
	},
	"EC2-7": {
		Satisfied: []Example{
			{About: "a type that always is", Resources: []*graph.Resource{examples.Host(Inputs{"instanceType": "t4g.small"})}},
			{About: "a type that cannot be", Resources: []*graph.Resource{examples.Host(Inputs{"instanceType": "t2.micro"})}},
			{About: "a type that can be, and is", Resources: []*graph.Resource{examples.Host(Inputs{"instanceType": "m3.xlarge", "ebsOptimized": true})}},
			{About: "by the template", Resources: templated(Inputs{}, Inputs{"instanceType": "m3.xlarge", "ebsOptimized": "true"})},
		},
		Violated: []Example{
			{About: "not set", Property: "ebsOptimized", Resources: []*graph.Resource{examples.Host(Inputs{"instanceType": "m3.xlarge"})}},
			{About: "off", Property: "ebsOptimized", Resources: []*graph.Resource{examples.Host(Inputs{"instanceType": "r3.2xlarge", "ebsOptimized": false})}},
			{About: "not set in a group's template", Property: "ebsOptimized", Resources: grouped(Inputs{}, Inputs{"instanceType": "c3.xlarge"})},
		},
		Undecided: []Example{
			{About: "not known", Resources: []*graph.Resource{examples.Host(Inputs{"instanceType": "m3.xlarge", "ebsOptimized": Unknown})}},
			{About: "type not known", Resources: []*graph.Resource{examples.Host(Inputs{"instanceType": Unknown})}},
		},
	},
	"EC2-8": {
		Satisfied: []Example{
			{About: "on", Resources: []*graph.Resource{examples.Host(Inputs{"monitoring": true})}},
			{About: "by the template", Resources: templated(Inputs{}, Inputs{"monitoring": Inputs{"enabled": true}})},
			{About: "a launch configuration, by itself", Resources: []*graph.Resource{Resource(launchConfigType, "config", Inputs{})}},
		},
		Violated: []Example{
			{About: "not set", Property: "monitoring", Resources: []*graph.Resource{examples.Host(Inputs{})}},
			{About: "off", Property: "monitoring", Resources: []*graph.Resource{examples.Host(Inputs{"monitoring": false})}},
			{About: "off in a group's template", Property: "monitoring.enabled", Resources: grouped(Inputs{}, Inputs{"monitoring": Inputs{"enabled": false}})},
			{About: "off in a launch configuration", Property: "enableMonitoring", Resources: []*graph.Resource{Resource(launchConfigType, "config", Inputs{"enableMonitoring": false})}},
		},
		Undecided: []Example{{About: "not known", Resources: []*graph.Resource{examples.Host(Inputs{"monitoring": Unknown})}}},
	},
	"EC2-9": {
		Satisfied: []Example{
			{About: "AWS's policy attached", Resources: managed(Inputs{}, Resource(attachedType, "ssm", Inputs{"role": Ref(roleType, "role", "name"), "policyArn": agentPolicy}))},
			{About: "AWS's policy attached to several", Resources: managed(Inputs{},
				Resource("aws:iam/policyAttachment:PolicyAttachment", "ssm", Inputs{"roles": []any{Ref(roleType, "role", "name")}, "policyArn": agentPolicy}))},
			{About: "AWS's policy in the role", Resources: managed(Inputs{"managedPolicyArns": []any{"arn:x", agentPolicy}})},
			{About: "AWS's policy among all", Resources: managed(Inputs{},
				Resource("aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", "all", Inputs{"roleName": Ref(roleType, "role", "name"), "policyArns": []any{agentPolicy}}))},
			{About: "a policy of one's own", Resources: managed(Inputs{},
				Resource(keptPolicyType, "agent", Inputs{"policy": agentDocument(agentActions)}),
				Resource(attachedType, "ssm", Inputs{"role": Ref(roleType, "role", "name"), "policyArn": Ref(keptPolicyType, "agent", "arn")}))},
			{About: "a policy with a wildcard, in one statement", Resources: managed(Inputs{},
				Resource("aws:iam/rolePolicy:RolePolicy", "agent", Inputs{"role": Ref(roleType, "role", "id"), "policy": JSON(Inputs{"Statement": Inputs{
					"Effect": "Allow", "Action": []any{"ssm:*", "ssmmessages:*"}, "Resource": "*"}})}))},
			{About: "a policy that names another", Resources: managed(Inputs{},
				Resource(keptPolicyType, "other", Inputs{"policy": agentDocument("s3:GetObject")}),
				Resource("aws:iam/rolePolicy:RolePolicy", "agent", Inputs{"role": Ref(roleType, "role", "id"), "policy": JSON(Inputs{"Statement": []any{
					Inputs{"Effect": "Allow", "Action": []any{"ssm:*", "ssmmessages:*"}, "Resource": "*"},
					Inputs{"Effect": "Deny", "Action": "iam:*", "Resource": Ref(keptPolicyType, "other", "arn")}}})}))},
			{About: "a policy in the role", Resources: managed(Inputs{"inlinePolicies": []any{Inputs{"name": "agent", "policy": agentDocument("*")}}})},
			{About: "a deployed role", Resources: []*graph.Resource{
				WithOutputs(Resource(roleType, "role", Inputs{}), Inputs{"id": "role-1"}), WithOutputs(Resource(profileType, "profile", Inputs{"role": "role-1"}), Inputs{"id": "profile-1"}),
				Resource(attachedType, "ssm", Inputs{"role": "role-1", "policyArn": agentPolicy}), examples.Host(Inputs{"iamInstanceProfile": "profile-1"})}},
			{About: "by the template", Resources: append(templated(Inputs{}, Inputs{"iamInstanceProfile": Inputs{"arn": Ref(profileType, "profile", "arn")}}),
				Resource(roleType, "role", Inputs{"managedPolicyArns": []any{agentPolicy}}), Resource(profileType, "profile", Inputs{"role": Ref(roleType, "role", "name")}))},
			{About: "by the region's default role", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(settingType, "default", Inputs{
				"settingId":    "arn:aws:ssm:us-east-1:123456789012:servicesetting/ssm/managed-instance/default-ec2-instance-management-role",
				"settingValue": "hosts"})}},
		},
		Violated: []Example{
			{About: "no profile", Property: "iamInstanceProfile", Resources: []*graph.Resource{examples.Host(Inputs{})}},
			{About: "a profile elsewhere", Property: "iamInstanceProfile", Resources: []*graph.Resource{examples.Host(Inputs{"iamInstanceProfile": "profile"})}},
			{About: "a profile without a role", Property: "iamInstanceProfile", Resources: []*graph.Resource{
				Resource(profileType, "profile", Inputs{}), examples.Host(Inputs{"iamInstanceProfile": Ref(profileType, "profile", "name")})}},
			{About: "a role without policies", Property: "iamInstanceProfile", Resources: managed(Inputs{})},
			{About: "another policy", Property: "iamInstanceProfile", Resources: managed(Inputs{}, Resource(attachedType, "other", Inputs{
				"role": Ref(roleType, "role", "name"), "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}))},
			{About: "another role's", Property: "iamInstanceProfile", Resources: managed(Inputs{}, Resource(roleType, "other", Inputs{}),
				Resource(attachedType, "ssm", Inputs{"role": Ref(roleType, "other", "name"), "policyArn": agentPolicy}))},
			{About: "a policy that lets it register and open no session", Property: "iamInstanceProfile", Resources: managed(Inputs{
				"inlinePolicies": []any{Inputs{"policy": agentDocument("ssm:UpdateInstanceInformation")}}})},
			{About: "a policy that denies", Property: "iamInstanceProfile", Resources: managed(Inputs{"inlinePolicies": []any{Inputs{"policy": JSON(Inputs{
				"Statement": []any{Inputs{"Effect": "Deny", "Action": "*", "Resource": "*"}}})}}})},
			{About: "another region's default role", Property: "iamInstanceProfile", Resources: []*graph.Resource{examples.Host(Inputs{}), InRegion("us-west-2", Resource(settingType, "default", Inputs{
				"settingId": "/ssm/managed-instance/default-ec2-instance-management-role", "settingValue": "hosts"}))}},
			{About: "the region's default role switched off", Property: "iamInstanceProfile", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(settingType, "default", Inputs{
				"settingId": "/ssm/managed-instance/default-ec2-instance-management-role", "settingValue": "$None"})}},
			{About: "an SSH key, by the template", Property: "keyName", Resources: append(
				templated(Inputs{"iamInstanceProfile": Ref(profileType, "profile", "name")}, Inputs{"keyName": "ops"}),
				Resource(roleType, "role", Inputs{"managedPolicyArns": []any{agentPolicy}}), Resource(profileType, "profile", Inputs{"role": Ref(roleType, "role", "name")}))},
			{About: "an SSH key", Property: "keyName", Resources: managed(Inputs{"managedPolicyArns": []any{agentPolicy}}, Resource(instances[1], "other", Inputs{
				"keyName": "ops", "iamInstanceProfile": Ref(profileType, "profile", "name")}))},
		},
		Undecided: []Example{
			{About: "profile not known", Resources: []*graph.Resource{examples.Host(Inputs{"iamInstanceProfile": Unknown})}},
			{About: "policy not known", Resources: managed(Inputs{"inlinePolicies": []any{Inputs{"policy": Unknown}}})},
			{About: "key not known", Resources: managed(Inputs{"managedPolicyArns": []any{agentPolicy}}, Resource(instances[1], "other", Inputs{
				"keyName": Unknown, "iamInstanceProfile": Ref(profileType, "profile", "name")}))},
		},
	},
	"EC2-10": {
		Satisfied: []Example{
			{About: "by its tag", Resources: []*graph.Resource{tagged("daily"), Resource(selectionType, "daily", Inputs{
				"selectionTags": []any{Inputs{"type": "STRINGEQUALS", "key": "Backup", "value": "hourly"}, Inputs{"type": "STRINGEQUALS", "key": "Backup", "value": "daily"}}})}},
			{About: "by a tag of everything", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(selectionType, "phi", Inputs{
				"selectionTags": []any{Inputs{"type": "STRINGEQUALS", "key": "DataClassification", "value": "phi"}}})}},
			{About: "by its ARN", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(selectionType, "host", Inputs{"resources": []any{Ref(inspect.InstanceType, "host", "arn")}})}},
			{About: "all hosts", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(selectionType, "hosts", Inputs{"resources": []any{"arn:aws:ec2:*:*:instance/*"}})}},
			{About: "all hosts of the region", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(selectionType, "hosts", Inputs{"resources": []any{"arn:aws:ec2:us-east-1:123456789012:instance/*"}})}},
			{About: "all hosts of an account that is not known", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(selectionType, "hosts", Inputs{
				"resources": []any{"arn:aws:ec2:us-east-1:" + Ref("pulumi:pulumi:StackReference", "other", "account") + ":instance/*"}})}},
			{About: "everything", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(volumeType, "volume", Inputs{}), Resource(selectionType, "all", Inputs{"resources": []any{"*"}})}},
			{About: "everything, by naming nothing", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(selectionType, "all", Inputs{})}},
			{About: "all that meets the conditions", Resources: []*graph.Resource{tagged("daily"), Resource(selectionType, "daily", Inputs{
				"resources": []any{"*"}, "conditions": []any{Inputs{
					"stringEquals":    []any{Inputs{"key": "aws:ResourceTag/Backup", "value": "daily"}},
					"stringNotEquals": []any{Inputs{"key": "aws:ResourceTag/Backup", "value": "never"}},
					"stringLikes":     []any{Inputs{"key": "aws:ResourceTag/Backup", "value": "d*"}},
					"stringNotLikes":  []any{Inputs{"key": "aws:ResourceTag/Backup", "value": "n*"}},
				}}})}},
			{About: "a volume by the host it is attached to", Resources: []*graph.Resource{tagged("daily"), Resource(volumeType, "volume", Inputs{}),
				Resource("aws:ec2/volumeAttachment:VolumeAttachment", "attachment", Inputs{"volumeId": Ref(volumeType, "volume", "id"), "instanceId": Ref(inspect.InstanceType, "host", "id")}),
				Resource(selectionType, "daily", Inputs{"selectionTags": []any{Inputs{"type": "STRINGEQUALS", "key": "Backup", "value": "daily"}}})}},
			{About: "snapshots of the host", Resources: []*graph.Resource{tagged("daily"), Resource(lifecycleType, "daily", Inputs{"policyDetails": Inputs{
				"resourceTypes": []any{"INSTANCE"}, "targetTags": Inputs{"Backup": "daily"}, "schedules": []any{Inputs{"name": "daily"}}}})}},
			{About: "snapshots of the host's volumes", Resources: []*graph.Resource{examples.Host(Inputs{"volumeTags": Inputs{"Backup": "daily"}}), Resource(lifecycleType, "daily", Inputs{"policyDetails": Inputs{
				"resourceTypes": []any{"VOLUME"}, "targetTags": Inputs{"Backup": "daily"}, "schedules": []any{Inputs{"name": "daily"}}}})}},
			{About: "snapshots of the host's root volume", Resources: []*graph.Resource{examples.Host(Inputs{"rootBlockDevice": Inputs{"tags": Inputs{"Backup": "daily"}}}), Resource(lifecycleType, "daily", Inputs{"policyDetails": Inputs{
				"resourceTypes": []any{"VOLUME"}, "targetTags": Inputs{"Backup": "daily"}, "schedules": []any{Inputs{"name": "daily"}}}})}},
			{About: "all volumes", Resources: []*graph.Resource{Resource(volumeType, "volume", Inputs{}), Resource(selectionType, "volumes", Inputs{"resources": []any{"arn:aws:ec2:*:*:volume/*"}})}},
			{About: "snapshots of a volume", Resources: []*graph.Resource{Resource(volumeType, "volume", Inputs{"tags": Inputs{"Backup": "daily"}}), Resource(lifecycleType, "daily", Inputs{"policyDetails": Inputs{
				"resourceTypes": []any{"VOLUME"}, "targetTags": Inputs{"Backup": "daily"}, "schedules": []any{Inputs{"name": "daily"}}}})}},
			{About: "snapshots of what has a tag of everything", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(lifecycleType, "phi", Inputs{"policyDetails": Inputs{
				"resourceTypes": []any{"INSTANCE"}, "targetTags": Inputs{"DataClassification": "phi"}, "schedules": []any{Inputs{"name": "daily"}}}})}},
			{About: "snapshots of all hosts", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(lifecycleType, "all", Inputs{"defaultPolicy": "INSTANCE"})}},
		},
		Violated: []Example{
			{About: "no selection", Property: "tags", Resources: []*graph.Resource{tagged("daily")}},
			{About: "a volume", Property: "tags", Resources: []*graph.Resource{Resource(volumeType, "volume", Inputs{})}},
			{About: "no tag", Property: "tags", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(selectionType, "daily", Inputs{
				"selectionTags": []any{Inputs{"type": "STRINGEQUALS", "key": "Backup", "value": "daily"}}})}},
			{About: "another value", Property: "tags", Resources: []*graph.Resource{tagged("weekly"), Resource(selectionType, "daily", Inputs{
				"selectionTags": []any{Inputs{"type": "STRINGEQUALS", "key": "Backup", "value": "daily"}}})}},
			{About: "another region's selection", Property: "tags", Resources: []*graph.Resource{tagged("daily"), InRegion("us-west-2", Resource(selectionType, "daily", Inputs{
				"selectionTags": []any{Inputs{"type": "STRINGEQUALS", "key": "Backup", "value": "daily"}}}))}},
			{About: "databases only", Property: "tags", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(selectionType, "databases", Inputs{"resources": []any{"arn:aws:rds:*:*:db:*"}})}},
			{About: "volumes only", Property: "tags", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(selectionType, "volumes", Inputs{"resources": []any{"arn:aws:ec2:*:*:volume/*"}})}},
			{About: "another region's hosts", Property: "tags", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(selectionType, "hosts", Inputs{"resources": []any{"arn:aws:ec2:eu-west-1:*:instance/*"}})}},
			{About: "another host", Property: "tags", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(selectionType, "host", Inputs{"resources": []any{"arn:aws:ec2:us-east-1:123456789012:instance/i-0123"}})}},
			{About: "another host of this stack", Property: "tags", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(instances[1], "spot", Inputs{}), Resource(selectionType, "host", Inputs{"resources": []any{Ref(instances[1], "spot", "arn")}})}},
			{About: "left out", Property: "tags", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(selectionType, "all", Inputs{
				"resources": []any{"*"}, "notResources": []any{Ref(inspect.InstanceType, "host", "arn")}})}},
			{About: "left out with its kind", Property: "tags", Resources: []*graph.Resource{tagged("daily"), Resource(selectionType, "daily", Inputs{
				"selectionTags": []any{Inputs{"type": "STRINGEQUALS", "key": "Backup", "value": "daily"}}, "notResources": []any{"arn:aws:ec2:*:*:instance/*"}})}},
			{About: "one condition not met", Property: "tags", Resources: []*graph.Resource{tagged("daily"), Resource(selectionType, "daily", Inputs{
				"resources": []any{"*"}, "conditions": []any{Inputs{
					"stringEquals": []any{Inputs{"key": "aws:ResourceTag/Backup", "value": "daily"}, Inputs{"key": "aws:ResourceTag/Tier", "value": "1"}}}}})}},
			{About: "a condition that leaves it out", Property: "tags", Resources: []*graph.Resource{tagged("never"), Resource(selectionType, "daily", Inputs{
				"resources": []any{"*"}, "conditions": []any{Inputs{"stringNotEquals": []any{Inputs{"key": "aws:ResourceTag/Backup", "value": "never"}}}}})}},
			{About: "a pattern that leaves it out", Property: "tags", Resources: []*graph.Resource{tagged("never"), Resource(selectionType, "daily", Inputs{
				"resources": []any{"*"}, "conditions": []any{Inputs{"stringNotLikes": []any{Inputs{"key": "aws:ResourceTag/Backup", "value": "n*"}}}}})}},
			{About: "a volume attached to a host that is not covered", Property: "tags", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(volumeType, "volume", Inputs{}),
				Resource("aws:ec2/volumeAttachment:VolumeAttachment", "attachment", Inputs{"volumeId": Ref(volumeType, "volume", "id"), "instanceId": Ref(inspect.InstanceType, "host", "id")})}},
			{About: "a snapshot policy that is off", Property: "tags", Resources: []*graph.Resource{tagged("daily"), Resource(lifecycleType, "daily", Inputs{"state": "DISABLED", "policyDetails": Inputs{
				"resourceTypes": []any{"INSTANCE"}, "targetTags": Inputs{"Backup": "daily"}, "schedules": []any{Inputs{"name": "daily"}}}})}},
			{About: "a snapshot policy without schedule", Property: "tags", Resources: []*graph.Resource{tagged("daily"), Resource(lifecycleType, "daily", Inputs{"policyDetails": Inputs{
				"resourceTypes": []any{"INSTANCE"}, "targetTags": Inputs{"Backup": "daily"}}})}},
			{About: "a snapshot policy for volumes, and the tag on the host", Property: "tags", Resources: []*graph.Resource{tagged("daily"), Resource(lifecycleType, "daily", Inputs{"policyDetails": Inputs{
				"resourceTypes": []any{"VOLUME"}, "targetTags": Inputs{"Backup": "daily"}, "schedules": []any{Inputs{"name": "daily"}}}})}},
			{About: "a snapshot policy for another tag", Property: "tags", Resources: []*graph.Resource{tagged("weekly"), Resource(lifecycleType, "daily", Inputs{"policyDetails": Inputs{
				"resourceTypes": []any{"INSTANCE"}, "targetTags": Inputs{"Backup": "daily"}, "schedules": []any{Inputs{"name": "daily"}}}})}},
			{About: "another region's snapshot policy", Property: "tags", Resources: []*graph.Resource{examples.Host(Inputs{}), InRegion("us-west-2", Resource(lifecycleType, "all", Inputs{"defaultPolicy": "INSTANCE"}))}},
		},
		Undecided: []Example{
			{About: "tag not known", Resources: []*graph.Resource{examples.Host(Inputs{"tags": Inputs{"Backup": Unknown}}), Resource(selectionType, "daily", Inputs{
				"selectionTags": []any{Inputs{"type": "STRINGEQUALS", "key": "Backup", "value": "daily"}}})}},
			{About: "tags not known", Resources: []*graph.Resource{examples.Host(Inputs{"tags": Unknown}), Resource(selectionType, "daily", Inputs{
				"resources": []any{"*"}, "conditions": []any{Inputs{"stringEquals": []any{Inputs{"key": "aws:ResourceTag/Backup", "value": "daily"}}}}})}},
			{About: "selection not known", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(selectionType, "some", Inputs{"resources": Unknown})}},
			{About: "kind of a snapshot policy not known", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(lifecycleType, "daily", Inputs{"policyDetails": Inputs{
				"resourceTypes": Unknown, "targetTags": Inputs{"Backup": "daily"}, "schedules": []any{Inputs{"name": "daily"}}}})}},
			{About: "one tag of a snapshot policy not known", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(lifecycleType, "daily", Inputs{"policyDetails": Inputs{
				"resourceTypes": []any{"INSTANCE"}, "targetTags": Inputs{"Backup": Unknown}, "schedules": []any{Inputs{"name": "daily"}}}})}},
			{About: "tags of a snapshot policy not known", Resources: []*graph.Resource{examples.Host(Inputs{}), Resource(lifecycleType, "daily", Inputs{"policyDetails": Inputs{
				"resourceTypes": []any{"INSTANCE"}, "targetTags": Unknown, "schedules": []any{Inputs{"name": "daily"}}}})}},
		},
	},
}

// underKey is a volume under a key of one's own.
var underKey = Inputs{"encrypted": true, "kmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/1"}

// tagged is a host that asks for a backup.
func tagged(backup string) *graph.Resource {
	return examples.Host(Inputs{"tags": Inputs{"Backup": backup}})
}

// templated is a host with a launch template that itself would do.
func templated(own, template Inputs) []*graph.Resource {
	own = maps.Clone(own)
	own["launchTemplate"] = Inputs{"id": Ref(launchTemplateType, "template", "id")}
	return []*graph.Resource{Resource(launchTemplateType, "template", template), examples.Host(own)}
}

// grouped is an Auto Scaling group with its launch template.
func grouped(group, template Inputs) []*graph.Resource {
	group = maps.Clone(group)
	group["mixedInstancesPolicy"] = Inputs{"launchTemplate": Inputs{"launchTemplateSpecification": Inputs{"launchTemplateId": Ref(launchTemplateType, "template", "id")}}}
	return []*graph.Resource{Resource(launchTemplateType, "template", template), Resource(inspect.ScalingGroupType, "group", group)}
}

// managed is a host with a profile and a role, and what else there is.
func managed(role Inputs, more ...*graph.Resource) []*graph.Resource {
	return append([]*graph.Resource{
		Resource(roleType, "role", role), Resource(profileType, "profile", Inputs{"role": Ref(roleType, "role", "name")}),
		examples.Host(Inputs{"iamInstanceProfile": Ref(profileType, "profile", "name")}),
	}, more...)
}

func agentDocument(actions any) string {
	return JSON(Inputs{"Version": "2012-10-17", "Statement": []any{Inputs{"Effect": "Allow", "Action": actions, "Resource": "*"}}})
}

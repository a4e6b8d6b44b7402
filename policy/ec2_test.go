package policy

import (
	"maps"

	"github.com/carebase/carebase/graph"
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

var ec2Fixtures = map[string]fixture{
	"EC2-1": {
		satisfied: []example{
			{about: "required", resources: []*graph.Resource{host(in{"metadataOptions": in{"httpTokens": "required"}})}},
			{about: "by the template", resources: templated(in{}, in{"metadataOptions": in{"httpTokens": "required"}})},
			{about: "no metadata service", resources: []*graph.Resource{host(in{"metadataOptions": in{"httpEndpoint": "disabled"}})}},
			{about: "no metadata service by the template", resources: templated(in{}, in{"metadataOptions": in{"httpEndpoint": "disabled"}})},
			{about: "by the region's default", resources: []*graph.Resource{host(in{}), res(metadataDefault, "defaults", in{"httpTokens": "required"})}},
		},
		violated: []example{
			{about: "not set", property: "metadataOptions.httpTokens", resources: []*graph.Resource{host(in{})}},
			{about: "optional", property: "metadataOptions.httpTokens", resources: []*graph.Resource{host(in{"metadataOptions": in{"httpTokens": "optional"}})}},
			{about: "optional in spite of the template", property: "metadataOptions.httpTokens", resources: templated(
				in{"metadataOptions": in{"httpTokens": "optional"}}, in{"metadataOptions": in{"httpTokens": "required"}})},
			{about: "optional in a template", property: "metadataOptions.httpTokens", resources: []*graph.Resource{
				res(launchTemplateType, "template", in{"metadataOptions": in{"httpTokens": "optional"}})}},
			{about: "not set in a launch configuration", property: "metadataOptions.httpTokens", resources: []*graph.Resource{res(launchConfigType, "config", in{})}},
			{about: "optional for a spot instance", property: "metadataOptions.httpTokens", resources: []*graph.Resource{res(instances[1], "spot", in{})}},
			{about: "another region's default", property: "metadataOptions.httpTokens", resources: []*graph.Resource{
				host(in{}), inRegion("us-west-2", res(metadataDefault, "defaults", in{"httpTokens": "required"}))}},
			{about: "the region's default is optional", property: "httpTokens", resources: []*graph.Resource{
				host(in{}), res(metadataDefault, "defaults", in{"httpTokens": "optional"})}},
		},
		undecided: []example{{about: "not known", resources: []*graph.Resource{host(in{"metadataOptions": in{"httpTokens": unknown}})}}},
	},
	"EC2-2": {
		satisfied: []example{
			{about: "said so", resources: []*graph.Resource{host(in{"associatePublicIpAddress": false})}},
			{about: "its subnet gives none", resources: []*graph.Resource{
				res(subnetType, "subnet", in{}), host(in{"subnetId": ref(subnetType, "subnet", "id")})}},
			{about: "an interface of its own", resources: []*graph.Resource{
				res(interfaceType, "nic", in{}), host(in{"networkInterfaces": []any{in{"networkInterfaceId": ref(interfaceType, "nic", "id"), "deviceIndex": 0}}})}},
			{about: "an interface elsewhere", resources: []*graph.Resource{host(in{"primaryNetworkInterface": in{"networkInterfaceId": "eni-1"}})}},
			{about: "by the template", resources: templated(in{}, in{"networkInterfaces": []any{in{"associatePublicIpAddress": "false"}}})},
			{about: "a group's template", resources: grouped(in{}, in{})},
			{about: "a launch configuration", resources: []*graph.Resource{res(launchConfigType, "config", in{})}},
		},
		violated: []example{
			{about: "asked for", property: "associatePublicIpAddress", resources: []*graph.Resource{host(in{"associatePublicIpAddress": true})}},
			{about: "given by the subnet", property: "mapPublicIpOnLaunch", resources: []*graph.Resource{
				res(subnetType, "subnet", in{"mapPublicIpOnLaunch": true}), host(in{"subnetId": ref(subnetType, "subnet", "id")})}},
			{about: "left to a subnet elsewhere", property: "associatePublicIpAddress", resources: []*graph.Resource{host(in{"subnetId": "subnet-1"})}},
			{about: "left to the default subnet", property: "associatePublicIpAddress", resources: []*graph.Resource{host(in{})}},
			{about: "asked for by the template", property: "networkInterfaces[0].associatePublicIpAddress", resources: templated(
				in{}, in{"networkInterfaces": []any{in{"associatePublicIpAddress": "true"}}})},
			{about: "given by the template's subnet", property: "mapPublicIpOnLaunch", resources: append(
				templated(in{}, in{"networkInterfaces": []any{in{"subnetId": ref(subnetType, "subnet", "id")}}}),
				res(subnetType, "subnet", in{"mapPublicIpOnLaunch": true}))},
			{about: "asked for by a group's template", property: "networkInterfaces[0].associatePublicIpAddress", resources: grouped(
				in{}, in{"networkInterfaces": []any{in{"associatePublicIpAddress": "true"}}})},
			{about: "asked for by a launch configuration", property: "associatePublicIpAddress", resources: []*graph.Resource{
				res(launchConfigType, "config", in{"associatePublicIpAddress": true})}},
			{about: "an elastic IP", property: "Eip", resources: []*graph.Resource{
				host(in{"associatePublicIpAddress": false}), res(eipType, "address", in{"instance": ref(instanceType, "host", "id")})}},
			{about: "an elastic IP, associated", property: "EipAssociation", resources: []*graph.Resource{
				host(in{"associatePublicIpAddress": false}),
				res("aws:ec2/eipAssociation:EipAssociation", "association", in{"instanceId": ref(instanceType, "host", "id"), "allocationId": "eipalloc-1"})}},
			{about: "an elastic IP of its interface", property: "Eip", resources: []*graph.Resource{
				res(interfaceType, "nic", in{}), res(eipType, "address", in{"networkInterface": ref(interfaceType, "nic", "id")}),
				host(in{"primaryNetworkInterface": in{"networkInterfaceId": ref(interfaceType, "nic", "id")}})}},
			{about: "an elastic IP associated with its interface", property: "EipAssociation", resources: []*graph.Resource{
				res(interfaceType, "nic", in{}),
				res("aws:ec2/eipAssociation:EipAssociation", "association", in{"networkInterfaceId": ref(interfaceType, "nic", "id")}),
				host(in{"networkInterfaces": []any{in{"networkInterfaceId": ref(interfaceType, "nic", "id")}}})}},
		},
		undecided: []example{
			{about: "not known", resources: []*graph.Resource{host(in{"associatePublicIpAddress": unknown})}},
			{about: "subnet not known", resources: []*graph.Resource{host(in{"subnetId": unknown})}},
		},
	},
	"EC2-3": {
		satisfied: []example{
			{about: "its own", resources: []*graph.Resource{host(in{"iamInstanceProfile": "profile"})}},
			{about: "the template's", resources: templated(in{}, in{"iamInstanceProfile": in{"name": "profile"}})},
			{about: "a group's", resources: grouped(in{}, in{"iamInstanceProfile": in{"arn": "arn:aws:iam::123456789012:instance-profile/p"}})},
		},
		violated: []example{
			{about: "none", property: "iamInstanceProfile", resources: []*graph.Resource{host(in{})}},
			{about: "none in either", property: "iamInstanceProfile", resources: templated(in{}, in{})},
			{about: "none in a group's template", property: "iamInstanceProfile", resources: grouped(in{}, in{})},
			{about: "none in a simple group's template", property: "iamInstanceProfile", resources: []*graph.Resource{
				res(launchTemplateType, "template", in{}), res(scalingGroupType, "group", in{"launchTemplate": in{"id": ref(launchTemplateType, "template", "id")}})}},
			{about: "none in a launch configuration", property: "iamInstanceProfile", resources: []*graph.Resource{res(launchConfigType, "config", in{})}},
		},
		undecided: []example{{about: "not known", resources: []*graph.Resource{host(in{"iamInstanceProfile": unknown})}}},
	},
	"EC2-4": {
		satisfied: []example{
			{about: "a private subnet", resources: tier(host(in{"subnetId": ref(subnetType, "subnet", "id")}))},
			{about: "a subnet elsewhere", resources: []*graph.Resource{host(in{"subnetId": "subnet-1"})}},
			{about: "by the template", resources: templated(in{}, in{"networkInterfaces": []any{in{"subnetId": "subnet-1"}}})},
			{about: "by its interface", resources: tier(
				res(interfaceType, "nic", in{"subnetId": ref(subnetType, "subnet", "id")}),
				host(in{"networkInterfaces": []any{in{"networkInterfaceId": ref(interfaceType, "nic", "id")}}}))},
			{about: "by an interface elsewhere", resources: []*graph.Resource{host(in{"primaryNetworkInterface": in{"networkInterfaceId": "eni-1"}})}},
			{about: "a group", resources: grouped(in{"vpcZoneIdentifiers": []any{"subnet-1"}}, in{})},
		},
		violated: []example{
			{about: "none", property: "subnetId", resources: []*graph.Resource{host(in{})}},
			{about: "AWS's default one", property: "subnetId", resources: []*graph.Resource{
				res("aws:ec2/defaultSubnet:DefaultSubnet", "subnet", in{}), host(in{"subnetId": ref("aws:ec2/defaultSubnet:DefaultSubnet", "subnet", "id")})}},
			{about: "one with a way out", property: "subnetId", resources: tier(
				res(routeType, "way", in{"routeTableId": ref(routeTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": ref(gatewayType, "igw", "id")}),
				host(in{"subnetId": ref(subnetType, "subnet", "id")}))},
			{about: "one with a way out, written in the table", property: "subnetId", resources: []*graph.Resource{
				res(gatewayType, "igw", in{}), res(subnetType, "subnet", in{}),
				res(routeTableType, "table", in{"routes": []any{in{"cidrBlock": "0.0.0.0/0", "gatewayId": ref(gatewayType, "igw", "id")}}}),
				res(associationType, "association", in{"subnetId": ref(subnetType, "subnet", "id"), "routeTableId": ref(routeTableType, "table", "id")}),
				host(in{"subnetId": ref(subnetType, "subnet", "id")})}},
			{about: "an interface in one with a way out", property: "subnetId", resources: tier(
				res(routeType, "way", in{"routeTableId": ref(routeTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": ref(gatewayType, "igw", "id")}),
				res(interfaceType, "nic", in{"subnetId": ref(subnetType, "subnet", "id")}),
				host(in{"networkInterfaces": []any{in{"networkInterfaceId": ref(interfaceType, "nic", "id")}}}))},
			{about: "a group without", property: "vpcZoneIdentifiers", resources: grouped(in{"availabilityZones": []any{"us-east-1a"}}, in{})},
			{about: "a group in one with a way out", property: "vpcZoneIdentifiers", resources: tier(
				res(routeType, "way", in{"routeTableId": ref(routeTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": ref(gatewayType, "igw", "id")}),
				res(scalingGroupType, "group", in{"vpcZoneIdentifiers": []any{ref(subnetType, "subnet", "id")}}))},
		},
		undecided: []example{{about: "not known", resources: []*graph.Resource{host(in{"subnetId": unknown})}}},
	},
	"EC2-5": {
		satisfied: []example{
			{about: "all volumes", resources: []*graph.Resource{
				host(in{"rootBlockDevice": underKey, "ebsBlockDevices": []any{underKey}}), res(volumeType, "volume", underKey)}},
			{about: "the template's", resources: templated(in{}, in{"blockDeviceMappings": []any{
				in{"deviceName": "/dev/sda1", "ebs": in{"encrypted": "true", "kmsKeyId": "arn:k"}}, in{"deviceName": "/dev/sdb", "noDevice": "true"}}})},
			{about: "by the region's switch and key", resources: []*graph.Resource{
				host(in{}), res(volumeType, "volume", in{}), res(launchConfigType, "config", in{"rootBlockDevice": in{"volumeSize": 20}}),
				res(defaultCryptType, "switch", in{}), res(defaultKeyType, "key", in{"keyArn": "arn:k"})}},
			{about: "by the region's key", resources: []*graph.Resource{
				res(volumeType, "volume", in{"encrypted": true}), res(defaultKeyType, "key", in{"keyArn": "arn:k"})}},
			{about: "a part of a template", resources: []*graph.Resource{res(launchTemplateType, "part", in{"instanceType": "t3.micro"})}},
		},
		violated: []example{
			{about: "the image's root volume", property: "rootBlockDevice.encrypted", resources: []*graph.Resource{host(in{})}},
			{about: "the root volume", property: "rootBlockDevice.encrypted", resources: []*graph.Resource{host(in{"rootBlockDevice": in{"kmsKeyId": "arn:k"}})}},
			{about: "the root volume's key", property: "rootBlockDevice.kmsKeyId", resources: []*graph.Resource{host(in{"rootBlockDevice": in{"encrypted": true}})}},
			{about: "AWS's key", property: "rootBlockDevice.kmsKeyId", resources: []*graph.Resource{host(in{"rootBlockDevice": in{"encrypted": true, "kmsKeyId": "alias/aws/ebs"}})}},
			{about: "one of the data volumes", property: "ebsBlockDevices[1].encrypted", resources: []*graph.Resource{
				host(in{"rootBlockDevice": underKey, "ebsBlockDevices": []any{underKey, in{"encrypted": false, "kmsKeyId": "arn:k"}}})}},
			{about: "a data volume's key", property: "ebsBlockDevices[0].kmsKeyId", resources: []*graph.Resource{
				host(in{"rootBlockDevice": underKey, "ebsBlockDevices": []any{in{"encrypted": true}}})}},
			{about: "a spot instance's root volume", property: "rootBlockDevice.encrypted", resources: []*graph.Resource{res(instances[1], "spot", in{})}},
			{about: "a spot instance's data volume", property: "ebsBlockDevices[0].encrypted", resources: []*graph.Resource{
				res(instances[1], "spot", in{"rootBlockDevice": underKey, "ebsBlockDevices": []any{in{"kmsKeyId": "arn:k"}}})}},
			{about: "a volume", property: "encrypted", resources: []*graph.Resource{res(volumeType, "volume", in{"kmsKeyId": "arn:k"})}},
			{about: "a volume's key", property: "kmsKeyId", resources: []*graph.Resource{res(volumeType, "volume", in{"encrypted": true})}},
			{about: "a template's", property: "blockDeviceMappings[0].ebs.encrypted", resources: []*graph.Resource{
				res(launchTemplateType, "template", in{"blockDeviceMappings": []any{in{"ebs": in{"kmsKeyId": "arn:k"}}}})}},
			{about: "a template's key", property: "blockDeviceMappings[0].ebs.kmsKeyId", resources: []*graph.Resource{
				res(launchTemplateType, "template", in{"blockDeviceMappings": []any{in{"ebs": in{"encrypted": "true"}}}})}},
			{about: "the image's, in a group's template", property: "blockDeviceMappings.encrypted", resources: grouped(in{}, in{})},
			{about: "the image's, with an empty template", property: "rootBlockDevice.encrypted", resources: templated(in{}, in{})},
			{about: "a launch configuration's", property: "rootBlockDevice.encrypted", resources: []*graph.Resource{res(launchConfigType, "config", in{})}},
			{about: "a launch configuration's data volume", property: "ebsBlockDevices[0].encrypted", resources: []*graph.Resource{
				res(launchConfigType, "config", in{"rootBlockDevice": in{"encrypted": true}, "ebsBlockDevices": []any{in{"volumeSize": 20}}}),
				res(defaultKeyType, "key", in{"keyArn": "arn:k"})}},
			{about: "the region's switch without a key", property: "kmsKeyId", resources: []*graph.Resource{
				res(volumeType, "volume", in{}), res(defaultCryptType, "switch", in{})}},
			{about: "another region's switch", property: "encrypted", resources: []*graph.Resource{
				res(volumeType, "volume", in{"kmsKeyId": "arn:k"}), inRegion("us-west-2", res(defaultCryptType, "switch", in{}))}},
			{about: "the region's switch off", property: "encrypted", resources: []*graph.Resource{
				res(volumeType, "volume", in{"kmsKeyId": "arn:k"}), res(defaultCryptType, "switch", in{"enabled": false})}},
			{about: "AWS's key as the region's", property: "keyArn", resources: []*graph.Resource{
				res(volumeType, "volume", in{"encrypted": true}), res(defaultKeyType, "key", in{"keyArn": "arn:aws:kms:us-east-1:123456789012:alias/aws/ebs"})}},
		},
		undecided: []example{
			{about: "not known", resources: []*graph.Resource{res(volumeType, "volume", in{"encrypted": unknown, "kmsKeyId": "arn:k"})}},
			{about: "key not known", resources: []*graph.Resource{res(volumeType, "volume", in{"encrypted": true, "kmsKeyId": unknown})}},
			{about: "volumes not known", resources: []*graph.Resource{host(in{"rootBlockDevice": underKey, "ebsBlockDevices": unknown})}},
		},
	},
	"EC2-6": {
		satisfied: []example{
			{about: "on", resources: []*graph.Resource{res(defaultCryptType, "switch", in{"enabled": true})}},
			{about: "on unless said otherwise", resources: []*graph.Resource{res(defaultCryptType, "switch", in{}), host(in{})}},
			{about: "in each region, with a key", resources: []*graph.Resource{
				res(defaultCryptType, "east", in{}), inRegion("us-west-2", res(defaultCryptType, "west", in{})),
				host(in{}), inRegion("us-west-2", res(volumeType, "volume", in{})), res(defaultKeyType, "key", in{"keyArn": "arn:k"})}},
			{about: "in a region of its own", resources: []*graph.Resource{
				res(defaultCryptType, "switch", in{"region": "us-west-2"}), inRegion("us-west-2", host(in{}))}},
		},
		violated: []example{
			{about: "none", property: "EncryptionByDefault"},
			{about: "off", property: "enabled", resources: []*graph.Resource{res(defaultCryptType, "switch", in{"enabled": false})}},
			{about: "in another region than the hosts", property: "EncryptionByDefault", resources: []*graph.Resource{
				res(defaultCryptType, "switch", in{}), inRegion("us-west-2", host(in{}))}},
			{about: "by AWS's key", property: "keyArn", resources: []*graph.Resource{
				res(defaultCryptType, "switch", in{}), res(defaultKeyType, "key", in{"keyArn": "arn:aws:kms:us-east-1:123456789012:alias/aws/ebs"})}},
		},
		undecided: []example{{about: "not known", resources: []*graph.Resource{res(defaultCryptType, "switch", in{"enabled": unknown})}}},
	},
	"EC2-7": {
		satisfied: []example{
			{about: "a type that always is", resources: []*graph.Resource{host(in{"instanceType": "t4g.small"})}},
			{about: "a type that cannot be", resources: []*graph.Resource{host(in{"instanceType": "t2.micro"})}},
			{about: "a type that can be, and is", resources: []*graph.Resource{host(in{"instanceType": "m3.xlarge", "ebsOptimized": true})}},
			{about: "by the template", resources: templated(in{}, in{"instanceType": "m3.xlarge", "ebsOptimized": "true"})},
		},
		violated: []example{
			{about: "not set", property: "ebsOptimized", resources: []*graph.Resource{host(in{"instanceType": "m3.xlarge"})}},
			{about: "off", property: "ebsOptimized", resources: []*graph.Resource{host(in{"instanceType": "r3.2xlarge", "ebsOptimized": false})}},
			{about: "not set in a group's template", property: "ebsOptimized", resources: grouped(in{}, in{"instanceType": "c3.xlarge"})},
		},
		undecided: []example{
			{about: "not known", resources: []*graph.Resource{host(in{"instanceType": "m3.xlarge", "ebsOptimized": unknown})}},
			{about: "type not known", resources: []*graph.Resource{host(in{"instanceType": unknown})}},
		},
	},
	"EC2-8": {
		satisfied: []example{
			{about: "on", resources: []*graph.Resource{host(in{"monitoring": true})}},
			{about: "by the template", resources: templated(in{}, in{"monitoring": in{"enabled": true}})},
			{about: "a launch configuration, by itself", resources: []*graph.Resource{res(launchConfigType, "config", in{})}},
		},
		violated: []example{
			{about: "not set", property: "monitoring", resources: []*graph.Resource{host(in{})}},
			{about: "off", property: "monitoring", resources: []*graph.Resource{host(in{"monitoring": false})}},
			{about: "off in a group's template", property: "monitoring.enabled", resources: grouped(in{}, in{"monitoring": in{"enabled": false}})},
			{about: "off in a launch configuration", property: "enableMonitoring", resources: []*graph.Resource{res(launchConfigType, "config", in{"enableMonitoring": false})}},
		},
		undecided: []example{{about: "not known", resources: []*graph.Resource{host(in{"monitoring": unknown})}}},
	},
	"EC2-9": {
		satisfied: []example{
			{about: "AWS's policy attached", resources: managed(in{}, res(attachedType, "ssm", in{"role": ref(roleType, "role", "name"), "policyArn": agentPolicy}))},
			{about: "AWS's policy attached to several", resources: managed(in{},
				res("aws:iam/policyAttachment:PolicyAttachment", "ssm", in{"roles": []any{ref(roleType, "role", "name")}, "policyArn": agentPolicy}))},
			{about: "AWS's policy in the role", resources: managed(in{"managedPolicyArns": []any{"arn:x", agentPolicy}})},
			{about: "AWS's policy among all", resources: managed(in{},
				res("aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", "all", in{"roleName": ref(roleType, "role", "name"), "policyArns": []any{agentPolicy}}))},
			{about: "a policy of one's own", resources: managed(in{},
				res(keptPolicyType, "agent", in{"policy": agentDocument(agentActions)}),
				res(attachedType, "ssm", in{"role": ref(roleType, "role", "name"), "policyArn": ref(keptPolicyType, "agent", "arn")}))},
			{about: "a policy with a wildcard, in one statement", resources: managed(in{},
				res("aws:iam/rolePolicy:RolePolicy", "agent", in{"role": ref(roleType, "role", "id"), "policy": asJSON(in{"Statement": in{
					"Effect": "Allow", "Action": []any{"ssm:*", "ssmmessages:*"}, "Resource": "*"}})}))},
			{about: "a policy that names another", resources: managed(in{},
				res(keptPolicyType, "other", in{"policy": agentDocument("s3:GetObject")}),
				res("aws:iam/rolePolicy:RolePolicy", "agent", in{"role": ref(roleType, "role", "id"), "policy": asJSON(in{"Statement": []any{
					in{"Effect": "Allow", "Action": []any{"ssm:*", "ssmmessages:*"}, "Resource": "*"},
					in{"Effect": "Deny", "Action": "iam:*", "Resource": ref(keptPolicyType, "other", "arn")}}})}))},
			{about: "a policy in the role", resources: managed(in{"inlinePolicies": []any{in{"name": "agent", "policy": agentDocument("*")}}})},
			{about: "a deployed role", resources: []*graph.Resource{
				deployed(res(roleType, "role", in{}), in{"id": "role-1"}), deployed(res(profileType, "profile", in{"role": "role-1"}), in{"id": "profile-1"}),
				res(attachedType, "ssm", in{"role": "role-1", "policyArn": agentPolicy}), host(in{"iamInstanceProfile": "profile-1"})}},
			{about: "by the template", resources: append(templated(in{}, in{"iamInstanceProfile": in{"arn": ref(profileType, "profile", "arn")}}),
				res(roleType, "role", in{"managedPolicyArns": []any{agentPolicy}}), res(profileType, "profile", in{"role": ref(roleType, "role", "name")}))},
			{about: "by the region's default role", resources: []*graph.Resource{host(in{}), res(settingType, "default", in{
				"settingId":    "arn:aws:ssm:us-east-1:123456789012:servicesetting/ssm/managed-instance/default-ec2-instance-management-role",
				"settingValue": "hosts"})}},
		},
		violated: []example{
			{about: "no profile", property: "iamInstanceProfile", resources: []*graph.Resource{host(in{})}},
			{about: "a profile elsewhere", property: "iamInstanceProfile", resources: []*graph.Resource{host(in{"iamInstanceProfile": "profile"})}},
			{about: "a profile without a role", property: "iamInstanceProfile", resources: []*graph.Resource{
				res(profileType, "profile", in{}), host(in{"iamInstanceProfile": ref(profileType, "profile", "name")})}},
			{about: "a role without policies", property: "iamInstanceProfile", resources: managed(in{})},
			{about: "another policy", property: "iamInstanceProfile", resources: managed(in{}, res(attachedType, "other", in{
				"role": ref(roleType, "role", "name"), "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}))},
			{about: "another role's", property: "iamInstanceProfile", resources: managed(in{}, res(roleType, "other", in{}),
				res(attachedType, "ssm", in{"role": ref(roleType, "other", "name"), "policyArn": agentPolicy}))},
			{about: "a policy that lets it register and open no session", property: "iamInstanceProfile", resources: managed(in{
				"inlinePolicies": []any{in{"policy": agentDocument("ssm:UpdateInstanceInformation")}}})},
			{about: "a policy that denies", property: "iamInstanceProfile", resources: managed(in{"inlinePolicies": []any{in{"policy": asJSON(in{
				"Statement": []any{in{"Effect": "Deny", "Action": "*", "Resource": "*"}}})}}})},
			{about: "another region's default role", property: "iamInstanceProfile", resources: []*graph.Resource{host(in{}), inRegion("us-west-2", res(settingType, "default", in{
				"settingId": "/ssm/managed-instance/default-ec2-instance-management-role", "settingValue": "hosts"}))}},
			{about: "the region's default role switched off", property: "iamInstanceProfile", resources: []*graph.Resource{host(in{}), res(settingType, "default", in{
				"settingId": "/ssm/managed-instance/default-ec2-instance-management-role", "settingValue": "$None"})}},
			{about: "an SSH key, by the template", property: "keyName", resources: append(
				templated(in{"iamInstanceProfile": ref(profileType, "profile", "name")}, in{"keyName": "ops"}),
				res(roleType, "role", in{"managedPolicyArns": []any{agentPolicy}}), res(profileType, "profile", in{"role": ref(roleType, "role", "name")}))},
			{about: "an SSH key", property: "keyName", resources: managed(in{"managedPolicyArns": []any{agentPolicy}}, res(instances[1], "other", in{
				"keyName": "ops", "iamInstanceProfile": ref(profileType, "profile", "name")}))},
		},
		undecided: []example{
			{about: "profile not known", resources: []*graph.Resource{host(in{"iamInstanceProfile": unknown})}},
			{about: "policy not known", resources: managed(in{"inlinePolicies": []any{in{"policy": unknown}}})},
			{about: "key not known", resources: managed(in{"managedPolicyArns": []any{agentPolicy}}, res(instances[1], "other", in{
				"keyName": unknown, "iamInstanceProfile": ref(profileType, "profile", "name")}))},
		},
	},
	"EC2-10": {
		satisfied: []example{
			{about: "by its tag", resources: []*graph.Resource{tagged("daily"), res(selectionType, "daily", in{
				"selectionTags": []any{in{"type": "STRINGEQUALS", "key": "Backup", "value": "hourly"}, in{"type": "STRINGEQUALS", "key": "Backup", "value": "daily"}}})}},
			{about: "by a tag of everything", resources: []*graph.Resource{host(in{}), res(selectionType, "phi", in{
				"selectionTags": []any{in{"type": "STRINGEQUALS", "key": "DataClassification", "value": "phi"}}})}},
			{about: "by its ARN", resources: []*graph.Resource{host(in{}), res(selectionType, "host", in{"resources": []any{ref(instanceType, "host", "arn")}})}},
			{about: "all hosts", resources: []*graph.Resource{host(in{}), res(selectionType, "hosts", in{"resources": []any{"arn:aws:ec2:*:*:instance/*"}})}},
			{about: "all hosts of the region", resources: []*graph.Resource{host(in{}), res(selectionType, "hosts", in{"resources": []any{"arn:aws:ec2:us-east-1:123456789012:instance/*"}})}},
			{about: "all hosts of an account that is not known", resources: []*graph.Resource{host(in{}), res(selectionType, "hosts", in{
				"resources": []any{"arn:aws:ec2:us-east-1:" + ref("pulumi:pulumi:StackReference", "other", "account") + ":instance/*"}})}},
			{about: "everything", resources: []*graph.Resource{host(in{}), res(volumeType, "volume", in{}), res(selectionType, "all", in{"resources": []any{"*"}})}},
			{about: "everything, by naming nothing", resources: []*graph.Resource{host(in{}), res(selectionType, "all", in{})}},
			{about: "all that meets the conditions", resources: []*graph.Resource{tagged("daily"), res(selectionType, "daily", in{
				"resources": []any{"*"}, "conditions": []any{in{
					"stringEquals":    []any{in{"key": "aws:ResourceTag/Backup", "value": "daily"}},
					"stringNotEquals": []any{in{"key": "aws:ResourceTag/Backup", "value": "never"}},
					"stringLikes":     []any{in{"key": "aws:ResourceTag/Backup", "value": "d*"}},
					"stringNotLikes":  []any{in{"key": "aws:ResourceTag/Backup", "value": "n*"}},
				}}})}},
			{about: "a volume by the host it is attached to", resources: []*graph.Resource{tagged("daily"), res(volumeType, "volume", in{}),
				res("aws:ec2/volumeAttachment:VolumeAttachment", "attachment", in{"volumeId": ref(volumeType, "volume", "id"), "instanceId": ref(instanceType, "host", "id")}),
				res(selectionType, "daily", in{"selectionTags": []any{in{"type": "STRINGEQUALS", "key": "Backup", "value": "daily"}}})}},
			{about: "snapshots of the host", resources: []*graph.Resource{tagged("daily"), res(lifecycleType, "daily", in{"policyDetails": in{
				"resourceTypes": []any{"INSTANCE"}, "targetTags": in{"Backup": "daily"}, "schedules": []any{in{"name": "daily"}}}})}},
			{about: "snapshots of the host's volumes", resources: []*graph.Resource{host(in{"volumeTags": in{"Backup": "daily"}}), res(lifecycleType, "daily", in{"policyDetails": in{
				"resourceTypes": []any{"VOLUME"}, "targetTags": in{"Backup": "daily"}, "schedules": []any{in{"name": "daily"}}}})}},
			{about: "snapshots of the host's root volume", resources: []*graph.Resource{host(in{"rootBlockDevice": in{"tags": in{"Backup": "daily"}}}), res(lifecycleType, "daily", in{"policyDetails": in{
				"resourceTypes": []any{"VOLUME"}, "targetTags": in{"Backup": "daily"}, "schedules": []any{in{"name": "daily"}}}})}},
			{about: "all volumes", resources: []*graph.Resource{res(volumeType, "volume", in{}), res(selectionType, "volumes", in{"resources": []any{"arn:aws:ec2:*:*:volume/*"}})}},
			{about: "snapshots of a volume", resources: []*graph.Resource{res(volumeType, "volume", in{"tags": in{"Backup": "daily"}}), res(lifecycleType, "daily", in{"policyDetails": in{
				"resourceTypes": []any{"VOLUME"}, "targetTags": in{"Backup": "daily"}, "schedules": []any{in{"name": "daily"}}}})}},
			{about: "snapshots of what has a tag of everything", resources: []*graph.Resource{host(in{}), res(lifecycleType, "phi", in{"policyDetails": in{
				"resourceTypes": []any{"INSTANCE"}, "targetTags": in{"DataClassification": "phi"}, "schedules": []any{in{"name": "daily"}}}})}},
			{about: "snapshots of all hosts", resources: []*graph.Resource{host(in{}), res(lifecycleType, "all", in{"defaultPolicy": "INSTANCE"})}},
		},
		violated: []example{
			{about: "no selection", property: "tags", resources: []*graph.Resource{tagged("daily")}},
			{about: "a volume", property: "tags", resources: []*graph.Resource{res(volumeType, "volume", in{})}},
			{about: "no tag", property: "tags", resources: []*graph.Resource{host(in{}), res(selectionType, "daily", in{
				"selectionTags": []any{in{"type": "STRINGEQUALS", "key": "Backup", "value": "daily"}}})}},
			{about: "another value", property: "tags", resources: []*graph.Resource{tagged("weekly"), res(selectionType, "daily", in{
				"selectionTags": []any{in{"type": "STRINGEQUALS", "key": "Backup", "value": "daily"}}})}},
			{about: "another region's selection", property: "tags", resources: []*graph.Resource{tagged("daily"), inRegion("us-west-2", res(selectionType, "daily", in{
				"selectionTags": []any{in{"type": "STRINGEQUALS", "key": "Backup", "value": "daily"}}}))}},
			{about: "databases only", property: "tags", resources: []*graph.Resource{host(in{}), res(selectionType, "databases", in{"resources": []any{"arn:aws:rds:*:*:db:*"}})}},
			{about: "volumes only", property: "tags", resources: []*graph.Resource{host(in{}), res(selectionType, "volumes", in{"resources": []any{"arn:aws:ec2:*:*:volume/*"}})}},
			{about: "another region's hosts", property: "tags", resources: []*graph.Resource{host(in{}), res(selectionType, "hosts", in{"resources": []any{"arn:aws:ec2:eu-west-1:*:instance/*"}})}},
			{about: "another host", property: "tags", resources: []*graph.Resource{host(in{}), res(selectionType, "host", in{"resources": []any{"arn:aws:ec2:us-east-1:123456789012:instance/i-0123"}})}},
			{about: "another host of this stack", property: "tags", resources: []*graph.Resource{host(in{}), res(instances[1], "spot", in{}), res(selectionType, "host", in{"resources": []any{ref(instances[1], "spot", "arn")}})}},
			{about: "left out", property: "tags", resources: []*graph.Resource{host(in{}), res(selectionType, "all", in{
				"resources": []any{"*"}, "notResources": []any{ref(instanceType, "host", "arn")}})}},
			{about: "left out with its kind", property: "tags", resources: []*graph.Resource{tagged("daily"), res(selectionType, "daily", in{
				"selectionTags": []any{in{"type": "STRINGEQUALS", "key": "Backup", "value": "daily"}}, "notResources": []any{"arn:aws:ec2:*:*:instance/*"}})}},
			{about: "one condition not met", property: "tags", resources: []*graph.Resource{tagged("daily"), res(selectionType, "daily", in{
				"resources": []any{"*"}, "conditions": []any{in{
					"stringEquals": []any{in{"key": "aws:ResourceTag/Backup", "value": "daily"}, in{"key": "aws:ResourceTag/Tier", "value": "1"}}}}})}},
			{about: "a condition that leaves it out", property: "tags", resources: []*graph.Resource{tagged("never"), res(selectionType, "daily", in{
				"resources": []any{"*"}, "conditions": []any{in{"stringNotEquals": []any{in{"key": "aws:ResourceTag/Backup", "value": "never"}}}}})}},
			{about: "a pattern that leaves it out", property: "tags", resources: []*graph.Resource{tagged("never"), res(selectionType, "daily", in{
				"resources": []any{"*"}, "conditions": []any{in{"stringNotLikes": []any{in{"key": "aws:ResourceTag/Backup", "value": "n*"}}}}})}},
			{about: "a volume attached to a host that is not covered", property: "tags", resources: []*graph.Resource{host(in{}), res(volumeType, "volume", in{}),
				res("aws:ec2/volumeAttachment:VolumeAttachment", "attachment", in{"volumeId": ref(volumeType, "volume", "id"), "instanceId": ref(instanceType, "host", "id")})}},
			{about: "a snapshot policy that is off", property: "tags", resources: []*graph.Resource{tagged("daily"), res(lifecycleType, "daily", in{"state": "DISABLED", "policyDetails": in{
				"resourceTypes": []any{"INSTANCE"}, "targetTags": in{"Backup": "daily"}, "schedules": []any{in{"name": "daily"}}}})}},
			{about: "a snapshot policy without schedule", property: "tags", resources: []*graph.Resource{tagged("daily"), res(lifecycleType, "daily", in{"policyDetails": in{
				"resourceTypes": []any{"INSTANCE"}, "targetTags": in{"Backup": "daily"}}})}},
			{about: "a snapshot policy for volumes, and the tag on the host", property: "tags", resources: []*graph.Resource{tagged("daily"), res(lifecycleType, "daily", in{"policyDetails": in{
				"resourceTypes": []any{"VOLUME"}, "targetTags": in{"Backup": "daily"}, "schedules": []any{in{"name": "daily"}}}})}},
			{about: "a snapshot policy for another tag", property: "tags", resources: []*graph.Resource{tagged("weekly"), res(lifecycleType, "daily", in{"policyDetails": in{
				"resourceTypes": []any{"INSTANCE"}, "targetTags": in{"Backup": "daily"}, "schedules": []any{in{"name": "daily"}}}})}},
			{about: "another region's snapshot policy", property: "tags", resources: []*graph.Resource{host(in{}), inRegion("us-west-2", res(lifecycleType, "all", in{"defaultPolicy": "INSTANCE"}))}},
		},
		undecided: []example{
			{about: "tag not known", resources: []*graph.Resource{host(in{"tags": in{"Backup": unknown}}), res(selectionType, "daily", in{
				"selectionTags": []any{in{"type": "STRINGEQUALS", "key": "Backup", "value": "daily"}}})}},
			{about: "tags not known", resources: []*graph.Resource{host(in{"tags": unknown}), res(selectionType, "daily", in{
				"resources": []any{"*"}, "conditions": []any{in{"stringEquals": []any{in{"key": "aws:ResourceTag/Backup", "value": "daily"}}}}})}},
			{about: "selection not known", resources: []*graph.Resource{host(in{}), res(selectionType, "some", in{"resources": unknown})}},
			{about: "kind of a snapshot policy not known", resources: []*graph.Resource{host(in{}), res(lifecycleType, "daily", in{"policyDetails": in{
				"resourceTypes": unknown, "targetTags": in{"Backup": "daily"}, "schedules": []any{in{"name": "daily"}}}})}},
			{about: "one tag of a snapshot policy not known", resources: []*graph.Resource{host(in{}), res(lifecycleType, "daily", in{"policyDetails": in{
				"resourceTypes": []any{"INSTANCE"}, "targetTags": in{"Backup": unknown}, "schedules": []any{in{"name": "daily"}}}})}},
			{about: "tags of a snapshot policy not known", resources: []*graph.Resource{host(in{}), res(lifecycleType, "daily", in{"policyDetails": in{
				"resourceTypes": []any{"INSTANCE"}, "targetTags": unknown, "schedules": []any{in{"name": "daily"}}}})}},
		},
	},
}

// underKey is a volume under a key of one's own.
var underKey = in{"encrypted": true, "kmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/1"}

func host(inputs in) *graph.Resource { return res(instanceType, "host", inputs) }

// tagged is a host that asks for a backup.
func tagged(backup string) *graph.Resource { return host(in{"tags": in{"Backup": backup}}) }

// templated is a host with a launch template that itself would do.
func templated(own, template in) []*graph.Resource {
	own = maps.Clone(own)
	own["launchTemplate"] = in{"id": ref(launchTemplateType, "template", "id")}
	return []*graph.Resource{res(launchTemplateType, "template", template), host(own)}
}

// grouped is an Auto Scaling group with its launch template.
func grouped(group, template in) []*graph.Resource {
	group = maps.Clone(group)
	group["mixedInstancesPolicy"] = in{"launchTemplate": in{"launchTemplateSpecification": in{"launchTemplateId": ref(launchTemplateType, "template", "id")}}}
	return []*graph.Resource{res(launchTemplateType, "template", template), res(scalingGroupType, "group", group)}
}

// managed is a host with a profile and a role, and what else there is.
func managed(role in, more ...*graph.Resource) []*graph.Resource {
	return append([]*graph.Resource{
		res(roleType, "role", role), res(profileType, "profile", in{"role": ref(roleType, "role", "name")}),
		host(in{"iamInstanceProfile": ref(profileType, "profile", "name")}),
	}, more...)
}

func agentDocument(actions any) string {
	return asJSON(in{"Version": "2012-10-17", "Statement": []any{in{"Effect": "Allow", "Action": actions, "Resource": "*"}}})
}

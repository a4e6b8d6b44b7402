package host

import (
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/internal/environment"
	"github.com/carebase/carebase/components/internal/policydoc"
	"github.com/carebase/carebase/components/internal/role"
	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/components/loggroup"
)

// Args shape a Host.
type Args struct {
	// HostName is the value of the host's tags Name and Host, and part of the names of its alarms, log groups and SSM
	// documents, e.g. vantrexia-prod: see limits.HostName. Changing it replaces the log groups and documents.
	HostName string

	// InstanceType has a Graviton processor, e.g. t4g.medium. A change stops and starts the host.
	InstanceType string

	// ImageID is the ID of an image of Amazon Linux 2023 for arm64. A change replaces the host. Empty: each new host starts
	// from the newest image of AWS, and a newer image never replaces a running host.
	ImageID string

	// VpcID and SubnetID are where the host is, and AvailabilityZone is the zone of the subnet. With Public the subnet must be
	// a public subnet, otherwise a private subnet. A change of the subnet replaces the host and its private address; a
	// change of the zone also replaces the data volume.
	VpcID            pulumi.StringInput
	SubnetID         pulumi.StringInput
	AvailabilityZone pulumi.StringInput

	// Public gives the host an Elastic IP, which stays when the host is replaced. The controls EC2-2 and EC2-4 then need
	// exceptions with a reason.
	Public bool

	// Ingress is who may connect: published address ranges, such as those of a CDN, to single ports. Peers inside the VPC are
	// let in by AllowFrom.
	Ingress []Ingress

	// InternetEgress lets the host connect to port 443 of every address: for image registries and APIs of other companies, and
	// for AWS where the VPC has no endpoints. Other peers are opened by AllowTo and AllowToPrefixList.
	InternetEgress bool

	// RootGiB is the size of the root volume: 8 to 1024. A change replaces the host.
	RootGiB int
	// DataGiB is the size of the data volume, which is mounted at /data and stays when the host is replaced: 0 for none, to
	// 16384. It can grow but not shrink.
	DataGiB int
	// Protect makes Pulumi refuse to delete or replace the data volume, the Elastic IP and the network interface.
	Protect bool
	// SnapshotDays is how many daily snapshots of all volumes are kept: 1 to 1000.
	SnapshotDays int

	// KeyArn is the customer-managed KMS key of the volumes: keys.Keys.Data.Arn.
	KeyArn pulumi.StringInput
	// LogsKeyArn is the KMS key of the log groups and of the data in Session Manager sessions.
	LogsKeyArn pulumi.StringInput
	// LogRetentionDays is one of loggroup.RetentionDays.
	LogRetentionDays int

	// Secrets are read from Secrets Manager by the host at each start and each deployment, into files in memory:
	// /run/carebase/secrets/<name>. Secrets of one line are in /run/carebase/env as well.
	Secrets map[string]SecretRef
	// SecretsKeyArn is the KMS key that encrypts Secrets. Needed with them.
	SecretsKeyArn pulumi.StringInput

	// Packages are packages of Amazon Linux to install, e.g. postgresql15 on an admin host.
	Packages []string

	// Compose runs containers with Docker Compose. Nil: no Docker.
	Compose *Compose

	// Policy is what programs on the host may do in AWS: statements with exact actions and resources.
	Policy []Statement

	// TopicArn is the SNS topic of the alarms.
	TopicArn pulumi.StringInput
}

// Statement and Condition are those of the policy that a role gets.
type (
	Statement = policydoc.Statement
	Condition = policydoc.Condition
)

// Ingress opens one TCP port to address ranges.
type Ingress struct {
	// Port is 1 to 65535, but not 22 (SSH): people reach the host by Session Manager.
	Port int
	// CIDRs are IPv4 ranges, none wider than /8. Each range is a rule, and a security group has at most 60 rules unless AWS
	// raised the quota.
	// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
	CIDRs []string
}

// A SecretRef names a secret whose value the host reads.
type SecretRef struct {
	// Arn of the secret in Secrets Manager.
	Arn pulumi.StringInput
	// JSONKey selects one member of a secret that is a JSON object, e.g. password. Empty: the whole secret.
	JSONKey string
}

// Compose is an application of containers on the host.
type Compose struct {
	// File is the content of the Compose file. It names images by ${TAG}, which a deployment sets, and may use the variables
	// in Environment. A service gets the secrets by `env_file: [{path: /run/carebase/env, format: raw}]` or as files by
	// `secrets: {name: {file: /run/carebase/secrets/NAME}}`. Other files of the host are not there: configuration belongs
	// into the images. The text must not contain "{{", which Systems Manager would take for a parameter.
	File string

	// Environment is what the Compose file may use without harm, e.g. ${BUCKET}. Values are of one line, without single quotes.
	Environment map[string]pulumi.StringInput

	// HealthURL is asked on the host after a deployment, e.g. http://localhost/health/. An answer below 400 means healthy.
	HealthURL string
	// HealthSeconds is how long a deployment waits for healthy containers, and then for HealthURL, before it rolls back: 10 to 600.
	HealthSeconds int

	// Migration is what runs once before the containers of a release start: a service of the Compose file and its command, e.g.
	// backend python manage.py migrate --noinput. The old containers still run then. Empty: nothing.
	Migration string

	// Version of the Compose plugin, from 2.30.0 on (env_file with format raw), and the SHA-256 of the file
	// docker-compose-linux-aarch64 of that release. The repositories of Amazon Linux 2023 do not contain the plugin.
	// https://docs.docker.com/compose/install/linux/#install-the-plugin-manually
	Version, SHA256 string

	// Registry signs in to a private registry before images are pulled. Nil: public images, or images that Policy lets the
	// host pull.
	Registry *Registry

	// UseHostRole lets containers use the permissions of the host: the metadata service then answers through one more
	// network hop.
	// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
	UseHostRole bool
}

// Registry is a container registry with a user name and a token, such as ghcr.io.
type Registry struct {
	Server   string // host name, e.g. ghcr.io
	Username string
	// Secret is the name in Args.Secrets of the token.
	Secret string
}

const (
	sshPort         = 22
	widestPrefix    = 8
	leastHealth     = 10
	mostHealth      = 600
	latestTag       = "latest"
	whereSecretsAre = "name it in Secrets"
)

var (
	healthURL      = regexp.MustCompile(`^https?://localhost(:[0-9]{1,5})?/[A-Za-z0-9._~/-]*$`)
	composeVersion = regexp.MustCompile(`^(2\.[3-9][0-9]|[3-9]\.[0-9]+)\.[0-9]+$`)
	sha256Pattern  = regexp.MustCompile(`^[0-9a-f]{64}$`)
	migration      = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9_./:=,@-]*( [A-Za-z0-9_./:=,@-]+)*)?$`)
	account        = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
	fileName       = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	jsonKey        = regexp.MustCompile(`^[A-Za-z0-9_.-]*$`)
	latestImage    = regexp.MustCompile(`(?i)(:|:-)latest\b`)
)

func (args *Args) check(name string) error {
	p := arg.Check("host", name)
	if args == nil {
		p.Require("Args", false, "a *host.Args")
		return p.Err()
	}
	if name != "" { // an empty name is reported already
		p.Match("name", name, limits.Hyphenated, "lower-case letters, digits and single hyphens, beginning with a letter")
	}
	if !limits.HostName(args.HostName) {
		p.Add("HostName", args.HostName, limits.HostNameRule)
	}
	p.Match("InstanceType", args.InstanceType, limits.GravitonType, limits.GravitonTypeRule)
	if args.ImageID != "" {
		p.Match("ImageID", args.ImageID, limits.ImageID, "the ID of an image, or empty for the newest of Amazon Linux 2023")
	}
	p.Require("VpcID", args.VpcID != nil, "the ID of a VPC")
	p.Require("SubnetID", args.SubnetID != nil, "the ID of a subnet")
	p.Require("AvailabilityZone", args.AvailabilityZone != nil, "the zone of the subnet")
	args.checkIngress(p)
	p.Between("RootGiB", args.RootGiB, limits.LeastRootGiB, limits.MostRootGiB)
	p.Between("DataGiB", args.DataGiB, 0, limits.MostDataGiB)
	p.Between("SnapshotDays", args.SnapshotDays, limits.LeastSnapshots, limits.MostSnapshots)
	p.Require("KeyArn", args.KeyArn != nil, "the ARN of a customer-managed KMS key (see components/keys)")
	p.Require("LogsKeyArn", args.LogsKeyArn != nil, "the ARN of a KMS key that CloudWatch Logs may use")
	if !loggroup.ValidRetention(args.LogRetentionDays) {
		p.Add("LogRetentionDays", args.LogRetentionDays, loggroup.RetentionRule)
	}
	args.checkSecrets(p)
	for i, name := range args.Packages {
		p.Match(fmt.Sprintf("Packages[%d]", i), name, limits.RPMPackage, "the name of a package of Amazon Linux 2023")
	}
	if args.Compose != nil {
		args.Compose.check(p, args.Secrets)
	}
	role.CheckStatements(p, "Policy", args.Policy, ownSids)
	p.Require("TopicArn", args.TopicArn != nil, "the ARN of an SNS topic for the alarms")
	return p.Err()
}

func (args *Args) checkIngress(p *arg.Problems) {
	seen := map[string]bool{}
	for i, ingress := range args.Ingress {
		at := fmt.Sprintf("Ingress[%d]", i)
		p.Between(at+".Port", ingress.Port, 1, 65535)
		if ingress.Port == sshPort {
			p.Add(at+".Port", sshPort, "another port: people reach the host by Session Manager")
		}
		p.Require(at+".CIDRs", len(ingress.CIDRs) > 0, "IPv4 ranges such as 173.245.48.0/20")
		for _, cidr := range ingress.CIDRs {
			prefix, err := netip.ParsePrefix(cidr)
			if err != nil || !prefix.Addr().Is4() || prefix.Masked() != prefix || prefix.Bits() < widestPrefix {
				p.Add(at+".CIDRs", cidr, fmt.Sprintf("an IPv4 range that begins at its first address and is not wider than /%d", widestPrefix))
			}
			if rule := ruleName(ingress.Port, cidr); seen[rule] {
				p.Add(at+".CIDRs", cidr, "each range once for each port")
			} else {
				seen[rule] = true
			}
		}
	}
}

// ruleName tells the ingress rules apart: adding a range changes no other rule.
func ruleName(port int, cidr string) string {
	return fmt.Sprintf("%s-to-%d", strings.NewReplacer(".", "-", "/", "-").Replace(cidr), port)
}

func (args *Args) checkSecrets(p *arg.Problems) {
	for _, name := range slices.Sorted(maps.Keys(args.Secrets)) {
		at := "Secrets[" + name + "]"
		p.Match("Secrets", name, fileName, "names of letters, digits and _, not beginning with a digit")
		p.Require(at+".Arn", args.Secrets[name].Arn != nil, "the ARN of a secret")
		p.Match(at+".JSONKey", args.Secrets[name].JSONKey, jsonKey, "a member's name of letters, digits and _ . -")
	}
	if len(args.Secrets) > 0 {
		p.Require("SecretsKeyArn", args.SecretsKeyArn != nil, "the ARN of the KMS key that encrypts Secrets")
	}
}

func (c *Compose) check(p *arg.Problems, secrets map[string]SecretRef) {
	if !strings.Contains(c.File, "${TAG") {
		p.Add("Compose.File", "…", "a Compose file that names its images by ${TAG}")
	}
	if strings.Contains(c.File, "{{") || slices.Contains(strings.Split(c.File, "\n"), endOfFile) {
		p.Add("Compose.File", "…", `a text without "{{" and without a line `+endOfFile)
	}
	if latestImage.MatchString(c.File) {
		p.Add("Compose.File", "…", "images with an immutable tag, not "+latestTag)
	}
	if what := limits.SecretIn(c.File); what != "" {
		p.Add("Compose.File", "…", "a text without "+what+": "+whereSecretsAre)
	}
	environment.Check(p, c.Environment, whereSecretsAre)
	if _, set := c.Environment[tagVariable]; set {
		p.Add("Environment", tagVariable, "another name: a deployment sets this variable")
	}
	p.Match("Compose.HealthURL", c.HealthURL, healthURL, "a URL of this host, e.g. http://localhost/health/")
	p.Between("Compose.HealthSeconds", c.HealthSeconds, leastHealth, mostHealth)
	p.Match("Compose.Migration", c.Migration, migration, "a service and its command, of letters, digits and _ . / : = , @ -, or empty")
	p.Match("Compose.Version", c.Version, composeVersion, "a release of the Compose plugin from 2.30.0 on")
	p.Match("Compose.SHA256", c.SHA256, sha256Pattern, "64 hexadecimal digits: the SHA-256 of docker-compose-linux-aarch64")
	if r := c.Registry; r != nil {
		p.Match("Compose.Registry.Server", r.Server, limits.Domain, "a host name, e.g. ghcr.io")
		p.Match("Compose.Registry.Username", r.Username, account, "letters, digits and . _ -")
		if _, named := secrets[r.Secret]; !named {
			p.Add("Compose.Registry.Secret", r.Secret, "a name in Secrets")
		}
	}
}

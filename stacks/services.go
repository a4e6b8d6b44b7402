package stacks

import (
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/service"
	"github.com/carebase/carebase/components/timeouts"
	"github.com/carebase/carebase/stacks/settings"
)

const (
	httpsPort = 443
	cachePort = 6379
	// keptImages is how many builds can be rolled back to.
	keptImages = 30
)

// databasePort is PostgreSQL's.
const databasePort = 5432

// databaseCA is where an image that connects to the database has the certificates of RDS's authorities, by which it verifies
// that the server is the one it means. They are in no system's own list.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
const databaseCA = "/opt/rds/global-bundle.pem"

func (f *foundation) buildServices(ctx *pulumi.Context) error {
	if f.Tracing != nil {
		image, err := f.image(ctx, settings.CollectorImage, f.Tracing.ImageTag)
		if err != nil {
			return err
		}
		f.collector = &image
	}
	for _, s := range f.Services {
		if err := f.buildService(ctx, s); err != nil {
			return err
		}
	}
	for i, s := range f.Services {
		if err := f.connectServices(ctx, s.Task(), f.services[i].SecurityGroupID, f.services[i]); err != nil {
			return err
		}
	}
	return nil
}

// connectServices opens the way from a service or job to the services that its settings name, on both sides.
func (f *foundation) connectServices(ctx *pulumi.Context, t settings.Task, group pulumi.StringInput, from client) error {
	for i, s := range f.Services {
		if !slices.Contains(t.Connects, s.Name) {
			continue
		}
		if err := f.services[i].AllowFrom(ctx, t.Name, group); err != nil {
			return err
		}
		if err := from.AllowTo(ctx, s.Name, f.services[i].SecurityGroupID, s.Port); err != nil {
			return err
		}
	}
	return nil
}

func (f *foundation) buildService(ctx *pulumi.Context, s settings.Service) error {
	task, image, err := f.task(ctx, s.Task())
	if err != nil {
		return err
	}
	if f.collector != nil {
		task.Tracing = &service.Tracing{Image: *f.collector}
	}
	task.EnableExec = s.EnableExec
	task.InternetEgress = s.InternetEgress

	args := &service.WebArgs{
		TaskArgs:     task,
		SubnetIDs:    f.network.PrivateSubnetIDs,
		Port:         s.Port,
		TLS:          s.Protocol == settings.HTTPS,
		HealthPath:   s.HealthCheckPath,
		LivenessPath: s.LivenessPath,
		Listener:     f.front.Listener(),
		Paths:        s.Paths,
		Priority:     s.Priority,
		DesiredCount: s.DesiredCount,
		Autoscaling:  &service.Autoscaling{Min: s.MinCount, Max: s.MaxCount},
		AlarmNames:   pulumi.StringArray{f.frontAlarms.Name("load-balancer-errors")},

		StartupSeconds: s.StartupSeconds,
	}
	f.standBy(args)
	web, err := service.NewWeb(ctx, s.Name, args, f.providers.option())
	if err != nil {
		return err
	}
	f.services = append(f.services, web)
	if err := f.front.AllowTo(ctx, s.Name, web.SecurityGroupID, s.Port); err != nil {
		return err
	}
	if err := f.connectToAWS(ctx, s.Name, web.SecurityGroupID, web); err != nil {
		return err
	}
	if err := f.connectStores(ctx, s.Task(), web.SecurityGroupID, web); err != nil {
		return err
	}
	if !f.IsRecovery() { // whose repositories are filled by replication
		ctx.Export(s.Name+"Repository", image.Repository)
		ctx.Export(s.Name+"Service", web.ServiceName)
	}
	return nil
}

// standBy keeps a service of a recovery stack at no tasks until the stack is active. The first of the two steps of an
// activation starts them, and autoscaling takes over with the second: until then the program says how many there are.
func (f *foundation) standBy(args *service.WebArgs) {
	if !f.IsRecovery() || f.Recovery.Promoted {
		return
	}
	args.HoldDesiredCount = true
	if !f.Recovery.Active {
		args.DesiredCount = 0
		args.Autoscaling.Min, args.Autoscaling.Suspended = 0, true
	}
}

// newImage makes the repository that a service's or job's images are pushed to.
func (p *primary) newImage(ctx *pulumi.Context, of, tag string) (service.Image, error) {
	args := service.RepositoryArgs{
		RepositoryName: p.names().repository(of),
		KeyArn:         p.keys.DataArn,
		KeepImages:     keptImages,
		ForceDelete:    !p.Protect,
	}
	repository, err := service.NewRepository(ctx, of+"-repository", &args, p.providers.option())
	if err != nil {
		return service.Image{}, err
	}
	if p.protection != nil {
		if _, err := p.protection.NewRepository(ctx, of+"-repository", args); err != nil {
			return service.Image{}, err
		}
	}
	return repository.Image(tag), nil
}

// task returns the arguments that the settings' services and jobs have in common, and creates the image's repository.
func (f *foundation) task(ctx *pulumi.Context, t settings.Task) (service.TaskArgs, service.Image, error) {
	image, err := f.image(ctx, t.Name, t.ImageTag)
	if err != nil {
		return service.TaskArgs{}, image, err
	}
	task := f.bareTask(image, t.CPU, t.MemoryMiB)
	task.Architecture = service.Architecture(t.Architecture)
	task.Environment = map[string]pulumi.StringInput{}
	for name, text := range t.Environment {
		task.Environment[name] = fill(text, f.placeholders())
	}
	for name, secret := range t.Secrets {
		task.Secrets[name] = service.SecretRef{Arn: f.secretArn(secret)}
	}
	task.TaskPolicy = f.permissions(t)
	// In memory, because a directory on disk would belong to root.
	task.Scratch = []service.Scratch{{Path: "/tmp", MiB: t.MemoryMiB / 8}}
	return task, image, nil
}

// bareTask returns the arguments that all tasks of the stack have in common.
func (f *foundation) bareTask(image service.Image, cpu, memory int) service.TaskArgs {
	return service.TaskArgs{
		Cluster:          f.cluster.Ref(),
		VpcID:            f.network.VpcID,
		Image:            image,
		Cpu:              cpu,
		Memory:           memory,
		Architecture:     service.X8664,
		Secrets:          map[string]service.SecretRef{},
		SecretsKeyArn:    f.keyArns.Secrets,
		LogsKeyArn:       f.keyArns.Logs,
		LogRetentionDays: f.Logs.RetentionDays,
	}
}

// client is a service or job as its peers see it.
type client interface {
	AllowTo(ctx *pulumi.Context, name string, peerSecurityGroupID pulumi.StringInput, port int) error
	AllowToPrefixList(ctx *pulumi.Context, name string, prefixListID pulumi.StringInput, port int) error
}

// connectToAWS opens the way to the VPC's endpoints: images, secrets, keys and logs without the internet.
func (f *foundation) connectToAWS(ctx *pulumi.Context, name string, group pulumi.StringInput, from client) error {
	if err := f.network.AllowFrom(ctx, name, group); err != nil {
		return err
	}
	if err := from.AllowTo(ctx, "endpoints", f.network.EndpointSecurityGroupID, httpsPort); err != nil {
		return err
	}
	return from.AllowToPrefixList(ctx, "s3", f.network.S3PrefixListID, httpsPort)
}

// connectStores opens the way from a service or job to the data stores that its settings name.
func (f *foundation) connectStores(ctx *pulumi.Context, t settings.Task, group pulumi.StringInput, from client) error {
	for _, to := range t.Connects {
		if to != settings.ConnectDatabase && to != settings.ConnectCache {
			continue // a service
		}
		if err := f.connect(ctx, t.Name, to, group, from); err != nil {
			return err
		}
	}
	return nil
}

// connect opens the way from a service or job to a data store, on both sides.
func (f *foundation) connect(ctx *pulumi.Context, name, to string, group pulumi.StringInput, from client) error {
	if to == settings.ConnectCache {
		if err := f.cache.AllowFrom(ctx, name, group); err != nil {
			return err
		}
		return from.AllowTo(ctx, to, f.cache.SecurityGroupID, cachePort)
	}
	if err := f.database.AllowFrom(ctx, name, group); err != nil {
		return err
	}
	return from.AllowTo(ctx, to, f.database.SecurityGroupID, databasePort)
}

// permissions returns the statements of a task role: for the buckets and the cache that the settings name, and nothing else.
func (f *foundation) permissions(t settings.Task) []service.Statement {
	var statements []service.Statement
	for _, to := range t.Connects {
		if to == settings.ConnectCache {
			statements = append(statements, service.Statement{
				Sid: "SignInToCache", Effect: "Allow", Actions: []string{"elasticache:Connect"},
				Resources: pulumi.StringArray{f.cache.ReplicationGroupArn, f.cache.UserArn},
			})
		}
	}
	if len(t.Buckets) == 0 {
		return statements
	}
	return append(statements,
		service.Statement{
			Sid: "ReadAndWriteFiles", Effect: "Allow",
			Actions:   []string{"s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"},
			Resources: pulumi.StringArray{pulumi.Sprintf("%s/*", f.files.arn)},
		},
		service.Statement{
			Sid: "ListFiles", Effect: "Allow", Actions: []string{"s3:ListBucket"},
			Resources: pulumi.StringArray{f.files.arn},
		},
		service.Statement{
			Sid: "UseKeyOfFiles", Effect: "Allow", Actions: []string{"kms:Decrypt", "kms:GenerateDataKey"},
			Resources: pulumi.StringArray{f.keyArns.Data},
			Conditions: []service.Condition{{
				Test: "StringEquals", Key: "kms:ViaService", Values: pulumi.StringArray{pulumi.Sprintf("s3.%s.amazonaws.com", f.Region)},
			}},
		},
	)
}

// placeholders returns the values of the placeholders that the stack's settings may use.
func (f *foundation) placeholders() map[string]pulumi.StringInput {
	values := map[string]pulumi.StringInput{
		"{environment}": pulumi.String(f.Environment),
		"{region}":      pulumi.String(f.Region),
		"{domain}":      pulumi.String(f.Domain),

		"{timeouts.keepAlive}": pulumi.String(strconv.Itoa(timeouts.TargetKeepAlive)),
		"{timeouts.shutdown}":  pulumi.String(strconv.Itoa(timeouts.Shutdown)),
	}
	if f.database != nil {
		values["{database.address}"] = f.database.Address
		values["{database.port}"] = pulumi.String(strconv.Itoa(databasePort))
		values["{database.name}"] = pulumi.String(f.Database.Name)
		values["{database.ca}"] = pulumi.String(databaseCA)
	}
	if f.cache != nil {
		values["{cache.address}"] = f.cache.PrimaryEndpoint
		values["{cache.port}"] = pulumi.String(strconv.Itoa(cachePort))
		values["{cache.user}"] = f.cache.UserName
		values["{cache.group}"] = f.cache.ReplicationGroupID
	}
	for _, s := range f.Services {
		values[settings.ServiceAddress(s.Name)] = pulumi.String(s.Name + "." + f.names().discovery())
	}
	if f.HasFiles() {
		values["{files.bucket}"] = f.files.name
	}
	return values
}

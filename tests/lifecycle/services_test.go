//go:build engine

package lifecycle

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/tests/lifecycle/engine"
)

func servicesHold(t *testing.T, want environment, cfg aws.Config) {
	client := ecs.NewFromConfig(cfg)
	cluster := "careconnect-" + want.name
	all, err := client.ListServices(t.Context(), &ecs.ListServicesInput{Cluster: &cluster})
	require.NoError(t, err)
	services, err := client.DescribeServices(t.Context(), &ecs.DescribeServicesInput{Cluster: &cluster, Services: all.ServiceArns})
	require.NoError(t, err)
	require.Len(t, services.Services, 1)
	service := services.Services[0]
	assert.Equal(t, types.AssignPublicIpDisabled, service.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp)
	assert.Len(t, service.NetworkConfiguration.AwsvpcConfiguration.Subnets, want.zones)
	assert.True(t, service.DeploymentConfiguration.DeploymentCircuitBreaker.Enable)
	assert.True(t, service.DeploymentConfiguration.DeploymentCircuitBreaker.Rollback)
	assert.Equal(t, !want.phi, service.EnableExecuteCommand, "nobody has a shell where PHI lives")

	definition, err := client.DescribeTaskDefinition(t.Context(), &ecs.DescribeTaskDefinitionInput{TaskDefinition: service.TaskDefinition})
	require.NoError(t, err)
	task := definition.TaskDefinition
	assert.NotEqual(t, aws.ToString(task.ExecutionRoleArn), aws.ToString(task.TaskRoleArn))
	require.Len(t, task.ContainerDefinitions, 1)
	container := task.ContainerDefinitions[0]
	assert.True(t, aws.ToBool(container.ReadonlyRootFilesystem))
	assert.False(t, aws.ToBool(container.Privileged))
	assert.Equal(t, types.LogDriverAwslogs, container.LogConfiguration.LogDriver)
	var secret []string
	for _, s := range container.Secrets {
		secret = append(secret, *s.Name)
		assert.Contains(t, *s.ValueFrom, ":secretsmanager:", *s.Name)
	}
	assert.ElementsMatch(t, []string{"SPRING_DATASOURCE_PASSWORD", "JWT_SECRET", "API_KEYS"}, secret)
	for _, variable := range container.Environment {
		assert.NotContains(t, secret, *variable.Name)
	}
}

func imagesHold(t *testing.T, want environment, cfg aws.Config, keys keyring) {
	all, err := ecr.NewFromConfig(cfg).DescribeRepositories(t.Context(), nil)
	require.NoError(t, err)
	var names []string
	for _, repository := range all.Repositories {
		names = append(names, *repository.RepositoryName)
		assert.Equal(t, "IMMUTABLE", string(repository.ImageTagMutability), *repository.RepositoryName)
		assert.True(t, repository.ImageScanningConfiguration.ScanOnPush, *repository.RepositoryName)
		assert.Equal(t, "KMS", string(repository.EncryptionConfiguration.EncryptionType), *repository.RepositoryName)
		assert.Equal(t, keys.data, aws.ToString(repository.EncryptionConfiguration.KmsKey), *repository.RepositoryName)
	}
	prefix := "careconnect-" + want.name + "/"
	assert.ElementsMatch(t, []string{prefix + "backend", prefix + "database-roles", prefix + "migrations"}, names)
}

// repositoriesStay reads in the state that the engine hands the option of awsx's component on to what that makes: a repository
// with images, which ECR deletes for nobody, leaves the stack and stays in AWS.
func repositoriesStay(t *testing.T, stack *engine.Stack) {
	seen := 0
	for _, r := range stack.State(t).Resources {
		if r.Type == "aws:ecr/repository:Repository" {
			seen++
			assert.Equal(t, r.Inputs["forceDelete"] != true, r.RetainOnDelete, r.URN)
		}
	}
	assert.NotZero(t, seen)
}

package repair

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOrphansAreWhatTheStateDoesNotHave(t *testing.T) {
	asked := ""
	serve(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".GetResources") {
			caller("111111111111")(w, r)
			return
		}
		text, _ := io.ReadAll(r.Body)
		asked = string(text)
		var list []string
		for _, arn := range []string{
			"arn:aws:sns:us-east-1:111111111111:careconnect-dev-alerts", // its id is the ARN
			"arn:aws:ec2:us-east-1:111111111111:vpc/vpc-1",
			"arn:aws:ec2:us-east-1:111111111111:vpc/vpc-2",
			"arn:aws:s3:::files",
			"arn:aws:logs:us-east-1:111111111111:log-group:/ecs/api",
			"arn:aws:ecs:us-east-1:111111111111:task-definition/api:3",
			"arn:aws:ecs:us-east-1:111111111111:task-definition/other:1",
			"arn:aws:rds:us-east-1:111111111111:snapshot:rds:db-2026-11-20",
			"arn:aws:ecs:us-east-1:111111111111:task/api/1",
			"arn:aws:secretsmanager:us-east-1:111111111111:secret:task/key", // its name is like the type of what AWS makes
		} {
			list = append(list, fmt.Sprintf(`{"ResourceARN":%q}`, arn))
		}
		fmt.Fprintf(w, `{"ResourceTagMappingList":[%s]}`, strings.Join(list, ","))
	})
	orphans, err := interrupted(t, and(only(), have(
		resource("aws:ec2/vpc:Vpc", "vpc", "vpc-1", nil),
		resource("aws:s3/bucket:Bucket", "files", "files", nil),
		resource("aws:cloudwatch/logGroup:LogGroup", "logs", "/ecs/api", nil),
		resource("aws:ecs/taskDefinition:TaskDefinition", "api", "api", nil),
	))).Orphans(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{
		"arn:aws:ec2:us-east-1:111111111111:vpc/vpc-2",
		"arn:aws:ecs:us-east-1:111111111111:task-definition/other:1",
		"arn:aws:secretsmanager:us-east-1:111111111111:secret:task/key",
	}, orphans)
	assert.Contains(t, asked, `{"Key":"Project","Values":["careconnect"]}`)
	assert.Contains(t, asked, `{"Key":"Environment","Values":["dev"]}`)
}

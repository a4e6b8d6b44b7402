package examples

import (
	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
)

const (
	KmsKey = "aws:kms/key:Key"
	KeyArn = "arn:aws:kms:us-east-1:123456789012:key/k"
)

func Db(inputs Inputs) *graph.Resource { return Resource(inspect.DbInstanceType, "db", inputs) }

// Command rotation is the AWS Lambda function that rotates the secrets of a stack. AWS Secrets Manager invokes it.
// components/rotation deploys it.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/carebase/carebase/functions/rotation/config"
	"github.com/carebase/carebase/functions/rotation/rotate"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	handler, err := newHandler(context.Background(), log)
	if err != nil {
		log.Error("cannot start", "error", err.Error())
		os.Exit(1)
	}
	lambda.Start(handler.Handle)
}

func newHandler(ctx context.Context, log *slog.Logger) (*rotate.Handler, error) {
	secrets, err := config.Decode(os.Getenv(config.Variable))
	if err != nil {
		return nil, err
	}
	cloud, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	return &rotate.Handler{
		Config:        secrets,
		Secrets:       secretsmanager.NewFromConfig(cloud),
		Users:         elasticache.NewFromConfig(cloud),
		DatabaseRoots: rotate.RDSAuthorities(),
		Log:           log,
	}, nil
}

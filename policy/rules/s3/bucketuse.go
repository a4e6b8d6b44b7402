package s3

import (
	"github.com/carebase/carebase/policy/inspect"
)

var (
	// exportTarget are what writes backups of databases.
	exportTarget = []inspect.Use{
		{Property: "s3BucketName", Types: []string{"aws:rds/exportTask:ExportTask"}},
		{Property: "s3Bucket", Types: []string{"aws:dynamodb/tableExport:TableExport"}},
	}
)

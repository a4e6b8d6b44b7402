package policy

import "slices"

// Catalogue returns every control, ordered by service and number.
func Catalogue() []*Control { return slices.Clone(catalogue) }

// Lookup returns the control with that id, or nil.
func Lookup(id string) *Control {
	for _, control := range catalogue {
		if control.ID == id {
			return control
		}
	}
	return nil
}

// catalogue is the one list. Each file of controls contributes its own.
var catalogue = slices.Concat(
	vpcControls,
	ec2Controls,
	rdsControls,
	databaseCareControls,
	elasticacheControls,
	ecsControls,
	ecsHealthControls,
	albControls,
	transitControls,
	cloudfrontControls,
	s3Controls,
	kmsControls,
	secretsmanagerControls,
	lambdaControls,
	noticeControls,
	snsControls,
	cloudwatchControls,
	cloudtrailControls,
	backupControls,
	wafv2Controls,
	iamControls,
	acmControls,
	detectionControls,
	sqsControls,
	ecrControls,
	route53Controls,
	switchControls,
	treeControls,
)

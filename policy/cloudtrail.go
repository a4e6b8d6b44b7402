package policy

var cloudtrailControls = []*Control{
	{
		ID: "CT-1", Service: "CloudTrail", Kind: Presence, Severity: High, Applies: WherePHI,
		Title:     "A trail exists",
		Citations: []string{"164.308(a)(3)(ii)(A)", "164.308(a)(5)(ii)(C)", "164.312(b)"},
		Config:    []string{"cloudtrail-enabled"},
		Why:       "Without a trail nobody can say who did what in the account, and no investigation gets further than guesses.",
		check:     trailExists,
	},
	{
		ID: "CT-2", Service: "CloudTrail", Kind: Relation, Severity: High,
		Title:     "Multi-region",
		Citations: []string{"164.308(a)(3)(ii)(A)", "164.312(b)"},
		Config:    []string{"multi-region-cloudtrail-enabled"},
		Prowler:   []string{"cloudtrail_multi_region_enabled"},
		Why:       "An intruder works in the region that nobody watches.",
		check:     trailEverywhere,
	},
	{
		ID: "CT-3", Service: "CloudTrail", Kind: Property, Severity: Medium,
		Title:     "Delivers to CloudWatch Logs",
		Citations: []string{"164.308(a)(3)(ii)(A)", "164.312(b)"},
		Config:    []string{"cloud-trail-cloud-watch-logs-enabled"},
		Nag:       []string{"CloudTrailCloudWatchLogsEnabled"},
		Prowler:   []string{"cloudtrail_cloudwatch_logging_enabled"},
		Why:       "Alarms ring from the log group; from the bucket somebody reads days later.",
		check: each(of(trailType),
			isSet("cloudWatchLogsGroupArn", "name a log group; components/audit makes one for its Trail"),
			isSet("cloudWatchLogsRoleArn", "name the role that writes to the log group")),
	},
	{
		ID: "CT-4", Service: "CloudTrail", Kind: Property, Severity: High,
		Title:     "KMS encrypted",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(2)(ii)"},
		Config:    []string{"cloud-trail-encryption-enabled"},
		Nag:       []string{"CloudTrailEncryptionEnabled"},
		Prowler:   []string{"cloudtrail_kms_encryption_enabled"},
		Why:       "The trail names people, addresses and files; without the account's own key whoever may read the bucket reads it.",
		check:     each(of(trailType), customerKey("kmsKeyId", "set kmsKeyId to the logs key of components/keys")),
	},
	{
		ID: "CT-5", Service: "CloudTrail", Kind: Property, Severity: Medium,
		Title:     "Log file validation",
		Citations: []string{"164.312(c)(1)", "164.312(c)(2)"},
		Config:    []string{"cloud-trail-log-file-validation-enabled"},
		Nag:       []string{"CloudTrailLogFileValidationEnabled"},
		Prowler:   []string{"cloudtrail_log_file_validation_enabled"},
		Why:       "Without digests nobody can prove that the trail was not changed afterwards.",
		check:     each(of(trailType), isTrue("enableLogFileValidation", "set enableLogFileValidation: true")),
	},
	{
		ID: "CT-6", Service: "CloudTrail", Kind: Relation, Severity: High, Applies: WherePHI,
		Title:     "S3 data events (read and write)",
		Citations: []string{"164.308(a)(3)(ii)(A)", "164.312(b)"},
		Config:    []string{"cloudtrail-s3-dataevents-enabled"},
		Prowler:   []string{"cloudtrail_s3_dataevents_read_enabled", "cloudtrail_s3_dataevents_write_enabled"},
		Why:       "A trail of management events alone does not say who read which patient's document.",
		check:     trailSeesObjects,
	},
}

func trailExists(s *Stack, report *Report) {
	const want = "a trail that logs every management event"
	const fix = "once per account: turn on Trail of components/audit in one stack"
	trails := s.Of(trailType)
	if len(trails) == 0 {
		report.Fail(s.Root(), shortName(trailType), "none", want, fix)
	}
	s.oneTrail(report, func(trail *Resource, report *Report) bool {
		chosen := report.decide(recordsManagement(trail), trail, selectorProperty(trail), want, fix)
		return trail.check(report, trail, notFalse("enableLogging", fix)) && chosen
	})
}

func trailEverywhere(s *Stack, report *Report) {
	const fix = "set isMultiRegionTrail: true and leave includeGlobalServiceEvents unset, as components/audit does"
	s.oneTrail(report, func(trail *Resource, report *Report) bool {
		return trail.check(report, trail, isTrue("isMultiRegionTrail", fix), notFalse("includeGlobalServiceEvents", fix))
	})
}

// trailSeesObjects wants the buckets that may hold patients' documents in one trail; of a stack without any, some.
func trailSeesObjects(s *Stack, report *Report) {
	const fix = "select data events of AWS::S3::Object, reads and writes, as components/audit does"
	buckets := s.lookup(s.Of(bucketTypes...))
	documents := s.documentBuckets()
	s.oneTrail(report, func(trail *Resource, report *Report) bool {
		if len(documents) == 0 {
			return report.decide(buckets.recordsObjects(trail, nil), trail, selectorProperty(trail), "data events of objects in S3", fix)
		}
		good := true
		for _, bucket := range documents {
			want := "reads and writes of the objects in " + bucket.Name
			good = report.decide(buckets.recordsObjects(trail, bucket), trail, selectorProperty(trail), want, fix) && good
		}
		return good
	})
}

// oneTrail checks that one of the stack's trails is good.
func (s *Stack) oneTrail(report *Report, good func(*Resource, *Report) bool) {
	trails := s.Of(trailType)
	if i := report.oneOf(len(trails), func(i int, report *Report) bool { return good(trails[i], report) }); i >= 0 {
		report.Pass(trails[i])
	}
}

func selectorProperty(trail *Resource) string {
	if advanced := trail.At("advancedEventSelectors"); advanced.Unknown() || !advanced.Unset() {
		return advanced.Path()
	}
	return "eventSelectors"
}

// What the roles of the stacks may do, and what they may not. A key is a role's name; every role
// of every plan has an entry. A request is [action, resource, context].
const viaS3 = region => ({ 'kms:ViaService': `s3.${region}.amazonaws.com` })
const viaSecrets = region => ({ 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` })
const table = requests => requests.map(([action, resource, context]) => ({ action, resource, context }))

/** Refused to every role whose table does not allow it: what somebody would do who takes over an account. */
export const refusedToAll = plan => table([
  ['iam:CreateUser', `arn:aws:iam::${plan.account}:user/somebody`],
  ['iam:CreateAccessKey', `arn:aws:iam::${plan.account}:user/somebody`],
  ['iam:AttachRolePolicy', `arn:aws:iam::${plan.account}:role/backend-task-role`],
  ['iam:PutRolePolicy', `arn:aws:iam::${plan.account}:role/backend-task-role`],
  ['cloudtrail:StopLogging', `arn:aws:cloudtrail:${plan.region}:${plan.account}:trail/audit-trail`],
  ['cloudtrail:DeleteTrail', `arn:aws:cloudtrail:${plan.region}:${plan.account}:trail/audit-trail`],
  ['kms:ScheduleKeyDeletion', `arn:aws:kms:${plan.region}:${plan.account}:key/mrk-keys-data`],
  ['kms:PutKeyPolicy', `arn:aws:kms:${plan.region}:${plan.account}:key/mrk-keys-data`],
  ['s3:DeleteBucket', '${logs-bucket.arn}'],
  ['s3:PutBucketPolicy', '${logs-bucket.arn}'],
  ['s3:DeleteObjectVersion', '${logs-bucket.arn}/cloudtrail/a'],
  ['s3:BypassGovernanceRetention', '${logs-bucket.arn}/a'],
  ['secretsmanager:DeleteSecret', `arn:aws:secretsmanager:${plan.region}:${plan.account}:secret:careconnect/${plan.stack}/jwt-signing-key-AbCdEf`],
  ['secretsmanager:PutSecretValue', `arn:aws:secretsmanager:${plan.region}:${plan.account}:secret:careconnect/${plan.stack}/jwt-signing-key-AbCdEf`],
  ['logs:DeleteLogGroup', `arn:aws:logs:${plan.region}:${plan.account}:log-group:/cloudtrail/careconnect-${plan.stack}`],
  ['backup:DeleteBackupVault', `arn:aws:backup:${plan.region}:${plan.account}:backup-vault:careconnect-${plan.stack}`],
  ['rds:ModifyDBInstance', `arn:aws:rds:${plan.region}:${plan.account}:db:careconnect-${plan.stack}-db`],
  ['sts:AssumeRole', '${backup-job-role.arn}']
])

// A task as the application sees it, and a job of the same kind.
const filesBucket = plan => (plan.primary ? 'arn:aws:s3:::${primary.outputs.recovery.filesBucket}' : '${files-bucket.arn}')
const dataKey = plan => (plan.primary ? '${primary.outputs.recovery.dataKeyArn}' : '${keys-data.arn}')
const secretsKey = plan => (plan.primary ? '${primary.outputs.recovery.secretsKeyArn}' : '${keys-secrets.arn}')
const secret = (plan, name) => (plan.primary ? `\${primary.outputs.recovery.secretArns.${name}}` : `\${secrets-${name}.arn}`)

const encryptedWith = key => ({ 's3:x-amz-server-side-encryption': 'aws:kms', 's3:x-amz-server-side-encryption-aws-kms-key-id': key })

const backend = plan => ({
  allow: table([
    ['s3:GetObject', `${filesBucket(plan)}/patients/1.pdf`],
    ['s3:PutObject', `${filesBucket(plan)}/patients/1.pdf`],
    ['s3:PutObject', `${filesBucket(plan)}/patients/1.pdf`, encryptedWith(plan.resolve(dataKey(plan)))],
    ['s3:DeleteObject', `${filesBucket(plan)}/patients/1.pdf`],
    ['s3:ListBucket', filesBucket(plan)],
    ['kms:Decrypt', dataKey(plan), viaS3(plan.region)],
    ['kms:GenerateDataKey', dataKey(plan), viaS3(plan.region)],
    ['elasticache:Connect', '${cache-user.arn}']
  ]),
  deny: table([
    ['s3:DeleteObjectVersion', `${filesBucket(plan)}/patients/1.pdf`],
    // What the bucket's own policy refuses: plain HTTP, old TLS, and any key but the bucket's.
    ['s3:GetObject', `${filesBucket(plan)}/patients/1.pdf`, { 'aws:SecureTransport': 'false' }],
    ['s3:GetObject', `${filesBucket(plan)}/patients/1.pdf`, { 's3:TlsVersion': '1.1' }],
    ['s3:PutObject', `${filesBucket(plan)}/patients/1.pdf`, { 's3:x-amz-server-side-encryption': 'AES256' }],
    ['s3:PutObject', `${filesBucket(plan)}/patients/1.pdf`, { 's3:x-amz-server-side-encryption': 'aws:kms' }], // the key aws/s3
    ['s3:PutObject', `${filesBucket(plan)}/patients/1.pdf`, encryptedWith(`arn:aws:kms:${plan.region}:${plan.account}:key/another`)],
    ['s3:PutBucketVersioning', filesBucket(plan)],
    ['s3:PutLifecycleConfiguration', filesBucket(plan)],
    ['s3:GetObject', '${logs-bucket.arn}/alb/1'],
    ['s3:ListBucket', '${logs-bucket.arn}'],
    ['kms:Decrypt', dataKey(plan)], // not by way of a service
    ['kms:Decrypt', dataKey(plan), viaS3('eu-west-1')],
    ['kms:CreateGrant', dataKey(plan)],
    ['kms:Decrypt', secretsKey(plan)],
    ['secretsmanager:GetSecretValue', secret(plan, 'db-password')],
    ['secretsmanager:GetSecretValue', secret(plan, 'jwt-signing-key')],
    ['elasticache:Connect', `arn:aws:elasticache:${plan.region}:${plan.account}:user:somebody-else`],
    ['ecs:ExecuteCommand', `arn:aws:ecs:${plan.region}:${plan.account}:task/careconnect-${plan.stack}/0123456789abcdef`],
    ...(plan.primary ? [] : [
      ['s3:GetObject', '${backups-bucket.arn}/dump.sql'],
      ['s3:GetObject', '${evidence-bucket.arn}/AWSLogs/1'],
      ['s3:PutObject', '${frontend-bucket.arn}/index.html']
    ])
  ])
})

const repository = (plan, name) => `arn:aws:ecr:${plan.region}:${plan.account}:repository/careconnect-${plan.primary?.stack ?? plan.stack}/${name}`

const start = name => plan => ({
  allow: table([
    ['ecr:GetAuthorizationToken', '*'],
    ['ecr:BatchGetImage', repository(plan, name)],
    ['ecr:GetDownloadUrlForLayer', repository(plan, name)],
    ['logs:CreateLogStream', `\${${name}-logs.arn}:log-stream:ecs/${name}/1`],
    ['logs:PutLogEvents', `\${${name}-logs.arn}:log-stream:ecs/${name}/1`],
    ['kms:Decrypt', secretsKey(plan), viaSecrets(plan.region)]
  ]),
  deny: table([
    ['ecr:PutImage', repository(plan, name)],
    ['ecr:BatchGetImage', repository(plan, 'another')],
    ['logs:PutLogEvents', '${network-flow-log-group.arn}:log-stream:eni-1'],
    ['logs:GetLogEvents', `\${${name}-logs.arn}:log-stream:ecs/${name}/1`],
    ['kms:Decrypt', secretsKey(plan)],
    ['kms:Decrypt', dataKey(plan)],
    ['s3:GetObject', `${filesBucket(plan)}/patients/1.pdf`]
  ])
})

// Copies of a bucket's objects, from one region to the other.
const replication = (from, fromKey, to, toKey) => plan => {
  const copied = (name, region) => ({ ...viaS3(region), 'kms:EncryptionContext:aws:s3:arn': plan.property(name, 'arn') })
  const regionOf = name => plan.byName.get(name).region
  return {
    allow: table([
      ['s3:GetReplicationConfiguration', `\${${from}.arn}`],
      ['s3:ListBucket', `\${${from}.arn}`],
      ['s3:GetObjectVersionForReplication', `\${${from}.arn}/a`],
      ['s3:GetObjectVersionAcl', `\${${from}.arn}/a`],
      ['s3:GetObjectVersionTagging', `\${${from}.arn}/a`],
      ['s3:ReplicateObject', `\${${to}.arn}/a`],
      ['s3:ReplicateDelete', `\${${to}.arn}/a`],
      ['kms:Decrypt', `\${${fromKey}.arn}`, copied(from, regionOf(from))],
      ['kms:Encrypt', `\${${toKey}.arn}`, copied(to, regionOf(to))]
    ]),
    deny: table([
      ['s3:GetObject', `\${${from}.arn}/a`],
      ['s3:PutObject', `\${${to}.arn}/a`],
      ['s3:DeleteObject', `\${${from}.arn}/a`],
      ['s3:DeleteObject', `\${${to}.arn}/a`],
      ['s3:ReplicateObject', '${logs-bucket.arn}/a'],
      ['s3:GetObjectVersionForReplication', '${logs-bucket.arn}/a'],
      ['kms:Decrypt', `\${${fromKey}.arn}`],
      ['kms:Decrypt', `\${${fromKey}.arn}`, { ...copied(from, regionOf(from)), 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::another' }]
    ])
  }
}

const makesBackups = plan => ({
  allow: table([
    ['rds:CreateDBSnapshot', `arn:aws:rds:${plan.region}:${plan.account}:snapshot:awsbackup:job-1`],
    ['rds:DescribeDBInstances', '${database-instance.arn}'],
    ['s3:GetObjectVersion', `${filesBucket(plan)}/patients/1.pdf`],
    ['s3:GetBucketVersioning', filesBucket(plan)],
    // AWS's policy grants it for continuous backups, whose retention is the instance's.
    ['rds:ModifyDBInstance', `arn:aws:rds:${plan.region}:${plan.account}:db:careconnect-${plan.stack}-db`]
  ]),
  deny: table([
    ['rds:DeleteDBInstance', '${database-instance.arn}'],
    ['s3:PutObject', `${filesBucket(plan)}/patients/1.pdf`],
    ['s3:DeleteObject', `${filesBucket(plan)}/patients/1.pdf`],
    ['secretsmanager:GetSecretValue', secret(plan, 'db-password')],
    ['backup:UpdateRecoveryPointLifecycle', `arn:aws:rds:${plan.region}:${plan.account}:snapshot:awsbackup:job-1`]
  ])
})

const restores = plan => ({
  allow: table([
    ['rds:RestoreDBInstanceFromDBSnapshot', `arn:aws:rds:${plan.region}:${plan.account}:db:awsbackup-restore-test-1`],
    ['s3:PutObject', 'arn:aws:s3:::awsbackup-restore-1/a']
  ]),
  deny: table([
    ['backup:DeleteRecoveryPoint', `arn:aws:rds:${plan.region}:${plan.account}:snapshot:awsbackup:job-1`],
    ['iam:CreateRole', `arn:aws:iam::${plan.account}:role/somebody`]
  ])
})

// A job's tasks sign in to the database with its own password; their role may do nothing in AWS.
const job = (...others) => plan => ({
  allow: [],
  deny: table([
    ['s3:GetObject', '${files-bucket.arn}/patients/1.pdf'],
    ...others.map(name => ['secretsmanager:GetSecretValue', secret(plan, name)]),
    ['kms:Decrypt', '${keys-secrets.arn}'],
    ['rds-db:connect', `arn:aws:rds-db:${plan.region}:${plan.account}:dbuser:db-1/careconnect_app`]
  ])
})

const service = (plan, stack, region) => `arn:aws:ecs:${region}:${plan.account}:service/careconnect-${stack}/backend-service`

// People in an emergency: what carebase dr calls, an update of the recovery stack, and no data but the state.
const breakGlass = plan => ({
  allow: table([
    ['ecs:UpdateService', service(plan, plan.primary.stack, plan.primary.region)],
    ['ecs:UpdateService', service(plan, plan.stack, plan.region)],
    ['ecs:StopTask', `arn:aws:ecs:${plan.primary.region}:${plan.account}:task/careconnect-${plan.primary.stack}/0123456789abcdef`],
    ['ecs:ListTasks', '*'],
    ['ecs:DescribeTasks', `arn:aws:ecs:${plan.primary.region}:${plan.account}:task/careconnect-${plan.primary.stack}/0123456789abcdef`],
    ['cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': 'Carebase/Recovery' }],
    ['scheduler:GetSchedule', `arn:aws:scheduler:${plan.region}:${plan.account}:schedule/default/careconnect-${plan.primary.stack}-failover-switch`],
    ['scheduler:UpdateSchedule', `arn:aws:scheduler:${plan.region}:${plan.account}:schedule/default/careconnect-${plan.primary.stack}-failover-switch`],
    ['iam:PassRole', `arn:aws:iam::${plan.account}:role/recovery-failover-switch-role-0a1b2c3`, { 'iam:PassedToService': 'scheduler.amazonaws.com' }],
    ['iam:PassRole', '${backend-task-role.arn}', { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' }],
    ['s3:GetBucketPolicy', filesBucket(plan)],
    ['s3:PutBucketPolicy', filesBucket(plan)],
    ['rds:PromoteReadReplica', '${database-instance.arn}'],
    ['rds:ModifyDBInstance', '${database-instance.arn}'],
    ['rds:ModifyDBInstance', `arn:aws:rds:${plan.region}:${plan.account}:db:careconnect-${plan.stack}-db`],
    ['secretsmanager:StopReplicationToReplica', secret(plan, 'jwt-signing-key')],
    ['secretsmanager:PutSecretValue', secret(plan, 'jwt-signing-key')],
    ['secretsmanager:PutSecretValue', `arn:aws:secretsmanager:${plan.region}:${plan.account}:secret:careconnect/${plan.stack}/jwt-signing-key-AbCdEf`]
  ]),
  deny: table([
    ['ecs:UpdateService', service(plan, 'another', plan.region)],
    ['cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': 'AWS/RDS' }],
    ['scheduler:UpdateSchedule', `arn:aws:scheduler:${plan.region}:${plan.account}:schedule/default/another`],
    ['iam:PassRole', `arn:aws:iam::${plan.account}:role/recovery-failover-switch-role-0a1b2c3`, { 'iam:PassedToService': 'lambda.amazonaws.com' }],
    ['iam:PassRole', '${break-glass-role.arn}', { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' }],
    ['s3:GetObject', `${filesBucket(plan)}/patients/1.pdf`],
    ['s3:PutBucketVersioning', filesBucket(plan)],
    ['s3:PutBucketPolicy', '${evidence-bucket.arn}'],
    ['secretsmanager:GetSecretValue', secret(plan, 'jwt-signing-key')],
    ['rds:DeleteDBInstance', '${database-instance.arn}'],
    ['rds:PromoteReadReplica', `arn:aws:rds:${plan.primary.region}:${plan.account}:db:careconnect-${plan.primary.stack}-db`],
    ['logs:GetLogEvents', '${backend-logs.arn}:log-stream:ecs/backend/1'],
    ['sts:AssumeRole', '${backend-task-role.arn}']
  ])
})

/** What each role may do, by its name. */
export const roles = {
  'backend-task-role': backend,
  'backend-start-role': start('backend'),
  'database-roles-start-role': start('database-roles'),
  'database-roles-task-role': job('db-migrate-password'),
  'migrations-start-role': start('migrations'),
  'migrations-task-role': job('db-password', 'db-migrate-password'),
  'break-glass-role': breakGlass,
  'canary-role': plan => ({
    allow: table([
      ['logs:PutLogEvents', '${canary-log.arn}:log-stream:a'],
      ['ec2:CreateNetworkInterface', '*'],
      ['sns:Publish', '${alerts-topic.arn}']
    ]),
    deny: table([
      ['ec2:CreateNetworkInterface', '*', { 'lambda:SourceFunctionArn': plan.property('canary-function', 'arn') }], // by its own code
      ['logs:PutLogEvents', '${backend-logs.arn}:log-stream:ecs/backend/1'],
      ['kms:Decrypt', dataKey(plan)],
      ['s3:GetObject', `${filesBucket(plan)}/patients/1.pdf`],
      ['secretsmanager:GetSecretValue', secret(plan, 'jwt-signing-key')]
    ])
  }),
  'recovery-failover-switch-role': plan => ({
    allow: table([['cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': 'Carebase/Recovery' }]]),
    deny: table([
      ['cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': 'AWS/RDS' }],
      ['cloudwatch:PutMetricData', '*'],
      ['scheduler:UpdateSchedule', `arn:aws:scheduler:us-west-2:${plan.account}:schedule/default/careconnect-${plan.stack}-failover-switch`]
    ])
  }),
  'backup-job-role': makesBackups,
  'backup-restore-role': restores,
  'recovery-backup-restore-role': restores,
  'recovery-backups-copy-role': replication('backups-bucket', 'keys-backups', 'recovery-backups-bucket', 'recovery-keys-backups'),
  'recovery-evidence-copy-role': replication('evidence-bucket', 'keys-logs', 'recovery-evidence-bucket', 'recovery-keys-logs'),
  'recovery-files-copy-role': replication('files-bucket', 'keys-data', 'recovery-files-bucket', 'recovery-keys-data'),
  'recovery-files-back-role': replication('recovery-files-bucket', 'recovery-keys-data', 'files-bucket', 'keys-data'),
  'recovery-frontend-copy-role': replication('frontend-bucket', 'keys-frontend', 'recovery-frontend-bucket', 'recovery-keys-frontend'),
  'network-flow-log-role': plan => ({
    allow: table([
      ['logs:DescribeLogGroups', '*'],
      ['logs:DescribeLogStreams', '${network-flow-log-group.arn}'],
      ['logs:CreateLogStream', '${network-flow-log-group.arn}:log-stream:eni-1'],
      ['logs:PutLogEvents', '${network-flow-log-group.arn}:log-stream:eni-1']
    ]),
    deny: table([
      ['logs:PutLogEvents', '${backend-logs.arn}:log-stream:ecs/backend/1'],
      ['logs:GetLogEvents', '${network-flow-log-group.arn}:log-stream:eni-1'],
      ['logs:PutRetentionPolicy', '${network-flow-log-group.arn}'],
      ['s3:PutObject', '${logs-bucket.arn}/a']
    ])
  }),
  'audit-trail-role': plan => ({
    allow: table([
      ['logs:CreateLogStream', `\${audit-trail-log.arn}:log-stream:${plan.account}_CloudTrail_${plan.region}`],
      ['logs:PutLogEvents', `\${audit-trail-log.arn}:log-stream:${plan.account}_CloudTrail_${plan.region}_2`]
    ]),
    deny: table([
      ['logs:PutLogEvents', '${audit-trail-log.arn}:log-stream:somebody'],
      ['logs:PutLogEvents', `\${backend-logs.arn}:log-stream:${plan.account}_CloudTrail_${plan.region}`],
      ['logs:GetLogEvents', `\${audit-trail-log.arn}:log-stream:${plan.account}_CloudTrail_${plan.region}`]
    ])
  }),
  'database-monitoring': plan => ({
    allow: table([['logs:PutLogEvents', `arn:aws:logs:${plan.region}:${plan.account}:log-group:RDSOSMetrics:log-stream:db-1`]]),
    deny: table([
      ['logs:PutLogEvents', '${backend-logs.arn}:log-stream:ecs/backend/1'],
      ['rds:DescribeDBInstances', '${database-instance.arn}']
    ])
  })
}

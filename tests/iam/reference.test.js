import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allPlans } from './plans.js'
import { overlap, problems } from './reference.js'

// What AWS itself documents in this form, though its reference says otherwise.
const documented = {
  'CloudWatchLogs: kms:EncryptionContext:aws:logs:arn is no condition key of kms:DescribeKey':
    'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html grants kms:Describe* under this condition'
}
const used = new Set()

for (const [stack, plan] of Object.entries(allPlans())) {
  test(`policies of ${stack} agree with the service authorization reference`, async () => {
    const policies = plan.policies()
    assert.ok(policies.length > 20, `${policies.length} policies`)
    const wrong = []
    for (const { urn, kind, document } of policies) {
      for (const problem of await problems(document, kind)) {
        if (documented[problem]) used.add(problem)
        else wrong.push(`${urn}: ${problem}`)
      }
    }
    assert.deepEqual(wrong, [])
  })
}

test('every exception is needed', () => assert.deepEqual([...used].sort(), Object.keys(documented).sort()))

// Each of these is a mistake that IAM accepts and that grants, or refuses, nothing.
const mistakes = {
  'there is no action s3:GetObjects': { Action: 's3:GetObjects', Resource: 'arn:aws:s3:::b/*' },
  'there is no action s4:*': { Action: 's4:*', Resource: '*' },
  's3:prefix is no condition key of s3:GetObject': { Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*', Condition: { StringLike: { 's3:prefix': 'a/' } } },
  'kms:ViaService is no condition key of s3:GetObject': { Action: 's3:GetObject', Resource: '*', Condition: { StringEquals: { 'kms:ViaService': 's3' } } },
  'ecr:GetAuthorizationToken knows no resources': { Action: 'ecr:GetAuthorizationToken', Resource: 'arn:aws:ecr:us-east-1:1:repository/a' },
  'logs:DescribeLogGroups knows no resources': { Action: ['logs:DescribeLogGroups', 'logs:DescribeLogStreams'], Resource: 'arn:aws:logs:us-east-1:1:log-group:a:*' },
  'no Resource is one of s3:GetObject,': { Action: 's3:GetObject', Resource: 'arn:aws:s3:::b' },
  'no Resource is one of s3:ListBucket,': { Action: ['s3:ListBucket', 's3:GetObject'], Resource: 'arn:aws:s3:::b/*' },
  'no action of the statement takes arn:aws:s3:::b': { Action: 's3:GetObject', Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'] },
  'no Resource is one of kms:Decrypt,': { Action: 'kms:Decrypt', Resource: 'arn:aws:kms:us-east-1:1:alias/a' }
}

for (const [problem, statement] of Object.entries(mistakes)) {
  test(`a mistake is noticed: ${problem}`, async () => {
    const found = await problems({ Statement: [{ Effect: 'Allow', ...statement }] }, 'identity')
    assert.ok(found.some(text => text.includes(problem)), found.join('\n') || 'nothing was noticed')
  })
}

test('resources are compared with formats', () => {
  const object = 'arn:${Partition}:s3:::${BucketName}/${ObjectName}'
  const bucket = 'arn:${Partition}:s3:::${BucketName}'
  assert.ok(overlap('arn:aws:s3:::b/*', object) && overlap('arn:aws:s3:::b*', object) && overlap('arn:aws:s3:::b', bucket))
  assert.ok(!overlap('arn:aws:s3:::b', object) && !overlap('arn:aws:s3:::b/*', bucket))
  const stream = 'arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}:log-stream:${LogStreamName}'
  assert.ok(overlap('arn:aws:logs:us-east-1:1:log-group:/a/b:*', stream) && overlap('arn:aws:logs:us-east-1:1:log-group:a:log-stream:x_*', stream))
  assert.ok(!overlap('arn:aws:logs:us-east-1:1:log-group:/a/b', stream))
})

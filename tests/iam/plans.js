// Reads the plans of all stacks, with an ARN in the place of each reference to a resource, and finds their IAM policies.
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** Stacks that have a settings file in the repository. */
export const stacks = readdirSync(repository)
  .map(file => /^Pulumi\.(\w+)\.yaml$/.exec(file)?.[1])
  .filter(Boolean)
  .sort()

let plans

/** The plan of every stack, by the stack's name. */
export function allPlans() {
  if (plans) return plans
  const carebase = join(repository, 'bin', 'iam', 'carebase')
  execFileSync('go', ['build', '-o', carebase, './cmd/carebase'], { cwd: repository, stdio: 'inherit' })
  plans = {}
  for (const stack of stacks) {
    const json = execFileSync(carebase, ['plan', stack, '--json'], { cwd: repository, maxBuffer: 1 << 28 })
    plans[stack] = new Plan(JSON.parse(json))
  }
  // The recovery stack uses what the primary stack made for it.
  for (const plan of Object.values(plans)) {
    if (plan.primary) plan.primary = plans[plan.primary]
  }
  return plans
}

// Policies by the type of the resource that has one. `subject` is the input that names the resource that the policy
// protects; policies of identities have none.
const holders = {
  'aws:iam/policy:Policy': { input: 'policy', kind: 'identity' },
  'aws:iam/rolePolicy:RolePolicy': { input: 'policy', kind: 'identity' },
  'aws:iam/role:Role': { input: 'assumeRolePolicy', kind: 'trust' },
  'aws:s3/bucketPolicy:BucketPolicy': { input: 'policy', kind: 'resource', subject: 'bucket' },
  'aws:kms/key:Key': { input: 'policy', kind: 'resource' },
  'aws:kms/replicaKey:ReplicaKey': { input: 'policy', kind: 'resource' },
  'aws:sns/topicPolicy:TopicPolicy': { input: 'policy', kind: 'resource', subject: 'arn' },
  'aws:sqs/queuePolicy:QueuePolicy': { input: 'policy', kind: 'resource', subject: 'queueUrl' },
  'aws:secretsmanager/secretPolicy:SecretPolicy': { input: 'policy', kind: 'resource', subject: 'secretArn' },
  'aws:backup/vaultPolicy:VaultPolicy': { input: 'policy', kind: 'resource', subject: 'backupVaultName' },
  'aws:ec2/vpcEndpoint:VpcEndpoint': { input: 'policy', kind: 'endpoint' }
}

export class Plan {
  constructor({ stack, resources }) {
    this.stack = stack
    this.resources = resources
    this.byName = new Map(resources.map(r => [r.name, r]))
    this.primary = resources.find(r => r.type === 'pulumi:pulumi:StackReference')?.inputs.name.split('/').at(-1)
    const provider = resources.find(r => r.type === 'pulumi:providers:aws')
    this.account = provider.inputs.allowedAccountIds[0]
    this.region = provider && resources.find(r => r.name === 'regional').inputs.region
  }

  ofType(...types) {
    return this.resources.filter(r => types.includes(r.type))
  }

  /** Every policy of the plan: { urn, name, type, kind, document }. An input that looks like a policy has to be known here. */
  policies() {
    const found = []
    for (const r of this.resources) {
      for (const [input, value] of Object.entries(r.inputs)) {
        if (typeof value !== 'string' || !/^\s*\{[^]*"Statement"/.test(value)) continue
        const holder = holders[r.type]
        if (!holder || holder.input !== input) throw new Error(`${r.urn}: ${input} is a policy of a kind that plans.js does not know`)
        found.push({ urn: r.urn, name: r.name, type: r.type, kind: holder.kind, document: JSON.parse(this.resolve(value)) })
      }
    }
    return found
  }

  /** The policy of the resource that a reference such as files-bucket.arn is to: undefined where it has none. */
  policyOf(reference) {
    const [name, ...path] = reference.split('.')
    if (name === 'primary') {
      const key = /^(\w+)KeyArn$/.exec(path[2])
      return this.primary.policyOf(key ? `recovery-keys-${key[1]}` : path[2] === 'filesBucket' ? 'recovery-files-bucket' : `secrets-${path[3]}`)
    }
    const resource = this.byName.get(name)
    const own = holders[resource.type]
    if (own) return JSON.parse(this.resolve(resource.inputs[own.input]))
    for (const r of this.resources) {
      const subject = holders[r.type]?.subject && r.inputs[holders[r.type].subject]
      if (subject === `\${${name}.id}` || subject === `\${${name}.arn}` || (resource.inputs.name && subject === resource.inputs.name)) {
        return JSON.parse(this.resolve(r.inputs[holders[r.type].input]))
      }
    }
    return undefined
  }

  /** A text with an ARN, or a name, in the place of each reference. */
  resolve(text) {
    return text.replaceAll(/\$\{([^{}]+)\}/g, (_, reference) => {
      if (/^(aws|s3|kms):/.test(reference)) return `\${${reference}}` // a policy variable, which IAM resolves
      const [name, ...property] = reference.split('.')
      const value = name === 'primary' ? this.primaryOutput(property) : this.property(name, property.join('.'))
      if (value === undefined) throw new Error(`${this.stack}: plans.js cannot tell what \${${reference}} will be`)
      return value
    })
  }

  property(name, property) {
    const r = this.byName.get(name)
    if (!r) return undefined
    const arn = arns[r.type]?.(r, this)
    switch (property) {
      case 'arn': return arn
      case 'id': case 'name': return arn?.split(/[:/]/).at(-1)
      case 'masterUserSecrets[0].secretArn': return arn.replace(/:rds:(.*):db:.*/, ':secretsmanager:$1:secret:rds!db-0a1b2c3d-AbCdEf')
      default: return undefined
    }
  }

  // What the primary stack hands to its recovery stack is named after what it is.
  primaryOutput([, , key, member]) {
    const recoveryKey = /^(\w+)KeyArn$/.exec(key)
    if (recoveryKey) return this.primary.property(`recovery-keys-${recoveryKey[1]}`, 'arn')
    switch (key) {
      case 'secretArns': return this.primary.property(`secrets-${member}`, 'arn').replace(this.primary.region, this.region)
      case 'repositories': return `careconnect-${this.primary.stack}/${member}`
      case 'filesBucket': return this.primary.property('recovery-files-bucket', 'id')
      case 'clusterName': return this.primary.byName.get('cluster-ecs').inputs.name
      case 'switchAlarmName': return this.primary.byName.get('recovery-failover-switch').inputs.name
      case 'vaultName': return this.primary.byName.get('recovery-backup-vault').inputs.name
      default: return undefined
    }
  }
}

const arn = (service, path, { global = false } = {}) => (r, plan) =>
  `arn:aws:${service}:${global ? '' : r.region}:${service === 's3' ? '' : plan.account}:${path(r, plan)}`

const arns = {
  'aws:s3/bucket:Bucket': arn('s3', r => r.inputs.bucket, { global: true }),
  'aws:kms/key:Key': arn('kms', r => `key/mrk-${r.name}`),
  'aws:kms/replicaKey:ReplicaKey': arn('kms', r => `key/mrk-${r.name.replace(/^recovery-/, '')}`),
  'aws:secretsmanager/secret:Secret': arn('secretsmanager', r => `secret:${r.inputs.name}-AbCdEf`),
  'aws:cloudwatch/logGroup:LogGroup': arn('logs', r => `log-group:${r.inputs.name}`),
  'aws:sns/topic:Topic': arn('sns', r => r.inputs.name),
  'aws:sqs/queue:Queue': arn('sqs', r => r.inputs.name ?? r.name),
  'aws:backup/vault:Vault': arn('backup', r => `backup-vault:${r.inputs.name}`),
  'aws:elasticache/replicationGroup:ReplicationGroup': arn('elasticache', r => `replicationgroup:${r.inputs.replicationGroupId ?? r.name}`),
  'aws:elasticache/user:User': arn('elasticache', r => `user:${r.inputs.userId}`),
  'aws:iam/role:Role': arn('iam', r => `role/${r.inputs.name ?? r.name}`, { global: true }),
  'aws:ecs/cluster:Cluster': arn('ecs', r => `cluster/${r.inputs.name}`),
  'aws:ecs/taskDefinition:TaskDefinition': arn('ecs', r => `task-definition/${r.inputs.family}:1`),
  'aws:ecs/service:Service': arn('ecs', (r, plan) => `service/careconnect-${plan.stack}/${r.name}`),
  'aws:rds/instance:Instance': arn('rds', r => `db:${r.inputs.identifier}`),
  'aws:cloudwatch/metricAlarm:MetricAlarm': arn('cloudwatch', r => `alarm:${r.inputs.name}`),
  'aws:lambda/function:Function': arn('lambda', r => `function:${r.inputs.name ?? r.name}`)
}

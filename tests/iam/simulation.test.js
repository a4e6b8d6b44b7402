import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allPlans } from './plans.js'
import { refusedToAll, roles } from './requests.js'
import { allowed } from './simulation.js'

const plans = allPlans()
const seen = new Set()

async function expect(plan, role, requests, want) {
  const wrong = []
  for (const request of requests) {
    if (await allowed(plan, role, request) !== want) {
      wrong.push(`${role.name}: ${request.action} on ${request.resource} ${JSON.stringify(request.context ?? {})}`)
    }
  }
  assert.deepEqual(wrong, [], want ? 'AWS would refuse this' : 'AWS would allow this')
}

for (const [stack, plan] of Object.entries(plans)) {
  for (const role of plan.ofType('aws:iam/role:Role')) {
    test(`${stack}: ${role.name}`, async () => {
      const table = roles[role.name]
      assert.ok(table, `requests.js does not say what ${role.name} may do`)
      seen.add(role.name)
      const { allow, deny } = table(plan)
      assert.ok(deny.length > 0, 'a table names what a role may not do')
      await expect(plan, role, allow, true)
      await expect(plan, role, [...deny, ...refusedToAll(plan).filter(refused => !allow.some(a => a.action === refused.action && a.resource === refused.resource))], false)
    })
  }

  // A container gets its secrets from the execution role: exactly those that its definition names.
  for (const definition of plan.ofType('aws:ecs/taskDefinition:TaskDefinition')) {
    test(`${stack}: ${definition.name} reads its own secrets and no other`, async () => {
      const role = plan.byName.get(/^\$\{([^.]+)\.arn\}$/.exec(definition.inputs.executionRoleArn)[1])
      const named = JSON.parse(definition.inputs.containerDefinitions)
        .flatMap(container => container.secrets ?? [])
        .map(s => plan.resolve(s.valueFrom.replace(/:[^:}]*::$/, '')))
      assert.ok(named.length > 0, 'it has secrets')
      const owner = plan.primary ?? plan
      const every = owner.ofType('aws:secretsmanager/secret:Secret')
        .map(s => owner.property(s.name, 'arn').replace(owner.region, plan.region))
      for (const arn of new Set([...every, ...named])) {
        const may = await allowed(plan, role, { action: 'secretsmanager:GetSecretValue', resource: arn })
        assert.equal(may, named.includes(arn), arn)
      }
    })
  }
}

test('every entry of requests.js is a role of some plan', () => assert.deepEqual(Object.keys(roles).filter(role => !seen.has(role)), []))

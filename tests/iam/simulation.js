// Asks, for a role of a plan, whether AWS would allow a request: by the role's policies, those of the resource, and the
// policies that AWS manages, of which managed/ has copies
// (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html).
import { runSimulation } from '@cloud-copilot/iam-simulate'
import { readFileSync } from 'node:fs'

/** The documents of the policies that are attached to a role. */
export function policiesOf(plan, role) {
  const held = r => r.inputs.role === `\${${role.name}.name}` || (role.inputs.name && r.inputs.role === role.inputs.name)
  const attached = plan.ofType('aws:iam/rolePolicyAttachment:RolePolicyAttachment')
    .filter(held)
    .map(r => r.inputs.policyArn)
  const inline = plan.ofType('aws:iam/rolePolicy:RolePolicy').filter(held)
  return [
    ...attached.map(arn => ({ name: arn, policy: document(plan, arn) })),
    ...inline.map(r => ({ name: r.name, policy: JSON.parse(plan.resolve(r.inputs.policy)) }))
  ]
}

function document(plan, arn) {
  const own = /^\$\{([^.]+)\.arn\}$/.exec(arn)
  if (own) return JSON.parse(plan.resolve(plan.byName.get(own[1]).inputs.policy))
  const file = new URL(`./managed/${arn.split('/').at(-1)}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** Whether the role may make the request: { action, resource, context }. A resource is text with references such as ${files-bucket.arn}. */
export async function allowed(plan, role, { action, resource, context = {} }) {
  const subject = /\$\{([^{}]+)\}/.exec(resource)?.[1]
  const principal = plan.property(role.name, 'arn')
  const simulation = {
    request: {
      principal, action,
      resource: { resource: plan.resolve(resource), accountId: plan.account },
      contextVariables: {
        'aws:SecureTransport': 'true', 'aws:PrincipalArn': principal, 'aws:PrincipalAccount': plan.account,
        'aws:PrincipalIsAWSService': 'false', 'aws:ResourceAccount': plan.account, 'aws:RequestedRegion': plan.region,
        ...(action.startsWith('kms:') ? { 'kms:CallerAccount': plan.account } : {}),
        ...(action.startsWith('s3:') ? { 's3:TlsVersion': '1.3' } : {}),
        ...context
      }
    },
    identityPolicies: policiesOf(plan, role),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    resourcePolicy: subject && plan.policyOf(subject)
  }
  const result = await runSimulation(withoutContextNames(simulation, context), {})
  if (result.resultType === 'error') throw new Error(`${action} on ${simulation.request.resource.resource}: ${JSON.stringify(result.errors)}`)
  const ignored = (result.result ?? result.results[0])?.ignoredContextKeys.filter(key => key in context)
  if (ignored?.length) throw new Error(`${action} has no ${ignored}: the request says nothing`)
  return result.overallResult === 'Allowed'
}

// The library takes kms:EncryptionContext:<name> in a request for kms:EncryptionContext:${EncryptionContextKey}, so that is what
// the policies have to say of the names that the request has.
function withoutContextNames(simulation, context) {
  let text = JSON.stringify(simulation)
  for (const key of Object.keys(context)) {
    if (key.startsWith('kms:EncryptionContext:')) text = text.replaceAll(`"${key}":`, '"kms:EncryptionContext:${EncryptionContextKey}":')
  }
  return JSON.parse(text)
}

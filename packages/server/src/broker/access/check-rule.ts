import { isClientId, isDaak } from '@daakia/protocol'
import { isShared, topicFilterProblem } from '@daakia/protocol/mqtt'
import { OptionsError } from '../../errors.js'
import type { Rule } from './rule.js'

/** Checks every field of a rule from a configuration. `place` names it, such as `access[3]`. @throws OptionsError */
export function checkRule(rule: unknown, place: string): asserts rule is Rule {
  const fields = fieldsOf(rule, place)
  for (const name of Object.keys(fields)) if (!Object.hasOwn(checks, name)) throw unknownField(place, name)
  if ('allow' in fields === 'deny' in fields)
    throw new OptionsError(place, `${place} must have either allow or deny, such as { "allow": "all", "topic": "a/#" }`)
  if (fields.topic === undefined) throw wrong(place, 'topic', 'is missing: a topic filter, such as a/{client}/#')
  for (const [name, value] of Object.entries(fields)) checkField(place, name as keyof typeof checks, value)
  checkPlace(fields, place)
  if (fields.retain !== undefined && whatOf(fields) === 'subscribe')
    throw wrong(place, 'retain', 'is about publishing: leave it out of a rule about subscriptions')
}

const fieldsOf = (rule: unknown, place: string): Readonly<Record<string, unknown>> => {
  if (typeof rule === 'object' && rule !== null && !Array.isArray(rule)) return rule as Record<string, unknown>
  throw new OptionsError(place, `${place} must be a rule, such as { "allow": "all", "topic": "sensors/{client}/#" }`)
}

/** Under `daak/` there are rules for services alone. */
const checkPlace = (fields: Readonly<Record<string, unknown>>, place: string): void => {
  const topic = String(fields.topic)
  const isServed = /^daak\/rpc\/[^/#]+\/\+$/.test(topic)
  if (whatOf(fields) === 'serve' && !isServed)
    throw wrong(place, 'topic', 'must be daak/rpc/{service}/+ with the name of the service, in a rule about who serves')
  if (whatOf(fields) !== 'serve' && isDaak(topic))
    throw wrong(place, 'topic', 'must not be under daak/: there, membership decides')
}

const whatOf = ({ allow, deny }: Readonly<Record<string, unknown>>): unknown => allow ?? deny

const wrong = (place: string, name: string, problem: string) =>
  new OptionsError(`${place}.${name}`, `${place}.${name} ${problem}`)

const unknownField = (place: string, name: string) =>
  wrong(place, name, `is unknown: a rule has ${Object.keys(checks).join(', ')}`)

const checkField = (place: string, name: keyof typeof checks, value: unknown): void => {
  if (value === undefined && name !== 'allow' && name !== 'deny') return
  const problem = checks[name](value)
  if (problem !== undefined) throw wrong(place, name, problem)
}

/** What is wrong with a value, as the end of a sentence. */
type Check = (value: unknown) => string | undefined

const unless =
  (holds: (value: unknown) => boolean, problem: string): Check =>
  (value) =>
    holds(value) ? undefined : problem

const isOneOf =
  (...values: unknown[]) =>
  (value: unknown) =>
    values.includes(value)

const isNames = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string' && isClientId(name))

const what = unless(isOneOf('publish', 'subscribe', 'all', 'serve'), 'must be publish, subscribe or all, or serve')
const names = unless(isNames, 'must be a list of names, such as ["ana", "ben"]')

const topicProblem: Check = (topic) => {
  if (typeof topic !== 'string') return 'must be a topic filter, such as a/{client}/#'
  const problem = topicFilterProblem(topic)
  if (problem !== undefined) return `must be a topic filter, such as a/{client}/#: this one ${problem}`
  if (isShared(topic)) return 'must be the filter in the shared subscription, without $share and the group'
  return placeholderProblem(topic)
}

/** A name in braces is a whole level, so that nothing in a name can make it another filter. */
const placeholderProblem = (topic: string): string | undefined => {
  const unknown = topic
    .split('/')
    .find((level) => /[{}]/.test(level) && !/^\{(vendor|client|connection)\}$/.test(level))
  return (
    unknown && `has the level ${unknown}: {vendor}, {client} and {connection} stand for names, each as a whole level`
  )
}

const checks = {
  allow: what,
  deny: what,
  topic: topicProblem,
  qos: unless(isOneOf(0, 1, 2), 'must be 0, 1 or 2'),
  retain: unless(isOneOf(true, false), 'must be true or false'),
  clients: names,
  vendors: names,
  role: unless(isOneOf('vendor'), 'must be vendor, or left out'),
} satisfies Record<string, Check>

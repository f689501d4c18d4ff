import { OptionsError } from '../../errors.js'
import type { Principal } from '../../identity.js'
import { checkRule } from './check-rule.js'
import type { Access, AccessRequest } from './port.js'
import type { Rule, What } from './rule.js'
import { RuleTopic } from './rule-topic.js'
import { covers, overlaps, type Shape, shapeOf } from './shape.js'
import { accessBy } from './simple.js'

/**
 * Access by a list of rules: the first one that is about a request decides, and what none is about is denied. A
 * subscription is allowed where one rule takes in all of its filter, and no rule before that one denies a part of it:
 * it is refused rather than thinned.
 *
 * @throws OptionsError that names the field, such as `access[3].topic`
 */
export const rules = (list: readonly Rule[]): Access => {
  if (!Array.isArray(list)) throw new OptionsError('access', 'access must be a list of rules, or a function')
  const ready = list.map((rule, i) => {
    checkRule(rule, `access[${i}]`)
    return readyOf(rule)
  })
  return accessBy((principal, request) => decide(ready, principal, request))
}

/** A rule in the form in which it is asked. */
interface ReadyRule extends Omit<Rule, 'topic'> {
  readonly denies: boolean
  readonly what: What
  readonly topic: RuleTopic
}

const readyOf = (rule: Rule): ReadyRule => {
  const topic = new RuleTopic(rule.topic)
  return 'deny' in rule
    ? { ...rule, topic, denies: true, what: rule.deny }
    : { ...rule, topic, denies: false, what: rule.allow }
}

const decide = (list: readonly ReadyRule[], principal: Principal, request: AccessRequest): boolean => {
  const asked = shapeOf(request.topic)
  for (const rule of list) {
    if (!isAbout(rule, request) || !isFor(rule, principal)) continue
    if (rule.denies ? denies(rule, principal, asked) : allows(rule, principal, asked)) return !rule.denies
  }
  return false
}

const allows = ({ topic }: ReadyRule, principal: Principal, asked: Shape): boolean => {
  const allowed = topic.allowedTo(principal)
  return allowed !== undefined && covers(allowed, asked)
}

const denies = ({ topic }: ReadyRule, principal: Principal, asked: Shape): boolean =>
  overlaps(topic.deniedTo(principal), asked)

const isAbout = ({ denies, what, qos, retain }: ReadyRule, request: AccessRequest): boolean => {
  if (what === 'all' ? request.action === 'serve' : what !== request.action) return false
  if (request.action === 'publish' && retain !== undefined && retain !== request.retain) return false
  if (qos === undefined) return true
  return denies ? request.qos >= qos : request.qos <= qos
}

const isFor = ({ role, clients, vendors }: ReadyRule, principal: Principal): boolean =>
  (role === undefined || role === principal.role) &&
  (clients === undefined || clients.includes(principal.client)) &&
  (vendors === undefined || vendors.includes(principal.vendor))

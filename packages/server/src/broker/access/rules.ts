import { isTopicFilter, matches, type QoS } from '@daakia/protocol/mqtt'
import { OptionsError } from '../../errors.js'
import type { Principal } from '../../identity.js'
import { covers } from './covers.js'
import type { Access, AccessRequest, Action } from './port.js'
import { accessBy } from './simple.js'

/** What a rule is about. */
type What = Action | 'all'

/** Allows or denies something with plain topics. The first rule of a list that is about a request decides. */
export type Rule = ({ allow: What } | { deny: What }) & {
  /** A topic filter; `{vendor}`, `{client}` and `{connection}` stand for who asks. */
  topic: string
  /** The highest QoS that the rule is about; any where it is absent. */
  qos?: QoS
  /** Publishing: whether the rule is about retained messages only (true) or about others only (false). */
  retain?: boolean
  /** Clients that the rule is about; all where it is absent. */
  clients?: readonly string[]
  /** Vendors that the rule is about; all where it is absent. */
  vendors?: readonly string[]
  /** `vendor`: the rule is about those who act for their vendor. */
  role?: 'vendor'
}

/**
 * Access by a list of rules. What no rule allows is denied. A subscription is allowed where one rule takes in all of
 * its filter, and no rule before that one denies a part of it.
 *
 * @throws OptionsError
 */
export const rules = (list: readonly Rule[]): Access => {
  list.forEach(check)
  return accessBy((principal, request) => decide(list, principal, request))
}

const decide = (list: readonly Rule[], principal: Principal, request: AccessRequest): boolean => {
  for (const rule of list) {
    if (!isAbout(rule, principal, request)) continue
    const topic = filled(rule.topic, principal)
    if (topic === undefined) continue
    if ('deny' in rule && touches(topic, request)) return false
    if ('allow' in rule && takesIn(topic, request)) return true
  }
  return false
}

const whatOf = (rule: Rule): What => ('allow' in rule ? rule.allow : rule.deny)

const isAbout = (rule: Rule, principal: Principal, request: AccessRequest): boolean => {
  const what = whatOf(rule)
  if (what !== 'all' && what !== request.action) return false
  if (rule.role !== undefined && rule.role !== principal.role) return false
  if (rule.clients && !rule.clients.includes(principal.client)) return false
  if (rule.vendors && !rule.vendors.includes(principal.vendor)) return false
  if (request.action === 'publish' && rule.retain !== undefined && rule.retain !== request.retain) return false
  return rule.qos === undefined || request.qos <= rule.qos
}

/** `undefined` where the name of who asks would be more than one level, or a wildcard. */
const filled = (topic: string, principal: Principal): string | undefined => {
  let usable = true
  const whole = topic.replace(/\{(vendor|client|connection)\}/g, (_, name: 'vendor' | 'client' | 'connection') => {
    if (/[+#/]/.test(principal[name])) usable = false
    return principal[name]
  })
  return usable ? whole : undefined
}

const takesIn = (filter: string, { action, topic }: AccessRequest): boolean =>
  action === 'publish' ? matches(filter, topic) : covers(filter, topic)

const touches = (filter: string, { action, topic }: AccessRequest): boolean =>
  action === 'publish' ? matches(filter, topic) : overlaps(filter, topic)

const overlaps = (one: string, other: string): boolean => covers(one, other) || covers(other, one)

const check = (rule: Rule, index: number): void => {
  if (!isTopicFilter(rule.topic))
    throw new OptionsError(
      `access[${index}].topic`,
      `access[${index}].topic must be a topic filter, such as a/{client}/#`,
    )
}

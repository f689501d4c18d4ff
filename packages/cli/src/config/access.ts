import type { Access, Authorize, Rule } from '@daakia/server'
import { z } from 'zod'
import { choice, code, flag, group, listOf, text } from './fields.js'

type Allowing = Extract<Rule, { allow: unknown }>

/** A rule, before it is known that it has one of the two. */
type AnyRule = Omit<Allowing, 'allow'> & { allow?: Allowing['allow']; deny?: Allowing['allow'] }

const what = () => choice(['publish', 'subscribe', 'all', 'serve'])

/** Whether a rule has one of `allow` and `deny` is told apart. */
export const AccessRule = group<AnyRule>({
  allow: what().optional(),
  deny: what().optional(),
  topic: text('sensors/{client}/#'),
  qos: code<0 | 1 | 2>((value) => value === 0 || value === 1 || value === 2, 'must be 0, 1 or 2').optional(),
  retain: flag().optional(),
  clients: listOf(['ana']).optional(),
  vendors: listOf(['acme']).optional(),
  role: choice(['vendor']).optional(),
})

const example = '{ "allow": "publish", "topic": "sensors/{client}/#" }'

/** Rules are checked one by one, so that each message is about one field of one of them. */
export const AccessRules = z.custom<readonly Rule[] | Access | Authorize>().superRefine((access: unknown, context) => {
  if (typeof access === 'function' || hasAuthorize(access)) return
  if (!Array.isArray(access))
    return void context.addIssue({ code: 'custom', message: `must be a list of rules, such as [${example}]` })
  for (const [index, each] of access.entries())
    for (const { path, message } of problemsOf(each))
      context.addIssue({ code: 'custom', path: [index, ...path], message })
})

interface Problem {
  path: readonly PropertyKey[]
  message: string
}

const problemsOf = (given: unknown): readonly Problem[] => {
  const { error, data } = AccessRule.safeParse(given, { reportInput: true })
  if (error) return error.issues
  if ((data.allow === undefined) !== (data.deny === undefined)) return []
  return [{ path: [], message: `must have either allow or deny, such as ${example}` }]
}

const hasAuthorize = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'authorize' in value && typeof value.authorize === 'function'

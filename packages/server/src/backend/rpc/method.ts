import type * as z from 'zod/mini'
import type { LiveSession } from '../../broker/exchange/port.js'
import type { Principal } from '../../identity.js'
import type { Conversation } from '../../persistence/port.js'
import { badParams, vendorOnly } from './failure.js'

/** Who calls. */
export interface Caller extends Principal {
  session: LiveSession
  /** Resolves when the answer is on its way: what is sent then comes after it. */
  answered: Promise<void>
}

/**
 * Members read their conversations, as does a bot for as long as one is handed over to it, and a vendor identity those of
 * all clients of its vendor.
 */
export const mayRead = (
  { client, role }: Caller,
  { members, handoffs }: Pick<Conversation, 'members' | 'handoffs'>,
): boolean =>
  role === 'vendor' ||
  members.includes(client) ||
  handoffs?.some(({ to, takenBack }) => to === client && takenBack === undefined) === true

/** A method that the server answers itself: takes what came as JSON, gives what goes back as JSON. @throws RpcFailure */
export type Method = ((caller: Caller, params: unknown) => Promise<unknown>) & {
  /** What callers are told of it. */
  readonly about?: MethodAbout
}

export interface MethodAbout {
  params: z.ZodMiniType
  result?: z.ZodMiniType
  description?: string
}

/** By `{service}/{method}`. */
export type Methods = Readonly<Record<string, Method>>

/** A method whose params have to fit a schema. */
export const method = <T>(
  params: z.ZodMiniType<T>,
  run: (caller: Caller, params: T) => Promise<unknown>,
  about: Omit<MethodAbout, 'params'> = {},
): Method => {
  const checked = async (caller: Caller, given: unknown) => {
    const parsed = params.safeParse(given)
    if (!parsed.success) throw badParams(parsed.error.issues.map(describe).join('; '))
    return run(caller, parsed.data)
  }
  return Object.assign(checked, { about: { params, ...about } })
}

/** A method for those who run things: only an identity that speaks for the vendor itself may call it. */
export const operatorMethod = <T>(
  params: z.ZodMiniType<T>,
  run: (caller: Caller, params: T) => Promise<unknown>,
  about?: Omit<MethodAbout, 'params'>,
): Method => {
  const open = method(params, run, about)
  const guarded = async (caller: Caller, given: unknown) => {
    if (caller.role !== 'vendor') throw vendorOnly()
    return open(caller, given)
  }
  return Object.assign(guarded, { about: { params, ...about } })
}

const describe = (issue: z.core.$ZodIssue): string => {
  const field = issue.path.map(String).join('.')
  return `${field || 'params'}: ${ruleOf(issue)}`
}

const ruleOf = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'invalid_type') return `must be ${issue.expected}`
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}`
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}`
  if (issue.code === 'invalid_value') return `must be ${issue.values.map(String).join(' or ')}`
  return issue.message
}

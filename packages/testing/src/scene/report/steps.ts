import type { StatePath, Step, TakenTransition } from '@daakia/bot-sdk/internal'
import { actorName, workName } from '../../machine/actor-name.js'

/** What the machine did last, such as `message: choosing → naming, as isFree; then → paid`. */
export const describedSteps = (steps: readonly Step[]): string | undefined => {
  const [first] = steps
  if (!first) return undefined
  const moves = steps.map(({ transitions }) => transitions.map(described).join(' and '))
  const owners = first.actor.map((id) => ` of ${actorName(id)}`).reverse()
  return `${eventName(first.event)}: ${moves.join('; then ')}${owners.join('')}`
}

const described = ({ source, target, guard, refused }: TakenTransition): string => {
  const where = target ? `${nameOf(source)} → ${target.map(nameOf).join(', ')}` : `stayed in ${nameOf(source)}`
  const why = [
    ...(refused.length > 0 ? [wereFalse(refused)] : []),
    ...(guard === undefined ? [] : [`${guard} was true`]),
  ]
  return why.length === 0 ? where : `${where}, as ${why.join(' and ')}`
}

/** Guards that let nothing pass. */
export const wereFalse = (guards: readonly string[]): string =>
  `${guards.join(' and ')} ${guards.length === 1 ? 'was' : 'were'} false`

const nameOf = (path: StatePath): string => path.join('.') || 'the root'

/** XState's own events as an author would call them. */
const ownEvents: readonly (readonly [RegExp, (name: string) => string])[] = [
  [/^xstate\.after\.([^.]+)\..*$/, (delay) => `after ${delay}`],
  [/^xstate\.done\.(?:actor|state)\.(.+)$/, (id) => `${workName(id)} is done`],
  [/^xstate\.error\.actor\.(.+)$/, (id) => `${workName(id)} failed`],
  [/^xstate\.init$/, () => 'at the beginning'],
]

const eventName = (type: string): string =>
  ownEvents.reduce((name, [pattern, words]) => name.replace(pattern, (_, what) => words(what)), type)

import type { AnyActorLogic, AnyStateMachine, AnyStateNode } from 'xstate'
import { isHostLogic } from '../composing/host.js'
import { knows } from '../engine/known-events.js'

/**
 * What of a bot's public state its members must not see.
 *
 * @example
 * hide: { states: ['paying'], tags: ['open'], events: ['order'] }
 */
export interface Hidden {
  /**
   * States, each by its path from the root such as `paying.checks`: the names of what is below them are not shown, nor is
   * its being there. The value ends with the state's own name. Those of one of several conversations come after its name:
   * `talking.order.paying`.
   */
  states?: readonly string[]
  tags?: readonly string[]
  /** Types of events that are not offered. Who sends one all the same is heard. */
  events?: readonly string[]
}

/**
 * `true`: nothing is shown but whether the bot is there, at work, and how far it is.
 *
 * @example
 * hide: true
 */
export type Hide = true | Hidden

/** A name that is nowhere would hide nothing. @throws TypeError naming it */
export function checkHide(hide: Hide | undefined, machine: AnyStateMachine): void {
  if (hide === undefined || hide === true) return
  const tags = new Set([...nodesBelow(machine.root)].flatMap((node) => node.tags))
  check('states', hide.states, (path) => hasState(machine.root, path.split('.')))
  check('tags', hide.tags, (tag) => tags.has(tag))
  check('events', hide.events, (type) => type === 'message' || knows(machine, type))
}

function check(kind: keyof Hidden, names: readonly string[] = [], isThere: (name: string) => boolean): void {
  for (const name of names)
    if (!isThere(name))
      throw new TypeError(`hide.${kind}: "${name}" is nowhere in the machine, and nothing would be hidden`)
}

const hasState = (node: AnyStateNode, [name, ...rest]: readonly string[]): boolean => {
  if (name === undefined) return true
  const child = node.states[name] ?? conversationsIn(node)[name]
  return child !== undefined && hasState(child, rest)
}

function* nodesBelow(node: AnyStateNode): Iterable<AnyStateNode> {
  yield node
  for (const child of Object.values({ ...node.states, ...conversationsIn(node) })) yield* nodesBelow(child)
}

/** What a state of a machine that holds conversations shows of them, by their names. */
function conversationsIn({ machine, parent }: AnyStateNode): Readonly<Record<string, AnyStateNode>> {
  if (parent === undefined || !isHostLogic(machine)) return {}
  const parts = Object.entries(machine.implementations.actors as Record<string, AnyActorLogic>)
  return Object.fromEntries(parts.map(([name, logic]) => [name, (logic as AnyStateMachine).root]))
}

import { longestDebounceMs } from '@daakia/protocol'
import type { AnyStateMachine, AnyStateNode } from 'xstate'
import { isMachine } from '../engine/xstate-internals.js'

/**
 * What happens to messages that come while others wait; see `overlap` of {@link BotOptions}.
 *
 * @example
 * // people write in bursts: wait until it is quiet for 1.5 seconds, but never longer than 5
 * overlap: { debounceMs: 1_500, longestMs: 5_000 }
 */
export type Overlap = 'queue' | 'burst' | { debounceMs: number; longestMs?: number }

/**
 * For `meta` of a state: what happens, while it is active, to messages that come while others wait, in place of what the
 * bot says. The deepest active state that says something decides; of states as deep, the one that is written first. What
 * a machine says that was invoked or spawned goes before what its parent says, and the newest of several goes first.
 *
 * @example
 * const machine = setup({}).createMachine({
 *   initial: 'describing',
 *   states: { describing: { meta: overlap({ debounceMs: 2_000 }) } },
 * })
 */
export const overlap = (overlap: Overlap): { overlap: Overlap } => ({ overlap })

/** What a state says of it by its `meta`. */
export const overlapIn = ({ meta }: { readonly meta?: unknown }): Overlap | undefined =>
  (meta as { overlap?: Overlap } | undefined)?.overlap

/** @throws TypeError that begins with `where` */
export function checkOverlap(overlap: unknown, where = 'overlap'): void {
  if (overlap === undefined || overlap === 'queue' || overlap === 'burst') return
  if (typeof overlap !== 'object' || overlap === null)
    throw new TypeError(`${where}: ${JSON.stringify(overlap)} is none of "queue", "burst" and { debounceMs }`)
  const { debounceMs, longestMs = debounceMs } = overlap as { debounceMs?: number; longestMs?: number }
  check(debounceMs, 1, `${where}.debounceMs`)
  check(longestMs, debounceMs, `${where}.longestMs`)
}

function check(ms: unknown, least: unknown, where: string): void {
  if (!Number.isSafeInteger(ms) || (ms as number) < (least as number) || (ms as number) > longestDebounceMs)
    throw new TypeError(`${where}: ${ms} is not a whole number from ${least} to ${longestDebounceMs}`)
}

/** @throws TypeError naming the state, of the machine or of one that it starts */
export function checkOverlapsOf(machine: AnyStateMachine): void {
  for (const node of nodesOf(machine, new Set()))
    checkOverlap(overlapIn(node), `machine: state "${node.id}": meta.overlap`)
}

const known = new WeakMap<object, boolean>()

/** Whether any state says something of it, of the machine or of one that it starts. */
export function saysOverlap(machine: AnyStateMachine): boolean {
  const says = known.get(machine) ?? [...nodesOf(machine, new Set())].some((node) => overlapIn(node) !== undefined)
  known.set(machine, says)
  return says
}

function* nodesOf(logic: unknown, seen: Set<object>): Generator<AnyStateNode> {
  if (typeof logic !== 'object' || logic === null || !isMachine(logic) || seen.has(logic)) return
  seen.add(logic)
  const { root, implementations } = logic as unknown as AnyStateMachine
  for (const node of nodesWithin(root)) {
    yield node
    for (const { src } of [node.config.invoke ?? []].flat()) yield* nodesOf(src, seen)
  }
  for (const started of Object.values(implementations.actors)) yield* nodesOf(started, seen)
}

function* nodesWithin(node: AnyStateNode): Generator<AnyStateNode> {
  yield node
  for (const child of Object.values(node.states)) yield* nodesWithin(child)
}

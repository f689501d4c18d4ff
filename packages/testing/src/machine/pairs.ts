import type { MachineNode, NodeTransition } from '@daakia/bot-sdk/internal'
import { initialNodes } from '@daakia/bot-sdk/internal'
import type { AnyStateMachine } from 'xstate'
import { type AuthoredMachine, authoredIn } from './machines.js'
import type { PairTarget } from './targets.js'
import { nodesIn, transitionId, transitionsFrom } from './targets-of.js'

/**
 * Which transitions may come right after which, as far as the shape of a machine tells: the second leaves from where the
 * first one leads, or from around it. What is raised meanwhile, and what guards say, is not looked at.
 */
export const pairsOf = (machine: AnyStateMachine): readonly PairTarget[] =>
  authoredIn(machine).machines.flatMap((each) => (each.beginners ? [] : pairsIn(each)))

const pairsIn = ({ name, root }: AuthoredMachine): PairTarget[] =>
  nodesIn(root)
    .flatMap(transitionsFrom)
    .flatMap((first) =>
      following(first, root).map((second) => {
        const [one, two] = [transitionId(name, first), transitionId(name, second)]
        return { kind: 'pair', id: `${one}; then ${two}`, machine: name, first: one, second: two }
      }),
    )

const following = (first: NodeTransition, root: MachineNode): NodeTransition[] => {
  const stays = first.target === undefined
  const entered = stays ? nodesIn(first.source) : (first.target ?? []).flatMap(enteredBy)
  // The machine is done.
  if (!stays && entered.some(({ type, parent }) => type === 'final' && parent === root)) return []
  const active = [...new Set([...entered, ...entered.flatMap(around)])]
  const isKnown = !stays && first.target?.every(({ type }) => type !== 'history')
  const goesOn = isKnown && active.some(goesOnByItself)
  const from = active.flatMap(goesOn ? ({ always = [] }) => always : transitionsFrom)
  return from.filter((second) => isReady(second, entered, stays))
}

/** With history, whatever it may remember. */
const enteredBy = (target: MachineNode): readonly MachineNode[] =>
  target.type === 'history' && target.parent ? nodesIn(target.parent).slice(1) : initialNodes(target)

const around = ({ parent }: MachineNode): MachineNode[] => (parent ? [parent, ...around(parent)] : [])

/** It leaves at once, whatever guards say. */
const goesOnByItself = ({ always = [] }: MachineNode): boolean => always.some(({ guard }) => guard === undefined)

/** `onDone` of a state comes when a final state in it was entered. */
const isReady = ({ source, eventType }: NodeTransition, entered: readonly MachineNode[], stays: boolean): boolean => {
  if (eventType !== `xstate.done.state.${source.id}`) return true
  return !stays && entered.some(({ type, parent }) => type === 'final' && parent && isWithin(parent, source))
}

const isWithin = (node: MachineNode, outer: MachineNode): boolean => node === outer || around(node).includes(outer)

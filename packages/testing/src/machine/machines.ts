import { hostOf, isMachine, type MachineNode, questionOf } from '@daakia/bot-sdk/internal'
import type { AnyStateMachine } from 'xstate'

/** A machine that an author has written, or has had made of several conversations. */
export interface AuthoredMachine {
  /** Its id; where others have the same, or it has none, by what starts it. */
  name: string
  root: MachineNode
  /** As actors have it. */
  logic: object
  /** Which conversation each event begins, where it only holds conversations: the rest of it is none of the author's. */
  beginners?: ReadonlyMap<string, string>
}

/** A question of `ask` or `fill`. */
export interface AuthoredQuestion {
  /** The machine that asks it. */
  machine: string
  /** What it is called there. */
  name: string
  logic: object
}

export interface Authored {
  /** The first is the root of all. */
  machines: readonly AuthoredMachine[]
  questions: readonly AuthoredQuestion[]
}

/** A machine with all that it may start, each of them once, however many names it goes by. */
export const authoredIn = (machine: AnyStateMachine): Authored => {
  const machines: AuthoredMachine[] = []
  const questions: AuthoredQuestion[] = []
  const seen = new Set<object>()
  const names = new Set<string>()

  const add = (logic: object, startedAs: string): void => {
    if (!isMachine(logic) || seen.has(logic)) return
    seen.add(logic)
    const { config } = logic as unknown as AnyStateMachine
    const name = unused([config.id ?? startedAs, startedAs], names)
    names.add(name)
    const beginners = hostOf(logic)?.beginners
    machines.push({ name, logic, root: logic.root, ...(beginners && { beginners }) })
    for (const [actor, started] of actorsOf(logic)) {
      if (!questionOf(started)) add(started, `${name}/${actor}`)
      else if (!seen.has(started)) {
        seen.add(started)
        questions.push({ machine: name, name: actor, logic: started })
      }
    }
  }
  add(machine, 'machine')
  return { machines, questions }
}

const unused = (wanted: readonly string[], names: ReadonlySet<string>): string => {
  const [first = ''] = wanted
  const free = wanted.find((name) => !names.has(name))
  if (free !== undefined) return free
  let count = 2
  while (names.has(`${first} ${count}`)) count += 1
  return `${first} ${count}`
}

/** By name those of `setup`, then those that stand in an `invoke` themselves. */
const actorsOf = (machine: { root: MachineNode; implementations: { actors: Record<string, object> } }) => [
  ...Object.entries(machine.implementations.actors),
  ...invokedIn(machine.root),
]

interface Invoking {
  config: { invoke?: Invoked | readonly Invoked[] }
}
type Invoked = { id?: string; src: unknown }

const invokedIn = (node: MachineNode): [string, object][] => {
  const { invoke = [] } = (node as unknown as Invoking).config
  const own = [invoke].flat().flatMap(({ src }, index): [string, object][] => {
    const id = node.invoke[index]?.id ?? ''
    return (typeof src === 'object' || typeof src === 'function') && src !== null ? [[id, src]] : []
  })
  return [...own, ...Object.values(node.states).flatMap(invokedIn)]
}

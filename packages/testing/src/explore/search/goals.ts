import type { Step } from '@daakia/bot-sdk/internal'
import type { AnyStateMachine } from 'xstate'
import { authoredIn } from '../../machine/machines.js'
import { pairsOf } from '../../machine/pairs.js'
import type { PairTarget, Target, TargetKind } from '../../machine/targets.js'
import { targetsOf } from '../../machine/targets-of.js'
import { takenId, Walk } from '../../machine/walk.js'
import type { Hearing } from '../model/recorder.js'
import type { Goal } from '../options.js'
import { placeOf } from './places.js'

export type GoalTarget = Target | PairTarget

const kinds: Readonly<Record<Exclude<Goal, 'pairs'>, readonly TargetKind[]>> = {
  states: ['state'],
  transitions: ['transition'],
  guards: ['transition', 'guard'],
}

/** The transition that each machine took last, by the path of its actor. */
export type LastTaken = ReadonlyMap<string, string>

/** What is to be reached, and what of it was. */
export class Goals implements Hearing {
  readonly targets: readonly GoalTarget[]
  readonly #machine: AnyStateMachine
  readonly #goal: Goal
  readonly #ids: ReadonlySet<string>
  /** Everything of the machine that was ever reached, whatever the goal. */
  readonly touched = new Set<string>()
  #walk: Walk
  /** How much was reached when it was asked last which states are to be left. */
  #counted = -1
  #toLeave: readonly string[] = []
  #pairs = new Set<string>()
  #last = new Map<string, string>()

  constructor(machine: AnyStateMachine, goal: Goal) {
    this.#machine = machine
    this.#goal = goal
    this.targets =
      goal === 'pairs' ? pairsOf(machine) : targetsOf(machine).filter(({ kind }) => kinds[goal].includes(kind))
    this.#ids = new Set(this.targets.map(({ id }) => id))
    this.#walk = new Walk(machine)
  }

  /** From here on it counts anew. @param last as what came before left it */
  begin(last: LastTaken): void {
    this.#walk = new Walk(this.#machine)
    this.#pairs = new Set()
    this.#last = new Map(last)
  }

  /** What of the goal was reached since it began. */
  end(): readonly string[] {
    const reached = [...this.#walk.counts.keys(), ...this.#pairs]
    for (const id of reached) this.touched.add(id)
    return reached.filter((id) => this.#ids.has(id))
  }

  /** What tells situations apart, beside themselves: for pairs, what came before. */
  keyOf(last: LastTaken): string {
    return this.#goal === 'pairs' ? JSON.stringify([...last]) : ''
  }

  /** Names of the states that have to be left for what is not among `ways` yet. */
  statesToLeave(ways: ReadonlyMap<string, unknown>): readonly string[] {
    if (this.#counted !== ways.size) {
      const left = this.targets.filter(({ id }) => !ways.has(id))
      this.#toLeave = [...new Set(left.flatMap((target) => this.#sourceOf(target)))]
      this.#counted = ways.size
    }
    return this.#toLeave
  }

  #sourceOf(target: GoalTarget): readonly string[] {
    const id = target.kind === 'pair' ? target.second : target.kind === 'guard' ? target.transition : target.id
    const transition = targetsOf(this.#machine).find((each) => each.kind === 'transition' && each.id === id)
    const machine = authoredIn(this.#machine).machines.find(({ name }) => name === target.machine)
    if (transition?.kind !== 'transition' || !machine) return []
    return [placeOf(machine.logic as AnyStateMachine, transition.source, this.#machine)]
  }

  get last(): LastTaken {
    return this.#last
  }

  began(...told: Parameters<Hearing['began']>): void {
    this.#walk.began(...told)
  }

  asked(...told: Parameters<Hearing['asked']>): void {
    this.#walk.asked(...told)
  }

  answered(...told: Parameters<Hearing['answered']>): void {
    this.#walk.answered(...told)
  }

  stepped(_: string, step: Step): void {
    this.#walk.stepped(step)
    const actor = step.actor.join('/')
    for (const transition of step.transitions) {
      const id = takenId(this.#machine, step.logic, transition)
      if (id === undefined) continue
      this.#pairs.add(`${this.#last.get(actor)}; then ${id}`)
      this.#last.set(actor, id)
    }
  }
}

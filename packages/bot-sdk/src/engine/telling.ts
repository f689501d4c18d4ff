import type { AnyActorRef, AnyEventObject, AnyMachineSnapshot } from 'xstate'
import { questionOf } from '../asking/questions.js'
import type { RunInput } from '../authoring/heard.js'
import { hostOf } from '../composing/host.js'
import { answersTo, answersWithoutEvent, isAskedWithoutEvent } from './asked.js'
import type { Kinds } from './kinds.js'
import { refusersOf } from './routing.js'
import type { GuardAnswer, Watch } from './watch.js'
import { ownLogicOf, pathsOf, refusalOf, stepOf } from './watching.js'
import {
  activeNodes,
  initialNodes,
  logicOf,
  type MachineNode,
  type Microstep,
  type NodeTransition,
  type Told,
} from './xstate-internals.js'

/** How a machine stood after its last step, and by which event it came there. */
interface Stand {
  snapshot: AnyMachineSnapshot
  event: AnyEventObject
  /** A step that needed no event left it as it was: XState does not ask its guards once more. */
  isUnasked: boolean
  /** XState does not tell with which context a machine begins. */
  lacksContext?: boolean
}

/** Tells a watch what the machines of a run do. */
export class Telling {
  readonly #watch: Watch
  readonly #conversation: string
  readonly #kinds: Kinds
  readonly #stands = new WeakMap<AnyActorRef, Stand>()
  /** Of questions, by field. */
  readonly #answers = new WeakMap<AnyActorRef, Readonly<Record<string, unknown>>>()

  constructor(watch: Watch, conversation: string, kinds: Kinds) {
    this.#watch = watch
    this.#conversation = conversation
    this.#kinds = kinds
  }

  stepped(microstep: Microstep): void {
    const actor = microstep.actorRef as AnyActorRef
    const isQuestion = questionOf(logicOf(actor)) !== undefined
    const before = isQuestion ? [] : this.#decided(actor, microstep)
    if (isQuestion) this.#answered(actor, microstep.snapshot as AnyMachineSnapshot)
    const step = stepOf(microstep, before)
    if (step) this.#watch.stepped(this.#conversation, step)
  }

  /** An actor has told its snapshot: it began, or all that followed from an event is done. */
  stood(actor: AnyActorRef, { event }: Told): void {
    if (this.#kinds.of(actor) !== 'machine' || questionOf(logicOf(actor))) return
    const snapshot = actor.getSnapshot() as AnyMachineSnapshot
    const stand = this.#stands.get(actor)
    if (!stand) this.#began(actor, activeNodes(snapshot), event)
    if (stand?.snapshot !== snapshot || !stand.isUnasked) this.#rested(actor, { snapshot, event })
    this.#stands.set(actor, { snapshot, event, isUnasked: false })
  }

  /** It was decided who takes an event, if anybody does. */
  routed(root: AnyActorRef, event: AnyEventObject, recipient: AnyActorRef | undefined): void {
    for (const actor of refusersOf(root, recipient, this.#kinds)) {
      const snapshot = actor.getSnapshot() as AnyMachineSnapshot
      if (!questionOf(logicOf(actor))) this.#asked(actor, answersTo({ snapshot, event, taken: [] }))
    }
    const refusal = recipient ? undefined : refusalOf(root, event, this.#kinds)
    if (refusal) this.#watch.refused(this.#conversation, refusal)
  }

  /** What was active before it. */
  #decided(actor: AnyActorRef, { event, snapshot, _transitions: taken }: Microstep): readonly MachineNode[] {
    if (event.type === 'xstate.stop') return []
    const after = snapshot as AnyMachineSnapshot
    const before = this.#stands.get(actor) ?? this.#stoodAtFirst(actor, after, event)
    const needsNoEvent = taken.length > 0 && taken.every(({ eventType }) => eventType === '')
    if (needsNoEvent) this.#asked(actor, answersWithoutEvent({ ...before, event, taken }))
    else this.#decidedByEvent(actor, before, { event, taken })
    this.#stands.set(actor, { snapshot: after, event, isUnasked: needsNoEvent && after === before.snapshot })
    return activeNodes(before.snapshot)
  }

  #decidedByEvent(actor: AnyActorRef, before: Stand, { event, taken }: { event: AnyEventObject; taken: Taken }): void {
    // Before the next event is looked at, a machine is at rest.
    if (!before.isUnasked) this.#rested(actor, before)
    this.#asked(actor, answersTo({ ...before, event, taken }))
  }

  /** XState does not tell with what a machine begins. */
  #stoodAtFirst(actor: AnyActorRef, after: AnyMachineSnapshot, event: AnyEventObject): Stand {
    const nodes = initialNodes(after.machine.root as unknown as MachineNode)
    this.#began(actor, nodes, event)
    const snapshot = { ...after, _nodes: nodes } as unknown as AnyMachineSnapshot
    return { snapshot, event, isUnasked: false, lacksContext: true }
  }

  #began(actor: AnyActorRef, nodes: readonly MachineNode[], { input }: AnyEventObject): void {
    const by = input && hostOf(logicOf(actor))?.firstEvent(input as RunInput)
    this.#watch.began(ownLogicOf(actor), pathsOf(nodes), by)
  }

  #rested(actor: AnyActorRef, { snapshot, event }: Pick<Stand, 'snapshot' | 'event'>): void {
    if (snapshot.status === 'active' && isAskedWithoutEvent(snapshot))
      this.#asked(actor, answersWithoutEvent({ snapshot, event, taken: [] }))
  }

  #asked(actor: AnyActorRef, answers: readonly GuardAnswer[]): void {
    if (answers.length > 0) this.#watch.asked(ownLogicOf(actor), answers)
  }

  #answered(actor: AnyActorRef, snapshot: AnyMachineSnapshot): void {
    const question = logicOf(actor)
    const answers = questionOf(question)?.answers(snapshot.context) ?? {}
    const before = this.#answers.get(actor) ?? {}
    const given = Object.entries(answers).filter(([field, answer]) => answer !== before[field])
    if (given.length > 0) this.#watch.answered(question, Object.fromEntries(given))
    this.#answers.set(actor, answers)
  }
}

type Taken = readonly NodeTransition[]

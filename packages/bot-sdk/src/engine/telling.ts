import type { AnyActorRef, AnyEventObject, AnyMachineSnapshot } from 'xstate'
import { questionOf } from '../asking/questions.js'
import type { RunInput } from '../authoring/heard.js'
import { hostOf } from '../composing/host.js'
import { answersTo, answersWithoutEvent, isAskedWithoutEvent } from './asked.js'
import type { Kinds } from './kinds.js'
import { refusersOf } from './routing.js'
import type { GuardAnswer, Watch } from './watch.js'
import { activePaths, ownLogicOf, refusalOf, stepOf } from './watching.js'
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

  constructor(watch: Watch, conversation: string, kinds: Kinds) {
    this.#watch = watch
    this.#conversation = conversation
    this.#kinds = kinds
  }

  stepped(microstep: Microstep): void {
    const actor = microstep.actorRef as AnyActorRef
    const step = stepOf(microstep)
    if (step?.isQuestion) this.#answered(actor, microstep.snapshot as AnyMachineSnapshot)
    else this.#decided(actor, microstep)
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

  #decided(actor: AnyActorRef, { event, snapshot, _transitions: taken }: Microstep): void {
    if (event.type === 'xstate.stop') return
    const after = snapshot as AnyMachineSnapshot
    const before = this.#stands.get(actor) ?? this.#stoodAtFirst(actor, after, event)
    const needsNoEvent = taken.length > 0 && taken.every(({ eventType }) => eventType === '')
    if (needsNoEvent) this.#asked(actor, answersWithoutEvent({ ...before, event, taken }))
    else this.#decidedByEvent(actor, before, { event, taken })
    this.#stands.set(actor, { snapshot: after, event, isUnasked: needsNoEvent && after === before.snapshot })
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
    this.#watch.began(ownLogicOf(actor), activePaths(nodes), by)
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
    const answers = questionOf(question)?.answers(snapshot.context)
    if (answers) this.#watch.answered(question, answers)
  }
}

type Taken = readonly NodeTransition[]

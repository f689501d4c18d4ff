import type { PublicState } from '@daakia/protocol'
import {
  type AnyActorRef,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createActor,
} from 'xstate'
import { mannerOf, type RunInput } from '../authoring/heard.js'
import { type Overlap, saysOverlap } from '../authoring/overlap.js'
import { comeBack } from '../composing/come-back.js'
import { type HandedBack, type OpenHandoff, tellHandedBack } from '../composing/handoff.js'
import { everyActor } from './actor-tree.js'
import { isBeforeInitial } from './aside-machine.js'
import { NotPersistable } from './errors.js'
import { Failure } from './failure.js'
import { footingOf } from './fingerprint.js'
import { handoffsUnder, mayHandOver } from './handing-over.js'
import { IdempotencyKeys } from './idempotency-keys.js'
import { Inspection } from './inspection.js'
import { jsonCopy } from './json.js'
import type { Kinds } from './kinds.js'
import { Movements } from './movements.js'
import { type OpenQuestion, openQuestion } from './open-question.js'
import { fitOut, type Outfit } from './outfit.js'
import { overlapOf } from './overlap-of.js'
import { persistedTree } from './persisting.js'
import type { Cause, Manner, Persisted, Run, StoredRun, StoredTimer, Surroundings } from './port.js'
import { publicState } from './public-state.js'
import { mayComeFromOutside, names, recipientOf } from './routing.js'
import { RunAround } from './run-around.js'
import { Spoken } from './spoken.js'
import { start } from './starting.js'
import { Telling } from './telling.js'
import { Timers } from './timers.js'
import { isPauseTimer, type StoredPause, Voice } from './voice.js'
import type { Watch } from './watch.js'
import { isQuiet, isWorking, workingUnder } from './working.js'
import { stopActor } from './xstate-internals.js'

export interface RunOptions {
  machine: AnyStateMachine
  version: number
  kinds: Kinds
  around: Surroundings
  from: { input: RunInput } | { stored: StoredRun }
  /** It begins aside, on a machine that is not quite the bot's: from its first commit on it is restored on that one. */
  isAside?: boolean
  /** Hears what the machine does. */
  watch?: Watch | undefined
}

/** A machine of XState 5 as a {@link Run}. It is made at a standstill: `begin` sets it going. */
export class XStateRun implements Run {
  readonly root: AnyActorRef
  readonly around: RunAround
  readonly client: string | undefined
  readonly #handsOver: boolean
  readonly #machine: AnyStateMachine
  readonly #version: number
  readonly #isAside: boolean
  readonly #kinds: Kinds
  readonly #around: Surroundings
  readonly #timers: Timers
  readonly #spoken: Spoken
  readonly #outfit: Outfit
  readonly #voice: Voice
  readonly #keys: IdempotencyKeys
  readonly #failure = new Failure()
  readonly #movements: Movements
  readonly #telling: Telling | undefined
  readonly #inspection: Inspection
  #closed = false
  /** The machine has come back to a question that was left. */
  #comesBack = false

  constructor({ machine, version, kinds, around, from, isAside = false, watch }: RunOptions) {
    this.#telling = watch && new Telling(watch, around.conversation, kinds)
    this.#isAside = isAside
    this.#machine = machine
    this.#version = version
    this.#kinds = kinds
    this.#around = around
    this.#timers = new Timers(() => around.now())
    this.#spoken = new Spoken({
      typing: () => around.typing(),
      [comeBack]: () => {
        this.#comesBack = true
      },
    })
    this.#voice = new Voice('stored' in from ? from.stored.pause : undefined, () => around.typing())
    this.#keys = new IdempotencyKeys(around.conversation, 'stored' in from ? from.stored.keys : undefined)
    this.#movements = new Movements((delayMs, run) => around.after(delayMs, run))
    this.around = new RunAround(around, 'input' in from ? mannerOf(from.input) : (from.stored.manner ?? {}))
    this.#inspection = new Inspection({
      answered: 'stored' in from ? from.stored.answered : undefined,
      made: (actor) => fitOut(actor, this.#outfit),
      moved: () => this.#movements.moved(),
      telling: this.#telling,
    })
    this.#handsOver = mayHandOver(machine)
    this.client = 'input' in from ? from.input.client : from.stored.client
    this.#outfit = this.#makeOutfit()
    if ('input' in from) this.#keys.attributeTo(String(from.input.message.seq))
    this.root = this.#createRoot(from)
    this.root.subscribe({ error: (error) => this.#fail(error) })
    // Before the start: a callback that speaks at once may cancel them.
    if ('stored' in from) this.#timers.takeUp(from.stored.timers, this.root)
  }

  #makeOutfit(): Outfit {
    return {
      spoken: this.#spoken,
      keys: this.#keys,
      around: this.around,
      timers: this.#timers,
      inspect: (event) => this.#inspection.hear(event),
      failed: (error) => this.#fail(error),
    }
  }

  #createRoot(from: RunOptions['from']): AnyActorRef {
    const { inspect } = this.#outfit
    if ('input' in from) return createActor(this.#machine, { input: from.input, inspect } as never)
    const snapshot = from.stored.snapshot as AnyMachineSnapshot
    return this.#keys.restoring(() => createActor(this.#machine, { snapshot, inspect } as never))
  }

  /** Starts the actors; those restored go on where they stood. */
  begin(): void {
    this.#drive(() => start(this.root as AnyStartable))
  }

  #fail(error: unknown): void {
    this.#failure.note(error)
    this.#movements.moved()
  }

  #drive(work: () => void): void {
    this.#inspection.startCounting()
    this.#failure.watch(work)
    this.#askAgain()
  }

  #askAgain(): void {
    if (!this.#comesBack) return
    this.#comesBack = false
    if (!this.#failure.happened) this.repeat()
  }

  get isBeforeInitial(): boolean {
    return isBeforeInitial(this.#snapshot.value)
  }

  accepts(event: AnyEventObject, { byName = false }: { byName?: boolean } = {}): boolean {
    try {
      const recipient = this.#recipientOf(event)
      return recipient !== undefined && (!byName || names(recipient, event.type))
    } catch (error) {
      // A guard throws. It will do so again, and count, where the event is sent nevertheless.
      if (byName) throw error
      return false
    }
  }

  send(event: AnyEventObject, { key, manner }: Cause): boolean {
    let recipient: AnyActorRef | undefined
    this.#failure.watch(() => {
      recipient = this.#recipientOf(event)
    })
    if (!recipient) return false
    const to = recipient
    this.#keys.attributeTo(key)
    this.around.hear(manner)
    this.#drive(() => to.send(event))
    return true
  }

  /** @throws what a guard throws: deciding who takes an event runs them */
  #recipientOf(event: AnyEventObject): AnyActorRef | undefined {
    const recipient = mayComeFromOutside(event.type) ? recipientOf(this.root, event, this.#kinds) : undefined
    this.#telling?.routed(this.root, event, recipient)
    return recipient
  }

  get question(): OpenQuestion | undefined {
    return openQuestion(this.root)
  }

  get answered(): string | undefined {
    const question = this.question
    return question?.traits.answered?.(question.actor) ?? this.#inspection.answered
  }

  repeat(): void {
    const { question } = this
    if (question) this.#drive(() => question.actor.send({ type: 'repeat' }))
  }

  fire(id: string): void {
    if (isPauseTimer(id)) this.#voice.resume()
    else this.#fireOfMachine(id)
  }

  #fireOfMachine(id: string): void {
    const timer = this.timers.find((set) => set.id === id)
    if (timer) this.#keys.attributeTo(`${id}@${timer.due}`)
    this.#drive(() => this.#timers.fire(id, this.root))
  }

  #due(): readonly StoredTimer[] {
    const now = this.#around.now()
    return this.#ownTimers.filter(({ due }) => due <= now)
  }

  /** Those that the server can't have named yet. */
  get #ownTimers(): readonly StoredTimer[] {
    return this.timers.filter(({ due }) => due > this.#around.namedUntil)
  }

  get manner(): Manner | undefined {
    return this.around.said
  }

  get handoffs(): readonly OpenHandoff[] {
    return this.#handsOver ? handoffsUnder(this.root).map(({ actor: _, ...open }) => open) : []
  }

  handBack(id: string, back: HandedBack, { key }: Cause): void {
    const open = handoffsUnder(this.root).find((each) => each.id === id)
    if (!open) return
    this.#keys.attributeTo(key)
    this.#drive(() => tellHandedBack(open.actor, back))
  }

  get timers(): readonly StoredTimer[] {
    const { timers } = this.#voice
    const set = this.#timers.list(this.root)
    return timers.length === 0 ? set : [...set, ...timers].sort((one, other) => one.due - other.due)
  }

  get failed(): boolean {
    return this.#failure.happened
  }

  get resting(): boolean {
    return !isWorking(this.root, this.#kinds)
  }

  async settle(moved = () => {}): Promise<void> {
    while (!this.#closed) {
      this.#failure.throwIfHappened()
      if (this.resting) return
      for (const { id } of this.#due()) this.fire(id)
      if (this.#failure.happened || this.resting) continue
      await this.#change()
      this.#askAgain()
      if (!this.#failure.happened) moved()
    }
  }

  /** Resolves when something moves, or the next timer falls due. */
  async #change(): Promise<void> {
    const next = this.#ownTimers[0]
    await this.#movements.next(next && next.due - this.#around.now())
    this.#inspection.startCounting()
  }

  takeEffects(): readonly AnyEventObject[] {
    return this.#voice.take(this.#spoken.take(), this.#around.now(), { end: this.#snapshot.status === 'done' })
  }

  say(event: AnyEventObject): void {
    this.#spoken.add(event)
  }

  get ended(): { output: unknown } | undefined {
    const { status, output } = this.#snapshot
    return status === 'done'
      ? { output: output === undefined ? undefined : jsonCopy(output, 'output').json }
      : undefined
  }

  get public(): PublicState {
    return publicState(this.root, this.#kinds)
  }

  get overlap(): Overlap | undefined {
    return saysOverlap(this.#machine) ? overlapOf(this.root, this.#kinds) : undefined
  }

  get #snapshot(): AnyMachineSnapshot {
    return this.root.getSnapshot() as AnyMachineSnapshot
  }

  persist(): Persisted {
    this.#failure.throwIfHappened()
    if (this.isBeforeInitial) throw new NotPersistable('value', 'is before the initial state, where nothing goes on')
    const snapshot = persistedTree(this.root)
    const timers = jsonCopy(this.timers, 'timers')
    const state: StoredRun = {
      machine: this.#machine.id,
      version: this.#version,
      fingerprint: footingOf(this.root, this.#kinds),
      snapshot: snapshot.json,
      timers: timers.json as unknown as readonly StoredTimer[],
      ...(this.#voice.stored && { pause: jsonCopy(this.#voice.stored, 'pause').json as unknown as StoredPause }),
      ...(this.#inspection.answered !== undefined && { answered: this.#inspection.answered }),
      ...(this.around.said && { manner: this.around.said }),
      ...(this.#handsOver && this.client !== undefined && { client: this.client }),
      ...(this.resting ? {} : { keys: this.#keys.stored(workingUnder(this.root, this.#kinds)) }),
    }
    return {
      state,
      keepable: !this.#isAside && snapshot.lossless && timers.lossless && isQuiet(this.root, this.#kinds),
    }
  }

  close(): void {
    this.#closed = true
    this.#failure.watch(() => (this.root as AnyStartable).stop())
    // Where the root has failed, its `stop` does nothing, and its children would go on.
    for (const actor of everyActor(this.root).toReversed()) stopActor(actor)
    this.#spoken.take()
    this.#movements.moved()
  }
}

type AnyStartable = AnyActorRef & { start(): void; stop(): void }

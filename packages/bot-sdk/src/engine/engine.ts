import type { AnyStateMachine } from 'xstate'
import type { RunInput } from '../authoring/heard.js'
import type { Migrate } from '../authoring/migrate.js'
import { asideMachine } from './aside-machine.js'
import { driftOf, driftOfTimers } from './drift.js'
import { StateDoesNotFit } from './errors.js'
import { digest, fingerprintOf, footingOf } from './fingerprint.js'
import { jsonCopy } from './json.js'
import { Kinds } from './kinds.js'
import { machineAt, type Start } from './machine-at.js'
import { migrated } from './migration.js'
import type { PersistedSnapshot } from './persisting.js'
import type { Engine, Run, StoredRun, Surroundings } from './port.js'
import type { Watch } from './watch.js'
import { namesActors } from './xstate-internals.js'
import { type RunOptions, XStateRun } from './xstate-run.js'

/** Of a bot, what its engine is made with. */
export interface EngineOptions {
  machine: AnyStateMachine
  version: number
  /** Asked where a stored state does not fit. */
  migrate?: Migrate
}

/** What tests see of an engine, and change about it. */
export interface Inside {
  watch?: Watch
  /** Where the run that a message begins starts, where that is not the beginning. */
  startsAt?(input: RunInput): Start | undefined
}

/** An engine over XState 5. */
export const xstateEngine = (options: EngineOptions, inside: Inside = {}): Engine => new XStateEngine(options, inside)

/** A stored run that has been restored, and not set going. */
interface Restored {
  run: XStateRun
  isMigrated: boolean
}

class XStateEngine implements Engine {
  readonly #machine: AnyStateMachine
  readonly #version: number
  readonly #kinds = new Kinds()
  readonly #migrate: Migrate | undefined
  readonly #inside: Inside
  #aside: AnyStateMachine | undefined

  constructor({ machine, version, migrate }: EngineOptions, inside: Inside) {
    this.#inside = inside
    this.#migrate = migrate
    this.#machine = machine
    this.#version = version
  }

  get version(): string {
    // Other code of `migrate` may make fit what did not.
    const migrate = this.#migrate ? [digest(String(this.#migrate))] : []
    return [this.#version, fingerprintOf(this.#machine), ...migrate].join(':')
  }

  start(input: RunInput, around: Surroundings): Run {
    const at = this.#inside.startsAt?.(input)
    const run = at ? this.#runAside(machineAt(this.#machine, at), around, input) : this.#run(around, { input })
    run.begin()
    return run
  }

  startAside(input: RunInput, around: Surroundings): Run | undefined {
    this.#aside ??= asideMachine(this.#machine)
    if (!this.#aside) return undefined
    const run = this.#runAside(this.#aside, around, input)
    run.begin()
    return run
  }

  restore(stored: unknown, around: Surroundings): Run {
    const { run } = this.#restored(stored, around)
    run.begin()
    return run
  }

  check(stored: unknown, around: Surroundings): { isMigrated: boolean } {
    const { run, isMigrated } = this.#restored(stored, around)
    if (isMigrated) run.persist()
    return { isMigrated }
  }

  #restored(stored: unknown, around: Surroundings): Restored {
    const state = storedRun(stored)
    try {
      return this.#fitting(state, around)
    } catch (error) {
      if (!(error instanceof StateDoesNotFit) || !this.#migrate) throw error
      const of = { machine: this.#machine, version: this.#version, migrate: this.#migrate, now: around.now() }
      return this.#fitting(migrated(state, error.reasons, of), around, { isMigrated: true })
    }
  }

  #fitting(state: StoredRun, around: Surroundings, { isMigrated = false } = {}): Restored {
    this.#checkOrigin(state)
    const run = this.#run(around, { stored: toRestore(state) })
    const reasons = this.#misfits(run, state, isMigrated)
    if (reasons.length > 0) throw new StateDoesNotFit(reasons)
    return { run, isMigrated }
  }

  #run(around: Surroundings, from: RunOptions['from'], { machine = this.#machine, isAside = false } = {}): XStateRun {
    const { watch } = this.#inside
    // Each name is written out: on Node 20, what is added to what was spread makes hidden classes of its own each time.
    return new XStateRun({ machine, version: this.#version, kinds: this.#kinds, around, from, isAside, watch })
  }

  #runAside(machine: AnyStateMachine, around: Surroundings, input: RunInput): XStateRun {
    return this.#run(around, { input }, { machine, isAside: true })
  }

  #checkOrigin({ machine, version }: StoredRun): void {
    if (machine !== this.#machine.id)
      throw new StateDoesNotFit([`it is of the machine "${machine}", this is "${this.#machine.id}"`])
    if (version !== this.#version)
      throw new StateDoesNotFit([`it is of version ${version}, this is version ${this.#version}`])
  }

  #misfits({ root }: XStateRun, { snapshot, timers, fingerprint }: StoredRun, isMigrated: boolean): readonly string[] {
    const reasons = driftOf(root, snapshot as PersistedSnapshot, this.#kinds)
    if (reasons.length > 0) return reasons
    const unheard = driftOfTimers(root, timers)
    if (unheard.length > 0) return unheard
    if (isMigrated || footingOf(root, this.#kinds) === fingerprint) return []
    return ['its active states invoke other actors or wait for other delays than when it was stored']
  }
}

/** What a restore may be given, so that `state` stays as it is. */
const toRestore = (state: StoredRun): StoredRun =>
  namesActors(state.snapshot) ? (jsonCopy(state, 'state').json as unknown as StoredRun) : state

function storedRun(stored: unknown): StoredRun {
  if (isStoredRun(stored)) return stored
  throw new StateDoesNotFit(['it is no state of a machine'])
}

function isStoredRun(stored: unknown): stored is StoredRun {
  const run = stored as Partial<StoredRun> | null
  return typeof run?.machine === 'string' && typeof run.snapshot === 'object' && Array.isArray(run.timers)
}

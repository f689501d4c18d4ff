import { idempotencyKey } from '@daakia/bot-sdk'
import { type AnyActorLogic, fromPromise } from 'xstate'

/** One way in which an actor's work may end. */
export type Outcome = { actor: string } & (
  | { kind: 'succeeds'; output: unknown }
  | { kind: 'fails'; error: unknown }
  | { kind: 'never answers' }
)

/** The outcomes of each actor, by its name. */
export type OutcomesByActor = ReadonlyMap<string, readonly Outcome[]>

/** Somebody's work has begun, and it was to be said how it ends. */
export interface Choice {
  /** All that it could have been, and which of them it was. */
  from: readonly Outcome[]
  at: number
}

/**
 * How the work of actors ends, along one way through a conversation: as it is written down, and from there on as it comes
 * first. What runs again after a restart ends as it was to end.
 */
export class Script {
  readonly #all: OutcomesByActor
  readonly #written: readonly number[]
  readonly #running: Map<string, Outcome>
  /** Work that is done again, as where a turn is tried again, ends as it did. */
  readonly #chosen = new Map<string, Outcome>()
  readonly choices: Choice[] = []
  /** Called when work has begun that never ends. */
  hangs = () => {}
  /** Names of actors whose work nothing is known of. */
  readonly unknown = new Set<string>()

  /**
   * @param written which of its outcomes each work has, in the order in which it begins
   * @param running what runs already, by idempotency keys
   */
  constructor(all: OutcomesByActor, written: readonly number[], running: ReadonlyMap<string, Outcome> = new Map()) {
    this.#all = all
    this.#written = written
    this.#running = new Map(running)
  }

  /** What never ends, and nobody has given up. */
  get running(): ReadonlyMap<string, Outcome> {
    return new Map(this.#running)
  }

  /** The end of the work of this actor. */
  async play(actor: string, key: string, signal: AbortSignal): Promise<unknown> {
    const outcome = this.#running.get(key) ?? this.#chosen.get(key) ?? this.#choose(actor)
    this.#chosen.set(key, outcome)
    if (outcome.kind === 'succeeds') return outcome.output
    if (outcome.kind === 'fails') throw outcome.error
    this.#running.set(key, outcome)
    signal.addEventListener('abort', () => this.#running.delete(key))
    this.hangs()
    return new Promise(() => {})
  }

  #choose(actor: string): Outcome {
    const from = this.#all.get(actor) ?? []
    const at = this.#written[this.choices.length] ?? 0
    const outcome = from[at]
    if (outcome) this.choices.push({ from, at })
    else this.unknown.add(actor)
    return outcome ?? { actor, kind: 'never answers' }
  }
}

/** Work that ends as the script says which is open just then. */
export const scripted = (actor: string, open: () => Script): AnyActorLogic =>
  fromPromise(({ self, signal }) => open().play(actor, idempotencyKey(self), signal)) as unknown as AnyActorLogic

/** The other ways in which it could have gone, each as it is to be written down: after what was written already. */
export function otherWays(choices: readonly Choice[], written: readonly number[]): readonly (readonly number[])[] {
  return choices.slice(written.length).flatMap(({ from }, index) => {
    const before = choices.slice(0, written.length + index).map(({ at }) => at)
    return from.slice(1).map((_, other) => [...before, other + 1])
  })
}

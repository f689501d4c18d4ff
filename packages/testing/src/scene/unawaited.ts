import { type Bot, idempotencyKey } from '@daakia/bot-sdk'
import { actorsOf, type NamedActor, withActors } from '@daakia/bot-sdk/internal'
import { type AnyActorLogic, fromPromise } from 'xstate'

/** Tells which work of bots goes on, where a test does not wait for all of it. */
export class Unawaited {
  readonly #names: readonly string[]
  /** By idempotency keys: what runs again after a crash is the same. */
  readonly #running = { unawaited: new Set<string>(), awaited: new Set<string>() }

  /**
   * @param names of actors
   * @throws RangeError where no bot has a promise of that name
   */
  constructor(names: readonly string[], bots: readonly Bot[]) {
    this.#names = names
    const known = bots.flatMap(({ machine }) =>
      actorsOf(machine)
        .filter(isPromise)
        .map(({ name }) => name),
    )
    const wrong = names.find((name) => !known.includes(name))
    if (wrong !== undefined)
      throw new RangeError(`No work of a bot is called "${wrong}": unawaited may name ${known.join(', ') || 'nothing'}`)
  }

  /** Nobody is at work but on what is not waited for. */
  get isHeldUp(): boolean {
    return this.#running.unawaited.size > 0 && this.#running.awaited.size === 0
  }

  /** The same bot, of which it is known what it is at work on. */
  over<TBot extends Bot>(bot: TBot): TBot {
    const machine = withActors(bot.machine, (actor) => (isPromise(actor) ? this.#told(actor) : undefined))
    return Object.freeze({ ...bot, machine })
  }

  #told({ name, logic }: NamedActor): AnyActorLogic {
    const { config: begin } = logic as unknown as { config: Parameters<typeof fromPromise>[0] }
    const running = this.#names.includes(name) ? this.#running.unawaited : this.#running.awaited
    return fromPromise(async (work) => {
      const key = idempotencyKey(work.self)
      const over = () => running.delete(key)
      running.add(key)
      work.signal.addEventListener('abort', over)
      try {
        return await begin(work)
      } finally {
        over()
      }
    }) as unknown as AnyActorLogic
  }
}

const isPromise = ({ role }: NamedActor): boolean => role === 'promise'

import { type Bot, idempotencyKey } from '@daakia/bot-sdk'
import { actorsOf, type NamedActor, withActors } from '@daakia/bot-sdk/internal'
import { type AnyActorLogic, fromPromise } from 'xstate'

/** How much of the work of bots goes on. */
export interface AtWork {
  unawaited: number
  awaited: number
}

/** Nobody is at work but on what is not waited for. */
export const areHeldUp = (all: readonly AtWork[]): boolean =>
  all.some(({ unawaited }) => unawaited > 0) && all.every(({ awaited }) => awaited === 0)

/** @param names of actors @throws RangeError where no bot has a promise of one of them */
export const checkUnawaited = (names: readonly string[], bots: readonly Bot[]): void => {
  const known = bots.flatMap(({ machine }) =>
    actorsOf(machine)
      .filter(isPromise)
      .map(({ name }) => name),
  )
  const wrong = names.find((name) => !known.includes(name))
  if (wrong !== undefined)
    throw new RangeError(`No work of a bot is called "${wrong}": unawaited may name ${known.join(', ') || 'nothing'}`)
}

/** Tells which work of bots goes on, where a test does not wait for all of it. */
export class Unawaited {
  readonly #names: readonly string[]
  /** By idempotency keys: what runs again after a crash is the same. */
  readonly #running = { unawaited: new Set<string>(), awaited: new Set<string>() }

  /** @param names of actors */
  constructor(names: readonly string[]) {
    this.#names = names
  }

  get atWork(): AtWork {
    const { unawaited, awaited } = this.#running
    return { unawaited: unawaited.size, awaited: awaited.size }
  }

  /** The same bot, of which it is known what it is at work on. */
  over<TBot extends Bot>(bot: TBot): TBot {
    if (this.#names.length === 0) return bot
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

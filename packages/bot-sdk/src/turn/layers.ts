import { AsyncLocalStorage } from 'node:async_hooks'
import type { Committed, Envelope } from '@daakia/protocol'
import type { Chain } from '../middleware/chain.js'
import type { Handled, Outgoing } from '../middleware/port.js'
import { Entrance } from './entrance.js'
import { causeOf } from './give-up.js'
import { OpenTurn, type OpenTurnOptions } from './open-turn.js'
import type { BotLog } from './port.js'

/** The middleware around what is done under one lease. Where there is none, all of it passes straight through. */
export class Layers {
  readonly entrance: Entrance
  readonly #chain: Chain
  readonly #log: BotLog
  #open: OpenTurn | undefined
  #within: ((work: () => void) => void) | undefined

  constructor(chain: Chain, log: BotLog) {
    this.#chain = chain
    this.#log = log
    this.entrance = new Entrance(chain.incoming, () => this.#open as OpenTurn)
  }

  /** Does `handle` as one turn. What goes wrong after it is told to the log: it is done. */
  around<T>(options: () => OpenTurnOptions, handle: () => Promise<T>): Promise<T> {
    if (isEmpty(this.#chain)) return handle()
    const open = new OpenTurn(options())
    this.#open = open
    if (!this.#chain.turn) return handle()
    const within = () => {
      this.#within = AsyncLocalStorage.snapshot()
      return handle()
    }
    return this.#through(this.#chain.turn, open, within).finally(() => {
      this.#within = undefined
    })
  }

  /** Does `send` as one commit. */
  commit(send: () => Promise<Committed>): Promise<Committed> {
    return this.#chain.commit && this.#open ? this.#through(this.#chain.commit, this.#open, send) : send()
  }

  async #through<T>(layer: NonNullable<Chain['turn']>, open: OpenTurn, work: () => Promise<T>): Promise<T> {
    const done: T[] = []
    try {
      await layer(open, async () => {
        done.push(await work())
      })
    } catch (error) {
      if (done.length === 0) throw error
      const { conversation, revision } = open
      this.#log.warn(
        { conversation, revision, cause: causeOf(error) },
        'A middleware failed after its turn was committed',
      )
    }
    return done[0] as T
  }

  /** Does what comes from elsewhere as if the turn that is open did it: in what middleware has put around it. */
  within(work: () => void): void {
    if (this.#within) this.#within(work)
    else work()
  }

  /** What is said before the bot hears these. @throws what a middleware threw when they came in */
  repliesTo(burst: readonly Envelope[]): readonly Outgoing[] {
    if (!this.entrance.isGuarded) return []
    const results = burst.flatMap((envelope) => this.entrance.resultOf(envelope) ?? [])
    if (this.#open) for (const { values } of results) values?.copyTo(this.#open)
    return results.flatMap(({ replies }) => replies)
  }

  handled(handled: Handled): void {
    this.#open?.handled.push(handled)
  }

  /** Whether {@link outgoing} may say something else. */
  get speak(): boolean {
    return this.#chain.outgoing !== undefined
  }

  async outgoing(said: readonly Outgoing[]): Promise<readonly Outgoing[]> {
    return this.#chain.outgoing && this.#open ? this.#chain.outgoing(said, this.#open) : said
  }

  committed(answer: Committed | undefined, said: readonly Outgoing[]): void {
    if (answer) this.#open?.hasCommitted(answer, said)
  }
}

const isEmpty = ({ turn, commit, incoming, outgoing }: Chain): boolean => !turn && !commit && !incoming && !outgoing

import type { Clock } from '@daakia/protocol'
import type { ConnectionManager } from '../connection-manager/index.js'
import type { Log } from '../log.js'
import type { Peers } from '../peers/port.js'
import type { DrainTerms } from './terms.js'

export interface DepartureParts {
  manager: Pick<ConnectionManager, 'redirect' | 'sendAway'>
  peers: Pick<Peers, 'look'>
  /** No bot is given another turn. */
  retire(): void
  terms: DrainTerms
  clock: Clock
  log: Log
}

/** The way of a node out of a server of many: its clients go to the others before it closes. */
export class Departure {
  #isUnderWay = false
  #cutShort = () => {}
  readonly #over = new Promise<void>((resolve) => {
    this.#cutShort = resolve
  })

  constructor(private readonly parts: DepartureParts) {}

  /** It takes no new clients any more. */
  get isUnderWay(): boolean {
    return this.#isUnderWay
  }

  /** Resolves when its clients were told to go, or when there is nobody to go to: then it only gives back what bots hold. */
  async run(): Promise<void> {
    const { manager, peers, terms, log, retire } = this.parts
    this.#isUnderWay = true
    const nodes = await Promise.race([peers.look(), this.#over])
    if (!nodes || nodes.length <= 1) return retire()
    manager.redirect()
    log.info({ ...terms }, 'Leaving the other nodes')
    await this.#pass(terms.noticeMs)
    retire()
    log.info({}, 'Sending clients to the other nodes')
    await manager.sendAway({ spreadMs: terms.spreadMs, patienceMs: terms.turnsMs }, this.#over)
  }

  /** Waits for nobody any more. */
  cutShort(): void {
    this.#cutShort()
  }

  #pass(ms: number): Promise<void> {
    const { clock } = this.parts
    return Promise.race([this.#over, new Promise<void>((resolve) => clock.after(ms, resolve))])
  }
}

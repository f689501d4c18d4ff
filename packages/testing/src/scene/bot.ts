import type { Bot, BotConnection } from '@daakia/bot-sdk'
import type { BotState } from '@daakia/protocol'
import { matchesState, type StateValue } from 'xstate'
import type { BotUnderTest } from '../chat.js'
import { type CallSite, callSite } from '../failure/call-site.js'
import { inOtherState } from '../failure/problems.js'
import type { Participant } from './rest.js'
import type { Scene } from './scene.js'

/** Starts a process of the bot; `kill` ends it as a crash would. */
export interface BotProcess {
  connection: BotConnection
  kill(): Promise<void>
}

export class SceneBot implements BotUnderTest, Participant {
  readonly id: string
  readonly #scene: Scene
  readonly #start: () => BotProcess
  #process: BotProcess

  constructor(bot: Bot, scene: Scene, start: () => BotProcess) {
    this.id = bot.id
    this.#scene = scene
    this.#start = start
    this.#process = start()
  }

  toBeInState(expected: StateValue | undefined, options: { with?: string } = {}): void {
    const site = callSite(this.toBeInState)
    const actual = this.#valueWith(options.with, site)
    if (agree(expected, actual)) return
    throw this.#scene.failure(inOtherState(this.id, expected, actual), site)
  }

  /** The state in which it is; `undefined` where no run is going on. */
  stateWith(user: string | undefined): StateValue | undefined {
    return this.#valueWith(user, callSite(this.stateWith))
  }

  busyWith(): string | undefined {
    return this.#process.connection.status.state === 'connecting' ? `${this.id} is connecting` : undefined
  }

  async restart(): Promise<void> {
    await this.kill()
    this.#process = this.#start()
  }

  kill(): Promise<void> {
    return this.#process.kill()
  }

  #valueWith(user: string | undefined, site: CallSite): StateValue | undefined {
    return (this.#stateWith(user, site)?.value ?? undefined) as StateValue | undefined
  }

  #stateWith(user: string | undefined, site: CallSite): BotState | undefined {
    const standings = this.#scene.standings(this.id).filter((standing) => user === undefined || standing.user === user)
    if (standings.length <= 1) return standings[0]?.state
    const message = `${this.id} has several conversations; say whose: { with: '${standings[0]?.user}' }`
    throw this.#scene.failure({ message }, site)
  }
}

const agree = (expected: StateValue | undefined, actual: StateValue | undefined): boolean =>
  expected === undefined || actual === undefined ? expected === actual : matchesState(expected, actual)

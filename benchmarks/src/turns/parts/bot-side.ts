import { setImmediate } from 'node:timers/promises'
import { TurnRunner, type TurnServer, xstateEngine } from '@daakia/bot-sdk/internal'
import { type CommitTurn, type Envelope, idMaker, systemClock } from '@daakia/protocol'
import { benchBot, runInput } from './conversation.js'
import type { Part } from './port.js'

const conversations = 100

/** All that a bot does between a lease and the words of its commit, with a server in the same process that says yes. */
export const botHot = (): Part => botSide(conversations)
export const botCold = (): Part => botSide(0)

const botSide = (hotRuns: number): Part => {
  const server = new YesServer()
  const runner = runnerOf(server, hotRuns)
  return {
    turns: async (count) => {
      for (let done = 0; done < count; done += conversations) {
        for (let index = 0; index < conversations; index++) server.lease(runner, `${index}~bench-bot`)
        await setImmediate()
        if (server.open > 0) throw new Error(`${server.open} turns were not committed`)
      }
    },
    close: () => void runner.close({ graceMs: 0 }),
  }
}

export const runnerOf = (server: TurnServer, hotRuns: number): TurnRunner => {
  const engine = xstateEngine(benchBot)
  const log = { info: () => undefined, warn: (fields: unknown) => void process.stderr.write(JSON.stringify(fields)) }
  const newId = idMaker(systemClock, Math.random)
  const parts = { bot: benchBot, engine, server, clock: systemClock, newId, typing: () => undefined, hooks: {}, log }
  return new TurnRunner(parts, hotRuns)
}

interface Kept {
  revision: number
  commitId: string | null
  state: string
}
const nothing: Kept = { revision: 0, commitId: null, state: 'null' }

/** Gives leases and takes commits, at once. */
export class YesServer implements TurnServer {
  open = 0
  #fence = 0
  readonly #kept = new Map<string, Kept>()

  lease(runner: TurnRunner, conversation: string): void {
    const { revision, commitId, state } = this.#kept.get(conversation) ?? nothing
    this.open++
    const seq = revision + 1
    const events: Envelope[] = [{ ...runInput.message, seq, at: systemClock.now() }]
    runner.receive(conversation, {
      type: 'lease',
      fence: `${++this.#fence}`,
      members: ['ana', 'bench-bot'],
      durationMs: 30_000,
      longestMs: 600_000,
      attempt: 1,
      now: systemClock.now(),
      revision,
      commitId,
      processed: revision,
      state: JSON.parse(state),
      events,
      timers: [],
    })
  }

  async commit({ conversation, commitId, revision, ...turn }: CommitTurn) {
    this.#kept.set(conversation, { revision: revision + 1, commitId, state: JSON.stringify(turn.state) })
    JSON.stringify([turn.messages, turn.timers, turn.public])
    this.open--
    return { revision: revision + 1, head: revision * 2 }
  }

  async renew() {}
  async fail() {
    this.open--
  }
  async park() {
    this.open--
  }
  async checkHandoff() {
    return {}
  }
}

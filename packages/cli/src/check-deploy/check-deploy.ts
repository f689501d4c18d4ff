import { StatesPage } from '@daakia/protocol'
import { asOperator, type CallServer } from '../admin/as-operator.js'
import type { ServerAccess } from '../admin/server-access.js'
import { ProgressLine } from '../archive/progress-line.js'
import { type Io, processIo, type Status } from '../io.js'
import { type BotModule, BotModuleError, type LoadedBot, loadBot } from './load-bot.js'
import { report } from './report.js'
import { Tally } from './tally.js'

export interface CheckDeployOptions extends ServerAccess, BotModule {
  /** So many conversations are named for each reason. 3 by default. */
  examples?: number
  /** The outcome as JSON, instead of a table. */
  json?: boolean
}

export const usualExamples = 3

const allLive: Status = 0
const somePark: Status = 1
const unknown: Status = 2

/** So many states the server may send at once. */
const largestPage = 1_000

/**
 * Restores the states that a bot has stored on a running server in the code of a module, and lists what would not go on,
 * with its reasons. Nothing changes on the server, and nothing of the bot is run.
 *
 * @returns 0 where all would go on; 1 where some would be parked; 2 where it could not check, which is told on `io.errors`
 */
export const checkDeploy = async (
  { module, export: name, examples = usualExamples, json = false, ...access }: CheckDeployOptions,
  io: Io = processIo,
): Promise<Status> => {
  const loaded = await loadBot({ module, ...(name !== undefined && { export: name }) }, io.folder).catch(whyNot)
  if (loaded instanceof BotModuleError) {
    io.errors.write(`${loaded.message}\n`)
    return unknown
  }
  const work = async (call: CallServer): Promise<Status> => {
    const tally = await checkAll(call, loaded, { examples, line: new ProgressLine(io) })
    report(tally, loaded.bot, io, { json })
    return tally.parked > 0 ? somePark : allLive
  }
  return asOperator(access, io, work, { failed: unknown })
}

const whyNot = (error: unknown): BotModuleError => {
  if (error instanceof BotModuleError) return error
  throw error
}

interface Settings {
  examples: number
  line: ProgressLine
}

/** One page after the other: neither side ever holds all states. */
const checkAll = async (call: CallServer, { bot, checkState }: LoadedBot, { examples, line }: Settings) => {
  const tally = new Tally(examples)
  try {
    let after: string | undefined
    do {
      const query = { bot: bot.id, limit: largestPage, ...(after !== undefined && { after }) }
      const { states, next } = StatesPage.parse(await call('states/list', query))
      for (const stored of states) tally.add(stored, checkState(bot, stored.state))
      line.tell({ doing: 'restoring', done: tally.states })
      after = next
    } while (after !== undefined)
    return tally
  } finally {
    line.clear()
  }
}

import { ParkedDetails, ParkedDone, ParkedPage } from '@daakia/protocol'
import { allPages } from '../admin/all-pages.js'
import { asOperator } from '../admin/as-operator.js'
import type { ServerAccess } from '../admin/server-access.js'
import { momentOf, writeTable } from '../admin/table.js'
import { type Io, processIo, type Status } from '../io.js'

export interface ListParkedOptions extends ServerAccess {
  /** Only those of this bot. */
  bot?: string
  /** So many. 100 by default. */
  limit?: number
  /** An object in a line for each, instead of a table. */
  json?: boolean
}

/** Names a parked state. */
export interface ParkedOptions extends ServerAccess {
  conversation: string
  bot: string
}

export const usualListed = 100

/** Lists the states that bots could not restore. */
export const listParked = (
  { bot, limit = usualListed, json, ...access }: ListParkedOptions,
  io: Io = processIo,
): Promise<Status> =>
  asOperator(access, io, async (call) => {
    const states = await allPages(async (page) => {
      const { states: items, next } = ParkedPage.parse(await call('parked/list', { ...(bot && { bot }), ...page }))
      return { items, next }
    }, limit)
    const rows = states.map((state) => ({
      cells: [state.conversation, state.bot, state.version ?? '', momentOf(state.since), state.reason],
      json: state,
    }))
    writeTable(['CONVERSATION', 'BOT', 'VERSION', 'SINCE', 'REASON'], rows, io, { json })
    if (states.length === 0) io.errors.write('No state is parked.\n')
    return 0
  })

/** Shows one of them with all that it holds, as JSON. */
export const showParked = ({ conversation, bot, ...access }: ParkedOptions, io: Io = processIo): Promise<Status> =>
  asOperator(access, io, async (call) => {
    const state = ParkedDetails.parse(await call('parked/get', { conversation, bot }))
    io.output.write(`${JSON.stringify(state, undefined, 2)}\n`)
    return 0
  })

/** Offers it to the bot again. */
export const retryParked = (options: ParkedOptions, io: Io = processIo): Promise<Status> =>
  change(
    'parked/retry',
    'It is offered to the bot again. The same code may park it again: see `daakia parked list`. Other code, such as a bot with another `migrate`, is offered it without this.',
    options,
    io,
  )

/** Forgets it: the next message starts a run anew, and a dead letter keeps the state. */
export const dropParked = (options: ParkedOptions, io: Io = processIo): Promise<Status> =>
  change('parked/drop', 'It is forgotten; a dead letter keeps it.', options, io)

const change = (
  method: 'parked/retry' | 'parked/drop',
  told: string,
  { conversation, bot, ...access }: ParkedOptions,
  io: Io,
): Promise<Status> =>
  asOperator(access, io, async (call) => {
    const { done } = ParkedDone.parse(await call(method, { conversation, bot }))
    io.errors.write(done ? `${told}\n` : `No state of ${bot} is parked in ${conversation} (any more).\n`)
    return done ? 0 : 1
  })

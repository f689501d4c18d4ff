import { ListStates, type StatesPage } from '@daakia/protocol'
import type { BotStates, StoredState } from '../../persistence/port.js'
import { mostBytes } from '../portion.js'
import { type Methods, operatorMethod } from './method.js'
import { queryOf } from './paging.js'

/** States may be large: so many are read at once while it is not known how large, and so many when they turn out small. */
const atOnce = { first: 4, most: 100 }

/** `states/list`. */
export const stateMethods = (store: BotStates): Methods => ({
  'states/list': operatorMethod(
    ListStates,
    ({ vendor }, query): Promise<StatesPage> => collect(store, vendor, queryOf(query)),
    { description: 'What a bot has stored in its conversations' },
  ),
})

/** As many as are asked for and fit into one answer. */
const collect = async (
  store: BotStates,
  vendor: string,
  { bot, after, limit }: { bot: string; after?: string; limit: number },
): Promise<StatesPage> => {
  const states: StoredState[] = []
  let bytes = 0
  let next = after
  do {
    const most = Math.min(limit - states.length, fitting(states.length, bytes))
    const page = await store.botStates(vendor, { bot, limit: most, ...(next !== undefined && { after: next }) })
    states.push(...page.items)
    for (const { state } of page.items) bytes += JSON.stringify(state).length
    next = page.next
    // A part with nothing in it has cost as much as a page may.
    if (page.items.length < most) break
  } while (next !== undefined && states.length < limit && bytes < mostBytes)
  return { states, ...(next !== undefined && { next }) }
}

/** How many more go into the answer, if they are as large as those that are there. */
const fitting = (count: number, bytes: number): number =>
  count === 0 ? atOnce.first : Math.max(1, Math.min(atOnce.most, Math.floor(((mostBytes - bytes) * count) / bytes)))

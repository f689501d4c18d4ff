import {
  type Clock,
  ListParked,
  type ParkedDetails,
  type ParkedDone,
  ParkedName,
  type ParkedPage,
} from '@daakia/protocol'
import type { ParkedStates } from '../../persistence/port.js'
import { notFound } from './failure.js'
import { type Methods, operatorMethod } from './method.js'
import { queryOf } from './paging.js'

export interface ParkedParts {
  store: ParkedStates
  clock: Clock
  /** A state there is parked no more: something waits for the bot, and its members may be told. */
  changed(vendor: string, conversation: string, bot: string): void
}

/** `parked/list`, `get`, `retry` and `drop`. */
export const parkedMethods = ({ store, clock, changed }: ParkedParts): Methods => ({
  'parked/list': operatorMethod(ListParked, async ({ vendor }, query): Promise<ParkedPage> => {
    const { items, next } = await store.parkedStates(vendor, queryOf(query))
    return { states: [...items], ...(next !== undefined && { next }) }
  }),

  'parked/get': operatorMethod(ParkedName, async ({ vendor }, { conversation, bot }): Promise<ParkedDetails> => {
    const state = await store.parkedState(vendor, conversation, bot)
    if (!state) throw notFound(`No state of ${bot} is parked in ${conversation}`)
    return state
  }),

  'parked/retry': operatorMethod(ParkedName, async ({ vendor }, { conversation, bot }): Promise<ParkedDone> => {
    const done = await store.retryParked(vendor, conversation, bot)
    if (done) changed(vendor, conversation, bot)
    return { done }
  }),

  'parked/drop': operatorMethod(ParkedName, async ({ vendor }, { conversation, bot }): Promise<ParkedDone> => {
    const done = await store.dropParked(vendor, conversation, bot, clock.now())
    if (done) changed(vendor, conversation, bot)
    return { done }
  }),
})

import type { NewMessage, Outcome, Settled, Store, Work } from '../../persistence/port.js'
import type { DurableBench } from '../kit.js'
import { holds } from '../kit.js'

export type StoreBench = DurableBench<Store>

export const vendor = 'acme'
export const room = 'ana~shop'
export const bot = 'shop'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

export const message = (id: string, more: Partial<NewMessage> = {}): NewMessage => ({
  from: 'ana',
  id,
  at: 1_000,
  type: 'text',
  payload: bytes(id),
  ...more,
})

type Committed = Extract<Outcome, { kind: 'committed' }>

/** A commit that says nothing; what matters to a test is given. */
export const commitOf = (commitId: string, more: Partial<Committed> = {}): Committed => ({
  kind: 'committed',
  commitId,
  revision: 0,
  processed: 0,
  state: null,
  messages: [],
  timers: { set: [], cancel: [] },
  public: { value: null, tags: [], accepts: [] },
  keep: false,
  ...more,
})

export const utterance = (text: string) => ({ type: 'text', payload: bytes(text) })

export const found = async (store: Store, id = room, members: readonly string[] = id.split('~')): Promise<void> => {
  await store.conversation(vendor, id, { members, at: 500 })
}

/** What became of it, without what tells whether it is still kept, which a store may give and may leave out. */
export const append = async (store: Store, ...asked: Parameters<Store['append']>) => {
  const { isStillKept: _, ...answer } = await store.append(...asked)
  return answer
}

export const say = (store: Store, id: string, more: Partial<NewMessage> = {}, conversation = room) =>
  append(store, vendor, conversation, message(id, more))

/** The conversation of ana and the shop, with the shop enlisted. */
export const withBot = async (store: Store, apology?: string): Promise<void> => {
  await found(store)
  await store.enlist(vendor, bot, { version: '1', ...(apology && { apology }) })
}

export const begin = async (store: Store, now = 2_000, conversation = room): Promise<Work> => {
  const work = await store.begin(vendor, conversation, bot, now)
  holds(work, 'something waits')
  return work as Work
}

/** Without the hint that nothing is left, which a store may give and may leave out. */
export const commit = async (store: Store, outcome: Outcome, now = 2_000, conversation = room): Promise<Settled> => {
  const settled = await store.commit(vendor, conversation, bot, now, outcome)
  if (settled.kind !== 'applied') return settled
  const { rests: _, ...applied } = settled
  return applied
}

export const waiting = async (store: Store, more: { now?: number; version?: string; limit?: number } = {}) =>
  (await store.waiting({ vendor, bot, now: 2_000, limit: 10, ...more })).conversations

export const texts = async (store: Store): Promise<string[]> =>
  (await store.read(vendor, room, { limit: 100 })).map(({ payload }) => new TextDecoder().decode(payload))

export const seqs = (messages: readonly { seq: number }[]): number[] => messages.map(({ seq }) => seq)

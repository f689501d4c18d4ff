import type { CommitHandoff, GiveHandoff, HandoffFailure } from '@daakia/protocol'
import type { Outcome, Settled, Store, Work } from '../../../persistence/port.js'
import { same } from '../../kit.js'
import { commitOf, found, message, room, seqs, vendor } from '../fixtures.js'

type Committed = Extract<Outcome, { kind: 'committed' }>

export const give = (to: string, more: Partial<GiveHandoff> = {}): CommitHandoff => ({
  give: { id: `to-${to}`, to, client: 'ana', input: { amount: 7 }, ...more },
})

/** A bot in the room of ana and the shop; its commits start from the revision that it was told last. */
export class Player {
  revision = 0

  constructor(
    private readonly store: Store,
    readonly name: string,
    private readonly conversation = room,
  ) {}

  /** What waits for it; `undefined` where nothing does. */
  async begins(now = 2_000): Promise<Work | undefined> {
    const work = await this.store.begin(vendor, this.conversation, this.name, now)
    if (work) this.revision = work.revision
    return work
  }

  /** The notes of hand-overs that it is told of first, and the `seq` of messages of people. */
  async hears(): Promise<{ told: unknown[]; seqs: number[] }> {
    const { events = [] } = (await this.begins()) ?? {}
    const told = events.flatMap(({ handoff }) => handoff ?? [])
    return { told, seqs: seqs(events.filter(({ handoff }) => !handoff)) }
  }

  async tries(commitId: string, fields: Partial<Committed> = {}, now = 2_000): Promise<Settled> {
    const outcome = commitOf(commitId, { revision: this.revision, ...fields })
    const settled = await this.store.commit(vendor, this.conversation, this.name, now, outcome)
    if (settled.kind === 'applied') this.revision = settled.revision
    return settled
  }

  async commits(commitId: string, fields: Partial<Committed> = {}, now = 2_000): Promise<void> {
    same((await this.tries(commitId, fields, now)).kind, 'applied')
  }

  /** Takes up the conversation that it is handed. */
  async takesUp(): Promise<void> {
    const { events = [], processed = 0 } = (await this.begins()) ?? {}
    await this.commits(`${this.name}-begins`, { processed, again: seqs(events.slice(0, 1)), state: { at: 'work' } })
  }

  /** Fails as often as it is tried. */
  async givesUp(cause: string): Promise<void> {
    for (let tries = 0; tries < 3; tries++) {
      const { revision = 0 } = (await this.begins()) ?? {}
      await this.store.commit(vendor, this.conversation, this.name, 2_000, { kind: 'failed', revision, cause })
    }
  }

  async refused(handoff: GiveHandoff, takeBack?: string): Promise<HandoffFailure['code'] | undefined> {
    return (
      await this.store.refusesHandoff(vendor, this.conversation, this.name, 2_000, {
        give: handoff,
        ...(takeBack && { takeBack }),
      })
    )?.code
  }
}

export const players = async (store: Store) => {
  await found(store)
  const names = ['shop', 'pay', 'fraud'] as const
  for (const name of names) await store.enlist(vendor, name, { takesOverFrom: ['shop', 'pay'] })
  return Object.fromEntries(names.map((name) => [name, new Player(store, name)])) as Record<
    (typeof names)[number],
    Player
  >
}

export const says = async (store: Store, id: string): Promise<number> =>
  (await store.append(vendor, room, message(id))).seq

/** Ana has said `a`, and the shop has handed the conversation to pay, which has taken it up. */
export const handedOver = async (store: Store) => {
  const all = await players(store)
  await says(store, 'a')
  await all.shop.begins()
  await all.shop.commits('x', { processed: 1, state: { at: 'paying' }, handoff: give('pay') })
  await all.pay.takesUp()
  return all
}

export const bots = async (store: Store) => (await store.conversation(vendor, room))?.bots ?? []
export const handoffs = async (store: Store) =>
  (await store.conversation(vendor, room))?.handoffs?.map(({ from, to }) => `${from} to ${to}`) ?? []
export const types = async (store: Store) =>
  (await store.read(vendor, room, { limit: 100 })).map(({ from, type, to }) => [from, type, ...(to ? [to] : [])])

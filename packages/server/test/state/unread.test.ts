import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EmbeddedStore } from '../../src/persistence/embedded.js'
import type { MembersChange, NewMessage } from '../../src/persistence/port.js'
import type { RosterStanding } from '../../src/state/roster/port.js'
import { rosterAndStore } from '../support/roster.js'
import { inMemory, onDisk, type Storage } from '../support/storage.js'

const everybody = Array.from({ length: 12 }, (_, i) => `c${i}`)
const types = ['text', 'card', 'edit', 'reaction', 'event', 'own'] as const
const counted = new Set(['text', 'card', 'own'])

type Action =
  | { kind: 'say'; from: string; type: string; id: number }
  | { kind: 'receive'; client: string; delivered: number; read: number }
  | { kind: 'join' | 'leave'; client: string }
  | { kind: 'trim'; newest: number }
  | { kind: 'restart' }

const client = fc.constantFrom(...everybody)
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({ kind: fc.constant('say'), from: client, type: fc.constantFrom(...types), id: fc.nat(40) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('receive'), client, delivered: fc.nat(30), read: fc.nat(30) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('join', 'leave'), client }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('trim'), newest: fc.nat(10) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' }) },
) as fc.Arbitrary<Action>

/** What is known of a conversation by who writes all of it down. */
class Model {
  readonly #entries: { from: string; type: string; ids: string }[] = []
  readonly #places = new Map<string, { delivered: number; read: number }>()
  #first = 1

  constructor(members: readonly string[]) {
    for (const member of members) this.#places.set(member, { delivered: 0, read: 0 })
  }

  get head(): number {
    return this.#entries.length
  }

  apply(action: Action): void {
    if (action.kind === 'say') this.#say(action)
    else if (action.kind === 'receive') this.#receive(action)
    else if (action.kind === 'trim') this.#first = Math.max(this.#first, this.head - action.newest + 1)
    else if (action.kind === 'join' || action.kind === 'leave') this.#change(action.kind, action.client)
  }

  standingOf(member: string): Pick<RosterStanding, 'head' | 'delivered' | 'read' | 'unread'> | undefined {
    const places = this.#places.get(member)
    if (!places) return undefined
    const unread = this.#entries.filter(
      ({ type }, i) => i + 1 > places.read && i + 1 >= this.#first && counted.has(type),
    ).length
    return { head: this.head, ...places, unread }
  }

  #say({ from, type, id }: Action & { kind: 'say' }): void {
    const ids = `${from}/${id}`
    if (!this.#places.has(from) || this.#entries.some((entry) => entry.ids === ids)) return
    this.#entries.push({ from, type, ids })
    this.#raise(from, this.head, this.head)
  }

  #receive({ client, delivered, read }: Action & { kind: 'receive' }): void {
    if (Math.max(delivered, read) <= this.head) this.#raise(client, Math.max(delivered, read), read)
  }

  #change(kind: 'join' | 'leave', client: string): void {
    if (this.#places.has(client) === (kind === 'join') || (kind === 'leave' && client === 'c0')) return
    this.#entries.push({ from: 'c0', type: 'member', ids: '' })
    this.#raise('c0', this.head, this.head)
    if (kind === 'join') this.#places.set(client, { delivered: this.head, read: this.head })
    else this.#places.delete(client)
  }

  #raise(client: string, delivered: number, read: number): void {
    const places = this.#places.get(client)
    if (!places) return
    places.read = Math.max(places.read, read)
    places.delivered = Math.max(places.delivered, delivered, places.read)
  }
}

/** The roster at work, on one conversation. */
class Subject {
  #changes = 0

  private constructor(
    private storage: Storage,
    private at: ReturnType<typeof rosterAndStore>,
  ) {}

  static async open(openStorage: () => Promise<Storage>, members: readonly string[]): Promise<Subject> {
    const storage = await openStorage()
    const subject = new Subject(storage, rosterAndStore(storage.keyValue))
    await subject.at.store.conversation('acme', 'team', { members, at: 1 })
    return subject
  }

  async apply(action: Action): Promise<void> {
    if (action.kind === 'say') await this.#say(action)
    else if (action.kind === 'receive') await this.at.roster.receive('acme', action.client, 'team', action)
    else if (action.kind === 'trim')
      await this.at.store.trim('acme', 'team', { newest: action.newest, now: 1, limit: 100 })
    else if (action.kind === 'restart') await this.#restart()
    else if (action.kind === 'join' || action.client !== 'c0') await this.#change(action.kind, action.client)
  }

  async standingOf(member: string) {
    const found = await this.at.roster.standing('acme', member, 'team')
    if (!found) return undefined
    const { head, delivered, read, unread } = found
    return { head, delivered, read, unread }
  }

  close(): Promise<void> {
    return this.storage.remove()
  }

  async #say({ from, type, id }: Action & { kind: 'say' }): Promise<void> {
    const message: NewMessage = { from, id: `${id}`, at: 2, type, payload: new Uint8Array() }
    await this.at.store.append('acme', 'team', message).catch(notAMember)
  }

  async #change(kind: 'join' | 'leave', client: string): Promise<void> {
    const change = { join: 'joined', leave: 'left' } as const
    const made: MembersChange = {
      from: 'c0',
      id: `x${++this.#changes}`,
      at: 2,
      change: change[kind],
      clients: [client],
    }
    await this.at.store.changeMembers('acme', 'team', made)
  }

  async #restart(): Promise<void> {
    this.storage = await this.storage.reopen()
    this.at = rosterAndStore(this.storage.keyValue)
  }
}

const notAMember = (error: Error) => {
  if (error.name !== 'NotAMember') throw error
}

describe.each([
  ['in memory', inMemory, 300],
  ['on disk', onDisk, 20],
] as const)('unread counts and receipts, %s,', (_, storage, numRuns) => {
  test('are right after any order of messages, receipts, joins, leaves, trims and restarts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.array(action, { maxLength: 80 }), async (size, actions) => {
        const members = everybody.slice(0, size)
        const model = new Model(members)
        const subject = await Subject.open(storage, members)
        try {
          for (const each of actions) {
            await subject.apply(each)
            model.apply(each)
            for (const member of everybody) expect(await subject.standingOf(member)).toEqual(model.standingOf(member))
          }
        } finally {
          await subject.close()
        }
      }),
      { numRuns },
    )
  })

  test('are right where all of it comes at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 80 }), async (all) => {
        const members = everybody.slice(0, 10)
        const model = new Model(members)
        const subject = await Subject.open(storage, members)
        // Receipts are told apart from the head that they were checked against: what is beyond it then is not tried here.
        const actions = all.filter(({ kind }) => kind === 'say')
        try {
          await Promise.all(actions.map((each) => subject.apply(each)))
          for (const each of actions) model.apply(each)
          const receipts = all.flatMap((each) => (each.kind === 'receive' ? [each] : []))
          await Promise.all(receipts.map((each) => subject.apply(each)))
          for (const each of receipts) model.apply(each)
          for (const member of members) expect(await subject.standingOf(member)).toEqual(model.standingOf(member))
        } finally {
          await subject.close()
        }
      }),
      { numRuns },
    )
  })
})

test('unread counts are right after a message that was undone', async () => {
  const storage = await inMemory()
  let failing = false
  const projection = {
    apply: () => {
      if (failing) throw new Error('No room')
      return []
    },
  }
  const store = new EmbeddedStore({
    kv: storage.keyValue,
    inbox: projection,
    membershipProjections: [rosterAndStore(storage.keyValue).roster],
  })
  await store.conversation('acme', 'team', { members: ['c0', 'c1'], at: 1 })
  const say = (id: string) =>
    store.append('acme', 'team', { from: 'c0', id, at: 2, type: 'text', payload: new Uint8Array() })
  await say('one')
  failing = true
  await expect(say('two')).rejects.toThrow('No room')
  failing = false
  await say('three')
  const { roster } = rosterAndStore(storage.keyValue)
  expect(await roster.standing('acme', 'c1', 'team')).toMatchObject({ head: 2, unread: 2 })
})

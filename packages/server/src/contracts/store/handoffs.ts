import type { CommitHandoff, GiveHandoff, HandoffFailure } from '@daakia/protocol'
import type { Outcome, Settled, Store, Work } from '../../persistence/port.js'
import { type Behaviours, holds, same } from '../kit.js'
import { commitOf, found, message, room, type StoreBench, seqs, utterance, vendor } from './fixtures.js'

type Committed = Extract<Outcome, { kind: 'committed' }>

const give = (to: string, more: Partial<GiveHandoff> = {}): CommitHandoff => ({
  give: { id: `to-${to}`, to, client: 'ana', input: { amount: 7 }, ...more },
})

/** A bot in the room of ana and the shop; its commits start from the revision that it was told last. */
class Player {
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
  async hears(now = 2_000): Promise<{ told: unknown[]; seqs: number[] }> {
    const { events = [] } = (await this.begins(now)) ?? {}
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
  async takesUp(state: unknown = { at: 'work' }): Promise<void> {
    const { events = [], processed = 0 } = (await this.begins()) ?? {}
    await this.commits(`${this.name}-begins`, { processed, again: seqs(events.slice(0, 1)), state })
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

const players = async (store: Store) => {
  await found(store)
  const names = ['shop', 'pay', 'fraud'] as const
  for (const name of names) await store.enlist(vendor, name, { takesOverFrom: ['shop', 'pay'] })
  return Object.fromEntries(names.map((name) => [name, new Player(store, name)])) as Record<
    (typeof names)[number],
    Player
  >
}

const says = async (store: Store, id: string): Promise<number> => (await store.append(vendor, room, message(id))).seq

/** Ana has said `a`, and the shop has handed the conversation to pay, which has taken it up. */
const handedOver = async (store: Store) => {
  const all = await players(store)
  await says(store, 'a')
  await all.shop.begins()
  await all.shop.commits('x', { processed: 1, state: { at: 'paying' }, handoff: give('pay') })
  await all.pay.takesUp()
  return all
}

const bots = async (store: Store) => (await store.conversation(vendor, room))?.bots ?? []
const handoffs = async (store: Store) =>
  (await store.conversation(vendor, room))?.handoffs?.map(({ from, to }) => `${from} to ${to}`) ?? []
const types = async (store: Store) =>
  (await store.read(vendor, room, { limit: 100 })).map(({ from, type, to }) => [from, type, ...(to ? [to] : [])])

export const handoffBehaviours: Behaviours<StoreBench> = {
  'gives the conversation to the other bot, with its input, and tells members of it': async ({ subject: store }) => {
    const { shop, pay } = await players(store)
    await says(store, 'a')
    await shop.begins()
    await shop.commits('x', { processed: 1, messages: [utterance('now pay')], handoff: give('pay', { locale: 'de' }) })
    same(await pay.hears(), {
      told: [{ kind: 'given', id: 'to-pay', client: 'ana', input: { amount: 7 }, locale: 'de' }],
      seqs: [],
    })
    same(await types(store), [
      ['ana', 'text'],
      ['shop', 'text'],
      ['shop', 'handoff', 'pay'],
    ])
    same(await handoffs(store), ['shop to pay'])
    same(
      (await bots(store)).map(({ bot, handedTo }) => [bot, handedTo]),
      [
        ['pay', undefined],
        ['shop', 'pay'],
      ],
    )
  },
  'has people heard by who has it alone, and gives it what was not handled before': async ({ subject: store }) => {
    const { shop, pay } = await players(store)
    await says(store, 'a')
    await says(store, 'b')
    await shop.begins()
    const settled = await shop.tries('x', { processed: 1, keep: true, state: 1, handoff: give('pay') })
    holds(settled.kind === 'applied' && !settled.next, 'the lease is not kept')
    await says(store, 'c')
    same(await shop.hears(), { told: [], seqs: [] })
    const heard = await pay.hears()
    same([heard.told.length, heard.seqs], [1, [2, 4]])
    await pay.commits('y', { processed: 1, again: [3], state: 1 })
    same((await pay.hears()).seqs, [2, 4])
    await pay.commits('z', { processed: 4, state: 1 })
    same(await pay.hears(), { told: [], seqs: [] })
  },
  'lets the timers of who has handed it over fall due, and none of its commits handle a message': async ({
    subject: store,
  }) => {
    const { shop, pay } = await players(store)
    await says(store, 'a')
    await shop.begins()
    const timers = { set: [{ id: 't', due: 3_000 }], cancel: [] }
    await shop.commits('x', { processed: 1, state: 1, timers, handoff: give('pay') })
    await pay.takesUp()
    await says(store, 'b')
    const { timers: due, events } = (await shop.begins(3_000)) as Work
    same([due.map(({ id }) => id), events], [['t'], []])
    same((await shop.tries('y', { processed: 3 }, 3_000)).kind, 'conflict')
    await shop.commits('z', { processed: 1, state: 1, timers: { set: [], cancel: ['t'] } }, 3_000)
    same((await pay.hears()).seqs, [3])
  },
  'gives it back with a result, once, ahead of what was not handled': async ({ subject: store }) => {
    const { shop, pay } = await handedOver(store)
    await says(store, 'b')
    await says(store, 'c')
    await pay.begins()
    const timers = { set: [{ id: 't', due: 2_500 }], cancel: [] }
    const done = {
      processed: 3,
      messages: [utterance('thanks')],
      timers,
      handoff: { giveBack: { output: { paid: true } } },
    }
    await pay.commits('y', done)
    same(await shop.hears(), { told: [{ kind: 'result', id: 'to-pay', output: { paid: true } }], seqs: [4] })
    same([await handoffs(store), await pay.begins(9_000)], [[], undefined])
    same(
      (await bots(store)).map(({ bot }) => bot),
      ['shop'],
    )
    await shop.commits('z', { processed: 3, again: [6], state: 1 })
    same(await shop.hears(), { told: [], seqs: [4] })
    await shop.commits('w', { processed: 4, state: 1 })
    same(await shop.hears(), { told: [], seqs: [] })
  },
  'answers the commit that gave it back as the first time, and gives it back no second time': async ({
    subject: store,
  }) => {
    const { shop, pay } = await handedOver(store)
    const done = { revision: 1, processed: 1, handoff: { giveBack: { output: 1 } } }
    await pay.commits('y', done)
    same((await pay.tries('y', done)).kind, 'repeated')
    same((await pay.tries('another', { ...done, revision: 2 })).kind, 'conflict')
    same((await shop.hears()).told.length, 1)
  },
  'keeps what is told across a restart': async (bench) => {
    await handedOver(bench.subject)
    const store = await bench.reopen()
    const pay = new Player(store, 'pay')
    await says(store, 'b')
    same((await pay.hears()).seqs, [3])
    await pay.commits('y', { processed: 3, handoff: { giveBack: { error: { code: 'cancelled', message: 'by ana' } } } })
    const again = await bench.reopen()
    same(await new Player(again, 'shop').hears(), {
      told: [{ kind: 'failed', id: 'to-pay', error: { code: 'cancelled', message: 'by ana' } }],
      seqs: [],
    })
  },
  'takes it back: the other one is told that and nothing else, and then has no part in it': async ({
    subject: store,
  }) => {
    const { shop, pay } = await handedOver(store)
    await says(store, 'b')
    await pay.begins()
    const timers = { set: [{ id: 't', due: 2_500 }], cancel: [] }
    await pay.commits('y', { processed: 3, state: { at: 'card' }, timers })
    await says(store, 'c')
    await pay.begins()
    await shop.commits('z', { processed: 1, state: 1, handoff: { takeBack: 'to-pay' } })
    same((await pay.tries('late', { processed: 4 })).kind, 'conflict')
    same(await shop.hears(), { told: [], seqs: [4] })
    same(
      (await bots(store)).map(({ bot, handedTo }) => [bot, handedTo]),
      [['shop', undefined]],
    )
    const { state, events, timers: due } = (await pay.begins(9_000)) as Work
    same([state, events.map(({ handoff }) => handoff), due], [{ at: 'card' }, [{ kind: 'taken-back' }], []])
    same(await shop.refused({ id: '2', to: 'pay', client: 'ana' }), 'busy')
    await pay.commits('bye', { processed: 3, again: seqs(events), state: { at: 'end' } })
    same([await pay.begins(9_000), await handoffs(store)], [undefined, []])
    same(await shop.refused({ id: '2', to: 'pay', client: 'ana' }), undefined)
    await says(store, 'd')
    same((await shop.hears()).seqs, [4, 6])
  },
  'takes back what was not taken up, and leaves no trace of it with the other one': async ({ subject: store }) => {
    const { shop, pay } = await players(store)
    await says(store, 'a')
    await shop.begins()
    await shop.commits('x', { processed: 1, state: 1, handoff: give('pay') })
    await pay.begins()
    await shop.commits('y', { processed: 1, state: 1, handoff: { takeBack: 'to-pay' } })
    same([(await pay.tries('late')).kind, await pay.begins()], ['conflict', undefined])
    await shop.commits('z', { processed: 1, state: 1, handoff: give('pay', { id: 'second' }) })
    same((await pay.hears()).told, [{ kind: 'given', id: 'second', client: 'ana', input: { amount: 7 } }])
  },
  'does nothing where what is taken back is back already': async ({ subject: store }) => {
    const { shop, pay } = await handedOver(store)
    await pay.commits('y', { processed: 1, handoff: { giveBack: { output: 1 } } })
    const before = await types(store)
    await shop.commits('z', { processed: 1, state: 1, handoff: { takeBack: 'to-pay' } })
    same(await types(store), before)
    same((await shop.hears()).told, [{ kind: 'result', id: 'to-pay', output: 1 }])
  },
  'hands on what was handed over, and gives it back step by step': async ({ subject: store }) => {
    const { shop, pay, fraud } = await handedOver(store)
    await pay.commits('p1', { processed: 1, state: 1, handoff: give('fraud') })
    await fraud.takesUp()
    await says(store, 'b')
    same([(await shop.hears()).seqs, (await pay.hears()).seqs, (await fraud.hears()).seqs], [[], [], [4]])
    same(
      (await bots(store)).map(({ bot, handedTo }) => [bot, handedTo]),
      [
        ['fraud', undefined],
        ['pay', 'fraud'],
        ['shop', 'fraud'],
      ],
    )
    await fraud.commits('f1', { processed: 4, handoff: { giveBack: { output: 'fine' } } })
    same(await pay.hears(), { told: [{ kind: 'result', id: 'to-fraud', output: 'fine' }], seqs: [] })
    same(await shop.begins(), undefined)
    await pay.commits('p2', { processed: 4, again: [5], handoff: { giveBack: { output: 'paid' } } })
    same(await shop.hears(), { told: [{ kind: 'result', id: 'to-pay', output: 'paid' }], seqs: [] })
  },
  'takes back all that was handed on, too, and so does who gives it back': async ({ subject: store }) => {
    const { shop, pay, fraud } = await handedOver(store)
    await pay.commits('p1', { processed: 1, state: 1, handoff: give('fraud') })
    await fraud.takesUp()
    await says(store, 'b')
    await shop.commits('s1', { processed: 1, state: 1, handoff: { takeBack: 'to-pay' } })
    for (const each of [pay, fraud]) same(await each.hears(), { told: [{ kind: 'taken-back' }], seqs: [] })
    same((await shop.hears()).seqs, [4])
  },
  'ends what it handed on where a bot gives it back': async ({ subject: store }) => {
    const { shop, pay, fraud } = await handedOver(store)
    await pay.commits('p1', { processed: 1, state: 1, handoff: give('fraud') })
    await fraud.takesUp()
    await says(store, 'b')
    await pay.commits('p2', { processed: 1, handoff: { giveBack: { output: 'paid' } } })
    same(await fraud.hears(), { told: [{ kind: 'taken-back' }], seqs: [] })
    const heard = await shop.hears()
    same([heard.told.length, heard.seqs], [1, [4]])
  },
  'refuses what may not be, and tells why': async ({ subject: store }) => {
    const { shop, pay, fraud } = await players(store)
    await store.enlist(vendor, 'closed', {})
    await store.enlist(vendor, 'open', { takesOverFrom: ['*'] })
    await says(store, 'a')
    await shop.begins()
    const to = (name: string, input: unknown = 1) => ({ id: '1', to: name, client: 'ana', input })
    same(await shop.refused(to('nobody')), 'unknown-bot')
    same(await shop.refused(to('ana')), 'unknown-bot')
    same(await shop.refused(to('closed')), 'not-allowed')
    same(await shop.refused(to('shop')), 'too-deep')
    same(await shop.refused(to('pay', 'x'.repeat(70_000))), 'too-large')
    same([await shop.refused(to('pay')), await shop.refused(to('open'))], [undefined, undefined])
    const conflict = await shop.tries('x', { processed: 1, handoff: { give: to('closed') } })
    same([conflict.kind, (await types(store)).length], ['conflict', 1])
    await shop.commits('y', { processed: 1, state: 1, handoff: { give: to('pay') } })
    await pay.takesUp()
    same([await shop.refused(to('fraud')), await pay.refused(to('shop'))], ['busy', 'too-deep'])
    same([await shop.refused(to('fraud'), '1'), await shop.refused(to('pay'), '1')], [undefined, 'busy'])
    await pay.commits('z', { processed: 1, state: 1, handoff: { give: to('fraud') } })
    same(await fraud.refused(to('pay')), 'too-deep')
  },
  'hands on so deep, and no deeper': async ({ subject: store }) => {
    await found(store)
    const chain = ['shop', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6'].map((name) => new Player(store, name))
    for (const { name } of chain) await store.enlist(vendor, name, { takesOverFrom: ['*'] })
    await says(store, 'a')
    await chain[0]?.begins()
    const codes: (string | undefined)[] = []
    for (const [index, { name }] of chain.slice(1).entries()) {
      const player = chain[index] as Player
      if (index > 0) await player.takesUp()
      codes.push(await player.refused({ id: '1', to: name, client: 'ana' }))
      if (codes.at(-1) === undefined)
        await player.commits(`c${index}`, { processed: index === 0 ? 1 : 1, state: 1, handoff: give(name) })
    }
    same(codes, [undefined, undefined, undefined, undefined, undefined, 'too-deep'])
  },
  'refuses to hand it over and back for ever, until somebody speaks': async ({ subject: store }) => {
    const { shop, pay } = await players(store)
    await says(store, 'a')
    await shop.begins()
    let rounds = 0
    for (; rounds < 50 && (await shop.refused({ id: '1', to: 'pay', client: 'ana' })) === undefined; rounds++) {
      await shop.commits(`s${rounds}`, { processed: 1, state: 1, handoff: give('pay', { id: `${rounds}` }) })
      const { events = [] } = (await pay.begins()) ?? {}
      await pay.commits(`p${rounds}`, { processed: 1, again: seqs(events), handoff: { giveBack: { output: 1 } } })
      const back = (await shop.begins())?.events ?? []
      await shop.commits(`r${rounds}`, { processed: 1, again: seqs(back), state: 1 })
    }
    same([rounds, await shop.refused({ id: '1', to: 'pay', client: 'ana' })], [10, 'loop'])
    await says(store, 'b')
    same(await shop.refused({ id: '1', to: 'pay', client: 'ana' }), undefined)
  },
  'gives it back with a failure where the other one fails to take it up': async ({ subject: store }) => {
    const { shop, pay } = await players(store)
    await says(store, 'a')
    await shop.begins()
    await shop.commits('x', { processed: 1, state: 1, handoff: give('pay') })
    for (let i = 0; i < 3; i++) {
      const { revision = 0 } = (await pay.begins()) ?? {}
      await store.commit(vendor, room, 'pay', 2_000, { kind: 'failed', revision, cause: 'no such card' })
    }
    same(await pay.begins(), undefined)
    const { told } = await shop.hears()
    same(told, [{ kind: 'failed', id: 'to-pay', error: { code: 'failed', message: 'pay failed at it: no such card' } }])
    const { items } = await store.deadLetters(vendor, { limit: 10 })
    same(
      items.map(({ bot, cause }) => [bot, cause]),
      [['pay', 'no such card']],
    )
  },
  'stays with a bot that fails at a message: that is set aside, as always': async ({ subject: store }) => {
    const { shop, pay } = await handedOver(store)
    await says(store, 'b')
    for (let i = 0; i < 3; i++) {
      const { revision = 0 } = (await pay.begins()) ?? {}
      await store.commit(vendor, room, 'pay', 2_000, { kind: 'failed', revision, cause: 'oh' })
    }
    same([await pay.begins(), await shop.begins()], [undefined, undefined])
    await says(store, 'c')
    same((await pay.hears()).seqs, [4])
  },
  'gives what a bot failed at when it came back to it once more, with what it told': async ({ subject: store }) => {
    const { shop, pay } = await handedOver(store)
    await pay.commits('y', { processed: 1, handoff: { giveBack: { output: 5 } } })
    for (let i = 0; i < 3; i++) {
      const { revision = 0 } = (await shop.begins()) ?? {}
      await store.commit(vendor, room, 'shop', 2_000, { kind: 'failed', revision, cause: 'oh' })
    }
    same(await shop.begins(), undefined)
    const [letter] = (await store.deadLetters(vendor, { limit: 10 })).items
    same(await store.retryDeadLetter(vendor, letter?.id ?? ''), 'retried')
    same((await shop.hears()).told, [{ kind: 'result', id: 'to-pay', output: 5 }])
  },
  'gives it back where the state of who has it is dropped': async ({ subject: store }) => {
    const { shop, pay } = await handedOver(store)
    await says(store, 'b')
    const { revision = 0 } = (await pay.begins()) ?? {}
    await store.commit(vendor, room, 'pay', 2_000, { kind: 'parked', revision, reason: 'new code' })
    same([await pay.begins(), await shop.begins()], [undefined, undefined])
    same(await store.dropParked(vendor, room, 'pay', 3_000), true)
    const { told, seqs: heard } = await shop.hears()
    same([told.map((note) => (note as { kind: string }).kind), heard], [['failed'], [3]])
  },
  'ends with the membership of who has handed it over, and when the conversation is closed': async ({
    subject: store,
  }) => {
    const team = 'team'
    for (const name of ['shop', 'pay']) await store.enlist(vendor, name, { takesOverFrom: ['shop'] })
    await store.conversation(vendor, team, { members: ['ana', 'shop'], at: 500 })
    const [one, pay] = [new Player(store, 'shop', team), new Player(store, 'pay', team)]
    const hand = async (commitId: string) => {
      await store.append(vendor, team, message(commitId))
      const { events = [] } = (await one.begins()) ?? {}
      await one.commits(commitId, { processed: events.at(-1)?.seq ?? 0, state: 1, handoff: give('pay') })
      await pay.takesUp()
    }
    await hand('x')
    const invited = store.changeMembers(vendor, team, {
      from: 'ana',
      id: 'i',
      at: 600,
      change: 'joined',
      clients: ['pay'],
    })
    same(await invited.catch(({ name }) => name), 'HandedOver')
    await store.changeMembers(vendor, team, { from: 'ana', id: 'l', at: 600, change: 'left', clients: ['shop'] })
    same([await pay.begins(), (await store.conversation(vendor, team))?.handoffs], [undefined, undefined])
    await store.changeMembers(vendor, team, { from: 'ana', id: 'j', at: 600, change: 'joined', clients: ['shop'] })
    await hand('y')
    await store.append(vendor, team, message('z'))
    await store.changeMembers(vendor, team, { from: 'ana', id: 'c', at: 600, change: 'closed' })
    same([await pay.begins(), (await store.conversation(vendor, team))?.handoffs], [undefined, undefined])
    same((await pay.tries('late')).kind, 'conflict')
  },
  'lets another bot that is a member hear people as before': async ({ subject: store }) => {
    const team = 'team'
    for (const name of ['shop', 'pay', 'other']) await store.enlist(vendor, name, { takesOverFrom: ['shop'] })
    await store.conversation(vendor, team, { members: ['ana', 'shop', 'other'], at: 500 })
    const [one, pay, other] = ['shop', 'pay', 'other'].map((name) => new Player(store, name, team)) as Player[]
    await store.append(vendor, team, message('a'))
    await one?.begins()
    same(await one?.refused({ id: '1', to: 'other', client: 'ana' }), 'busy')
    await one?.commits('x', { processed: 1, state: 1, handoff: give('pay') })
    await pay?.takesUp()
    await store.append(vendor, team, message('b'))
    same([(await one?.hears())?.seqs, (await pay?.hears())?.seqs, (await other?.hears())?.seqs], [[], [3], [1, 3]])
  },
  'does not trim what waits for who has it': async ({ subject: store }) => {
    const { pay } = await players(store)
    const shop = new Player(store, 'shop')
    await says(store, 'a')
    await says(store, 'b')
    await shop.begins()
    await shop.commits('x', { processed: 1, state: 1, handoff: give('pay') })
    await store.trim(vendor, room, { newest: 0, now: 2_000, limit: 100 })
    const heard = await pay.hears()
    same([heard.told.length, heard.seqs], [1, [2]])
  },
}

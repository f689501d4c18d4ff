import type { Work } from '../../../persistence/port.js'
import { type Behaviours, holds, same } from '../../kit.js'
import { message, room, type StoreBench, utterance, vendor } from '../fixtures.js'
import { bots, give, handedOver, handoffs, Player, players, says, types } from './fixtures.js'

export const thereAndBackBehaviours: Behaviours<StoreBench> = {
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

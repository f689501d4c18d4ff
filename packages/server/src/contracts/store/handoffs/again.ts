import type { Store } from '../../../persistence/port.js'
import { type Behaviours, same } from '../../kit.js'
import { message, room, type StoreBench, seqs, vendor } from '../fixtures.js'
import { give, handedOver, handoffs, Player, says } from './fixtures.js'

/** The shop has taken back what it handed to pay, and has handed it to pay again: pay has not heard of either. */
const handedAgain = async (store: Store) => {
  const all = await handedOver(store)
  await says(store, 'b')
  const handoff = { takeBack: 'to-pay', ...give('pay', { id: 'again', input: 9 }) }
  await all.shop.commits('z', { processed: 1, state: 1, handoff })
  return all
}

const calledOff = { told: [{ kind: 'taken-back' }], seqs: [] }
const given = { kind: 'given', id: 'again', client: 'ana', input: 9 }

/** Has its say about what was taken back from it. */
const leave = async (bot: Player): Promise<void> => {
  const { events = [], processed = 0 } = (await bot.begins()) ?? {}
  await bot.commits('bye', { processed, again: seqs(events), state: { at: 'end' } })
}

export const againBehaviours: Behaviours<StoreBench> = {
  'lets the other one leave what was taken back, and then has it take up anew what it was handed meanwhile': async ({
    subject: store,
  }) => {
    const { shop, pay } = await handedAgain(store)
    await says(store, 'c')
    same(await pay.hears(), calledOff)
    same([await shop.begins(), await handoffs(store)], [undefined, ['shop to pay', 'shop to pay']])
    await leave(pay)
    same(await handoffs(store), ['shop to pay'])
    const { stateJson, events, revision, commitId } = (await pay.begins()) ?? {}
    same([stateJson, commitId, revision], ['null', null, pay.revision])
    same(seqs(events ?? []).slice(1), [3, 6])
    same(events?.[0]?.handoff, given)
    await pay.takesUp()
    await pay.commits('done', { processed: 6, handoff: { giveBack: { output: 'paid' } } })
    same(await shop.hears(), { told: [{ kind: 'result', id: 'again', output: 'paid' }], seqs: [] })
  },
  'shows nothing of what was taken back, though its bot has the conversation again': async ({ subject: store }) => {
    const { shop, pay } = await handedOver(store)
    const shown = { value: 'card', tags: ['secret'], accepts: [] }
    await pay.commits('y', { processed: 1, state: 1, public: shown })
    await shop.commits('z', { processed: 1, state: 1, handoff: { takeBack: 'to-pay', ...give('pay') } })
    const { bots = [] } = (await store.conversation(vendor, room)) ?? {}
    same(
      bots.map((each) => [each.bot, each.handedTo, each.public.value]),
      [
        ['pay', undefined, null],
        ['shop', 'pay', null],
      ],
    )
  },
  'takes back what waits behind another, of which its bot never hears': async ({ subject: store }) => {
    const { shop, pay } = await handedAgain(store)
    await pay.begins()
    await shop.commits('w', { processed: 1, state: 1, handoff: { takeBack: 'again' } })
    same((await shop.hears()).seqs, [3])
    same(await pay.hears(), calledOff)
    await shop.commits('v', { processed: 1, state: 1, handoff: give('pay', { id: 'third' }) })
    await leave(pay)
    const { told, seqs: heard } = await pay.hears()
    same([told, heard], [[{ ...given, id: 'third', input: { amount: 7 } }], [3]])
  },
  'keeps what waits behind another across a restart': async (bench) => {
    await handedAgain(bench.subject)
    const pay = new Player(await bench.reopen(), 'pay')
    same(await pay.hears(), calledOff)
    await leave(pay)
    same(await new Player(await bench.reopen(), 'pay').hears(), { told: [given], seqs: [3] })
  },
  'does not trim what waits behind another': async ({ subject: store }) => {
    const { pay } = await handedAgain(store)
    await store.trim(vendor, room, { newest: 0, now: 2_000, limit: 100 })
    await leave(pay)
    same(await pay.hears(), { told: [given], seqs: [3] })
  },
  'goes on with what waits behind another where its bot fails to leave that, or its state is dropped': async ({
    subject: store,
  }) => {
    const { shop, pay } = await handedAgain(store)
    await pay.givesUp('oh')
    same(await pay.hears(), { told: [given], seqs: [3] })
    await pay.takesUp()
    await shop.commits('w', { processed: 1, state: 1, handoff: { takeBack: 'again', ...give('pay', { id: 'third' }) } })
    const { revision = 0 } = (await pay.begins()) ?? {}
    await store.commit(vendor, room, 'pay', 2_000, { kind: 'parked', revision, reason: 'new code' })
    same(await pay.begins(), undefined)
    await store.dropParked(vendor, room, 'pay', 3_000)
    same(await pay.hears(), { told: [{ ...given, id: 'third', input: { amount: 7 } }], seqs: [3] })
  },
  'lets a bot from which it was taken back hand nothing on': async ({ subject: store }) => {
    const { pay } = await handedAgain(store)
    await pay.begins()
    same(await pay.refused({ id: '1', to: 'fraud', client: 'ana' }), 'not-allowed')
  },
  'ends what waits behind another with the membership of who handed it over, and leaves the other its say': async ({
    subject: store,
  }) => {
    const team = 'team'
    for (const name of ['shop', 'pay']) await store.enlist(vendor, name, { takesOverFrom: ['shop'] })
    await store.conversation(vendor, team, { members: ['ana', 'shop'], at: 500 })
    const [shop, pay] = [new Player(store, 'shop', team), new Player(store, 'pay', team)]
    await store.append(vendor, team, message('a'))
    await shop.begins()
    await shop.commits('x', { processed: 1, state: 1, handoff: give('pay') })
    await pay.takesUp()
    await shop.commits('y', {
      processed: 1,
      state: 1,
      handoff: { takeBack: 'to-pay', ...give('pay', { id: 'again' }) },
    })
    await store.changeMembers(vendor, team, { from: 'ana', id: 'l', at: 600, change: 'left', clients: ['shop'] })
    same(await pay.hears(), calledOff)
    await leave(pay)
    same([await pay.begins(), (await store.conversation(vendor, team))?.handoffs], [undefined, undefined])
  },
}

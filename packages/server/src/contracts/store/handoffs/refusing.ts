import { type Behaviours, same } from '../../kit.js'
import { type StoreBench, seqs, vendor } from '../fixtures.js'
import { give, players, says, types } from './fixtures.js'

export const refusingBehaviours: Behaviours<StoreBench> = {
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
    same([await shop.refused(to('fraud'), '1'), await shop.refused(to('pay'), '1')], [undefined, undefined])
    await pay.commits('z', { processed: 1, state: 1, handoff: { give: to('fraud') } })
    same(await fraud.refused(to('pay')), 'too-deep')
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
}

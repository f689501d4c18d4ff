import type { Work } from '../../../persistence/port.js'
import { type Behaviours, same } from '../../kit.js'
import { type StoreBench, seqs } from '../fixtures.js'
import { bots, give, handedOver, handoffs, players, says, types } from './fixtures.js'

export const takingBackBehaviours: Behaviours<StoreBench> = {
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
    const { stateJson, events, timers: due } = (await pay.begins(9_000)) as Work
    same([stateJson, events.map(({ handoff }) => handoff), due], ['{"at":"card"}', [{ kind: 'taken-back' }], []])
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
}

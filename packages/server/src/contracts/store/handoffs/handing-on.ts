import { type Behaviours, same } from '../../kit.js'
import { found, type StoreBench, vendor } from '../fixtures.js'
import { bots, give, handedOver, Player, says } from './fixtures.js'

export const handingOnBehaviours: Behaviours<StoreBench> = {
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
}

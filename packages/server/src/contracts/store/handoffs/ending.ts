import { type Behaviours, same } from '../../kit.js'
import { message, room, type StoreBench, vendor } from '../fixtures.js'
import { give, handedOver, Player, players, says } from './fixtures.js'

export const endingBehaviours: Behaviours<StoreBench> = {
  'gives it back with a failure where the other one fails to take it up': async ({ subject: store }) => {
    const { shop, pay } = await players(store)
    await says(store, 'a')
    await shop.begins()
    await shop.commits('x', { processed: 1, state: 1, handoff: give('pay') })
    await pay.givesUp('no such card')
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
    await pay.givesUp('oh')
    same([await pay.begins(), await shop.begins()], [undefined, undefined])
    await says(store, 'c')
    same((await pay.hears()).seqs, [4])
  },
  'gives what a bot failed at when it came back to it once more, with what it told': async ({ subject: store }) => {
    const { shop, pay } = await handedOver(store)
    await pay.commits('y', { processed: 1, handoff: { giveBack: { output: 5 } } })
    await shop.givesUp('oh')
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
}

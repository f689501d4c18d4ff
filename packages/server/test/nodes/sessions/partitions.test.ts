import { expect, test } from 'vitest'
import type { RoutedMessage } from '../../../src/broker/port.js'
import { EmbeddedSessions } from '../../../src/state/sessions/embedded.js'
import type { Sessions } from '../../../src/state/sessions/port.js'
import { accountsOf } from '../../support/accounts.js'
import { Gate } from '../../support/gate.js'
import { type PartedNode, partedNodes, partitionOf, vendor } from '../../support/parted-nodes.js'

const nameOf = (client: string) => ({ vendor, client, connection: 'phone' })
const ana = nameOf('ana')
const others = Array.from({ length: 40 }, (_, i) => `person-${i}`).filter(
  (name) => partitionOf(name) !== partitionOf('ana'),
)
const ben = nameOf(others[0] as string)

const messageOf = (text: string): RoutedMessage => ({
  ...{ vendor, topic: 'news', payload: Buffer.from(text), qos: 2, retain: false, at: 1_000 },
  ...{ publisher: { client: 'ana', connection: 'phone' }, properties: {} },
})

const sessionsOf = ({ kv }: PartedNode): Promise<Sessions> =>
  EmbeddedSessions.open({ kv, accounts: accountsOf(), shared: true })

/** Two nodes with the sessions of ana, and of ben, whose queue lies in another partition. */
const bench = async () => {
  const { open } = partedNodes()
  const one = await open()
  const [first, second] = [await sessionsOf(one), await sessionsOf(await open())]
  for (const name of [ana, ben]) await first.begin({ name, expiryInterval: 3_600, subscriptions: [], received: [] })
  return { one, first, second }
}

const target = { session: ben, qos: 2, retain: false, identifiers: [] } as const

const publish = (sessions: Sessions, text: string, packetId: number) =>
  sessions.enqueue([target], messageOf(text), { session: ana, packetId })

const queueOf = async (sessions: Sessions) =>
  (await sessions.queued(ben, 0, 10)).map(({ message }) => Buffer.from(message.payload).toString())

/** The node is lost when the message is in ben's queue, and before it is noted as taken. */
const publishAndDie = async ({ one, first }: Awaited<ReturnType<typeof bench>>, text: string, packetId: number) => {
  const gate = new Gate()
  const [home, away] = [one.ways[partitionOf('ana')], one.ways[partitionOf(ben.client)]]
  if (!home || !away) throw new Error('There are no such ways')
  away.gate = gate
  const published = publish(first, text, packetId)
  await gate.reached
  home.isCut = true
  gate.open()
  await expect(published).rejects.toThrow('away')
}

test('a QoS 2 message is once in a queue of another partition, where its node died before it had noted that', async () => {
  const all = await bench()
  await publishAndDie(all, 'a', 7)
  expect(await queueOf(all.second)).toEqual(['a'])
  await publish(all.second, 'a', 7)
  expect(await queueOf(all.second)).toEqual(['a'])
  expect((await all.second.find(ana))?.received).toEqual([7])
})

test('a packet identifier may be used for another message, and for the same one again when it was taken', async () => {
  const all = await bench()
  await publishAndDie(all, 'a', 7)
  await publish(all.second, 'b', 7)
  await publish(all.second, 'b', 7)
  expect(await queueOf(all.second)).toEqual(['a', 'b', 'b'])
})

test('a session that is begun anew has nothing to do with what was under way before', async () => {
  const all = await bench()
  await publishAndDie(all, 'a', 7)
  await all.second.remove(ana)
  await all.second.begin({ name: ana, expiryInterval: 3_600, subscriptions: [], received: [] })
  await publish(all.second, 'a', 7)
  expect(await queueOf(all.second)).toEqual(['a', 'a'])
})

import { type Committed, type Lease, RpcCode } from '@daakia/protocol'
import { expect, onTestFinished, test } from 'vitest'
import type { Client } from '../support/client.js'
import type { FakeBot, Notice } from '../support/fake-bot.js'
import { nodesOn, type TestNodeServer } from '../support/nodes.js'
import { startRedis } from '../support/redis/index.js'

const outages = 5
const people = 6

const soon = () => new Promise((resolve) => setImmediate(resolve))

/** Says one numbered text after the other until it is told to stop, each until it is taken; answers how many. */
const talk = async (client: Client, isOver: () => boolean): Promise<number> => {
  for (let number = 0; ; number++) {
    if (isOver()) return number
    const properties = [['id', `${client.name}-${number}`] as const]
    while ((await client.say('daak/to/shop', `${number}`, { properties })).reasonCode !== 0) await soon()
  }
}

/** Answers each message with its text, whatever the store does meanwhile. */
const echo = async (bot: FakeBot): Promise<never> => {
  for (;;) {
    let lease: Notice<Lease> | undefined = await bot.lease()
    while (lease) {
      const answer = await commit(bot, lease)
      lease = answer?.more && { ...lease, ...answer.more, revision: answer.revision, commitHead: answer.head }
    }
  }
}

/** The same commit until it has an answer: one that was applied is not applied again. Nothing where the lease is lost. */
const commit = async (bot: FakeBot, lease: Notice<Lease>): Promise<Committed | undefined> => {
  const [event] = lease.events
  const params = bot.commitOf(lease, event ? [`echo ${Buffer.from(event.payload as string)}`] : [], {})
  for (;;) {
    const answer = await bot.client.call('turns/commit', params)
    if ('result' in answer) return answer.result as Committed
    if (answer.error.code === RpcCode.Conflict) return undefined
    await soon()
  }
}

test(`${outages} deaths of Redis under load lose nothing, double nothing, and keep the order`, {
  timeout: 120_000,
}, async () => {
  const redis = await startRedis({ appendOnly: true })
  onTestFinished(() => redis.remove())
  const start = nodesOn(redis)
  const nodes: TestNodeServer[] = [await start(), await start()]
  const nodeOf = (i: number) => nodes[i % nodes.length] as TestNodeServer
  for (const [i, node] of nodes.entries()) void echo(await node.bot('shop', { connection: `shop-${i}`, capacity: 10 }))
  const clients = await Promise.all(Array.from({ length: people }, (_, i) => nodeOf(i).person(`person-${i}`)))
  let isOver = false
  const talking = clients.map((client) => talk(client, () => isOver))
  for (let outage = 0; outage < outages; outage++) {
    const [first] = clients
    await first?.hears()
    await redis.kill()
    await redis.start()
  }
  isOver = true
  const said = await Promise.all(talking)
  for (const [i, client] of clients.entries()) {
    const own: number[] = []
    const echoed: number[] = []
    const count = said[i] as number
    const note = (text: string) =>
      text.startsWith('echo ') ? echoed.push(Number(text.slice(5))) : own.push(Number(text))
    if (i > 0)
      while (echoed.length < count || own.length < count) for (const text of await client.hearsTexts(1)) note(text)
    if (i > 0)
      expect([own, echoed]).toEqual([
        Array.from({ length: count }, (_, n) => n),
        Array.from({ length: count }, (_, n) => n),
      ])
    expect(count).toBeGreaterThan(0)
  }
})

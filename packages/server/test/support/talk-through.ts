import { type Committed, type Lease, RpcCode } from '@daakia/protocol'
import { expect } from 'vitest'
import { type Client, propertyOf } from './client.js'
import type { Connecting } from './connecting.js'
import type { FakeBot, Notice } from './fake-bot.js'
import { textOf } from './peer.js'

const people = 6

const soon = () => new Promise((resolve) => setImmediate(resolve))

/** A connection that only speaks: it ends where it is not known whether what it said was kept. */
const connectTalker = async (node: Connecting, name: string): Promise<Client> => {
  for (;;) {
    // Where the store is away for long, it may end without an answer.
    const client = await node.client(name, { connection: `${name}-talks` }).catch(() => undefined)
    if (client?.connack.reasonCode === 0) return client
    await soon()
  }
}

/** Says one numbered text after the other until it is told to stop, each until it is taken; answers how many. */
const talk = async (node: Connecting, name: string, isOver: () => boolean): Promise<number> => {
  let client = await connectTalker(node, name)
  const isTaken = async (number: number): Promise<boolean> => {
    client.send('daak/to/shop', `${number}`, { properties: [['id', `${name}-${number}`]] })
    const answer = await Promise.race([client.answer(), client.closed])
    if (answer?.type !== 'puback') client = await connectTalker(node, name)
    return answer?.type === 'puback' && answer.reasonCode === 0
  }
  for (let number = 0; ; number++) {
    if (isOver()) return number
    while (!(await isTaken(number))) await soon()
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

/**
 * Has people on all nodes talk with a bot that is on all of them, while `happens` does what it does, once somebody has heard an
 * answer each time. In the end each of them has heard all that was said and answered, once and in order, since the last `resync`.
 */
export const talkThrough = async (
  nodes: readonly [Connecting, ...Connecting[]],
  happenings: readonly (() => Promise<void>)[],
): Promise<void> => {
  const nodeOf = (i: number) => nodes[i % nodes.length] ?? nodes[0]
  for (const [i, node] of nodes.entries()) void echo(await node.bot('shop', { connection: `shop-${i}`, capacity: 10 }))
  const clients = await Promise.all(Array.from({ length: people }, (_, i) => nodeOf(i).person(`person-${i}`)))
  let isOver = false
  const talking = clients.map((client, i) => talk(nodeOf(i), client.name, () => isOver))
  const [witness, ...others] = clients
  for (const happens of happenings) {
    await witness?.hears()
    await happens()
  }
  isOver = true
  const [, ...said] = await Promise.all(talking)
  for (const [i, client] of others.entries()) {
    const count = said[i] as number
    const own: number[] = []
    const echoed: number[] = []
    const note = (text: string) =>
      text.startsWith('echo ') ? echoed.push(Number(text.slice(5))) : own.push(Number(text))
    while (echoed.length < count || own.length < count) {
      const message = await client.hears()
      // What reached no replica was acknowledged to nobody, and may have been heard: then all is heard anew.
      if (propertyOf(message, 'resync')) for (const heard of [own, echoed]) heard.length = 0
      note(textOf(message))
    }
    const all = Array.from({ length: count }, (_, number) => number)
    expect([own, echoed]).toEqual([all, all])
    expect(count).toBeGreaterThan(0)
  }
}

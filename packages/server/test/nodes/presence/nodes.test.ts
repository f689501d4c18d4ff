import { describe, expect, onTestFinished, test } from 'vitest'
import type { SessionName } from '../../../src/identity.js'
import { heaviest } from '../../../src/rendezvous.js'
import type { Attendance } from '../../../src/state/presence/port.js'
import { ManualClock } from '../../support/manual-clock.js'
import { peersInMemory, type TestPeers } from '../../support/peers.js'
import { storesOfNodes } from '../stores.js'
import { graceMs, openNode, type PresenceNode } from './bench.js'

const online: Attendance = { status: 'online', serves: false }
const away: Attendance = { status: 'away', serves: false }
const serving: Attendance = { status: 'online', serves: true }

const of = (client: string, connection = 'phone'): SessionName => ({ vendor: 'acme', client, connection })

for (const [engine, openStore] of Object.entries(storesOfNodes())) {
  const open = async (count = 2) => {
    const clock = new ManualClock()
    const store = await openStore()
    const server = peersInMemory()
    const nodes: PresenceNode[] = []
    /** `meanwhile` is called while it opens. */
    const join = async (meanwhile = (_peers: TestPeers) => {}) => {
      const peers = server.join(`node-${nodes.length + 1}`)
      const opening = openNode(await store.ofNode(), clock, peers)
      meanwhile(peers)
      const node = await opening
      nodes.push(node)
      onTestFinished(() => node.close())
      return node
    }
    for (let i = 0; i < count; i++) await join()
    const rest = async () => {
      // What one has written may be a letter to another, which writes again.
      for (let i = 0; i < 2; i++) for (const node of nodes) await node.rest()
    }
    const advance = async (delayMs: number) => {
      clock.advance(delayMs)
      await rest()
    }
    const heard: string[] = []
    const hearAll = () => {
      for (const { presence, peers } of nodes) presence.onChange(({ client }) => heard.push(`${peers.node}: ${client}`))
    }
    /** What every node that lives says of a client: they have to be of one mind. */
    const read = async (client: string) => {
      await rest()
      const alive = nodes.filter(({ peers }) => peers.members.includes(peers.node))
      const [first, ...others] = await Promise.all(alive.map(async ({ presence }) => presence.read('acme', [client])))
      for (const other of others) expect(other).toEqual(first)
      return first?.[0]
    }
    const present = async ({ presence }: PresenceNode) => {
      const found: string[] = []
      for await (const client of presence.present('acme')) found.push(client)
      return found
    }
    const [one, two, three] = nodes as [PresenceNode, PresenceNode, PresenceNode]
    return { clock, nodes, one, two, three, advance, rest, read, present, heard, hearAll, join }
  }

  describe(`presence over nodes, ${engine}`, () => {
    test('is opened where others say meanwhile that they may have lost letters', async () => {
      const { join, read } = await open(1)
      const three = await join((peers) => peers.rejoin())
      three.presence.enter(of('ana'), online)
      expect(await read('ana')).toMatchObject({ status: 'online' })
    })

    test('is known on every node, and told on the one where it has changed', async () => {
      const { one, two, read, present, heard, hearAll, clock } = await open()
      hearAll()
      one.presence.enter(of('ana'), online)
      expect(await read('ana')).toEqual({ status: 'online', since: clock.now() })
      expect(await present(two)).toEqual(['ana'])
      expect(heard).toEqual([`${one.peers.node}: ana`])
    })

    test('counts a client over its connections on all nodes: online before away before offline', async () => {
      const { one, two, read, advance, clock } = await open()
      const came = clock.now()
      one.presence.enter(of('ana', 'phone'), online)
      await advance(1_000)
      two.presence.enter(of('ana', 'laptop'), online)
      two.presence.change(of('ana', 'laptop'), online, away)
      expect(await read('ana')).toEqual({ status: 'online', since: came })
      await advance(1_000)
      const went = clock.now()
      one.presence.leave(of('ana', 'phone'), online)
      await advance(graceMs)
      expect(await read('ana')).toEqual({ status: 'away', since: went })
      const left = clock.now()
      two.presence.leave(of('ana', 'laptop'), away)
      await advance(graceMs)
      expect(await read('ana')).toEqual({ status: 'offline', since: left })
    })

    test('tells nothing of a client that is on another node as well', async () => {
      const { one, two, advance, heard, hearAll, read } = await open()
      one.presence.enter(of('ana', 'phone'), online)
      await read('ana')
      hearAll()
      two.presence.enter(of('ana', 'laptop'), online)
      await read('ana')
      one.presence.leave(of('ana', 'phone'), online)
      await advance(graceMs * 2)
      expect(heard).toEqual([])
    })

    test('sees nothing of a connection that moves to another node within the grace', async () => {
      const { one, two, advance, read, heard, hearAll, clock } = await open()
      const came = clock.now()
      one.presence.enter(of('ana'), online)
      await read('ana')
      hearAll()
      for (const [from, to] of [
        [one, two],
        [two, one],
        [one, two],
      ] as const) {
        from.presence.leave(of('ana'), online)
        await advance(graceMs - 1)
        to.presence.enter(of('ana'), online)
        await read('ana')
        await advance(graceMs)
      }
      expect(heard).toEqual([])
      expect(await read('ana')).toEqual({ status: 'online', since: came })
    })

    test('has who comes back on another node as something else be that at once', async () => {
      const { one, two, read, advance } = await open()
      one.presence.enter(of('ana'), online)
      one.presence.leave(of('ana'), online)
      await advance(1)
      two.presence.enter(of('ana'), online)
      await read('ana')
      two.presence.change(of('ana'), online, away)
      // The letter that the connection is elsewhere, and what comes of it.
      await read('ana')
      expect(await read('ana')).toMatchObject({ status: 'away' })
    })

    test('counts, of a bot, the connections that take turns, wherever it has done so', async () => {
      const { one, two, read, advance } = await open()
      one.presence.enter(of('bot', 'console'), online)
      expect(await read('bot')).toMatchObject({ status: 'online' })
      two.presence.enter(of('bot', 'instance'), online)
      two.presence.change(of('bot', 'instance'), online, serving)
      expect(await read('bot')).toMatchObject({ status: 'online' })
      two.presence.leave(of('bot', 'instance'), serving)
      await advance(graceMs)
      expect(await read('bot')).toMatchObject({ status: 'offline' })
      one.presence.enter(of('bot', 'instance'), serving)
      expect(await read('bot')).toMatchObject({ status: 'online' })
    })

    test('has the clients of a node that died be there until the grace is over, and then offline', async () => {
      const { one, two, three, read, advance, heard, hearAll, clock } = await open(3)
      one.presence.enter(of('ana'), online)
      one.presence.enter(of('ben', 'phone'), online)
      two.presence.enter(of('ben', 'laptop'), online)
      one.presence.enter(of('cem'), online)
      const came = clock.now()
      await read('ana')
      hearAll()
      one.kill()
      await advance(4_500)
      const noticed = clock.now()
      one.peers.die()
      await advance(graceMs - 1)
      three.presence.enter(of('cem'), online)
      expect(await read('ana')).toEqual({ status: 'online', since: came })
      await advance(5_001)
      expect(await read('ana')).toEqual({ status: 'offline', since: noticed })
      expect(await read('ben')).toEqual({ status: 'online', since: came })
      expect(await read('cem')).toEqual({ status: 'online', since: came })
      expect(heard.filter((each) => each.endsWith('ana'))).toHaveLength(1)
      expect(heard.filter((each) => !each.endsWith('ana'))).toEqual([])
    })

    test('gives up what a dead node had though the one that was to do so dies as well', async () => {
      const { nodes, one, two, three, read, advance } = await open(3)
      one.presence.enter(of('ana'), online)
      await read('ana')
      one.kill()
      one.peers.die()
      await advance(graceMs - 1)
      const heir = heaviest(one.peers.node, [two, three], ({ peers }) => peers.node) as PresenceNode
      heir.kill()
      heir.peers.die()
      const [last] = nodes.filter((each) => each !== one && each !== heir) as [PresenceNode]
      await advance(graceMs)
      expect((await last.presence.read('acme', ['ana']))[0]).toMatchObject({ status: 'offline' })
    })

    test('gives up what nodes had that nobody saw die', async () => {
      const { nodes, read, advance, join, clock } = await open()
      const came = clock.now()
      for (const { presence } of nodes) presence.enter(of('ana'), online)
      await read('ana')
      for (const node of nodes) node.kill()
      for (const { peers } of nodes) peers.die()
      await join()
      expect(await read('ana')).toEqual({ status: 'online', since: came })
      await advance(graceMs)
      expect(await read('ana')).toEqual({ status: 'offline', since: came })
    })

    test('lets a client come back as less than it was on a node that died', async () => {
      const { one, two, read } = await open()
      one.presence.enter(of('ana'), online)
      await read('ana')
      one.kill()
      one.peers.die()
      two.presence.enter(of('ana'), online)
      await read('ana')
      two.presence.change(of('ana'), online, away)
      expect(await read('ana')).toMatchObject({ status: 'away' })
    })

    test('a node that stood still, and was taken for dead, has its clients be there again', async () => {
      const { one, two, read, advance, clock } = await open()
      one.presence.enter(of('ana'), online)
      one.presence.enter(of('bot'), serving)
      await read('ana')
      one.pause()
      one.peers.die()
      await advance(graceMs + 5_000)
      expect((await two.presence.read('acme', ['ana']))[0]).toMatchObject({ status: 'offline' })
      one.resume()
      expect(await read('ana')).toEqual({ status: 'online', since: clock.now() })
      expect(await read('bot')).toMatchObject({ status: 'online' })
    })
  })
}

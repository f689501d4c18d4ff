import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JournalMessage } from '../../../src/persistence/port.js'
import { Gate } from '../../support/gate.js'
import { messagesOf, type PartedNode, partedNodes, partitionOf, say, vendor } from '../../support/parted-nodes.js'

const clients = ['ana', 'ben', 'cem', 'deniz', 'eda', 'fatma'] as const
const conversations = ['team', 'club', 'crew'] as const

const lyingIn = (name: string, isThere: (partition: number) => boolean) =>
  Array.from({ length: 40 }, (_, i) => `${name}-${i}`).filter((each) => isThere(partitionOf(each)))

/** Conversations of the first two partitions, which may go back, and clients of the others. */
const apart = {
  conversations: lyingIn('room', (partition) => partition < 2).slice(0, 3),
  clients: lyingIn('person', (partition) => partition >= 2).slice(0, 6),
}

const nodesAtAll = 3

type Nodes = ReturnType<typeof partedNodes>

interface Step {
  do:
    | 'say'
    | 'join'
    | 'leave'
    | 'cut'
    | 'hold'
    | 'release'
    | 'mend'
    | 'wait'
    | 'remember'
    | 'bring back'
    | 'bring back unseen'
    | 'notice'
  node: number
  client: number
  conversation: number
  partition: number
  /** The next step does not wait for it. */
  goesOn: boolean
}

const usual = ['say', 'say', 'say', 'say', 'join', 'leave', 'cut', 'hold', 'release', 'mend', 'mend', 'wait'] as const
const withSetbacks = [
  ...(['say', 'say', 'say', 'say', 'say', 'join', 'leave', 'cut', 'hold', 'hold', 'release', 'mend', 'mend'] as const),
  ...(['remember', 'remember', 'bring back', 'bring back'] as const),
]

const unnoticed = [...withSetbacks, ...(['bring back unseen', 'bring back unseen', 'notice'] as const)]

const stepOf = (what: readonly Step['do'][]): fc.Arbitrary<Step> =>
  fc.record({
    do: fc.constantFrom(...what),
    node: fc.nat(nodesAtAll - 1),
    client: fc.nat(clients.length - 1),
    conversation: fc.nat(conversations.length - 1),
    partition: fc.nat(3),
    goesOn: fc.boolean(),
  })

/** Nodes that lose partitions for a while, or write to them late. */
class Play {
  readonly #gates: Gate[] = []
  readonly #under: Promise<unknown>[] = []
  readonly #waysBack = new Map<number, ReturnType<Nodes['remember']>>()
  /**
   * Partitions that went back when nobody noticed, and are not to go back to anything later: where that is not written down there, what was
   * said between may lead nowhere.
   */
  readonly #unseen = new Set<number>()
  #said = 0

  constructor(
    readonly nodes: readonly PartedNode[],
    readonly names: { clients: readonly string[]; conversations: readonly string[] },
    readonly shared: Pick<Nodes, 'remember' | 'notice'>,
    /** So many partitions, from the first one on. */
    readonly mayGoBack: number,
  ) {}

  async take(step: Step): Promise<void> {
    const node = this.nodes[step.node] as PartedNode
    const way = node.ways[step.partition]
    const at = step.partition % this.mayGoBack
    if (step.do === 'cut' && way) way.isCut = true
    else if (step.do === 'hold' && way) {
      way.gate = new Gate()
      this.#gates.push(way.gate)
    } else if (step.do === 'release') this.#gates.shift()?.open()
    else if (step.do === 'mend') node.mend()
    else if (step.do === 'remember') this.#remember(at)
    else if (step.do === 'bring back') await this.#waysBack.get(at)?.()
    else if (step.do === 'bring back unseen') await this.#bringBackUnseen(at)
    else if (step.do === 'notice') await this.shared.notice(at)
    else if (step.do === 'wait') await this.#during(node.findStragglers())
    else {
      // What can't be done now, or may not be, is not done.
      const done = this.#change(node, step).catch(() => {})
      this.#under.push(done)
      if (!step.goesOn) await this.#during(done)
    }
  }

  async end(): Promise<void> {
    for (const gate of this.#gates) gate.open()
    for (const node of this.nodes) {
      node.mend()
      for (const way of node.ways) way.gate = undefined
    }
    await Promise.all(this.#under)
    for (let at = 0; at < this.mayGoBack; at++) await this.shared.notice(at)
    // What was behind something that was found the first time is found the second time.
    for (const node of [...this.nodes, ...this.nodes]) await node.findStragglers()
    for (const node of this.nodes) await node.reconcile()
  }

  #remember(partition: number): void {
    if (!this.#unseen.has(partition)) this.#waysBack.set(partition, this.shared.remember(partition))
  }

  async #bringBackUnseen(partition: number): Promise<void> {
    const bringBack = this.#waysBack.get(partition)
    if (!bringBack) return
    this.#unseen.add(partition)
    await bringBack({ isSeen: false })
  }

  #change({ store, ...node }: PartedNode, step: Step): Promise<unknown> {
    const { clients, conversations } = this.names
    const [client, conversation] = [clients[step.client], conversations[step.conversation]] as [string, string]
    const id = `${++this.#said}`
    if (step.do === 'say') return say({ store, ...node }, conversation, client, id)
    const change = step.do === 'join' ? ('joined' as const) : ('left' as const)
    const by = { from: 'shop', fromRole: 'vendor' as const, id, at: 1_000 }
    return store.changeMembers(vendor, conversation, { ...by, change, clients: [client] })
  }

  /** What is held may hold it. */
  async #during(done: Promise<unknown>): Promise<void> {
    let isOver = false
    done.finally(() => {
      isOver = true
    })
    for (let turns = 0; turns < 20 && !isOver; turns++) await turn()
  }
}

/** What each client is to have of a conversation, by its journal. */
const expectedOf = (
  conversation: string,
  { clients, founders }: { clients: readonly string[]; founders: readonly string[] },
  journal: readonly JournalMessage[],
) => {
  const inboxes = new Map<string, string[]>(clients.map((client) => [client, []]))
  let members = new Set(founders)
  for (const { seq, type, payload, id } of journal) {
    const before = members
    if (type === 'member') {
      const body = JSON.parse(Buffer.from(payload).toString()) as { change: string; clients: string[] }
      members = new Set(members)
      for (const client of body.clients)
        if (body.change === 'joined') members.add(client)
        else members.delete(client)
    }
    for (const member of new Set([...before, ...members])) inboxes.get(member)?.push(`${conversation}/${seq} ${id}`)
  }
  return { inboxes, members }
}

const readBy = async (node: PartedNode, client: string): Promise<string[]> =>
  (await messagesOf(node, client)).map(({ conversation, seq, id }) => `${conversation}/${seq} ${id}`)

const checkPlays = async (
  names: { clients: readonly string[]; conversations: readonly string[] },
  step: fc.Arbitrary<Step>,
  { mayGoBack = 2 } = {},
) => {
  const { clients, conversations } = names
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), async (steps) => {
      await turn()
      const { open, ...shared } = partedNodes()
      const nodes: PartedNode[] = []
      for (let i = 0; i < nodesAtAll; i++) nodes.push(await open())
      const [first] = nodes as [PartedNode]
      const founders = clients.slice(0, 4)
      for (const each of conversations) await first.store.conversation(vendor, each, { members: founders, at: 500 })
      const play = new Play(nodes, names, shared, mayGoBack)
      for (const each of steps) await play.take(each)
      await play.end()
      const found = new Map<string, string[]>()
      for (const client of clients) found.set(client, await readBy(first, client))
      for (const each of conversations) {
        const journal = await first.store.read(vendor, each, { after: 0, limit: 1_000 })
        const { inboxes, members } = expectedOf(each, { clients, founders }, journal)
        for (const client of clients) {
          const own = found.get(client)?.filter((pointer) => pointer.startsWith(`${each}/`))
          expect(own).toEqual(inboxes.get(client))
          const standing = await first.roster.standing(vendor, client, each)
          expect(standing !== undefined).toBe(members.has(client))
        }
      }
    }),
    { numRuns: 100 },
  )
}

test('whatever is cut off, late or tried again, each inbox has what is said to it once, and in the order of its conversation', async () => {
  await checkPlays({ clients, conversations }, stepOf(usual))
}, 120_000)

test('so it is where any partition goes back', async () => {
  await checkPlays({ clients, conversations }, stepOf(withSetbacks), { mayGoBack: 4 })
}, 120_000)

test('it has nothing else, and all of it, also where partitions of conversations go back', async () => {
  await checkPlays(apart, stepOf(withSetbacks))
}, 120_000)

test('so it is where nobody has noticed for a while that they did', async () => {
  await checkPlays(apart, stepOf(unnoticed))
}, 120_000)

import { type CommitTurn, type Committed, type Lease, type Push, type RpcAnswer, TurnNotice } from '@daakia/protocol'
import type { ByteStream } from '../../src/connection-manager/byte-stream.js'
import { Client, type ConnectFields } from './client.js'
import { textOf } from './peer.js'

export interface FakeBotOptions extends ConnectFields {
  capacity?: number
  botVersion?: string
  apology?: string
  /** Further user properties of the announcement. */
  announced?: Readonly<Record<string, string>>
}

/** A lease or a push, with the conversation that it is about. */
export type Notice<T = Lease | Push> = T & { conversation: string }

/** A bot that does what the test says: it takes turns over the wire. */
export class FakeBot {
  #commits = 0

  private constructor(readonly client: Client) {}

  static async connect(stream: ByteStream, name: string, options: FakeBotOptions = {}): Promise<FakeBot> {
    const client = await Client.connect(stream, name, options)
    await client.subscribe(client.replies)
    const bot = new FakeBot(client)
    await bot.announce(options)
    return bot
  }

  async announce({ capacity = 1, botVersion, apology, announced }: FakeBotOptions): Promise<void> {
    const properties = {
      capacity: String(capacity),
      ...(botVersion !== undefined && { version: botVersion }),
      ...(apology !== undefined && { apology }),
      ...announced,
    }
    const { reasonCodes } = await this.client.subscribe('daak/turns/+', { properties })
    if (reasonCodes[0] !== 1) throw new Error(`The bot was not let in: ${reasonCodes[0]}`)
  }

  /** The next notice, whatever it is. */
  async notice(): Promise<Notice> {
    const packet = await this.client.hears()
    const conversation = packet.topic.split('/')[2] as string
    return { ...TurnNotice.parse(JSON.parse(textOf(packet))), conversation }
  }

  /** The next lease; what is pushed before it is passed over. */
  async lease(): Promise<Notice<Lease>> {
    for (;;) {
      const notice = await this.notice()
      if (notice.type === 'lease') return notice
    }
  }

  /** The next notice, which has to be a push. */
  async push(): Promise<Notice<Push>> {
    const notice = await this.notice()
    if (notice.type !== 'push') throw new Error('Expected a push, got a lease')
    return notice
  }

  /** Commits: handles the first message that waits, unless told otherwise, and says `texts`. */
  async commit(
    lease: Notice<Lease>,
    texts: readonly string[] = [],
    fields: Partial<CommitTurn> = {},
  ): Promise<Committed> {
    const answer = await this.tryCommit(lease, texts, fields)
    if ('error' in answer) throw new Error(answer.error.message)
    return answer.result as Committed
  }

  tryCommit(lease: Notice<Lease>, texts: readonly string[] = [], fields: Partial<CommitTurn> = {}): Promise<RpcAnswer> {
    return this.client.call('turns/commit', this.commitOf(lease, texts, fields))
  }

  commitOf(lease: Notice<Lease>, texts: readonly string[], fields: Partial<CommitTurn>): CommitTurn {
    return {
      conversation: lease.conversation,
      fence: lease.fence,
      commitId: `${this.client.connection}-${++this.#commits}`,
      revision: lease.revision,
      processed: lease.events[0]?.seq ?? lease.processed,
      state: { commits: this.#commits },
      messages: texts.map((payload) => ({ type: 'text', payload, encoding: 'utf8' })),
      timers: { set: [], cancel: [] },
      public: { value: 'waiting', tags: [], accepts: ['message'] },
      ...fields,
    }
  }

  fail({ conversation, fence }: Notice, fields: { seq?: number; timer?: string; cause: string }): Promise<RpcAnswer> {
    return this.client.call('turns/fail', { conversation, fence, ...fields })
  }

  /** Answers each message that waits with a commit of its own, until nothing waits or the lease is gone. */
  async answer(lease: Notice<Lease>): Promise<void> {
    let { revision, events } = lease
    for (let [event] = events; event; [event] = events) {
      const answer = await this.tryCommit(lease, [`re: ${event.payload}`], { revision, processed: event.seq })
      if ('error' in answer) return
      const committed = answer.result as Committed
      revision = committed.revision
      events = committed.more?.events ?? []
    }
  }
}

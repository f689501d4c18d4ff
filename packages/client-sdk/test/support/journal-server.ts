import { topics } from '@daakia/protocol'
import type { UserProperty } from '@daakia/protocol/mqtt'
import { Refused } from '../../src/errors.js'
import type { TransportMessage } from '../../src/transport/port.js'
import { type Published, type ScriptedConnection, ScriptedServer } from './scripted-server.js'

interface Entry {
  conversation: string
  seq: number
  from: string
  message: TransportMessage
}

const userProperty = ({ userProperties = [] }: TransportMessage, property: string) =>
  userProperties.find(([name]) => name === property)?.[1]

const idOf = (message: TransportMessage) => userProperty(message, 'id')

/** A scripted server that keeps journals and one inbox, as far as one client of it can tell. */
export class JournalServer extends ScriptedServer {
  readonly inbox: Entry[] = []
  epoch = 1
  /** What to do with a publish, instead of committing, delivering and acknowledging it. */
  interfere: ((published: Published, connection: ScriptedConnection) => 'handled' | 'go on') | undefined

  constructor(readonly client: string) {
    super()
    this.suback = [['pos', '1:0']]
    this.onPublish = (published, connection) => {
      if (this.interfere?.(published, connection) === 'handled') return
      const after = userProperty(published.message, 'after')
      const isThere = this.inbox.some(({ message }) => idOf(message) === after)
      if (after !== undefined && !isThere) return published.refuse(new Refused(0x97, 'send both again'))
      this.commit(published.message)
      published.acknowledge()
    }
    this.onSubscribe = (filter, properties, connection) => {
      const since = properties.find(([name]) => name === 'since')?.[1]
      if (filter === topics.messages('+') && since) this.#deliverAfter(since, connection)
    }
  }

  /** Makes a publish of the client an entry, once, and delivers it. */
  commit(message: TransportMessage): Entry {
    const conversation = message.topic.split('/')[2] ?? ''
    const same = this.inbox.find(
      (entry) => entry.conversation === conversation && idOf(entry.message) === idOf(message),
    )
    return same ?? this.#append(conversation, this.client, message)
  }

  /** Somebody else says something. */
  says(from: string, conversation: string, text: string, userProperties: readonly UserProperty[] = []): Entry {
    const id = `${from}-${this.inbox.length + 1}`
    const payload = new TextEncoder().encode(text)
    return this.#append(conversation, from, { topic: '', payload, userProperties: [['id', id], ...userProperties] })
  }

  /** Forgets everything, as a server that was started over. */
  startOver(): void {
    this.inbox.length = 0
    this.epoch += 1
  }

  deliver(entry: Entry, extra: readonly UserProperty[] = [], connection = this.connections.at(-1)): void {
    const { conversation, seq, from, message } = entry
    const pos = `${this.epoch}:${this.inbox.indexOf(entry) + 1}`
    connection?.deliver({
      topic: topics.messages(conversation),
      payload: message.payload,
      userProperties: [
        ...(message.userProperties ?? []),
        ['seq', String(seq)],
        ['from', from],
        ['at', '1800000000000'],
        ['pos', pos],
        ...extra,
      ],
    })
  }

  #append(conversation: string, from: string, message: TransportMessage): Entry {
    const seq = this.inbox.filter((entry) => entry.conversation === conversation).length + 1
    const entry = { conversation, seq, from, message }
    this.inbox.push(entry)
    this.deliver(entry)
    return entry
  }

  #deliverAfter(since: string, connection: ScriptedConnection): void {
    const [epoch, offset] = since.split(':').map(Number)
    const same = epoch === this.epoch
    const missed = same ? this.inbox.slice(offset) : this.inbox
    for (const [i, entry] of missed.entries())
      this.deliver(entry, same || i > 0 ? [] : [['resync', 'true']], connection)
  }
}

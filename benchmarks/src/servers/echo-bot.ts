import { mqttTransport, openLink } from '@daakia/client-sdk/internal'
import { type CommitTurn, Committed, type Lease, subscriptionProperties, TurnNotice, topics } from '@daakia/protocol'

/** A bot that says one word to each message, with neither a machine nor a state: what the way to a bot and back costs. */
const url = process.env.DAAKIA_URL ?? 'mqtt://127.0.0.1:1883'
const link = openLink({ client: 'bench-bot', open: mqttTransport({ url, client: 'bench-bot' }) })
const word = { type: 'text', contentType: 'text/plain', payload: 'hi', encoding: 'utf8' } as const

const answer = async (conversation: string, lease: Pick<Lease, 'fence' | 'revision' | 'events'>): Promise<void> => {
  const [message] = lease.events
  if (!message) return
  const { fence, revision } = lease
  const commit: CommitTurn = {
    ...{ conversation, fence, revision, commitId: `${conversation}-${revision}`, processed: message.seq },
    ...{ state: null, messages: [word], timers: { set: [], cancel: [] } },
    public: { value: null, tags: [], accepts: [] },
  }
  const { revision: next, more } = Committed.parse(await link.call('turns', 'commit', commit))
  if (more) await answer(conversation, { fence, revision: next, events: more.events })
}

await link.subscribe({
  filters: [{ filter: topics.turns('+'), qos: 1 }],
  userProperties: () => [[subscriptionProperties.capacity, '1000']],
  receive: ({ topic, payload }) => {
    const notice = TurnNotice.parse(JSON.parse(new TextDecoder().decode(payload)))
    if (notice.type === 'lease') void answer(topic.slice(topics.turns('').length), notice)
  },
})
await link.online()
process.send?.('ready')
process.once('SIGTERM', async () => {
  await link.close()
  process.exit(0)
})

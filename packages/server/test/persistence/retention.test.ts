import { expect, test } from 'vitest'
import { createActivity } from '../../src/activity.js'
import { EmbeddedInbox } from '../../src/inbox/embedded.js'
import { createMessageCache } from '../../src/inbox/reader/index.js'
import { memoryKeyValue } from '../../src/kv/memory.js'
import { silentLog } from '../../src/log.js'
import { EmbeddedStore } from '../../src/persistence/embedded.js'
import { RetentionKeeper } from '../../src/persistence/retention/keeper.js'
import { type RetentionOptions, settleRetention } from '../../src/persistence/retention/settings.js'
import { ManualClock } from '../support/manual-clock.js'

const opened = async (retention: RetentionOptions) => {
  const kv = memoryKeyValue()
  const clock = new ManualClock()
  const activity = createActivity()
  const inbox = await EmbeddedInbox.open({ kv })
  const store = new EmbeddedStore({ kv, inbox, committed: (entries) => keeper.appended(entries) })
  const keeper: RetentionKeeper = new RetentionKeeper({
    ...{ store, inbox, clock, activity, log: silentLog },
    messages: createMessageCache(store),
    retention: settleRetention(retention),
    counters: { trimmed: 0 },
  })
  await keeper.start()
  await activity.idle()
  let said = 0
  return {
    store,
    inbox,
    /** Says so many messages in a conversation of ana's, and lets what is kept no more be removed. */
    async say(conversation: string, count: number): Promise<void> {
      await store.conversation('acme', conversation, { members: ['ana', 'ben'], at: clock.now() })
      const payload = new Uint8Array()
      for (let i = 0; i < count; i++)
        await store.append('acme', conversation, {
          ...{ from: 'ben', id: `${++said}`, at: clock.now(), type: 'text', payload },
        })
      clock.advance(1_000)
      await activity.idle()
    },
  }
}

test('a quiet conversation does not keep the pointers of a busy one on an inbox', async () => {
  const { inbox, say } = await opened({ maximumMessages: 10 })
  await say('quiet', 10)
  for (let i = 0; i < 20; i++) await say('busy', 50)
  const entries = await inbox.read('acme', 'ana', 0, 2_000)
  expect(entries.filter(({ conversation }) => conversation === 'quiet')).toHaveLength(10)
  // Ten of them lead to messages.
  expect(entries.filter(({ conversation }) => conversation === 'busy').length).toBeLessThan(60)
})

test('what differs between vendors is looked at for each of them', async () => {
  const { store, say } = await opened({ vendors: { other: { maximumMessages: 1 } } })
  await say('room', 5)
  expect((await store.conversation('acme', 'room'))?.first).toBe(1)
})

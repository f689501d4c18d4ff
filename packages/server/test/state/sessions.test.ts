import { expect, test } from 'vitest'
import { EmbeddedInbox } from '../../src/inbox/embedded.js'
import { memoryKeyValue } from '../../src/kv/memory.js'
import { EmbeddedSessions } from '../../src/state/sessions/embedded.js'
import { accountsOf } from '../support/accounts.js'

const name = { vendor: 'acme', client: 'ana', connection: 'phone' }

test('a session takes its inbox cursor with it when it is removed', async () => {
  const kv = memoryKeyValue()
  const sessions = await EmbeddedSessions.open({ kv, accounts: accountsOf() })
  const inbox = await EmbeddedInbox.open({ kv })
  await sessions.begin({ name, expiryInterval: 60, subscriptions: [], received: [] })
  await inbox.acknowledge(name, 5)
  await sessions.remove(name)
  expect(await inbox.cursor(name)).toBeUndefined()
})

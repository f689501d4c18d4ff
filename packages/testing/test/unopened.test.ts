import { expect, test } from 'vitest'
import { type Chat, harness } from '../src/index.js'
import { echo } from './support/bots.js'

const missing = 'harness() is a promise of a chat, and no chat yet: write "await using chat = await harness(…)".'

test('a harness that is not awaited says so, whatever it is asked for', async () => {
  const chat = harness({ bot: echo }) as unknown as Chat
  expect(() => chat.user('ana')).toThrow(missing)
  expect(() => chat.bot).toThrow(missing)
  expect(() => chat.close()).toThrow(missing)
  expect(() => chat[Symbol.asyncDispose]).toThrow(missing)
  // Nobody else can close it.
  await expect((await (chat as unknown as Promise<Chat>)).close()).resolves.toBeUndefined()
})

test('and so it does where it can not be opened', async () => {
  const chat = harness({ bot: undefined as never }) as unknown as Chat
  expect(() => chat.advance('1s')).toThrow(missing)
  await expect(chat).rejects.toThrow('There is no bot to test')
})

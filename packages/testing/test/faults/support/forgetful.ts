import { test } from 'vitest'
import { type Chat, crashSweep, lossSweep } from '../../../src/index.js'
import { echo } from '../../support/bots.js'

const greet = async (chat: Chat) => {
  const ana = chat.user('ana')
  await ana.says('hi')
  await ana.toHear('Hello.')
}

test('a crash sweep is not awaited', async () => {
  crashSweep({ bot: echo }, greet)
})

test('nor is a loss sweep, of a conversation that goes wrong', async () => {
  lossSweep({ bot: echo }, async (chat) => {
    await chat.user('ana').toHear('Never said.')
  })
})

test('one is returned', () => crashSweep({ bot: echo }, greet))

test('one is awaited later', async () => {
  const sweep = lossSweep({ bot: echo, packets: ['puback'] }, greet)
  await crashSweep({ bot: echo }, greet)
  await sweep
})

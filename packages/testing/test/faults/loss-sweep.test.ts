import { describe, expect, test } from 'vitest'
import { type Chat, lossSweep } from '../../src/index.js'
import { echo } from '../support/bots.js'

const talk = async (chat: Chat) => {
  const ana = chat.user('ana')
  const phone = ana.device('phone')
  await ana.says('hi')
  await ana.toHear('Hello.')
  await phone.says('one')
  await phone.toHear('You said "one".')
  await chat.advance('10m')
  await ana.toHear('Anybody there?')
}

describe.each(['memory', 'tcp'] as const)('a loss sweep over %s', (transport) => {
  test('loses each packet of a conversation once, and says which', { timeout: 120_000 }, async () => {
    const { points, losses } = await lossSweep({ bot: echo, transport }, talk)
    expect(points).toBe(losses.length)
    for (const of of ['ana', 'ana on phone', 'echo'])
      for (const [packet, from] of [
        ['connect', 'client'],
        ['connack', 'server'],
        ['subscribe', 'client'],
        ['suback', 'server'],
        ['publish', 'client'],
        ['puback', 'server'],
        ['publish', 'server'],
        ['puback', 'client'],
      ] as const)
        expect(losses).toContainEqual({ of, packet, from, nth: 1 })
    expect(losses).not.toContainEqual(expect.objectContaining({ packet: 'disconnect' }))
  })
})

test('in processes, packets of people and of bots get lost', { timeout: 300_000 }, async () => {
  const modules = [new URL('../support/bots.ts', import.meta.url)]
  const { losses } = await lossSweep(
    { bot: echo, transport: 'process', modules, packets: ['publish'] },
    async (chat) => {
      const ana = chat.user('ana')
      await ana.says('hi')
      await ana.toHear('Hello.')
    },
  )
  for (const of of ['ana', 'echo'])
    for (const from of ['client', 'server'] as const)
      expect(losses).toContainEqual({ of, packet: 'publish', from, nth: 1 })
})

test('a loss sweep loses only what it is told to', async () => {
  const { losses } = await lossSweep({ bot: echo, packets: ['puback'] }, talk)
  expect(losses.length).toBeGreaterThan(5)
  expect(new Set(losses.map(({ packet }) => packet))).toEqual(new Set(['puback']))
})

test('in which nothing can get lost has shown nothing, and fails', async () => {
  await expect(lossSweep({ bot: echo, packets: ['pubrel', 'auth'] }, talk)).rejects.toThrow(
    'Nothing could get lost in this conversation: there is no pubrel or auth in it.',
  )
})

test('what is no packet is refused', async () => {
  await expect(lossSweep({ bot: echo, packets: ['publsh' as never] }, talk)).rejects.toThrow(
    '"publsh" is no packet of MQTT: there are connect, connack, publish,',
  )
})

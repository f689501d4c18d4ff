import type { Message } from '@daakia/client-sdk'
import { describe, expect, test, vi } from 'vitest'
import { type HarnessOptions, harness } from '../src/index.js'
import { echo, other } from './support/bots.js'
import { quick } from './support/quick-bot.js'

// Processes take a while to start where others are at work.
vi.setConfig({ testTimeout: 120_000 })

const transports = ['memory', 'tcp', 'process'] as const
const modules = ['bots', 'quick-bot'].map((name) => new URL(`./support/${name}.ts`, import.meta.url))

/** What somebody who reads the journals sees, to the last id and millisecond. */
const historyWith = async (options: Pick<HarnessOptions<never>, 'seed' | 'transport'>) => {
  const told: Message[] = []
  await using chat = await harness({ bots: [echo, other], modules, ...options })
  const [ana, ben] = [chat.user('ana'), chat.user('ben')]
  for (const said of ['hi', 'one', 'break', 'two']) {
    await ana.says(said)
    await ben.says(said, { to: 'other' })
  }
  await chat.advance('9m')
  await chat.restartBot()
  await ana.says('three')
  await chat.advance('1h')
  await chat.room('team', ['ana', 'ben', 'echo'])
  await ana.says('to all', { room: 'team' })
  const heard = ['Hello.', 'You said "one".', 'Something broke.', 'You said "two".', 'You said "three".']
  const atTheEnd = ['Anybody there?', 'Goodbye.']
  for (const text of [...heard, ...atTheEnd, 'Hello.']) told.push(await ana.toHear(text))
  for (const text of [...heard.filter((each) => !each.includes('three')), ...atTheEnd])
    told.push(await ben.toHear(text))
  told.push(...(await ben.toHearInAnyOrder('to all', 'Hello.')))
  return told.map(({ conversation, seq, id, from, at, plain }) => ({ conversation, seq, id, from, at, plain }))
}

describe('the same seed gives the same history in memory, over TCP and in processes', () => {
  test.each([1, 2, 3])('seed %i', async (seed) => {
    const inMemory = await historyWith({ seed, transport: 'memory' })
    expect(inMemory).toHaveLength(16)
    expect(await historyWith({ seed, transport: 'tcp' })).toEqual(inMemory)
    expect(await historyWith({ seed, transport: 'process' })).toEqual(inMemory)
  })

  test('another seed gives another one', async () => {
    expect(await historyWith({ seed: 1, transport: 'tcp' })).not.toEqual(
      await historyWith({ seed: 2, transport: 'tcp' }),
    )
  })
})

test.each(['tcp', 'process'] as const)('over %s nobody is at rest while bytes are under way', async (transport) => {
  // Eight megabytes take their time on a busy machine.
  await using chat = await harness({ bot: echo, transport, modules, stuckAfterMs: 60_000 })
  const people = Array.from({ length: 20 }, (_, number) => chat.user(`person-${number}`))
  const long = 'x'.repeat(200_000)
  await Promise.all(people.map((person) => person.says('hi')))
  for (const person of people) await person.toHear('Hello.')
  await Promise.all(people.map((person) => person.says(long)))
  for (const person of people) await person.toHear(`You said "${long}".`)
})

test('several scenes over TCP disturb each other as little as what else their process is connected to', async () => {
  const one = async (seed: number) => {
    await using chat = await harness({ bot: echo, transport: 'tcp', seed })
    await chat.user('ana').says('hi')
    await chat.user('ana').toHear('Hello.')
  }
  await Promise.all(Array.from({ length: 10 }, (_, seed) => one(seed)))
})

describe.each(transports)('in real time: %s', (transport) => {
  test('time passes by itself, and timers fire when it has', async () => {
    await using chat = await harness({ bot: quick, time: 'real', transport, modules })
    const ana = chat.user('ana')
    await ana.says('hi')
    const { at } = await ana.toHear('Hello.')
    await chat.advance('40ms')
    expect((await ana.toHear('Reminded.')).at).toBeGreaterThan(at)
    chat.bot.toBeInState('done')
  })

  test('a restart of the bot costs nothing', async () => {
    await using chat = await harness({ bot: quick, time: 'real', transport, modules })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.toHear('Hello.')
    await chat.restartBot()
    await chat.advance('100ms')
    await ana.toHear('Reminded.')
  })
})

test('real time begins when it is', async () => {
  await expect(harness({ bot: quick, time: 'real', startsAt: 1_000 })).rejects.toThrow(
    `Real time can't begin at 1000: leave "startsAt" out, or give time: 'virtual'.`,
  )
})

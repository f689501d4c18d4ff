import { expect, test } from 'vitest'
import { createMachine } from 'xstate'
import { crashSweep, harness } from '../src/index.js'
import { chatTests, explore, holds } from '../src/vitest.js'
import { echo, echoBot, other } from './support/bots.js'

const machine = createMachine({ id: 'door', initial: 'shut', states: { shut: {} } })

test.each([
  [undefined, /^There is no bot to test, but undefined: does its file export it/],
  [machine, /^"door" is a machine, and no bot yet: bot\(\{ id: 'door', version: 1, machine \}\)/],
  ['echo', /^What is to be tested is no bot, but string: bot\(\) of @daakia\/bot-sdk makes one\.$/],
])('what is no bot is refused, and it is told what makes one', async (given, told) => {
  await expect(harness({ bot: given as never })).rejects.toThrow(told)
  await expect(harness({ bots: [echo, given as never] })).rejects.toThrow(told)
  await expect(crashSweep({ bot: given as never }, async () => {})).rejects.toThrow(told)
})

test('what is neither a bot nor a machine is not explored', () => {
  const nothing = undefined as unknown as typeof echo
  expect(() => explore(nothing, { goal: 'states', events: {}, expect: {} })).toThrow('There is no bot to test')
})

test('two bots of one id are refused', async () => {
  const told =
    'Two of the bots have the id "echo", and would be taken for instances of one: give each an id of its own.'
  await expect(harness({ bots: [echo, other, echoBot()] })).rejects.toThrow(told)
  await expect(harness({ bots: [echo, () => echoBot()] })).rejects.toThrow(told)
})

test('a person is refused the name of a bot', async () => {
  await using chat = await harness({ bot: echo })
  expect(() => chat.user('echo')).toThrow('"echo" is a bot here: a person needs another name')
})

test('a folder of chat files that is not there is told with what belongs into it', () => {
  const folder = new URL('./nowhere/', import.meta.url)
  expect(() => chatTests(folder, { bot: echo })).toThrow(/nowhere\/ has no chat file: write one, hello\.chat/)
})

test.each([
  ['no transport', { transport: 'pigeon' }, 'transport: there is no "pigeon", but memory, tcp, process'],
  ['no time', { time: 'slow' }, 'time: there is no "slow", but virtual, real'],
  [
    'a bot beside bots',
    { bots: [echo, other] },
    'Give "bot" or "bots": of several, "bots" names all, and the first is meant where none is named.',
  ],
])('options that can not be meant are refused: %s', async (_, options, told) => {
  await expect(harness({ bot: echo, ...options } as never)).rejects.toThrow(told)
})

test('a chat file is not taken for its folder', () => {
  const file = new URL('./given-bots.test.ts', import.meta.url)
  expect(() => chatTests(file, { bot: echo })).toThrow(/given-bots\.test\.ts is a file: name the folder of chat files/)
})

test('random conversations in which nobody may say anything, or without what is no invariant, are refused', () => {
  expect(() => holds('whatever', { bot: echo, says: [] })).toThrow('holds was given an empty array as "says"')
  const except = ['every mesage is answered' as never]
  expect(() => holds('whatever', { bot: echo, says: ['hi'], except })).toThrow(
    'except: there is no "every mesage is answered", but every message is answered, no message is answered twice, no bot is stuck, no message is given up',
  )
})

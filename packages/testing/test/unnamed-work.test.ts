import { bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { expect, test } from 'vitest'
import { createMachine, fromPromise, setup } from 'xstate'
import { harness } from '../src/index.js'
import { failureOf } from './support/failure-of.js'

/** Its invokes have no ids. */
const till = (first: () => Promise<void>, second: () => Promise<void>) =>
  bot({
    id: 'till',
    version: 1,
    machine: setup({
      types: {} as { events: Heard; emitted: Said },
      actors: { first: fromPromise(first), second: fromPromise(second) },
    }).createMachine({
      id: 'till',
      initial: 'open',
      states: {
        open: { on: { message: 'paying' } },
        paying: {
          invoke: [
            { src: 'first', onDone: 'paid', onError: 'trouble' },
            { src: 'second', onDone: 'paid', onError: 'trouble' },
          ],
        },
        paid: { entry: say('Paid.') },
        trouble: { entry: say('It does not work.') },
      },
    }),
  })

const done = async () => {}
const fails = async () => {
  throw new Error('no money')
}
const never = () => new Promise<void>(() => {})

test.each([
  ['is done', done, never, '  last:    the work of till.paying is done: paying → paid\n'],
  ['fails', fails, never, '  last:    the work of till.paying failed: paying → trouble\n'],
  ['is the second of its state', never, done, '  last:    work 2 of till.paying is done: paying → paid\n'],
] as const)('work without a name that %s is called by its state', async (_, first, second, told) => {
  await using chat = await harness({ bot: till(first, second) })
  const ana = chat.user('ana')
  for (const text of ['hello', 'pay']) await ana.says(text)
  const { message } = await failureOf(() => ana.toHear('Thank you.'))
  expect(message).toContain(told)
  ana.ignoresTheRest()
})

test('work without a name that never ends is called by its state', async () => {
  const machine = createMachine({
    id: 'till',
    initial: 'open',
    states: { open: { on: { message: 'paying' } }, paying: { invoke: { src: fromPromise(never) } } },
  })
  await using chat = await harness({ bot: bot({ id: 'till', version: 1, machine }), stuckAfterMs: 1_000 })
  const ana = chat.user('ana')
  await ana.says('hello')
  const { message } = await failureOf(() => ana.says('pay'))
  expect(message).toContain('till in ana~till: at work, in "paying", where the work of till.paying runs\n')
})

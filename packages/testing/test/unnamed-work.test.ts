import { bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { expect, test } from 'vitest'
import { fromPromise, setup } from 'xstate'
import { harness } from '../src/index.js'
import { failureOf } from './support/failure-of.js'

/** It does work that has no name. */
const till = (...works: (() => Promise<void>)[]) =>
  bot({
    id: 'till',
    version: 1,
    machine: setup({ types: {} as { events: Heard; emitted: Said } }).createMachine({
      id: 'till',
      initial: 'open',
      states: {
        open: { on: { message: 'paying' } },
        paying: {
          invoke: works.map((work) => ({ src: fromPromise(work), onDone: 'paid', onError: 'trouble' })),
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
  ['is done', [done], '  last:    the work of till.paying is done: paying → paid\n'],
  ['fails', [fails], '  last:    the work of till.paying failed: paying → trouble\n'],
  ['is the second of its state', [never, done], '  last:    work 2 of till.paying is done: paying → paid\n'],
] as const)('work without a name that %s is called by its state', async (_, works, told) => {
  await using chat = await harness({ bot: till(...works) })
  const ana = chat.user('ana')
  for (const text of ['hello', 'pay']) await ana.says(text)
  const { message } = await failureOf(() => ana.toHear('Thank you.'))
  expect(message).toContain(told)
  ana.ignoresTheRest()
})

test('work without a name that never ends is called by its state', async () => {
  await using chat = await harness({ bot: till(never), stuckAfterMs: 1_000 })
  const ana = chat.user('ana')
  await ana.says('hello')
  const { message } = await failureOf(() => ana.says('pay'))
  expect(message).toContain('till in ana~till: at work, in "paying", where the work of till.paying runs\n')
})

import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Transaction } from '../../../src/kv/port.js'
import { Steps } from '../../../src/kv/redis/steps.js'
import { Work } from '../../../src/kv/redis/work.js'
import { Gate } from '../../support/gate.js'

const askOf = (steps: Steps) =>
  new Promise<unknown>((resolve, reject) => {
    steps.add(new Work((_: Transaction) => {}, undefined, resolve, reject) as unknown as Work<never, never>)
  })

test('what different events of one turn of the event loop ask for shares a step', async () => {
  const groups: number[] = []
  const steps = new Steps(async (group) => {
    groups.push(group.length)
  })
  const event = async () => {
    await nextTurn()
    await askOf(steps)
  }
  await Promise.all([event(), event(), event()])
  expect(groups).toEqual([3])
})

test('what was asked for while a step was under way that failed is refused with it, and what comes later is not', async () => {
  const gate = new Gate()
  let tries = 0
  const steps = new Steps(async () => {
    await gate.pass()
    if (++tries === 1) throw new Error('away')
  })
  const ask = () => askOf(steps)
  const [first, second] = [ask().catch(String), gate.reached.then(() => ask()).catch(String)]
  await gate.reached
  gate.open()
  expect(await Promise.all([first, second])).toEqual(['Error: away', 'Error: away'])
  expect(tries).toBe(1)
  await steps.idle()
  const third = ask()
  void third.catch(() => {})
  await steps.idle()
  expect(tries).toBe(2)
})

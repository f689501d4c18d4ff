import { readFileSync } from 'node:fs'
import type { Middleware } from '@daakia/bot-sdk'
import { metrics } from '@daakia/bot-sdk/metrics'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { parrot, pile } from '../support/parrot.js'

/** What the register tells, line by line, without the classes of durations. */
const linesOf = async (register: Registry) =>
  (await register.metrics()).split('\n').filter((line) => line && !/^#|_bucket/.test(line))

const elapsed = () => {
  let now = 0
  return () => (now += 2.5)
}

test('turns, messages, events and failures are counted, and durations measured', async () => {
  const register = new Registry()
  const server = parrot([metrics({ register, elapsed: elapsed() })])
  await server.says('hi')
  await server.says('wave')
  await server.says('break')
  server.skip()
  await server.restart()
  await server.wait(1_000)
  await server.close()
  expect((await linesOf(register)).sort()).toEqual(
    [
      'daakia_bot_turns_total{bot="bot",outcome="committed"} 3',
      'daakia_bot_turns_total{bot="bot",outcome="failed"} 1',
      'daakia_bot_runs_total{bot="bot",run="new"} 1',
      'daakia_bot_runs_total{bot="bot",run="hot"} 2',
      'daakia_bot_runs_total{bot="bot",run="restored"} 1',
      'daakia_bot_failures_total{bot="bot",attempt="1"} 1',
      'daakia_bot_messages_heard_total{bot="bot",type="text"} 2',
      'daakia_bot_events_total{bot="bot",event="wave"} 1',
      'daakia_bot_timers_fired_total{bot="bot"} 1',
      'daakia_bot_messages_said_total{bot="bot",type="text"} 3',
      'daakia_bot_turn_duration_seconds_sum{bot="bot"} 0.01',
      'daakia_bot_turn_duration_seconds_count{bot="bot"} 4',
    ].sort(),
  )
})

test('the page about monitoring names every metric, with its type', async () => {
  const register = new Registry()
  metrics({ register })
  const told = [...(await register.metrics()).matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [name, type])
  const page = readFileSync(new URL('../../../../docs/reference/monitoring.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `(daakia_bot_\w+)` \| (\w+) \|/gm)].map(([, name, type]) => [name, type])
  expect(rows.sort()).toEqual(told.sort())
})

test('the third failure of a message and later ones are counted as one', async () => {
  const register = new Registry()
  const server = parrot([metrics({ register })])
  await server.says('hi')
  await server.says('break')
  for (const attempt of [2, 3, 4]) {
    server.attempt = attempt
    server.offer()
    await server.rest()
  }
  await server.close()
  expect((await linesOf(register)).filter((line) => line.includes('failures'))).toEqual([
    'daakia_bot_failures_total{bot="bot",attempt="1"} 1',
    'daakia_bot_failures_total{bot="bot",attempt="2"} 1',
    'daakia_bot_failures_total{bot="bot",attempt="3"} 2',
  ])
})

test('what a middleware kept from the bot is told apart from what it heard, and each of a burst counts', async () => {
  const register = new Registry()
  const strict: Middleware = { name: 'strict', incoming: (message) => (message.text === 'spam' ? undefined : message) }
  const server = parrot([metrics({ register }), strict], { overlap: 'burst' })
  await pile(server, 'hi', 'there', 'spam')
  await server.close()
  expect((await linesOf(register)).filter((line) => /heard|dropped/.test(line))).toEqual([
    'daakia_bot_messages_heard_total{bot="bot",type="text"} 2',
    'daakia_bot_messages_dropped_total{bot="bot",type="text"} 1',
  ])
})

test('two bots may share a register', async () => {
  const register = new Registry()
  for (const id of ['one', 'two']) {
    const server = parrot([metrics({ register })], { id })
    await server.says('hi')
    await server.close()
  }
  expect((await linesOf(register)).filter((line) => line.includes('turns_total'))).toEqual([
    'daakia_bot_turns_total{bot="one",outcome="committed"} 1',
    'daakia_bot_turns_total{bot="two",outcome="committed"} 1',
  ])
})

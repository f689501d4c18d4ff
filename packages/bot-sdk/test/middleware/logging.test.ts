import { Writable } from 'node:stream'
import { logging, type Middleware } from '@daakia/bot-sdk'
import pino from 'pino'
import { expect, test } from 'vitest'
import { parrot, pile } from '../support/parrot.js'

/** Pino, with its lines at hand. */
const logbook = () => {
  const lines: Record<string, unknown>[] = []
  const paper = new Writable({
    write: (line, _, done) => {
      lines.push(JSON.parse(String(line)))
      done()
    },
  })
  return { lines, log: pino({ base: null, timestamp: false }, paper) }
}

/** Takes 2.5 ms whenever it is looked at again. */
const elapsed = () => {
  let now = 0
  return () => (now += 2.5)
}

const talk = async (options: { texts?: boolean } = {}) => {
  const { lines, log } = logbook()
  const server = parrot([logging({ log, elapsed: elapsed(), ...options })], { overlap: 'burst' })
  await server.says('hi')
  await server.restart()
  await pile(server, 'my secret', 'is here')
  await server.says('wave')
  await server.wait(1_000)
  await server.close()
  return lines
}

test('each turn is a line: where, which try, what was handled, how much was said, how long it took', async () => {
  const where = { bot: 'bot', conversation: 'ana~bot', attempt: 1, said: 1, durationMs: 2.5, level: 30 }
  const message = { from: 'ana', type: 'text' }
  expect(await talk()).toEqual([
    { ...where, revision: 0, run: 'new', handled: [{ ...message, seq: 1 }], msg: 'Turn committed' },
    {
      ...{ ...where, revision: 1, run: 'restored', msg: 'Turn committed' },
      handled: [{ ...message, seq: 3, burst: 2, event: 'message' }],
    },
    { ...where, revision: 2, run: 'hot', handled: [{ ...message, seq: 4, event: 'wave' }], msg: 'Turn committed' },
    {
      ...{ ...where, revision: 3, run: 'hot', msg: 'Turn committed' },
      handled: [{ timer: expect.stringContaining('soon') }],
    },
  ])
})

test('nothing that was said is in a line, unless that is asked for', async () => {
  expect(JSON.stringify(await talk())).not.toMatch(/secret|Hello/)
  expect(await talk({ texts: true })).toMatchObject([
    { handled: [{ text: 'hi' }], texts: ['Began with hi'] },
    { handled: [{ text: 'my secret\nis here' }], texts: ['my secret / is here'] },
    { handled: [{ text: 'wave' }], texts: ['Hello!'] },
    { texts: ['tick'] },
  ])
})

test('a turn that fails is a warning with its cause, and so is a state that does not fit', async () => {
  const { lines, log } = logbook()
  const server = parrot([logging({ log })])
  await server.says('hi')
  await server.says('break')
  server.attempt = 2
  server.offer()
  await server.rest()
  await server.restart()
  server.corrupt()
  server.offer()
  await server.rest()
  await server.close()
  expect(server.parked).toHaveLength(1)
  const handled = [{ seq: 2, event: 'message' }]
  expect(lines.slice(1)).toMatchObject([
    { level: 40, msg: 'Turn failed', attempt: 1, handled, said: 0, cause: 'RangeError: boom' },
    { level: 40, msg: 'Turn failed', attempt: 2, handled, said: 0, cause: 'RangeError: boom' },
    {
      ...{ level: 40, msg: 'Turn parked', handled: [], trigger: { seq: 2 } },
      cause: expect.stringContaining('it is no state of a machine'),
    },
  ])
})

test('a lease that went to another instance is no failure', async () => {
  const { lines, log } = logbook()
  let isTaken = false
  const taking: Middleware = {
    name: 'taking',
    incoming: (message) => {
      if (!isTaken) server.grant()
      isTaken = true
      return message
    },
  }
  const server = parrot([logging({ log }), taking])
  await server.says('hi')
  await server.close()
  expect(lines.map(({ msg, level }) => [msg, level])).toEqual([
    ['Turn lost', 30],
    ['Turn committed', 30],
  ])
})

import {
  answerOf,
  ask,
  attachment,
  bot,
  contact,
  fill,
  type Heard,
  location,
  type Said,
  type Schema,
} from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { setup } from 'xstate'
import { z } from 'zod'
import { around } from '../support/answers.js'
import { FakeServer } from '../support/fake-server.js'
import { heard } from '../support/heard.js'

const long = 262_144
const filled = (text: string) => text.repeat(Math.ceil(long / text.length)).slice(0, long)

const texts: readonly (readonly [string, string])[] = [
  ['letters', filled('a')],
  ['digits', filled('7')],
  ['numbers in words', filled('one hundred and twenty-one thousand ')],
  ['dates', filled('tomorrow at 5 pm, 24 December 2026 ')],
  ['addresses', filled('a@b.example +43 660 1234567 https://example.com/?q= ')],
  ['what almost is an address', `${filled('a.').slice(1)}@`],
  ['places', filled('48.2082, 16.3738 geo:1,2 ')],
  ['choices', filled('not small, large or smalll ')],
  ['corrections', filled('no, make that no, change the size to ')],
  ['emoji alone', filled('👩‍👩‍👧‍👦🍕')],
  ['right-to-left text', filled('أريد بيتزا \u202e\u2067٣')],
  ['zero-width and control characters', filled('\u200b\u200d\ufeff\0\u0007\u001b[31m\n')],
  ['combining marks', filled('a\u0301\u0302\u0303')],
  ['half of a pair', filled('\ud83c')],
  ['white space', filled(' \t\u00a0\u3000')],
]

const schemas = {
  text: z.string(),
  number: z.number(),
  'whole number': z.int().min(1).max(20),
  'yes or no': z.boolean(),
  choice: z.enum(['small', 'large']),
  date: z.iso.date(),
  time: z.iso.time(),
  'date and time': z.iso.datetime({ offset: true }),
  email: z.email(),
  phone: z.e164(),
  'web address': z.url(),
  contact: contact(),
  location: location(),
  attachment: attachment(),
}

describe.each(Object.entries(schemas))('an answer that is a %s', (name, schema) => {
  const answer = answerOf(schema as Schema<unknown>)

  test.each(texts)('is looked for in 256 KiB of %s no further than in its beginning', (_, text) => {
    const reading = answer.read(heard(text).message, around)
    // Any text may be a text, all of it.
    if (name !== 'text') expect(reading).toEqual(answer.read(heard(text.slice(0, 2_000)).message, around))
    const found = answer.find(text, around)
    expect(found).toEqual(answer.find(text.slice(0, 2_000), around))
    for (const { start, end } of found) expect(start >= 0 && start < end && end <= 2_000).toBe(true)
  })
})

const types = {} as { context: object; events: Heard; emitted: Said }

const asking = setup({ types, actors: { size: ask({ say: 'Which size?', schema: schemas.choice }) } }).createMachine({
  id: 'asking',
  context: {},
  initial: 'open',
  states: { open: { invoke: { id: 'size', src: 'size', onDone: 'open', onError: 'open' } } },
})

const filling = setup({
  types,
  actors: {
    order: fill({
      schema: z.object({ size: schemas.choice, count: schemas['whole number'], when: schemas.date, to: z.string() }),
      ask: { size: 'Which size?', count: 'How many?', when: 'When?', to: 'Where to?' },
      confirm: () => 'Right?',
    }),
  },
}).createMachine({
  id: 'filling',
  context: {},
  initial: 'open',
  states: { open: { invoke: { id: 'order', src: 'order', onDone: 'open', onError: 'open' } } },
})

describe.each([
  ['ask', asking],
  ['fill', filling],
])('a conversation by %s', (_, machine) => {
  test.each(texts)('goes on after 256 KiB of %s, as an answer and as a correction', async (_, text) => {
    const server = new FakeServer(bot({ id: 'shop', version: 1, machine }))
    for (const written of ['hi', text, 'large', `no, make that ${text}`, `change the size to ${text}`, 'large'])
      await server.says(written)
    expect(server.failures).toEqual([])
    expect(server.processed).toBe(server.revision)
  })
})

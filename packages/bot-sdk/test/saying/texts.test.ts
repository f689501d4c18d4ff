import { bot, type Heard, type RunInput, type Said, say, texts } from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { setup } from 'xstate'
import { FakeServer } from '../support/fake-server.js'

const text = texts({
  en: {
    ordered: '{count, plural, =0 {Nothing} one {One pizza} other {# pizzas}} for {name}.',
    when: 'On {day, date, long} at {moment, time, short}, {price, number, ::currency/EUR}. <3',
  },
  de: {
    ordered: '{count, plural, =0 {Nichts} one {Eine Pizza} other {# Pizzen}} für {name}.',
    when: 'Am {day, date, long} um {moment, time, short}, {price, number, ::currency/EUR}. <3',
  },
})
const values = { day: '2026-03-01', moment: '2026-03-01T20:30:00Z', price: 1234.5 }

const machine = setup({
  types: {} as { input: RunInput; context: { name: string }; events: Heard; emitted: Said },
  delays: { later: 60_000 },
}).createMachine({
  id: 'shop',
  context: ({ input }) => ({ name: input.client }),
  initial: 'open',
  states: {
    open: {
      entry: say(text('ordered', ({ context }) => ({ count: 1_000, name: context.name }))),
      after: { later: { actions: say(text('ordered', { count: 1, name: 'you' })) } },
      on: { message: { actions: say(text('when', values)) } },
    },
  },
})

const scene = (options: { locale?: string; timeZone?: string } = {}) =>
  new FakeServer(bot({ id: 'shop', version: 1, machine, ...options }))
const speaking = (locale: string, timeZone?: string) => ({
  properties: [['locale', locale], ...(timeZone ? [['time-zone', timeZone]] : [])] as [string, string][],
})

describe('texts are said', () => {
  test('in the language of the message, with its plurals and numbers; until another one says otherwise', async () => {
    const server = scene()
    await server.says('hallo', speaking('de-AT', 'Pacific/Auckland'))
    expect(server.said).toEqual(['1\u00a0000 Pizzen für ana.'])
    await server.restart()
    await server.wait(60_000)
    expect(server.said.at(-1)).toBe('Eine Pizza für you.')
    await server.says('wann?')
    expect(server.said.at(-1)).toBe('Am 1. März 2026 um 09:30, €\u00a01.234,50. <3')
    await server.says('when?', speaking('en-GB'))
    expect(server.said.at(-1)).toBe('On 1 March 2026 at 09:30, €1,234.50. <3')
  })

  test('in the language and time zone of the bot where the message says nothing of them', async () => {
    const server = scene({ locale: 'de', timeZone: 'America/New_York' })
    await server.says('hallo')
    await server.says('wann?')
    expect(server.said).toEqual(['1.000 Pizzen für ana.', 'Am 1. März 2026 um 15:30, 1.234,50\u00a0€. <3'])
  })

  test('in the first language, numbers too, where the person speaks none of them, or says what is no language', async () => {
    const server = scene()
    await server.says('bonjour', speaking('fr'))
    await server.says('quand', speaking('not a language', 'Nowhere/Land'))
    expect(server.said).toEqual(['1,000 pizzas for ana.', 'On March 1, 2026 at 8:30 PM, €1,234.50. <3'])
  })
})

describe('texts are refused at once', () => {
  test.each([
    ['that are not in the format', { en: { a: 'Hello {name' } }, /"a" in en is not in ICU's message format/],
    ['without a language', {}, /give the words of one language at least/],
    ['that ask for other values', { en: { a: '{x}' }, de: { a: '{y}' } }, /"a" takes x in en, and in de y/],
    [
      'that one language lacks',
      { en: { a: 'A', b: 'B' }, de: { a: 'A' } },
      /"b" takes no values in en, and in de is missing/,
    ],
  ])('%s', (_, languages, problem) => {
    expect(() => texts(languages as { en: { a: string } })).toThrow(problem)
  })
})

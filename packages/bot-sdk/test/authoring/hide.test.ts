import { bot, type Heard, type Hide, type Said, say } from '@daakia/bot-sdk'
import type { PublicState } from '@daakia/protocol'
import { describe, expect, test } from 'vitest'
import { setup } from 'xstate'
import { FakeServer } from '../support/fake-server.js'

const clerk = setup({ types: {} as { events: Heard<{ type: 'whisper' }>; emitted: Said } }).createMachine({
  id: 'clerk',
  on: { whisper: {} },
})

const machine = setup({
  types: {} as { events: Heard<{ type: 'go' } | { type: 'audit' }>; emitted: Said },
  actors: { clerk },
}).createMachine({
  id: 'shop',
  entry: say('Hello.'),
  initial: 'open',
  states: {
    open: { tags: ['calm'], on: { message: 'paying' } },
    paying: {
      tags: ['calm', 'watched'],
      invoke: { id: 'clerk', src: 'clerk' },
      initial: 'scoring',
      states: {
        scoring: { on: { message: 'deciding', audit: 'deciding' } },
        deciding: {
          type: 'parallel',
          states: { mood: { initial: 'good', states: { good: {} } }, risk: { initial: 'high', states: { high: {} } } },
        },
      },
    },
  },
})

/** What members see of the bot after each of these messages. */
const play = async (hide: Hide | undefined, ...texts: readonly string[]) => {
  const definition = bot({ id: 'bot', version: 1, machine, ...(hide && { hide }) })
  const server = new FakeServer(definition)
  const seen: (PublicState | undefined)[] = []
  for (const text of texts) {
    await server.says(text)
    seen.push(server.public)
  }
  return seen
}

const last = async (hide: Hide | undefined, ...texts: readonly string[]) => (await play(hide, ...texts)).at(-1)

describe('what members see of a bot', () => {
  test('is all of its value, tags and events where nothing is hidden', async () => {
    expect(await last(undefined, 'hi', 'pay')).toEqual({
      value: { paying: 'scoring' },
      tags: ['calm', 'watched'],
      accepts: ['audit', 'message', 'whisper'],
    })
  })

  test('is nothing where all is hidden', async () => {
    const nothing = { value: null, tags: [], accepts: [] }
    expect(await play(true, 'hi', 'pay', 'on')).toEqual([nothing, nothing, nothing])
  })

  test('ends with the name of a state below which all is hidden', async () => {
    const hide = { states: ['paying'] }
    expect((await play(hide, 'hi', 'pay', 'on')).map((state) => state?.value)).toEqual(['open', 'paying', 'paying'])
    expect((await last({ states: ['paying.deciding'] }, 'hi', 'pay', 'on'))?.value).toEqual({ paying: 'deciding' })
    expect((await last({ states: ['paying.deciding.risk'] }, 'hi', 'pay', 'on'))?.value).toEqual({
      paying: { deciding: { mood: 'good', risk: {} } },
    })
  })

  test('leaves out tags and events that are hidden, also those of children', async () => {
    expect(await last({ tags: ['watched'], events: ['audit', 'whisper'] }, 'hi', 'pay')).toEqual({
      value: { paying: 'scoring' },
      tags: ['calm'],
      accepts: ['message'],
    })
  })

  test.each<[Hide, RegExp]>([
    [{ states: ['paying.scorring'] }, /hide\.states: "paying\.scorring" is nowhere/],
    [{ tags: ['secret'] }, /hide\.tags: "secret"/],
    [{ events: ['adit'] }, /hide\.events: "adit"/],
  ])('is not guessed at: %j names what is not there', (hide, reason) => {
    expect(() => bot({ id: 'bot', version: 1, machine, hide })).toThrow(reason)
  })
})

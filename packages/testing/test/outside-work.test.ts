import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { fromPromise, setup } from 'xstate'
import { harness } from '../src/index.js'

const reads = () => readFile(fileURLToPath(import.meta.url), 'utf8')
const never = () => new Promise<string>(() => {})

/** Looks something up, and loses its patience after a minute. */
const asking = (look: () => Promise<string>) =>
  bot({
    id: 'asking',
    version: 1,
    machine: setup({
      types: {} as { events: Heard; emitted: Said },
      actors: { look: fromPromise(look), count: fromPromise(async () => 1) },
      delays: { patience: 60_000 },
    }).createMachine({
      id: 'asking',
      initial: 'looking',
      entry: say('One moment.'),
      states: {
        looking: {
          invoke: { src: 'look', onDone: { target: 'done', actions: say('There it is.') } },
          after: { patience: { target: 'done', actions: say('Nobody answers.') } },
        },
        done: {},
      },
    }),
  })

describe('work outside of the bot', () => {
  test('has time stand still until it ends', async () => {
    await using chat = await harness({ bot: asking(reads) })
    const ana = chat.user('ana')
    await ana.sends('hi')
    await chat.advance('1h')
    const { at } = await ana.toHear('One moment.')
    expect((await ana.toHear('There it is.')).at).toBe(at)
  })

  test('that never ends keeps a test waiting, and is told', async () => {
    const chat = await harness({ bot: asking(never), stuckAfterMs: 1_000 })
    await expect(chat.user('ana').says('hi')).rejects.toThrow(
      /^Not everybody is at rest after 1 s of real time: asking has not handled message 1 of ana~asking/,
    )
    await chat.close()
  })

  test('that is declared is not waited for', async () => {
    await using chat = await harness({ bot: asking(never), unawaited: ['look'] })
    const ana = chat.user('ana')
    await ana.says('hi')
    await chat.advance('59s')
    await ana.toHear('One moment.')
    await ana.toHearNothing()
    await chat.advance('1s')
    await ana.toHear('Nobody answers.')
    chat.bot.toBeInState('done')
  })

  test('has to be some that the bot does', async () => {
    await expect(harness({ bot: asking(never), unawaited: ['lock'] })).rejects.toThrow(
      'No work of a bot is called "lock": unawaited may name look, count',
    )
  })
})

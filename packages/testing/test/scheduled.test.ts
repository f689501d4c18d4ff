import { ask, bot, type Heard, pause, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { setup } from 'xstate'
import * as z from 'zod/mini'
import { type DelayOf, harness } from '../src/index.js'
import { echo, echoBot } from './support/bots.js'

describe('what a bot has scheduled', () => {
  const greeted = async () => {
    const chat = await harness({ bot: echo })
    await chat.user('ana').says('hi')
    await chat.user('ana').toHear('Hello.')
    return chat
  }

  test('is known by the name of its delay, with the time that is left', async () => {
    await using chat = await greeted()
    await chat.advance('4m')
    chat.bot.toHaveScheduled('nudge', { in: '6m' })
    chat.bot.toHaveScheduled('farewell', { in: '11m', with: 'ana' })
    chat.bot.toHaveScheduled('listening')
    // @ts-expect-error a bot has no such delay, but may have such a state
    const typo: DelayOf<typeof echo.machine> = 'nudg'
    expect(() => chat.bot.toHaveScheduled(typo)).toThrow('expected: nudg\n')
  })

  test('is told where it is something else', async () => {
    await using chat = await greeted()
    expect(() => chat.bot.toHaveScheduled('nudge', { in: '9m' })).toThrow(
      'echo has scheduled something else.\n  expected: nudge, in 9m\n  got:      nudge in listening, in 10m; farewell in listening, in 15m\n',
    )
    expect(() => chat.bot.toHaveScheduled(undefined)).toThrow('  expected: nothing\n')
  })

  test('is nothing where its run has ended, nor before anybody has spoken', async () => {
    await using chat = await harness({ bot: echo })
    chat.bot.toHaveScheduled(undefined)
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.says('leave')
    await ana.toHearInAnyOrder('Hello.', 'Goodbye.')
    chat.bot.toHaveScheduled(undefined)
    expect(() => chat.bot.toHaveScheduled('nudge')).toThrow('echo has scheduled nothing.')
  })

  test('stays after a restart', async () => {
    await using chat = await greeted()
    await chat.restartBot()
    chat.bot.toHaveScheduled('nudge', { in: '10m' })
  })

  test('is that of one person, who has to be named where there are several', async () => {
    await using chat = await harness({ bot: echoBot() })
    await chat.user('ana').says('hi')
    await chat.advance('1m')
    await chat.user('ben').says('hi')
    chat.bot.toHaveScheduled('nudge', { in: '9m', with: 'ana' })
    chat.bot.toHaveScheduled('nudge', { in: '10m', with: 'ben' })
    expect(() => chat.bot.toHaveScheduled('nudge')).toThrow("say whose: { with: 'ana' }")
  })

  test('is a pause, while something is held back', async () => {
    const slow = setup({ types: {} as { input: RunInput; events: Heard; emitted: Said } }).createMachine({
      id: 'slow',
      entry: [say('One moment.'), pause(1_500), say('Here.')],
    })
    await using chat = await harness({ bot: bot({ id: 'slow', version: 1, machine: slow }) })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.toHear('One moment.')
    chat.bot.toHaveScheduled('pause', { in: '1500ms' })
    await chat.advance('2s')
    await ana.toHear('Here.')
    chat.bot.toHaveScheduled(undefined)
  })

  test('is a reminder of a question, by the name of what asks', async () => {
    const asking = setup({
      types: {} as { input: RunInput; events: Heard; emitted: Said },
      actors: { size: ask({ say: 'Which size?', schema: z.string(), reminder: { after: 60_000, say: 'Well?' } }) },
    }).createMachine({ id: 'asking', invoke: { id: 'size', src: 'size' } })
    await using chat = await harness({ bot: bot({ id: 'asking', version: 1, machine: asking }) })
    await chat.user('ana').says('hi')
    await chat.user('ana').toHear('Which size?')
    chat.bot.toHaveScheduled('reminder', { in: '1m' })
    chat.bot.toHaveScheduled('size')
    expect(() => chat.bot.toHaveScheduled('timeout')).toThrow('  got:      reminder of size, in 1m\n')
  })
})

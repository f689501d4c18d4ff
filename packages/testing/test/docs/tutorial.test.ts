import { readdirSync, readFileSync } from 'node:fs'
import type { Bot } from '@daakia/bot-sdk'
import { harness } from '@daakia/testing'
import { transform } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { order as greeting } from '../../../../docs/tutorial/steps/1-greeting.js'
import { order as question } from '../../../../docs/tutorial/steps/2-question.js'
import { order as object } from '../../../../docs/tutorial/steps/3-object.js'
import { order as asides } from '../../../../docs/tutorial/steps/4-asides.js'
import { order as withForm } from '../../../../docs/tutorial/steps/5-form.js'
import { order as example } from '../../../../examples/order/src/order.js'
import { blocksOf } from './excerpts.js'

const root = new URL('../../../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const page = read('docs/tutorial/write-a-bot.md')

const steps = readdirSync(new URL('docs/tutorial/steps', root)).map((file) => `docs/tutorial/steps/${file}`)

/** What is said on the page, with the lines of one message together. */
const transcripts = [...page.matchAll(/^```\n(me> [\s\S]*?)^```$/gm)].map(([, text = '']) =>
  text.trimEnd().split(/\n(?=me> |order-bot< )/),
)

/** The talks of `test/bot.test.ts` after this step: a block with imports is all of the file, one without is added to it. */
const testsAt = (step: number): readonly string[] => {
  const [shown = ''] = page.split(`\n## ${step + 1}. `)
  const blocks = blocksOf(shown, 'ts').filter((block) => /^test\(/m.test(block))
  const begun = blocks.slice(blocks.findLastIndex((block) => block.startsWith('import ')))
  return begun.flatMap((block) => [...block.matchAll(/^test\(.*\{\n([\s\S]*?)^\}\)$/gm)].map(([, talk = '']) => talk))
}

/** Runs the talk of a test with a bot. */
const run = async (talk: string, order: Bot): Promise<void> => {
  const { code } = await transform(`export default async (harness, order) => {${talk}}`, { target: 'es2022' })
  const { default: talks } = await import(`data:text/javascript,${encodeURIComponent(code)}`)
  await talks(harness, order)
}

async function play(bot: Bot, lines: readonly string[]) {
  await using chat = await harness({ bot })
  const me = chat.user('me')
  for (const line of lines) {
    if (line.startsWith('me> ')) await me.says(line.slice('me> '.length))
    else await me.toHear(line.slice('order-bot< '.length).replace(/\n {11}/g, '\n'))
  }
}

describe('the tutorial', () => {
  test.each([...steps, 'examples/order/src/order.ts'])('shows %s to the letter', (path) => {
    expect(page).toContain(`\`\`\`ts\n${read(path)}\`\`\``)
  })

  test('writes in the files of a new project, whose main.ts runs the bot of each step', () => {
    const template = (path: string) => read(`packages/create-daakia-bot/templates/bot/${path}`)
    expect(template('src/main.ts')).toBe(read('examples/order/src/main.ts').replace('./order.js', './bot.js'))
    expect(template('src/bot.ts')).toContain('export const order = bot(')
    expect(template('test/bot.test.ts')).toContain("import { order } from '../src/bot.js'\n")
    expect(page.match(/`(src|test)\/[\w.]+`/g)?.every((file) => template(file.slice(1, -1)) !== '')).toBe(true)
  })

  test.each([
    [1, greeting],
    [2, question],
    [3, object],
    [4, asides],
  ])('tells what is said in step %i as it is said', async (step, bot) => {
    const lines = transcripts[step - 1] ?? []
    expect(lines.length).toBeGreaterThan(1)
    await play(bot, lines)
  })

  test.each([
    [1, greeting],
    [2, question],
    [3, object],
    [4, asides],
    [5, withForm],
    [6, example],
  ])('has tests in step %i which its bot passes', async (step, bot) => {
    const tests = testsAt(step)
    expect(tests.length).toBe(Math.max(1, step - 3))
    for (const talk of tests) await run(talk, bot)
  })

  test('has tests that the bot of the step before would fail', async () => {
    const talk = (step: number) => testsAt(step).at(-1) ?? ''
    await expect(run(talk(1), question)).rejects.toThrow('did not hear all')
    await expect(run(talk(2), greeting)).rejects.toThrow('heard nothing')
    await expect(run(talk(3), question)).rejects.toThrow('heard something else')
    await expect(run(talk(5), asides)).rejects.toThrow('heard something else')
    await expect(run(talk(6), withForm)).rejects.toThrow('heard nothing')
  })

  test('ends with the example, which says all that the steps before it say', async () => {
    for (const lines of transcripts.slice(2)) await play(example, lines)
  })
})

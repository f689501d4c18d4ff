import { readdirSync, readFileSync } from 'node:fs'
import type { Bot } from '@daakia/bot-sdk'
import { harness } from '@daakia/testing'
import { describe, expect, test } from 'vitest'
import { order as greeting } from '../../../../docs/tutorial/steps/1-greeting.js'
import { order as question } from '../../../../docs/tutorial/steps/2-question.js'
import { order as object } from '../../../../docs/tutorial/steps/3-object.js'
import { order as asides } from '../../../../docs/tutorial/steps/4-asides.js'
import { order as example } from '../../../../examples/order/src/order.js'

const root = new URL('../../../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const page = read('docs/tutorial/write-a-bot.md')

const steps = readdirSync(new URL('docs/tutorial/steps', root)).map((file) => `docs/tutorial/steps/${file}`)

/** What is said on the page, with the lines of one message together. */
const transcripts = [...page.matchAll(/^```\n(me> [\s\S]*?)^```$/gm)].map(([, text = '']) =>
  text.trimEnd().split(/\n(?=me> |order-bot< )/),
)

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

  test('ends with the example, which says all that the steps before it say, and reminds', async () => {
    for (const lines of transcripts.slice(2)) await play(example, lines)
    await using chat = await harness({ bot: example })
    const ana = chat.user('ana')
    await ana.says('two large pizzas')
    await ana.toHear('Welcome.')
    await ana.toHear('Where to?')
    await chat.restartBot()
    await chat.advance('10m')
    await ana.toHear('Are you still there?')
  })
})

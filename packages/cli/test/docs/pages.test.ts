import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Config } from '../../src/config/schema.js'
import { run } from '../../src/program.js'
import { root } from '../support/command.js'
import { blocksOf, readPage, rowsOf } from '../support/page.js'
import { testIo } from '../support/test-io.js'

const helpOf = async (...words: string[]): Promise<string> => {
  const { io, written } = testIo()
  await run([...words, '--help'], io)
  return written.output
}

/** The commands that do something themselves, such as `serve`, or `dead-letters list`. */
const commandsUnder = async (...words: string[]): Promise<string[]> => {
  const [, list] = (await helpOf(...words)).split('\nCommands:\n')
  if (list === undefined) return [words.join(' ')]
  const names = [...list.matchAll(/^ {2}([\w-]+)(?:\|\S+)? /gm)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'help')
  return (await Promise.all(names.map((name) => commandsUnder(...words, name)))).flat()
}

/** Pages for people, by their paths from the root. */
const pages = ['README.md', 'CONTRIBUTING.md']
for (const folder of ['docs', 'docs/explanation', 'docs/how-to', 'docs/reference', 'packages/cli', 'packages/server'])
  for (const name of readdirSync(join(root, folder))) if (name.endsWith('.md')) pages.push(`${folder}/${name}`)

describe('the pages', () => {
  test.each(pages)('%s links to what is there', (page) => {
    const links = [...readPage(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link)
    expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([])
  })

  test('docs/README.md links to all explanations, how-tos and references', () => {
    const index = readPage('docs/README.md')
    const named = pages.filter((page) => /^docs\/(explanation|how-to|reference)\//.test(page))
    expect(named.filter((page) => !index.includes(`(${page.replace('docs/', '')})`))).toEqual([])
  })

  test.each(['run-behind-a-proxy', 'keep-less'])('docs/how-to/%s.md shows configurations that are taken', (name) => {
    const blocks = blocksOf(readPage(`docs/how-to/${name}.md`)).filter(({ language }) => language === 'json')
    // Others are what a client calls with.
    const examples = blocks.filter(({ text }) => !('id' in JSON.parse(text)))
    expect(examples.length).toBe(2)
    for (const { text } of examples) expect(Config.safeParse(JSON.parse(text)).error).toBeUndefined()
  })

  test('docs/reference/cli.md names the commands and their options', async () => {
    const rows = rowsOf(readPage('docs/reference/cli.md'), 'command').map(({ command = '', options = '' }) => ({
      words: command.match(/(?<=daakia )[\w-]+( [\w-]+)*/)?.[0].split(' ') ?? [],
      options,
    }))
    expect(rows.map(({ words }) => words.join(' ')).sort()).toEqual((await commandsUnder()).sort())
    for (const { words, options } of rows) {
      const taken = [...(await helpOf(...words)).matchAll(/^ {2}(?:-h, )?(--[\w-]+)/gm)]
      const names = taken.map(([, name = '']) => name).filter((name) => name !== '--help')
      expect(options.match(/--[\w-]+/g)?.sort()).toEqual(names.sort())
    }
  })
})

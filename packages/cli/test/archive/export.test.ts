import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { daakia, withCommand } from '../support/command.js'
import { blocksOf, readPage } from '../support/page.js'
import { say } from '../support/say.js'
import { folderWith } from '../support/temporary-folder.js'

withCommand()

const page = readPage('docs/reference/export-format.md')

describe('daakia export and import', () => {
  test('move a vendor by pipe from a server that runs, byte for byte', async () => {
    const folder = await folderWith()
    const serving = daakia(['serve', '--dev', '--mqtt-port', '0', '--http-port', '0'], { folder })
    const [url = ''] = /mqtt:\S+/.exec(await serving.until(/Ctrl-C/)) ?? []
    await say(url, 'two large \u{1f353}')

    const exporting = await daakia(['export', '--vendor', 'dev'], { folder }).ended
    expect(exporting).toMatchObject({ status: 0, errors: '' })
    expect(exporting.output).toContain('"payload":{"$text":"two large \u{1f353}"}')
    const importing = daakia(['import', '--data', 'new'], { folder })
    importing.child.stdin.end(exporting.output)
    expect(await importing.ended).toMatchObject({ status: 0, output: expect.stringMatching(/has vendor dev now/) })

    const again = ['export', '--vendor', 'dev', '--data', 'new', '--out', 'again.jsonl']
    expect(await daakia(again, { folder }).ended).toMatchObject({ status: 0, output: '' })
    expect(await readFile(join(folder, 'again.jsonl'), 'utf8')).toBe(exporting.output)
    expect(await daakia(again, { folder }).ended).toMatchObject({
      status: 1,
      errors: expect.stringContaining('again.jsonl exists already'),
    })
    const used = daakia(['import', '-'], { folder })
    used.child.stdin.end(exporting.output)
    expect(await used.ended).toMatchObject({ status: 1, errors: expect.stringMatching(/in use by process \d+/) })
  })

  test('take what the page of the format shows, and say what is wrong with it by its line', async () => {
    const example = blocksOf(page).find(({ language }) => language === 'json')?.text ?? ''
    const folder = await folderWith({ 'example.jsonl': example })
    expect(await daakia(['import', 'example.jsonl'], { folder }).ended).toMatchObject({ status: 0 })
    const { output } = await daakia(['export', '--vendor', 'acme'], { folder }).ended
    expect(output.split('\n').slice(0, 3)).toEqual(example.split('\n').slice(0, 3))
    await writeFile(join(folder, 'bad.jsonl'), example.replace('"at":1767225600000', '"at":"noon"'))
    expect(await daakia(['import', 'bad.jsonl', '--data', 'other'], { folder }).ended).toMatchObject({
      status: 1,
      errors: expect.stringMatching(/^Line 3 has no message: .*Nothing was imported\.\n$/),
    })
    expect(await daakia(['import', '--discard', '--data', 'other'], { folder }).ended).toMatchObject({
      output: expect.stringContaining('Removed nothing'),
    })
  })
})

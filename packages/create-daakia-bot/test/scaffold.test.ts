import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { scaffold } from '../src/index.js'
import { temporaryFolder } from './support/temporary-folder.js'

describe('a new project', () => {
  test('has a bot, its test, and a .gitignore', async () => {
    await using folder = await temporaryFolder()
    await scaffold({ path: join(folder.path, 'my-bot'), version: '1.2.3' })
    const files = await readdir(join(folder.path, 'my-bot'), { recursive: true })
    expect(files).toEqual(
      expect.arrayContaining([
        'package.json',
        '.gitignore',
        'README.md',
        'vitest.config.ts',
        join('src', 'bot.ts'),
        join('test', 'bot.test.ts'),
      ]),
    )
  })

  test('bears the name of its folder, as a package and as a bot', async () => {
    await using folder = await temporaryFolder()
    const target = await scaffold({ path: join(folder.path, 'my-bot'), version: '1.2.3' })
    expect(target).toEqual({ folder: join(folder.path, 'my-bot'), name: 'my-bot' })
    expect(JSON.parse(await readFile(join(target.folder, 'package.json'), 'utf8'))).toMatchObject({ name: 'my-bot' })
    expect(await readFile(join(target.folder, 'src/bot.ts'), 'utf8')).toContain("bot({ id: 'my-bot'")
  })

  test('asks for the Daakia packages of the version it was given', async () => {
    await using folder = await temporaryFolder()
    const target = await scaffold({ path: join(folder.path, 'my-bot'), version: '1.2.3' })
    expect(JSON.parse(await readFile(join(target.folder, 'package.json'), 'utf8'))).toMatchObject({
      dependencies: { '@daakia/bot-sdk': '1.2.3' },
      devDependencies: { '@daakia/cli': '1.2.3', '@daakia/testing': '1.2.3' },
    })
  })

  test('has every placeholder filled', async () => {
    await using folder = await temporaryFolder()
    const target = await scaffold({ path: join(folder.path, 'my-bot'), version: '1.2.3' })
    const entries = await readdir(target.folder, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
    expect(texts.join('\n')).not.toMatch(/\{\{\w+\}\}/)
  })

  test('may go into a folder that is there and empty', async () => {
    await using folder = await temporaryFolder()
    await mkdir(join(folder.path, 'my-bot'))
    await expect(scaffold({ path: join(folder.path, 'my-bot'), version: '1.2.3' })).resolves.toBeDefined()
  })
})

describe('refused, in one line', () => {
  test('a folder that holds something, which stays as it is', async () => {
    await using folder = await temporaryFolder()
    const taken = join(folder.path, 'my-bot')
    await mkdir(taken)
    await writeFile(join(taken, 'precious'), 'mine')
    await expect(scaffold({ path: taken, version: '1.2.3' })).rejects.toThrow(/my-bot is not empty/)
    expect(await readdir(taken)).toEqual(['precious'])
  })

  test('a path that is a file', async () => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'my-bot'), 'mine')
    await expect(scaffold({ path: join(folder.path, 'my-bot'), version: '1.2.3' })).rejects.toThrow(/my-bot is a file/)
  })

  test.for(['My-Bot', '-bot', '.bot', 'my bot', 'bot!', 'b'.repeat(129)])('the name %j', async (name) => {
    await using folder = await temporaryFolder()
    await expect(scaffold({ path: join(folder.path, name), version: '1.2.3' })).rejects.toThrow(/name/)
    expect(await readdir(folder.path)).toEqual([])
  })
})

import { execFile } from 'node:child_process'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { command, daakia, withCommand } from '../support/command.js'
import { blocksOf, readPage } from '../support/page.js'
import { testRedis } from '../support/redis.js'
import { say } from '../support/say.js'
import { folderWith } from '../support/temporary-folder.js'

withCommand()

/** A folder with nothing but `daakia` on its path, and the data of a server that ran there. */
const usedFolder = async () => {
  const folder = await folderWith({ 'bin/daakia': `#!/bin/sh\nexec ${process.execPath} ${command} "$@"\n` })
  await chmod(join(folder, 'bin/daakia'), 0o755)
  const serving = daakia(['serve', '--dev', '--mqtt-port', '0', '--http-port', '0'], { folder })
  const [url = ''] = /mqtt:\S+/.exec(await serving.until(/Ctrl-C/)) ?? []
  await say(url, 'hello')
  serving.child.kill('SIGTERM')
  await serving.ended
  return folder
}

const shell = async (folder: string, script: string): Promise<string> => {
  const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}` }
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder, env })
  return stdout
}

const redis = testRedis()

/** Does the commands of a page, in this folder, and looks whether they say what it shows. */
const follow = async (folder: string, page: string, here = (text: string) => text): Promise<void> => {
  let shown = ''
  let commands = 0
  for (const { language, text } of blocksOf(readPage(`docs/how-to/${page}.md`))) {
    if (language === 'text') for (const line of here(text).trim().split('\n')) expect(shown).toContain(line)
    if (language !== 'sh') continue
    shown = await shell(folder, here(text))
    commands++
  }
  expect(commands).toBeGreaterThan(1)
}

describe('the pages about data', () => {
  test.each(['back-up-and-restore', 'move-a-vendor'])(
    'docs/how-to/%s.md works, one command after the other',
    async (page) => {
      await follow(await usedFolder(), page)
    },
  )

  test('docs/how-to/move-to-redis.md works, one command after the other', async () => {
    await follow(await usedFolder(), 'move-to-redis', (text) => text.replaceAll('redis://127.0.0.1:6379', redis.url))
  })
})

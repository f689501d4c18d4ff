import { execFile } from 'node:child_process'
import { chmod, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { command, daakia, root, withCommand } from '../support/command.js'
import { blocksOf, readPage } from '../support/page.js'
import { folderWith } from '../support/temporary-folder.js'

withCommand()

const page = readPage('docs/how-to/secure-a-server.md')
/** What comes before is about the clone. */
const steps = page.slice(page.indexOf('## 1.'))

/** Free ports in the place of those on the page, as whoever reads it would choose them. */
const freePorts = { DAAKIA_MQTTS_PORT: '0', DAAKIA_HTTPS_PORT: '0' }

/** A folder with nothing but `daakia` on its path, and mqtt where `npm install mqtt` would put it. */
const newFolder = async () => {
  const folder = await folderWith({ 'bin/daakia': `#!/bin/sh\nexec ${process.execPath} ${command} "$@"\n` })
  await chmod(join(folder, 'bin/daakia'), 0o755)
  await writeFile(join(folder, 'bin/npm'), `#!/bin/sh\ntest "$*" = "install mqtt"\n`, { mode: 0o755 })
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

const shell = async (folder: string, script: string): Promise<string> => {
  const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}` }
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder, env })
  return stdout
}

describe('docs/how-to/secure-a-server.md', () => {
  test('works when its commands are given one after the other, and shows what it says', async () => {
    const folder = await newFolder()
    const blocks = blocksOf(steps)
    let shown = ''
    let portsOf = (text: string) => text
    for (const { language, text } of blocks) {
      if (language === 'text') for (const line of portsOf(text).split('\n')) expect(shown).toContain(line)
      else if (text.trim() === 'daakia serve') {
        shown = await daakia(['serve'], { folder, environment: freePorts }).until(/Ctrl-C/)
        portsOf = translation(shown)
      } else shown = await shell(folder, portsOf(text))
    }
    expect(blocks.filter(({ language }) => language === 'sh').length).toBeGreaterThan(8)
    const [chat = ''] = /^ {4}(NODE_EXTRA_CA_CERTS=.*)$/m.exec(steps) ?? []
    const said = await shell(folder, `echo hello | ${portsOf(chat)} --silence 1 2>&1 || true`)
    expect(said).toContain('ana> hello\n')
  })
})

/** From the ports of the page to those that the server has announced. */
const translation = (announced: string) => {
  const [, mqtts = ''] = /mqtts:\S+:(\d+)/.exec(announced) ?? []
  const [, https = ''] = /https:\S+:(\d+)/.exec(announced) ?? []
  return (text: string) => text.replaceAll('8883', mqtts).replaceAll('8443', https)
}

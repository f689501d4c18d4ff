import { describe, expect, test } from 'vitest'
import { daakia, withCommand } from './support/command.js'
import { startServer } from './support/house.js'
import { folderWith } from './support/temporary-folder.js'

withCommand()

const freePorts = ['--mqtt-port', '0', '--http-port', '0']

describe('the command daakia, as a process', () => {
  test('tells a mistake on standard error and in its status', async () => {
    const { status, output, errors } = await daakia(['serve', '--prot', '1']).ended
    expect({ status, output }).toEqual({ status: 1, output: '' })
    expect(errors).toContain("unknown option '--prot'")
  })

  test('serves until SIGTERM, and a chat with a silent bot ends with 1 although its input does not', async () => {
    const serving = daakia(['serve', '--dev', ...freePorts, '--data', await folderWith()])
    const [url = ''] = /mqtt:\S+/.exec(await serving.until(/Ctrl-C/)) ?? []
    const chatting = daakia(['chat', '--as', 'ana', '--to', 'nobody', '--url', url, '--silence', '1'])
    chatting.child.stdin.write('hello\n')
    expect(await chatting.ended).toMatchObject({
      status: 1,
      output: 'ana> hello\n',
      errors: expect.stringContaining('nobody was silent for 1 s.'),
    })
    serving.child.kill('SIGTERM')
    expect(await serving.ended).toMatchObject({ status: 0, errors: expect.stringContaining('"msg":"Stopping"') })
  })

  test('runs a configuration in TypeScript that imports @daakia/cli, in a folder without packages', async () => {
    const config = "import { defineConfig } from '@daakia/cli'\nexport default defineConfig({ dev: true })\n"
    const folder = await folderWith({ 'daakia.config.ts': config })
    const serving = daakia(['serve', ...freePorts], { folder })
    expect(await serving.until(/Ctrl-C/)).toContain('--dev')
  })

  test('checks a configuration and ends: 0 where it is good, 1 where it is not', async () => {
    const folder = await folderWith({ 'good.json': '{ "dev": true }', 'bad.json': '{ "dev": 1 }' })
    const statusOf = (file: string) => daakia(['serve', '--config', file, '--check-config'], { folder }).ended
    expect(await statusOf('good.json')).toMatchObject({
      status: 0,
      errors: expect.stringMatching(/^This would run, by /),
    })
    expect(await statusOf('bad.json')).toMatchObject({ status: 1, output: '' })
  })

  test('checks a bot in TypeScript against a server, in a folder without packages', async () => {
    const url = await startServer()
    const order = `import { bot } from '@daakia/bot-sdk'
      import { createMachine } from 'xstate'
      export const order = bot({ id: 'shop' as string, version: 1, machine: createMachine({ id: 'order' }) })`
    const checking = daakia(['check-deploy', 'order.ts', '--url', url], {
      folder: await folderWith({ 'order.ts': order }),
    })
    expect(await checking.ended).toMatchObject({
      status: 0,
      errors: expect.stringMatching(/^shop has no conversation/),
    })
  })

  test('writes a password and a token from what stands in files and pipes', async () => {
    const folder = await folderWith({ secret: `${'k'.repeat(32)}\n` })
    const setting = daakia(['passwd', 'passwords', '--vendor', 'acme', '--client', 'ana'], { folder })
    setting.child.stdin.end('correct horse\n')
    expect(await setting.ended).toMatchObject({
      status: 0,
      output: expect.stringMatching(/^ana of acme has a password/),
    })
    const words = ['--client', 'ana', '--vendor', 'acme', '--secret-file', 'secret', '--expires', '1h']
    const { status, output } = await daakia(['token', ...words], { folder }).ended
    expect({ status, parts: output.trim().split('.').length }).toEqual({ status: 0, parts: 3 })
  })
})

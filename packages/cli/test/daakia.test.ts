import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const running: ChildProcess[] = []
/** Of the sources as they are, in a place that is not kept, one level below the package as `dist` is. */
const command = join(root, `packages/cli/.daakia/test-${process.pid}.js`)
let data = ''

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'daakia-command-'))
  await build({
    entryPoints: [join(root, 'packages/cli/src/daakia.ts')],
    tsconfig: join(root, 'tsconfig.json'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile: command,
  })
})
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})
afterAll(async () => {
  await rm(data, { recursive: true })
  await rm(command)
})

const daakia = (...words: string[]) => {
  const child = spawn(process.execPath, [command, ...words])
  running.push(child)
  const written = { output: '', errors: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => {
    written.output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    written.errors += text
  })
  const ended = once(child, 'close').then(([status]) => ({ status, ...written }))
  return { child, ended, written }
}

describe('the command daakia, as a process', () => {
  test('tells a mistake on standard error and in its status', async () => {
    const { status, output, errors } = await daakia('serve', '--prot', '1').ended
    expect({ status, output }).toEqual({ status: 1, output: '' })
    expect(errors).toContain("unknown option '--prot'")
  })

  test('serves until SIGTERM, and a chat with a silent bot ends with 1 although its input does not', async () => {
    const serving = daakia('serve', '--dev', '--mqtt-port', '0', '--http-port', '0', '--data', data)
    const [text] = await once(serving.child.stdout, 'data')
    const [url = ''] = /mqtt:\S+/.exec(String(text)) ?? []
    const chatting = daakia('chat', '--as', 'ana', '--to', 'nobody', '--url', url, '--silence', '1')
    chatting.child.stdin.write('hello\n')
    expect(await chatting.ended).toMatchObject({
      status: 1,
      output: 'ana> hello\n',
      errors: expect.stringContaining('nobody was silent for 1 s.'),
    })
    serving.child.kill('SIGTERM')
    expect(await serving.ended).toMatchObject({ status: 0, errors: expect.stringContaining('"msg":"Stopping"') })
  })
})

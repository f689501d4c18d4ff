import { join } from 'node:path'
import { createClient } from '@daakia/client-sdk'
import { createServer, formatPasswordLine, hashPassword, memoryKeyValue, passwordFile } from '@daakia/server'
import { describe, expect, test } from 'vitest'
import { asOperator, type CallServer } from '../../src/admin/as-operator.js'
import type { ServerAccess } from '../../src/admin/server-access.js'
import type { Status } from '../../src/io.js'
import { afterwards, startServer } from '../support/house.js'
import { folderWith } from '../support/temporary-folder.js'
import { testIo } from '../support/test-io.js'

/** Does `work` as an operator, and answers what the command would leave behind. */
const operate = async (access: ServerAccess, work: (call: CallServer) => Promise<Status> = async () => 0) => {
  const { io, written } = testIo()
  const status = await asOperator(access, io, work)
  return { status, ...written }
}

const readAnasChat = async (call: CallServer) => {
  const history = await call('history/read', { conversation: 'ana~ben' })
  expect(history).toMatchObject({ messages: [{ payload: 'hello' }] })
  return 0
}

/** Ana says hello to Ben. */
const anaSays = async (url: string) => {
  const ana = createClient({ url, identity: 'ana' })
  afterwards(() => ana.close())
  await ana.to('ben').send('hello')
}

describe('an operator', () => {
  test('may call what is for the vendor, without a password where the server is for development', async () => {
    const url = await startServer()
    await anaSays(url)
    expect(await operate({ url }, readAnasChat)).toEqual({ status: 0, output: '', errors: '' })
  })

  test('is told what to do where the client may not', async () => {
    const url = await startServer()
    await anaSays(url)
    const { status, errors } = await operate({ url, as: 'cem' }, readAnasChat)
    expect(status).toBe(1)
    expect(errors).toMatch(/not a member of it\. Give one with --as.*; "cem" may not\.\n$/)
  })

  test('shows a password elsewhere', async () => {
    const boss = { vendor: 'acme', client: 'boss', role: 'vendor' } as const
    const folder = await folderWith({
      passwords: `${formatPasswordLine(boss, await hashPassword('s3cret'))}\n`,
      'boss.password': 's3cret\n',
    })
    const authentication = [passwordFile(join(folder, 'passwords'), { vendor: 'acme' })]
    const server = createServer({ authentication, storage: memoryKeyValue(), listen: { mqttPort: 0 } })
    afterwards(() => server.close())
    const url = `mqtt://127.0.0.1:${(await server.start()).mqttPort}`
    expect(await operate({ url, as: 'boss', passwordFile: join(folder, 'boss.password') })).toMatchObject({ status: 0 })
    expect(await operate({ url, as: 'boss' })).toMatchObject({ status: 1, errors: expect.stringContaining('(0x8') })
  })

  test('is told at once where no server listens, or where the password is not there', async () => {
    expect(await operate({ url: 'mqtt://127.0.0.1:1' })).toMatchObject({
      status: 1,
      errors: expect.stringMatching(/^No connection to mqtt:\/\/127\.0\.0\.1:1: .*\n$/),
    })
    expect(await operate({ passwordFile: 'no-such-file' })).toMatchObject({
      status: 1,
      errors: "no-such-file can't be read (ENOENT).\n",
    })
  })

  test('is told that the outcome is open where the server goes away before it answers', async () => {
    const server = createServer({ dev: true, storage: memoryKeyValue(), listen: { mqttPort: 0 } })
    const url = `mqtt://127.0.0.1:${(await server.start()).mqttPort}`
    const { status, errors } = await operate({ url }, async (call) => {
      await server.close()
      await call('roster/none', {})
      return 0
    })
    expect({ status, errors }).toEqual({ status: 1, errors: expect.stringContaining('does no harm') })
  })
})

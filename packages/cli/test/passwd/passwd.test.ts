import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '@daakia/protocol'
import { type Credentials, passwordFile, silentLog } from '@daakia/server'
import { describe, expect, test } from 'vitest'
import { type PasswdOptions, passwd } from '../../src/passwd/passwd.js'
import { folderWith } from '../support/temporary-folder.js'
import { testIo, untilWritten } from '../support/test-io.js'

const ana = { file: 'passwords', vendor: 'acme', client: 'ana' }

/** Runs it with what comes in by a pipe. */
const piped = async (folder: string, text: string, options: Partial<PasswdOptions> = {}) => {
  const { io, input, written } = testIo()
  input.end(text)
  const status = await passwd({ ...ana, ...options }, { ...io, folder })
  return { status, ...written }
}

/** Runs it at a terminal. */
const atTerminal = (folder: string) => {
  const { io, input, output, errors, written } = testIo()
  const terminal = Object.assign(input, { isTTY: true })
  const status = passwd(ana, { ...io, input: terminal, folder })
  return { status, input, output, errors, written }
}

const whoIs = async (folder: string, username: string, password: string) => {
  const known = passwordFile(join(folder, 'passwords'))
  await known.start?.({ clock: systemClock, log: silentLog })
  const credentials = {
    username,
    password: Buffer.from(password),
    connection: 'c',
    version: 5,
  } as unknown as Credentials
  return known.authenticate(credentials)
}

describe('daakia passwd', () => {
  test("writes a file that the server reads, and that is its owner's alone", async () => {
    const folder = await folderWith()
    expect(await piped(folder, 'correct horse\n')).toEqual({
      status: 0,
      output: 'ana of acme has a password in passwords. A server that runs takes it on SIGHUP.\n',
      errors: '',
    })
    expect(await whoIs(folder, 'acme/ana', 'correct horse')).toEqual({ identity: { vendor: 'acme', client: 'ana' } })
    expect(await readFile(join(folder, 'passwords'), 'utf8')).not.toContain('horse')
  })

  test('gives another password, and the role of the vendor', async () => {
    const folder = await folderWith()
    await piped(folder, 'one\n')
    expect(await piped(folder, 'two\r\n', { role: 'vendor' })).toMatchObject({
      output: expect.stringContaining('another'),
    })
    expect(await whoIs(folder, 'acme/ana', 'two')).toMatchObject({ identity: { role: 'vendor' } })
    expect(await whoIs(folder, 'acme/ana', 'one')).toMatchObject({ reasonCode: expect.any(Number) })
  })

  test('takes a client out, once', async () => {
    const folder = await folderWith()
    await piped(folder, 'one\n')
    expect(await piped(folder, '', { delete: true })).toMatchObject({ status: 0 })
    expect(await whoIs(folder, 'acme/ana', 'one')).toBeUndefined()
    expect(await piped(folder, '', { delete: true })).toMatchObject({
      status: 1,
      errors: 'ana of acme is not in passwords.\n',
    })
  })

  test.each<[what: string, text: string, options: Partial<PasswdOptions>, reason: RegExp]>([
    ['no password', '', {}, /^The password is empty\. Nothing was changed\.\n$/],
    ['an empty line', '\n', {}, /^The password is empty/],
    ['a name that is none', 'one\n', { client: 'ana lee' }, /^"ana lee" can't name a client/],
    [
      'a folder that is not there',
      'one\n',
      { file: 'no/passwords' },
      /^\S+no\/passwords can't be written \(ENOENT\)\. .*\n$/,
    ],
  ])('refuses %s, and changes nothing', async (_what, text, options, reason) => {
    const folder = await folderWith({ passwords: '# nobody\n' })
    expect(await piped(folder, text, options)).toEqual({ status: 1, output: '', errors: expect.stringMatching(reason) })
    expect(await readFile(join(folder, 'passwords'), 'utf8')).toBe('# nobody\n')
  })

  test('leaves the other lines as they are', async () => {
    const folder = await folderWith()
    await writeFile(join(folder, 'passwords'), '# people\nacme/ben:broken\n')
    await piped(folder, 'one\n')
    expect(await readFile(join(folder, 'passwords'), 'utf8')).toMatch(/^# people\nacme\/ben:broken\nacme\/ana:\$scrypt/)
  })
})

describe('daakia passwd at a terminal', () => {
  test('asks twice, and shows nothing of what is typed', async () => {
    const folder = await folderWith()
    const { status, input, errors, written } = atTerminal(folder)
    const asked = untilWritten(errors, /again: $/)
    input.write('hunter2\r')
    await asked
    input.write('hunter2\r')
    expect(await status).toBe(0)
    expect(written.errors).toBe('The password: \nThe password again: \n')
    expect(written.output).not.toContain('hunter2')
    expect(await whoIs(folder, 'acme/ana', 'hunter2')).toMatchObject({ identity: { client: 'ana' } })
  })

  test('takes both lines when they come at once', async () => {
    const { status, input } = atTerminal(await folderWith())
    input.write('hunter2\rhunter2\r')
    expect(await status).toBe(0)
  })

  test('refuses two that differ', async () => {
    const { status, input, written } = atTerminal(await folderWith())
    input.write('one\rtwo\r')
    expect(await status).toBe(1)
    expect(written.errors).toContain('The two differ. Nothing was changed.\n')
  })

  test.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('is left with %s', async (_name, key) => {
    const { status, input, written } = atTerminal(await folderWith())
    input.write(key)
    expect(await status).toBe(1)
    expect(written.errors).toBe('The password: \nNothing was changed.\n')
  })
})

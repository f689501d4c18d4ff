import { chmod, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { type ConnectPacket, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { parseHash } from '../../../src/connection-manager/authentication/password-file/hash.js'
import {
  formatPasswordLine,
  hashPassword,
  type OptionsError,
  type PasswordFileOptions,
  passwordFile,
  setPassword,
} from '../../../src/index.js'
import { type ListeningServer, openServer, peerOn, rawSocket, startFailure } from '../../support/listening-server.js'
import { Peer } from '../../support/peer.js'
import { temporaryFile, temporaryFolder } from '../../support/temporary-folder.js'

/** Fast to check, so that tests are. */
const cheap = { ln: 4, r: 8, p: 1 }
const ana = { vendor: 'acme', client: 'ana' }
const lineOf = async (identity: { vendor: string; client: string; role?: 'vendor' }, password: string) =>
  formatPasswordLine(identity, await hashPassword(password, cheap))

const fileOf = (...lines: string[]) => temporaryFile('passwords', `${lines.join('\n')}\n`)

const open = (file: string, options?: PasswordFileOptions) =>
  openServer({ authentication: [passwordFile(file, options)] })

const credentials = (username: string, password: string | Uint8Array): Partial<ConnectPacket> => ({
  username,
  password: Buffer.from(password),
})

const logIn = async (
  { ports }: Pick<ListeningServer, 'ports'>,
  ...[username, password]: Parameters<typeof credentials>
) => {
  const peer = peerOn(await rawSocket(ports.mqttPort))
  return peer.connect(credentials(username, password))
}

const [bad, busy] = [ReasonCode.BadUserNameOrPassword, ReasonCode.ServerBusy]

describe('a password', () => {
  it('lets in who has it, by vendor and client, and who has the vendor’s role with that', async () => {
    const server = await open(
      await fileOf(
        '# Staff',
        await lineOf(ana, 'rose'),
        '',
        await lineOf({ vendor: 'acme', client: 'console', role: 'vendor' }, 'oak'),
      ),
    )
    expect(await logIn(server, 'acme/ana', 'rose')).toMatchObject({ reasonCode: 0 })
    expect(await logIn(server, 'acme/console', 'oak')).toMatchObject({ reasonCode: 0 })
    expect(server.connected()).toMatchObject([
      { vendor: 'acme', client: 'ana' },
      { vendor: 'acme', client: 'console', role: 'vendor' },
    ])
    const old = peerOn(await rawSocket(server.ports.mqttPort), 4)
    expect(await old.connect({ ...credentials('acme/ana', 'rose'), clientId: 'old' })).toMatchObject({ reasonCode: 0 })
  })

  it('may be of any characters and any length', async () => {
    const passwords = ['päßwörd 🌹', ' ', 'a:b:c', 'x'.repeat(10_000)]
    const lines = await Promise.all(passwords.map((each, i) => lineOf({ vendor: 'acme', client: `c${i}` }, each)))
    const server = await open(await fileOf(...lines))
    for (const [i, each] of passwords.entries())
      expect(await logIn(server, `acme/c${i}`, each)).toMatchObject({ reasonCode: 0 })
  })

  it('needs no vendor in the user name where the options name one', async () => {
    const lines = [await lineOf(ana, 'rose'), await lineOf({ vendor: 'rival', client: 'ben' }, 'oak')]
    const server = await open(await fileOf(...lines), { vendor: 'acme' })
    expect(await logIn(server, 'ana', 'rose')).toMatchObject({ reasonCode: 0 })
    expect(await logIn(server, 'acme/ana', 'rose')).toMatchObject({ reasonCode: 0 })
    expect(await logIn(server, 'rival/ben', 'oak')).toMatchObject({ reasonCode: 0 })
    expect(await logIn(server, 'ben', 'oak')).toMatchObject({ reasonCode: bad })
  })

  it.each([
    ['is wrong', 'acme/ana', 'Rose'],
    ['is empty', 'acme/ana', ''],
    ['is the right one and more', 'acme/ana', 'rose '],
    ['is another one’s', 'acme/ana', 'oak'],
    ['is of a user that is not there', 'acme/nobody', 'rose'],
    ['is of another vendor', 'rival/ana', 'rose'],
    ['has a user without a vendor', 'ana', 'rose'],
    ['has a user of a strange name', '__proto__', 'rose'],
    ['has a user with the hash’s separator', 'acme/ana:', 'rose'],
    ['has no user', '', 'rose'],
  ])('that %s lets nobody in, in words that tell nothing', async (_, username, password) => {
    const lines = [await lineOf(ana, 'rose'), await lineOf({ vendor: 'acme', client: 'ben' }, 'oak')]
    const server = await open(await fileOf(...lines))
    expect(await logIn(server, username, password)).toMatchObject({
      reasonCode: bad,
      properties: { reasonString: 'These credentials are not valid.' },
    })
  })

  it('is asked for', async () => {
    const server = await open(await fileOf(await lineOf(ana, 'rose')))
    const asked = async (fields: Partial<ConnectPacket>) =>
      (await peerOn(await rawSocket(server.ports.mqttPort)).connect(fields)).reasonCode
    expect(await asked({})).toBe(ReasonCode.NotAuthorized)
    expect(await asked({ username: 'acme/ana' })).toBe(bad)
    expect(await asked({ password: Buffer.from('rose') })).toBe(bad)
  })
})

describe('passwords that come at the same time', () => {
  it('are checked beside the work of others, and refused where too many wait', async () => {
    const slow = formatPasswordLine(ana, await hashPassword('rose', { ln: 13, r: 8, p: 1 }))
    const server = await open(await fileOf(slow))
    const guests = Array.from({ length: 40 }, (_, i) =>
      new Peer(server.server.connect()).connect(credentials('acme/ana', `guess ${i}`)),
    )
    let done = false
    const all = Promise.all(guests).finally(() => {
      done = true
    })
    let turns = 0
    while (!done) {
      await turn()
      turns++
    }
    const codes = (await all).map(({ reasonCode }) => reasonCode)
    // Two at work and 32 behind them.
    expect(codes.filter((code) => code === bad)).toHaveLength(34)
    expect(codes.filter((code) => code === busy)).toHaveLength(6)
    // Were they checked in between, a turn would take as long as a password.
    expect(turns).toBeGreaterThan(guests.length)
    expect(await logIn(server, 'acme/ana', 'rose')).toMatchObject({ reasonCode: 0 })
  })

  it('that are the same are checked once, and for a minute not again', async () => {
    const slow = formatPasswordLine(ana, await hashPassword('rose', { ln: 14, r: 8, p: 1 }))
    const server = await open(await fileOf(slow))
    const guests = Array.from({ length: 100 }, (_, i) =>
      new Peer(server.server.connect()).connect({ ...credentials('acme/ana', 'rose'), clientId: `c${i}` }),
    )
    for (const { reasonCode } of await Promise.all(guests)) expect(reasonCode).toBe(0)
  })
})

describe('a reload', () => {
  it('takes the new file, and who is connected stays', async () => {
    const file = await fileOf(await lineOf(ana, 'rose'))
    const server = await open(file)
    const peer = peerOn(await rawSocket(server.ports.mqttPort))
    await peer.connect(credentials('acme/ana', 'rose'))
    await writeFile(file, `${await lineOf(ana, 'oak')}\n`)
    expect(await logIn(server, 'acme/ana', 'oak')).toMatchObject({ reasonCode: bad })
    await server.server.reload()
    expect(await logIn(server, 'acme/ana', 'rose')).toMatchObject({ reasonCode: bad })
    expect(await logIn({ ...server }, 'acme/ana', 'oak')).toMatchObject({ reasonCode: 0 })
  })

  it('takes the new file of an authenticator that is given once more', async () => {
    const file = await fileOf(await lineOf(ana, 'rose'))
    const same = passwordFile(file)
    const server = await openServer({ authentication: [same] })
    await writeFile(file, `${await lineOf(ana, 'oak')}\n`)
    await server.server.reload({ authentication: [same] })
    expect(await logIn(server, 'acme/ana', 'oak')).toMatchObject({ reasonCode: 0 })
    expect(await logIn(server, 'acme/ana', 'rose')).toMatchObject({ reasonCode: bad })
  })

  it('keeps the old one where the new one is broken or gone', async () => {
    const file = await fileOf(await lineOf(ana, 'rose'))
    const server = await open(file)
    for (const text of ['half a li', `${await lineOf(ana, 'oak')}\nacme/ben:\n`]) {
      await writeFile(file, text)
      await expect(server.server.reload()).rejects.toMatchObject({ option: 'passwordFile' })
      expect(await logIn(server, 'acme/ana', 'rose')).toMatchObject({ reasonCode: 0 })
    }
  })
})

describe('a server does not start', () => {
  const hash = '$scrypt$ln=4,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g'

  it.each([
    ['words', 'buy milk'],
    ['a user without a hash', 'acme/ana'],
    ['a password that was not hashed', 'acme/ana:rose'],
    ['an empty hash', 'acme/ana:'],
    ['a hash of another kind', 'acme/ana:$2b$10$abcdefghijklmnopqrstuv'],
    ['a user without a vendor', `ana:${hash}`],
    ['a user of strange letters', `acme/a+a:${hash}`],
    ['a user with too many parts', `acme/ana/phone:${hash}`],
    ['a role that is none', `acme/ana:${hash}:admin`],
    ['more than there may be', `acme/ana:${hash}:vendor:x`],
    ['a client that was there before', `acme/ben:${hash}`],
    ['a cost that nobody can pay', `acme/ana:${hash.replace('ln=4', 'ln=30')}`],
    ['a cost of nothing', `acme/ana:${hash.replace('r=8', 'r=0')}`],
  ])('with a line that is broken, and names it, not what is in it: %s', async (_, broken) => {
    const file = await fileOf('# Staff', `acme/ben:${hash}`, '', broken)
    const error = await startFailure({ authentication: [passwordFile(file)] })
    expect(error).toMatchObject({
      name: 'OptionsError',
      option: 'passwordFile',
      message: expect.stringContaining('Line 4 '),
    })
    expect((error as OptionsError).message).not.toContain(broken)
  })

  it('with a file that is not there', async () => {
    const error = await startFailure({ authentication: [passwordFile('/nowhere/at.all')] })
    expect(error).toMatchObject({ option: 'passwordFile', message: expect.stringContaining('/nowhere/at.all') })
  })

  it('with a folder in its place', async () => {
    expect(await startFailure({ authentication: [passwordFile(await temporaryFolder())] })).toMatchObject({
      option: 'passwordFile',
    })
  })
})

it('a file that everybody can read is told of', async () => {
  const file = await fileOf(await lineOf(ana, 'rose'))
  await chmod(file, 0o644)
  const { log, server } = await open(file)
  expect(log.all('Everybody on this machine can read the password file')).toEqual([{ file }])
  await chmod(file, 0o640)
  await server.reload()
  expect(log.all('Everybody on this machine can read the password file')).toHaveLength(1)
})

describe('setPassword', () => {
  it('adds, changes and removes a client, and leaves the rest of the file as it is', async () => {
    const ben = await lineOf({ vendor: 'acme', client: 'ben' }, 'oak')
    const file = await fileOf('# Staff', '', ben, '  # acme/ana: was here before')
    expect(await setPassword(file, ana, 'rose')).toBe('added')
    const [before, after] = [await open(file), ['# Staff', '', ben, '  # acme/ana: was here before']]
    expect((await readFile(file, 'utf8')).split('\n').slice(0, 4)).toEqual(after)
    expect(await logIn(before, 'acme/ana', 'rose')).toMatchObject({ reasonCode: 0 })
    expect(await setPassword(file, { ...ana, role: 'vendor' }, 'lily')).toBe('changed')
    await before.server.reload()
    expect(await logIn(before, 'acme/ana', 'rose')).toMatchObject({ reasonCode: bad })
    expect(await logIn(before, 'acme/ana', 'lily')).toMatchObject({ reasonCode: 0 })
    expect(before.connected().at(-1)).toMatchObject({ role: 'vendor' })
    expect(await logIn(before, 'acme/ben', 'oak')).toMatchObject({ reasonCode: 0 })
    expect(await setPassword(file, ana, undefined)).toBe('removed')
    expect(await setPassword(file, ana, undefined)).toBe('unknown')
    expect(await readFile(file, 'utf8')).toBe(`${after.join('\n')}\n`)
  })

  it('makes a file that its owner alone can read, with a hash that costs enough', async () => {
    const file = join(await temporaryFolder(), 'passwords')
    expect(await setPassword(file, ana, 'rose')).toBe('added')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const [, hash = ''] = (await readFile(file, 'utf8')).trim().split(':')
    expect(parseHash(hash)).toMatchObject({ ln: 15, r: 8, p: 3 })
  })

  it('leaves who may read the file, but for everybody', async () => {
    const file = await fileOf()
    await chmod(file, 0o644)
    await setPassword(file, ana, 'rose')
    expect((await stat(file)).mode & 0o777).toBe(0o640)
  })

  it('repairs a line that is broken', async () => {
    const file = await fileOf('acme/ana:rose')
    expect(await setPassword(file, ana, 'rose')).toBe('changed')
    expect(await logIn(await open(file), 'acme/ana', 'rose')).toMatchObject({ reasonCode: 0 })
  })

  it('replaces the file as a whole, behind a link too, and leaves nothing beside it', async () => {
    const file = await fileOf(await lineOf({ vendor: 'acme', client: 'ben' }, 'oak'))
    const before = (await stat(file)).ino
    const link = join(await temporaryFolder(), 'link')
    await symlink(file, link)
    await setPassword(link, ana, 'rose')
    expect((await stat(file)).ino).not.toBe(before)
    expect(await readFile(file, 'utf8')).toContain('acme/ana:')
    expect(await readdir(dirname(file))).toEqual(['passwords'])
  })

  it.each([
    ['a vendor that is no name', { vendor: 'a/b', client: 'ana' }, 'rose', 'vendor'],
    ['a client that is no name', { vendor: 'acme', client: 'a:b' }, 'rose', 'client'],
    ['a client that ends the line', { vendor: 'acme', client: 'ana\n' }, 'rose', 'client'],
    ['an empty password', ana, '', 'password'],
  ])('refuses %s, and the file stays as it was', async (_, identity, password, option) => {
    const file = await fileOf('# Staff')
    await expect(setPassword(file, identity, password)).rejects.toMatchObject({ name: 'OptionsError', option })
    expect(await readFile(file, 'utf8')).toBe('# Staff\n')
  })
})
